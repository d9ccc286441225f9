"""The desk shows each post what waits for it, what is due first, and what the clock will do."""

import re
from datetime import date, timedelta

import pytest

from taskflow import db
from taskflow.org import posts as held
from taskflow.org.models import Role
from taskflow.rules import book
from taskflow.tasks import desk as desks
from taskflow.tasks import forecast, waits
from taskflow.tasks.models import TaskState
from taskflow.workflows.catalog import ALL, FLOWS
from tests import drafting
from tests import factories as make
from tests.looking import page_of, selects

ROLES = {
    "industry-clerk", "industry-head", "officer-1", "director", "deputy-industry", "mayor",
    "admin", "security", "auditor",
}  # fmt: skip


@pytest.fixture
def desk(county):
    """What is on the desk of the holder of a post."""

    def of(code):
        person = county.person(code)
        return desks.of(person.id, held.held_by(person.id, date(2024, 3, 4)))

    return of


def shown(items):
    return [(item.what, item.record.id) for item in items]


@pytest.fixture
def page(client):
    """The desk as its reader gets it."""
    return lambda code: page_of(client(code), "/")


def section(page, name):
    return page.find("section", attrs={"aria-labelledby": name})


@pytest.mark.once
def test_every_state_that_waits_for_somebody_has_words_on_the_desk():
    clocked = [flow for flow in ALL if flow.limits]  # drafts have no clock: the desk names their files
    waiting = {(flow.name, wait.state.value) for flow in clocked for wait in flow.waits}
    assert waiting == set(waits.BY_STATE)
    assert len(waits.BY_STATE) == len(waits.LINES)


@pytest.mark.once
@pytest.mark.parametrize("line", waits.LINES, ids=lambda line: f"{line.flow}-{line.state}")
def test_a_line_names_a_limit_a_column_and_a_move_that_exist(line):
    flow = FLOWS[line.flow]
    state = flow.states(line.state)
    if line.due.startswith("@"):
        assert hasattr(flow.record, line.due[1:])
    else:
        brought = [limit for limit in flow.limits if flow.move(limit.fires, limit.state).target is state]
        assert line.due in {limit.rule for limit in (*flow.limits_of(state), *brought)}
    if line.verb:
        move = flow.move(line.verb, state)
        assert not (line.click and move.asks), "one click cannot answer a question"
    assert waits.party_of(line).roles


def test_a_clerk_is_asked_to_accept_and_to_report(county, desk):
    assigned = make.walk(make.task(), TaskState.ASSIGNED)
    report = make.report()
    found = desk("industry-clerk")
    assert shown(found.soon) == [("签收任务", assigned.id)]
    assert found.soon[0].due == date(2024, 3, 5)
    assert ("填报 2024-03 期进度", report.id) in shown(found.later), "26 March is more than a week away"
    assert found.judge == []


def test_what_comes_near_moves_up(county, clock, desk):
    report = make.report()
    clock.to(report.due_on - timedelta(days=8))
    assert ("填报 2024-03 期进度", report.id) in shown(desk("industry-clerk").later)
    clock.to(report.due_on - timedelta(days=7))
    assert ("填报 2024-03 期进度", report.id) in shown(desk("industry-clerk").soon)


def test_a_head_agrees_answers_and_judges_the_quarter(county, desk):
    report = make.do(make.report(), "draft")
    paper = make.walk(make.escalation(), "issued")
    review = make.review()
    found = desk("industry-head")
    assert shown(found.judge) == [("审签 2024-03 期报告", report.id)]
    assert ("答复“提醒”", paper.id) in shown(found.soon)
    assert ("2024-Q1 自评", review.id) in shown(found.later)


def test_a_clerk_sees_an_escalation_but_the_head_answers_it(county, desk, page):
    paper = make.walk(make.escalation(), "issued")
    (item,) = [item for item in desk("industry-clerk").soon if item.record is paper]
    assert not item.mine
    assert f"/escalation/{paper.id}/answer" not in str(page("industry-clerk"))
    assert f"/escalation/{paper.id}/answer" in str(page("industry-head"))


def test_the_office_judges_and_closes(county, desk):
    report = make.walk(make.report(), "submitted")
    claimed, verified = make.walk(make.task(), TaskState.CLAIMED), make.walk(make.task(), TaskState.VERIFIED)
    refused = make.walk(make.task(), TaskState.REFUSED)
    answered = make.walk(make.escalation(), "answered")
    approved = make.walk(make.task(), TaskState.APPROVED)
    found = desk("officer-2")
    assert set(shown(found.judge)) >= {
        ("审核 2024-03 期报告", report.id),
        ("核验办结申请", claimed.id),
        ("销号", verified.id),
        ("处理退回的任务", refused.id),
        ("审核“提醒”的答复", answered.id),
    }
    assert shown(found.soon) == [("交办任务", approved.id)]
    dues = [item.due for item in found.judge]
    assert dues == sorted(dues)


def test_a_parked_task_comes_back_to_the_office_when_its_time_is_over(county, clock, desk):
    task = make.do(make.walk(make.task(), TaskState.UNDERWAY), "park", until="2024-04-01")
    assert ("挂账任务到期处理", task.id) in shown(desk("officer-1").later)
    clock.to("2024-04-01")
    assert ("挂账任务到期处理", task.id) in shown(desk("officer-1").judge)


