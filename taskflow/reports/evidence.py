"""Evidence files (佐证材料): judged by name and content, kept once each under their SHA-256.

The folder is `DATA/evidence`; the database holds names and digests only.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from taskflow import config, errors
from taskflow.storage import coming, plain_name

LIMIT = 20 * config.MEGABYTE
TYPES = "PDF、图片（jpg、png）、Word、Excel、PowerPoint（docx、xlsx、pptx）、txt、csv、zip"


def _starts(*signs: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda file: file.read(8).startswith(signs)


def _office(folder: str) -> Callable[[IO[bytes]], bool]:
    """A zip that holds what this kind of document holds."""

    def looks(file: IO[bytes]) -> bool:
        try:
            names = zipfile.ZipFile(file).namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return looks


def _archive(file: IO[bytes]) -> bool:
    return zipfile.is_zipfile(file)


def _text(file: IO[bytes]) -> bool:
    """Text in one of the two encodings that offices write; a program in disguise has zero bytes."""
    data = file.read()
    if b"\0" in data:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


#: Extension → (does the content look like it, content type for the download).
KINDS: dict[str, tuple[Callable[[IO[bytes]], bool], str]] = {
    "pdf": (_starts(b"%PDF-"), "application/pdf"),
    "jpg": (_starts(b"\xff\xd8\xff"), "image/jpeg"),
    "jpeg": (_starts(b"\xff\xd8\xff"), "image/jpeg"),
    "png": (_starts(b"\x89PNG\r\n\x1a\n"), "image/png"),
    "docx": (_office("word/"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (_office("xl/"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (_office("ppt/"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "txt": (_text, "text/plain"),
    "csv": (_text, "text/csv"),
    "zip": (_archive, "application/zip"),
}


def folder(data: Path | None = None) -> Path:
    """Where files are kept; `data` is the setting DATA (the environment's when None)."""
    return Path(data or config.read()["DATA"]) / "evidence"


def path_of(sha256: str, data: Path | None = None) -> Path:
    """Where the file with a digest is kept."""
    return folder(data) / sha256[:2] / sha256


def kind_of(name: str) -> str:
    """The extension, in small letters; "" when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type(name: str) -> str:
    """The content type of a kept file; never one that a browser would run."""
    return KINDS[kind_of(name)][1] if kind_of(name) in KINDS else "application/octet-stream"


def store(stream: IO[bytes], name: str, data: Path | None = None) -> dict[str, Any]:
    """Judge a file and keep it: {"name", "sha256", "size" in bytes}, as the move `draft` takes it.

    Raises errors.Refusal with a sentence that names the file (wrong kind, empty, too large) and
    errors.Unavailable when the disk is full.
    """
    name = plain_name(name)
    kind = kind_of(name)
    if kind not in KINDS:
        raise errors.Refusal(f"“{name or '未命名文件'}”的类型不能上传，可以上传：{TYPES}。")
    with coming(stream, name, folder(data), LIMIT) as file:
        if not KINDS[kind][0](file.file):
            raise errors.Refusal(f"“{name}”的内容不是 {kind} 文件，可能改过扩展名或已损坏，请换成原文件再传。")
        file.keep(path_of(file.sha256, data))
    return {"name": name, "sha256": file.sha256, "size": file.size}


def is_whole(path: Path, sha256: str) -> bool:
    """Whether a kept file is there and still the file that was handed in."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
