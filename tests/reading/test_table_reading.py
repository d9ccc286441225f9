"""Tables of every layout in use are read as their authors mean them; what is wrong is said before all else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from taskflow import errors
from taskflow.reading.duties import Unit, Vocabulary
from taskflow.reading.files.opening import open_source
from taskflow.reading.tables import mapping as maps
from taskflow.reading.tables import words
from taskflow.reading.tables.cells import people, units
from taskflow.reading.tables.header import find
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.mapping import Mapping
from taskflow.reading.tables.planned import plan, plan_of
from taskflow.reading.tables.reading import TableReading, read_table
from taskflow.reading.tables.words import FIELDS, WORDS, meaning
from tests.reading import grids
from tests.reading.grids import Table

pytestmark = pytest.mark.once
KNOWN = KnownUnits.of(grids.UNITS)


def read(table: Table, **given) -> TableReading:
    return read_table(table.source, units=KNOWN, **given)


def entry(reading, title):
    return next(one for one in reading.entries if one.title == title)


def told(reading, *, error=None):
    """The findings as (row, column's letter, value)."""
    return [(one.row, one.column[:1], one.value) for one in reading.problems if error in (None, one.error)]


# Layouts


@pytest.mark.parametrize(("layout", "table"), grids.LAYOUTS.items(), ids=list(grids.LAYOUTS))
def test_a_layout_is_told_by_its_columns(layout, table):
    assert read(table).mapping.layout == layout


@pytest.mark.parametrize(("layout", "table"), grids.LAYOUTS.items(), ids=list(grids.LAYOUTS))
def test_every_column_has_a_meaning_a_confidence_and_a_reason(layout, table):
    for column in read(table).mapping.columns:
        assert column.field in FIELDS
        assert 0 < column.confidence <= 1, column
        assert column.why


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (grids.BREAKDOWN, "seq title goal leader lead supporting due note"),
        (grids.LEDGER, "seq title content investment_year content start due lead code"),
        (grids.PROJECTS, "seq title content investment_total due lead leader"),
        (grids.PROBLEMS, "seq title source goal measures leader lead person due progress ignore done_on"),
        (
            grids.SCHEDULE,
            "seq title node start due done_on leader lead person progress ignore problem measures ignore ignore ignore",
        ),
        (
            grids.MONTHLY,
            (
                "code title category content start due investment_total investment_year ignore lead supporting leader "
                "stage note person phone progress problem"
            ),
        ),
        (
            grids.MATTERS,
            (
                "code seq category start source source title content due note lead supporting leader person person "
                "person person ignore progress problem measures progress category category ignore note"
            ),
        ),
        (grids.INDICATORS, "category category seq title score due lead"),
        (grids.YEARLY, "ignore category title goal score source due progress lead person ignore"),
        (grids.PLAN, "seq title due person note"),
        (grids.QUARTERS, "title period period period period lead"),
        (grids.PEOPLE, "category title lead person supporting person supporting person"),
    ],
)
def test_columns_are_taken_for_what_they_mean(table, expected):
    assert [column.field for column in read(table).mapping.columns] == expected.split()


def test_a_breakdown_gives_its_tasks_under_their_headings():
    reading = read(grids.BREAKDOWN)
    assert [one.title for one in reading.entries] == ["改造云溪老街", "新建青石小学", "办好河灯文化节", "推广乡村民宿"]
    assert [one.path for one in reading.entries] == [["一、城乡建设"]] * 2 + [["二、文旅融合"]] * 2
    assert [str(one.deadline.date) for one in reading.entries] == ["2023-06-30", "2023-12-31", "2023-09-30", "None"]
    school = entry(reading, "新建青石小学")
    assert (school.units.lead, school.units.supporting) == (["县教育局"], ["县住建局", "县财政局"])
    assert school.leaders == ["李四", "王小五"]
    assert [(one.first + 1, one.reason) for one in reading.skipped] == [
        (4, "heading"), (7, "heading"), (10, "sum"), (11, "note"),
    ]  # fmt: skip
    assert reading.title == "青石县2023年重点工作任务分解表"
    assert reading.ok


