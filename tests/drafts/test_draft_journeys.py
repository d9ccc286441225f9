"""The workbench in a real browser, from an uploaded plan to assigned tasks: by mouse, by keyboard, by two at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from taskflow import db
from taskflow.drafts.models import Draft, DraftState, Intake
from taskflow.models import Task
from taskflow.tasks.models import TaskState
from tests import drafting
from tests.browser import Visit, Visitor
from tests.town import Town
from tests.waiting import until

CHAPTERS = ("产业升级", "乡村振兴", "民生改善")
THINGS = ("标准厂房", "冷库", "粮食烘干点", "农家书屋", "文化广场", "停车场", "便民服务站", "养老服务站")


def plan_text(each: int = 104) -> str:
    """An invented yearly plan of an invented county, one measure a line."""
    lines = ["青石县2024年重点工作安排", ""]
    for number, name in zip("一二三", CHAPTERS, strict=True):
        lines.append(f"{number}、{name}")
        lines += [
            f"在青石{number}区第{place}片新建{THINGS[place % len(THINGS)]}{place + 2}座，2024年11月底前建成投用。"
            for place in range(1, each + 1)
        ]
    return "\n".join(lines) + "\n"


def bring(officer: Visitor, text: str, name: str) -> int:
    """Upload a text and wait until the worker has read it; the intake's id."""
    officer.open("/imports").attach(name, text.encode(), "text/plain")
    officer.press("收文", within="main")
    expect(officer.page.locator("#bench")).to_be_visible()
    officer.look()
    return int(re.findall(r"/imports/(\d+)", officer.page.url)[0])


def count(*where: object) -> int:
    """How many drafts, as committed."""
    with db.transaction():
        return db.session.scalar(select(func.count(Draft.id)).where(*where)) or 0


