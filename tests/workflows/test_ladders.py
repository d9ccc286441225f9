"""Ladders by name, and what leads to their steps: data, not code."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.jobs import sweep
from taskflow.rules import ladder
from taskflow.tasks.models import TaskState
from tests import factories as make

DAY = date(2024, 3, 4)


def papers(task):
    return list(db.rows(select(Escalation).where(Escalation.task_id == task.id).order_by(Escalation.id)))


def test_a_county_has_ladders_by_name(county):
    assert ladder.names(make.REGION, DAY) == {"default": "常规督办", "three_orders": "三单督办"}
    assert [step.name for step in ladder.steps(make.REGION, DAY, "three_orders")] == [
        "蓝色督办单",
        "橙色督办单",
        "红色督办单",
    ]
    assert ladder.steps(make.REGION, DAY, "unknown") == []


def test_the_office_issues_a_step_of_another_ladder_directly_and_it_climbs_there(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "escalate", step="three_orders:2")
    (orange,) = papers(task)
    assert (orange.ladder, orange.step, orange.name) == ("three_orders", 2, "橙色督办单")
    make.do(orange, "serve")
    assert orange.number == "2024-1"
    clock.to("2024-03-12 08:00")
    sweep.sweep(make.REGION)
    red = papers(task)[-1]
    assert (red.ladder, red.name, red.state) == ("three_orders", "红色督办单", EscalationState.PROPOSED)
    assert red.signer_post_id is not None


@pytest.mark.parametrize("step", ["", "0", "9", "three_orders:4", "unknown:1", "three_orders:", "x", "1:1:1"])
def test_a_step_that_stands_on_no_ladder_is_refused(county, step):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    with pytest.raises(errors.NotReady, match="请选择督办层级"):
        make.do(task, "escalate", step=step)


def test_an_open_reminder_does_not_block_an_order(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "escalate", step="1")
    make.do(task, "escalate", step="3")
    assert [paper.step for paper in papers(task)] == [1, 3]
    with pytest.raises(errors.NotReady, match="同级或更高层级"):
        make.do(task, "escalate", step="2")


def test_the_third_missing_report_in_three_months_proposes_a_higher_step(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    steps = []
    for asked, over in (("03-21", "03-30"), ("04-20", "04-29"), ("05-21", "05-30")):
        for day in (asked, over):
            clock.to(f"2024-{day} 10:00")
            sweep.sweep(make.REGION)
        db.session.expire_all()
        steps.append(papers(task)[-1].step)
        for paper in papers(task):
            if paper.state is EscalationState.PROPOSED:
                make.do(paper, "withdraw")
            elif paper.state is EscalationState.ISSUED:
                make.walk(paper, EscalationState.CLEARED)
    assert steps == [1, 1, 2]


def test_numbers_of_a_series_follow_without_gaps_and_begin_anew_each_year(county, clock):
    numbers = []
    for moment in ("2024-12-30 09:00", "2024-12-31 09:00", "2025-01-02 09:00"):
        clock.to(moment)
        paper = make.escalation(make.task(due_on=date(2025, 12, 31)), step=3)
        numbers.append(make.do(paper, "serve").number)
    assert numbers == ["2024-1", "2024-2", "2025-1"]


def test_a_paper_names_the_record_that_is_late(county, clock):
    report = make.report()
    clock.to("2024-04-02 10:00")
    sweep.sweep(make.REGION)
    (paper,) = papers(report.task)
    assert (paper.subject_kind, paper.subject_id) == ("report", report.id)
