"""A task's steps against the calendar: baseline, plan, what is done, and today. Pure; plain SVG.

Told apart without colour: the plan is an empty bar, done a full one, the baseline a diamond, days behind a
number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from taskflow.tasks.models import Node

NAMES, GRID, LATE = 118, 560, 62  # widths: the steps' names, the days, the days behind
HEAD, ROW = 26, 26
INK, FAINT, PLAN, DONE, BEHIND, BASE = "#1b2733", "#dde3e8", "#3b7db8", "#3b7db8", "#b02020", "#8a97a3"


@dataclass(frozen=True)
class Slip:
    """How a step stands: days behind its baseline (done late, or not done), and the word for it."""

    days: int
    word: str


def slip(node: Node, today: date) -> Slip:
    """Days behind the baseline (calendar days); a step not yet due is measured at its planned end."""
    end = node.done_on or max(node.finish_on, today)
    days = max(0, (end - node.baseline_finish_on).days)
    if node.done_on:
        return Slip(days, f"晚 {days} 天完成" if days else "已完成")
    if node.finish_on < today:
        return Slip(days, f"滞后 {days} 天")
    return Slip(days, f"计划推后 {days} 天" if days else "未到期")


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day begins, held inside the grid."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return NAMES + GRID * min(1.0, max(0.0, share))


def svg(nodes: Sequence[Node], start: date, due: date, baseline_due: date, today: date) -> str:
    """The steps of a task as an SVG element."""
    days = [start, due, baseline_due, *(node.done_on for node in nodes if node.done_on)]
    if any(node.done_on is None for node in nodes):
        days.append(today)
    scale = _Scale(min([*days, *(node.start_on for node in nodes)]), max(days) + timedelta(days=2))
    wide, high = NAMES + GRID + LATE, HEAD + ROW * len(nodes) + 8
    parts = [*_grid(scale, high)]
    for place, node in enumerate(nodes):
        parts += _row(scale, node, place, today)
    parts += _uprights(scale, due, today, high)
    return (
        f'<svg class="gantt" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-label="节点横道图，内容同节点表" font-family="sans-serif" font-size="11">'
        f"{''.join(parts)}</svg>"
    )


def _grid(scale: _Scale, high: int) -> Iterator[str]:
    """A line for each month, quarter or year, whichever gives six to twelve of them or so."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month + 1
    every = next((step for step in (1, 2, 3, 6) if months <= 12 * step), 12)
    month = date(scale.first.year, 1, 1)
    while month <= scale.last:
        if month >= scale.first and (month.month - 1) % every == 0:
            x = scale.x(month)
            yield _line(x, 14, x, high, FAINT)
            if x < NAMES + GRID - 24:
                label = f"{month.year}年" if month.month == 1 and every > 1 else f"{month.month}月"
                yield _text(x + 2, 11, label, fill="#5c6b78", size=10)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _row(scale: _Scale, node: Node, place: int, today: date) -> Iterator[str]:
    top = HEAD + ROW * place
    left, right = scale.x(node.start_on), scale.x(node.finish_on + timedelta(days=1))
    yield _text(NAMES - 6, top + 13, f"{node.place}. {node.name}"[:12], anchor="end")
    yield _bar(left, top + 4, right - left, 11, "#fff", PLAN)
    if node.done_on:
        done = scale.x(node.done_on + timedelta(days=1))
        yield _bar(min(left, done), top + 4, max(3.0, done - min(left, done)), 11, DONE, DONE)
    base = scale.x(node.baseline_finish_on + timedelta(days=1))
    yield f'<path d="M{base:.1f} {top + 15}l4 4.5l-4 4.5l-4 -4.5z" fill="#fff" stroke="{BASE}" stroke-width="1.2"/>'
    found = slip(node, today)
    if found.days:
        sign = "✓" if node.done_on else "■" if node.finish_on < today else ""
        yield _text(NAMES + GRID + 6, top + 13, f"{sign}晚{found.days}天", fill=BEHIND, bold=True)
    elif node.done_on:
        yield _text(NAMES + GRID + 6, top + 13, "✓ 按期", fill="#22703a")


def _uprights(scale: _Scale, due: date, today: date, high: int) -> Iterator[str]:
    """The deadline and today's line; their words stand on the outer sides, so that they never meet."""
    marks = [(due, INK, "时限", "")]
    if scale.first <= today <= scale.last:
        marks.append((today, BEHIND, "今天", "4 2"))
    for (day, colour, word, dash), anchor in zip(sorted(marks), ("end", "start"), strict=False):
        x = scale.x(day)
        yield _line(x, 14, x, high, colour, 1.2, dash)
        yield _text(x + (-3 if anchor == "end" else 3), 24, word, fill=colour, size=10, anchor=anchor, halo=True)


def _line(  # four corners and a look
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = ""
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    path = f'x1="{x1:.1f}" y1="{y1:g}" x2="{x2:.1f}" y2="{y2:g}"'
    return f'<line {path} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _bar(x: float, y: float, wide: float, high: float, fill: str, edge: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:g}" width="{max(wide, 3):.1f}" height="{high:g}" rx="2" fill="{fill}" '
        f'stroke="{edge}" stroke-width="1"/>'
    )


def _text(  # noqa: PLR0913  # a place and a look
    x: float,
    y: float,
    words: str,
    *,
    fill: str = INK,
    size: int = 11,
    anchor: str = "start",
    bold: bool = False,
    halo: bool = False,
) -> str:
    more = ' font-weight="bold"' if bold else ""
    more += ' stroke="#fff" stroke-width="3" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{more}>'
        f"{escape(words)}</text>"
    )
