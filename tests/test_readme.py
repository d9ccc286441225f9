"""What README, CONTRIBUTING and SECURITY say about files, shelves, commands and variables is so."""

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from taskflow.cli import cli
from tests.test_house_rules import CODE, name_of, shelf_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/glossary.md")
#: Where a path in a text may begin.
TOPS = (ROOT, ROOT / "taskflow")
ENDINGS = "py md toml csv txt html css js png mako yaml lock"
PATH = re.compile(rf"[\w.<>*-]*(?:/[\w.<>*-]+)*(?:/|\.(?:{ENDINGS.replace(' ', '|')}))")
#: What exists only once something ran.
MADE = {"./var", ".venv/", "var/"}
#: The shell's own, and what `run` and the tests hand down among themselves.
INNER = {
    "EUID",
    "PATH",
    "BASH_SOURCE",
    "PYTHONPATH",
    "PYTHONUTF8",
    "TASKFLOW_MISSING",
    "TASKFLOW_TEST_STRICT",
    "TASKFLOW_TEST_TALLY",
}


@cache
def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def quoted(page):
    """What stands in backticks in a page, outside blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL))


def paths(page):
    found = {token.removeprefix("./") for token in quoted(page) if token not in MADE}
    links = set(re.findall(r"\]\(([^)#:]+)\)", text_of(page)))
    return {path for path in found if PATH.fullmatch(path)} | links


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page):
    tops = (*TOPS, ROOT / Path(page).parent)
    wanted = {path: re.sub(r"<\w+>", "*", path) for path in paths(page)}
    # a star stands for folders, too: `*/models.py`
    lost = [path for path, star in wanted.items() if not any(found(top, star) for top in tops)]
    assert not lost, f"{page}: {lost}"


def found(top, path):
    return (top / path).exists() if "*" not in path else any(top.glob(path))


@pytest.mark.parametrize("page", PAGES)
def test_every_test_is_named_with_its_folder(page):
    assert not [token for token in quoted(page) if re.fullmatch(r"test_\w+", token)]


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_is_to_be_run_exists(page):
    modules = re.findall(r"python -m ((?:tests|docs|bench|taskflow)[\w.]*)", text_of(page))
    tops = [ROOT.joinpath(*module.split(".")) for module in modules]
    assert [top for top in tops if not top.with_suffix(".py").exists() and not (top / "__main__.py").exists()] == []


def test_every_command_is_one():
    section = text_of("README.md").partition("## Command line")[2].partition("\n## ")[0]
    lines = [line.split() for line in re.findall(r"`([a-z][^`]*)`", section)]
    for words in lines:
        group = cli
        for word in words:
            if not hasattr(group, "commands") or not word.islower():
                break
            for name in word.split("|"):
                assert name in group.commands, words
            group = group.commands[word.split("|")[0]]
    assert {words[0] for words in lines} == set(cli.commands), "a command that the README does not name"


# The map


def shelf_rows():
    """(shelf, pattern) of every path in the table of shelves."""
    rows = re.findall(r"^\| (\d) \w+ \| (.+) \|$", text_of("README.md"), re.MULTILINE)
    for shelf, cell in rows:
        for token in re.findall(r"`([\w*/.]+(?:/|\.py))`", cell):
            yield int(shelf), token.removesuffix(".py") if token.endswith(".py") else f"{token}*"


def test_the_map_names_the_shelf_of_every_module():
    rows = list(shelf_rows())
    wrong = []
    for name in map(name_of, CODE):
        # a file says more than a folder, a long name more than a short one
        fits = sorted(
            (not pattern.endswith("*"), len(pattern), shelf) for shelf, pattern in rows if fnmatch(name, pattern)
        )
        if not name.endswith("__init__") and (not fits or fits[-1][2] != shelf_of(name)):
            wrong.append((name, shelf_of(name), fits[-1:]))
    assert not wrong


# Variables


def variables_of(*folders):
    """Every variable that Python files of some folders read from the environment."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")) if (ROOT / folder).is_dir() else [ROOT / folder]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from _read(node)


def _read(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = ast.unparse(node.func).endswith(("environ.get", "getenv", "given.get"))
        key = node.args[0] if named and node.args else None
    else:
        key = node.slice if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ") else None
    if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isupper():
        yield key.value


def tabled(page):
    """The variables in the first column of a page's tables."""
    cells = re.findall(r"^\| (`[A-Z][^|]*) \|", text_of(page), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}


def test_every_variable_that_the_product_reads_is_explained():
    shell = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text_of("run")))
    read = (set(variables_of("taskflow", "bench", "wsgi.py")) | shell) - INNER
    assert {"DATABASE_URL", "SECRET_KEY", "PORT", "TASKFLOW_NO_APT"} <= read, "the search finds nothing"
    of_tests = {name for name in read if name.startswith("TASKFLOW_TEST_")}
    assert read - of_tests == tabled("README.md")
    assert of_tests <= tabled("CONTRIBUTING.md")


def test_every_variable_that_the_tests_read_is_explained():
    assert set(variables_of("tests", "docs")) - INNER - tabled("README.md") <= tabled("CONTRIBUTING.md")
