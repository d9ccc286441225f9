"""Keep a file that comes in: whole under its final name or not there at all, so that a crash leaves no half proof."""

from __future__ import annotations

import errno
import hashlib
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from taskflow import config, errors

CHUNK = 1024 * 1024
LONGEST_NAME = 120  # characters, extension included
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Coming:
    """A file that has come in whole and may still be refused: read it, then give it its place."""

    file: IO[bytes]
    path: Path
    sha256: str
    size: int  # bytes

    def keep(self, place: Path) -> None:
        """Give the file its final name; the same file again replaces itself."""
        self.file.flush()
        os.fsync(self.file.fileno())
        place.parent.mkdir(exist_ok=True)
        self.path.replace(place)


@contextmanager
def coming(stream: IO[bytes], name: str, folder: Path, limit: int) -> Iterator[Coming]:
    """Take in a file of at most `limit` bytes; what was not kept when the block ends is gone.

    Raises errors.Refusal when it is empty or too large and errors.Unavailable when the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix="coming-", delete=False) as kept:
            path = Path(kept.name)
            try:
                sha256, size = _copy(stream, kept.file, name, limit)
                kept.seek(0)
                yield Coming(kept.file, path, sha256, size)
            finally:
                path.unlink(missing_ok=True)
    except OSError as error:
        why = "磁盘已满" if error.errno in FULL else "存放文件的目录不能写入"
        raise errors.Unavailable(
            f"{why}，“{name}”没有保存；填写的内容没有丢失，请联系系统管理员处理后再提交。"
        ) from error


def _copy(stream: IO[bytes], kept: IO[bytes], name: str, limit: int) -> tuple[str, int]:
    seal, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > limit:
            raise errors.Refusal(f"“{name}”超过 {limit // config.MEGABYTE} MB，请压缩或拆分后再传。")
        seal.update(piece)
        kept.write(piece)
    if not size:
        raise errors.Refusal(f"“{name}”是空文件，请重新选择。")
    return seal.hexdigest(), size


def plain_name(name: str) -> str:
    """A file's own name: no folders, nothing invisible, not too long; "" when nothing is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending if dot else shown[:LONGEST_NAME]
