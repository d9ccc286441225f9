"""From facts to PDF: the only importer of WeasyPrint. Fetches nothing but our fonts.

The same facts with the same fonts and templates give the same bytes.
"""

from __future__ import annotations

import ctypes
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from taskflow import errors
from taskflow.sheets import fonts, gantt
from taskflow.sheets.catalog import SHEETS, Facts, digest

PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = {
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    # without this one a sheet takes ten times as long, and nothing says so
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
NEEDED = "libpangoft2-1.0.so.0"

#: Called with (pages laid out so far) while a sheet is made.
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Printed:
    """A finished PDF. `stand_ins`: fonts used for another, and fallback fonts for single characters."""

    pdf: bytes
    pages: int
    stand_ins: list[str]


@cache
def missing() -> str:
    """The sentence about missing system libraries; empty when PDFs can be made."""
    if _loads(NEEDED):
        return ""
    packages = " ".join(package for library, package in LIBRARIES.items() if not _loads(library))
    return f"生成 PDF 需要系统库 {NEEDED}，请管理员安装：apt-get install {packages}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def engine() -> ModuleType:
    """WeasyPrint; raises errors.Unavailable with the packages to install."""
    if sentence := missing():
        raise errors.Unavailable(sentence)
    try:
        import weasyprint  # noqa: PLC0415  # half a second and 60 MB that only the workers need
    except OSError as error:
        raise errors.Unavailable(f"生成 PDF 需要的系统库不能载入：{error}") from error
    return weasyprint


def draw(facts: Facts, folder: Path, progress: Progress = lambda _pages: None) -> Printed:
    """Make the PDF of a data set; `folder` holds the county's own fonts.

    Raises errors.Unavailable (libraries missing) and errors.NotReady (characters that no font has).
    """
    weasyprint, used = engine(), fonts.found(folder)
    page, drawn = html(facts, used), set[str]()
    with _heard(progress) as complaints:
        document = weasyprint.HTML(string=page, url_fetcher=_fetcher(used.files)).render()
        pdf = document.write_pdf(
            pdf_identifier=digest(facts)[:32].encode(),
            finisher=lambda _document, made: drawn.update(_strangers(made)),
        )
    _refuse_gaps(complaints)
    return Printed(pdf, len(document.pages), used.substitutions + sorted(drawn))


def _strangers(made: Any) -> Iterator[str]:
    """Fonts of the machine that stepped in for single characters which ours do not have."""
    for thing in made.objects:
        if isinstance(thing, dict) and (name := thing.get("BaseFont")):
            told = bytes(name).decode().lstrip("/").partition("+")[2]
            if not told.startswith(fonts.OURS):
                yield f"个别字符用 {told}"


def html(facts: Facts, used: fonts.Fonts) -> str:
    """The page of a data set, everything in it."""
    template = _templates().get_template(SHEETS[facts["sheet"]].template)
    grid = None
    if "first" in facts:
        grid = gantt.Grid(*(date.fromisoformat(facts[name]) for name in ("first", "last", "day")))
    css = used.css + (PACKAGE / "static" / "sheet.css").read_text(encoding="utf-8")
    return template.render(facts, css=css, grid=grid, digest=digest(facts), substitutions=used.substitutions)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(strip=gantt.strip, grid_paper=gantt.paper)
    made.filters.update(dotted=lambda text: text[2:].replace("-", "."), chinese=_chinese)
    return made


def _chinese(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def _fetcher(allowed: frozenset[str]) -> Any:
    """Fonts by their exact addresses, and what stands in the page itself; everything else stops the sheet."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  # as `engine`

    class OnlyOurs(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in allowed and not url.startswith("data:image/svg+xml;"):
                raise ValueError(f"a sheet may not fetch {url[:80]}")
            return super().fetch(url, headers)  # type: ignore[no-untyped-call]

    return OnlyOurs(  # type: ignore[no-untyped-call]
        allowed_protocols=["file", "data"], allow_redirects=False, fail_on_errors=True
    )


class _Ear(logging.Handler):
    """Hears WeasyPrint's complaints, and how many pages it has laid out."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self.progress = progress
        self.complaints: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.name == "weasyprint.progress":
            if found := re.search(r"Page (\d+)", text):
                self.progress(int(found[1]))
        elif record.levelno >= logging.WARNING:
            self.complaints.append(text)


@contextmanager
def _heard(progress: Progress) -> Iterator[list[str]]:
    ear, logger = _Ear(progress), logging.getLogger("weasyprint")
    before = logger.level, logger.propagate
    logger.addHandler(ear)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield ear.complaints
    finally:
        logger.removeHandler(ear)
        logger.level, logger.propagate = before


def _refuse_gaps(complaints: list[str]) -> None:
    """A rare character in a name must not vanish; nothing else that WeasyPrint minds goes out unseen either."""
    gaps = sorted({found[1] for text in complaints if (found := re.search(r"unsupported by fonts: \"(.+?)\"", text))})
    if gaps:
        listed = "、".join(f"{character}（U+{ord(character[0]):04X}）" for character in gaps)
        raise errors.NotReady(f"现有字体缺字：{listed}。请把含有这些字的字体放入字体目录后重试。")
    if complaints:
        raise errors.NotReady(f"版面有误，未生成：{complaints[0][:200]}")
