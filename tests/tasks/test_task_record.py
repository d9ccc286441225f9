"""A task's page shows the whole record: source, roles, rhythm, moves by sort, turns, answers, requests and ends."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from taskflow import db
from taskflow.reports.models import Report, ReportOrigin
from taskflow.support.models import Answer, AnswerState
from taskflow.tasks.models import Rhythm, TaskState
from tests import factories as make
from tests.looking import page_of


@pytest.fixture
def page(client):
    return lambda code, task: page_of(client(code), f"/tasks/{task.id}")


def labels(part):
    return [button.get_text(strip=True) for button in part.select(".btn")]


def section(soup, name):
    return soup.select_one(f"section[aria-labelledby={name}]").get_text(" ", strip=True)


def test_the_side_says_source_rhythm_method_and_who_answers_since_when(county, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "name_person", person="王某，规划股股长")
    make.do(task, "set_rhythm", rhythm="weekly", note="省里要求周报")
    side = page("officer-1", task).select_one(".task-side").get_text(" ", strip=True)
    for words in ("规划或报告的举措", "督查室确定：每周", "按目标值", "责任人 王某，规划股股长 自 2024年3月4日"):
        assert words in side


def test_a_rhythm_by_rule_says_so(county, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    assert "按规定：每月" in page("industry-clerk", task).select_one(".task-side").get_text(" ", strip=True)


def test_who_answered_before_is_folded_with_their_days(county, page, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.forward(days=3)
    make.do(task, "transfer", unit=str(county.unit("agri").id), note="职责调整")
    former = page("officer-1", task).select_one(".task-side details").get_text(" ", strip=True)
    assert county.unit("industry").name in former
    assert "2024年3月6日" in former


def test_the_usual_moves_stand_in_front_and_the_rest_is_folded_by_sort(county, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    soup = page("officer-1", task)
    assert labels(soup.select_one("[aria-label=可以办理]")) == ["督办…", "要求报送…"]
    folded = {group["aria-label"]: labels(group) for group in soup.select(".more-moves .move-group")}
    assert folded["报送"] == ["调整报送频次…"]
    assert "审定倒排工期…" in folded["调整"]
    assert folded["结束"] == ["并入…", "移交其他渠道…"]
    head = {group["aria-label"] for group in page("industry-head", task).select(".more-moves .move-group")}
    assert head == {"申请", "调整"}


def test_a_task_in_silence_says_so_with_its_own_shape_and_word(county, page, clock):
    task = make.walk(make.task(due_on=date(2025, 12, 31)), TaskState.UNDERWAY)
    clock.to(task.stale_on, 9)
    status = page("industry-clerk", task).select_one(".status-line")
    assert status.select_one(".light.unknown").get_text(" ", strip=True) == "？ 情况不明"
    assert "已" in status.get_text()
    assert "主动报送" in status.get_text()


def test_a_supporting_units_silence_stays_silence_until_it_answers(county, page, client):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "set_role", role="supporting", role_unit=str(county.unit("agri").id))
    answer = db.session.query(Answer).filter_by(task_id=task.id).one()
    make.do(answer, "fall_silent")
    head = page("agri-head", task)
    assert "补答配合事项" in labels(head.select_one("[aria-label=可以办理]"))
    assert "按沉默记入台账" in section(head, "answers")
    assert "补答" not in section(page("officer-1", task), "answers")
    sent = client("agri-head").post(
        f"/answer/{answer.id}/say", data={"key": "a", "verdict": "object", "note": "人手不足，建议顺延"}
    )
    assert sent.status_code == 303
    db.session.refresh(answer)
    assert answer.state is AnswerState.GIVEN
    told = section(page("officer-1", task), "answers")
    assert "异议" in told
    assert "人手不足" in told


def test_open_turns_are_listed_and_the_office_may_waive_them(county, page):
    turn = make.occurrence()
    office = page("officer-1", turn.task).select_one("section[aria-labelledby=turns]")
    assert f"/occurrence/{turn.id}/waive" in str(office)
    assert "待完成" in office.get_text()
    assert "waive" not in str(page("industry-head", turn.task).select_one("section[aria-labelledby=turns]"))


def test_the_register_shows_what_was_asked_and_the_date_that_the_leader_fixed(county, page):
    asked = make.request()
    make.do(asked, "forward", note="建议延至半年")
    waits = page("deputy-industry", asked.task)
    assert "批复延期申请" in labels(waits.select_one("[aria-label=可以办理]"))
    assert labels(waits.select_one(f"#request-{asked.id}")) == ["批准申请…", "不予批准…"]
    make.do(asked, "grant", granted_on="2025-01-31")
    told = section(page("industry-head", asked.task), "requests")
    assert "2024年12月31日 → 2025年3月29日" in told
    assert "另定为 2025年1月31日" in told
    assert "建议延至半年" in told


def test_only_its_own_unit_may_take_a_request_back(county, page):
    asked = make.request()
    assert labels(page("industry-head", asked.task).select_one(f"#request-{asked.id}")) == ["撤回申请"]
    assert labels(page("industry-clerk", asked.task).select_one(f"#request-{asked.id}")) == []


def test_a_merged_task_leads_to_the_one_that_carries_it_on_and_back(county, page):
    task, other = make.walk(make.task(), TaskState.UNDERWAY), make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "merge", into=other.code, note="同一事项")
    now = page("officer-1", task).select_one("section[aria-labelledby=h-now]")
    assert f"/tasks/{other.id}" in str(now)
    assert "同一事项" in now.get_text()
    assert "已并入" in page("officer-1", task).select_one(".status-line .light").get_text()
    assert task.code in page("officer-1", other).select_one(".task-side").get_text()


@pytest.mark.parametrize(
    ("verb", "args", "words"),
    [
        ("cancel", {"note": "政策取消"}, ("本任务已终止", "政策取消", "副县长（工业和开发区）")),
        ("hand_off", {"body": "市生态环境局", "note": "属市级事权"}, ("已移交 市生态环境局", "属市级事权")),
    ],
)
def test_an_end_says_to_whom_by_whom_and_why(county, page, verb, args, words):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, verb, **args)
    told = page("officer-1", task).select_one("section[aria-labelledby=h-now]").get_text(" ", strip=True)
    assert all(word in told for word in words), told


def test_an_own_report_leads_straight_into_its_form_and_may_be_given_up(county, client, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    db.session.commit()
    clerk = client("industry-clerk")
    opened = clerk.post(f"/task/{task.id}/report", data={"key": "own", "seen": str(task.version)})
    report = db.session.query(Report).filter_by(task_id=task.id).one()
    assert report.origin is ReportOrigin.OWN
    assert opened.headers["Location"] == f"/report/{report.id}/draft"
    form = clerk.get(opened.headers["Location"]).text
    assert "主动报送，不限时" in form
    assert f"/report/{report.id}/discard" in form
    assert "主动报送" not in labels(page("industry-clerk", task).select_one("[aria-label=可以办理]"))
    gone = clerk.post(f"/report/{report.id}/discard", data={"key": "gone", "next": f"/tasks/{task.id}"})
    assert gone.headers["Location"] == f"/tasks/{task.id}"
    assert "主动报送" in labels(page("industry-clerk", task).select_one("[aria-label=可以办理]"))


def test_a_clerk_reports_from_the_desk_unless_a_report_is_open(county, client):
    free, asked = make.walk(make.task(), TaskState.UNDERWAY), make.report()
    db.session.commit()
    desk = BeautifulSoup(client("industry-clerk").get("/").text, "html.parser")
    forms = {form["action"] for form in desk.select("form")}
    assert f"/task/{free.id}/report" in forms
    assert f"/task/{asked.task_id}/report" not in forms
    head = BeautifulSoup(client("industry-head").get("/").text, "html.parser")
    assert not [form for form in head.select("form") if form["action"].endswith("/report")]


# Many at once


def many(browser, query="", **data):
    return browser.post(f"/tasks/many{query}", data={"key": make.fresh("key"), **data})


def test_many_are_asked_to_report_and_each_answers_for_itself(county, client):
    tasks = [make.walk(make.task(), TaskState.UNDERWAY) for _ in range(2)]
    busy, waiting = make.report().task, make.task()
    db.session.commit()
    answer = many(
        client("officer-1"), act="demand_report", scope="picked", report_by="2024-03-08", note="掌握情况",
        pick=[f"{one.id}:{one.version}" for one in (*tasks, busy, waiting)],
    )  # fmt: skip
    assert answer.status_code == 200
    assert "已要求报送 2 项，2 项没有办成" in answer.text
    assert "还有一份报告没有报完" in answer.text
    assert "不能“要求报送”" in answer.text
    asked = {one.task_id: one for one in db.session.query(Report).filter_by(origin=ReportOrigin.OFFICE)}
    assert asked.keys() == {task.id for task in tasks}
    assert {one.due_on for one in asked.values()} == {date(2024, 3, 8)}


def test_all_that_the_filters_leave_get_another_rhythm(county, client):
    mine, other = make.walk(make.task(), TaskState.UNDERWAY), make.walk(make.task("agri"), TaskState.UNDERWAY)
    db.session.commit()
    answer = many(client("director"), "?unit=industry", act="set_rhythm", scope="all", rhythm="weekly", note="重点调度")
    assert "已调整报送频次 1 项：" in answer.text
    db.session.expire_all()
    assert (mine.rhythm, other.rhythm) == (Rhythm.WEEKLY, None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"report_by": "2024-03-08"}, "请写明理由"),
        ({"report_by": "昨天", "note": "掌握情况"}, "请填写报送截止日"),
        ({"report_by": "2023-03-08", "note": "掌握情况"}, "请填写报送截止日"),
        ({"act": "set_rhythm", "rhythm": "daily", "note": "调度"}, "请选择报送频次"),
        ({"report_by": "2024-03-08", "note": "掌握情况", "pick": []}, "请先勾选任务"),
    ],
)
def test_what_is_wrong_with_an_act_on_many_is_said_once_and_what_was_typed_stays(county, client, data, sentence):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    db.session.commit()
    given = {"act": "demand_report", "scope": "picked", "pick": [f"{task.id}:{task.version}"]} | data
    answer = many(client("officer-1"), **given)
    assert answer.status_code == 422
    assert answer.text.count("没有办成") == 0
    assert sentence in answer.text
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.find(id="note")["value"] == data.get("note", "")
    assert soup.find(id=f"pick-{task.id}").has_attr("checked") == bool(given["pick"])
    assert db.session.query(Report).count() == 0


def test_more_than_the_most_is_not_begun(county, client, monkeypatch):
    monkeypatch.setattr("taskflow.moves.many.MOST", 1)
    tasks = [make.walk(make.task(), TaskState.UNDERWAY) for _ in range(2)]
    db.session.commit()
    picks = [f"{task.id}:{task.version}" for task in tasks]
    said = {"act": "demand_report", "report_by": "2024-03-08", "note": "掌握情况"}
    assert "一次最多 1 项" in many(client("officer-1"), scope="picked", pick=picks, **said).text
    assert "筛选结果有 2 项" in many(client("officer-1"), scope="all", **said).text
    assert db.session.query(Report).count() == 0


def test_only_the_office_acts_on_many(county, client):
    for code in ("industry-clerk", "industry-head", "deputy-industry", "auditor", "admin", "security"):
        assert many(client(code), act="demand_report", scope="all").status_code == 403
    make.walk(make.task(), TaskState.UNDERWAY)
    assert page_of(client("industry-head"), "/tasks").select("[name=pick]") == []


def test_lists_find_what_nobody_knows_of(county, client, clock):
    silent = make.walk(make.task(due_on=date(2025, 12, 31)), TaskState.UNDERWAY)
    clock.to(silent.stale_on, 9)
    fresh = make.walk(make.task(due_on=date(2025, 12, 31)), TaskState.UNDERWAY)
    soup = page_of(client("officer-1"), "/tasks?light=unknown")
    assert "情况不明" in soup.select_one("nav.saved").get_text()
    told = soup.select_one("table.tasks").get_text()
    assert silent.code in told
    assert fresh.code not in told
