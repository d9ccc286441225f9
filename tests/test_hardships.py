"""Nothing typed is lost, and nobody is shut out: expired sign-ins, other people's changes, no Redis, no mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from seed.loading import DEMO_PASSWORD
from taskflow import db
from taskflow.reports.models import ReportState
from tests import drafting
from tests import factories as make
from tests.browser import PDF, Visit, Visitor
from tests.town import Town

pytestmark = pytest.mark.once


# Nothing typed is lost


def form_of(town: Town, task: int) -> str:
    """The address of a report's form."""
    return f"/report/{town.report_of(task).id}/draft"


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


def test_a_page_drawn_before_somebody_elses_change_shows_both_values(town: Town, visit: Visit, march_due: int) -> None:
    leader = town.leader_of(march_due)
    late = visit(leader).open(f"/task/{march_due}/park")
    late.write("理由或说明", "等待上级批复。").write("挂账到哪一天", "2024-06-28")
    visit(leader).open(f"/task/{march_due}/extend").write("理由或说明", "手续办理超出预期。").write(
        "新的完成时限", "2025-03-31"
    ).press("调整时限", within="main form").sees("已调整时限")
    late.press("挂账", within="main form").sees("您看到的", "现在是", "2024-12-31", "2025-03-31")
    assert late.value_of("理由或说明") == "等待上级批复。"
    late.press("仍然提交").sees("已挂账")


def test_a_file_that_cannot_be_taken_is_named_and_the_text_stays(
    town: Town, visit: Visit, march_due: int, tmp_path: Path
) -> None:
    clerk = visit("industry-clerk").open(form_of(town, march_due))
    clerk.write("本期进展", "新增规上企业 2 户，正在公示。").write("累计完成率", "25")
    clerk.attach("工具.exe", b"MZ\x90\x00", "application/octet-stream").press("提交审签").sees("工具.exe")
    assert clerk.value_of("本期进展") == "新增规上企业 2 户，正在公示。"
    heavy = tmp_path / "录像.pdf"
    with heavy.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    clerk.page.locator("input[type=file]").set_input_files(heavy)
    clerk.sees("“录像.pdf”超过 20 MB，请压缩或拆分后再选。").hit(clerk.named("提交审签"))
    assert town.report_of(march_due).state is ReportState.DUE
    clerk.attach("公示.pdf", PDF).press("提交审签").sees("已提交审签", "公示.pdf")


def test_without_redis_people_go_on_and_are_told(town: Town, visit: Visit, march_due: int) -> None:
    clerk = visit("industry-clerk", phone=True).open(form_of(town, march_due))
    town.stop("redis")
    try:
        clerk.write("本期进展", "新增规上企业 2 户，正在公示。").write("累计完成率", "25")
        clerk.press("提交审签").sees("已提交审签")
        # each server process believes for a few seconds what it last heard
        clerk.waits_for("消息队列暂时不可用：可以照常办理").sees("新增规上企业 2 户")
        assert town.report_of(march_due).state is ReportState.DRAFTED
    finally:
        town.start_redis()
    town.swept()


# Without a mouse, and for those who do not see well


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
    head.page.keyboard.type(DEMO_PASSWORD)
    press_enter(head).sees("我的待办", "签收任务")
    tab_to(head, task.title)
    press_enter(head)
    tab_to(head, "退回…")
    press_enter(head)
    tab_to(head, "note")
    head.page.keyboard.type("不属本镇职责，建议由县农业农村局牵头。")
    tab_to(head, "退回")
    press_enter(head).sees("已退回", "不属本镇职责，建议由县农业农村局牵头。")
    assert town.done_to(task)[-1] == "refuse"


def bench(town: Town) -> list[str]:
    """The pages of a file taken in."""
    with db.transaction():
        intake = drafting.draft().intake_id
    return [f"/imports/{intake}{page}" for page in ("", "/list", "/coverage", "/edition", "/document")]


def test_no_page_shuts_people_out(town: Town, visit: Visit, march_due: int) -> None:
    axe = Axe()
    desks = {
        "": ["/"],
        "industry-clerk": ["/", "/tasks", f"/tasks/{march_due}", form_of(town, march_due), "/notices"],
        "officer-1": ["/board", "/plan", "/ledger", "/sheets", f"/task/{march_due}/escalate", "/imports", *bench(town)],
        town.leader_of(march_due): ["/signing"],
        "admin": ["/", "/admin"],
    }
    phones = {"": ["/"], "industry-head": ["/", f"/tasks/{march_due}"], "officer-2": ["/board", "/tasks", *bench(town)]}
    found = {}
    for phone, pages in ((False, desks), (True, phones)):
        for login, paths in pages.items():
            visitor = visit(login, phone=phone)
            for path in paths:
                visitor.open(path)
                found |= {
                    (path, phone, one["id"]): [node["html"] for node in one["nodes"]]
                    for one in axe.run(visitor.page).response["violations"]
                    if one["impact"] in ("serious", "critical")
                }
    assert not found
