"""Tables on the command line: the dry run says what the page says, and tasks leave as files."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from taskflow import cli, clock, db
from taskflow.drafts.models import Intake
from taskflow.org.models import Person
from taskflow.plans.models import Measure
from taskflow.reading.files.opening import open_source
from taskflow.reading.tables.reading import read_table
from taskflow.tables import mappings
from taskflow.tables.models import TableUpload
from taskflow.tasks.models import Task
from taskflow.tasks.taking import take_up
from tests import home
from tests.tables.test_table_pages import BAD, GOOD, csv_of, xlsx_of


@pytest.fixture(scope="module")
def dozen(store, whole):
    """A county with a dozen tasks."""
    with store.copied(whole) as url:
        with home.elsewhere(url), db.transaction(), clock.frozen(clock.at(date(2024, 6, 28))):
            for number, measure in enumerate(db.rows(select(Measure).order_by(Measure.id.desc()).limit(12))):
                take_up(measure, f"take:{number}", None)
        yield url


@pytest.fixture
def run(dozen, tmp_path):
    """`run("plan", "table", file, code=2)` over a county with a dozen tasks; gives what was said."""
    environ = {"TASKFLOW_LOCAL": "1", "TASKFLOW_DATA": str(tmp_path), "DATABASE_URL": dozen}

    def command(*words, code=0, env=None):
        result = CliRunner().invoke(cli.cli, [str(word) for word in words], env=environ | (env or {}))
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    with home.elsewhere(dozen):
        yield command


@pytest.fixture
def file(tmp_path):
    def made(content, name="任务.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return made


def test_the_dry_run_tells_columns_findings_and_counts(run, file):
    said = run("plan", "table", file(csv_of(BAD)), code=2)
    assert "B（重点任务） → 任务（事项）名称（100%" in said
    assert "✗ 第 3 行 C（牵头单位） “工信居”：单位库中没有这个单位" in said
    assert "可以填：工信局" in said
    assert "任务 2 项，错误 3 处" in said
    assert "整张表都不能导入" in said


def test_a_good_table_ends_with_zero_and_stores_nothing(run, file):
    said = run("plan", "table", file(xlsx_of(GOOD, "2024年任务分解表"), "任务.xlsx"))
    assert "2024年任务分解表：认作任务分解表，年度 2024" in said
    assert "错误 0 处" in said
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 0
    assert db.session.scalar(select(func.count()).select_from(TableUpload)) == 0


def test_the_year_may_be_given(run, file):
    run("plan", "table", file(csv_of(GOOD)), code=2)
    run("plan", "table", file(csv_of(GOOD)), "--year", "2024")


def test_a_saved_mapping_is_used_by_name(run, file):
    path = file(csv_of(GOOD))
    assert "还没有保存过" in refusal(run, "plan", "table", path, "--mapping", "月报")
    reading = read_table(open_source(path))
    with db.transaction():
        officer = db.session.scalars(select(Person).where(Person.login == "officer-1")).one()
        changed = reading.mapping.taken_as(["seq", "title", "lead", "note", "due"])
        mappings.save("月报", changed, officer, instead=False)
    assert "D（配合单位） → 备注（100%，人工指定）" in run("plan", "table", path, "--year", "2024", "--mapping", "月报")
    other = file(csv_of([["任务", "完成时限"], ["修路", "2024年底"]]), "别的.csv")
    assert "另一种表头" in refusal(run, "plan", "table", other, "--mapping", "月报")
    assert "已有：月报" in refusal(run, "plan", "table", path, "--mapping", "年报")


def refusal(run, *words):
    with pytest.raises(AssertionError) as told:
        run(*words)
    return str(told.value)


def test_without_a_database_units_are_not_checked(run, file, tmp_path):
    nowhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}
    said = run("plan", "table", file(csv_of(GOOD)), "--year", "2024", env=nowhere)
    assert "没有核对单位" in said
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_tasks_leave_as_a_file_and_come_back_unchanged(run, tmp_path, form):
    path = tmp_path / f"任务.{form}"
    assert "12 项任务" in run("export", "tasks", f"--{form}", path)
    reading = read_table(open_source(path))
    codes = set(db.rows(select(Task.code)))
    assert {entry.code for entry in reading.entries} == codes
    said = run("plan", "table", path)
    assert "与库中一致 12 项，与库中不同 0 项" in said


def test_both_files_and_another_layout_at_once(run, tmp_path):
    said = run("export", "tasks", "--xlsx", tmp_path / "a.xlsx", "--csv", tmp_path / "a.csv", "--layout", "schedule")
    assert said.count("12 项任务") == 2
    rows = list(csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][9] == "节点"
    assert len(rows) > 13
    assert "0 项任务" in run("export", "tasks", "--csv", tmp_path / "b.csv", "--document", "999")


def test_export_says_how_it_is_called(run, tmp_path):
    assert "--xlsx" in run("export", "tasks", code=2)
    assert "--json" in run("export", "measures", "--csv", tmp_path / "a.csv", code=2)
