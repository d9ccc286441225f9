"""What must not be read is refused with one sentence, soon, and without harm to whoever asked."""

import os
import resource
import signal
import struct
import subprocess
import sys
import zipfile

import pytest

from taskflow import errors
from taskflow.reading import limit, reader
from taskflow.reading.files import opening, sandbox, source
from taskflow.reading.files.opening import open_source
from taskflow.reading.files.sandbox import read_safely
from taskflow.reading.files.source import Source
from tests.reading import office
from tests.waiting import WATCHDOG

pytestmark = pytest.mark.once

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PLAIN = "完成投资12亿元。".encode()
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{at} '{f'&a{at - 1};' * 10}'>" for at in range(1, 10))
)


@pytest.fixture
def refusal(tmp_path):
    """The one sentence with which a file is refused, the same in both ways to read it."""

    def act(name, data=None):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(errors.Unreadable) as caught:
            open_source(path)
        with pytest.raises(errors.Unreadable) as apart:
            read_safely(path)
        (sentence,) = caught.value.reasons
        assert apart.value.reasons == (sentence,)
        assert sentence.endswith("。")
        return sentence

    return act


def wide(name):
    return name.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("没有.txt", None, "找不到文件“没有.txt”"),
        ("空.txt", b"", "文件是空的"),
        ("空白.txt", b"\xef\xbb\xbf \r\n", "文件里没有文字"),
        ("大.txt", b"a" * (source.LIMIT + 1), "超过 20 MB"),
        ("扫描.pdf", b"%PDF-1.7\n" + PLAIN, "不能读取 PDF"),
        ("扫描.docx", b"%PDF-1.7\n" + PLAIN, "不能读取 PDF"),
        ("富文本.doc", b"{\\rtf1 x}", "RTF"),
        ("照片.docx", b"\x89PNG\r\n\x1a\n" + bytes(50), "这是图片"),
        ("包.txt", b"Rar!\x1a\x07\x00" + PLAIN, "这是压缩包"),
        ("网页.mht", b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "单文件网页"),
        ("旧.doc", OLE + wide("WordDocument"), ".doc），请用 Word 或 WPS 打开后另存为 .docx"),
        ("旧.docx", OLE + wide("WordDocument"), "另存为 .docx"),
        ("旧.xls", OLE + wide("Workbook"), ".xls），请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("锁.docx", OLE + wide("EncryptedPackage"), "设有密码"),
        ("锁.xlsx", OLE + wide("EncryptedPackage"), "设有密码"),
        ("程序.exe", PLAIN, "不能读取 .exe 文件"),
        ("假.docx", PLAIN, "扩展名是 .docx，内容却是文字"),
        ("宏.docm", PLAIN, "带有宏"),
        ("程序.txt", b"\x7fELF\x02\x01\x01\0\0\0", "内容不是文字"),
        ("控制.txt", b"ab\x01\x02cd" * 100, "内容不是文字"),
        ("零.txt", PLAIN + b"\0" + PLAIN, "内容不是文字"),
        ("没有标记.txt", "完成投资\n12亿元".encode("utf-16-le"), "内容不是文字"),
        ("繁体.txt", "縣政府應當於年底前完成學校與醫院的擴建".encode("big5"), "编码不能识别"),
        ("日文.txt", "ことしのけいかくをたてる".encode("shift-jis") * 9, "编码不能识别"),
        ("半个.txt", b"\xff\xfe" + wide("目标") + b"\x00", "编码不能识别"),
        ("坏.docx", b"PK\x03\x04" + PLAIN * 50, "已损坏"),
        ("坏.csv", b'"' + b"a" * 200_000, "引号没有配对"),
        ("深.html", b"<div>" * 3000 + PLAIN, "嵌套太深"),
        ("较深.html", b"<div>" * 1500 + PLAIN, "嵌套太深"),
        ("脚本.html", b"<html><script>document.write('x')</script></html>", "文件里没有文字"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_what_to_do(refusal, name, data, words):
    assert words in refusal(name, data)


def test_a_folder_and_a_device_are_no_files(refusal, tmp_path):
    (tmp_path / "夹").mkdir()
    assert "是文件夹" in refusal("夹")
    os.mkfifo(tmp_path / "管道.txt")
    assert "不是普通文件" in refusal("管道.txt")
    (tmp_path / "零.txt").symlink_to("/dev/zero")
    assert "不是普通文件" in refusal("零.txt")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"word/vbaProject.bin": "x"}, "带有宏"),
        ({"WORD\\VBAPROJECT.BIN": "x"}, "带有宏"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "带有宏"),
        ({"[Content_Types].xml": "<x>application/vnd.ms-word.document.macroEnabled.main+xml</x>"}, "带有宏"),
        ({"docProps/app.xml": EXTERNAL + "<x>&e;</x>"}, "DOCTYPE"),
        ({"docProps/app.xml": (" " * 300_000 + EXTERNAL + "<x/>").encode("utf-16")}, "DOCTYPE"),
        ({"word/_rels/document.xml.rels": EXTERNAL + "<x/>"}, "DOCTYPE"),
        ({f"word/media/{at}.png": "" for at in range(2_100)}, "压缩炸弹"),
        ({"word/media/1.png": bytes(30_000_000)}, "压缩炸弹"),
    ],
)
def test_a_part_that_may_do_harm_refuses_the_whole_document(refusal, tmp_path, parts, words):
    office.pack(tmp_path / "文.docx", {"word/document.xml": office.document(office.paragraph("目标")), **parts})
    assert words in refusal("文.docx")


