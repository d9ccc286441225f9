"""What came in the fields of a form or of an address, as something that every database keeps."""

from __future__ import annotations

import unicodedata

from werkzeug.datastructures import MultiDict

MOST = 2**31 - 1  # what an integer of the database holds
YEARS = range(1990, 2100)  # a day in another year is a slip of the pen
LONGEST_SEARCH = 100  # characters; a database refuses a pattern of tens of thousands


def cleaned(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed, with one sort of line break and without signs that no database keeps (zero bytes)."""
    return MultiDict((name, plain(text)) for name, text in form.items(multi=True))


def plain(text: str) -> str:
    """A text without invisible control signs; browsers send CR LF, people mean a new line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def sought(text: str) -> str:
    """The words of a search."""
    return " ".join(plain(text).split())[:LONGEST_SEARCH]


def whole(text: str) -> int:
    """A whole number that the database holds, as `type=` of a field. Raises ValueError for anything else."""
    number = int(text)
    if abs(number) > MOST:
        raise ValueError(text[:20])
    return number
