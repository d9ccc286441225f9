"""A table from upload to drafts: what a person sees, sets, saves and lets in, and who may."""

from __future__ import annotations

import io
from datetime import date
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from xlsxwriter import Workbook

from taskflow import db, storage
from taskflow.drafts.models import Draft, Intake
from taskflow.org.models import Region
from taskflow.tables import uploads
from taskflow.tables.models import TableMapping, TableUpload
from taskflow.tasks.models import Task
from tests import factories as make
from tests.looking import page_of, selects

HEAD = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
GOOD = [
    HEAD,
    ["1", "新增规上企业8户", "工信局", "农业农村局、各乡镇", "2024年底"],
    ["2", "修缮老街", "县工信局", "", "6月底"],
]
BAD = [HEAD, ["1", "", "工信局", "", "2024年底"], ["2", "修缮老街", "工信居", "", "看情况"]]


def csv_of(rows):
    return "\n".join(",".join(row) for row in rows).encode()


def xlsx_of(rows, title=""):
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        if title:
            sheet.merge_range(0, 0, 0, len(rows[0]) - 1, title)
        for number, row in enumerate(rows, 1 if title else 0):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return made.getvalue()


@pytest.fixture
def office(client):
    return client("officer-1")


def send(browser, content, name="任务.csv", status=303):
    answer = browser.post("/imports/table", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == status, answer.text
    return answer


def the_upload():
    db.session.expire_all()
    return db.session.scalars(select(TableUpload).order_by(TableUpload.id.desc())).first()


def shown(browser, upload):
    return page_of(browser, f"/imports/table/{upload.id}")


def form_of(page):
    """The values that the page's form would send."""
    form = page.select_one("#mapping-form")
    values = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    for choice in form.select("select[name]"):
        chosen = choice.select_one("option[selected]") or choice.select_one("option")
        values[choice["name"]] = chosen["value"]
    return values


def change(browser, upload, status=303, **values):
    typed = form_of(shown(browser, upload)) | values
    answer = browser.post(f"/imports/table/{upload.id}", data=typed)
    assert answer.status_code == status, answer.text
    return answer


def count(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


def kept(settings):
    return sorted(path.suffix for path in uploads.folder(settings["DATA"]).glob(f"{the_upload().sha256}*"))


# The whole way


def test_a_table_becomes_drafts(office, county, settings):
    send(office, xlsx_of(GOOD, "2024年重点任务分解表"), "任务.xlsx")
    upload = the_upload()
    page = shown(office, upload)
    assert "可以导入：2 项任务将成为草案" in page.text
    assert kept(settings) == [".json", ".xlsx"]
    answer = office.post(f"/imports/table/{upload.id}/store", data={"seen": upload.version})
    made = db.session.scalars(select(Intake)).one()
    assert (answer.status_code, answer.location) == (303, f"/imports/{made.id}")
    assert (made.title, made.document_kind, made.kind, made.reporting_year) == (
        "2024年重点任务分解表",
        "table",
        "xlsx",
        2024,
    )
    first, second = db.session.scalars(select(Draft).order_by(Draft.place)).all()
    assert (first.title, first.lead_name, first.supporting_names) == ("新增规上企业8户", "工信局", "农业农村局")
    assert (second.deadline, second.phrase, second.named) == (date(2024, 6, 30), "6月底", True)
    assert made.text[first.char_start : first.char_end] == first.text
    assert kept(settings) == []
    assert the_upload().intake_id == made.id


def test_a_second_click_makes_no_second_intake(office):
    send(office, csv_of(GOOD))
    upload = the_upload()
    change(office, upload, year="2024")
    for _ in range(2):
        answer = office.post(f"/imports/table/{upload.id}/store", data={"seen": the_upload().version})
        assert answer.status_code == 303
    assert count(Intake) == 1


def test_all_or_nothing(office):
    send(office, csv_of(BAD))
    upload = the_upload()
    page = shown(office, upload)
    assert "整张表都不会导入" in page.select_one(".notice.danger").text
    assert page.find("button", string="导入为草案").has_attr("disabled")
    answer = office.post(f"/imports/table/{upload.id}/store", data={"seen": upload.version})
    assert answer.status_code == 422
    assert "3 处错误，整张表都没有导入" in answer.text
    assert count(Intake) == count(Draft) == 0


def test_the_dry_run_names_row_column_value_and_what_would_do(office):
    send(office, csv_of(BAD))
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in shown(office, the_upload()).select(".findings tbody tr")
    ]
    assert ["2", "B（重点任务）", "", "错误 这一行没有任务名称，请补上，或删去这一行。", ""] in rows
    assert next(row for row in rows if row[2] == "工信居")[4] == "工信局"
    assert "6月底" in next(row for row in rows if row[2] == "看情况")[4]


def test_a_person_mends_units_and_year_on_the_page(office):
    send(office, csv_of([HEAD, ["1", "修缮老街", "工信居", "", "6月底"], ["2", "修路", "工作专班", "", "9月底"]]))
    upload = the_upload()
    assert "有 4 处错误" in shown(office, upload).text
    names = {shown(office, upload).select_one(f"[name=unit-name-{n}]")["value"]: n for n in range(2)}
    change(office, upload, year="2024", **{f"unit-{names['工信居']}": "工信局", f"unit-{names['工作专班']}": "-"})
    page = shown(office, upload)
    assert "可以导入：2 项" in page.text
    assert "“工信居” → 工信局" in page.text
    office.post(f"/imports/table/{upload.id}/store", data={"seen": the_upload().version})
    first, second = db.session.scalars(select(Draft).order_by(Draft.place)).all()
    assert (first.lead_name, second.lead_name, first.deadline) == ("工信局", "", date(2024, 6, 30))


# What the columns mean


def test_the_page_shows_header_samples_meaning_and_reason(office):
    send(office, csv_of(GOOD))
    rows = shown(office, the_upload()).select(".meanings tbody tr")
    assert len(rows) == 5
    lead = rows[2]
    assert [cell.text for cell in lead.select(".samples span")] == ["工信局", "县工信局"]
    assert lead.select_one("option[selected]")["value"] == "lead"
    assert "100% · 表头“牵头单位”在词表中" in lead.text


def test_the_page_shows_the_title_that_the_table_prints_above_its_header(office):
    send(office, xlsx_of(GOOD, "青石县2024年任务分解表"), "新建工作簿.xlsx")
    assert "表题：青石县2024年任务分解表" in shown(office, the_upload()).get_text()


def test_a_column_can_be_taken_for_something_else_and_a_reload_keeps_it(office):
    send(office, csv_of(GOOD))
    upload = the_upload()
    change(office, upload, **{"field-3": "ignore", "field-0": "code"})
    page = shown(office, upload)
    assert page.select_one("#field-3 option[selected]")["value"] == "ignore"
    assert "人工指定" in page.text
    assert page.text == shown(office, upload).text
    assert the_upload().version == 2
    change(office, upload)
    assert the_upload().version == 2, "nothing changed"


def test_another_header_row_and_another_sheet_are_read_afresh(office):
    other = [row[:3] + row[4:] for row in GOOD[:2]]
    made = io.BytesIO()
    with Workbook(made) as book:
        for name, rows in {"说明": [["填表说明"]], "甲": GOOD, "乙": [["随便一行", "x"], *other]}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    send(office, made.getvalue(), "任务.xlsx")
    upload = the_upload()
    assert "还有 2 张工作表没有读" in shown(office, upload).text
    change(office, upload, sheet="乙")
    page = shown(office, upload)
    assert page.select_one("#header_first")["value"] == "2"
    assert len(page.select(".preview tbody tr")) == 1
    change(office, upload, header_first="1", header_last="2")
    assert the_upload().mapping["header_first"] == 0


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"year": "20x4"}, "年度应是四位数字"),
        ({"year": "1024"}, "年度应是四位数字"),
        ({"header_first": "3", "header_last": "9"}, "一行或相邻两行"),
        ({"field-0": "nonsense"}, "无法识别"),
        ({"saved": "没有这个"}, "另一种表头"),
        ({"unit-name-0": "某局", "unit-0": "编造局"}, "单位库中没有"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_typed(office, values, sentence):
    send(office, csv_of(GOOD))
    upload = the_upload()
    answer = change(office, upload, status=422, **({"field-3": "note"} | values))
    page = BeautifulSoup(answer.text, "html.parser")
    assert sentence in page.select_one("#refusal").text
    assert page.select_one("#field-3 option[selected]")["value"] == "note"
    assert the_upload().mapping is None


def test_a_stale_page_is_told_what_was_changed(office, client):
    send(office, csv_of(GOOD))
    upload = the_upload()
    old = form_of(shown(office, upload))
    change(client("director"), upload, **{"field-3": "note"})
    answer = office.post(f"/imports/table/{upload.id}", data=old | {"field-4": "note"})
    assert answer.status_code == 409
    page = BeautifulSoup(answer.text, "html.parser")
    told = [[cell.text for cell in row.select("td")] for row in page.select(".changes tbody tr")]
    assert ["D（配合单位）", "配合单位", "备注"] in told
    assert page.select_one("#field-4 option[selected]")["value"] == "note"
    assert the_upload().mapping["columns"][4]["field"] == "due"
    stale = office.post(f"/imports/table/{upload.id}/store", data={"seen": 1})
    assert stale.status_code == 409
    assert count(Intake) == 0


def test_a_mapping_is_saved_by_name_and_used_for_the_next_file(office):
    send(office, csv_of(GOOD))
    upload = the_upload()
    change(office, upload, **{"field-3": "note"})
    save = {"seen": the_upload().version, "name": " 发改局 月报 "}
    assert office.post(f"/imports/table/{upload.id}/save", data=save).status_code == 303
    saved = db.session.scalars(select(TableMapping)).one()
    assert (saved.name, saved.layout, saved.header_words) == ("发改局 月报", "任务分解表", HEAD)
    assert office.post(f"/imports/table/{upload.id}/save", data=save).status_code == 422
    assert office.post(f"/imports/table/{upload.id}/save", data=save | {"instead": "1"}).status_code == 303
    assert count(TableMapping) == 1
    send(office, csv_of([HEAD, ["1", "另一件", "工信局", "x", "2025年底"]]), "下月.csv")
    page = shown(office, the_upload())
    assert "已按它理解各列" in page.text
    assert page.select_one("#field-3 option[selected]")["value"] == "note"
    assert "发改局 月报" in page_of(office, "/imports/table").text


def test_a_saved_mapping_can_be_chosen(office):
    send(office, csv_of(GOOD))
    first = the_upload()
    change(office, first, **{"field-3": "note"})
    office.post(f"/imports/table/{first.id}/save", data={"seen": the_upload().version, "name": "甲"})
    change(office, first, **{"field-3": "supporting"})
    change(office, first, saved="甲")
    assert shown(office, first).select_one("#field-3 option[selected]")["value"] == "note"


def test_without_a_header_a_person_says_where_it_is(office):
    rows = [["青石", "事情", "谁来办", "啥时候"], ["1", "修路", "工信局", "2024年底"]]
    send(office, csv_of(rows))
    upload = the_upload()
    page = shown(office, upload)
    assert "没有找到表头" in page.text
    assert "谁来办" in page.text
    answer = office.post(
        f"/imports/table/{upload.id}", data={"seen": 1, "sheet": "表格", "header_first": "1", "header_last": "1"}
    )
    assert answer.status_code == 303
    change(office, upload, **{"field-1": "title", "field-2": "lead", "field-3": "due"})
    assert "可以导入：1 项" in shown(office, upload).text


# The file


def test_the_same_file_again_leads_back_and_says_so(office, client):
    send(office, csv_of(GOOD))
    first = the_upload()
    change(office, first, year="2024")
    again = client("director")
    assert send(again, csv_of(GOOD), "改名.csv").location.endswith(f"/imports/table/{first.id}")
    assert "已经上传过" in shown(again, first).text
    assert count(TableUpload) == 1
    office.post(f"/imports/table/{first.id}/store", data={"seen": the_upload().version})
    made = db.session.scalars(select(Intake)).one()
    assert send(office, csv_of(GOOD)).location == f"/imports/{made.id}"
    assert office.get(f"/imports/table/{first.id}").location == f"/imports/{made.id}"


def test_a_table_put_aside_leaves_nothing_and_may_come_back(office, settings):
    send(office, csv_of(GOOD))
    upload = the_upload()
    office.post(f"/imports/table/{upload.id}/discard", data={"seen": upload.version})
    assert kept(settings) == []
    assert office.get(f"/imports/table/{upload.id}").status_code == 404
    assert "没有等待处理的表格" in page_of(office, "/imports/table").text
    send(office, csv_of(GOOD))
    assert "可以导入" in shown(office, the_upload()).text or "没有写年份" in shown(office, the_upload()).text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "任务.csv", "空文件"),
        (b"x", "任务.pdf", "不是表格"),
        (b"x", "任务.xls", "另存为 .xlsx"),
        (b"PK\x03\x04 nonsense", "任务.xlsx", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "任务.xlsx", ""),
        (b"\0\1\2\3\0\1", "任务.csv", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_leaves_nothing(office, settings, content, name, sentence):
    before = sorted(uploads.folder(settings["DATA"]).glob("*"))
    answer = send(office, content, name, status=422)
    said = BeautifulSoup(answer.text, "html.parser").select_one("#refusal").text
    assert sentence in said
    assert said.strip()
    assert count(TableUpload) == 0
    assert sorted(uploads.folder(settings["DATA"]).glob("*")) == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(office, settings, monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 2000)
    before = sorted(uploads.folder(settings["DATA"]).glob("*"))
    answer = send(office, b"a,b\n" * 1000, status=422)
    assert "请压缩或拆分后再传" in answer.text
    assert sorted(uploads.folder(settings["DATA"]).glob("*")) == before


def test_a_full_disk_is_said_and_nothing_stays(office, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "NamedTemporaryFile", full)
    assert "磁盘已满" in send(office, csv_of(GOOD), status=503).text
    assert count(TableUpload) == 0


def test_a_file_that_is_lost_says_so(office, settings):
    send(office, csv_of(GOOD))
    for path in uploads.folder(settings["DATA"]).glob(f"{the_upload().sha256}*"):
        path.unlink()
    assert "请重新上传" in office.get(f"/imports/table/{the_upload().id}").text


def test_without_a_file_the_page_asks_for_one(office):
    assert "请先选择" in office.post("/imports/table", data={}).text


def test_a_formula_is_never_evaluated_and_hostile_text_stays_text(office):
    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(GOOD):
            sheet.write_row(number, 0, row)
        sheet.write_formula(1, 1, '=HYPERLINK("http://example.invalid","点我")', None, "点我")
        sheet.write_string(2, 1, "<script>alert(1)</script>")
    send(office, made.getvalue(), "任务.xlsx")
    page = shown(office, the_upload())
    assert not page.select("main script")
    assert "<script>alert(1)</script>" in page.select_one(".preview").text
    assert "example.invalid" not in page.text


# Rights, and what it costs


@pytest.mark.parametrize("post", ["industry-clerk", "industry-head", "deputy-industry", "admin", "auditor", "security"])
def test_only_the_office_takes_tables_in(client, office, post):
    send(office, csv_of(GOOD))
    upload = the_upload()
    browser = client(post)
    assert browser.get("/imports/table").status_code == 403
    assert browser.get(f"/imports/table/{upload.id}").status_code == 403
    assert browser.post("/imports/table", data={"file": (io.BytesIO(csv_of(GOOD)), "a.csv")}).status_code == 403
    for act in ("", "/save", "/store", "/discard"):
        assert browser.post(f"/imports/table/{upload.id}{act}", data={"seen": 1}).status_code == 403
    assert the_upload().decided_at is None


def test_another_region_does_not_learn_of_a_table(office):
    send(office, csv_of(GOOD))
    upload = the_upload()
    db.session.add(Region(code="999999", name="别县"))
    db.session.flush()
    upload.region_code = "999999"
    db.session.commit()
    assert office.get(f"/imports/table/{upload.id}").status_code == 404
    assert office.post(f"/imports/table/{upload.id}/store").status_code == 404


def test_a_long_table_costs_no_more_questions_than_a_short_one(office):
    def cost(rows):
        send(office, csv_of(rows), f"{len(rows)}.csv")
        upload = the_upload()
        return selects(office, f"/imports/table/{upload.id}")

    code = make.task().code
    db.session.commit()
    head = [*HEAD, "任务编号"]
    few = cost([head, ["1", "甲", "工信局", "", "2024年底", code]])
    many = cost(
        [
            head,
            *[[str(n), f"甲{n}", "工信局", "农业农村局", "2024年底", f"X{n}" if n else code] for n in range(400)],
        ]
    )
    assert few == many <= 20


# Out


def export(browser, status=200, **args):
    query = "&".join(f"{name}={quote(str(value))}" for name, value in args.items())
    answer = browser.get(f"/tasks/export?{query}")
    assert answer.status_code == status, answer.text[:300]
    return answer


def test_the_list_leaves_as_it_is_filtered(client, county):
    own, other = make.task(title="甲事"), make.task("agri", title="乙事")
    db.session.commit()
    text = export(client("officer-1"), form="csv").get_data().decode("utf-8-sig")
    assert {own.title, other.title} <= set(text.replace("\r\n", ",").split(","))
    only = export(client("officer-1"), form="csv", unit="agri").get_data().decode("utf-8-sig")
    assert "乙事" in only
    assert "甲事" not in only


def test_a_unit_takes_out_only_what_it_may_see(client, county):
    make.task(title="甲事")
    make.task("agri", title="乙事")
    db.session.commit()
    text = export(client("agri-clerk"), form="csv").get_data().decode("utf-8-sig")
    assert "乙事" in text
    assert "甲事" not in text
    assert client("security").get("/tasks/export").status_code == 403


def test_a_file_has_a_chinese_name_and_its_type(client, county):
    make.task()
    db.session.commit()
    answer = export(client("officer-1"), layout="schedule")
    assert quote("倒排工期表-20240304.xlsx") in answer.headers["Content-Disposition"]
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.get_data().startswith(b"PK")


def test_nothing_to_take_out_says_what_to_do(client, county):
    make.task()
    db.session.commit()
    assert "换一种表格" in export(client("officer-1"), status=422, layout="projects").text
    assert "没有符合条件的任务" in export(client("officer-1"), status=422, q="火星").text


def test_pages_offer_the_tables_with_their_filters(client, county):
    make.task()
    listed = page_of(client("officer-1"), "/tasks?unit=industry")
    links = [link["href"] for link in listed.select(".exports a")]
    assert len(links) == 8
    assert all("unit=industry" in link for link in links)
    assert page_of(client("officer-1"), "/plan/003").select_one(".exports a")["href"].endswith("document=003")
    for link in links:
        if "projects" not in link:
            assert client("officer-1").get(link).status_code == 200


def test_our_own_table_uploaded_again_brings_nothing_twice(client, county):
    for _ in range(3):
        make.task()
    db.session.commit()
    office = client("officer-1")
    for form in ("csv", "xlsx"):
        send(office, export(office, form=form).get_data(), f"导出.{form}")
        upload = the_upload()
        page = shown(office, upload)
        assert "表中各行都已在库中" in page.text
        assert [row.select("td")[-1].text for row in page.select(".preview tbody tr")] == ["与库中一致"] * 3
        assert office.post(f"/imports/table/{upload.id}/store", data={"seen": 1}).status_code == 422
    assert (count(Intake), count(Task)) == (0, 3)


def test_what_differs_from_the_database_is_shown_and_not_changed(client, county):
    task = make.task(title="修缮老街")
    make.task()
    db.session.commit()
    office = client("officer-1")
    text = export(office, form="csv").get_data().decode("utf-8-sig").replace("修缮老街", "修缮新街")
    send(office, (text + "9,,全新的事,,,工信局,,2024年底\r\n").encode())
    page = shown(office, the_upload())
    (row,) = page.find("h2", string="与库中不同").find_next("table").select("tbody tr")
    assert [cell.text for cell in row.select("td")][1:] == [task.code, "修缮新街", "名称", "修缮新街", "修缮老街"]
    assert "可以导入：1 项任务将成为草案，库中已有的 2 项不再导入" in page.text
    office.post(f"/imports/table/{the_upload().id}/store", data={"seen": 1})
    assert [draft.title for draft in db.session.scalars(select(Draft))] == ["全新的事"]
    assert db.session.get_one(Task, task.id).title == "修缮老街"


def test_drafts_leave_and_come_back_unchanged(office):
    send(office, csv_of(GOOD))
    change(office, the_upload(), year="2024")
    office.post(f"/imports/table/{the_upload().id}/store", data={"seen": the_upload().version})
    made = db.session.scalars(select(Intake)).one()
    page = page_of(office, f"/imports/{made.id}/list")
    links = [link["href"] for link in page.select(".exports a")]
    assert len(links) == 6
    for number, link in enumerate(links[:2]):
        answer = office.get(link)
        assert answer.status_code == 200
        send(office, answer.get_data(), f"草案{number}.{'csv' if 'csv' in link else 'xlsx'}")
        assert "表中各行都已在库中" in shown(office, the_upload()).text
    assert count(Draft) == 2
