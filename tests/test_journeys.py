"""What the three groups of people do, in a real browser against the real program: web, worker, clock and Redis.

The county is small and its past was brought about by real moves; from there on people press buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from sqlalchemy import select

from taskflow import db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.reports.models import Report, ReportState
from taskflow.reviews.models import Review, ReviewState
from taskflow.sheets import render
from taskflow.tasks.models import Task
from tests import factories as make
from tests import servers
from tests.browser import Town, Visitor, running_town, until
from tests.conftest import Store

pytestmark = [pytest.mark.once, pytest.mark.timeout(180)]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LAST_MONTH = "完成入企摸排 32 户，确定培育对象 11 户。"
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def town(store: Store, main_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The running county of this module."""
    name = store.copy()
    try:
        with running_town(store.url(name), tmp_path_factory.mktemp("town")) as made:
            yield made
    finally:
        db.connect(main_url)
        store.drop(name)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """The browser."""
    with servers.browser() as made:
        yield made


@pytest.fixture
def visit(chrome: Browser, town: Town) -> Iterator[Visit]:
    """`visit("officer-1")`: somebody signed in at a desk; `phone=True`: on a phone; "": not signed in."""
    visitors: list[Visitor] = []

    def come(login: str = "", *, phone: bool = False) -> Visitor:
        visitors.append(Visitor(chrome, town, phone=phone))
        return visitors[-1].sign_in(login) if login else visitors[-1].open("/")

    yield come
    for visitor in visitors:
        visitor.leave()


def newest_report(town: Town, task: int) -> Report:
    """The report that was asked for last, as the processes left it."""
    with town.records():
        return db.session.scalars(select(Report).where(Report.task_id == task).order_by(Report.id.desc())).first()


def newest_paper(town: Town, task: int) -> Escalation:
    """The paper of the ladder that was proposed last."""
    with town.records():
        newest = select(Escalation).where(Escalation.task_id == task).order_by(Escalation.id.desc())
        return db.session.scalars(newest).first()


def verbs(town: Town, record: object) -> list[str]:
    """What was done with a record, in order."""
    with town.records():
        return [entry.verb for entry in make.entries(record)]


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
    report = newest_report(town, reported)
    assert verbs(town, report).count("draft") == 1

    head = visit("industry-head", phone=True)
    head.press("审签", within=".desk-act").sees("新增规上企业 4 户").press("审签上报").sees("已审签上报")
    officer = visit("officer-1")
    officer.press("审核", within=".desk-act").sees("入规 证明.pdf").press("审核通过").sees("已审核通过")
    officer.sign_out()

    clerk.open(f"/tasks/{reported}").sees("完成率 55%", "新增规上企业 4 户，另有 3 户在审。", "入规 证明.pdf")
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
    with town.then("2024-03-20 09:00"):
        reminder = make.newest_escalation(task)
        make.do(reminder, "answer")
        make.do(reminder, "clear")
    town.live_at("2024-03-25 14:00")
    town.swept()
    return task.id


@pytest.mark.skipif(bool(render.missing()), reason=render.missing() or "libraries are there")
def test_the_office_escalates_an_overdue_task_and_prints_the_order(town: Town, visit: Visit, overdue: int) -> None:
    officer = visit("officer-1").press("督查看板")
    officer.press("任务超期", within=".cards").press(task_title(town, overdue), within="main")
    officer.press("督办…").choose("督办层级", "督办单").choose("督办事由", "任务超期")
    officer.write("督办要求", "请在五个工作日内提交整改方案，并明确完成日期。").press("督办", within="main form")
    officer.sees("已督办")
    until(lambda: newest_paper(town, overdue).state is EscalationState.ISSUED, "the clock to serve the order")
    officer.open(f"/tasks/{overdue}").press("3 督办单").sees("待答复", "2024年4月1日")

    officer.press("打印（PDF）")
    ready = officer.page.get_by_role("link", name="下载 PDF")
    expect(ready).to_be_visible(timeout=60_000)
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
    officer.press("解除督办…").write("理由或说明", "措施可行，按新的时间节点盯办。").press("解除督办", within="main form")
    officer.sees("已解除督办")
    assert verbs(town, newest_paper(town, overdue)) == ["begin", "serve", "answer", "clear"]


