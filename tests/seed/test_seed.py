"""The county's data: what the five documents promise, complete and consistent."""

import csv
from collections import Counter
from datetime import date
from itertools import combinations, pairwise

import pytest
from sqlalchemy import func, select

from seed import figures, loading
from seed.vocabulary import seed_vocabulary
from taskflow import census, clock, db, errors
from taskflow.org import vocabulary
from taskflow.org.models import Role, UnitDuty, UnitName
from taskflow.plans import exporting
from taskflow.plans.models import Basis, Comparator, Direction, Indicator, Measure, MeasureKind, Recurrence, Target
from taskflow.rules import book, ladder
from taskflow.tasks.taking import take_up
from tests import home

FILES = sorted((loading.HERE / "measures").glob("*.csv"))
UNITS = {row["code"] for row in loading.rows("units.csv")}
CHAPTERS = list(loading.rows("chapters.csv"))


def measures():
    for path in FILES:
        yield from ((path.name[:3], row) for row in loading.rows(f"measures/{path.name}"))


@pytest.fixture
def documents(store, whole):
    """The whole county, without its story."""
    with store.copied(whole) as url, home.elsewhere(url):
        yield


def test_the_county_holds_what_the_documents_promise(documents):
    found = census.census()
    assert found["documents"] == 5
    assert found["indicators_by_nature"] == {"binding": 8, "expected": 25}
    assert (found["project_boxes"], found["projects"]) == (30, 162)
    assert found["measures"] == sum(found["measures_by_kind"].values()) == len(list(measures()))
    assert found["tasks"] == found["ledger_entries"] == 0


def test_every_unit_keeps_its_names_and_duties(documents):
    for kind, name in ((UnitName, "unit_names.csv"), (UnitDuty, "duties.csv")):
        stored = db.session.scalar(select(func.count()).select_from(kind))
        assert stored == len(list(loading.rows(name))) > 0
    assert vocabulary.of("141122").units[1:] == seed_vocabulary().units


def test_the_plan_gives_enough_measures_without_a_figure():
    kinds = Counter((document, row["kind"]) for document, row in measures())
    assert kinds["001", "institutional"] + kinds["001", "continuing"] >= 300


def test_the_review_of_past_years_promises_nothing():
    assert {document for document, _ in measures()} == {"001", "002", "003", "004"}


@pytest.mark.once
def test_every_measure_is_well_formed():
    for document, row in measures():
        told = f"{row['code']}: {row}"
        assert row["code"].split("-")[:2] == [document, f"{int(row['line']):04}"], told
        assert row["kind"] in set(MeasureKind), told
        assert row["basis"] in set(Basis), told
        assert row["recurrence"] in {"", *Recurrence}, told
        assert (row["basis"] == "recurring") == bool(row["recurrence"]), told
        assert 0 < len(row["title"]) <= 30, told
        assert (row["kind"] == "quantified") <= bool(row["targets"]), told
        assert {row["lead"], *filter(None, row["supporting"].split(";"))} <= UNITS, told
        assert row["lead"] not in row["supporting"].split(";"), told
        assert row["named"] in ("yes", "no"), told
        assert date(2021, 1, 1) <= date.fromisoformat(row["deadline"]) <= date(2035, 12, 31), told


@pytest.mark.once
def test_every_figure_can_be_checked():
    for _, row in measures():
        for target in figures.targets(row["targets"]):
            told = f"{row['code']}: {target}"
            assert target.indicator, told
            assert exporting.number(target.value) is not None or target.comparator is Comparator.RELATIVE, told
            assert bool(target.value_high) == (target.comparator is Comparator.RANGE), told
            if target.value_high:
                assert float(target.value) < float(target.value_high), told


@pytest.mark.once
def test_no_code_is_given_twice():
    assert [code for code, n in Counter(row["code"] for _, row in measures()).items() if n > 1] == []


def test_chapters_of_a_document_follow_each_other():
    for before, after in pairwise(CHAPTERS):
        if before["document"] == after["document"]:
            assert int(before["line"]) < int(after["line"])


def test_nobody_supervises_their_own_work():
    assert not [row["code"] for _, row in measures() if row["lead"] == "supervision"]
    assert "supervision" not in {row["lead"] for row in loading.rows("projects.csv")}


