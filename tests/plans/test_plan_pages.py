"""The pages about documents, over the whole real plan: what they count, find, and keep to themselves."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from taskflow import db
from taskflow.plans.models import (
    Basis,
    Chapter,
    ConflictStatement,
    Indicator,
    Measure,
    MeasureKind,
    PlanDocument,
    Project,
    Target,
)
from taskflow.tasks.models import TaskState
from taskflow.tasks.taking import take_up
from tests import factories as make
from tests import home
from tests.looking import statements_of


@pytest.fixture(scope="module")
def documents(store, whole):
    """A database with every document, for this module."""
    with store.copied(whole) as url:
        yield url


@pytest.fixture(autouse=True)
def all_documents(documents):
    """Opened for a test, which undoes what it does."""
    with home.elsewhere(documents):
        yield


@pytest.fixture
def browser(client, clock):
    """The office's, in the middle of 2024."""
    clock.to(date(2024, 6, 28))
    return client("officer-1")


def soup_of(browser, path, **options):
    answer = browser.get(path, **options)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(tag):
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def document(code):
    return db.session.scalars(select(PlanDocument).where(PlanDocument.code == code)).one()


def measures(code, *where):
    wanted = select(Measure).where(Measure.document_id == document(code).id, *where)
    return db.rows(wanted.order_by(Measure.line, Measure.code))


def taken(source):
    return take_up(source, make.fresh("take"), None)


def count_of(kind, *where):
    return db.session.scalar(select(func.count()).select_from(kind).where(*where))


# The documents


def test_the_overview_counts_what_the_database_holds(browser):
    soup = soup_of(browser, "/plan")
    shown = {
        section["aria-labelledby"].removeprefix("document-"): words(section) for section in soup.select(".document")
    }
    assert sorted(shown) == ["000", "001", "002", "003", "004"]
    for code, text in shown.items():
        held = count_of(Measure, Measure.document_id == document(code).id)
        assert (f"{held} 条举措" in text) == bool(held)
    assert "162 个项目（30 个专栏）" in shown["001"]
    assert "33 项指标（约束性 8、预期性 25）" in shown["001"]


def test_the_overview_counts_tasks_and_their_progress(browser):
    one, two, *_ = [taken(measure) for measure in measures("003")[:3]]
    make.walk(one, TaskState.CLOSED)
    make.say(make.report(two), percent="50")
    text = words(soup_of(browser, "/plan").select_one("[aria-labelledby=document-003]"))
    assert "任务 3 已销号 1" in text
    assert "平均完成率 50%" in text


# The tree


@pytest.mark.parametrize("code", ["000", "001", "002", "003", "004"])
def test_every_chapter_counts_what_stands_in_it(browser, code):
    soup = soup_of(browser, f"/plan/{code}")
    held = db.rows(select(Chapter).where(Chapter.document_id == document(code).id).order_by(Chapter.line))
    assert [branch["id"] for branch in soup.select("details.chapter")] == [f"chapter-{chapter.id}" for chapter in held]
    for chapter in held:
        expected = sum(count_of(kind, kind.chapter_id == chapter.id) for kind in (Measure, Project))
        assert words(soup.select_one(f"#chapter-{chapter.id} .tally")) == f"{expected} 条"


def test_the_whole_tree_holds_every_measure_once_and_in_order(browser):
    soup = soup_of(browser, "/plan/001?all=1")
    shown = [int(link["href"].rsplit("/", 1)[1]) for link in soup.select(".leaves a[href^='/measures/']")]
    ordered = select(Measure.id).join(Chapter).where(Measure.document_id == document("001").id)
    assert shown == list(db.rows(ordered.order_by(Chapter.line, Measure.line, Measure.code)))
    assert len(soup.select(".leaves .code")) == 162  # the project rows carry their printed number


def test_a_branch_counts_its_own_leaves_and_tasks(browser):
    found = measures("003")[:6]
    tasks = [taken(measure) for measure in found]
    make.walk(tasks[0], TaskState.CLOSED)
    chapter = found[0].chapter_id
    soup = soup_of(browser, f"/plan/003?chapter={chapter}")
    whole_chapter = words(soup.select_one(f"#chapter-{chapter} > summary .tally"))
    here = [measure for measure in found if measure.chapter_id == chapter]
    items = count_of(Measure, Measure.chapter_id == chapter)
    assert whole_chapter.startswith(f"{items} 条 销号 1/{len(here)} {round(100 / len(here))}%")
    sections = soup.select(f"#chapter-{chapter} details.section > summary .tally-n:first-child")
    assert sum(int(words(section).split()[0]) for section in sections) == items


