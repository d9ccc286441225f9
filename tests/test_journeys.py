"""What the three groups of people do, in a real browser against the real program: web, worker, clock and Redis.

The county is small and its past was brought about by real moves; from there on people press buttons.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from taskflow import db
from taskflow.escalations.models import EscalationState
from taskflow.reviews.models import Review, ReviewState
from taskflow.sheets import render
from tests import factories as make
from tests.browser import PDF, Visit
from tests.town import Town
from tests.waiting import until

LAST_MONTH = "完成入企摸排 32 户，确定培育对象 11 户。"


# 1. A clerk reports from a phone


@pytest.fixture
def reported(town: Town) -> int:
    """A task whose February was reported and accepted; March is asked for."""
    with town.then("2024-02-05 10:00"):
        task = make.walk(make.task("industry"), "underway")
    town.sweep_at("2024-02-20 10:00")
    with town.then("2024-02-20 11:00"):
        make.say(make.newest_report(task), progress=LAST_MONTH, percent="20", figures={})
    town.sweep_at("2024-03-21 08:00")
    town.live_at("2024-03-25 10:00")
    return task.id


def test_a_clerk_reports_from_a_phone_and_the_report_is_agreed_and_accepted(
    town: Town, visit: Visit, reported: int
) -> None:
    clerk = visit("industry-clerk", phone=True).sees("填报 2024-03 期进度", "还有 4 天")
    clerk.press("填报", within=".desk-items")
    assert clerk.value_of("本期进展") == LAST_MONTH
    clerk.sees("沿用上期，未改动")
    clerk.write("本期进展", "新增规上企业 4 户，另有 3 户在审。").write("累计完成率", "55").write("规上企业", "4")
    clerk.page.get_by_role("checkbox", name="节点1").tap()
    clerk.attach("入规 证明.pdf", PDF)
    spot = clerk.named("提交审签").bounding_box()
    assert spot is not None
    for _ in range(2):  # a double tap
        clerk.page.touchscreen.tap(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    clerk.sees("已提交审签").look().sees("待审签", "新增规上企业 4 户", "入规 证明.pdf")
    report = town.report_of(reported)
    assert town.done_to(report).count("draft") == 1

    head = visit("industry-head", phone=True)
    head.press("审签", within=".desk-act").sees("新增规上企业 4 户").press("审签上报").sees("已审签上报")
    officer = visit("officer-1")
    officer.press("审核", within=".desk-act").sees("入规 证明.pdf").press("审核通过").sees("已审核通过")
    officer.sign_out()

    clerk.open(f"/tasks/{reported}").sees("完成率 55%", "新增规上企业 4 户，另有 3 户在审。", "入规 证明.pdf")
    clerk.page.get_by_text("节点表（").click()
    assert "完成" in clerk.page.get_by_role("row", name=re.compile("节点1")).inner_text()
    with clerk.fetch("入规 证明.pdf").path().open("rb") as file:
        assert file.read() == PDF


# 2. The office escalates an overdue task


@pytest.fixture
def overdue(town: Town) -> int:
    """A task that is over its date: the clock reminded, the unit answered, and still nothing is done."""
    with town.then("2024-02-05 11:00"):
        task = make.walk(make.task("agri", due_on=date(2024, 3, 15)), "underway")
    town.sweep_at("2024-03-16 00:10")
    with town.then("2024-03-18 09:00"):
        reminder = make.newest_escalation(task)
        make.do(reminder, "answer")
        make.do(reminder, "clear")
    town.live_at("2024-03-25 14:00")
    town.swept()
    return task.id


@pytest.mark.skipif(bool(render.missing()), reason=render.missing() or "libraries are there")
def test_the_office_escalates_an_overdue_task_and_prints_the_order(town: Town, visit: Visit, overdue: int) -> None:
    officer = visit("officer-1").press("督查看板")
    officer.press("任务超期", within=".cards").press(town.title_of(overdue), within="main")
    officer.press("督办…").choose("督办层级", "督办单").choose("督办事由", "任务超期")
    officer.write("督办要求", "请在五个工作日内提交整改方案，并明确完成日期。").press("督办", within="main form")
    officer.sees("已督办")
    until(lambda: town.paper_of(overdue).state is EscalationState.ISSUED, "the clock to serve the order")
    officer.open(f"/tasks/{overdue}").press("3 督办单").sees("待答复", "2024年4月1日")

    officer.press("打印（PDF）")
    ready = officer.page.get_by_role("link", name="下载 PDF")
    expect(ready).to_be_visible()
    officer.look()
    order = PdfReader(officer.fetch("下载 PDF").path())
    text = "".join("".join(page.extract_text().split()) for page in order.pages)
    assert "督办通知单" in text
    assert "交政督〔2024〕1号" in text
    assert "请在五个工作日内提交整改方案" in text

    head = visit("agri-head", phone=True)
    head.press("答复", within=".desk-act").sees("请在五个工作日内提交整改方案")
    head.write("答复内容", "已增派两个工作组，4 月 20 日前完成。").press("答复", within="main form").sees("已答复")
    officer.press("我的待办").press("审核", within=".desk-act").sees("已增派两个工作组")
    officer.press("解除督办…").write("理由或说明", "措施可行，按新的时间节点盯办。").press(
        "解除督办", within="main form"
    )
    officer.sees("已解除督办")
    assert town.done_to(town.paper_of(overdue)) == ["begin", "serve", "answer", "clear"]


def test_a_step_that_needs_a_signature_waits_for_the_leader(town: Town, visit: Visit, overdue: int) -> None:
    director = visit("director").open(f"/tasks/{overdue}").press("督办…")
    director.choose("督办层级", "约谈").choose("督办事由", "任务超期").write(
        "督办要求", "请主要负责人到县政府说明情况。"
    )
    director.press("督办", within="main form").sees("已督办")
    town.swept()
    assert town.paper_of(overdue).state is EscalationState.PROPOSED
    director.press("5 约谈").sees("待县长签发").misses("签发")

    mayor = visit("mayor", phone=True).press("待签事项", within="main").sees("请主要负责人到县政府说明情况")
    mayor.press("签发", within="main").sees("已签发")
    paper = town.paper_of(overdue)
    assert (paper.state, paper.number) == (EscalationState.ISSUED, "2024-1")
    visit("agri-head").sees("答复“约谈”")


# 3. A leader signs a quarter


@pytest.fixture
def quarter_over(town: Town) -> None:
    """A township that reported in the first quarter; the quarter has ended."""
    with town.then("2024-02-05 10:00"):
        task = make.walk(make.task("tianning"), "underway")
    town.sweep_at("2024-02-20 10:00")
    with town.then("2024-02-20 11:00"):
        make.say(make.newest_report(task), percent="20")
    town.live_at("2024-04-02 09:00")
    town.swept()


def test_a_leader_signs_a_quarter_and_then_it_is_frozen(town: Town, visit: Visit, quarter_over: None) -> None:
    head = visit("tianning-head", phone=True).sees("2024-Q1 自评")
    head.press("自评", within=".desk-act").press("自评…")
    head.choose("等次", "良好").write("理由或说明", "按计划推进，两项指标快于序时。").press("自评", within="main form")
    officer = visit("officer-2").press("初评", within=".desk-act").press("初评…")
    officer.choose("等次", "合格").write("理由或说明", "有一项缺报，已补。").press("初评", within="main form").sees(
        "已初评"
    )

    with town.records():
        review = db.session.scalars(select(Review).join(Review.unit).where(Review.unit.has(code="tianning"))).one()
        leader = review.leader_post.code
    signing = visit(leader).press("待签事项", within="header")
    signing.sees("按计划推进，两项指标快于序时。", "有一项缺报，已补。")
    signing.press("签批", within="main").sees("已签批", "现在没有等您签批的事项")
    signing.open(f"/reviews/{review.id}").sees("已签批", "良好", "合格").misses("签批", "退回初评")
    head.open(f"/reviews/{review.id}").misses("申辩", "自评")
    with town.records():
        assert db.session.get_one(Review, review.id).state is ReviewState.SIGNED


# 4. The demo county's clock


def test_the_administrator_moves_the_clock_and_reminders_and_escalations_appear(
    town: Town, visit: Visit, march_due: int
) -> None:
    clerk = visit("industry-clerk")
    admin = visit("admin").press("系统管理", within="header").press("拨快一天").sees("时钟已拨快一天")
    admin.waits_for("到期事项都已办完")
    clerk.open("/notices").sees("报送截止临近")
    admin.press("拨快一周").sees("时钟已拨快一周")
    admin.waits_for("到期事项都已办完").sees("报送截止已过，尚未填报", "督办件发出")
    assert town.paper_of(march_due).reason == "report_missing"
    clerk.open("/").sees("答复“提醒”")
    officer = visit("officer-1").open("/board")
    officer.press("进度报送缺报", within=".cards").sees(town.title_of(march_due))