def test_a_task_that_spans_rows_is_one_task_with_stages():
    road, river = read(grids.LEDGER).entries
    assert (road.title, road.row, road.last_row) == ("改造北环路", 4, 6)
    assert [(part.name, str(part.start), str(part.due)) for part in road.parts] == [
        ("完成征收", "2017-01-01", "2017-03-31"),
        ("主体施工", "2017-04-01", "2017-08-31"),
        ("竣工通车", "2017-09-01", "2017-11-30"),
    ]
    assert (road.start, road.deadline.date) == (date(2017, 1, 1), date(2017, 11, 30))
    assert (road.units.lead, road.units.supporting) == (["县住建局"], ["县财政局", "云溪镇"])
    assert road.path == ["总体目标：城区面貌明显改观"]
    assert (river.parts, river.deadline.date) == ([], date(2017, 6, 30))


def test_a_schedule_gives_every_task_its_steps_and_no_chart():
    hospital, bridge = read(grids.SCHEDULE).entries
    assert [part.name for part in hospital.parts] == ["立项", "施工招标", "主体施工"]
    assert hospital.parts[0].done_on == date(2024, 1, 30)
    assert [part.name for part in bridge.parts] == ["开工"]
    assert hospital.deadline.date == date(2024, 12, 20)


def test_a_file_that_knows_no_merged_cells_is_read_the_same():
    for table in (grids.BREAKDOWN, grids.LEDGER, grids.SCHEDULE, grids.PEOPLE):
        merged, plain = read(table), read(replace(table, merged=(), kind="csv"))
        shown = [
            [(one.title, one.row, one.last_row, one.units, one.phrase, one.parts) for one in reading.entries]
            for reading in (merged, plain)
        ]
        assert shown[0] == shown[1], table.rows[0]
        assert [column.field for column in plain.mapping.columns] == [one.field for one in merged.mapping.columns]


def test_quarters_as_columns_are_steps_due_at_their_ends():
    bridge, river = read(grids.QUARTERS).entries
    assert [(part.name, str(part.due)) for part in bridge.parts][-1] == ("建成通车", "2024-12-31")
    assert (len(river.parts), river.deadline.date) == (2, date(2024, 9, 30))


def test_one_merged_name_beside_numbered_rows_is_their_heading():
    table = Table(
        [
            ["重点任务", "序号", "具体内容", "责任单位", "完成时限"],
            ["改善民生", "1", "建成公厕3座", "住建局", "2024年底"],
            ["", "2", "新增车位200个", "住建局", "2024年底"],
            ["兴修水利", "3", "清淤2公里", "水利局", "2024年底"],
        ],
        ((1, 0, 2, 0),),
    )
    reading = read(table)
    assert [(one.title, one.path) for one in reading.entries][:2] == [
        ("建成公厕3座", ["改善民生"]),
        ("新增车位200个", ["改善民生"]),
    ]
    assert len(reading.entries) == 3


def test_a_repeated_header_and_empty_rows_are_passed_over():
    rows = [*grids.PLAN.rows[:2], ["", "", ""], ["", "", ""], *grids.PLAN.rows[:1], grids.PLAN.rows[2], ["", ""]]
    reading = read(Table(rows))
    assert [one.title for one in reading.entries] == ["编制年度预算", "组织业务培训"]
    assert [(one.first, one.last, one.reason) for one in reading.skipped] == [(2, 3, "empty"), (4, 4, "header")]


def test_who_leads_is_the_first_where_the_table_says_so():
    rows = [
        ["任务分解表（责任单位列第一位的为牵头单位）"],
        ["任务", "责任单位", "完成时限"],
        ["修路", "住建局、财政局", "2024年底"],
    ]
    assert read(Table(rows)).entries[0].units.lead == ["住建局"]
    assert read(Table(rows[1:])).entries[0].units.lead == ["住建局", "财政局"]