def test_every_csv_row_has_every_column():
    for path in sorted(loading.HERE.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert {len(row) for row in rows} == {len(head)}, path.name


def test_the_export_gives_exactly_what_was_agreed(documents):
    measure = next(m for m in exporting.measures() if m["targets"])
    assert list(measure) == [
        "code", "document", "line", "chapter", "section", "heading", "title", "kind", "targets", "deadline",
        "recurrence", "lead", "supporting", "named",
    ]  # fmt: skip
    assert set(measure["targets"][0]) >= {"indicator", "comparator", "value", "unit"}
    assert set(measure["deadline"]) == {"date", "basis"}
    assert set(exporting.indicators()[0]) == {
        "group", "seq", "name", "unit", "base", "target", "growth", "nature",
    }  # fmt: skip
    assert set(exporting.projects()[0]) == {"box", "seq", "name"}


def test_figures_leave_as_numbers(documents):
    values = [t["value"] for m in exporting.measures() for t in m["targets"] if t["comparator"] != "relative"]
    assert all(isinstance(value, (int, float)) for value in values)
    ranges = [t for m in exporting.measures() for t in m["targets"] if t["comparator"] == "range"]
    assert all(t["value"] < t["value_high"] for t in ranges)


def test_only_the_last_steps_of_the_ladder_wait_for_a_signature(documents):
    steps = ladder.steps("141122", date(2024, 6, 28))
    assert [step.name for step in steps if not step.signed_by] == ["提醒", "催办", "督办单"]
    posts = {code for code, _, role, _ in loading.COUNTY_POSTS if role is Role.LEADER}
    assert {step.signed_by for step in steps if step.signed_by} <= posts


def test_every_year_of_the_plan_has_its_official_calendar(documents):
    calendar = book.of("141122").calendar
    assert calendar.provisional(date(2021, 1, 1), date(2026, 12, 31)) == []
    assert calendar.provisional(date(2027, 1, 1)) == [2027]


ORDINALS = {word: number for number, word in enumerate(loading.ORDINALS.split("、"), start=1)}


def test_every_measure_stands_in_its_own_chapter(documents):
    """The lines of a chapter hold it, and it is the chapter that its file or its section names."""
    files = {row["code"]: path.stem for path in FILES for row in loading.rows(f"measures/{path.name}")}
    for measure in db.rows(select(Measure)):
        told = f"{measure.code}: {measure.chapter.title}"
        later = [int(row["line"]) for row in CHAPTERS if row["document"] == measure.document.code]
        end = min((line for line in later if line > measure.chapter.line), default=10**6)
        assert measure.chapter.line <= measure.line < end, told
        number, name = measure.chapter.number, files[measure.code]
        if "ch" in name:
            assert ORDINALS[number] == int(name[-2:]), told
        elif name == "002-actions":
            assert measure.section.startswith(f"（{number}）"), told
        elif name == "003-keywords":
            assert measure.section.startswith(f"关键词{number} "), told
        elif name == "002-goals":
            assert (measure.chapter.title, measure.deadline.year) == ("2021—2025年主要目标", 2025), told


def test_every_figure_says_which_way_it_is_better_and_whether_it_is_printed(documents):
    held = list(db.rows(select(Target)))
    counted = Counter(target.direction for target in held)
    assert counted == {Direction.HIGHER: 211, Direction.LOWER: 23, Direction.EXACT: 10, Direction.RANGE: 9}
    ours = [target for target in held if not target.printed]
    assert len(ours) == 29
    assert {target.value for target in ours if target.unit == "%"} == {"100"}
    for target in held:
        if target.comparator in (Comparator.AT_MOST, Comparator.LESS):
            assert target.direction is Direction.LOWER, target
        if target.comparator in (Comparator.AT_LEAST, Comparator.MORE):
            assert target.direction is Direction.HIGHER, target
        assert (target.comparator is Comparator.RANGE) == (target.direction is Direction.RANGE), target


def test_an_indicator_with_a_figure_says_which_way_it_is_better(documents):
    held = list(db.rows(select(Indicator)))
    assert all((one.direction is None) == (one.comparator is None) for one in held)
    assert [one.name for one in held if one.direction is Direction.LOWER] == ["城镇调查失业率"]
    assert sum(one.direction is not None for one in held) == 25


def said(measure):
    """The figures of a measure, whatever they are called."""
    return sorted((one.comparator.value, one.value, one.unit) for one in measure.targets)


def test_the_same_goal_in_two_documents_at_one_unit_is_one_task(documents):
    goals = [one for one in db.rows(select(Measure)) if one.story and one.targets and one.document.code != "003"]
    twins = {
        tuple(sorted((one.code, other.code)))
        for one, other in combinations(goals, 2)
        if (one.story, one.lead_unit_id, said(one)) == (other.story, other.lead_unit_id, said(other))
        and one.document_id != other.document_id
    }
    linked = [one for one in goals if one.same_as]
    assert twins == {tuple(sorted((one.code, one.same_as.code))) for one in linked}
    assert len(linked) == 7
    assert all(one.same_as.same_as_id is None for one in linked)


def test_a_linked_measure_is_not_taken_up_again(documents):
    linked = db.session.scalars(select(Measure).where(Measure.code == "002-0577-01")).one()
    with pytest.raises(errors.WrongState, match=r"004-0019-01.*请先为该条立项"):
        take_up(linked, "twin:first", None)
    with clock.frozen(clock.at(date(2021, 9, 13))):
        take_up(linked.same_as, "twin:kept", None)
    with pytest.raises(errors.WrongState, match=r"004-0019-01.*由该任务一并办理"):
        take_up(linked, "twin:again", None)
    db.session.rollback()
