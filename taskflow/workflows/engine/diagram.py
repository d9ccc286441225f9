"""The picture of a flow, drawn from its table: states from top to bottom, moves as arrows, the present state marked.

Plain SVG without a layout library. The way to the end is the middle column; what leaves it stands to the
right or left of it. Moves of the clock are dashed. Moves that stay in their state are not drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import Any

from taskflow.workflows.engine.table import CLOCK, STAY, Flow

WIDE, HIGH = 92, 32  # a state's box
COLUMN, ROW = 168, 84  # from the middle of one box to the next
OFF = 11  # how far the two directions between two states stand apart
LANE = 30  # from the outermost box to the first lane of moves that pass over a row
WORDS = 58  # room for the words beside an arrow
SIDES = (1, -1, 2, -2, 3, -3)

INK, LINE, SOFT, NOW = "#1b2733", "#5c6b78", "#f5f7f9", "#1d4e7a"

Point = tuple[float, float]


@dataclass
class _Edge:
    """All moves from one state to another."""

    source: Any
    target: Any
    labels: list[str] = field(default_factory=list)
    clock: bool = True


@dataclass
class _Drawing:
    """The places of the states, and the lanes taken so far."""

    place: dict[Any, tuple[int, int]]
    lanes: int = 0

    def middle(self, state: Any) -> Point:
        """The middle of a state's box."""
        column, row = self.place[state]
        return column * COLUMN, row * ROW

    @property
    def right(self) -> float:
        """The right edge of the outermost column."""
        return max(column for column, _ in self.place.values()) * COLUMN + WIDE / 2


def svg(flow: Flow, current: Any = None) -> str:
    """The flow as an SVG element; `current` is the state to mark (None: none)."""
    drawing = _Drawing(_places(flow))
    body = [_arrow(drawing, edge) for edge in _edges(flow)]
    body += [_box(drawing, flow, state, current) for state in flow.states]
    first = min(column for column, _ in drawing.place.values())
    left = first * COLUMN - WIDE / 2 - (WORDS if first == 0 else 8)  # words stand to the left of the middle column
    wide = drawing.right + max(LANE * drawing.lanes + WORDS / 2, 8) - left
    high = max(row for _, row in drawing.place.values()) * ROW + HIGH + 16
    told = f"{flow.label}流程图" + (f"，当前状态：{current.label}" if current is not None else "")
    return (
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {-HIGH / 2 - 8:g} {wide:g} {high:g}" '
        f'width="{wide:g}" height="{high:g}" role="img" aria-label="{escape(told)}" '
        f'font-family="sans-serif" font-size="12">{"".join(body)}</svg>'
    )


def _edges(flow: Flow) -> list[_Edge]:
    found: dict[tuple[Any, Any], _Edge] = {}
    for move in flow.moves:
        for source in move.sources:
            if move.target is not STAY and move.target != source:
                edge = found.setdefault((source, move.target), _Edge(source, move.target))
                edge.labels.append(move.label)
                edge.clock = edge.clock and move.by is CLOCK
    return list(found.values())


def _places(flow: Flow) -> dict[Any, tuple[int, int]]:
    """Column and row of each state: rows by the fewest moves from the start, column 0 leads to the end."""
    row, before = {flow.start: 0}, {}
    frontier = [flow.start]
    for here in frontier:
        for move in flow.leaving(here):
            if move.target is not STAY and move.target not in row:
                row[move.target], before[move.target] = row[here] + 1, here
                frontier.append(move.target)
    main = flow.ends[0]
    place = {main: (0, row[main])}
    while main in before:
        main = before[main]
        place[main] = (0, row[main])
    for state in sorted((s for s in flow.states if s not in place), key=lambda state: (row[state], state.value)):
        taken = set(place.values())
        free = (c for c in SIDES if not {(c, row[state]), (c, row[state] - 1)} & taken)
        place[state] = (next(free), row[state])
    return place


def _arrow(drawing: _Drawing, edge: _Edge) -> str:
    points, label, anchor = _route(drawing, edge)
    dashed = ' stroke-dasharray="4 3"' if edge.clock else ""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    words = escape("、".join(dict.fromkeys(edge.labels)))
    return (
        f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="1.2"{dashed}/>'
        f'<polygon points="{_head(*points[-2:])}" fill="{LINE}"/>'
        f'<text x="{label[0]:g}" y="{label[1]:g}" text-anchor="{anchor}" font-size="11" fill="{INK}" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{words}</text>'
    )


def _route(drawing: _Drawing, edge: _Edge) -> tuple[list[Point], Point, str]:
    """The corners of an arrow, and where its words stand."""
    (x1, y1), (x2, y2) = drawing.middle(edge.source), drawing.middle(edge.target)
    down = y2 > y1
    if abs(y2 - y1) != ROW:
        return _over(drawing, (x1, y1), (x2, y2))
    if x1 == x2:
        way = -OFF if down else OFF
        x, end = x1 + way, HIGH / 2 * (1 if down else -1)
        return [(x, y1 + end), (x, y2 - end)], (x + way * 0.6, (y1 + y2) / 2 + 4), "end" if down else "start"
    upper, lower = ((x1, y1), (x2, y2)) if down else ((x2, y2), (x1, y1))
    if abs(upper[0]) < abs(lower[0]):  # from the middle column out and down, or back
        side = 1 if lower[0] > upper[0] else -1
        turn = OFF if down else -OFF
        corner = (lower[0] + side * turn, upper[1] - turn * 0.7)
        points = [(upper[0] + side * WIDE / 2, corner[1]), corner, (corner[0], lower[1] - HIGH / 2)]
        label = (upper[0] + side * (WIDE / 2 + 6), corner[1] + (-4 if down else 13))
        return points if down else points[::-1], label, "start" if side > 0 else "end"
    end = HIGH / 2 * (1 if down else -1)
    return [(x1, y1 + end), (x2, y2 - end)], ((x1 + x2) / 2, (y1 + y2) / 2 + 4), "middle"


def _over(drawing: _Drawing, start: Point, goal: Point) -> tuple[list[Point], Point, str]:
    """Round the outside, in a lane of its own, for moves within a row or over several."""
    drawing.lanes += 1
    x = drawing.right + LANE * drawing.lanes
    points = [(start[0] + WIDE / 2, start[1]), (x, start[1]), (x, goal[1]), (goal[0] + WIDE / 2, goal[1])]
    return points, (x, (start[1] + goal[1]) / 2), "middle"


def _head(before: Point, tip: Point) -> str:
    """An arrow's head at the end of a line."""
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    wings = [(tip[0] - 7 * math.cos(angle + turn), tip[1] - 7 * math.sin(angle + turn)) for turn in (0.45, -0.45)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, *wings))


def _box(drawing: _Drawing, flow: Flow, state: Any, current: Any) -> str:
    x, y = drawing.middle(state)
    here = state == current
    fill, ink, edge = (NOW, "#fff", NOW) if here else (SOFT, INK, LINE)
    around = HIGH / 2 if state == flow.start or state in flow.ends else 4
    word = escape(("● " if here else "") + state.label)
    return (
        f'<rect x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" height="{HIGH}" rx="{around:g}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="{2.5 if here else 1.2}"/>'
        f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle" fill="{ink}"'
        f"{' font-weight=' + chr(34) + 'bold' + chr(34) if here else ''}>{word}</text>"
    )
