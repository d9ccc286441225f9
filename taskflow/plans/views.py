"""Documents and what became of them: the tree, one measure, indicators, project boxes, stories, conflicts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from taskflow import errors
from taskflow.org.may import visible_tasks
from taskflow.plans import clause, queries, tree
from taskflow.plans.models import Measure, MeasureKind, Nature
from taskflow.web.fields import sought, whole
from taskflow.web.viewer import demand, viewer

plans = Blueprint("plans", __name__)


@plans.before_request
def allowed() -> None:
    """Every page here is about the documents."""
    demand("see_plan")


def _here() -> tuple[str, Any]:
    """The viewer's region, and the condition on the tasks whose progress they may see."""
    who = viewer()
    return who.region.code, visible_tasks(who.posts, who.region.code)


@plans.get("/plan")
def overview() -> str:
    """The documents with their counts."""
    return render_template("plans/overview.html", cards=queries.documents(*_here()), kinds=MeasureKind, natures=Nature)


@plans.get("/plan/<code>")
def document(code: str) -> str:
    """One document as a tree: one chapter open, or all, or what a search found."""
    region, seen = _here()
    found = queries.document(region, code)
    text, kind = sought(request.args.get("q", "")), _kind(request.args.get("kind", ""))
    chosen = request.args.get("chapter", type=whole)
    searched, everything = bool(text or kind), bool(request.args.get("all"))
    chapters = tree.chapters(found, seen)
    shown: dict[int, tree.Inside] = {}
    if searched or everything:
        shown = tree.inside(found, seen, text=text, kind=kind)
        opened = [chapter.id for chapter, _ in chapters if not searched]
    elif chosen:
        shown = tree.inside(found, seen, chapter=queries.chapter(found, chosen))
        opened = [chosen]
    else:
        opened = []
    for chapter_id in opened:
        shown.setdefault(chapter_id, tree.Inside())
    return render_template(
        "plans/document.html",
        document=found,
        chapters=chapters,
        shown=shown,
        searched=searched,
        everything=searched or everything,
        text=text,
        kind=kind,
        kinds=MeasureKind,
    )


def _kind(word: str) -> MeasureKind | None:
    return next((kind for kind in MeasureKind if kind.value == word), None)


@plans.get("/plan/<code>/chapters/<int:chapter_id>")
def chapter(code: str, chapter_id: int) -> str | Response:
    """What stands in a chapter, for the page that opens it; by itself it has no page."""
    region, seen = _here()
    found = queries.document(region, code)
    chosen = queries.chapter(found, chapter_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("plans.document", code=code, chapter=chapter_id, _anchor=f"chapter-{chapter_id}"))
    inside = tree.inside(found, seen, chapter=chosen).get(chapter_id, tree.Inside())
    return render_template("plans/inside.html", chapter=chosen, inside=inside)


@plans.get("/measures/<int:measure_id>")
def measure(measure_id: int) -> str:
    """One measure, its task, and its story in other documents."""
    region, seen = _here()
    found = queries.measure(region, measure_id)
    own = queries.statements(region, seen, Measure.id == measure_id)[0]
    others = queries.stories(region, seen, found.story) if found.story else []
    conflicts = queries.conflicts(region, measure_id)
    shown = {"measure": found, "own": own, "stories": others, "conflicts": conflicts, "clause": clause.of(found)}
    shown["linked"] = queries.linked_to(found.id)
    return render_template("plans/measure.html", **shown)


@plans.get("/plan/indicators")
def indicators() -> str:
    """The indicators as printed."""
    groups = queries.indicators(viewer().region.code)
    return render_template("plans/indicators.html", groups=groups, natures=Nature)


@plans.get("/plan/projects")
def projects() -> str:
    """The project boxes."""
    return render_template("plans/projects.html", documents=queries.projects(*_here()))


@plans.get("/plan/stories")
def stories() -> str:
    """The same work in several documents, as one story each; one of them open."""
    found, shown = queries.stories(*_here()), request.args.get("story", "")
    return render_template("plans/stories.html", stories=found, shown=shown)


@plans.get("/plan/stories/<key>")
def story(key: str) -> str | Response:
    """What the documents say in one story, for the page that opens it; by itself it has no page."""
    found = queries.stories(*_here(), key)
    if not found:
        raise errors.NotFound("没有这件事。")
    if "HX-Request" not in request.headers:
        return redirect(url_for("plans.stories", story=key, _anchor=f"story-{key}"))
    return render_template("plans/voices.html", story=found[0])


@plans.get("/plan/conflicts")
def conflicts() -> str:
    """Statements that contradict each other, and how much of the documents we had to complete."""
    region = viewer().region.code
    return render_template("plans/conflicts.html", conflicts=queries.conflicts(region), rows=queries.coverage(region))
