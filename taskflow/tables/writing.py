"""A table as a file: .xlsx as offices print it, or .csv. A cell that looks like a formula is text in both."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from taskflow import clock
from taskflow.tables import layouts
from taskflow.tables.items import Item
from taskflow.tables.layouts import Layout, Row, Value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
#: What a spreadsheet would take for a formula; one apostrophe before it, and the reader takes one away.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
SEQ_WIDTH = 6
TITLE_HEIGHT = 30


def write(form: str, layout: Layout, items: Sequence[Item], of: str) -> bytes:
    """The file in one of the two forms; `of`: whose tasks they are, for its title."""
    made, day = layouts.rows(layout, items), clock.today()
    title = f"{of}{layout.name}（{day.year}年{day.month}月{day.day}日导出）"
    return as_xlsx(layout, made, title) if form == "xlsx" else as_csv(layout, made)


def as_csv(layout: Layout, rows: Sequence[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; every row says all of its task, for nothing can be merged."""
    made = StringIO(newline="")
    out = csv.writer(made)
    out.writerow(layouts.headers(layout))
    out.writerows([_text(value) for value in row.cells] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _text(value: Value) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def as_xlsx(layout: Layout, rows: Sequence[Row], title: str) -> bytes:
    """A sheet for A4 across: title, header on every page, borders, dates as dates."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # for those who ask for such a file

    made = BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": clock.local(clock.now()).replace(tzinfo=None)})
        sheet = book.add_worksheet(layout.name)
        edge = {"border": 1, "valign": "vcenter", "text_wrap": True}
        forms = {
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
            "head": book.add_format({**edge, "bold": True, "align": "center", "bg_color": "#E6EDF4"}),
            "text": book.add_format(edge),
            "date": book.add_format({**edge, "num_format": "yyyy-mm-dd", "align": "center"}),
        }
        head = layouts.headers(layout)
        sheet.merge_range(0, 0, 0, len(head) - 1, "", forms["title"])
        sheet.write_string(0, 0, title, forms["title"])
        sheet.set_row(0, TITLE_HEIGHT)
        for column, word in enumerate(head):
            sheet.write_string(1, column, word, forms["head"])
            sheet.set_column(column, column, layout.columns[column - 1].width if column else SEQ_WIDTH)
        for place, row in enumerate(rows, 2):
            _put(sheet, place, row, layout, forms)
        sheet.freeze_panes(2, 3)
        if not layout.by_step:
            sheet.autofilter(1, 0, max(1, len(rows) + 1), len(head) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return made.getvalue()


def _put(sheet: Any, place: int, row: Row, layout: Layout, forms: dict[str, Any]) -> None:
    """One row; the task's own cells reach down over its steps."""
    for column, value in enumerate(row.cells):
        own = column == 0 or layout.columns[column - 1].of_step is None
        if own and row.height == 0:
            continue
        if own and row.height > 1:
            sheet.merge_range(place, column, place + row.height - 1, column, "", forms["text"])
        _write(sheet, place, column, value, forms)


def _write(sheet: Any, place: int, column: int, value: Value, forms: dict[str, Any]) -> None:
    if value is None or value == "":
        sheet.write_blank(place, column, None, forms["text"])
    elif isinstance(value, date):
        sheet.write_datetime(place, column, value, forms["date"])
    elif isinstance(value, int):
        sheet.write_number(place, column, value, forms["text"])
    else:
        sheet.write_string(place, column, value, forms["text"])
