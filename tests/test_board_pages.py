"""The office's board counts what real moves brought about; a leader's queue decides one by one or many at once."""

from datetime import date
from itertools import chain

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, func, select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.board import queries
from taskflow.escalations.models import EscalationState
from taskflow.jobs import tasks as jobs
from taskflow.notices.models import Notice
from taskflow.org.models import Holding, Post
from taskflow.reviews import opening
from taskflow.reviews.models import Review, ReviewState
from taskflow.rules import book, lights
from taskflow.rules.late import Late
from taskflow.rules.lights import Light
from taskflow.tasks.models import Extension, Task, TaskState
from tests import factories as make

REGION = make.REGION
#: When March's reports must be in, by the county's numbers.
DUE = date(2024, 4, 1)


@pytest.fixture
def march(county, clock):
    """March's reports: who was asked for what, and what came in before the day."""
    asked = {name: [make.task(name) for _ in range(n)] for name, n in (("industry", 2), ("agri", 2), ("tianning", 1))}
    for task in chain.from_iterable(asked.values()):
        make.walk(task, TaskState.UNDERWAY)
    clock.to("2024-03-22")
    reports = {name: [make.report(task) for task in tasks] for name, tasks in asked.items()}
    make.do(reports["industry"][0], "draft")
    make.say(reports["agri"][0])
    make.do(reports["agri"][1], "draft")
    make.do(reports["agri"][1], "agree")
    make.do(reports["tianning"][0], "draft")
    make.do(reports["tianning"][0], "agree")
    make.do(reports["tianning"][0], "return")
    db.session.commit()
    assert reports["agri"][0].due_on == DUE
    return asked, reports


