"""Forms as a browser finds them on a page, and what can go wrong in each of their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from seed import loading
from tests import drafting
from tests import factories as make
from tests.reporting import PDF, excel_file, word_file

NOBODY = 999_999_999  # an id that no record has
HUGE = 100_000  # characters

# The forms


@dataclass(frozen=True)
class Field:
    """One field of a form; fields of one name are one (rows of figures, ticks)."""

    name: str
    kind: str  # of its input: text, hidden, select, file …
    #: What a browser would send if the person touched nothing but what the form demands.
    values: tuple[str, ...]
    accept: str = ""


@dataclass(frozen=True)
class Form:
    """A form as one person finds it on a page."""

    login: str
    page: str
    method: str
    action: str
    fields: tuple[Field, ...]

    @property
    def place(self) -> str:
        """Where it goes, whichever record it is about."""
        return f"{self.method} {numberless(self.action.partition('?')[0])}"

    @property
    def verb(self) -> str:
        """What its button says."""
        return next((field.values[0] for field in self.fields if field.name in ("verb", "act")), "")

    @property
    def sort(self) -> tuple[Any, ...]:
        """What makes two forms the same."""
        return self.place, self.verb, frozenset(numberless(field.name) for field in self.fields)


def numberless(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def forms_of(html: str, login: str, page: str, record: Any) -> Iterator[Form]:
    """Every form of a page, once for each of its buttons that says something of its own."""
    soup = BeautifulSoup(html, "lxml")
    for tag in soup.find_all("form"):
        inputs = [*tag.select("input, select, textarea, button"), *soup.find_all(attrs={"form": tag.get("id", "-")})]
        live = [one for one in inputs if one.get("name") and not one.find_parent("fieldset", disabled=True)]
        buttons = [one for one in live if one.name == "button"]
        if tag.find("fieldset", disabled=True) and not buttons:
            continue  # shown to somebody who may only read it
        action, method = tag.get("action") or page, tag.get("method", "get").lower()
        inputs = [one for one in live if one.name != "button" and one["name"] != "csrf_token"]
        fields = fields_of(inputs, record, fill=method == "post")
        for button in buttons or [None]:
            pressed = [] if button is None else [Field(button["name"], "button", (button.get("value", ""),))]
            yield Form(login, page, method, action, (*fields, *pressed))


def fields_of(inputs: list[Tag], record: Any, *, fill: bool) -> list[Field]:
    """The fields among some inputs, in order."""
    found: dict[str, Field] = {}
    for one in inputs:
        kind = one.get("type", "text") if one.name == "input" else one.name
        before = found.get(one["name"])
        values = [*(before.values if before else ()), *shown(one, kind)]
        found[one["name"]] = Field(one["name"], kind, tuple(values), one.get("accept", ""))
    return [field if any(field.values) or not fill else filled(field, inputs, record) for field in found.values()]


def shown(tag: Tag, kind: str) -> list[str]:
    """What a browser sends of an input that nobody touches."""
    if kind == "select":
        options = tag.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")] or ([] if tag.has_attr("multiple") else options)
        return [one.get("value", one.get_text()) for one in (chosen if tag.has_attr("multiple") else chosen[:1])]
    if kind in ("checkbox", "radio"):
        return [tag.get("value", "on")] if tag.has_attr("checked") else []
    if kind == "file":
        return []
    return [tag.get_text().removeprefix("\n") if kind == "textarea" else tag.get("value", "")]


#: What people type where a page shows nothing, beside the answers that the factories give to what moves ask for.
TYPED = {
    "login": "officer-1",
    "password": loading.DEMO_PASSWORD,
    "name": "月报",
    "cut": "9",
    "start": str(len(drafting.WHOLE)),
    "end": str(len(drafting.WHOLE) + 12),
}
LEFT_EMPTY = {
    "endless",
    "basis",
    "recurrence",
    "supporting",
    "drop",
    "instead",
    "kept",
    "resume",
    "next",
    "saved",
    "other",
}


def filled(field: Field, inputs: list[Tag], record: Any) -> Field:
    """A field with a right answer, as somebody would type it who means to send the form."""
    if field.name in LEFT_EMPTY or field.kind == "file":
        return field
    value = TYPED.get(field.name, "")
    if record is not None and field.name in make.VALID_ARGS and field.name not in drafting.VALID_ARGS:
        value = make.VALID_ARGS[field.name](record)
    elif field.name == "report_by":
        value = make.VALID_ARGS["report_by"](None)
    elif field.name == "note":
        value = "按会议议定的意见办理"
    elif field.name == "pick":
        value = next(one["value"] for one in inputs if one["name"] == "pick")
    elif field.kind == "select":
        tag = next(one for one in inputs if one["name"] == field.name)
        value = next((one["value"] for one in tag.find_all("option") if one.get("value")), "")
    return Field(field.name, field.kind, (value,) if value or field.kind in ("text", "textarea") else ())


# What is done to a field

MARKS = "\0\x1b\x85甲\u200b\u2028𠮷🙂"  # characters that no database keeps, and ones that are rarely seen
DAYS = ("9999-99-99", "0001-01-01", "9999-12-31", "2024-02-30")
#: The ends of `variants`' words whose values one database may store and the other refuse.
HARD_TO_STORE = (("[" * HUGE)[:20], ("9" * 40)[:20], MARKS[:20], str(NOBODY))


def bad_values(field: Field, stranger: str) -> Iterator[tuple[str, list[str]]]:
    """(what is wrong, the values to send instead)."""
    first, rest = (field.values or ("",))[0], list(field.values[1:])
    yield "missing", rest
    yield "doubled", [first, *(field.values or ("",))]
    bad = ["", "[" * HUGE, "9" * 40, "甲乙", MARKS, "-1", "²", stranger, str(NOBODY)]
    if re.fullmatch(r"\d+:\d+", first):  # an id and the version that the page showed
        bad += [f"{one}:1" for one in ("9" * 40, "²", "-1", stranger, NOBODY)] + [first.split(":")[0] + ":999999999"]
    if field.kind == "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", first):
        bad += DAYS
    if field.name == "was":
        bad += ["{}", "[]", "null", '{"targets": 1}']
    for value in bad:
        yield value[:20] or "empty", [value, *rest]


GOOD_FILES = {
    "pdf": PDF,
    "csv": "任务,牵头单位\n修路,工信局\n".encode(),
    "txt": "一、产业\n新建标准厂房3万平方米。\n".encode(),
}
BAD_FILES = [
    ("", b""),
    ("空.pdf", b""),
    ("空.csv", b""),
    ("空.txt", b""),
    ("假.pdf", b"text"),
    ("假.xlsx", b"text"),
    ("假.docx", b"PK\x03\x04"),
    ("甲.docx", word_file()),
    ("甲.xlsx", excel_file()),
    ("\x01🙂𠮷.csv", GOOD_FILES["csv"]),
    ("\x01🙂𠮷.txt", GOOD_FILES["txt"]),
    ("长" * HUGE + ".txt", GOOD_FILES["txt"]),
    ("甲." + "x" * HUGE, b"text"),
    ("没有扩展名", b"text"),
]

Sent = list[tuple[str, Any]]


def good_file(field: Field) -> list[tuple[str, bytes]]:
    """A file that a field takes."""
    ending = next(one for one in re.findall(r"\w+", field.accept) if one in GOOD_FILES)
    return [(f"甲.{ending}", GOOD_FILES[ending])]


class Sweep:
    """Which values each field still has to be sent with.

    A field is sent with every value once, wherever the same address takes it, and with the two commonest mistakes
    once for each thing that the form can be told to do.
    """

    def __init__(self, strangers: dict[str, str]) -> None:
        self.strangers = strangers
        self.swept: set[tuple[str, ...]] = set()

    def values(self, form: Form, field: Field) -> list[tuple[str, list[Any]]]:
        """(what is wrong, the values to send instead)."""
        view = re.sub("/(task|report|review|escalation)/#/.*", "move", form.place)  # one view reads them all
        anywhere, here = (view, numberless(field.name)), (form.place, form.verb, numberless(field.name))
        if here in self.swept:
            return []
        known = anywhere in self.swept
        self.swept |= {anywhere, here}
        if field.kind == "file":
            bad: list[tuple[str, list[Any]]] = [(name[:20], [(name, data)]) for name, data in BAD_FILES]
            return [("no file", []), *bad]
        if known:
            return [("empty", ["", *field.values[1:]]), ("stranger", [self.stranger(field), *field.values[1:]])]
        return list(bad_values(field, self.stranger(field)))

    def stranger(self, field: Field) -> str:
        """The id of what is not at hand."""
        return self.strangers.get(field.name, self.strangers[""])


def variants(form: Form, sweep: Sweep) -> Iterator[tuple[str, Sent]]:
    """(what is wrong with it, what is sent): the form as it should be, then with one field changed at a time."""
    sent = {field.name: good_file(field) if field.kind == "file" else list(field.values) for field in form.fields}
    yield "", pairs(sent)
    for field in form.fields:
        for told, values in sweep.values(form, field):
            yield f"{field.name}: {told}", pairs({**sent, field.name: values})


def pairs(sent: dict[str, list[Any]]) -> Sent:
    return [(name, value) for name, values in sent.items() for value in values]
