"""Files become text and grids: every kind, as people really save it."""

import datetime as dt

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml

from taskflow.reading.files import cells
from taskflow.reading.files.opening import open_source
from taskflow.reading.files.source import Source
from tests.reading import office

pytestmark = pytest.mark.once

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WORK = "一、主要目标\r\n\r\n生产总值增长6%以上。\r完成投资12亿元。\r\n"
READ = "一、主要目标\n\n生产总值增长6%以上。\n完成投资12亿元。\n"


@pytest.fixture
def read(tmp_path):
    """Write bytes into a file of some name and read it."""

    def act(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return open_source(path)

    return act


@pytest.fixture
def word(tmp_path):
    """Read what python-docx and pieces of XML make: `word(lambda document: …)`."""

    def act(write):
        document = docx.Document()
        write(document)
        path = tmp_path / "计划.docx"
        document.save(path)
        return open_source(path)

    return act


@pytest.fixture
def excel(tmp_path):
    """Read what XlsxWriter makes: `excel(lambda book: …)`."""

    def act(write):
        path = tmp_path / "指标.xlsx"
        with xlsxwriter.Workbook(path) as book:
            write(book)
        return open_source(path)

    return act


def raw(document, *pieces):
    """Put paragraphs and tables into a document as XML; `w` and `mc` are known."""
    for piece in pieces:
        document.element.body.append(parse_xml(piece.replace(">", f" {W} {MC}>", 1)))


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        WORK.encode(),
        b"\xef\xbb\xbf" + WORK.encode(),
        WORK.encode("gb18030"),
        b"\xff\xfe" + WORK.encode("utf-16-le"),
        b"\xfe\xff" + WORK.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with a mark", "gb18030", "utf-16 little", "utf-16 big"],
)
def test_text_is_the_same_in_every_encoding_and_with_every_line_end(read, data):
    source = read("计划.txt", data)
    assert (source.kind, source.text, source.warnings) == ("txt", READ, ())


def test_a_few_damaged_bytes_are_shown_and_told(read):
    source = read("计划.txt", WORK.encode() * 100 + b"\xe4\xb8" + WORK.encode() * 100)
    assert source.text.count("\ufffd") == 1
    assert "1 处文字已损坏" in source.warnings[0]


def test_a_page_named_txt_is_read_as_a_page_and_says_so(read):
    source = read("页面.txt", "<html><body><p>目标</p></body></html>".encode())
    assert (source.kind, source.text) == ("html", "目标")
    assert "已按网页读取" in source.warnings[0]


def test_a_file_without_an_ending_is_what_its_content_says(read, tmp_path):
    docx.Document().save(tmp_path / "空.docx")
    assert read("计划", WORK.encode()).kind == "txt"
    assert read("网页", "<!DOCTYPE html><p>目标".encode()).kind == "html"


# --- Word ----------------------------------------------------------------------------------------


def test_paragraphs_and_tables_keep_their_order_and_a_table_its_grid(word):
    def write(document):
        document.add_paragraph("附表")
        table = document.add_table(3, 3)
        for at, text in enumerate(("序号", "指标", "属性", "1", "产值", "预期性", "2", "人口", "预期性")):
            table.cell(at // 3, at % 3).text = text
        document.add_paragraph("说明")

    source = word(write)
    assert source.text == ("附表\n\n\t序号\n\t指标\n\t属性\n\n\t1\n\t产值\n\t预期性\n\n\t2\n\t人口\n\t预期性\n\n说明")
    (table,) = source.tables
    assert table.rows == (("序号", "指标", "属性"), ("1", "产值", "预期性"), ("2", "人口", "预期性"))
    assert [source.text.split("\n")[line - 1] for line in table.lines] == ["\t序号", "\t1", "\t2"]


def test_merged_cells_stand_once_in_the_grid_and_in_the_text(word):
    def write(document):
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(0, 2)).text = "标题"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "一类"
        table.cell(1, 1).text, table.cell(2, 2).text = "甲", "乙"

    source = word(write)
    assert source.text.strip("\n") == "\t标题\n\n\t一类\n\t甲\n\t\n\n\t\n\t乙"
    assert source.tables[0].rows == (("标题", "", ""), ("一类", "甲", ""), ("", "", "乙"))
    assert source.tables[0].merged == ((0, 0, 0, 2), (1, 0, 2, 0))


def test_a_table_around_a_table_is_only_layout(word):
    def write(document):
        outer = document.add_table(1, 1).cell(0, 0)
        outer.text = "专栏1"
        inner = outer.add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "甲", "乙"

    source = word(write)
    assert source.text.split() == ["专栏1", "甲", "乙"]
    assert [table.rows for table in source.tables] == [(("甲", "乙"),)]


