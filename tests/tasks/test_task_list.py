"""The list of tasks finds what it is asked for, and says so when a question makes no sense."""

from datetime import date

import pytest

from taskflow.rules.late import Late
from taskflow.sources.models import Source, SourceKind
from taskflow.tasks.models import Method, TaskState
from tests import factories as make
from tests.looking import page_of, selects


@pytest.fixture
def page(client):
    """A page as its reader gets it."""
    return lambda code, address, status=200: page_of(client(code), address, status)


@pytest.fixture
def listed(page):
    """The titles that the list shows for some filters."""

    def of(address, code="officer-1"):
        return [link.text for link in page(code, address).select("table.tasks tbody td > a[href^='/tasks/']")]

    return of


def test_a_supporting_unit_sees_the_task_and_finds_it_among_what_it_supports(county, page, listed):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.support(task, "agri")
    own = make.task("agri")
    offered = page("agri-head", f"/tasks/{task.id}").select(".moves .move")
    assert [move.find(["button", "a"]).text for move in offered] == ["提出配合意见…"]
    assert listed("/tasks", "agri-head") == [task.title, own.title]
    assert listed("/tasks?mine=support", "agri-head") == [task.title]
    assert listed("/tasks?mine=lead", "agri-head") == [own.title]
    assert listed("/tasks", "tianning-clerk") == []


@pytest.fixture
def shelf(county):
    """Tasks that differ in everything that a filter can ask for."""
    road = make.task(measure=make.measure(title="改造县乡道路", code="003-A1"), title="改造县乡道路", code="003-A1")
    make.walk(road, TaskState.UNDERWAY)
    grain = make.task(
        "agri", title="稳定粮食播种面积", kind="continuing", document_code="001", due_on=date(2025, 6, 30)
    )
    grain.measure.kind = "continuing"
    school = make.task("tianning", title="新建乡镇中学", due_on=date(2024, 3, 1))
    make.walk(school, TaskState.ASSIGNED)
    return road, grain, school


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "school road grain"),
        ("q=路", "road"),
        ("q=乡", "school road"),
        ("q=乡 镇", "school"),
        ("q=乡镇", "school"),
        ("q=003-a", "road"),
        ("q=没有的", ""),
        ("q=%25", ""),
        ("q=_", ""),
        ("state=assigned", "school"),
        ("unit=agri", "grain"),
        ("leader=deputy-agri", "school grain"),
        ("kind=continuing", "grain"),
        ("document=003", "school road"),
        ("due_from=2025-01-01", "grain"),
        ("due_to=2024-03-01", "school"),
        ("due_from=2024-12-31&due_to=2024-12-31", "road"),
        ("light=red", "school"),
        ("light=grey", "grain"),
        ("late=task_late", "school"),
        ("late=task_late&unit=industry", ""),
        ("sort=light", "school road grain"),
        ("state=underway&q=道路&unit=industry", "road"),
    ],
)
def test_filters_find_what_they_say(shelf, county, listed, query, expected):
    make.document("001")
    names = dict(zip(("road", "grain", "school"), [task.title for task in shelf], strict=True))
    assert listed(f"/tasks?{query}") == [names[name] for name in expected.split()]


def test_a_chapter_holds_its_measures_and_its_projects(county, page, listed):
    row = make.project()
    origin = Source(region_code=make.REGION, kind=SourceKind.PROJECT, project_id=row.id, document_id=row.document_id)
    of_measure, of_project = make.task(), make.task(source=origin, method=Method.PERCENT)
    assert listed(f"/tasks?chapter={of_measure.measure.chapter_id}") == [of_measure.title]
    assert listed(f"/tasks?chapter={row.chapter_id}") == [of_project.title]
    assert f"专栏{row.box}" in page("officer-1", f"/tasks/{of_project.id}").text


def test_every_kind_of_late_is_a_filter(shelf, page):
    for kind in Late:
        seen = page("officer-1", f"/tasks?late={kind.value}")
        assert kind.label in seen.select_one(".active-filters").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("page=abc", "没有第“abc”页"),
        ("page=0", "没有第“0”页"),
        ("page=-3", "没有第“-3”页"),
        ("page=9", "没有第 9 页，已显示最后一页"),
        ("page=99999999999999999999", "没有第"),
        ("unit=nowhere", "牵头单位”的值“nowhere”无法识别"),
        ("leader=nobody", "牵头领导"),
        ("document=999", "文件"),
        ("chapter=x", "章节"),
        ("state=flying", "状态"),
        ("light=pink", "亮灯"),
        ("kind=odd", "类型"),
        ("late=never", "逾期情形"),
        ("mine=all", "与我"),
        ("sort=random", "排序"),
        ("due_from=2024-02-30", "时限不早于”的值“2024-02-30”无法识别"),
        ("due_to=tomorrow", "时限不晚于"),
        ("due_from=2025-12-31&due_to=2024-01-01", "时限起止日期前后颠倒，已对调"),
        ("unit=%00&page=%F0%9F%98%80", "无法识别"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(shelf, page, query, sentence):
    seen = page("officer-1", f"/tasks?{query}")
    assert sentence in seen.find("main").text
    assert len(seen.select("table.tasks tbody tr")) == 3


def test_filters_in_use_are_shown_and_each_can_be_taken_away(shelf, page):
    seen = page("officer-1", "/tasks?unit=industry&state=underway&sort=light")
    chips = {link.text.split("：")[0]: link["href"] for link in seen.select(".active-filters a:not(.clear)")}
    assert set(chips) == {"牵头单位", "状态"}
    assert "unit=" not in chips["牵头单位"]
    assert "state=underway" in chips["牵头单位"]
    assert "sort=light" in chips["牵头单位"]
    assert seen.select_one("#f-unit option[selected]")["value"] == "industry"


def test_a_list_that_finds_nothing_says_what_to_do(shelf, page):
    assert "请去掉一两个条件再试" in page("officer-1", "/tasks?q=火星").text


def test_saved_views_lead_to_lists(shelf, page, client):
    views = {link.text: link["href"] for link in page("industry-head", "/tasks").select(".saved a")}
    assert {"我牵头的", "我配合的", "任务超期", "预警", "待签收"} <= set(views)
    for address in views.values():
        assert client("industry-head").get(address).status_code == 200


def test_fifty_a_page_with_what_is_finished_last(county, page):
    first = make.walk(make.task(title="已经销号的事", due_on=date(2024, 3, 29)), TaskState.CLOSED)
    for number in range(50):
        make.task(title=f"第 {number} 件", due_on=date(2024, 12, 31))
    one, two = page("officer-1", "/tasks"), page("officer-1", "/tasks?page=2")
    assert len(one.select("table.tasks tbody tr")) == 50
    assert [link.text for link in two.select("table.tasks tbody td > a[href^='/tasks/']")] == [first.title]
    assert "共 51 项" in one.text
    assert one.select_one("a[rel=next]")["href"] == "/tasks?page=2"


@pytest.mark.parametrize("address", ["/tasks", "/tasks?light=yellow&sort=light", "/tasks?late=behind&q=新"])
def test_a_long_list_costs_no_more_questions_than_a_short_one(county, client, address):
    def fill(times):
        for _ in range(times):
            make.report()

    fill(5)
    few = selects(client("officer-1"), address)
    fill(55)
    assert selects(client("officer-1"), address) == few
    assert few <= 12
