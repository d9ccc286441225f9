"""Two-page sheets per second, beside a bare WeasyPrint of the same HTML."""

from __future__ import annotations

from pathlib import Path

from bench import world
from bench.measure import head, milliseconds, say
from taskflow import db, errors
from taskflow.sheets import catalog, fonts, render

TIMES = 5
PAGES = 2


def run(folder: Path) -> None:
    """The unit sheet of a busy unit, cut to as many tasks as fill two pages."""
    head("Sheets (PDF)")
    try:
        weasyprint = render.engine()
    except errors.Unavailable as refusal:
        say("not measured", "-", str(refusal))
        return
    with db.transaction():
        facts = catalog.freeze("unit", world.busiest_unit(), folder)
    facts = _cut(facts, folder)
    page = render.html(facts, fonts.found(folder))
    ours = milliseconds(lambda: render.draw(facts, folder), TIMES)
    bare = milliseconds(lambda: weasyprint.HTML(string=page).write_pdf(), TIMES)
    say("two-page sheets, one process", f"{1000 / ours:.2f} /s", f"{ours:.0f} ms each")
    say("bare WeasyPrint of the same HTML", f"{1000 / bare:.2f} /s", f"ratio {ours / bare:.2f}")


def _cut(facts: catalog.Facts, folder: Path) -> catalog.Facts:
    """The same sheet with as many tasks as fill two pages."""
    tasks = facts["tasks"]
    for number in range(2, len(tasks) + 1):
        shorter = facts | {"tasks": tasks[:number]}
        if render.draw(shorter, folder).pages > PAGES:
            return facts | {"tasks": tasks[: number - 1]}
    return facts