def test_a_leader_finds_what_to_sign_with_the_most_urgent_first(county, clock, desk, page):
    task = make.task()
    asked = make.request(new_due_on="2025-06-30")
    assert shown(desk("officer-1").judge) == [("对延期申请提出意见", asked.id)]
    make.do(asked, "forward")
    found = desk("deputy-industry")
    assert shown(found.judge) == [("批复延期申请", asked.id), ("批准立项", task.id)]
    assert found.judge[0].due < found.judge[1].due
    assert found.to_judge == 2
    assert "待签事项 2 件" in page("deputy-industry").text


def test_another_unit_has_an_empty_desk_that_says_what_to_expect(county, page):
    make.walk(make.task(), TaskState.ASSIGNED)
    seen = page("agri-clerk")
    assert "七天内没有到期的事" in section(seen, "h-soon").text
    assert "没有等您审批审核的事项" in section(seen, "h-judge").text
    assert section(seen, "h-soon").ul is None


def test_a_task_is_accepted_from_the_desk_with_one_click(county, client, page):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    form = section(page("industry-clerk"), "h-soon").form
    typed = {field["name"]: field["value"] for field in form.find_all("input")}
    answer = client("industry-clerk").post(form["action"], data=typed)
    assert answer.status_code == 303
    assert answer.location == "/"
    db.session.refresh(task)
    assert task.state is TaskState.UNDERWAY


@pytest.mark.parametrize("code", sorted(ROLES))
def test_every_button_of_every_desk_leads_to_a_page(county, client, page, code):
    make.report()
    make.walk(make.task(), TaskState.ASSIGNED)
    make.task()
    make.do(make.report(make.task()), "draft")
    make.walk(make.report(make.task()), "submitted")
    make.walk(make.escalation(), "issued")
    make.walk(make.task(), TaskState.CLAIMED)
    make.review()
    seen = page(code)
    links = {link["href"] for link in seen.find("main").find_all("a") if link["href"].startswith("/")}
    for href in sorted(links):
        db.session.expunge_all()  # as each request has its own session
        assert client(code).get(href, follow_redirects=True).status_code == 200, href
    assert len(seen.find_all("h1")) == 1


def test_the_three_administrators_are_told_what_they_do(county, page):
    assert "系统管理" in section(page("admin"), "h-duty").text
    assert "登录记录" in section(page("security"), "h-duty").text
    assert "台账" in section(page("auditor"), "h-duty").text


def test_unread_messages_stand_on_top(county, page):
    make.walk(make.task(), TaskState.ASSIGNED)
    assert re.search(r"[1-9] 条未读消息", page("industry-clerk").text)


def test_steps_due_within_the_week_are_listed_by_task(county, clock, desk):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-06-20")
    assert desk("industry-clerk").nodes == []
    clock.to("2024-06-21")
    (near,) = desk("industry-clerk").nodes
    assert (near.task.id, near.first, near.count) == (task.id, date(2024, 6, 28), 1)
    assert desk("officer-1").nodes == ()


def test_the_forecast_tells_what_comes_and_why_then(county, desk):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    person = county.person("industry-head")
    told = forecast.of(held.held_by(person.id, date(2024, 3, 4)), make.REGION)
    assert told.until == book.of(make.REGION).calendar.add(date(2024, 3, 4), 7) == date(2024, 3, 13)
    (ring,) = told.coming
    assert (ring.label, ring.task_id) == ("逾期未签", task.id)
    assert "交办 2024-03-04 后 1 个工作日" in ring.because
    assert told.sums == [("逾期未签", 1)]


def test_the_forecast_leaves_out_reminders_to_others(county):
    make.walk(make.task(), TaskState.APPROVED)
    of = {code: forecast.of(held.held_by(county.person(code).id, date(2024, 3, 4)), make.REGION) for code in
          ("industry-head", "officer-1", "deputy-industry", "agri-head", "admin")}  # fmt: skip
    assert [ring.label for ring in of["officer-1"].coming] == ["提醒交办"]
    assert not any(of[code].total for code in ("industry-head", "deputy-industry", "agri-head", "admin"))


@pytest.mark.parametrize("code", ["industry-clerk", "industry-head", "officer-1", "deputy-industry"])
def test_a_full_desk_costs_no_more_questions_than_a_small_one(county, client, code):
    def fill(times):
        for _ in range(times):
            make.report()
            make.task()
            make.walk(make.task(), TaskState.ASSIGNED)
            make.walk(make.report(make.task()), "drafted")

    fill(2)
    few = selects(client(code), "/")
    fill(12)
    assert selects(client(code), "/") == few
    assert few <= 20


def test_a_desk_shows_the_most_pressing_and_counts_the_rest(county, desk, page):
    for _ in range(desks.MOST + 3):
        make.task()
    found = desk("deputy-industry")
    assert (found.to_judge, len(found.judge), found.unlisted(waits.JUDGE)) == (desks.MOST + 3, desks.MOST, 3)
    assert "另有 3 项" in page("deputy-industry").text


def test_roles_without_work_of_their_own_ask_nothing_about_it(county):
    nobody = held.held_by(county.person("security").id, date(2024, 3, 4))
    assert [post.role for post in nobody] == [Role.SECURITY]
    assert not any(waits.lines_for(nobody, name, nature) for name in FLOWS for nature in (waits.DO, waits.JUDGE))


def test_the_office_finds_the_files_whose_drafts_wait_and_nobody_else_does(county, page):
    draft = drafting.draft()
    make.do(draft, "confirm")
    words = section(page("officer-1"), "h-files").get_text(" ", strip=True)
    assert "青石县2024年工作要点" in words
    assert "待确认 3 条" in words
    assert "待立项 1 条" in words
    assert section(page("industry-clerk"), "h-files") is None