def test_two_columns_of_units_are_lead_and_supporting():
    rows = [["任务", "责任单位", "牵头单位", "完成时限"], ["修路", "财政局、审计局", "住建局", "2024年底"]]
    found = read(Table(rows)).entries[0].units
    assert (found.lead, found.supporting) == (["住建局"], ["财政局", "审计局"])


def test_words_under_a_common_header_say_who_leads():
    rows = [
        ["序号", "工作任务", "责任单位", "", "完成时限"],
        ["", "", "牵头", "配合", ""],
        ["1", "建设农村公路35公里", "县交通局", "各乡镇", "10月底前"],
    ]
    assert [(one.field, one.why) for one in read(Table(rows)).mapping.columns[2:4]] == [
        ("lead", "表头“牵头”在词表中"),
        ("supporting", "表头“配合”在词表中"),
    ]


@pytest.mark.parametrize(
    ("cell", "lead", "supporting"),
    [
        ("住建局、财政局", "住建局 财政局", ""),
        ("住建局，财政局；审计局", "住建局 财政局 审计局", ""),
        ("住建局\n财政局", "住建局 财政局", ""),
        ("住建局 财政局", "住建局 财政局", ""),
        ("住 建 局", "住建局", ""),
        ("牵头单位:\n住建局\n责任单位:\n财政局、审计局", "住建局", "财政局 审计局"),
        ("责任单位：住建局、财政局", "住建局 财政局", ""),
        ("住建局牵头，财政局、审计局配合", "住建局", "财政局 审计局"),
        ("住建局、财政局牵头，审计局配合", "住建局 财政局", "审计局"),
        ("住建局（牵头）、财政局", "住建局", "财政局"),
        ("住建局等有关部门", "住建局", ""),
        ("住建局负责", "住建局", ""),
        ("县政协办、财政局配合", "", "县政协办 财政局"),
        ("县政协办", "县政协办", ""),
        ("县政协办牵头，财政局协办", "县政协办", "财政局"),
        ("督查督办中心、财政局", "督查督办中心 财政局", ""),
        ("", "", ""),
    ],
)
def test_a_cell_of_units_says_who_leads(cell, lead, supporting):
    found = units(cell, leads=True)
    assert (found.lead, found.supporting) == (lead.split(), supporting.split())


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张　三", "张三"),
        ("张　三、李小四", "张三 李小四"),
        ("张 三 李小四", "张三 李小四"),
        ("张　三\n李　四", "张三 李四"),
        ("欧阳明 赵六", "欧阳明 赵六"),
        ("周九 13900000000", "周九"),
        ("", ""),
    ],
)
def test_names_lose_their_padding(cell, names):
    assert people(cell) == names.split()


# Headers


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("序\n号", "seq"),
        ("牵 头 单 位", "lead"),
        ("总投资（万元）", "investment_total"),
        ("2024年计划投资(万元)", "investment_year"),
        ("完成时限（年月）", "due"),
        ("县级包联领导", "leader"),
        ("项目责任人及电话", "phone"),
        ("整改完成时限", "due"),
        ("第二季度", "period"),
        ("天气", "ignore"),
        ("", "ignore"),
    ],
)
def test_header_words_have_a_meaning(header, field):
    assert meaning(header).field == field


def test_every_field_has_header_words_and_no_word_two_fields():
    assert set(WORDS.values()) | {"period"} == set(FIELDS)
    listed = (Path(words.__file__).parent / "header_words.csv").read_text(encoding="utf-8").splitlines()[1:]
    all_words = [word for line in listed for word in line.split(",")[2].split()]
    assert len(all_words) == len(set(all_words))


def test_a_sheet_without_header_is_refused_with_a_sentence():
    with pytest.raises(errors.Unreadable, match="没有找到表头"):
        read(Table([["今天天气不错"], ["一二三", "四五六"]]))


