"""From a file to its text and tables. What the file is, its content says; its ending may not say otherwise.

Whoever reads what a stranger sent uses `sandbox.read_safely`, which does the same in a process with limits.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from taskflow import config, errors
from taskflow.reading.files import archive, commas, plaintext, source, webpage, wordfile, workbook
from taskflow.reading.files.archive import Package
from taskflow.reading.files.source import Content, Kind, Source

TYPES = "txt、docx、html、xlsx、csv"
NAMES: dict[Kind, str] = {"txt": "文字", "docx": "Word 文档", "html": "网页", "xlsx": "Excel 表格", "csv": "CSV 表格"}
TEXTS: tuple[Kind, ...] = ("txt", "html", "csv")

#: Ending → what may be in such a file. What is text may be named as any text.
ENDINGS: dict[str, tuple[Kind, ...]] = {
    "": ("txt", "html", "docx", "xlsx"),
    **dict.fromkeys(("txt", "md", "text", "html", "htm", "shtml", "xhtml", "csv", "tsv"), TEXTS),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
}
WITH_MACROS = ("docm", "dotm", "xlsm", "xltm", "xlam", "xlsb")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEGIN = 1024  # bytes in which a file says what it is

#: How other kinds of file begin, and what to do with one.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (rb"[\s\xef\xbb\xbf]*%PDF-", "不能读取 PDF 文件，请用原来的 Word 文档，或把文字另存为 .docx、.txt 后再试。"),
    (rb"\{\\rtf", "不能读取 RTF 文件，请用 Word 或 WPS 打开后另存为 .docx 再试。"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*", "这是图片，不能读取，请用文字版的文件。"),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b", "这是压缩包，请先解压，再选择其中的文件。"),
    (rb"(?is)\s*(mime-version:|from: <saved by|.{0,500}content-type: multipart/related)",
     "不能读取单文件网页（.mht），请在浏览器中另存为“网页，仅 HTML”后再试。"),
)  # fmt: skip

#: Zip files that are no document we read: a part that gives them away, and what to do.
OTHER_PACKAGES = (
    ("xl/workbook.bin", "不能读取二进制的 .xlsb 文件，请用 Excel 打开后另存为 .xlsx 再试。"),
    ("ppt/presentation.xml", "不能读取演示文稿，请把文字另存为 .docx 或 .txt 后再试。"),
    ("ofd.xml", "不能读取 OFD 版式文件，请用原来的 Word 文档（.docx）再试。"),
    ("mimetype", "不能读取 OpenDocument 文件，请另存为 .docx 或 .xlsx 后再试。"),
)


def open_source(path: Path) -> Source:
    r"""A .txt, .docx, .html, .xlsx or .csv file, read. Raises errors.Unreadable with one sentence.

    `char_start` and the like count characters of `text`: decoded, without a byte order mark, every line's end one \n.
    """
    data = _load(path)
    ending = path.suffix.lower().removeprefix(".")
    _refuse_others(data, ending)
    kind, content = _office(data, ending) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else _text(data, ending)
    if not content.text.strip():
        raise errors.Unreadable("文件里没有文字；如果内容是图片（扫描件），请换成文字版的文件。")
    if not content.sheets and len(content.text) > source.MOST_PROSE:
        raise errors.Unreadable(source.TOO_MUCH_PROSE)
    digest = hashlib.sha256(data).hexdigest()
    return Source(kind, content.text, digest, content.sheets, content.tables, content.warnings)


def _load(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise errors.Unreadable(f"“{path.name}”是文件夹，请选择其中的一个文件。")
        if not path.exists():
            raise errors.Unreadable(f"找不到文件“{path.name}”，请检查文件名和所在的文件夹。")
        if not path.is_file():
            raise errors.Unreadable(f"“{path.name}”不是普通文件，不能读取。")
        with path.open("rb") as file:
            data = file.read(source.LIMIT + 1)
    except (OSError, ValueError) as error:
        raise errors.Unreadable(f"不能打开文件“{path.name}”，请检查是否有读取权限。") from error
    if len(data) > source.LIMIT:
        raise errors.Unreadable(f"文件超过 {source.LIMIT // config.MEGABYTE} MB，请拆分或删去图片后再试。")
    if not data.strip():
        raise errors.Unreadable("文件是空的，请重新选择。")
    return data


def _refuse_others(data: bytes, ending: str) -> None:
    if ending in WITH_MACROS:
        raise errors.Unreadable(archive.MACROS)
    if data.startswith(OLD_OFFICE):
        raise errors.Unreadable(_old_office(data, ending))
    for begin, sentence in OTHERS:
        if re.match(begin, data[:BEGIN]):
            raise errors.Unreadable(sentence)
    if ending not in ENDINGS:
        raise errors.Unreadable(f"不能读取 .{ending} 文件，可以读取：{TYPES}。")


def _old_office(data: bytes, ending: str) -> str:
    """The container of Office before 2007, in which a locked .docx is kept as well."""
    if _wide("EncryptedPackage") in data:
        return archive.ENCRYPTED
    if ending in ("xls", "et", "xlsx") or _wide("Workbook") in data:
        return "不能读取旧格式的 Excel 文件（.xls），请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
    return "不能读取旧格式的 Word 文件（.doc），请用 Word 或 WPS 打开后另存为 .docx 再试。"


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _office(data: bytes, ending: str) -> tuple[Kind, Content]:
    package = Package(data)
    main = package.main()
    if not main.startswith(("word/", "xl/")) or main.endswith(".bin"):
        others = (sentence for part, sentence in OTHER_PACKAGES if part in package)
        raise errors.Unreadable(next(others, "这是压缩包，请先解压，再选择其中的文件。"))
    kind: Kind = "docx" if main.startswith("word/") else "xlsx"
    _agree(kind, ending)
    return kind, wordfile.read(package) if kind == "docx" else workbook.read(package)


def _text(data: bytes, ending: str) -> tuple[Kind, Content]:
    page = webpage.looks_like(data)
    text, warnings = plaintext.decode(data, webpage.declared(data) if page or ending.endswith(("html", "htm")) else "")
    if page or (ending.endswith(("html", "htm")) and webpage.has_tags(text)):
        kind, content = _as("html", ending), webpage.read(text)
    elif ending in ("csv", "tsv"):
        kind, content = _as("csv", ending), commas.read(text)
    else:
        kind, content = _as("txt", ending), Content(text)
    return kind, Content(content.text, content.sheets, content.tables, (*_told(kind, ending), *warnings))


def _as(kind: Kind, ending: str) -> Kind:
    _agree(kind, ending)
    return kind


def _agree(kind: Kind, ending: str) -> None:
    if kind not in ENDINGS[ending]:
        raise errors.Unreadable(f"扩展名是 .{ending}，内容却是{NAMES[kind]}，请核对文件、改正扩展名后再试。")


def _told(kind: Kind, ending: str) -> tuple[str, ...]:
    """A word about a text that is named as another kind of text."""
    if kind == "html" and ending and not ending.endswith(("html", "htm")):
        return (f"扩展名是 .{ending}，内容是网页，已按网页读取。",)
    if kind == "txt" and ending.endswith(("html", "htm")):
        return ("扩展名是网页，内容是普通文字，已按文字读取。",)
    return ()
