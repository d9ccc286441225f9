"""Uploaded tables until they are decided: the file and what was read from it lie in the data folder, by digest.

Whatever a person has set is in the database at once, so that a reload loses nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.org.models import Person
from taskflow.reading.files.sandbox import read_safely
from taskflow.reading.files.source import LIMIT, Source
from taskflow.storage import coming, plain_name
from taskflow.tables import mappings
from taskflow.tables.models import TableUpload

SUFFIXES = (".xlsx", ".csv")


def folder(data: Path) -> Path:
    """Where undecided tables lie."""
    return data / "tables"


def receive(stream: IO[bytes], name: str, by: Person, data: Path) -> tuple[TableUpload, bool]:
    """Keep a table and read it; whether this very file had been uploaded before. The caller commits.

    Raises errors.Refusal with one sentence when it cannot be read; then nothing is kept.
    """
    name = plain_name(name)
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise errors.Refusal(
            f"“{name or '未命名文件'}”不是表格，请选择 .xlsx 或 .csv 文件（旧的 .xls 请先另存为 .xlsx）。"
        )
    with coming(stream, name, folder(data), LIMIT) as file:
        sha256 = file.sha256
        file.keep(folder(data) / f"{sha256}{suffix}")
    found = _of_digest(by.region_code, sha256)
    again = found is not None
    try:
        source = _read(sha256, suffix, data)
    except errors.Refusal:
        if not again:
            _forget(sha256, data)
        raise
    if found is None:
        found = TableUpload(region_code=by.region_code, name=name, sha256=sha256, suffix=suffix, created_by_id=by.id)
        found.created_at = clock.now()
        found.mapping = mappings.remembered(by.region_code, source)
        db.session.add(found)
    elif found.intake_id is None:
        found.decided_at = None  # put aside earlier, and wanted after all
    db.session.flush()
    return found, again


def _of_digest(region_code: str, sha256: str) -> TableUpload | None:
    same = select(TableUpload).where(TableUpload.region_code == region_code, TableUpload.sha256 == sha256)
    return db.session.scalars(same).one_or_none()


def _read(sha256: str, suffix: str, data: Path) -> Source:
    """What the file says: read once in the sandbox, then from what that gave."""
    made = folder(data) / f"{sha256}.json"
    if made.is_file():
        return Source.from_json(json.loads(made.read_text(encoding="utf-8")))
    source = read_safely(folder(data) / f"{sha256}{suffix}")
    coming = made.with_suffix(f".{clock.wall().timestamp()}")
    coming.write_text(json.dumps(source.as_json(), ensure_ascii=False), encoding="utf-8")
    coming.replace(made)
    return source


def _forget(sha256: str, data: Path) -> None:
    for path in folder(data).glob(f"{sha256}.*"):
        path.unlink(missing_ok=True)


def source_of(upload: TableUpload, data: Path) -> Source:
    """What an undecided file says. Raises errors.NotFound when it has been decided."""
    if upload.decided_at is not None:
        raise errors.NotFound("这份表格已经处理完毕，原文件不再保留；如需再次导入，请重新上传。")
    if not (folder(data) / f"{upload.sha256}{upload.suffix}").is_file():
        raise errors.Unavailable(f"“{upload.name}”在存储中缺失，请重新上传。")
    return _read(upload.sha256, upload.suffix, data)


def undecided(region_code: str) -> list[tuple[TableUpload, str]]:
    """The tables that wait for somebody, newest first, with who uploaded them."""
    mine = select(TableUpload, Person.name).join(Person, Person.id == TableUpload.created_by_id)
    open_ = mine.where(TableUpload.region_code == region_code, TableUpload.decided_at.is_(None))
    return [(upload, name) for upload, name in db.session.execute(open_.order_by(TableUpload.id.desc()))]


def find(upload_id: int, region_code: str) -> TableUpload:
    """One upload. Raises errors.NotFound."""
    found = db.session.get(TableUpload, upload_id)
    if found is None or found.region_code != region_code:
        raise errors.NotFound("没有这份表格，或者您无权查看。")
    return found


def decide(upload: TableUpload, data: Path, intake_id: int | None = None) -> None:
    """Imported, or put aside: the file goes. The caller commits."""
    upload.decided_at, upload.intake_id = clock.now(), intake_id
    _forget(upload.sha256, data)