def test_sheets_with_the_same_header_are_read_together():
    head, *rows = grids.PLAN.rows
    second = [["二季度计划"], head, ["1", "检修水闸", "看着办", "王五", ""], ["2", "编制年度预算", "2024年3月", "", ""]]
    table = replace(grids.PLAN, name="一季度", more={"二季度": second, "说明": [["随便写写"]]})
    reading = read(table)
    assert [(one.title, one.path) for one in reading.entries] == [
        ("编制年度预算", []), ("组织业务培训", []), ("检修水闸", ["二季度"]), ("编制年度预算", ["二季度"]),
    ]  # fmt: skip
    assert "一并读取：一季度、二季度" in reading.warnings[0]
    assert "没有读：说明" in reading.warnings[1]
    bad = reading.errors[0]
    assert (bad.sheet, bad.row, bad.where) == ("二季度", 3, "二季度 3")
    assert any("与第 一季度 2 行" in one.message for one in reading.problems)
    for one, entry_ in zip(plan(reading)["measures"], reading.entries, strict=True):
        assert one["text"] == table.source.text[one["char_start"] : one["char_end"]]
        assert entry_.title in one["text"]
    assert plan(reading)["measures"][1]["text"] == "\t".join(rows[1]).strip()


def test_tables_in_a_document_are_tables_too(tmp_path):
    made = Document()
    made.add_paragraph("附件")
    for table in (grids.PLAN, grids.LEDGER):
        rows = grids.square(table.rows)
        drawn = made.add_table(len(rows), len(rows[0]))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                drawn.cell(row, column).text = text
        for first, left, last, right in table.merged:
            drawn.cell(first, left).merge(drawn.cell(last, right)).text = rows[first][left]
        made.add_paragraph("——")
    made.save(tmp_path / "通知.docx")
    source = open_source(tmp_path / "通知.docx")
    broken, ledger = (read_table(source, maps.guess(grid), KNOWN) for grid in maps.grids(source))
    assert [one.title for one in broken.entries] == ["编制年度预算", "组织业务培训"]
    assert [(one.title, len(one.parts)) for one in ledger.entries] == [("改造北环路", 3), ("整治青石河", 0)]
    for reading in (broken, ledger):
        for one, entry_ in zip(plan(reading)["measures"], reading.entries, strict=True):
            assert one["text"] == source.text[one["char_start"] : one["char_end"]]
            assert entry_.title in one["text"]
    assert plan(broken)["measures"][-1]["text"].endswith("李四")


def test_the_best_sheet_is_read_and_the_others_are_named():
    table = replace(grids.PLAN, name="说明", more={"任务": grids.BREAKDOWN.rows[2:], "附": [["没有表头"]]})
    reading = read(table)
    assert reading.mapping.sheet == "任务"
    assert "说明、附" in reading.warnings[0]


# What is wrong


def with_row(*cells: str) -> TableReading:
    header = ["序号", "任务编号", "重点任务", "牵头单位", "配合单位", "计划开始", "完成时限", "完成率"]
    return read(Table([header, ["1", "A1", "甲任务", "住建局", "", "", "2024年底", ""], list(cells)]))


