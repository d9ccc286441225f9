"""Sheets are asked for once, built by whoever has the lease, kept under their digest; a failure says why."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db, errors
from taskflow.jobs import builds
from taskflow.sheets import build as sheets
from taskflow.sheets import render
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.tasks.models import Task, TaskState
from tests import factories as make
from tests.conftest import Clock
from tests.servers import absent

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture(autouse=True)
def libraries() -> None:
    """Without the system's libraries there is nothing to test."""
    if sentence := render.missing():
        absent(sentence)


@pytest.fixture
def task(clock: Clock) -> Task:
    """A task with an accepted report."""
    under_way = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-03-22")
    make.say(make.report(under_way), progress="完成用地预审，正在招标")
    return under_way


def ask(subject: Any, folder: Path, name: str = "task") -> SheetBuild:
    return sheets.ask(name, subject, make.person("officer-1"), folder)


def state_of(build: SheetBuild) -> SheetBuild:
    same = select(SheetBuild).where(SheetBuild.id == build.id).execution_options(populate_existing=True)
    return db.session.scalars(same).one()


def test_a_sheet_asked_for_is_built_and_kept_under_its_digest(task: Task, tmp_path: Path) -> None:
    build = ask(task, tmp_path)
    with pytest.raises(errors.NotFound):
        sheets.path_of(build, tmp_path)
    assert builds.build_all(tmp_path) == 1
    made = state_of(build)
    pdf = sheets.path_of(made, tmp_path).read_bytes()
    assert made.state is BuildState.DONE
    assert (made.percent, made.pages, made.size) == (100, 1, len(pdf))
    assert made.sha256 == hashlib.sha256(pdf).hexdigest()
    assert builds.build_all(tmp_path) == 0


def test_asking_again_gives_the_sheet_that_exists_until_the_data_change(task: Task, tmp_path: Path) -> None:
    first = ask(task, tmp_path)
    assert ask(task, tmp_path).id == first.id
    builds.build_all(tmp_path)
    assert ask(task, tmp_path).id == first.id
    task.physical = "主体封顶"
    assert ask(task, tmp_path).id != first.id


def test_a_sheet_whose_file_was_cleared_away_is_built_anew(task: Task, tmp_path: Path) -> None:
    first = ask(task, tmp_path)
    builds.build_all(tmp_path)
    sheets.path_of(state_of(first), tmp_path).unlink()
    assert ask(task, tmp_path).id != first.id


def test_the_paper_says_what_the_data_said_when_it_was_asked_for(task: Task, tmp_path: Path) -> None:
    build = ask(task, tmp_path)
    task.physical = "后来的进展"
    db.session.flush()
    builds.build_all(tmp_path)
    reader = PdfReader(sheets.path_of(state_of(build), tmp_path))
    told = "".join(page.extract_text() for page in reader.pages)
    assert "完成用地预审" in told
    assert "后来的进展" not in told


def test_a_failure_that_cannot_be_helped_says_why_and_can_be_retried(task: Task, tmp_path: Path) -> None:
    task.title = "项目\U000f1234"
    build = ask(task, tmp_path)
    assert builds.build_all(tmp_path) == 0
    failed = state_of(build)
    assert (failed.state, failed.attempts) == (BuildState.FAILED, 1)
    assert failed.error.startswith("现有字体缺字")
    sheets.again(failed)
    assert (failed.state, failed.attempts, failed.error) == (BuildState.ASKED, 0, "")
    with pytest.raises(errors.WrongState):
        sheets.again(failed)


def test_a_folder_that_takes_nothing_is_told_after_three_attempts(task: Task, tmp_path: Path) -> None:
    (tmp_path / "sheets").write_text("a file where the folder should be")
    build = ask(task, tmp_path)
    for attempt in (1, 2, 3):
        assert builds.build_all(tmp_path) == 0
        failed = state_of(build)
        assert failed.attempts == attempt
        assert "请联系系统管理员检查磁盘空间和权限" in failed.error
        failed.lease_until = None  # the pause before the next attempt is over
        db.session.flush()
    assert failed.state is BuildState.FAILED


def test_a_build_whose_worker_died_is_taken_when_its_lease_ends(task: Task, tmp_path: Path) -> None:
    build = ask(task, tmp_path)
    assert builds._claim(None) is not None  # and then the worker dies
    assert builds.build_all(tmp_path) == 0
    state_of(build).lease_until = county_clock.wall() - timedelta(seconds=1)
    db.session.flush()
    assert builds.build(build.id, tmp_path)
    assert (state_of(build).state, state_of(build).attempts) == (BuildState.DONE, 2)


def test_a_worker_that_lost_its_lease_does_not_overwrite(task: Task, tmp_path: Path) -> None:
    build = ask(task, tmp_path)
    slow = builds._claim(None)
    assert slow is not None
    state_of(build).lease_until = county_clock.wall() - timedelta(seconds=1)
    db.session.flush()
    assert builds.build_all(tmp_path) == 1
    done_at = state_of(build).done_at
    assert builds._carry_out(slow, tmp_path) is False
    assert state_of(build).state is BuildState.DONE
    assert state_of(build).done_at == done_at
    assert len(list((tmp_path / "sheets").iterdir())) == 1


def test_a_sheet_that_kills_its_workers_is_given_up(task: Task, tmp_path: Path) -> None:
    build = ask(task, tmp_path)
    for _ in range(builds.ATTEMPTS):
        assert builds._claim(None) is not None
        state_of(build).lease_until = county_clock.wall() - timedelta(seconds=1)
        db.session.flush()
    assert builds.build_all(tmp_path) == 0
    assert state_of(build).state is BuildState.FAILED
    assert "内存不足" in state_of(build).error


def test_only_sheets_of_the_catalogue_are_made(task: Task, tmp_path: Path) -> None:
    for name in ("nothing", "unit"):
        with pytest.raises(errors.NotFound):
            ask(task, tmp_path, name)
