"""Writing a report: what goes wrong gets its sentence beside its field, and nothing typed is lost."""

import io
from datetime import date

import pytest
from sqlalchemy import event, select

from seed.loading import DEMO_PASSWORD
from taskflow import db
from taskflow.reports import evidence
from taskflow.reports.models import Evidence, Report, ReportState
from taskflow.tasks.models import Task
from tests import factories as make
from tests.looking import selects
from tests.reporting import (
    PDF,
    TEXT,
    beside,
    due,
    nothing_lost,
    of_report,
    send,
    soup_of,
    state_of,
    typed,
    value_of,
    word_file,
)

__all__ = ["due"]  # a fixture


def test_the_form_starts_with_the_last_accepted_text_and_says_so(client, due):
    soup = soup_of(client("industry-clerk").get(f"/report/{due.id}/draft"))
    assert value_of(soup, "progress") == "前期手续全部办完"
    assert value_of(soup, "next_steps") == "四月开工"
    assert not value_of(soup, "percent"), "it follows from the figures"
    marks = [mark["data-same-for"] for mark in soup.select("[data-same-for]") if not mark.has_attr("hidden")]
    assert marks == ["progress", "next_steps"]
    assert "序时进度应达" in soup.find(id="percent-hint").get_text()
    assert value_of(soup, f"figure-{due.task.measure.targets[0].id}") == "8"  # what was reached last time


def test_a_figure_that_adds_up_begins_anew_each_time(client, due):
    target = due.task.measure.targets[0]
    target.cumulative = True
    db.session.commit()
    soup = soup_of(client("industry-clerk").get(f"/report/{due.id}/draft"))
    assert not value_of(soup, f"figure-{target.id}")
    assert "只填本期完成（累计 8）" in soup.find(id=f"figure-{target.id}-hint").get_text()


def test_a_report_is_sent_with_figures_nodes_and_files(client, due, settings):
    node, target = due.task.nodes[0], due.task.measure.targets[0]
    files = [(io.BytesIO(PDF), "验收 报告.pdf"), (io.BytesIO(word_file()), "纪要.docx")]
    answer = send(client("industry-clerk"), due, evidence=files, next=f"/reports/{due.id}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/reports/{due.id}"
    assert state_of(due) is ReportState.DRAFTED
    assert (due.progress, due.percent, due.unchanged) == (TEXT, 37, False)
    assert due.figures == {str(target.id): "3.5"}
    assert due.nodes_done == {str(node.id): "2024-03-29"}
    kept = db.rows(select(Evidence).where(of_report(due)).order_by(Evidence.id))
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


def test_a_percentage_that_is_left_out_follows_from_the_figures(client, due):
    answer = send(client("industry-clerk"), due, percent="")
    assert answer.status_code == 303
    assert state_of(due) is ReportState.DRAFTED
    assert (due.percent, due.reckoned) == (43, 43)  # 3.5 of 8


def test_a_figure_that_is_no_number_is_told_so(client, due):
    name = f"figure-{due.task.measure.targets[0].id}"
    soup = soup_of(send(client("industry-clerk"), due, **{name: "三户半"}))
    assert beside(soup, name) == "完成数请只填数字，例如 8 或 1.5。"
    nothing_lost(soup, due, **{name: "三户半"})


def test_a_hundred_percent_asks_for_proof(client, due):
    soup = soup_of(send(client("industry-clerk"), due, percent="100"))
    assert "需要佐证材料" in beside(soup, "figures")
    assert state_of(due) is ReportState.DUE
    name = f"figure-{due.task.measure.targets[0].id}"
    answer = send(client("industry-clerk"), due, percent="100", evidence=(io.BytesIO(PDF), "证书.pdf"), **{name: "8"})
    assert answer.status_code == 303


def test_a_hundred_percent_below_the_target_asks_why(client, due):
    full = {"percent": "100", "evidence": (io.BytesIO(PDF), "证书.pdf")}
    soup = soup_of(send(client("industry-clerk"), due, **full))
    assert "没有达到目标值" in beside(soup, "shortfall")
    assert state_of(due) is ReportState.DUE
    full["evidence"] = (io.BytesIO(PDF), "证书.pdf")
    answer = send(client("industry-clerk"), due, **full, shortfall="另有 5 户按新口径不再统计")
    assert answer.status_code == 303
    page = client("officer-1").get(f"/reports/{due.id}")
    assert "另有 5 户按新口径不再统计" in page.text


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


def test_the_pages_cost_the_same_however_much_there_is(client, due, clock):
    browser, task = client("industry-clerk"), due.task

    def costs(report):
        pages = (f"/report/{report.id}/draft", f"/reports/{report.id}")
        return [selects(browser, path) for path in pages]

    few = costs(due)
    for month in (4, 5, 6):
        report = db.session.scalars(select(Report).where(Report.state == ReportState.DUE)).one()
        make.say(report, progress=f"{month} 月的进展写在这里", evidence=[make.proof(), make.proof()])
        clock.to(date(2024, month, 28))
        newest = make.report(db.session.get_one(Task, task.id))
    assert costs(newest) == few