def test_what_is_not_printed_is_not_text_and_what_is_printed_once_stands_once(word):
    box = "<w:txbxContent><w:p><w:r><w:t>方框</w:t></w:r></w:p></w:txbxContent>"

    def write(document):
        raw(
            document,
            "<w:p><w:r><w:t>新增</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:br/><w:t>个</w:t></w:r>"
            "<w:r><w:footnoteReference w:id='1'/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
            "<w:bookmarkStart w:id='2' w:name='书签'/></w:p>",
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>HYPERLINK x</w:instrText></w:r>"
            "<w:r><w:t>链接</w:t></w:r><w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r>"
            "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r></w:p>",
            f"<w:p><w:r><w:t>图</w:t><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "<w:sdt><w:sdtContent><w:p><w:r><w:tab/><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        )

    source = word(write)
    assert source.text == "新增12\n个\n链接≥\n图\n方框\n控件"
    assert source.warnings == (
        "有 1 个特殊符号不能读出，请对照原文核对。",
        "有 1 处脚注或尾注没有读取；如果其中有任务，请从原文补列。",
    )


def test_automatic_numbers_are_printed_as_word_prints_them(word):
    def level(depth, style, pattern):
        style = f"<w:start w:val='1'/><w:numFmt w:val='{style}'/>"
        return f"<w:lvl w:ilvl='{depth}'>{style}<w:lvlText w:val='{pattern}'/></w:lvl>"

    def line(depth, text, number=77):
        return (
            f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr></w:pPr>"
            f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        )

    def write(document):
        numbering = document.part.numbering_part.element
        levels = level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）")
        levels += level(2, "decimal", "%3.") + level(3, "bullet", "·") + level(4, "decimal", "%3.%5")
        numbering.insert(0, parse_xml(f"<w:abstractNum {W} w:abstractNumId='77'>{levels}</w:abstractNum>"))
        restart = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='10'/></w:lvlOverride>"
        for number, override in ((77, ""), (78, restart)):
            numbering.append(
                parse_xml(f"<w:num {W} w:numId='{number}'><w:abstractNumId w:val='77'/>{override}</w:num>")
            )
        raw(document, line(0, "总则"), line(1, "甲"), line(1, "乙"), line(2, "丙"), line(4, "点"), line(3, "丁"))
        raw(document, line(0, "附则"), line(1, "戊"), line(0, "另起", 78), line(0, "接着", 78), line(0, "无", 0))

    assert word(write).text.split("\n") == [
        *("一、总则", "（一）甲", "（二）乙", "1.丙", "1.1 点", "丁"),
        *("二、附则", "（一）戊", "十、另起", "十一、接着", "无"),
    ]


def test_a_number_that_comes_from_a_paragraphs_style_is_kept(word):
    def write(document):
        for text in ("第一件", "第二件"):
            document.add_paragraph(text, style="List Number")

    assert word(write).text == "1.第一件\n2.第二件"


# --- Excel and .csv ------------------------------------------------------------------------------


