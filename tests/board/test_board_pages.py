"""The office's board counts what real moves brought about, and every post gets the pages that are its own."""

from datetime import date

import pytest
from sqlalchemy import func, select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.board import queries
from taskflow.escalations.models import EscalationState
from taskflow.jobs import tasks as jobs
from taskflow.notices.models import Notice
from taskflow.org.models import Holding, Post
from taskflow.rules import progress
from taskflow.rules.late import Late
from taskflow.rules.lights import Light
from taskflow.tasks.models import Task
from tests import factories as make
from tests.looking import page_of
from tests.quarter import DUE, REGION, march, quarter, texts

__all__ = ["march", "quarter"]  # fixtures


def counted(period, county):
    names = {county.unit(code).id: code for code in ("industry", "agri", "tianning")}
    return {names[row.unit_id]: (row.asked, row.handed_in, row.open, row.missing) for row in period.units}


# Missing reports


def test_who_should_have_reported_and_has_not_is_exact_before_and_after_the_day(march, county, clock):
    clock.to(DUE, 23)
    (before,) = queries.running(REGION, county_clock.today())
    assert (before.period, before.due_on) == ("2024-03", DUE)
    assert counted(before, county) == {"industry": (2, 0, 2, 0), "agri": (2, 2, 0, 0), "tianning": (1, 0, 1, 0)}
    clock.to("2024-04-02", 0)
    (after,) = queries.running(REGION, county_clock.today())
    assert counted(after, county) == {"industry": (2, 0, 0, 2), "agri": (2, 2, 0, 0), "tianning": (1, 0, 0, 1)}
    assert [row.unit_id for row in after.wanting] == [county.unit("industry").id, county.unit("tianning").id]


def test_the_board_names_the_units_that_lack_reports(march, client, clock):
    clock.to("2024-04-02")
    soup = page_of(client("officer-1"), "/board")
    section = soup.select_one(".period")
    assert "应报 5，已报 2，缺报 3" in " ".join(section.h3.get_text().split())
    rows = [texts(row.select("td")) for row in section.select("tbody tr")]
    assert rows == [["工信局", "2", "0", "0", "2"], ["天宁镇", "1", "0", "0", "1"]]


def test_a_unit_opens_to_what_it_owes(march, client, county, clock):
    _, reports = march
    path = f"/board/units/{county.unit('industry').id}"
    assert "本月要求报送 2 次" in page_of(client("director"), path).get_text()
    clock.to("2024-04-02")
    soup = page_of(client("director"), path)
    owed = {link["href"] for link in soup.select("a[href^='/reports/']")}
    assert owed == {f"/reports/{report.id}" for report in reports["industry"]}


def test_a_rhythm_that_was_given_up_leaves_the_board(march, clock):
    clock.to("2024-06-20")
    assert queries.running(REGION, county_clock.today()) == []


def test_the_newest_period_takes_the_place_of_the_old_one(march, clock):
    asked, _ = march
    clock.to("2024-04-22")
    make.report(asked["agri"][0])
    (april,) = queries.running(REGION, county_clock.today())
    assert (april.period, april.total("asked"), april.total("open")) == ("2024-04", 1, 1)


# Late, lights, ladder, burden, pulse


def test_the_eight_cards_count_tasks_and_lead_to_their_lists(march, client, clock):
    asked, _ = march
    clock.to("2024-04-02")
    make.do(asked["industry"][1], "ask_extension", note="征地未完成")
    db.session.commit()
    cards = page_of(client("officer-1"), "/board").select(".cards a")
    shown = {card["href"].rpartition("late=")[2]: card.strong.get_text() for card in cards}
    assert shown.keys() == {kind.value for kind in Late}
    assert shown["report_missing"] == "2"
    assert shown["redo_late"] == "1"
    assert shown["task_late"] == "0"
    listed = page_of(client("officer-1"), "/tasks?late=report_missing")
    assert sum(task.title in listed.get_text() for task in asked["industry"]) == 2


def test_lights_by_document_and_by_unit_are_those_of_the_tasks(march, county, clock):
    clock.to("2024-09-20")
    make.task("agri", start_on=date(2024, 1, 2), due_on=date(2024, 3, 1))
    day = county_clock.today()
    wanted: dict[int, dict[Light, int]] = {}
    for task in db.rows(select(Task)):
        mine = wanted.setdefault(task.lead_unit_id, {})
        light = progress.standing(task, day).light
        mine[light] = mine.get(light, 0) + 1
    by_document, by_unit = queries.lights(REGION, day)
    assert {row.key: row.lights for row in by_unit} == wanted
    assert by_unit[0].lights.get(Light.RED, 0) == max(row.get(Light.RED, 0) for row in wanted.values())
    assert [(row.key, row.total) for row in by_document] == [("003", 6)]


