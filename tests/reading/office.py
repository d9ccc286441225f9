"""Word and Excel files made from bare XML: what no decent program would write."""

from __future__ import annotations

import zipfile
from pathlib import Path

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DEFLATED = zipfile.ZIP_DEFLATED


def pack(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A zip with these parts."""
    with zipfile.ZipFile(path, "w", DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def document(body: str, before: str = "") -> str:
    """The main part of a .docx; `before` stands where a document type would."""
    begin = f"<?xml version='1.0' encoding='UTF-8'?>{before}"
    return f"{begin}<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"


def paragraph(text: str) -> str:
    """One paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(path: Path, body: str = paragraph("目标"), before: str = "", **others: str | bytes) -> Path:
    """A .docx with nothing but its main part, and others whose names are written with __ for / and _ for a dot."""
    extra = {name.replace("__", "/").replace("_", "."): data for name, data in others.items()}
    return pack(path, {"word/document.xml": document(body, before), **extra})


def worksheet(rows: str, after: str = "") -> str:
    """A sheet with these rows."""
    return f"<worksheet xmlns='{SHEETS}'><sheetData>{rows}</sheetData>{after}</worksheet>"


def xlsx(path: Path, sheet: str | bytes, *, strings: str = "", folder: str = "xl/") -> Path:
    """A .xlsx with one sheet, 甲."""
    listed = "<sheets><sheet name='甲' sheetId='1' r:id='a'/></sheets>"
    relations = "".join(
        f"<Relationship Id='{number}' Type='{OFFICE}/{kind}' Target='/xl/{target}'/>"
        for number, kind, target in (("a", "worksheet", "worksheets/Sheet1.xml"), ("b", "sharedStrings", "strings.xml"))
    )
    parts: dict[str, str | bytes] = {
        f"{folder}workbook.xml": f"<workbook xmlns='{SHEETS}' xmlns:r='{OFFICE}'>{listed}</workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{RELATIONS}'>{relations}</Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        parts["xl/strings.xml"] = f"<sst xmlns='{SHEETS}'>{strings}</sst>"
    return pack(path, parts)