def test_a_step_that_needs_a_signature_waits_for_the_leader(town: Town, visit: Visit, overdue: int) -> None:
    director = visit("director").open(f"/tasks/{overdue}").press("督办…")
    director.choose("督办层级", "约谈").choose("督办事由", "任务超期").write("督办要求", "请主要负责人到县政府说明情况。")
    director.press("督办", within="main form").sees("已督办")
    town.swept()
    assert newest_paper(town, overdue).state is EscalationState.PROPOSED
    director.press("5 约谈").sees("待县长签发").misses("签发")

    mayor = visit("mayor", phone=True).press("待签事项", within="main").sees("请主要负责人到县政府说明情况")
    mayor.press("签发", within="main").sees("已签发")
    paper = newest_paper(town, overdue)
    assert (paper.state, paper.number) == (EscalationState.ISSUED, "2024-1")
    visit("agri-head").sees("答复“约谈”")


def task_title(town: Town, task: int) -> str:
    """What a task is called."""
    with town.records():
        return db.session.get_one(Task, task).title


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
    officer.choose("等次", "合格").write("理由或说明", "有一项缺报，已补。").press("初评", within="main form").sees("已初评")

    with town.records():
        review = db.session.scalars(select(Review).join(Review.unit).where(Review.unit.has(code="tianning"))).one()
        leader = review.leader_post.code
    signing = visit(leader).press("待签事项", within="header").sees("按计划推进，两项指标快于序时。", "有一项缺报，已补。")
    signing.press("签批", within="main").sees("已签批", "现在没有等您签批的事项")
    signing.open(f"/reviews/{review.id}").sees("已签批", "良好", "合格").misses("签批", "退回初评")
    head.open(f"/reviews/{review.id}").misses("申辩", "自评")
    with town.records():
        assert db.session.get_one(Review, review.id).state is ReviewState.SIGNED


# 4. Nothing typed is lost


@pytest.fixture
def march_due(town: Town) -> int:
    """A task whose March report is due; the task's id."""
    with town.then("2024-03-20 10:00"):
        task = make.walk(make.task("industry"), "underway")
    town.live_at("2024-03-26 10:00")
    town.swept()
    return task.id


def form_of(town: Town, task: int) -> str:
    """The address of a report's form."""
    return f"/report/{newest_report(town, task).id}/draft"


def test_a_text_outlives_the_sign_in(town: Town, visit: Visit, march_due: int) -> None:
    clerk = visit("industry-clerk", phone=True).open(form_of(town, march_due))
    clerk.write("本期进展", "新增规上企业 2 户，正在公示。").write("累计完成率", "25")
    clerk.context.clear_cookies()
    clerk.press("提交审签").sees("登录已过期", "不会丢失")
    clerk.sign_in("industry-clerk").sees("刚才填写的内容还在")
    assert clerk.value_of("本期进展") == "新增规上企业 2 户，正在公示。"
    assert clerk.value_of("累计完成率") == "25"
    clerk.press("提交审签").sees("已提交审签", "新增规上企业 2 户，正在公示。")


def test_a_closed_tab_costs_no_text(town: Town, visit: Visit, march_due: int) -> None:
    clerk = visit("industry-clerk", phone=True).open(form_of(town, march_due))
    clerk.page.get_by_label("本期进展").press_sequentially("已完成两户入规")
    clerk.sees("已暂存在本机").open("/").open(form_of(town, march_due)).sees("已恢复上次未提交的内容")
    assert clerk.value_of("本期进展") == "已完成两户入规"


def test_a_page_drawn_before_somebody_elses_change_shows_both_values(
    town: Town, visit: Visit, march_due: int
) -> None:
    with town.records():
        leader = db.session.get_one(Task, march_due).leader_post.code
    visit("industry-head").open(f"/task/{march_due}/ask_extension").write("理由或说明", "手续办理超出预期。").write(
        "新的完成时限", "2025-03-31"
    ).press("申请延期", within="main form").sees("已申请延期")
    late = visit(leader).open(f"/task/{march_due}/park")
    late.write("理由或说明", "等待上级批复。").write("挂账到哪一天", "2024-06-28")
    visit(leader).open(f"/tasks/{march_due}").press("批准延期").sees("已批准延期")
    late.press("挂账", within="main form").sees("您看到的", "现在是", "2024-12-31", "2025-03-31")
    assert late.value_of("理由或说明") == "等待上级批复。"
    late.press("仍然提交").sees("已挂账")