def test_a_sheet_says_what_the_workbook_shows(excel):
    def write(book):
        sheet = book.add_worksheet("指标体系")
        sheet.merge_range(0, 0, 0, 3, "预期指标")
        sheet.write_row(1, 0, ["产值", 84.9, 100.0, 0.1 + 0.2])
        sheet.write(2, 0, 0.065, book.add_format({"num_format": "0.0%"}))
        sheet.write(2, 1, dt.date(2025, 3, 1), book.add_format({"num_format": "yyyy/m/d"}))
        sheet.write(2, 2, dt.date(2025, 3, 1), book.add_format({"num_format": 'yyyy"年"m"月"'}))
        sheet.write(2, 3, dt.date(2025, 3, 1), book.add_format({"num_format": 14}))
        sheet.write(3, 0, 45717.3958333333, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write(3, 1, dt.time(18, 5), book.add_format({"num_format": "h:mm"}))
        sheet.write(3, 2, 1.5, book.add_format({"num_format": '#,##0.00"亿元"_);[Red]-0'}))
        sheet.write_boolean(3, 3, 1)
        sheet.write(4, 0, "两\n行")
        sheet.set_row(1, options={"hidden": True})
        book.add_worksheet("空")
        book.add_worksheet("备注").write("B2", "隐藏")
        book.worksheets()[2].hide()

    source = excel(write)
    table, empty, notes = source.sheets
    assert table.rows == (
        ("预期指标", "", "", ""),
        ("产值", "84.9", "100", "0.3"),
        ("6.5%", "2025-03-01", "2025-03", "2025-03-01"),
        ("2025-03-01 09:30", "18:05", "1.5", "TRUE"),
        ("两\n行", "", "", ""),
    )
    assert (table.name, table.merged, empty.rows) == ("指标体系", ((0, 0, 0, 3),), ())
    assert notes.rows == (("", ""), ("", "隐藏"))
    lines = source.text.split("\n")
    assert lines[table.lines[1] - 1] == "产值\t84.9\t100\t0.3"
    assert lines[table.lines[4] - 1] == "两 行"
    assert lines[notes.lines[1] - 1] == "\t隐藏"
    assert source.warnings == ("工作表“备注”是隐藏的，也已读取。",)


def test_a_formula_is_never_evaluated(excel):
    def write(book):
        sheet = book.add_worksheet("表")
        sheet.write_formula("A1", "=1+1", None, 3)
        sheet.write_formula("B1", '="a"&"b"', None, "存的字")
        sheet.write_formula("C1", "=1+1", None, "")
        sheet.write_string("A2", '=HYPERLINK("x")')
        sheet.write_string("B2", "@SUM(A1)")

    source = excel(write)
    assert source.sheets[0].rows == (("3", "存的字"), ('=HYPERLINK("x")', "@SUM(A1)"))
    assert source.warnings[0] == "有 3 个单元格是公式，读取的是保存时算出的数值。"
    assert "1 个公式没有保存计算结果，读作空格：表!C1" in source.warnings[1]


def test_dates_of_both_calendars_and_of_excels_own_leap_year(tmp_path):
    def write(book):
        day = book.add_format({"num_format": 14})
        book.add_worksheet().write_row(0, 0, [1, 59, 61, -1, 3_000_000], day)

    for since_1904, expected in (
        (False, ("1900-01-01", "1900-02-28", "1900-03-01", "-1", "3000000")),
        (True, ("1904-01-02", "1904-02-29", "1904-03-02", "-1", "3000000")),
    ):
        path = tmp_path / f"{since_1904}.xlsx"
        with xlsxwriter.Workbook(path, {"date_1904": since_1904}) as book:
            write(book)
        assert open_source(path).sheets[0].rows == (expected,)


@pytest.mark.parametrize(
    ("raw", "form", "text"),
    [
        ("1.5", "[h]:mm", "36:00"),
        ("45000.75", "h:mm", "18:00"),
        ("0", "yyyy/m/d", "0"),
        ("0.5", "yyyy/m/d h:mm", "12:00"),
        ("45717", 'm"月"', "2025-03-01"),
        ("45717", "yyyy", "2025"),
        ("45717", '[$-804]yyyy"年"m"月"d"日";@', "2025-03-01"),
        ("1e-7", "0.00E+00", "0.0000001"),
        ("12345678901234567", "", "1.23456789012346E+16"),
        ("0.285", "0%", "28.5%"),
        ("0.07", "0.00%_);[Red]", "7%"),
        ("-3", '0.0"日均"', "-3"),
        ("nan", "0", "nan"),
        ("约5", "0", "约5"),
    ],
)
def test_a_number_is_shown_by_what_its_format_makes_of_it(raw, form, text):
    assert cells.shown(raw, form) == text


def test_a_workbook_by_another_program_without_places_or_styles_is_read(tmp_path):
    row = (
        "<row><c><v>1</v></c><c t='inlineStr'><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c></row>"
        "<row><c t='e'><v>#N/A</v></c></row>"
    )
    path = office.xlsx(tmp_path / "别的程序.xlsx", "\ufeff" + office.worksheet(row), folder="xl\\")
    assert open_source(path).sheets[0].rows == (("1", "甲乙"), ("#N/A", ""))


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_is_a_sheet_whatever_parts_its_cells(read, sign, encoding):
    text = (
        sign.join(("指标", '"目标, 值; 一"', "单位"))
        + "\r\n"
        + sign.join(("产值", "=1+1", '"万\r\n元"'))
        + "\r\n只有一格\r\n"
    )
    source = read("表.csv", text.encode(encoding))
    assert source.kind == "csv"
    (sheet,) = source.sheets
    assert sheet.rows == (("指标", "目标, 值; 一", "单位"), ("产值", "=1+1", "万\n元"), ("只有一格", "", ""))
    assert source.text.split("\n") == ["指标\t目标, 值; 一\t单位", "产值\t=1+1\t万 元", "只有一格"]


# --- web pages -----------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><meta charset="{}"><title>题</title><style>p {{}}</style></head><body>
<form id="aspnetForm"><header>站名</header><nav>首页</nav><input value="搜索"><button>查</button>
<article><header><h1>工作&nbsp;报告</h1></header><div>发展
规划 &lt;2025&gt;<br>第二行<p>第三<b>行</b></div>
<script>document.write("坏")</script><noscript>请打开脚本</noscript><p style="display: none">看不见</p>
<table><tr><td><table><tr><th rowspan="2">甲<th>乙</tr><tr><td>丙<br>丁</td></tr></table></td></tr></table>
</article><aside>热点</aside><footer>版权</footer></form><template>样</template></body></html>"""


@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gb2312", "utf-8")])
def test_a_page_is_its_visible_text(read, charset, encoding):
    source = read("网页.html", PAGE.format(charset).encode(encoding))
    assert source.kind == "html"
    assert source.text.rstrip() == "工作\xa0报告\n发展规划 <2025>\n第二行\n第三行\n\n\t甲\n\t乙\n\n\t丙\n丁"
    assert [(table.rows, table.merged) for table in source.tables] == [
        ((("甲", "乙"), ("", "丙\n丁")), ((0, 0, 1, 0),)),
    ]


def test_plain_text_named_html_keeps_its_lines(read):
    source = read("文字.htm", WORK.encode())
    assert (source.kind, source.text) == ("txt", READ)
    assert source.warnings


def test_a_source_is_the_same_again_after_a_journey_as_json(read):
    source = read("网页.html", PAGE.format("utf-8").encode())
    assert Source.from_json(source.as_json()) == source
    assert len(source.sha256) == 64
