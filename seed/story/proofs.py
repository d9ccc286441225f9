"""Evidence for the story: small real files of our own making, kept as uploads are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from taskflow.reports import evidence

File = dict[str, Any]

TEXT = """{unit}{year}年度任务完成情况

一、验收记录：已归档，编号见任务台账。
二、现场核查：合格。
（示例材料）
"""


class Proofs:
    """One file a unit and year, as an office would scan one list for all that it finished."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._kept: dict[tuple[str, int], File] = {}

    def of(self, unit: str, year: int, *, scanned: bool) -> File:
        """{"name", "sha256", "size"} of the unit's proof for a year: a PDF when scanned, else a text."""
        key = (unit, year)
        if key not in self._kept:
            name = f"{year}年度完成情况佐证（{unit}）"
            text = TEXT.format(unit=unit, year=year)
            number = f"{year}-{len(self._kept) + 1:03}"
            scan = pdf(f"Acceptance record {number}, demo county")
            data, ending = (scan, "pdf") if scanned else (text.encode(), "txt")
            self._kept[key] = evidence.store(io.BytesIO(data), f"{name}.{ending}", self.data)
        return self._kept[key]


def pdf(words: str) -> bytes:
    """A page with one line; written by hand, because no library is needed for it."""
    line = f"BT /F1 14 Tf 72 760 Td ({words}) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for place, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (place, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(made))
    )