def test_the_costs_do_not_grow_with_the_tree(browser):
    one = measures("001")[0]
    paths = [
        "/plan",
        "/plan/001?all=1",
        f"/plan/001?chapter={one.chapter_id}",
        f"/measures/{one.id}",
        "/plan/projects",
        "/plan/stories",
        "/plan/conflicts",
    ]
    taken(one)
    few = [statements_of(browser, path) for path in paths]
    for measure in measures("001")[1:40]:
        taken(measure)
    assert [statements_of(browser, path) for path in paths] == few
    assert max(few) <= 15


def test_a_chapter_is_a_part_of_the_page_or_leads_to_it(browser):
    chapter = measures("003")[0].chapter_id
    path = f"/plan/003/chapters/{chapter}"
    part = soup_of(browser, path, headers={"HX-Request": "true"})
    assert part.find("h1") is None
    assert len(part.select(".leaves a[href^='/measures/']")) == count_of(Measure, Measure.chapter_id == chapter)
    answer = browser.get(path)
    assert (answer.status_code, answer.location) == (302, f"/plan/003?chapter={chapter}#chapter-{chapter}")


@pytest.mark.parametrize("path", ["/plan/009", "/plan/003/chapters/1", "/plan/003?chapter=1", "/measures/999999"])
def test_what_is_not_there_is_not_found(browser, path):
    assert browser.get(path).status_code == 404  # chapter 1 is another document's


# The search


def found_by(browser, query):
    soup = soup_of(browser, f"/plan/001?{query}")
    return [words(link) for link in soup.select(".leaves a[href^='/measures/']")], soup


def test_the_search_looks_at_words_units_and_codes(browser):
    titles, soup = found_by(browser, "q=污水")
    assert titles
    assert all("open" in branch.attrs for branch in soup.select("details.chapter"))
    assert (
        words(soup.select_one("main [role=status]")) == f"找到 {len(titles) + len(soup.select('.leaves .code'))} 条。"
    )
    assert found_by(browser, "q=001-0287-01")[0] == ["发展规上工业企业至150户"]
    by_unit = found_by(browser, "q=水利局")[0]
    assert len(by_unit) >= count_of(
        Measure, Measure.lead_unit.has(short="水利局"), Measure.document_id == document("001").id
    )


def test_the_search_takes_signs_as_they_are(browser):
    titles, _ = found_by(browser, "q=%25")
    plain = measures("001", Measure.title.contains("%", autoescape=True))
    assert len(titles) == len(plain) < 100


def test_a_search_without_a_find_says_what_to_do(browser):
    _, soup = found_by(browser, "q=没有这样的词")
    assert "换一个词" in words(soup.select_one(".empty"))
    assert soup.select("details.chapter") == []


def test_the_kinds_can_be_read_apart(browser):
    shown = sum(len(found_by(browser, f"kind={kind.value}")[0]) for kind in MeasureKind)
    assert shown == count_of(Measure, Measure.document_id == document("001").id)


# What a unit sees


def test_a_unit_sees_the_plan_but_only_its_own_progress(browser, client, county):
    own = taken(measures("003", Measure.lead_unit_id == county.unit("industry").id)[0])
    foreign = taken(measures("003", Measure.lead_unit.has(code="edu"))[0])
    everything = "/plan/003?all=1"
    links = {link["href"] for link in soup_of(browser, everything).select("a[href^='/tasks/']")}
    assert {f"/tasks/{own.id}", f"/tasks/{foreign.id}"} <= links
    soup = soup_of(client("industry-clerk"), everything)
    links = {link["href"] for link in soup.select("main a[href^='/tasks/']")}
    assert f"/tasks/{own.id}" in links
    assert f"/tasks/{foreign.id}" not in links
    assert "只统计本单位牵头或配合的任务" in words(soup)
    page = words(soup_of(client("industry-clerk"), f"/measures/{foreign.measure_id}"))
    assert "不是本单位的任务" in page


# One measure


def test_a_measure_says_what_is_the_documents_and_what_is_ours(browser):
    suggested = measures("001", Measure.named.is_(False), Measure.basis == Basis.ASSUMED)[0]
    text = words(soup_of(browser, f"/measures/{suggested.id}"))
    assert "系统建议，文件没有写明" in text
    assert "系统推定" in text
    assert f"文本第 {suggested.line} 行" in text
    assert "尚未立项" in text


def test_a_measure_shows_its_figures_story_and_contradictions(browser):
    found = measures("001", Measure.code == "001-0287-01")[0]
    taken(found)
    soup = soup_of(browser, f"/measures/{found.id}")
    text = words(soup)
    assert "规模以上工业企业数 150户" in text
    assert "待批准" in text
    told = [words(cell) for cell in soup.select("table caption")]
    assert told == ["规上工业企业数量（2025年末）"]
    assert ">100" in text
    voices = [words(name)[:3] for name in soup.select(".voice-name")]
    assert voices == ["001", "002", "003"]
    assert [words(link) for link in soup.select(".voice li.here a[href^='/measures/']")] == [found.title]


