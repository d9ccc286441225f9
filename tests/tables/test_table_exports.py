"""What leaves as a table comes back unchanged, and nothing in it is ever a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import event

from taskflow import db
from taskflow.plans.models import MeasureKind
from taskflow.reading.files.opening import open_source
from taskflow.reading.tables.planned import plan
from taskflow.reading.tables.reading import read_table
from taskflow.tables import comparing, items, layouts, writing
from taskflow.tasks.models import Task, TaskState
from tests import factories as make

#: Titles that would be formulas, or that break a careless .csv.
HOSTILE = [
    "=1+1 型试点村建设",
    "+推进园区扩容",
    "-整治背街小巷",
    "@平台上线运行",
    "'=带撇号的公式",
    "'只是撇号",
    '含“引号”、逗号, 和"英文引号"',
    "＝全角等号开头",
    '=HYPERLINK("http://example.invalid","点我")',
    "推进 5G 基站建设",
]


@pytest.fixture
def tasks(county):
    """Tasks of every sort: hostile titles, supporting units, nodes, a project, a report."""
    made = [make.task(title=title, start_on=date(2024, 1, 2)) for title in HOSTILE]
    made[0].supporting += [county.unit("agri"), county.unit("tianning")]
    plain = make.task("agri", nodes=0, due_on=date(2024, 6, 30))
    project = make.task("tianning", measure=make.measure("tianning", kind=MeasureKind.PROJECT), kind="project")
    make.say(make.report(plain), percent="40", progress="=已完成三成")
    db.session.flush()
    return [*made, plain, project]


@pytest.fixture
def region(county):
    return county.region_code


def written(form, name, region, tmp_path):
    layout = layouts.LAYOUTS[name]
    path = tmp_path / f"{name}.{form}"
    found = items.tasks([], region)
    path.write_bytes(writing.write(form, layout, found, f"{layout.name}（2024年3月4日导出）"))
    return path, found


def read(path, region):
    return read_table(open_source(path), units=comparing.units_of(region))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("name", layouts.LAYOUTS)
def test_our_own_table_comes_back_unchanged(tasks, region, tmp_path, form, name):
    path, found = written(form, name, region, tmp_path)
    reading = read(path, region)
    expected = [one for one in found if one.is_project or name != "projects"]
    assert reading.mapping.layout == layouts.LAYOUTS[name].name
    assert reading.ok, reading.errors
    assert [one.code for one in reading.entries] == [one.code for one in expected]
    assert [one.title for one in reading.entries] == [one.title for one in expected]
    assert [one.units.lead for one in reading.entries] == [[one.lead] for one in expected]
    assert [set(one.units.supporting) for one in reading.entries] == [set(one.supporting) for one in expected]
    assert [one.deadline.date for one in reading.entries] == [one.due for one in expected]
    assert [one for one in reading.problems if "公式" not in one.message] == []


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("name", layouts.LAYOUTS)
def test_importing_our_own_table_finds_every_row_in_the_database(tasks, region, tmp_path, form, name):
    path, _ = written(form, name, region, tmp_path)
    reading = read(path, region)
    compared = comparing.compare(reading, region)
    assert [one.differences for one in compared.known if not one.same] == []
    assert len(compared.same) == len(reading.entries) > 0
    assert plan(reading, compared.rows)["measures"] == []


def test_a_schedule_keeps_every_step(tasks, region, tmp_path):
    for form in ("xlsx", "csv"):
        path, found = written(form, "schedule", region, tmp_path)
        for entry, item in zip(read(path, region).entries, found, strict=True):
            steps = [(part.name, part.start, part.due, part.done_on) for part in entry.parts if part.name]
            assert steps == [(step.name, step.start, step.finish, step.done_on) for step in item.steps]
            assert entry.start == item.start


def test_what_differs_is_named_with_both_values(tasks, region, tmp_path):
    path, _ = written("csv", "breakdown", region, tmp_path)
    task = tasks[0]
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    (own,) = [place for place, line in enumerate(lines) if task.code in line]
    lines[own] = lines[own].replace(task.due_on.isoformat(), "2025-06-30", 1).replace("型试点村", "型样板村")
    text = "".join(lines)
    path.write_text(text, "utf-8-sig")
    different = comparing.compare(read(path, region), region).different
    assert [(one.code, one.differences) for one in different] == [
        (
            task.code,
            (
                ("名称", "=1+1 型样板村建设", "=1+1 型试点村建设"),
                ("完成时限", "2025-06-30", "2024-12-31"),
            ),
        )
    ]


def test_a_code_of_somebody_else_is_new_work(tasks, region, tmp_path):
    path, found = written("csv", "breakdown", region, tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace(found[0].code, "SJ20240001"), "utf-8-sig")
    reading = read(path, region)
    compared = comparing.compare(reading, region)
    assert reading.entries[0].row not in compared.rows
    assert len(plan(reading, compared.rows)["measures"]) == 1


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tasks, region, tmp_path):
    for name in layouts.LAYOUTS:
        path, _ = written("xlsx", name, region, tmp_path)
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert not [one for one in names if "rels" in one and "sheet" in one]


def test_no_cell_of_a_csv_begins_like_a_formula(tasks, region, tmp_path):
    for name in layouts.LAYOUTS:
        path, _ = written("csv", name, region, tmp_path)
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@＝＋－＠\t\r")]
        assert name == "projects" or [cell for row in rows for cell in row if cell.startswith("'=")]


def test_dates_are_dates_in_a_workbook(tasks, region, tmp_path):
    path, _ = written("xlsx", "breakdown", region, tmp_path)
    with zipfile.ZipFile(path) as package:
        assert (
            "yyyy\\-mm\\-dd" in package.read("xl/styles.xml").decode()
            or "yyyy-mm-dd" in package.read("xl/styles.xml").decode()
        )
    rows = open_source(path).sheets[0].rows
    assert rows[2][-1] == "2024-12-31"


def test_the_list_of_items_costs_the_same_however_long_it_is(county, region):
    def statements():
        seen = []
        db.session.expunge_all()
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine(), "before_cursor_execute", listen)
        try:
            items.tasks([], region)
        finally:
            event.remove(db.engine(), "before_cursor_execute", listen)
        return len(seen)

    make.walk(make.task(), TaskState.UNDERWAY)
    few = statements()
    for _ in range(30):
        make.task()
    assert statements() == few <= 9


def test_a_progress_says_what_the_newest_accepted_report_said(tasks, region):
    item = next(one for one in items.tasks([Task.id == tasks[-2].id], region))
    assert (item.percent, item.progress, item.due) == (40, "=已完成三成", date(2024, 6, 30))


def test_too_many_tasks_are_refused_with_a_way_out(tasks, region, monkeypatch):
    monkeypatch.setattr(items, "MOST", 3)
    with pytest.raises(items.errors.Refusal, match="筛选"):
        items.tasks([], region)
