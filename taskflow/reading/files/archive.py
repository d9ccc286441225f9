"""The zip around a .docx or .xlsx: judged before anything is inflated, and bounded while it is."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from taskflow import config, errors
from taskflow.reading.files import markup

MOST_ENTRIES = 2_000
MOST_INFLATED = 200 * config.MEGABYTE
LARGEST_PART = 64 * config.MEGABYTE  # a tree takes several times as much memory
HIGHEST_RATIO = 300  # Office's own files stay under 100
SMALL = config.MEGABYTE  # a part as small as this may have any ratio
CHUNK = 256 * 1024

BOMB = "文件解压后过大，可能是压缩炸弹，不能读取；请把需要的内容复制到新文件后再试。"
BROKEN = "文件已损坏或不完整，请用 Word、Excel 或 WPS 打开后另存一份再试。"
ENCRYPTED = "文件设有密码，请取消密码保护、另存一份后再试。"
MACROS = "文件带有宏，不能读取，请另存为不含宏的 .docx 或 .xlsx。"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_MACROS = ("vbaproject.bin", "vbadata.xml")


class Package:
    """The parts of an Office file by name, without regard to capitals."""

    def __init__(self, data: bytes) -> None:
        if data.count(b"PK\x01\x02") > MOST_ENTRIES:  # before a directory of that length is read
            raise errors.Unreadable(BOMB)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise errors.Unreadable(BROKEN) from error
        self._parts = {_plain(info.filename): info for info in self._zip.infolist()}
        self._judge()
        self._search()

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def read(self, name: str) -> bytes | None:
        """A part, inflated; None when there is none of that name."""
        info = self._parts.get(_plain(name))
        if info is None:
            return None
        pieces, size = [], 0
        for piece in self._pieces(info):
            size += len(piece)
            if size > LARGEST_PART:
                raise errors.Unreadable(BOMB)
            pieces.append(piece)
        return b"".join(pieces)

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part ("": the package) refers to inside the package: id → (the last word of the kind, name)."""
        folder, last = posixpath.split(part)
        data = self.read(posixpath.join(folder, "_rels", f"{last}.rels"))
        found = {}
        for element in markup.tree(data) if data else ():
            given = markup.attributes(element)
            if given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], target)
        return found

    def main(self) -> str:
        """The name of the part that is the document itself; "" when this is no Office file."""
        usual = ("word/document.xml", "xl/workbook.xml")
        referred = (name for kind, name in self.targets("").values() if kind == "officeDocument")
        return next((name for name in (*referred, *usual) if name in self), "")

    def _judge(self) -> None:
        """By the directory alone: locked, full of macros, or too large."""
        infos = self._zip.infolist()
        if any(info.flag_bits & 0x41 for info in infos):
            raise errors.Unreadable(ENCRYPTED)
        if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_INFLATED:
            raise errors.Unreadable(BOMB)
        if any(info.file_size > SMALL and info.file_size > HIGHEST_RATIO * info.compress_size for info in infos):
            raise errors.Unreadable(BOMB)
        if any(name.endswith(_MACROS) or name.startswith("xl/macrosheets/") for name in self._parts):
            raise errors.Unreadable(MACROS)

    def _search(self) -> None:
        """Inflate every XML part once, keeping nothing: the directory may lie, and a document type may hide in any."""
        total = 0
        for info in self._zip.infolist():
            if not _plain(info.filename).endswith((".xml", ".rels", ".vml")):
                continue
            size, before = 0, b""
            for piece in self._pieces(info):
                size += len(piece)
                if total + size > MOST_INFLATED or (size > SMALL and size > HIGHEST_RATIO * info.compress_size):
                    raise errors.Unreadable(BOMB)
                if markup.forbids(before + piece):
                    raise errors.Unreadable(markup.DECLARES)
                before = piece[-markup.LONGEST_DECLARATION :]
            total += size
        types = self.read("[Content_Types].xml")
        if types and b"macroenabled" in types.lower():
            raise errors.Unreadable(MACROS)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        if info.compress_type not in _METHODS:
            raise errors.Unreadable(BROKEN)
        try:
            with self._zip.open(info) as file:
                while piece := file.read(CHUNK):
                    yield piece
        except _BROKEN as error:
            raise errors.Unreadable(BROKEN) from error


def _plain(name: str) -> str:
    """A part's name as it is looked up: some programs write it with a backslash or other capitals."""
    return name.replace("\\", "/").lstrip("/").lower()
