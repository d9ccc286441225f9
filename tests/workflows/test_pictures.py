"""Pictures drawn from tables: a flow's diagram, a task's steps against the calendar."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from taskflow.tasks import gantt
from taskflow.tasks.models import Node
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine import diagram
from taskflow.workflows.engine.table import STAY


@pytest.mark.once
@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_a_diagram_shows_every_state_and_move_and_marks_the_present_one(flow):
    for state in flow.states:
        svg = diagram.svg(flow, state)
        texts = [text.text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
        assert f"● {state.label}" in texts
        assert {other.label for other in flow.states if other != state} <= set(texts)
        drawn = {label for text in texts for label in text.split("、")}
        assert {move.label for move in flow.moves if move.target is not STAY} <= drawn
        assert "style=" not in svg
    assert "●" not in diagram.svg(flow)


@pytest.mark.once
@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_no_two_states_of_a_diagram_share_a_place(flow):
    svg = ET.fromstring(diagram.svg(flow))
    boxes = [(box.get("x"), box.get("y")) for box in svg.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(set(boxes)) == len(boxes) == len(list(flow.states))
    left, top, wide, high = (float(part) for part in svg.get("viewBox").split())
    for x, y in boxes:
        assert left <= float(x) <= left + wide - diagram.WIDE
        assert top <= float(y) <= top + high - diagram.HIGH


def node(**values):
    day = date(2024, 6, 28)
    given = {"name": "主体", "start_on": date(2024, 3, 1), "finish_on": day, "baseline_finish_on": day} | values
    return Node(place=1, **given)


@pytest.mark.once
@pytest.mark.parametrize(
    ("values", "today", "days", "word"),
    [
        ({}, date(2024, 6, 28), 0, "未到期"),
        ({}, date(2024, 7, 1), 3, "滞后 3 天"),
        ({"done_on": date(2024, 6, 20)}, date(2024, 7, 1), 0, "已完成"),
        ({"done_on": date(2024, 7, 2)}, date(2024, 8, 1), 4, "晚 4 天完成"),
        ({"finish_on": date(2024, 7, 8)}, date(2024, 7, 1), 10, "计划推后 10 天"),
        ({"finish_on": date(2024, 7, 8)}, date(2024, 7, 9), 11, "滞后 11 天"),
    ],
)
def test_a_step_is_measured_against_its_baseline(values, today, days, word):
    assert gantt.slip(node(**values), today) == gantt.Slip(days, word)


@pytest.mark.once
def test_the_chart_draws_today_only_inside_the_work_and_escapes_names():
    rows = [node(name="<主体>", done_on=date(2024, 6, 1))]
    done = gantt.svg(rows, date(2024, 1, 2), date(2024, 12, 31), date(2024, 12, 31), date(2025, 5, 1))
    running = gantt.svg(rows, date(2024, 1, 2), date(2024, 12, 31), date(2024, 12, 31), date(2024, 5, 1))
    late = gantt.svg([node()], date(2024, 1, 2), date(2024, 12, 31), date(2024, 12, 31), date(2025, 5, 1))
    assert "今天" not in done
    assert "今天" in running
    assert "今天" in late
    assert "&lt;主体&gt;" in running
    assert ET.fromstring(late).get("role") == "img"
