"""Keep an uploaded file until a worker has read it: on the disk under its digest, with a row that asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from taskflow import clock, db, errors
from taskflow.drafts.models import Intake, Stage
from taskflow.drafts.write.intake import earlier
from taskflow.org.models import Person
from taskflow.reading.files.source import LIMIT
from taskflow.storage import coming, plain_name

READABLE = (".txt", ".md", ".docx", ".html", ".htm")
TABLES = (".xlsx", ".csv")


def folder(data: Path) -> Path:
    """Where files wait, and stay after they were read."""
    return data / "intakes"


def path_of(intake: Intake, data: Path) -> Path:
    """The file of an intake: its name is its digest, and its ending what it was uploaded with."""
    return folder(data) / f"{intake.sha256}{Path(intake.name).suffix.lower()[:8]}"


def receive(stream: IO[bytes], name: str, by: Person, data: Path) -> tuple[Intake, bool]:
    """Keep a file and request its reading; the same bytes again give the intake that exists (True).

    The caller commits, and then wakes the workers.
    """
    name = plain_name(name)
    suffix = Path(name).suffix.lower()
    if suffix not in READABLE:
        raise errors.BadInput({"file": "请选择 .txt、.docx、.html、.xlsx 或 .csv 文件。"})
    with coming(stream, name, folder(data), LIMIT) as file:
        if found := earlier(by.region_code, file.sha256):
            return found, True
        intake = Intake(
            region_code=by.region_code,
            name=name,
            kind=suffix.removeprefix("."),
            sha256=file.sha256,
            title=Path(name).stem,
            created_at=clock.now(),
            created_by_id=by.id,
            stage=Stage.ASKED,
            percent=0,
        )
        file.keep(path_of(intake, data))
    db.session.add(intake)
    db.session.flush()
    return intake, False
