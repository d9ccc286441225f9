"""A task's page says what is, what may be done and by whom, what happened, and why which day."""

import pytest

from taskflow import db
from taskflow.plans.models import Story
from taskflow.tasks.models import Node, TaskState
from tests import factories as make
from tests.looking import page_of, selects

#: Post → what it gets from the list, a task of industry, and that task's whole ledger.
SEES = {
    "industry-clerk": (200, 200),
    "industry-head": (200, 200),
    "agri-clerk": (200, 404),
    "agri-head": (200, 404),
    "officer-1": (200, 200),
    "director": (200, 200),
    "mayor": (200, 200),
    "deputy-agri": (200, 200),
    "admin": (200, 200),
    "auditor": (200, 200),
    "security": (403, 404),
}


@pytest.fixture
def page(client):
    """A page as its reader gets it."""
    return lambda code, address, status=200: page_of(client(code), address, status)


@pytest.mark.parametrize(("code", "expected"), SEES.items())
def test_who_may_see_a_task_sees_all_its_pages_and_for_others_it_does_not_exist(county, client, code, expected):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    db.session.commit()
    address = f"/tasks/{task.id}"
    browser = client(code)
    assert browser.get("/tasks").status_code == expected[0]
    assert browser.get(address).status_code == expected[1]
    assert browser.get(f"{address}/history").status_code == expected[1]


@pytest.mark.parametrize(
    "address", ["/tasks/0", "/tasks/999999", "/tasks/99999999999999999999", "/tasks/999999/history"]
)
def test_an_unknown_task_is_a_sentence(county, page, address):
    assert "回到首页" in page("officer-1", address, 404).text


def test_a_task_says_what_it_is_and_where_its_words_stand(county, page):
    task = make.walk(make.task(due_basis="recurring"), TaskState.UNDERWAY)
    seen = page("industry-clerk", f"/tasks/{task.id}")
    facts = seen.select_one(".task-side").text
    for words in ("文件 003", f"第{task.measure.line}行", "规上企业 ≥8户", "量化目标", county.unit("industry").name,
                  "2024年12月31日", "周期性要求", "副县长（工业和开发区）"):  # fmt: skip
        assert words in facts
    assert "序时进度 23%" in seen.select_one(".status-line").text


