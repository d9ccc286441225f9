"""The county's data: what the five documents promise, complete and consistent."""

import csv
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from seed import loading
from seed.vocabulary import seed_vocabulary
from taskflow import census, db
from taskflow.org import vocabulary
from taskflow.org.models import Role, UnitDuty, UnitName
from taskflow.plans import exporting
from taskflow.plans.models import Basis, Comparator, MeasureKind, Recurrence
from taskflow.rules import book, ladder
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
        for target in loading.targets(row["targets"]):
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
