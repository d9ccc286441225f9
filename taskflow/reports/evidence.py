"""Evidence files (佐证材料): judged by name and content, kept once each under their SHA-256.

The folder is `DATA/evidence`; the database holds names and digests only.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageFile, UnidentifiedImageError

from taskflow import config, errors
from taskflow.storage import coming, plain_name

LIMIT = 20 * config.MEGABYTE
TYPES = "PDF、图片（jpg、png）、Word、Excel、PowerPoint（docx、xlsx、pptx、doc、xls）、txt、csv、zip"

#: What is smaller than this proves nothing, whatever it is called.
LEAST_PDF = 200  # bytes; the shortest page with one line of text takes more than twice that
LEAST_OLE = 3 * 512  # bytes; the head, the table of sectors and the directory take one sector each
LEAST_TEXT = 10  # signs; fewer do not say what was done, where and when
LEAST_SIDE = 100  # pixels; on a smaller picture nothing can be read
#: A PDF ends with its mark; scanners and mail servers add at most this much behind it.
PDF_TAIL = 64 * 1024  # bytes

PDF, OLE, ZIP = b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
OTHER = "的内容不是 {kind} 文件，可能改过扩展名或已损坏，请换成原文件再传。"
CUT = "不完整，可能没有复制或下载完，请换成完整的文件再传。"
LITTLE = "几乎没有内容，不能作为佐证，请换成能说明完成情况的材料。"

#: A file → what is wrong with it, as the end of a sentence that begins with its name; "" when nothing is.
Judge = Callable[[IO[bytes]], str]


def _pdf(file: IO[bytes]) -> str:
    data = file.read()
    if not data.startswith(PDF):
        return OTHER
    if len(data) < LEAST_PDF:
        return LITTLE
    return "" if b"%%EOF" in data[-PDF_TAIL:] else CUT


def _picture(sort: str) -> Judge:
    """A picture that can be decoded to its end; a JPEG at an eighth of its size, which takes little memory."""

    def judge(file: IO[bytes]) -> str:
        try:
            picture = Image.open(file, formats=[sort])
        except UnidentifiedImageError:
            return OTHER
        except Image.DecompressionBombError:
            return "的像素太多，请缩小后再传。"
        if min(picture.size) < LEAST_SIDE:
            return f"太小（{picture.width}×{picture.height} 像素），看不清内容，请换成原图。"
        try:
            if sort == "JPEG":
                ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, switches it on for all
                picture.draft("L", (picture.width // 8, picture.height // 8))
                picture.load()
            else:
                picture.verify()
        except (OSError, SyntaxError, ValueError):  # what Pillow raises for a file that breaks off
            return CUT
        return ""

    return judge


def _office(main: str) -> Judge:
    """A zip that holds what this kind of document cannot be without."""

    def judge(file: IO[bytes]) -> str:
        parts = _parts(file)
        if parts is None:
            return CUT if _begins(file, ZIP) else OTHER
        return "" if parts.get("[Content_Types].xml") and parts.get(main) else OTHER

    return judge


def _parts(file: IO[bytes]) -> dict[str, int] | None:
    """The files in a zip with their sizes in bytes; None when it is none, or its end is missing."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {info.filename: info.file_size for info in archive.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None


def _begins(file: IO[bytes], *signs: bytes) -> bool:
    file.seek(0)
    return file.read(8).startswith(signs)


def _archive(file: IO[bytes]) -> str:
    parts = _parts(file)
    if parts is None:
        return CUT if _begins(file, ZIP) else OTHER
    return "" if any(parts.values()) else "里没有文件，请重新打包再传。"


def _old_office(*streams: str) -> Judge:
    """A document of Office 97 to 2003: the container, and in it the stream that holds the text."""

    def judge(file: IO[bytes]) -> str:
        data = file.read()
        if not data.startswith(OLE):
            return OTHER
        if len(data) < LEAST_OLE:
            return CUT
        return "" if any(name.encode("utf-16-le") in data for name in streams) else OTHER

    return judge


def _text(file: IO[bytes]) -> str:
    """Text in one of the two encodings that offices write; a program in disguise has control signs."""
    data = file.read()
    if data.startswith((PDF, OLE, ZIP)):
        return OTHER
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\n\r\f" for sign in text):
            return OTHER
        return "" if len("".join(text.split())) >= LEAST_TEXT else LITTLE
    return OTHER


#: Extension → (what judges the content, content type for the download).
KINDS: dict[str, tuple[Judge, str]] = {
    "pdf": (_pdf, "application/pdf"),
    "jpg": (_picture("JPEG"), "image/jpeg"),
    "jpeg": (_picture("JPEG"), "image/jpeg"),
    "png": (_picture("PNG"), "image/png"),
    "docx": (
        _office("word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (_office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (
        _office("ppt/presentation.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "doc": (_old_office("WordDocument"), "application/msword"),
    "xls": (_old_office("Workbook", "Book"), "application/vnd.ms-excel"),
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

    Raises errors.Refusal with a sentence that names the file (wrong kind, empty, cut off, too large) and
    errors.Unavailable when the disk is full.
    """
    name = plain_name(name)
    kind = kind_of(name)
    if kind not in KINDS:
        raise errors.Refusal(f"“{name or '未命名文件'}”的类型不能上传，可以上传：{TYPES}。")
    with coming(stream, name, folder(data), LIMIT) as file:
        if wrong := KINDS[kind][0](file.file):
            raise errors.Refusal(f"“{name}”{wrong.format(kind=kind)}")
        file.keep(path_of(file.sha256, data))
    return {"name": name, "sha256": file.sha256, "size": file.size}


def is_whole(path: Path, sha256: str) -> bool:
    """Whether a kept file is there and still the file that was handed in."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
