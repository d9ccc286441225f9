"""Writing a report: what goes wrong gets its sentence beside its field, and nothing typed is lost."""

import errno
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select

from seed.loading import DEMO_PASSWORD
from taskflow import db, errors
from taskflow.escalations.models import EscalationState
from taskflow.reports import evidence
from taskflow.reports.models import Evidence, Report, ReportState
from taskflow.tasks.models import Task
from tests import factories as make

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
TEXT = "完成主体施工，累计完成投资三千万元"


def office_file(folder):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return made.getvalue()


@pytest.fixture
def due(county, clock):
    """A report that the industry office's clerk is asked for, with an accepted one before it."""
    task = make.task()
    first = make.report(task)
    make.say(first, progress="前期手续全部办完", next_steps="四月开工", percent="10")
    clock.to(first.period_end, 10)
    clock.forward(days=24)
    report = make.report(task)
    db.session.commit()
    return report


def typed(report, **changes):
    node = report.task.nodes[0]
    values = {
        "key": make.fresh("key"),
        "seen": str(report.version),
        "progress": TEXT,
        "percent": "37",
        "problems": "电力迁改缓慢，请县里协调",
        "next_steps": "五月底封顶",
        f"figure-{report.task.measure.targets[0].id}": "3.5",
        f"node-{node.id}": "y",
        f"node-{node.id}-day": "2024-03-29",
        "kept": "",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def send(browser, report, verb="draft", **changes):
    return browser.post(f"/report/{report.id}/{verb}", data=typed(report, **changes))


def soup_of(answer):
    return BeautifulSoup(answer.text, "html.parser")


def beside(soup, field):
    """The sentence that stands in the same block as a field."""
    told = soup.find(id=f"{field}-error")
    return told.get_text(strip=True) if told else ""


def value_of(soup, name):
    field = soup.find(attrs={"name": name})
    return field.get_text().strip("\n") if field.name == "textarea" else field.get("value", "")


def nothing_lost(soup, report, **but):
    """Everything typed stands in the form again."""
    for name, value in typed(report, **but).items():
        if name in ("key", "seen", "kept"):
            continue
        field = soup.find(attrs={"name": name})
        shown = "y" if field.get("type") == "checkbox" and field.has_attr("checked") else value_of(soup, name)
        assert shown == value, name


def state_of(report):
    db.session.refresh(report)
    return report.state


def test_the_form_starts_with_the_last_accepted_text_and_says_so(client, due):
    soup = soup_of(client("industry-clerk").get(f"/report/{due.id}/draft"))
    assert value_of(soup, "progress") == "前期手续全部办完"
    assert value_of(soup, "next_steps") == "四月开工"
    assert value_of(soup, "percent") == "10"
    marks = [mark["data-same-for"] for mark in soup.select("[data-same-for]") if not mark.has_attr("hidden")]
    assert marks == ["progress", "next_steps"]
    assert "序时进度应达" in soup.find(id="percent-hint").get_text()
    assert value_of(soup, f"figure-{due.task.measure.targets[0].id}") == "8"  # what was reached last time


def test_a_report_is_sent_with_figures_nodes_and_files(client, due, settings):
    node, target = due.task.nodes[0], due.task.measure.targets[0]
    files = [(io.BytesIO(PDF), "验收 报告.pdf"), (io.BytesIO(office_file("word")), "纪要.docx")]
    answer = send(client("industry-clerk"), due, evidence=files, next=f"/reports/{due.id}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/reports/{due.id}"
    assert state_of(due) is ReportState.DRAFTED
    assert (due.progress, due.percent, due.unchanged) == (TEXT, 37, False)
    assert due.figures == {str(target.id): "3.5"}
    assert due.nodes_done == {str(node.id): "2024-03-29"}
    kept = db.rows(select(Evidence).where(Evidence.report_id == due.id).order_by(Evidence.id))
    assert [file.name for file in kept] == ["验收 报告.pdf", "纪要.docx"]
    assert evidence.path_of(kept[0].sha256, settings["DATA"]).read_bytes() == PDF
    page = client("industry-head").get(f"/reports/{due.id}")
    assert all(words in page.text for words in (TEXT, "37%", "3.5户", "验收 报告.pdf", "审签上报"))


def test_figures_in_full_width_and_with_a_percent_sign_are_read(client, due):
    target = due.task.measure.targets[0]
    send(client("industry-clerk"), due, percent="４０％ ", **{f"figure-{target.id}": "1,200"})
    assert state_of(due) is ReportState.DRAFTED
    assert (due.percent, due.figures[str(target.id)]) == (40, "1200")


WRONG = [
    ("progress", "", "请填写本期进展（至少 5 个字）。"),
    ("progress", "干了", "请填写本期进展（至少 5 个字）。"),
    ("progress", "字" * 4001, "“本期进展”最多 4000 字，请精简。"),
    ("problems", "字" * 2001, "“存在问题”最多 2000 字，请精简。"),
    ("percent", "", "完成率请填 0 到 100 的整数。"),
    ("percent", "101", "完成率请填 0 到 100 的整数。"),
    ("percent", "-1", "完成率请填 0 到 100 的整数。"),
    ("percent", "一半", "完成率请填 0 到 100 的整数。"),
    ("percent", "37.5", "完成率请填 0 到 100 的整数。"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG, ids=lambda part: str(part)[:12])
def test_a_wrong_field_gets_its_sentence_and_all_stays(client, due, field, value, sentence):
    answer = send(client("industry-clerk"), due, **{field: value})
    assert answer.status_code == 422
    soup = soup_of(answer)
    assert beside(soup, field) == sentence
    assert soup.find(attrs={"name": field})["aria-invalid"] == "true"
    nothing_lost(soup, due, **{field: value})
    assert state_of(due) is ReportState.DUE


def test_a_figure_that_is_no_number_is_told_so(client, due):
    name = f"figure-{due.task.measure.targets[0].id}"
    soup = soup_of(send(client("industry-clerk"), due, **{name: "三户半"}))
    assert beside(soup, name) == "完成数请只填数字，例如 8 或 1.5。"
    nothing_lost(soup, due, **{name: "三户半"})


def test_a_hundred_percent_asks_for_proof(client, due):
    soup = soup_of(send(client("industry-clerk"), due, percent="100"))
    assert "需要佐证材料" in beside(soup, "figures")
    assert state_of(due) is ReportState.DUE
    answer = send(client("industry-clerk"), due, percent="100", evidence=(io.BytesIO(PDF), "证书.pdf"))
    assert answer.status_code == 303


@pytest.mark.parametrize("day", ["2024-01-01", "2099-01-01"], ids=["before the start", "after today"])
def test_a_node_is_done_between_the_start_and_today(client, due, day):
    name = f"node-{due.task.nodes[0].id}-day"
    soup = soup_of(send(client("industry-clerk"), due, **{name: day}))
    assert beside(soup, name) == "节点完成日期应在任务开始之后、今天或以前。"
    nothing_lost(soup, due, **{name: day})
    assert state_of(due) is ReportState.DUE


@pytest.mark.parametrize("day", ["", "2024-02-30", "上周五"])
def test_a_ticked_node_needs_a_day_that_is_one(client, due, day):
    name = f"node-{due.task.nodes[0].id}-day"
    soup = soup_of(send(client("industry-clerk"), due, **{name: day}))
    assert beside(soup, name) == "请填写有效的完成日期。"
    nothing_lost(soup, due, **{name: day})


def test_a_node_that_is_not_ticked_says_nothing(client, due):
    node = due.task.nodes[0]
    answer = send(client("industry-clerk"), due, **{f"node-{node.id}": None, f"node-{node.id}-day": "上周五"})
    assert answer.status_code == 303
    assert state_of(due) is ReportState.DRAFTED
    assert due.nodes_done == {}


def test_all_that_is_wrong_is_said_at_once(client, due):
    soup = soup_of(send(client("industry-clerk"), due, progress="", percent="x", evidence=(io.BytesIO(b"MZ"), "a.exe")))
    assert all(beside(soup, field) for field in ("progress", "percent", "evidence"))
    told = [line.get_text() for line in soup.select("#refusal p")]
    assert [line[:3] for line in told] == ["请填写", "完成率", "“a."]  # in the order of the fields


# Files

BAD_FILES = [
    ("程序.exe", b"MZ\x90\x00", "的类型不能上传"),
    ("没有扩展名", PDF, "的类型不能上传"),
    ("网页.html", b"<script>alert(1)</script>", "的类型不能上传"),
    ("空.pdf", b"", "是空文件"),
    ("假.pdf", b"MZ\x90\x00 not a pdf", "的内容不是 pdf 文件"),
    ("假.jpg", PDF, "的内容不是 jpg 文件"),
    ("假.docx", b"PK\x03\x04broken", "的内容不是 docx 文件"),
    ("表.docx", office_file("xl"), "的内容不是 docx 文件"),
    ("二进制.txt", b"abc\x00def", "的内容不是 txt 文件"),
    ("大.pdf", PDF + b"\0" * 100_000, "请压缩或拆分后再传"),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=[name for name, _, _ in BAD_FILES])
def test_a_bad_file_is_refused_by_name_and_nothing_typed_is_lost(client, due, settings, monkeypatch, bad):
    name, data, sentence = bad
    monkeypatch.setattr(evidence, "LIMIT", 100_000)
    answer = send(client("industry-clerk"), due, evidence=(io.BytesIO(data), name))
    assert answer.status_code == 422
    soup = soup_of(answer)
    assert sentence in beside(soup, "evidence")
    assert name in beside(soup, "evidence")
    nothing_lost(soup, due)
    assert state_of(due) is ReportState.DUE
    assert not list(evidence.folder(settings["DATA"]).glob("coming-*"))


GOOD_FILES = [
    ("报告.PDF", PDF),
    ("照片.jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
    ("截图.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ("纪要.docx", office_file("word")),
    ("表.xlsx", office_file("xl")),
    ("汇报.pptx", office_file("ppt")),
    ("说明.txt", "国标编码".encode("gb18030")),
    ("数据.csv", "单位,数量\n工信局,8\n".encode()),
    ("全套.zip", office_file("any")),
]


@pytest.mark.parametrize(("name", "data"), GOOD_FILES, ids=[name for name, _ in GOOD_FILES])
def test_every_kind_that_the_page_names_is_taken(client, due, name, data):
    assert send(client("industry-clerk"), due, evidence=(io.BytesIO(data), name)).status_code == 303
    kept = db.session.scalars(select(Evidence).where(Evidence.report_id == due.id)).one()
    assert (kept.name, kept.size) == (name, len(data))


def test_a_file_survives_the_refusal_of_another_field(client, due):
    browser = client("industry-clerk")
    files = [(io.BytesIO(PDF), "合同.pdf"), (io.BytesIO(b"MZ"), "坏.exe")]
    soup = soup_of(send(browser, due, percent="x", evidence=files))
    assert "合同.pdf" in soup.select_one(".files").get_text()
    answer = send(browser, due, kept=value_of(soup, "kept"))
    assert answer.status_code == 303
    assert [file.name for file in db.rows(select(Evidence).where(Evidence.report_id == due.id))] == ["合同.pdf"]


def test_a_kept_file_can_be_dropped(client, due):
    browser = client("industry-clerk")
    soup = soup_of(send(browser, due, percent="x", evidence=(io.BytesIO(PDF), "错发.pdf")))
    drop = soup.find(attrs={"name": "drop"})["value"]
    assert send(browser, due, kept=value_of(soup, "kept"), drop=drop).status_code == 303
    assert not db.exists(select(Evidence.id).where(Evidence.report_id == due.id))


def test_nobody_claims_a_file_that_somebody_else_uploaded(client, due):
    soup = soup_of(send(client("industry-clerk"), due, percent="x", evidence=(io.BytesIO(PDF), "合同.pdf")))
    other = make.report(make.task("agri"))
    db.session.commit()
    for stolen in (value_of(soup, "kept"), value_of(soup, "kept")[:-2] + "xx", "garbage"):
        again = soup_of(send(client("agri-clerk"), other, percent="x", kept=stolen))
        assert not again.select(".files [name=drop]")


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(tmp_path):
    just = PDF + b"\0" * (20 * 1024 * 1024 - len(PDF))
    assert evidence.store(io.BytesIO(just), "大.pdf", tmp_path)["size"] == 20 * 1024 * 1024
    with pytest.raises(errors.Refusal, match=r"“大\.pdf”超过 20 MB"):
        evidence.store(io.BytesIO(just + b"\0"), "大.pdf", tmp_path)
    assert len([path for path in evidence.folder(tmp_path).rglob("*") if path.is_file()]) == 1


def test_a_name_keeps_no_folder_and_no_invisible_sign():
    assert evidence.plain_name("C:\\我的\\..\\验收\u202e单\x00.pdf") == "验收单.pdf"
    assert evidence.plain_name("../../etc/passwd") == "passwd"
    assert len(evidence.plain_name("长" * 300 + ".pdf")) == evidence.LONGEST_NAME


def test_the_whole_request_too_large_is_a_sentence(client, due, app):
    app.config["MAX_CONTENT_LENGTH"], before = 10_000, app.config["MAX_CONTENT_LENGTH"]
    try:
        answer = send(client("industry-clerk"), due, evidence=(io.BytesIO(PDF + b"\0" * 20_000), "大.pdf"))
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before
    assert answer.status_code == 413
    assert "单个文件不超过 20 MB" in answer.text


# Twice, late, elsewhere


def test_a_double_click_is_one_report(client, due):
    browser = client("industry-clerk")
    data = typed(due)
    for _ in range(2):
        assert browser.post(f"/report/{due.id}/draft", data=data).status_code == 303
    assert [entry.verb for entry in make.entries(due)].count("draft") == 1


def test_the_same_form_sent_with_other_words_is_shown_again(client, due):
    browser, key = client("industry-clerk"), make.fresh("key")
    send(browser, due, key=key)
    answer = send(browser, due, key=key, progress="改了几个字再交一次")
    assert answer.status_code == 409
    assert value_of(soup_of(answer), "progress") == "改了几个字再交一次"


def test_a_page_drawn_before_somebody_elses_change_shows_both_values(client, due):
    drawn = due.version
    make.do(due, "draft", percent="40", progress="同事先填了一份")
    make.do(due, "redo")
    db.session.commit()
    browser = client("industry-clerk")
    answer = send(browser, due, seen=str(drawn))
    assert answer.status_code == 409
    soup = soup_of(answer)
    cells = [cell.get_text(strip=True) for cell in soup.select("#refusal tbody tr td")]
    assert cells == ["完成率", "（空）", "40"]
    nothing_lost(soup, due)
    assert soup.select_one(".send-bar button").get_text(strip=True) == "仍然提交"
    assert value_of(soup, "seen") == str(due.version)
    assert send(browser, due).status_code == 303


def test_a_report_that_a_colleague_sent_meanwhile_shows_both_texts(client, due):
    make.do(due, "draft", progress="同事已经提交的内容")
    db.session.commit()
    answer = send(client("industry-clerk"), due)
    assert answer.status_code == 409
    soup = soup_of(answer)
    row = [cell.get_text(strip=True) for cell in soup.select("table.changes tbody tr")[0].select("td")]
    assert row == ["本期进展", TEXT, "同事已经提交的内容"]
    nothing_lost(soup, due)
    assert not soup.select(".send-bar")


def test_an_expired_sign_in_loses_no_word(client, due):
    nobody = client("")
    answer = send(nobody, due, evidence=(io.BytesIO(PDF), "合同.pdf"))
    assert answer.status_code == 401
    soup = soup_of(answer)
    assert "登录已过期" in soup.get_text()
    entered = nobody.post(
        "/login",
        data={"login": "industry-clerk", "password": DEMO_PASSWORD, "resume": value_of(soup, "resume")},
    )
    assert entered.status_code == 200
    again = soup_of(entered)
    nothing_lost(again, due)
    assert state_of(due) is ReportState.DUE  # signing in sends nothing
    fields = again.select(".write [name]:not([type=file], [type=checkbox]), .write [checked]")
    form = {field["name"]: value_of(again, field["name"]) for field in fields}
    assert nobody.post(f"/report/{due.id}/draft", data=form).status_code == 303
    assert state_of(due) is ReportState.DRAFTED
    assert due.progress == TEXT


def test_an_expired_sign_in_after_a_colleague_sent_still_shows_the_words(client, due):
    nobody = client("")
    soup = soup_of(send(nobody, due))
    make.do(due, "draft", progress="同事已经提交的内容")
    db.session.commit()
    resume = value_of(soup, "resume")
    entered = nobody.post("/login", data={"login": "industry-clerk", "password": DEMO_PASSWORD, "resume": resume})
    assert all(words in entered.text for words in (TEXT, "同事已经提交的内容"))


@pytest.mark.parametrize("path", ["/report/{}/draft", "/reports/{}"])
def test_foreign_and_unknown_reports_do_not_exist(client, due, path):
    agri = client("agri-clerk")
    for number in (due.id, 999_999, 10**30):
        answer = agri.get(path.format(number))
        assert answer.status_code == 404
        assert due.task.title not in answer.text
    assert agri.post(f"/report/{due.id}/draft", data=typed(due)).status_code == 404


def test_only_the_clerk_writes(client, due):
    assert client("industry-head").get(f"/report/{due.id}/draft").status_code == 403
    assert send(client("industry-head"), due).status_code == 403
    assert send(client("officer-1"), due).status_code == 403
    assert state_of(due) is ReportState.DUE


def test_signs_that_no_database_keeps_are_left_out(client, due):
    send(client("industry-clerk"), due, progress="第一行\r\n第二行写完了\x00\x07")
    assert state_of(due) is ReportState.DRAFTED
    assert due.progress == "第一行\n第二行写完了"


# A full disk


def test_a_full_disk_keeps_every_word_and_the_files_that_came_through(client, due, monkeypatch):
    real, taken = evidence._copy, []

    def fills(stream, kept, name):
        if taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken.append(name)
        return real(stream, kept, name)

    monkeypatch.setattr(evidence, "_copy", fills)
    files = [(io.BytesIO(PDF), "先到.pdf"), (io.BytesIO(PDF + b" "), "后到.pdf")]
    answer = send(client("industry-clerk"), due, evidence=files)
    assert answer.status_code == 503
    soup = soup_of(answer)
    assert "磁盘已满，“后到.pdf”没有保存" in soup.select_one("#refusal").get_text()
    assert "先到.pdf" in soup.select_one(".files").get_text()
    nothing_lost(soup, due)
    assert state_of(due) is ReportState.DUE


@pytest.mark.once
def test_a_full_database_keeps_every_word(real_db, app, clock):
    clock.to("2024-04-25")
    due = make.report()
    db.session.commit()
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = real_db.person("industry-clerk").get_id()
    data = typed(due, progress=TEXT * 100)
    db.session.remove()
    pages = db.session.connection().exec_driver_sql("PRAGMA page_count").scalar()
    db.session.remove()

    def no_room(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(db.engine(), "checkout", no_room)
    answer = browser.post(f"/report/{due.id}/draft", data=data)
    assert answer.status_code == 503
    soup = soup_of(answer)
    assert "磁盘已满，暂时不能保存" in soup.select_one("#refusal").get_text()
    assert value_of(soup, "progress") == TEXT * 100
    db.session.remove()
    assert db.session.get_one(Report, due.id).state is ReportState.DUE


# Reading, downloading


@pytest.fixture
def proof(client, due):
    send(client("industry-clerk"), due, evidence=(io.BytesIO(PDF), "验收 报告.pdf"))
    return db.session.scalars(select(Evidence).where(Evidence.report_id == due.id)).one()


def test_a_file_comes_back_as_it_was_and_runs_nowhere(client, proof):
    with client("officer-1").get(f"/evidence/{proof.id}") as answer:
        assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E9%AA%8C%E6%94%B6%20%E6%8A%A5%E5%91%8A.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.content_type == "application/pdf"


def test_a_file_is_for_those_who_see_its_task(client, proof):
    assert client("agri-head").get(f"/evidence/{proof.id}").status_code == 404
    assert client("security").get(f"/evidence/{proof.id}").status_code == 404
    assert client("").get(f"/evidence/{proof.id}").status_code == 401
    assert client("mayor").get(f"/evidence/{proof.id + 1000}").status_code == 404


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"%PDF-forged")])
def test_a_damaged_file_is_never_handed_out(client, proof, settings, harm):
    harm(evidence.path_of(proof.sha256, settings["DATA"]))
    answer = client("officer-1").get(f"/evidence/{proof.id}")
    assert answer.status_code == 503
    assert "缺失或已损坏" in answer.text


def test_the_report_goes_its_way_from_its_page(client, due):
    send(client("industry-clerk"), due)
    steps = [("industry-clerk", "recall", "撤回修改", "due"), ("industry-clerk", "draft", None, "drafted")]
    steps += [("industry-head", "agree", "审签上报", "submitted"), ("officer-1", "accept", "审核通过", "accepted")]
    for who, verb, button, state in steps:
        browser = client(who)
        if button:
            assert button in browser.get(f"/reports/{due.id}").text
        send(browser, due, verb) if verb == "draft" else browser.post(
            f"/report/{due.id}/{verb}", data={"key": make.fresh("key"), "seen": due.version}
        )
        assert state_of(due) == state
    assert due.task.percent == 37
    page = soup_of(client("industry-clerk").get(f"/reports/{due.id}"))
    assert len(page.select(".timeline li")) == len(make.entries(due))


# The answer to an escalation


@pytest.fixture
def paper(county):
    issued = make.walk(make.escalation(), EscalationState.ISSUED)
    db.session.commit()
    return issued


def answer_to(browser, paper, **changes):
    data = {"key": make.fresh("key"), "seen": paper.version, "answer": "已补报进度，并加派人手现场推进"} | changes
    return browser.post(f"/escalation/{paper.id}/answer", data=data)


def test_an_answer_brings_its_proof(client, paper):
    sent = answer_to(client("industry-head"), paper, evidence=(io.BytesIO(PDF), "整改照片.pdf"))
    assert sent.status_code == 303
    db.session.refresh(paper)
    assert (paper.state, paper.answer) == (EscalationState.ANSWERED, "已补报进度，并加派人手现场推进")
    assert [file.name for file in db.rows(select(Evidence).where(Evidence.task_id == paper.task_id))] == [
        "整改照片.pdf"
    ]


def test_an_answer_that_is_refused_keeps_words_and_files(client, paper):
    browser = client("industry-head")
    refused = answer_to(browser, paper, answer="知道了", evidence=(io.BytesIO(PDF), "整改照片.pdf"))
    assert refused.status_code == 422
    soup = soup_of(refused)
    assert beside(soup, "answer") == "请写出答复内容（至少 5 个字）。"
    assert value_of(soup, "answer") == "知道了"
    assert "整改照片.pdf" in soup.select_one(".files").get_text()
    assert answer_to(browser, paper, kept=value_of(soup, "kept")).status_code == 303
    assert db.exists(select(Evidence.id).where(Evidence.task_id == paper.task_id))


def statements_of(browser, path):
    """How many statements a page costs."""
    counted = []

    def count(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            counted.append(statement)

    event.listen(db.engine(), "before_cursor_execute", count)
    try:
        db.session.expunge_all()
        assert browser.get(path).status_code == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", count)
    return len(counted)


def test_the_pages_cost_the_same_however_much_there_is(client, due, clock):
    browser, task = client("industry-clerk"), due.task

    def costs(report):
        pages = (f"/report/{report.id}/draft", f"/reports/{report.id}")
        return [statements_of(browser, path) for path in pages]

    few = costs(due)
    for month in (4, 5, 6):
        report = db.session.scalars(select(Report).where(Report.state == ReportState.DUE)).one()
        make.say(report, progress=f"{month} 月的进展写在这里", evidence=[make.proof(), make.proof()])
        clock.to(date(2024, month, 28))
        newest = make.report(db.session.get_one(Task, task.id))
        db.session.commit()
    assert costs(newest) == few
