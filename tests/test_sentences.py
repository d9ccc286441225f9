"""What sentences tell people to do can be done: pages, buttons and commands that they name exist.

Every text that people are shown is collected (conditions, refusals, hints, flashes, the words of templates). A word
in “…”, or behind 到/在/去 and before 页/中/里, is taken for a place and must be the word of a menu, heading, button,
field, move or choice; what else stands in quotation marks is in NO_PLACES with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from taskflow.cli import cli
from taskflow.drafts.pages.about import ABOUT
from taskflow.drafts.pages.acts import TOGETHER
from taskflow.drafts.queries import LACKS
from taskflow.moves.asks import ASKS
from taskflow.reading.tables.words import FIELDS
from taskflow.sheets.catalog import SHEETS
from taskflow.tables.layouts import LAYOUTS
from taskflow.tasks.forms import LABELS
from taskflow.web.words import MENU
from taskflow.workflows.catalog import FLOWS
from tests.test_house_rules import CODE, ROOT, name_of, tree_of

pytestmark = pytest.mark.once

TEMPLATES = sorted((ROOT / "taskflow" / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Lists of words and patterns about other people's documents; no sentence to anybody.
ABOUT_DOCUMENTS = re.compile(r"reading/(statements/|layout/|\w+$)")

EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)

#: What stands in quotation marks and is no place, with the reason.
NO_PLACES = {
    "序号、重点任务、牵头单位、完成时限": "the header that a table needs, as an example",
    "网页，仅 HTML": "a file type of the browser's own dialogue",
    "十四五": "the name of a plan's period",
    "市生态环境局": "a body outside the county, as an example of what is typed",
    "王某，规划股股长": "a person in charge, as an example of what is typed",
    "包联县领导": "a county's own name of a role, as an example of what is typed",
}

# What is there


def words_of_templates() -> Iterator[str]:
    """The words of headings, buttons, links, fields and choices, as written."""
    named = r"<(h[1-6]|button|a|label|legend|summary|option|dt|th|caption|span)\b[^>]*>(.*?)</\1>"
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for _, inside in re.findall(named, text, re.DOTALL):
            word = re.sub(r"<[^>]*>", "", re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", inside, flags=re.DOTALL)).strip()
            yield from {word, word.partition("（")[0]}  # 全部筛选结果（120 项，…）
        yield from (match for match in re.findall(r'aria-label="([^"{]*)', text))
        for expression in EXPRESSION.findall(text):
            yield from re.findall(r'"([^"<>，。；]*)"', expression)  # a word that an expression chooses


def places() -> set[str]:
    """Every word under which something can be found on a page."""
    found = {word for _, word, _ in MENU} | {ask.label for ask in ASKS.values()} | set(LABELS.values())
    found |= {move.label for flow in FLOWS.values() for move in flow.moves}
    found |= {state.label for flow in FLOWS.values() for state in flow.states}
    found |= (
        set(TOGETHER.values()) | set(ABOUT.values()) | {label for label, _ in LACKS.values()} | set(FIELDS.values())
    )
    found |= {layout.name for layout in LAYOUTS.values()} | {sheet.label for sheet in SHEETS.values()}
    found |= {word for word in words_of_templates() if CHINESE.search(word)}
    for path in CODE:  # the choices of lists: State("word", "label")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
                found |= {
                    one.value
                    for one in node.value.elts
                    if isinstance(one, ast.Constant) and str(one.value) == one.value
                }
    return {word for word in found if word}


# What is said


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every string of a module but its docstrings; what is filled in is {}."""
    tree = tree_of(path)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | docs:
            yield node.lineno, node.value


def sentences() -> Iterator[tuple[str, str]]:
    """(where it stands, text) of all that people are shown."""
    for path in CODE:
        if not ABOUT_DOCUMENTS.match(name_of(path)):
            yield from ((f"{name_of(path)}:{line}", text) for line, text in constants(path) if CHINESE.search(text))
    for path in [*TEMPLATES, *sorted((ROOT / "taskflow" / "static").glob("*.js"))]:
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for line, words in enumerate(text.split("\n"), start=1):
            shown = re.sub(r"<[^>]*>", "", re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "{}", words)))
            chosen = [one for part in EXPRESSION.findall(words) for one in re.findall(r'"([^"]*)"', part)]
            yield from ((f"{path.name}:{line}", one) for one in [shown, *chosen] if CHINESE.search(one))