def test_a_figure_shows_which_way_it_is_better_and_what_we_assumed(browser):
    found = measures("001", Measure.code == "001-0170-01")[0]
    assert "100% 越高越好 推定" in words(soup_of(browser, f"/measures/{found.id}"))
    printed = measures("002", Measure.code == "002-0339-02")[0]
    text = words(soup_of(browser, f"/measures/{printed.id}"))
    assert "≤3.5% 越低越好" in text
    assert "越低越好 推定" not in text


def test_one_task_serves_the_same_goal_of_two_documents(browser):
    linked = measures("002", Measure.code == "002-0577-01")[0]
    kept = linked.same_as
    assert "尚未立项" in words(soup_of(browser, f"/measures/{linked.id}"))
    task = make.walk(taken(kept), TaskState.UNDERWAY)
    soup = soup_of(browser, f"/measures/{linked.id}")
    assert f"{kept.title} （ 004-0019-01 ）是同一件事" in words(soup)
    assert "办理中" in words(soup.select_one(f"a[href='/tasks/{task.id}']"))
    assert "一并办理" in words(soup_of(browser, f"/measures/{kept.id}"))
    chapter = words(soup_of(browser, "/plan/002").select_one(f"#chapter-{linked.chapter_id} .tally"))
    assert "31 条 销号 0/1" in chapter
    assert "由本任务一并办理" in words(soup_of(browser, f"/tasks/{task.id}"))
    overview = words(soup_of(browser, "/plan").select_one("[aria-labelledby=document-004]"))
    assert "任务 1" in overview


# Indicators, boxes, stories, conflicts


def test_the_indicators_stand_as_printed(browser):
    soup = soup_of(browser, "/plan/indicators")
    held = db.rows(select(Indicator).order_by(Indicator.seq))
    rows = soup.select("tbody tr:not(.group)")
    assert len(rows) == len(held) == 33
    assert len(soup.select("tr.binding")) == 8
    for row, one in zip(rows, held, strict=True):
        cells = [words(cell) for cell in row.find_all("td")]
        assert cells[:2] == [str(one.seq), one.name]
        assert cells[3:6] == [words_of(one.base), words_of(one.target), words_of(one.growth)]


def words_of(text):
    return re.sub(r"\s+", " ", text.strip())


def test_the_boxes_hold_every_row_and_its_task(browser):
    project = db.rows(select(Project).order_by(Project.id))[0]
    task = make.walk(taken(project), TaskState.UNDERWAY)
    soup = soup_of(browser, "/plan/projects")
    assert len(soup.select("details.section")) == 30
    assert len(soup.select("tbody tr")) == 162
    assert "办理中" in words(soup.select_one(f"a[href='/tasks/{task.id}']"))


def test_a_story_is_told_in_the_order_of_its_documents(browser):
    found = measures("003", Measure.story == "industry-firms")[0]
    make.say(make.report(taken(found)), percent="30")
    soup = soup_of(browser, "/plan/stories?story=industry-firms")
    assert len(soup.select("details.story")) == db.session.scalar(select(func.count(Measure.story.distinct())))
    story = soup.select_one("#story-industry-firms")
    assert words(story.select_one(".branch-name")) == "规上工业企业"
    assert [words(name)[:3] for name in story.select(".voice-name")] == ["001", "002", "003"]
    assert len(story.select(".voice li")) == count_of(Measure, Measure.story == "industry-firms")
    assert "30%" in words(story.select(".voice")[-1])
    part = soup_of(browser, "/plan/stories/industry-firms", headers={"HX-Request": "true"})
    assert part.find("h1") is None
    assert browser.get("/plan/stories/nothing").status_code == 404


def test_contradictions_stand_side_by_side(browser):
    soup = soup_of(browser, "/plan/conflicts")
    assert len(soup.select(".side")) == count_of(ConflictStatement)
    sides = [words(side.strong) for side in soup.select("#about-industry-firms .side")]
    assert sides == ["150户", "净增…100户", "达到100户", ">100", "150户"]


def test_what_we_had_to_complete_is_counted(browser):
    soup = soup_of(browser, "/plan/conflicts")
    shown = {words(row.td): [int(words(cell)) for cell in row.select("td.num")] for row in soup.select("tbody tr")}
    for code in ("001", "002", "003", "004"):
        mine = Measure.document_id == document(code).id
        assert shown[document(code).title] == [
            count_of(Measure, mine),
            count_of(Measure, mine, Measure.id.not_in(select(Target.measure_id))),
            count_of(Measure, mine, Measure.basis == Basis.ASSUMED),
            count_of(Measure, mine, Measure.named.is_(False)),
        ]