@pytest.mark.parametrize(
    ("name", "parts", "words"),
    [
        ("表.docx", {"xl/workbook.xml": "<x/>"}, "扩展名是 .docx，内容却是Excel 表格"),
        ("文.txt", {"word/document.xml": office.document("")}, "扩展名是 .txt，内容却是Word 文档"),
        ("包.docx", {"a.txt": "x"}, "这是压缩包"),
        ("表.xlsx", {"xl/workbook.bin": "x"}, ".xlsb"),
        ("演.docx", {"ppt/presentation.xml": "<x/>"}, "演示文稿"),
        ("版.docx", {"OFD.xml": "<x/>"}, "OFD"),
        ("文.docx", {"word/document.xml": office.document("<w:p>")}, "已损坏"),
        ("文.docx", {"word/document.xml": office.document("&e;")}, "已损坏"),
        ("文.docx", {"word/document.xml": "<x/>"}, "已损坏"),
        ("文.docx", {"word/document.xml": office.document("")}, "文件里没有文字"),
        ("文.docx", {"word/document.xml": office.document("<w:ins>" * 250 + "</w:ins>" * 250)}, "文件里没有文字"),
        ("文.docx", {"word/document.xml": office.document("<w:ins>" * 9000 + "</w:ins>" * 9000)}, "已损坏"),
    ],
)
def test_a_package_that_is_no_whole_document_is_refused(refusal, tmp_path, name, parts, words):
    office.pack(tmp_path / name, parts)
    assert words in refusal(name)