def press(page: Page, name: str) -> None:
    """Press the button of exactly this name and come to the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def test_a_plan_of_three_hundred_measures_goes_from_the_file_to_assigned_tasks(town: Town, visit: Visit) -> None:
    town.live_at("2024-03-04 09:00")
    officer = visit("officer-1")
    intake = bring(officer, plan_text(), "重点工作安排.txt")
    total = count(Draft.intake_id == intake)
    assert total >= 300
    officer.sees(f"共 {total} 条", "产业升级")
    officer.press("清单")
    page = officer.page
    page.get_by_label("全选本页").check()
    page.get_by_text("指定单位、舍弃…").click()
    page.locator("#many select[name=lead]").select_option(label="工信局")
    press(page, "指定单位")
    for word in ("确认", "立项"):
        page.get_by_label("全选本页").check()
        press(page, word)
        officer.look().sees(f"已{word} {total} 条")
    leader = visit("deputy-industry").open("/signing")
    while leader.page.get_by_role("button", name="批准立项").count():
        leader.page.get_by_label("全选这一组").first.check()
        leader.press("批准立项（勾选的任务）")
    officer.open(f"/imports/{intake}/list?state=taken").sees(f"有 {total} 项任务领导已批准")
    press(page, f"一并交办 {total} 项")
    officer.look().sees(f"已交办 {total} 项任务")
    with db.transaction():
        tasks = db.rows(select(Task).where(Task.document_code == "000"))
        assert len(tasks) == total
        assert {task.state for task in tasks} == {TaskState.ASSIGNED}
        first = tasks[0].id
    clerk = visit("industry-clerk", phone=True).open(f"/tasks/{first}")
    expect(clerk.page.locator(".clause-shown mark")).to_contain_text("青石")
    visit("mayor").open(f"/imports/{intake}").sees("已立项").misses("保存并确认", "保存", "一并交办")


# By keyboard


@pytest.fixture
def small(town: Town) -> int:
    """A committed file with eight drafts."""
    text = "\n".join(f"改造第{place}号泵站，更换水泵{place}台，六月底前完工。" for place in range(1, 9))
    lines = text.split("\n")
    rows = [
        drafting.measure(place, line, text.index(line), line=place, title=f"改造第{place}号泵站")
        for place, line in enumerate(lines, start=1)
    ]
    with town.then("2024-03-04 10:00"):
        return drafting.take_in(text, drafting.plan(rows)).id


def settled(page: Page, text: str) -> None:
    """The page after a key says this."""
    expect(page.locator("#main")).to_contain_text(text)


@pytest.mark.once
def test_a_whole_sitting_by_keyboard_alone(town: Town, visit: Visit, small: int) -> None:
    page = visit("officer-1").open(f"/imports/{small}").page
    head = page.locator("#draft-head")
    expect(head).to_contain_text("第 1 条")
    page.keyboard.press("j")
    expect(head).to_contain_text("第 2 条")
    page.keyboard.press("k")
    expect(head).to_contain_text("第 1 条")
    page.keyboard.press("e")
    page.keyboard.type("泵站改造一期")
    page.keyboard.press("Control+s")
    settled(page, "第 1 条已修改")
    expect(page.locator("#title")).to_have_value("泵站改造一期")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    settled(page, "第 1 条已确认")
    expect(head).to_contain_text("第 2 条")
    page.locator("#clause").evaluate("field => { field.focus(); field.setSelectionRange(9, 9); }")
    page.keyboard.press("s")
    settled(page, "第 2 条已拆分")
    assert count(Draft.intake_id == small) == 9
    page.keyboard.press("m")
    settled(page, "第 2 条已与后一条合并")
    assert count(Draft.intake_id == small, Draft.state == DraftState.MERGED) == 1
    page.keyboard.press("d")
    page.keyboard.type("与第3条重复")
    page.keyboard.press("Enter")
    settled(page, "第 2 条已舍弃")
    expect(head).to_contain_text("第 3 条")
    page.keyboard.press("x")
    expect(page.locator("[data-picked]")).to_contain_text("已勾选 1 条")
    page.keyboard.press("u")
    assert page.evaluate("document.activeElement.id") == "lead"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    with db.transaction():
        dropped = db.rows(select(Draft).where(Draft.intake_id == small, Draft.state == DraftState.DROPPED))
        assert [one.drop_reason for one in dropped] == ["与第3条重复"]


@pytest.mark.once
def test_a_selection_in_the_text_is_where_the_split_is_made(town: Town, visit: Visit, small: int) -> None:
    page = visit("officer-1").open(f"/imports/{small}").page
    mark = page.locator("a.mk.here").first
    mark.evaluate(
        "link => { const range = document.createRange(); range.setStart(link.firstChild, 8); "
        "range.setEnd(link.firstChild, 12); const chosen = getSelection(); chosen.removeAllRanges(); "
        "chosen.addRange(range); }"
    )
    page.keyboard.press("s")
    settled(page, "第 1 条已拆分")
    with db.transaction():
        first = db.rows(select(Draft).where(Draft.intake_id == small).order_by(Draft.place))[0]
        assert first.text == "改造第1号泵站，"


@pytest.mark.once
def test_words_chosen_in_the_text_become_a_draft_with_one_key(town: Town, visit: Visit) -> None:
    text = "整治农贸市场12处，九月底前完成。\n改造第1号泵站，更换水泵1台。\n"
    row = drafting.measure(1, text.split("\n")[1], text.index("改造"), line=2)
    with town.then("2024-03-04 10:00"):
        made = drafting.take_in(text, drafting.plan([row])).id
    officer = visit("officer-1").open(f"/imports/{made}")
    page = officer.page
    choose = (
        "([selector, from, to]) => { const node = document.querySelector(selector).firstChild, "
        "range = document.createRange(), chosen = getSelection(); range.setStart(node, from); range.setEnd(node, to); "
        "chosen.removeAllRanges(); chosen.addRange(range); }"
    )
    expect(page.locator("#act-add")).to_be_hidden()
    page.evaluate(choose, ["a.mk.here", 0, 4])  # words that a draft has already
    expect(page.locator("#act-add")).to_be_hidden()
    page.evaluate(choose, [".bench-text span[data-at]", 0, 10])
    expect(page.locator("#act-add")).to_be_visible()
    officer.look()
    page.keyboard.press("n")
    settled(page, "已列为第 2 条草案")
    expect(page.locator("#title")).to_have_value("整治农贸市场12处")
    with db.transaction():
        assert [one.text for one in db.rows(select(Draft).where(Draft.intake_id == made).order_by(Draft.place))] == [
            "改造第1号泵站，更换水泵1台。", "整治农贸市场12处，",
        ]  # fmt: skip


# Nothing typed is lost; several people


@pytest.mark.once
def test_what_is_typed_and_not_saved_outlives_a_reload_and_goes_when_saved(
    town: Town, visit: Visit, small: int
) -> None:
    page = visit("officer-1").open(f"/imports/{small}").page
    page.locator("#title").fill("还没有保存的标题")
    page.locator("#lead").select_option(label="农业农村局")
    page.reload()
    settled(page, "已恢复上次未保存的内容")
    expect(page.locator("#title")).to_have_value("还没有保存的标题")
    expect(page.locator("#lead option:checked")).to_have_text("农业农村局")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="保存", exact=True).click()
    settled(page, "第 1 条已修改")
    page.reload()
    expect(page.locator("#main")).not_to_contain_text("已恢复上次未保存")
    expect(page.locator("#title")).to_have_value("还没有保存的标题")


def test_two_people_at_one_draft_see_each_other_and_overwrite_nothing(town: Town, visit: Visit, small: int) -> None:
    mine, theirs = (visit(login).open(f"/imports/{small}").page for login in ("officer-1", "officer-2"))
    mine.locator("#title").fill("甲写的标题")
    theirs.locator("#title").fill("乙写的标题")
    theirs.get_by_role("button", name="保存", exact=True).click()
    settled(theirs, "第 1 条已修改")
    mine.evaluate(
        "htmx.ajax('GET', document.querySelector('#others').getAttribute('hx-get'), "
        "{target: '#others', swap: 'outerHTML'})"
    )
    expect(mine.locator("#others")).to_contain_text("刚改了第 1 条")
    expect(mine.locator(".by-other")).to_have_count(1)
    mine.get_by_role("button", name="保存", exact=True).click()
    refusal = mine.locator("#refusal")
    expect(refusal).to_contain_text("乙写的标题")
    expect(mine.locator("#title")).to_have_value("甲写的标题")
    mine.get_by_role("button", name="仍然提交").click()
    settled(mine, "第 1 条已修改")
    with db.transaction():
        assert db.rows(select(Draft.title).where(Draft.intake_id == small).order_by(Draft.place))[0] == "甲写的标题"


@pytest.mark.once
def test_the_workbench_works_on_a_phone_and_without_scripts(town: Town, visit: Visit, small: int) -> None:
    phone = visit("officer-1", phone=True).open(f"/imports/{small}")
    phone.page.locator("#title").fill("手机上改的")
    phone.hit(phone.page.get_by_role("button", name="保存并确认"))
    settled(phone.page, "第 1 条已确认")
    phone.look().open(f"/imports/{small}/list").look()
    plain = visit("officer-2")
    plain.context.route(re.compile(r"\.js$"), lambda route: route.abort())
    plain.wrong.clear()
    plain.page.goto(f"{town.address}/imports/{small}")
    plain.page.locator("#title").fill("没有脚本也能改")
    with plain.page.expect_navigation():
        plain.page.get_by_role("button", name="保存", exact=True).click()
    settled(plain.page, "已修改")
    plain.wrong.clear()
    with db.transaction():
        assert db.exists(select(Draft.id).where(Draft.title == "没有脚本也能改"))


# A file that cannot be read


@pytest.mark.once
def test_a_broken_file_says_why_in_one_sentence(town: Town, visit: Visit) -> None:
    officer = visit("officer-1").open("/imports")
    officer.attach("坏的.docx", b"PK\x03\x04 no document", "application/octet-stream")
    officer.press("收文", within="main")
    expect(officer.page.locator("#reading")).to_contain_text("没有读成：")

    def failed() -> bool:
        with db.transaction():
            return db.exists(select(Intake.id).where(Intake.failed != "", Intake.text == ""))

    until(failed)
