"""Evidence files (佐证材料): judged by name and content, kept once each under their SHA-256.

The folder is `DATA/evidence`; the database holds names and digests only. A file is complete under its final
name or not there at all, so a crash in the middle leaves nothing that could be taken for proof.
"""

from __future__ import annotations

import errno
import hashlib
import os
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from taskflow import config, errors

LIMIT = 20 * config.MEGABYTE
CHUNK = 1024 * 1024
LONGEST_NAME = 120  # characters, extension included
TYPES = "PDF、图片（jpg、png）、Word、Excel、PowerPoint（docx、xlsx、pptx）、txt、csv、zip"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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


def plain_name(name: str) -> str:
    """A file's own name: no folders, nothing invisible, not too long; "" when nothing is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending if dot else shown[:LONGEST_NAME]


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
    target = folder(data)
    try:
        target.mkdir(parents=True, exist_ok=True)
        digest, size = _keep(stream, name, kind, data)
    except OSError as error:
        if error.errno in FULL:
            raise errors.Unavailable(
                f"磁盘已满，“{name}”没有保存；填写的内容都在，请联系系统管理员清理空间后再提交。"
            ) from error
        raise errors.Unavailable(f"附件目录不能写入，“{name}”没有保存；请联系系统管理员。") from error
    return {"name": name, "sha256": digest, "size": size}


def _keep(stream: IO[bytes], name: str, kind: str, data: Path | None) -> tuple[str, int]:
    """Copy, judge, and only then give the file its final name; the same file again replaces itself."""
    with NamedTemporaryFile(dir=folder(data), prefix="coming-", delete=False) as kept:
        coming = Path(kept.name)
        try:
            digest, size = _copy(stream, kept.file, name)
            kept.seek(0)
            if not KINDS[kind][0](kept.file):
                raise errors.Refusal(f"“{name}”的内容不是 {kind} 文件，可能改过扩展名或已损坏，请换成原文件再传。")
            kept.flush()
            os.fsync(kept.fileno())
            path = path_of(digest, data)
            path.parent.mkdir(exist_ok=True)
            coming.replace(path)
        finally:
            coming.unlink(missing_ok=True)
    return digest, size


def _copy(stream: IO[bytes], kept: IO[bytes], name: str) -> tuple[str, int]:
    seal, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > LIMIT:
            raise errors.Refusal(f"“{name}”超过 {LIMIT // config.MEGABYTE} MB，请压缩或拆分后再传。")
        seal.update(piece)
        kept.write(piece)
    if not size:
        raise errors.Refusal(f"“{name}”是空文件，请重新选择。")
    return seal.hexdigest(), size


def is_whole(path: Path, sha256: str) -> bool:
    """Whether a kept file is there and still the file that was handed in."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
