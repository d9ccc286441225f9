"""A leader's queue decides one by one or many at once; a review and a paper of the ladder have their pages."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from taskflow import db
from taskflow.escalations.models import EscalationState
from taskflow.requests.models import RequestState
from taskflow.reviews.models import ReviewState
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.looking import page_of, selects
from tests.quarter import march, quarter, texts

__all__ = ["march", "quarter"]  # fixtures


@pytest.fixture
def queue(county, clock):
    """One of everything that waits for the deputy for industry, and one task that waits for another."""
    mine = [make.task() for _ in range(3)]
    other = make.task("agri")
    late = make.walk(make.task(), TaskState.UNDERWAY)
    asked = make.request(late, note="征地未完成，顺延一季度", new_due_on="2025-03-31")
    make.do(asked, "forward", note="情况属实，建议同意")
    review = make.walk(make.review(), ReviewState.ASSESSED)
    db.session.commit()
    return mine, other, asked, review


def approve(browser, *picks, key="one"):
    return browser.post("/signing/approve", data={"key": key, "pick": [f"{task.id}:{seen}" for task, seen in picks]})


def test_the_queue_holds_what_waits_for_this_leader_and_the_facts_to_decide(queue, client):
    mine, other, asked, review = queue
    soup = page_of(client("deputy-industry"), "/signing")
    assert [box["value"] for box in soup.select("[name=pick]")] == [f"{task.id}:1" for task in mine]
    told = soup.get_text()
    assert other.title not in told
    assert all(
        words in told
        for words in ("2024年12月31日 → 2025年3月31日", "征地未完成", "建议同意", "没有延过期", "规上企业 ≥8户")
    )
    buttons = {form["action"] for form in soup.select("form.move")} | {
        link["href"].partition("?")[0] for link in soup.select(".move a")
    }
    assert buttons >= {
        f"/request/{asked.id}/grant",
        f"/request/{asked.id}/deny",
        f"/review/{review.id}/sign",
        f"/review/{review.id}/send_back",
    }


def test_many_are_approved_in_one_act_and_each_answers_for_itself(queue, client, county):
    mine, other, asked, _ = queue
    approved_before = make.do(mine[2], "approve")
    db.session.commit()
    answer = approve(
        client("deputy-industry"), (mine[0], 1), (mine[1], 1), (approved_before, 1), (other, 1), (asked.task, 99)
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
    _, _, asked, review = queue
    paper = make.escalation(make.task("agri"), step=4)
    db.session.commit()
    for who, path, record, state in (
        ("deputy-industry", f"/request/{asked.id}/grant", asked, RequestState.GRANTED),
        ("deputy-industry", f"/review/{review.id}/sign", review, ReviewState.SIGNED),
        ("exec-deputy", f"/escalation/{paper.id}/issue", paper, EscalationState.ISSUED),
    ):
        browser = client(who)
        queue_page = page_of(browser, "/signing")
        form = queue_page.find("form", action=path)
        if form is None:  # what asks for something has a page of its own
            asks = queue_page.select_one(f'.move a[href^="{path}"]')["href"]
            form = page_of(browser, asks).select_one("main form")
        answer = browser.post(path, data={field["name"]: field["value"] for field in form.select("input")})
        assert (answer.status_code, answer.location) == (303, "/signing")
        db.session.refresh(record)
        assert record.state is state
    db.session.refresh(asked.task)
    assert asked.task.due_on == date(2025, 3, 31)
    assert "现在没有等您签批的事项" not in page_of(client("deputy-industry"), "/signing").get_text()
    assert "现在没有等您签批的事项" in page_of(client("exec-deputy"), "/signing").get_text()


# One review, one paper


def test_a_review_shows_the_frozen_lines_whatever_happens_later(quarter, march, client, clock):
    before = texts(page_of(client("agri-head"), f"/reviews/{quarter.id}").select("table td"))
    assert len(before) == 5 * len(quarter.lines) == 10
    assert "40%" in before[2]
    asked, _ = march
    clock.to("2024-04-25")
    make.say(make.report(asked["agri"][0]), percent="90")
    db.session.commit()
    soup = page_of(client("agri-head"), f"/reviews/{quarter.id}")
    assert texts(soup.select("table td")) == before
    assert "冻结" in soup.get_text()


def test_a_review_is_judged_and_signed_from_its_page(quarter, client):
    def says(who):
        return page_of(client(who), f"/reviews/{quarter.id}").get_text()

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
    soup = page_of(client("industry-head"), f"/escalations/{paper.id}")
    assert soup.select_one("[aria-current=step]").get_text(" ", strip=True).startswith("3 督办单")
    assert all(words in soup.get_text() for words in (paper.because, paper.demand, "〔2024〕1号", "答复…"))
    printing = soup.find("input", attrs={"name": "sheet"}).find_parent("form")
    assert {field["name"]: field["value"] for field in printing.select("input")}["kind"] == "escalation"
    make.do(paper, "answer", answer="已召开会议，加派人手")
    db.session.commit()
    told = page_of(client("officer-1"), f"/escalations/{paper.id}").get_text()
    assert all(words in told for words in ("已召开会议，加派人手", "解除督办", "退回重答"))


# Cost


def grow():
    """More of everything that the board and the queue show."""
    make.task()
    under_way = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(make.request(under_way), "forward")
    make.report(make.task("agri"))
    make.escalation(make.task("tianning"), step=4)
    make.walk(make.escalation(make.task("agri")), EscalationState.ISSUED)
    db.session.commit()


def test_pages_cost_the_same_however_much_there_is(queue, client, clock):
    clock.to("2024-03-22")
    grow()
    pages = (("officer-1", "/board"), ("deputy-industry", "/signing"), ("exec-deputy", "/signing"))
    browsers = {who: client(who) for who, _ in pages}
    few = [selects(browsers[who], path) for who, path in pages]
    for _ in range(3):
        grow()
    assert [selects(browsers[who], path) for who, path in pages] == few
    assert max(few) <= 25
