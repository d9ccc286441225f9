"""A table of tasks inside a document: its rows are measures like those of a spreadsheet."""

from __future__ import annotations

from typing import Any

from taskflow import errors
from taskflow.reading.files.source import Source, Table
from taskflow.reading.state import Reading, section_time
from taskflow.reading.statements import when
from taskflow.reading.tables import words
from taskflow.reading.tables.planned import plan
from taskflow.reading.tables.reading import read_table


def entries(reading: Reading, table: Table) -> list[dict[str, Any]]:
    """The measures of a table that stands at this place of the document; none when its columns say nothing."""
    frame = section_time(reading)
    source = Source("txt", reading.lines.text, "", tables=(table,))
    try:
        found = read_table(source, year=frame.year, period_to=frame.ends)
    except errors.Unreadable:
        return []
    if found.mapping.layout == words.OTHER:
        return []
    measures: list[dict[str, Any]] = plan(found)["measures"]
    for measure in measures:
        measure["path"] = [*reading.outline.path, *measure["path"]]
        measure["duplicate_of"] = None
        if measure["deadline"]["basis"] == "none" and not measure["deadline"]["phrase"]:
            measure["deadline"] = when.assumed(frame).plain()
        if not measure["units"]["named"]:
            measure["suggested"] = reading.units.suggest(measure["text"], measure["path"][-2:])
    return measures