QUOTED = re.compile(r"“([^”“]+)”")
#: 请到X页…、在X中填写…: X, and what is to be done there.
SENT_TO = re.compile(
    r"(?:请先?|可以?|然后)(?:到|在|去|从)(?P<place>[\u4e00-\u9fff]{2,10}?)(?:页面?|菜单|中|里)(?P<act>[^，。；、）{<]*)"
)
#: Places that are no page of ours, or stand for the thing itself.
ELSEWHERE = {
    "浏览器": "the program that shows the page",
    "列表": "the list of the field beside which the sentence stands",
    "原文": "the text of the file, beside which the sentence stands",
    "任务": "the page of a task",
    "原任务": "the page of the task that is shown above the sentence",
}
#: What can be done anywhere.
DOINGS = re.compile(r"填写|填报|选择|选中|指定|查看|确认|批准|另存|补列|确定|下载|继续|补全")


def unknown_places(text: str, known: set[str]) -> Iterator[str]:
    """The places that a sentence names and nobody finds."""
    for quoted in QUOTED.findall(text):
        plain = quoted.strip()
        if CHINESE.search(plain) and "{}" not in plain and plain not in NO_PLACES and not among(plain, known):
            yield f"“{quoted}”"
    for sent in SENT_TO.finditer(text):
        if sent["place"] not in ELSEWHERE and not among(sent["place"], known):
            yield sent["place"]
        for act in filter(None, re.split("或者?|和", sent["act"])):
            if not DOINGS.search(act) and not any(act in word or word in act for word in known if len(word) > 1):
                yield f"{sent['place']}：{act}"


def among(word: str, known: set[str]) -> bool:
    """Whether a word is a place, or the core of a longer name: 倒排工期表 in 生成倒排工期表（PDF）."""
    return any(word in place and len(place) <= 3 * len(word) for place in known)


def test_every_place_that_a_sentence_names_exists():
    known = places()
    found = [f"{where}: {one}  in  {text[:80]}" for where, text in sentences() for one in unknown_places(text, known)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "没有分管县领导，请先在单位资料中指定。",
        "请在“各列含义”中指定一列。",
        "时限请在任务页抹去，其他请在任务页誊抄。",
        "请到人员管理页添加。",
    ],
)
def test_a_place_that_does_not_exist_would_be_found(sentence):
    assert list(unknown_places(sentence, places()))


def test_every_exception_is_still_needed():
    said = {quoted.strip() for _, text in sentences() for quoted in QUOTED.findall(text)}
    assert NO_PLACES.keys() <= said


# Commands and recipes

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command of the command line, with those over it."""
    for name, command in group.commands.items():
        yield f"{before}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


def run_commands() -> set[str]:
    """What `./run` can do."""
    script = (ROOT / "run").read_text(encoding="utf-8")
    return {name for line in re.findall(r"^([a-z| -]+)\)", script, re.MULTILINE) for name in re.split(r"[| ]+", line)}


def test_every_command_that_is_named_exists():
    known, runs = set(commands(cli)), run_commands()
    texts = [*sentences(), ("README.md", README), ("run", (ROOT / "run").read_text(encoding="utf-8"))]
    texts += [(path.name, path.read_text(encoding="utf-8")) for path in (ROOT / "seed").glob("*.toml")]
    found = []
    for where, text in texts:
        for named in re.findall(r"\./run ([a-z-]+)", text):
            found += [f"{where}: ./run {named}"] if named not in runs else []
        for named in re.findall(r"\./run taskflow ([a-z-]+(?: [a-z]+)?)", text):
            found += [f"{where}: taskflow {named}"] if not {named, named.split()[0]} & known else []
    line = README.partition("## Command line")[2].partition("\n## ")[0]
    for named in re.findall(r"`([a-z][a-z-]*)", line):
        found += [f"README.md: {named}"] if named not in known else []
    assert not found, "\n".join(found)


def test_a_recipe_that_changes_only_the_next_county_says_so():
    rows = [row for row in README.partition("## Recipes")[2].partition("\n## ")[0].split("\n") if row.startswith("| ")]
    assert len(rows) > 10
    for row in rows:
        change, touch = row.split("|")[1:3]
        assert ("before loading" in change) == ("`seed/" in touch), row
        for path in re.findall(r"`((?:seed|taskflow|tests)/[\w./-]+\.\w+)", touch):
            assert (ROOT / path).exists(), path