def test_a_deadline_that_moved_keeps_its_first_day_and_the_register(county, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    asked = make.request(task, new_due_on="2025-06-30", note="等待上级资金")
    make.do(asked, "forward", note="情况属实")
    make.do(asked, "grant", granted_on="2025-03-31")
    seen = page("industry-head", f"/tasks/{task.id}")
    assert "最初时限 2024年12月31日，推后 90 天" in seen.text
    register = seen.select_one("section[aria-labelledby=requests]").text
    assert "等待上级资金" in register
    assert all(words in register for words in ("已批准", "2025年6月30日", "2025年3月31日", "情况属实"))


def test_a_task_says_whom_it_waits_for_since_when_and_why_that_day(county, page):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    now = page("officer-1", f"/tasks/{task.id}").select_one("section[aria-labelledby=h-now]")
    assert "等待 牵头单位（工信局主要负责人、工信局填报人）办理" in now.text
    assert "自 2024-03-04 09:00 起" in now.text
    assert "时限 2024-03-05 23:59" in now.text
    assert "2024-03-05 ← 交办 2024-03-04 后 1 个工作日" in now.text


def test_a_post_without_a_holder_is_told_to_the_office(county, page):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.vacate("industry-clerk")
    make.vacate("industry-head")
    assert "这个岗位现在没有人" in page("officer-1", f"/tasks/{task.id}").text


def test_a_closed_task_waits_for_nobody(county, page):
    task = make.walk(make.task(), TaskState.CLOSED)
    assert "任务已销号（2024年3月4日）" in page("officer-1", f"/tasks/{task.id}").text


def moves(page):
    return {move.find(["button", "a"]).text: move for move in page.select(".moves .move")}


def test_moves_are_buttons_forms_or_sentences(county, page, client):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    head = moves(page("industry-head", f"/tasks/{task.id}"))
    assert set(head) == {"签收", "退回…"}
    assert head["签收"].name == "form"
    make.walk(task, TaskState.UNDERWAY)
    underway = moves(page("industry-head", f"/tasks/{task.id}"))
    assert "请先上传佐证材料" in underway["申请办结"].text
    assert underway["申请办结"].button.has_attr("disabled")
    assert set(moves(page("industry-clerk", f"/tasks/{task.id}"))) == {"主动报送"}


def test_what_cannot_be_undone_is_asked_before_it_is_done(county, page, client):
    task = make.walk(make.task(), TaskState.VERIFIED)
    verified_by = make.entries(task)[-1].actor_id
    other = next(code for code in ("officer-1", "officer-2", "director") if county.person(code).id != verified_by)
    assert set(moves(page(other, f"/tasks/{task.id}"))) == {"销号…", "撤销核验…"}
    form = page(other, f"/task/{task.id}/close")
    assert "销号后任务办结归档" in form.text
    typed = {field["name"]: field["value"] for field in form.select("main form input")}
    assert client(other).post(f"/task/{task.id}/close", data=typed).status_code == 303
    db.session.refresh(task)
    assert task.state is TaskState.CLOSED


def test_reports_evidence_and_escalations_stand_on_the_page(county, page):
    report = make.say(make.report(), evidence=[make.proof("合同扫描件.pdf")], figures={})
    paper = make.escalation(report.task)
    task = report.task
    figures = {str(task.measure.targets[0].id): "5"}
    task_page = page("officer-1", f"/tasks/{task.id}")
    assert "合同扫描件.pdf" in task_page.select_one("section[aria-labelledby=evidence]").text
    assert f"/reports/{report.id}" in str(task_page.select_one("section[aria-labelledby=reports]"))
    assert f"/escalations/{paper.id}" in str(task_page.select_one("section[aria-labelledby=escalations]"))
    assert "督办“提醒”" in task_page.select_one(".rings").text
    report = make.say(make.report(task), figures=figures)
    assert "已完成 5户" in page("officer-1", f"/tasks/{task.id}").select_one(".task-side .facts").text


def test_a_report_that_waits_for_the_reader_has_its_button(county, page):
    report = make.report()
    address, form = f"/tasks/{report.task_id}", f"/report/{report.id}/draft"
    assert form in str(page("industry-clerk", address))
    assert form not in str(page("industry-head", address))
    make.do(report, "draft")
    assert "审签" in page("industry-head", address).select_one("section[aria-labelledby=reports]").text


def test_other_documents_about_the_same_work_are_linked(county, page):
    db.session.add(Story(region_code=make.REGION, key="roads", title="道路"))
    older = make.measure(document="002", title="改造道路 12 公里", story="roads")
    taken = make.task(measure=make.measure(document="001", title="五年改造道路", story="roads"))
    task = make.task(measure=make.measure(title="改造道路 3 公里", story="roads"))
    side = str(page("officer-1", f"/tasks/{task.id}").select_one(".task-side"))
    assert f'href="/tasks/{taken.id}"' in side
    assert f'href="/measures/{older.id}"' in side
    assert f'href="/measures/{taken.measure_id}"' not in side


def test_the_time_line_shows_the_newest_thirty_and_leads_to_all(county, page):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    for _ in range(16):
        make.do(task, "withdraw")
        make.do(task, "assign")
    seen = page("officer-1", f"/tasks/{task.id}")
    lines = seen.select(".timeline li")
    assert len(lines) == 30
    assert "交办任务" in lines[0].text
    total = len(make.entries(task))
    assert f"全部 {total} 条" in seen.text
    assert len(page("officer-1", f"/tasks/{task.id}/history").select(".timeline li")) == total
    assert "这一页没有记录" in page("officer-1", f"/tasks/{task.id}/history?page=99").text
    page("officer-1", f"/tasks/{task.id}/history?page=abc")


def test_a_full_task_costs_no_more_questions_than_a_bare_one(county, clock, client):
    def fuller(task, months):
        for _ in range(months):
            make.say(make.report(task), evidence=[make.proof()], percent="30")
            clock.forward(days=31)
            make.walk(make.escalation(task), "cleared")
            make.walk(make.request(task), "denied")

    task = make.walk(make.task(), TaskState.UNDERWAY)
    fuller(task, 1)
    make.escalation(task)
    address = f"/tasks/{task.id}"
    few = {code: selects(client(code), address) for code in ("industry-clerk", "industry-head", "officer-1")}
    make.walk(make.newest_escalation(task), "cleared")
    fuller(task, 5)
    for place in range(3, 20):
        db.session.add(Node(task_id=task.id, place=place, name=f"节点{place}", start_on=task.start_on,
                            finish_on=task.due_on, baseline_finish_on=task.due_on))  # fmt: skip
    make.escalation(task)
    assert {code: selects(client(code), address) for code in few} == few
    assert max(few.values()) <= 50


def test_today_in_the_chart_is_the_countys_day(county, clock, page):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.forward(days=10)
    assert "今天" in page("industry-clerk", f"/tasks/{task.id}").select_one("svg.gantt").text