@pytest.mark.parametrize(
    ("cells", "letter", "word", "error"),
    [
        (("2", "A2", "", "住建局", "", "", "2024年", ""), "C", "没有任务名称", True),
        (("2", "A2", "=SUM(A1)", "住建局", "", "", "2024年底", ""), "C", "公式", False),
        (("2", "A2", "乙" * 130, "住建局", "", "", "2024年底", ""), "C", "截短", False),
        (("2", "A2", "乙", "住建局", "", "", "看着办", ""), "G", "无法识别", True),
        (("2", "A2", "乙", "住建局", "", "", "6月底", ""), "G", "没有写年份", True),
        (("2", "A2", "乙", "住建局", "", "", "2024年汛期前", ""), "G", "不能换算成日期", False),
        (("2", "A2", "乙", "住建局", "", "", "", ""), "G", "没有完成时限", False),
        (("2", "A2", "乙", "住建局", "", "2025年3月", "2024年底", ""), "G", "晚于完成时限", True),
        (("2", "A2", "乙", "住建局", "", "不久", "2024年底", ""), "F", "开始时间无法识别", False),
        (("2", "A2", "乙", "主建局", "", "", "2024年底", ""), "D", "单位库中没有", True),
        (("2", "A2", "乙", "住建局", "某银行", "", "2024年底", ""), "E", "单位库中没有", False),
        (("2", "A2", "乙", "各乡镇", "", "", "2024年底", ""), "D", "不是一个单位", False),
        (("2", "A2", "乙", "", "", "", "2024年底", ""), "D", "没有牵头单位", False),
        (("2", "A2", "乙", "住建局、财政局", "", "", "2024年底", ""), "D", "2 个牵头单位", False),
        (("2", "A1", "乙", "住建局", "", "", "2024年底", ""), "B", "编号与第 2 行重复", True),
        (("2", "A2", "甲任务", "住建局", "", "", "2024年底", ""), "C", "可能重复", False),
        (("2", "A2", "乙", "住建局", "", "", "2024年底", "120%"), "H", "0 到 100", False),
        (("4", "A2", "乙", "住建局", "", "", "2024年底", ""), "A", "序号缺 2、3", False),
        (("1", "A2", "乙", "住建局", "", "", "2024年底", ""), "A", "序号 1 重复", False),
    ],
)  # fmt: skip
def test_a_finding_names_row_column_and_what_is_wrong(cells, letter, word, error):
    (problem,) = with_row(*cells).problems
    assert (problem.row, problem.column[0], problem.error) == (3, letter, error)
    assert word in problem.message
    assert with_row(*cells).ok is not error


def test_a_finding_says_what_would_do():
    assert with_row("2", "A2", "乙", "主建局", "", "", "2024年底", "").problems[0].allowed == ("住建局",)
    assert "6月底" in with_row("2", "A2", "乙", "住建局", "", "", "看着办", "").problems[0].allowed


def test_a_good_table_has_no_findings():
    reading = with_row("2", "A2", "乙", "市住建局", "县财政局、各乡镇", "2024.1", "2024.6", "80%")
    assert (reading.problems, reading.ok) == ((), True)


def test_the_year_given_answers_deadlines_without_one():
    assert told(read(grids.PROJECTS), error=True) == [(6, "E", "5月底取得阶段性成效并持续推进")]
    reading = read(grids.PROJECTS, year=2022)
    assert reading.ok
    assert [str(one.deadline.date) for one in reading.entries] == ["2022-12-31", "None", "2022-05-31"]


def test_a_person_says_which_unit_is_meant():
    header = ["任务", "牵头单位", "完成时限"]
    table = Table([header, ["修路", "老建设局", "2024年底"], ["架桥", "某工作专班", "2024年底"]])
    first = read(table)
    assert set(first.unknown_units()) == {"老建设局", "某工作专班"}
    chosen = replace(first.mapping, units={"老建设局": "住建局", "某工作专班": ""})
    again = read_table(table.source, chosen, KNOWN)
    assert again.ok
    assert [one["units"]["lead"] for one in plan(again)["measures"]] == [["住建局"], []]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("文旅局", "文旅局"),
        ("市文旅局", "文旅局"),
        ("县文旅局", "文旅局"),
        ("青石县文旅局", "文旅局"),
        ("市文旅广电局", "文旅局"),
        ("县文化和旅游局", "文旅局"),
        ("云溪镇人民政府", "云溪镇"),
        ("云溪镇", "云溪镇"),
        ("文旅具", None),
        ("局", None),
    ],
)
def test_a_unit_goes_under_several_names(name, short):
    assert KNOWN.find(name) == short


@pytest.mark.parametrize(
    ("name", "near"), [("文旅具", "文旅局"), ("云西镇", "云溪镇"), ("水力局", "水利局"), ("云溪乡", "云溪镇")]
)
def test_a_typing_error_gives_the_nearest(name, near):
    assert KNOWN.near(name)[0] == near


# Mappings


def test_a_mapping_can_be_kept_and_used_again():
    reading = read(grids.LEDGER)
    kept = Mapping.from_json(json.loads(json.dumps(reading.mapping.as_json())))
    assert kept == reading.mapping
    assert read_table(grids.LEDGER.source, kept, KNOWN).entries == reading.entries