def test_a_file_that_cannot_be_taken_is_named_and_the_text_stays(town: Town, visit: Visit, march_due: int) -> None:
    clerk = visit("industry-clerk").open(form_of(town, march_due))
    clerk.write("本期进展", "新增规上企业 2 户，正在公示。").write("累计完成率", "25")
    clerk.attach("工具.exe", b"MZ\x90\x00", "application/octet-stream").press("提交审签").sees("工具.exe")
    assert clerk.value_of("本期进展") == "新增规上企业 2 户，正在公示。"
    clerk.attach("录像.pdf", PDF + bytes(21 * 1024 * 1024))
    clerk.sees("“录像.pdf”超过 20 MB，请压缩或拆分后再选。").hit(clerk.named("提交审签"))
    assert newest_report(town, march_due).state is ReportState.DUE
    clerk.attach("公示.pdf", PDF).press("提交审签").sees("已提交审签", "公示.pdf")


def test_without_redis_people_go_on_and_are_told(town: Town, visit: Visit, march_due: int) -> None:
    clerk = visit("industry-clerk", phone=True).open(form_of(town, march_due))
    town.stop("redis")
    try:
        clerk.write("本期进展", "新增规上企业 2 户，正在公示。").press("提交审签").sees("已提交审签")
        clerk.waits_for("新增规上企业 2 户").sees("消息队列暂时不可用：可以照常办理")
        assert newest_report(town, march_due).state is ReportState.DRAFTED
    finally:
        town.start_redis()
    town.swept()


# 5. Without a mouse, and for those who do not see well


FOCUS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    word: (one.innerText || one.value || '').trim().split('\\n')[0], name: one.name || '', tag: one.tagName,
    shown: (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none',
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(visitor: Visitor, word: str, most: int = 60) -> None:
    """Press Tab until the focus stands on something of this name; it can be seen all the way."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        here = visitor.page.evaluate(FOCUS)
        if here["tag"] != "BODY":  # the browser's own bar
            assert here["shown"], here
            assert here["seen"], here
        if word in (here["word"], here["name"]):
            return
    raise AssertionError(f"{word} cannot be reached")


def press_enter(visitor: Visitor) -> Visitor:
    """Press Enter and come to the next page."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    return visitor.look()


def test_everything_goes_without_a_mouse(town: Town, visit: Visit) -> None:
    with town.then("2024-03-26 09:00"):
        task = make.walk(make.task("tianning"), "assigned")
    town.live_at("2024-03-26 10:00")
    head = visit()
    head.page.keyboard.type("tianning-head")
    tab_to(head, "password")
    head.page.keyboard.type("jiaocheng2024")
    press_enter(head).sees("我的待办", "签收任务")
    tab_to(head, task.title)
    press_enter(head)
    tab_to(head, "退回…")
    press_enter(head)
    tab_to(head, "note")
    head.page.keyboard.type("不属本镇职责，建议由县农业农村局牵头。")
    tab_to(head, "退回")
    press_enter(head).sees("已退回", "不属本镇职责，建议由县农业农村局牵头。")
    assert verbs(town, task)[-1] == "refuse"


def test_no_page_shuts_people_out(town: Town, visit: Visit, march_due: int) -> None:
    axe = Axe()
    with town.records():
        leader = db.session.get_one(Task, march_due).leader_post.code
    pages = {
        "": ["/"],
        "industry-clerk": ["/", "/tasks", f"/tasks/{march_due}", form_of(town, march_due), "/notices"],
        "officer-1": ["/", "/board", "/plan", "/plan/001", "/ledger", "/sheets", f"/task/{march_due}/escalate"],
        leader: ["/", "/signing"],
        "admin": ["/", "/admin"],
    }
    found = {}
    for phone in (False, True):
        for login, paths in pages.items():
            visitor = visit(login, phone=phone)
            for path in paths:
                visitor.open(path)
                judged = axe.run(visitor.page).response["violations"]
                found |= {
                    (path, phone, one["id"]): [node["html"] for node in one["nodes"]]
                    for one in judged
                    if one["impact"] in ("serious", "critical")
                }
    assert not found


# 6. The demo county's clock


def test_the_administrator_moves_the_clock_and_reminders_and_escalations_appear(
    town: Town, visit: Visit, march_due: int
) -> None:
    clerk = visit("industry-clerk")
    admin = visit("admin").press("系统管理", within="header").press("拨快一天").sees("时钟已拨快一天")
    admin.waits_for("到期事项都已办完")
    clerk.open("/notices").sees("临期提醒")
    admin.press("拨快一周").sees("时钟已拨快一周")
    admin.waits_for("到期事项都已办完").sees("逾期未报", "自动发出")
    assert newest_paper(town, march_due).reason == "report_missing"
    clerk.open("/").sees("答复“提醒”")
    visit("officer-1").open("/board").sees("进度报送缺报").press("进度报送缺报", within=".cards").sees(
        task_title(town, march_due)
    )
