"""Figures on the pages of a report: held against their targets, reckoned, and what differs is marked."""

from io import BytesIO

import pytest
from bs4 import BeautifulSoup

from taskflow import db
from taskflow.reports.models import ReportState
from taskflow.tasks.models import Method
from tests import factories as make
from tests.looking import page_of
from tests.reporting import PDF, due, send

__all__ = ["due"]  # a fixture


@pytest.fixture
def figure(due):
    return f"figure-{due.task.measure.targets[0].id}"


def test_an_empty_percentage_follows_from_the_figures(due, figure, client):
    assert send(client("industry-clerk"), due, percent="", **{figure: "4"}).status_code == 303
    db.session.refresh(due)
    assert (due.percent, due.reckoned) == (50, 50)


def test_a_claim_that_differs_from_the_figures_is_marked_for_who_judges(due, figure, client):
    send(client("industry-clerk"), due, percent="90", **{figure: "4"})
    soup = page_of(client("industry-head"), f"/reports/{due.id}")
    assert "报 90%，按目标值计算为 50%" in soup.get_text()
    assert "未达到（50%）" in soup.get_text()


def test_done_below_the_target_needs_a_reason_which_stands_first_and_red(due, figure, client):
    browser = client("industry-clerk")
    claimed = {"percent": "100", figure: "4", "evidence": None}
    refused = send(browser, due, **claimed)
    assert refused.status_code == 422
    soup = BeautifulSoup(refused.text, "html.parser")
    assert soup.find(id="shortfall-part").has_attr("open")
    assert "没有达到目标值（50%）" in soup.find(id="figures-part").get_text()
    make.do(due, "draft", percent="100", figures={figure.removeprefix("figure-"): "4"}, evidence=[make.proof()],
            shortfall="统计口径调整")  # fmt: skip
    first = page_of(client("industry-head"), f"/reports/{due.id}").select_one("main .notice")
    assert "danger" in first["class"]
    assert "统计口径调整" in first.get_text()


def test_a_sum_shows_what_was_done_before_and_what_counts_now(due, figure, client):
    due.task.measure.targets[0].cumulative = True
    db.session.commit()
    form = page_of(client("industry-clerk"), f"/report/{due.id}/draft").find(id="figures-part").get_text()
    assert "只填本期完成（累计 8）" in form
    send(client("industry-clerk"), due, **{figure: "2"})
    row = page_of(client("industry-head"), f"/reports/{due.id}").select_one("table.list tbody tr")
    assert [cell.get_text(strip=True) for cell in row.select("td")[1:4]] == ["8户累计", "2户", "10户累计"]


@pytest.mark.parametrize(
    ("method", "word"), [(Method.YES, "本项工作是否已完成"), (Method.OCCURRENCES, "本期工作是否已完成")]
)
def test_work_without_a_percentage_is_a_yes_or_a_no(county, client, method, word):
    report = make.report(make.task(measure=make.measure(targets=0), method=method))
    soup = page_of(client("industry-clerk"), f"/report/{report.id}/draft")
    assert soup.find(id="percent") is None
    assert word in soup.find(id="fulfilled-part").get_text()
    values = {"key": "yes", "progress": "已经建立制度并印发", "fulfilled": "yes"}
    assert client("industry-clerk").post(f"/report/{report.id}/draft", data=values).status_code == 422
    values |= {"key": "again", "evidence": (BytesIO(PDF), "制度.pdf")}
    sent = client("industry-clerk").post(f"/report/{report.id}/draft", data=values)
    assert sent.status_code == 303
    db.session.refresh(report)
    assert report.state is ReportState.DRAFTED
    assert "已完成" in page_of(client("industry-head"), f"/reports/{report.id}").select_one("dl.facts").get_text()