def test_a_person_may_take_a_column_for_something_else():
    mapping = read(grids.PLAN).mapping
    changed = mapping.taken_as(["seq", "title", "due", "lead", "ignore"])
    assert [(column.field, column.why) for column in changed.columns][3:] == [
        ("lead", "人工指定"),
        ("ignore", "人工指定"),
    ]
    assert read_table(grids.PLAN.source, changed).entries[0].units.lead == ["张三"]


def test_a_saved_mapping_finds_its_columns_again():
    saved = read(grids.PLAN).mapping
    fields = ["seq", "title", "due", "lead", "ignore"]
    moved = [[row[1], row[0], row[3], row[2], row[4]] for row in grids.PLAN.rows]
    again = maps.guess(maps.grids(Table(moved).source)[0]).like(saved.header_words, fields)
    assert [column.field for column in again.columns] == ["title", "seq", "lead", "due", "ignore"]
    assert maps.guess(maps.grids(grids.BREAKDOWN.source)[0]).like(saved.header_words, fields) is None


def test_a_mapping_for_another_file_is_refused():
    with pytest.raises(errors.Unreadable, match="对应关系"):
        read_table(grids.PLAN.source, read(grids.BREAKDOWN).mapping)


# plan-json


@pytest.mark.parametrize(("layout", "table"), grids.LAYOUTS.items(), ids=list(grids.LAYOUTS))
def test_a_table_becomes_plan_json_with_places_that_are_right(layout, table):
    reading = read(table, year=2024)
    made = json.loads(json.dumps(plan(reading), ensure_ascii=False))
    assert made.keys() == {
        "document", "outline", "measures", "projects", "indicators", "conflicts", "skipped", "warnings",
    }  # fmt: skip
    assert made["document"]["kind"] == "table"
    assert len(made["measures"]) == len(reading.entries)
    text, lines = table.source.text, table.source.text.split("\n")
    for one, source in zip(made["measures"], reading.entries, strict=True):
        assert one["text"] == text[one["char_start"] : one["char_end"]]
        assert source.title in one["text"].replace("\n", "")
        assert lines[one["line"] - 1].strip("\t").startswith(one["text"].split("\n")[0])
        assert len(one["title"]) <= 40
        assert one["units"]["named"] is bool(source.units.lead)
        assert set(one) == {
            "id", "line", "char_start", "char_end", "path", "text", "title", "kind", "targets", "deadline",
            "recurrence", "units", "suggested", "aspirational", "duplicate_of", "confidence", "why",
        }  # fmt: skip
        assert one["kind"] in ("quantified", "project", "institutional", "continuing")


def test_units_leave_under_the_names_that_the_county_uses():
    made = plan(read(grids.BREAKDOWN))
    assert [one["units"]["lead"] for one in made["measures"]] == [
        ["住建局"],
        ["教育局"],
        ["文旅局"],
        ["文旅局", "云溪镇"],
    ]
    assert [one["title"] for one in made["outline"]] == ["一、城乡建设", "二、文旅融合"]
    assert made["measures"][0]["path"] == ["青石县2023年重点工作任务分解表", "一、城乡建设"]
    assert made["measures"][3]["deadline"] == {"phrase": "持续推进", "date": None, "basis": "none"}
    assert made["measures"][3]["kind"] == "continuing"


def test_figures_are_read_from_name_content_and_goal():
    first, river = plan(read(grids.BREAKDOWN))["measures"][0], plan(read(grids.LEDGER))["measures"][1]
    assert [(one["comparator"], one["value"], one["unit"]) for one in first["targets"]] == [("=", 3, "条")]
    assert [(one["indicator"], one["value"], one["unit"]) for one in river["targets"]] == [("清淤", 5, "公里")]
    assert (first["kind"], river["kind"]) == ("quantified", "quantified")