@pytest.mark.parametrize("before", [EXTERNAL, LAUGHS, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_a_document_type_is_refused_before_anything_is_parsed(refusal, tmp_path, before):
    office.docx(tmp_path / "文.docx", office.paragraph("&e;&a9;"), before)
    assert "DOCTYPE" in refusal("文.docx")
    sheet = before + office.worksheet("<row><c t='inlineStr'><is><t>&a9;</t></is></c></row>")
    office.xlsx(tmp_path / "表.xlsx", sheet)
    assert "DOCTYPE" in refusal("表.xlsx")


def test_another_encoding_hides_no_document_type(refusal, tmp_path):
    hidden = "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE x><x/>"
    office.pack(tmp_path / "文.docx", {"word/document.xml": hidden})
    assert "已损坏" in refusal("文.docx")


def test_locked_parts_and_strange_methods_are_refused(refusal, tmp_path):
    path = office.docx(tmp_path / "锁.docx")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "设有密码" in refusal("锁.docx", bytes(data))
    with zipfile.ZipFile(tmp_path / "怪.docx", "w", zipfile.ZIP_LZMA) as package:
        package.writestr("word/document.xml", office.document(""))
    assert "已损坏" in refusal("怪.docx")


@pytest.mark.parametrize(("claimed", "words"), [(100, "已损坏或不完整"), (700_000_000, "压缩炸弹")])
def test_a_directory_that_lies_about_sizes_lets_nothing_through(refusal, tmp_path, claimed, words):
    path = office.pack(tmp_path / "炸.docx", {"word/document.xml": b" " * 250_000_000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", claimed)
    data[22:26] = struct.pack("<I", claimed)
    assert words in refusal("炸.docx", bytes(data))


def test_parts_that_are_small_each_and_large_together_are_refused(refusal, tmp_path):
    parts = {f"word/{at}.xml": " " * 1_000_000 for at in range(220)}
    office.pack(tmp_path / "多.docx", {"word/document.xml": office.document(""), **parts})
    assert "压缩炸弹" in refusal("多.docx")


# --- grids ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_sheet_of_a_million_cells_is_refused(refusal, tmp_path):
    rows = ("".join(f"<c><v>{at * 7919 % 99991}</v></c>" for at in range(row, row + 1_000)) for row in range(1_000))
    office.xlsx(tmp_path / "大.xlsx", office.worksheet("".join(f"<row>{row}</row>" for row in rows)))
    assert "超过 20 万个单元格" in refusal("大.xlsx")


def test_two_cells_far_apart_are_no_grid(refusal, tmp_path):
    cells = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>"
    office.xlsx(tmp_path / "远.xlsx", office.worksheet(cells))
    assert "超过 20 万个单元格" in refusal("远.xlsx")


def test_a_sheet_that_claims_to_be_huge_costs_what_is_in_it(tmp_path):
    empty = "".join(f"<row r='{row}'><c r='XFD{row}' s='0'/></row>" for row in range(2, 50_000))
    after = "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"
    rows = f"<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c></row>{empty}"
    sheet = office.worksheet(rows, after).replace("<sheetData>", "<dimension ref='A1:XFD1048576'/><sheetData>")
    source = open_source(office.xlsx(tmp_path / "表.xlsx", sheet))
    assert source.sheets[0].rows == (("1", "2"),)
    assert source.sheets[0].merged == ((0, 0, 0, 1),)


def test_one_long_text_in_many_cells_is_refused(refusal, tmp_path):
    cells = "<c t='s'><v>0</v></c>" * 100
    strings = f"<si><t>{'长' * 32_000}</t></si>"
    office.xlsx(tmp_path / "长.xlsx", office.worksheet(f"<row>{cells}</row>" * 100), strings=strings)
    assert "万字" in refusal("长.xlsx")


def test_a_document_longer_than_any_plan_is_refused_before_it_is_read(refusal):
    assert refusal("长.txt", PLAIN * 120_000) == "文件超过 100 万字，请拆分后再试。"


def test_a_text_that_takes_too_long_to_understand_is_stopped(monkeypatch, tmp_path):
    path = tmp_path / "久.txt"
    path.write_bytes(PLAIN * 20_000)
    monkeypatch.setattr(reader, "SECONDS", 0.05)
    with pytest.raises(errors.Unreadable) as caught:
        reader.read_plan(open_source(path))
    assert caught.value.reasons == (limit.TOO_LONG,)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


#: Lines without an end, of which rules once took time that grew with the square or the cube of their length.
ENDLESS = (
    *("（县水利局、县财政局", "〔牵头", "〔牵头：", "年底前，", "应配尽配，", "2026年达到5个，"),
    *(
        "建设水库",
        "由县水利局和",
        "年内创建县级和美乡村3个",
        "还有33座四、五类桥梁未改造",
        "二、“十五五”时期的目标任务",
    ),
    *("对剩余7个", "春节、国庆期间各组织一次大型促消费活动", "全年新增规上工业企业33家、高新技术企业3家以上"),
)


@pytest.mark.slow
@pytest.mark.parametrize("clause", ENDLESS)
def test_a_line_that_never_ends_is_read_before_its_time_is_up(monkeypatch, clause):
    letters = 20_000
    text = "云溪县2026年工作要点\n一、任务\n" + clause * (letters // len(clause))
    monkeypatch.setattr(reader, "SECONDS", 30)  # what grows with the square needs minutes
    assert reader.read_plan(Source("txt", text, "")) is not None


@pytest.mark.parametrize(
    "cell", ["<c r='A0'><v>1</v></c>", "<c r='XFE1'><v>1</v></c>", "<c t='s'><v>7</v></c>", "<c s='x'><v>1</v></c>"]
)
def test_a_sheet_that_contradicts_itself_is_broken(refusal, tmp_path, cell):
    office.xlsx(tmp_path / "坏.xlsx", office.worksheet(f"<row>{cell}</row>"))
    assert "已损坏" in refusal("坏.xlsx")


@pytest.mark.slow
def test_spans_that_multiply_are_refused(refusal):
    cell = "<td colspan=1000 rowspan=60000>x</td>"
    assert "超过 20 万个单元格" in refusal("表.html", f"<table>{f'<tr>{cell * 9}</tr>' * 2000}</table>".encode())


def test_a_csv_with_too_many_cells_or_one_very_long_row_is_refused(refusal):
    assert "超过 20 万个单元格" in refusal("表.csv", b"1,2,3\n" * 70_000)
    assert "超过 20 万个单元格" in refusal("宽.csv", b"1,2\n" * 5_000 + b"," * 1_000)


# --- the process of its own ----------------------------------------------------------------------


def test_reading_apart_gives_the_same(tmp_path):
    path = office.docx(tmp_path / "计划 “一”.docx")
    assert read_safely(path) == open_source(path)


def test_a_name_that_is_an_option_or_has_a_zero_byte_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-c").write_bytes(PLAIN)
    assert read_safely(opening.Path("-c")).text == PLAIN.decode()
    with pytest.raises(errors.Unreadable):
        read_safely(opening.Path("a\0b"))


def test_a_page_that_keeps_the_parser_busy_is_stopped(tmp_path):
    path = tmp_path / "忙.html"
    path.write_text("<p " + " ".join(f"a{at}=1" for at in range(300_000)) + ">目标", encoding="utf-8")
    with pytest.raises(errors.Unreadable) as caught:
        read_safely(path, seconds=2)
    assert caught.value.reasons == (sandbox.TOO_LONG,)


def test_a_document_that_needs_too_much_memory_is_stopped(tmp_path):
    body = "<w:p/>" * 3_000_000 + office.paragraph("目标")
    noise = "".join(f"<!--{at * 7919:x}-->" for at in range(400_000))
    path = office.docx(tmp_path / "大.docx", body + noise)
    with pytest.raises(errors.Unreadable) as caught:
        read_safely(path, memory_mb=200)
    assert caught.value.reasons == (sandbox.TOO_MUCH,)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1024 * 1024  # kB


def in_child(body):
    """What a piece of Python says in a process that the sandbox has limited."""
    code = sandbox.START.partition("sandbox.main")[0] + body
    command = [sys.executable, "-I", "-B", "-c", code, str(sandbox.PACKAGE)]
    return subprocess.run(command, capture_output=True, check=False, timeout=WATCHDOG)


def test_the_child_can_write_no_file_and_ask_nobody(tmp_path):
    limited = "sandbox._limit(20, 500 * 1024 * 1024)\n"
    written = in_child(f"{limited}f = open({str(tmp_path / 'x')!r}, 'w'); f.write('x'); f.flush()")
    assert b"File too large" in written.stderr
    forbidden = limited + "sys.addaudithook(sandbox._forbid)\n"
    for act in ("import socket; socket.socket()", "import os; os.system('true')", "import os; os.fork()"):
        assert b"PermissionError" in in_child(forbidden + act).stderr
    greedy = in_child(limited + "x = bytes(600 * 1024 * 1024)")
    assert b"MemoryError" in greedy.stderr


def test_reading_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    office.docx(tmp_path / "文.docx")
    read_safely(tmp_path / "文.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["文.docx"]


def test_a_child_that_dies_or_talks_nonsense_is_one_sentence(monkeypatch, tmp_path):
    path = office.docx(tmp_path / "文.docx")
    for start, sentence in (
        ("import os; os.kill(os.getpid(), 11)", sandbox.CRASHED),
        ("import os; os.kill(os.getpid(), 9)", sandbox.TOO_LONG),
        ("print('{')", sandbox.CRASHED),
        ("raise SystemExit(1)", sandbox.CRASHED),
    ):
        monkeypatch.setattr(sandbox, "START", start)
        with pytest.raises(errors.Unreadable) as caught:
            read_safely(path)
        assert caught.value.reasons == (sentence,)


def test_a_child_starts_without_the_web_application():
    known = in_child("from taskflow.reading.files import opening\nprint('flask' in sys.modules, 'lxml' in sys.modules)")
    assert known.stdout.split() == [b"False", b"True"]
