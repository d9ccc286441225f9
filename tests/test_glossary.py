"""The glossary holds every domain word that pages show, beside its name in code; both are read from the code."""

import re
import tomllib
from functools import cache, reduce
from importlib import import_module
from pathlib import Path

import pytest

from taskflow import models  # noqa: F401  # the import makes every record known
from taskflow.admin.queries import JOB_NAMES, RULE_NAMES
from taskflow.db import Base, State
from taskflow.org.models import Role
from taskflow.rules import late, lights  # noqa: F401  # their states, too
from taskflow.sheets.catalog import SHEETS
from taskflow.tables.layouts import LAYOUTS
from taskflow.tasks.queries import KINDS
from taskflow.web.words import MENU
from taskflow.workflows import catalog, parties
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine.table import Flow, Party

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
NAMED = {
    "SHEETS": {key: sheet.label for key, sheet in SHEETS.items()},
    "LAYOUTS": {key: layout.name for key, layout in LAYOUTS.items()},
    "RULE_NAMES": RULE_NAMES,
    "JOB_NAMES": JOB_NAMES,
}
RECORDS = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
STATES = {kind.__name__: kind for kind in State.__subclasses__()}
OWNERS = {**RECORDS, **STATES, "Role": Role, "catalog": catalog, "parties": parties}


def words():
    """(word, name in code) of every domain word that the code gives to pages."""
    for name, kind in STATES.items():
        yield from ((state.label, f"{name}.{state.name}") for state in kind)
    yield from ((flow.label, f"catalog.{name}") for name, flow in vars(catalog).items() if isinstance(flow, Flow))
    yield from ((move.label, f"{flow.name}.{move.verb}") for flow in ALL for move in flow.moves)
    yield from ((party.name, f"parties.{name}") for name, party in vars(parties).items() if isinstance(party, Party))
    yield from ((word, endpoint) for endpoint, word, _ in MENU)
    yield from ((word, f"MeasureKind.{kind.upper()}") for kind, word in KINDS.items())
    for name, kind in RECORDS.items():
        yield from ((word, f"{name}.{column}") for column, word in getattr(kind, "WATCHED", {}).items())
    for name, catalogue in NAMED.items():
        yield from ((word, f'{name}["{key}"]') for key, word in catalogue.items())
    yield from ((step["name"], f"ladder.{step['paper']}") for step in ladder())


def ladder():
    """The steps of the demo county's newest ladder."""
    return tomllib.loads((ROOT / "seed" / "county.toml").read_text(encoding="utf-8"))["ladder"][-1]["steps"]


#: Names that are no attribute: moves, endpoints, papers of the ladder.
SIMPLE = {f"{flow.name}.{move.verb}" for flow in ALL for move in flow.moves}
SIMPLE |= {endpoint for endpoint, *_ in MENU} | {f"ladder.{step['paper']}" for step in ladder()}


@cache
def rows():
    """Chinese word → the names in code beside it."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("\n## Words that we do not use")[0]
    lines = [re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if line.startswith("| ")]
    cells = [line for line in lines if line[0] != "中文" and not line[0].startswith("---")]
    return {word: re.findall(r"`([^`]+)`", names) for word, names, *_ in cells}


@pytest.mark.parametrize(("word", "name"), sorted(set(words())))
def test_a_word_of_the_pages_stands_in_the_glossary_beside_its_name(word, name):
    assert word in rows(), f"docs/glossary.md: a row for {word} (`{name}`)"
    assert name in rows()[word], f"docs/glossary.md: `{name}` in the row of {word}"


def test_a_word_has_one_row():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([^|]+?) \| `", text, re.MULTILINE)
    assert sorted(found) == sorted(set(found))


def exists(name):
    """Whether a name of the glossary is one in the code: a verb, an endpoint, a class, one of its attributes …"""
    if entry := re.fullmatch(r'(\w+)\["(\w+)"\]', name):
        return entry[2] in NAMED[entry[1]]
    first, _, rest = name.partition(".")
    if owner := OWNERS.get(first):
        return not rest or hasattr(owner, rest)
    return name in SIMPLE or in_module(name)


def in_module(name):
    """“rules.ladder.Step”: a module below taskflow and what stands in it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ROOT.joinpath("taskflow", *parts[:length]).with_suffix(".py").exists():
            module = import_module(".".join(["taskflow", *parts[:length]]))
            try:
                return bool(reduce(getattr, parts[length:], module))
            except AttributeError:
                return False
    return False


def test_every_name_of_the_glossary_is_one_in_the_code():
    assert [name for names in rows().values() for name in names if not exists(name)] == []
    assert not exists("TaskState.NONSENSE")
    assert not exists("rules.ladder.Rung")


def test_every_role_has_a_row():
    known = {name for names in rows().values() for name in names}
    assert {f"Role.{role.name}" for role in Role} <= known