def test_a_figure_that_name_and_goal_both_print_is_one():
    rows = [
        ["任务", "年度目标", "牵头单位", "完成时限"],
        ["新增规上工业企业8户", "全年新增8户以上，培训300人", "工信局", "2024年底"],
    ]
    (one,) = plan(read(Table(rows)))["measures"]
    found = [(target["indicator"], target["comparator"], target["value"]) for target in one["targets"]]
    assert found == [("新增规上工业企业", "≥", 8), ("培训", "=", 300)]


def test_one_finding_in_many_rows_is_one_warning():
    rows = [["任务", "牵头单位", "完成时限"], *[[f"事{number}", "住建局", "尽快"] for number in range(12)]]
    warnings = plan(read(Table(rows)))["warnings"]
    assert warnings == ["第 2、3、4、5、6、7、8、9等 12 行 C（完成时限）：时限不能换算成日期，导入后须补上。"]


def test_the_reader_of_plans_gets_the_same_object():
    units = Vocabulary((Unit("青石县住房和城乡建设局", "住建局"),))
    measures = plan_of(grids.BREAKDOWN.source, units)["measures"]
    assert [one["units"]["lead"] for one in measures][:2] == [["住建局"], ["县教育局"]]


def test_a_table_of_steps_may_have_the_tasks_own_dates_too():
    rows = [
        ["任务", "开始时间", "完成时限", "牵头单位", "节点", "计划开始", "计划完成"],
        ["修桥", "2024-01-02", "2024-12-31", "交通局", "立项", "2024-01-02", "2024-02-01"],
        ["修桥", "2024-01-02", "2024-12-31", "交通局", "开工", "2024-03-01", "2024-04-01"],
    ]
    (bridge,) = read(Table(rows)).entries
    assert (bridge.start, bridge.deadline.date) == (date(2024, 1, 2), date(2024, 12, 31))
    assert [(part.name, str(part.due)) for part in bridge.parts] == [("立项", "2024-02-01"), ("开工", "2024-04-01")]


def test_rows_left_out_are_not_in_the_plan():
    reading = read(grids.BREAKDOWN)
    assert len(plan(reading, frozenset({4, 5}))["measures"]) == 2


def test_the_same_row_twice_is_one_measure():
    rows = [["任务", "牵头单位", "完成时限"], *[["修路", "住建局", "2024年底"]] * 2]
    first, second = plan(read(Table(rows)))["measures"]
    assert (first["duplicate_of"], second["duplicate_of"]) == (None, first["id"])


CELL = st.sampled_from(
    ["", "1", "2", "修路", "架桥", "住建局", "2024年底", "合计", "一、城建", "序号", "任务", "\n", "=1+1", "　"]
)


@given(st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=9), st.lists(st.integers(1, 9), max_size=6))
def test_no_row_is_lost_silently(rows, numbers):
    """Every row that holds something is a task, a stage of one, or passed over with a reason."""
    header = ["序号", "任务", "牵头单位", "完成时限"]
    merged = tuple((first, 1, first + 1, 1) for first in sorted(set(numbers))[::2] if first + 1 <= len(rows))
    merged = tuple(one for place, one in enumerate(merged) if not place or one[0] > merged[place - 1][2])
    reading = read(Table([header, *rows], merged))
    if reading.mapping.first_row != 1:
        return  # the first row of data names columns, too
    kept = {row for one in reading.entries for row in range(one.row, one.last_row + 1)}
    passed = {row for one in reading.skipped for row in range(one.first, one.last + 1)}
    said = {row for row in range(1, len(rows) + 1) if reading.grid.own(row)}
    assert not kept & passed
    assert said <= kept | passed


def test_a_large_table_is_read_at_once():
    rows = [["序号", "任务", "牵头单位", "完成时限"]]
    rows += [[str(number), f"第{number}项工程", "住建局", "2024年底"] for number in range(1, 5001)]
    reading = read(Table(rows))
    assert (len(reading.entries), reading.ok) == (5000, True)
    assert len(plan(reading)["measures"]) == 5000


def test_a_header_is_found_only_where_columns_are_named():
    assert find(maps.grids(Table([["序号", "天气"], ["1", "晴"]]).source)[0]) is None