def test_the_ladder_shows_papers_by_step_and_who_must_sign(march, client, clock):
    asked, _ = march
    served = make.escalation(asked["industry"][0])
    make.walk(served, EscalationState.ISSUED)
    make.escalation(asked["agri"][0], step=4)
    db.session.commit()
    clock.forward(days=10)
    soup = page_of(client("officer-1"), "/board")
    rungs = [texts(row.select(".rung-n"))[0] for row in soup.select(".rungs li")]
    assert rungs == ["1", "0", "0", "1", "0", "0"]
    assert "逾期 1" in soup.select(".rungs li")[0].get_text()
    rows = soup.find("ol", class_="rungs").find_next("table").select("tbody tr")
    assert [row.select("td")[0].get_text(strip=True) for row in rows] == ["通报", "提醒"]
    assert "待常务副县长签发" in rows[0].get_text()
    assert "答复，已过" in rows[1].get_text()


def test_what_a_unit_was_asked_for_this_month_is_counted(march, county, clock):
    def told(code):
        mine = (
            select(Holding.person_id).join(Post, Post.id == Holding.post_id).where(Post.unit_id == county.unit(code).id)
        )
        return db.session.scalar(select(func.count(Notice.id)).where(Notice.person_id.in_(mine)))

    since = county_clock.at(date(2024, 3, 1))
    rows = {row.unit_id: row for row in queries.burden(REGION, since)}
    assert {code: rows[county.unit(code).id].reports for code in ("industry", "agri", "tianning")} == {
        "industry": 2,
        "agri": 2,
        "tianning": 1,
    }
    assert rows[county.unit("agri").id].messages == told("agri") > 0
    assert queries.burden(REGION, county_clock.at(date(2024, 4, 1))) == []


def test_a_clock_that_stands_still_shows(march, client, clock):
    pulse = page_of(client("admin"), "/board").select_one(".pulse-line").get_text()
    assert "时钟巡查：还没有运行过" in pulse
    assert "后台队列：不可用" in pulse
    jobs.beat("sweep")
    assert "时钟巡查：刚刚" in page_of(client("admin"), "/board").select_one(".pulse-line").get_text()
    clock.to("2024-03-28")
    assert "个定时到点未执行" in page_of(client("admin"), "/board").select_one(".pulse-line").get_text()


# Who may see what

EVERYBODY = (
    "mayor", "deputy-agri", "director", "officer-1", "admin", "auditor", "security", "agri-head", "agri-clerk",
    "industry-head",
)  # fmt: skip
COUNTY = {"mayor", "deputy-agri", "director", "officer-1", "admin", "auditor"}
UNIT = {"agri-head", "agri-clerk"}


def answers(client, path):
    return {who: client(who).get(path).status_code for who in EVERYBODY}


def test_every_post_gets_the_pages_that_are_its_own(quarter, march, client, county):
    asked, reports = march
    paper = make.escalation(asked["agri"][0])
    db.session.commit()
    closed = {
        "/board": (COUNTY, 403),
        "/board/units": (COUNTY, 403),
        f"/board/units/{county.unit('agri').id}": (COUNTY, 403),
        "/signing": ({"mayor", "deputy-agri"}, 403),
        f"/reviews/{quarter.id}": (COUNTY | UNIT, 404),
        f"/escalations/{paper.id}": (COUNTY | UNIT, 404),
        f"/reports/{reports['agri'][0].id}": (COUNTY | UNIT, 404),
    }
    for path, (who_may, refusal) in closed.items():
        assert answers(client, path) == {who: 200 if who in who_may else refusal for who in EVERYBODY}, path
    assert client("officer-1").post("/signing/approve", data={"key": "k", "pick": "1:1"}).status_code == 403


@pytest.mark.parametrize("path", ["/board/units/{}", "/reviews/{}", "/escalations/{}"])
def test_unknown_ids_do_not_exist(client, path):
    for number in (999_999, 10**25):
        assert client("director").get(path.format(number)).status_code == 404
