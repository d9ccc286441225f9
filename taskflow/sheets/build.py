"""Ask for a sheet, and where finished ones are kept. Building them is the workers' (`jobs/builds.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.org.models import Person
from taskflow.sheets import catalog
from taskflow.sheets.models import BuildState, SheetBuild

RECENT = 20  # builds of one subject among which an equal one is looked for


def ask(sheet: str, subject: Any, person: Person, folder: Path) -> SheetBuild:
    """Freeze a sheet's facts and request its build; the same facts again give the build that exists.

    `folder` is the county's data folder. The caller commits, and then wakes the workers. Raises
    errors.NotFound for a sheet that the catalogue does not have, or of another kind of record.
    """
    known = catalog.SHEETS.get(sheet)
    if known is None or not isinstance(subject, known.record):
        raise errors.NotFound("没有这种报表。")
    facts = catalog.freeze(sheet, subject, folder)
    if found := _same(sheet, subject.id, facts, folder):
        return found
    build = SheetBuild(
        region_code=subject.region_code,
        sheet=sheet,
        title=facts["title"][:120],
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        asked_by_id=person.id,
        asked_at=clock.now(),
        facts=facts,
        state=BuildState.ASKED,
        step="排队中",
    )
    db.session.add(build)
    db.session.flush()
    return build


def again(build: SheetBuild) -> None:
    """Request a failed build once more, with the same facts. The caller commits, and then wakes the workers."""
    if build.state is not BuildState.FAILED:
        raise errors.WrongState("只有失败的报表可以重试。")
    build.state, build.attempts, build.percent, build.step, build.error = BuildState.ASKED, 0, 0, "排队中", ""
    build.lease_until = None


def path_of(build: SheetBuild, folder: Path) -> Path:
    """The file of a finished build; raises errors.NotFound when there is none (yet, or any more)."""
    path = stored(folder, build.sha256 or "")
    if build.state is not BuildState.DONE or not path.is_file():
        raise errors.NotFound("文件还没有生成，或已被清理，请重新生成。")
    return path


def stored(folder: Path, sha256: str) -> Path:
    """Where a PDF is kept: its name is its digest, so that nothing is kept twice."""
    return folder / "sheets" / f"{sha256}.pdf"


def _same(sheet: str, subject_id: int, facts: catalog.Facts, folder: Path) -> SheetBuild | None:
    """A build of exactly these facts that is under way, or finished with its file still there."""
    live = (BuildState.ASKED, BuildState.BUILDING, BuildState.DONE)
    earlier = select(SheetBuild).where(
        SheetBuild.sheet == sheet, SheetBuild.subject_id == subject_id, SheetBuild.state.in_(live)
    )
    for build in db.rows(earlier.order_by(SheetBuild.id.desc()).limit(RECENT)):
        gone = build.state is BuildState.DONE and not stored(folder, build.sha256).is_file()
        if build.facts == facts and not gone:
            return build  # type: ignore[no-any-return]
    return None
