"""The register of requests, the leader's answers to them, and the light 情况不明 on the board."""

from datetime import date

import pytest

from taskflow.board import queries
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.factories import REGION
from tests.looking import page_of, selects

SEES_ALL = ("officer-1", "director", "mayor", "auditor", "admin")


@pytest.fixture
def asked(county):
    """A request of two units, one of them answered with another date."""
    open_one = make.request()
    answered = make.request(make.task("agri"))
    make.do(answered, "forward", note="情况属实")
    make.do(answered, "grant", granted_on="2025-01-31")
    return open_one, answered


def rows(client, code, query=""):
    return [row.get_text(" ", strip=True) for row in page_of(client(code), f"/requests{query}").select("tbody tr")]


@pytest.mark.parametrize("code", SEES_ALL)
def test_the_register_holds_every_request_those_that_wait_first(asked, client, code):
    open_one, answered = asked
    told = rows(client, code)
    assert [one.task.title in row for one, row in zip(asked, told, strict=True)] == [True, True]
    assert "待督查室提出意见" in told[0]
    assert "另定为 2025年1月31日" in told[1]
    assert answered.task.title not in " ".join(rows(client, code, "?open=1"))
    assert open_one.task.title in " ".join(rows(client, code, "?open=1"))


def test_a_unit_sees_the_requests_of_its_own_tasks(asked, client):
    open_one, _ = asked
    (told,) = rows(client, "industry-clerk")
    assert open_one.task.title in told
    assert rows(client, "tianning-clerk") == []


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?page=-1", "?open=2", f"?page={'9' * 30}"])
def test_a_page_that_does_not_exist_is_the_first(asked, client, query):
    assert len(rows(client, "officer-1", query)) == 2


def test_every_kind_says_what_it_asks_for(county, client):
    for verb in ("ask_parking", "ask_owner", "ask_cancellation", "ask_merging"):
        make.request(verb=verb)
    told = " ".join(rows(client, "officer-1"))
    for words in ("不挂账 →", f"→ {county.unit('agri').short}", "继续办理 → 终止", "单独办理 →"):
        assert words in told


def test_the_leader_decides_with_the_facts_and_may_fix_another_date(county, client):
    one = make.request()
    make.do(one, "forward", note="建议延至一月底")
    queue = page_of(client("deputy-industry"), "/signing").select_one("article.decide").get_text(" ", strip=True)
    for words in ("延期申请", "2024年12月31日 → 2025年3月29日", "建议延至一月底", "没有延过期"):
        assert words in queue
    form = page_of(client("deputy-industry"), f"/request/{one.id}/grant")
    assert form.find(id="granted_on") is not None
    assert "2025年3月29日" in form.get_text()


def test_the_register_costs_the_same_however_much_there_is(county, client):
    make.request(verb="ask_owner")
    browser = client("officer-1")
    before = selects(browser, "/requests")
    for _ in range(3):
        make.request(verb="ask_owner")
    assert selects(browser, "/requests") == before


def test_what_nobody_knows_of_has_its_own_column_before_what_is_at_risk(county, client, clock):
    silent = make.walk(make.task(due_on=date(2025, 12, 31)), TaskState.UNDERWAY)
    clock.to(silent.stale_on, 9)
    soup = page_of(client("officer-1"), "/board")
    heads = [head.get_text() for head in soup.select("section[aria-labelledby=doc-h] th.num")]
    assert heads == ["滞后", "情况不明", "预警", "正常", "已完成", "未开始"]
    cell = soup.select_one("section[aria-labelledby=doc-h] tbody a.light.unknown")
    assert cell.get_text(" ", strip=True) == "？ 1"
    assert soup.select_one("svg.lit rect.lit-unknown") is not None
    assert queries.lights(REGION, silent.stale_on)[1][0].key == silent.lead_unit_id
