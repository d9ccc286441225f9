"""Keep an uploaded file until a worker has read it: on the disk under its digest, owed in the database."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from taskflow import clock, db, errors
from taskflow.drafts.intake import earlier
from taskflow.drafts.models import Intake, Stage
from taskflow.org.models import Person
from taskflow.reading.files.opening import LIMIT

READABLE = (".txt", ".md", ".docx", ".html", ".htm")
TABLES = (".xlsx", ".csv")
CHUNK = 1 << 20


def folder(data: Path) -> Path:
    """Where files wait, and stay after they were read."""
    return data / "intakes"


def path_of(intake: Intake, data: Path) -> Path:
    """The file of an intake: its name is its digest, and its ending what it was uploaded with."""
    return folder(data) / f"{intake.sha256}{Path(intake.name).suffix.lower()[:8]}"


def receive(stream: IO[bytes], name: str, by: Person, data: Path) -> tuple[Intake, bool]:
    """Keep a file and owe its reading; the same bytes again give the intake that exists (True).

    The caller commits, and then rings the bell.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in READABLE:
        raise errors.BadInput({"file": "请选择 .txt、.docx、.html、.xlsx 或 .csv 文件。"})
    kept, sha256 = _keep(stream, data)
    if found := earlier(by.region_code, sha256):
        kept.unlink()
        return found, True
    intake = Intake(
        region_code=by.region_code,
        name=Path(name).name[-200:],
        kind=suffix.removeprefix(".")[:10],
        sha256=sha256,
        title=Path(name).stem[:120],
        created_at=clock.now(),
        created_by_id=by.id,
        stage=Stage.ASKED,
        percent=0,
    )
    kept.replace(path_of(intake, data))
    db.session.add(intake)
    db.session.flush()
    return intake, False


def _demand_small(size: int) -> None:
    if size > LIMIT:
        raise errors.BadInput({"file": "文件超过 20 MB，请拆分后再上传。"})


def _keep(stream: IO[bytes], data: Path) -> tuple[Path, str]:
    """Write what comes to the disk, no more than the limit; its path and digest."""
    folder(data).mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(data), suffix=".part", delete=False) as file:
        path = Path(file.name)
        try:
            while piece := stream.read(CHUNK):
                size += len(piece)
                _demand_small(size)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    if not size:
        path.unlink()
        raise errors.BadInput({"file": "文件是空的，请重新选择。"})
    return path, digest.hexdigest()