def page(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def texts(cells):
    return [cell.get_text(" ", strip=True) for cell in cells]


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
    soup = page(client("officer-1"), "/board")
    section = soup.select_one(".period")
    assert "应报 5，已报 2，缺报 3" in " ".join(section.h3.get_text().split())
    rows = [texts(row.select("td")) for row in section.select("tbody tr")]
    assert rows == [["工信局", "2", "0", "0", "2"], ["天宁镇", "1", "0", "0", "1"]]


def test_a_unit_opens_to_what_it_owes(march, client, county, clock):
    _, reports = march
    path = f"/board/units/{county.unit('industry').id}"
    assert "本月要求报送 2 次" in page(client("director"), path).get_text()
    clock.to("2024-04-02")
    soup = page(client("director"), path)
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
    cards = page(client("officer-1"), "/board").select(".cards a")
    shown = {card["href"].rpartition("late=")[2]: card.strong.get_text() for card in cards}
    assert shown.keys() == {kind.value for kind in Late}
    assert shown["report_missing"] == "2"
    assert shown["redo_late"] == "1"
    assert shown["task_late"] == "0"
    listed = page(client("officer-1"), "/tasks?late=report_missing")
    assert sum(task.title in listed.get_text() for task in asked["industry"]) == 2


def test_lights_by_document_and_by_unit_are_those_of_the_tasks(march, county, clock):
    clock.to("2024-09-20")
    make.task("agri", start_on=date(2024, 1, 2), due_on=date(2024, 3, 1))
    day = county_clock.today()
    numbers = book.of(REGION).numbers("lights", day)
    wanted: dict[int, dict[Light, int]] = {}
    for task in db.rows(select(Task)):
        mine = wanted.setdefault(task.lead_unit_id, {})
        light = lights.standing(task, day, numbers).light
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
    soup = page(client("officer-1"), "/board")
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
    pulse = page(client("admin"), "/board").select_one(".pulse-line").get_text()
    assert "时钟巡查：还没有运行过" in pulse
    assert "后台队列：不可用" in pulse
    jobs.beat("sweep")
    assert "时钟巡查：刚刚" in page(client("admin"), "/board").select_one(".pulse-line").get_text()
    clock.to("2024-03-28")
    assert "个定时到点未响" in page(client("admin"), "/board").select_one(".pulse-line").get_text()


# The queue


@pytest.fixture
def queue(county, clock):
    """One of everything that waits for the deputy for industry, and one task that waits for another."""
    mine = [make.task() for _ in range(3)]
    other = make.task("agri")
    late = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(late, "ask_extension", note="征地未完成，顺延一季度", new_due_on="2025-03-31")
    review = make.walk(make.review(), ReviewState.ASSESSED)
    db.session.commit()
    return mine, other, late, review


def approve(browser, *picks, key="one"):
    return browser.post("/signing/approve", data={"key": key, "pick": [f"{task.id}:{seen}" for task, seen in picks]})


def test_the_queue_holds_what_waits_for_this_leader_and_the_facts_to_decide(queue, client):
    mine, other, late, review = queue
    soup = page(client("deputy-industry"), "/signing")
    assert [box["value"] for box in soup.select("[name=pick]")] == [f"{task.id}:1" for task in mine]
    told = soup.get_text()
    assert other.title not in told
    assert all(
        words in told for words in ("2024年12月31日 → 2025年3月31日", "征地未完成", "没有延过期", "规上企业 ≥8户")
    )
    buttons = {form["action"] for form in soup.select("form.move")} | {link["href"] for link in soup.select(".move a")}
    assert buttons >= {
        f"/task/{late.id}/grant_extension",
        f"/task/{late.id}/deny_extension",
        f"/review/{review.id}/sign",
        f"/review/{review.id}/send_back",
    }


def test_many_are_approved_in_one_act_and_each_answers_for_itself(queue, client, county):
    mine, other, late, _ = queue
    approved_before = make.do(mine[2], "approve")
    db.session.commit()
    answer = approve(
        client("deputy-industry"), (mine[0], 1), (mine[1], 1), (approved_before, 1), (other, 1), (late, 99)
    )
    told = texts(BeautifulSoup(answer.text, "html.parser").select(".results li"))
    assert answer.status_code == 200
    assert "已批准 2 项，3 项没有办成" in answer.text
    assert [line[0] for line in told] == ["✓", "✓", "✕", "✕", "✕"]
    assert "不能“批准立项”" in told[2]
    assert "由牵头县领导办理" in told[3]
    db.session.expire_all()
    assert [task.state for task in mine] == [TaskState.APPROVED] * 3
    assert other.state is TaskState.PROPOSED
    for task in mine:
        assert [entry.verb for entry in make.entries(task)] == ["begin", "approve"]
    assert make.entries(mine[0])[-1].actor_id == county.person("deputy-industry").id


def test_a_double_click_on_approve_many_approves_once(queue, client):
    mine, *_ = queue
    for _ in range(2):
        answer = approve(client("deputy-industry"), (mine[0], 1), (mine[1], 1))
        assert "已批准 2 项" in answer.text
    assert [entry.verb for entry in make.entries(mine[0])] == ["begin", "approve"]


def test_approving_nothing_or_nonsense_is_a_sentence(queue, client):
    browser = client("deputy-industry")
    assert "请先勾选" in browser.post("/signing/approve", data={"key": "a"}).text
    for pick in ("x", "1", "1:2:3", "１：２", "9" * 30 + ":1", "-1:1"):
        answer = browser.post("/signing/approve", data={"key": "a", "pick": pick})
        assert answer.status_code == 422
    unknown = browser.post("/signing/approve", data={"key": "b", "pick": "999999:1"})
    assert "没有这条记录" in unknown.text


def test_every_queue_item_is_decided_from_the_page(queue, client, county):
    _, _, late, review = queue
    paper = make.escalation(make.task("agri"), step=4)
    db.session.commit()
    for who, path, record, state in (
        ("deputy-industry", f"/task/{late.id}/grant_extension", late, TaskState.UNDERWAY),
        ("deputy-industry", f"/review/{review.id}/sign", review, ReviewState.SIGNED),
        ("exec-deputy", f"/escalation/{paper.id}/issue", paper, EscalationState.ISSUED),
    ):
        browser = client(who)
        form = page(browser, "/signing").find("form", action=path)
        answer = browser.post(path, data={field["name"]: field["value"] for field in form.select("input")})
        assert (answer.status_code, answer.location) == (303, "/signing")
        db.session.refresh(record)
        assert record.state is state
    assert late.due_on == date(2025, 3, 31)
    assert db.session.scalar(select(Extension.granted)) is True
    assert "现在没有等您签批的事项" not in page(client("deputy-industry"), "/signing").get_text()
    assert "现在没有等您签批的事项" in page(client("exec-deputy"), "/signing").get_text()


# One review, one paper


@pytest.fixture
def quarter(march, clock):
    """The agri office's first quarter, opened by the clock with its lines frozen."""
    clock.to("2024-04-02")
    opening.open_quarter(REGION)
    db.session.commit()
    unit = make.unit("agri")
    return db.session.scalars(select(Review).where(Review.unit_id == unit.id)).one()


def test_a_review_shows_the_frozen_lines_whatever_happens_later(quarter, march, client, clock):
    before = texts(page(client("agri-head"), f"/reviews/{quarter.id}").select("table td"))
    assert len(before) == 5 * len(quarter.lines) == 10
    assert "40%" in before[2]
    asked, _ = march
    clock.to("2024-04-25")
    make.say(make.report(asked["agri"][0]), percent="90")
    db.session.commit()
    soup = page(client("agri-head"), f"/reviews/{quarter.id}")
    assert texts(soup.select("table td")) == before
    assert "冻结" in soup.get_text()


def test_a_review_is_judged_and_signed_from_its_page(quarter, client):
    def says(who):
        return page(client(who), f"/reviews/{quarter.id}").get_text()

    assert "自评…" in says("agri-head")
    make.do(quarter, "self_assess", note="按序时推进")
    db.session.commit()
    assert "初评…" in says("officer-1")
    make.do(quarter, "assess", grade="fair", note="一次缺报")
    db.session.commit()
    told = says("deputy-agri")
    assert all(words in told for words in ("良好", "按序时推进", "合格", "一次缺报", "签批", "退回初评"))
    assert "签批…" not in told
    sent = client("deputy-agri").post(
        f"/review/{quarter.id}/sign", data={"key": make.fresh("k"), "seen": quarter.version}
    )
    assert sent.location == f"/reviews/{quarter.id}"
    assert "2024年4月2日签批" in says("agri-head")


def test_a_paper_shows_its_step_its_facts_and_its_answer(march, client):
    asked, _ = march
    paper = make.walk(make.escalation(asked["industry"][0], step=3), EscalationState.ISSUED)
    db.session.commit()
    soup = page(client("industry-head"), f"/escalations/{paper.id}")
    assert soup.select_one("[aria-current=step]").get_text(" ", strip=True).startswith("3 督办单")
    assert all(words in soup.get_text() for words in (paper.because, paper.demand, paper.number, "答复…"))
    printing = soup.find("input", attrs={"name": "sheet"}).find_parent("form")
    assert {field["name"]: field["value"] for field in printing.select("input")}["kind"] == "escalation"
    make.do(paper, "answer", answer="已召开会议，加派人手")
    db.session.commit()
    told = page(client("officer-1"), f"/escalations/{paper.id}").get_text()
    assert all(words in told for words in ("已召开会议，加派人手", "解除督办", "退回重答"))


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


# Cost


def statements_of(browser, path):
    """How many statements a page costs."""
    found = []

    def count(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            found.append(statement)

    event.listen(db.engine(), "before_cursor_execute", count)
    try:
        db.session.expunge_all()
        assert browser.get(path).status_code == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", count)
    return len(found)


def grow():
    """More of everything that the board and the queue show."""
    make.task()
    under_way = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(under_way, "ask_extension")
    make.report(make.task("agri"))
    make.escalation(make.task("tianning"), step=4)
    make.walk(make.escalation(make.task("agri")), EscalationState.ISSUED)
    db.session.commit()


def test_pages_cost_the_same_however_much_there_is(queue, client, clock):
    clock.to("2024-03-22")
    grow()
    pages = (("officer-1", "/board"), ("deputy-industry", "/signing"), ("exec-deputy", "/signing"))
    browsers = {who: client(who) for who, _ in pages}
    few = [statements_of(browsers[who], path) for who, path in pages]
    for _ in range(3):
        grow()
    assert [statements_of(browsers[who], path) for who, path in pages] == few
    assert max(few) <= 25
