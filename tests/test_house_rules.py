"""What a linter does not know: imports point down, only the engine sets a state, only the clock asks the time."""

import ast
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from taskflow import db, models  # noqa: F401  # the import fills the metadata

ROOT = Path(__file__).resolve().parent.parent
#: Lines of a file; a journey or the tests of one page may be told in one piece.
LONGEST = {"taskflow": 350, "seed": 350, "bench": 350, "tests": 600}

#: Where a module stands: the first pattern that fits. A module may import from its shelf or a lower one.
SHELVES = (
    (0, "config clock workdays db errors storage migrate processes ledger/verify"),
    (1, "models */models"),
    (2, "rules/* tasks/schedule reports/periods reports/figures org/posts org/vocabulary reading/*"),
    (2, "drafts/compute/*"),
    (3, "workflows/* ledger/writer ledger/seal ledger/admin reviews/opening org/may"),
    (3, "tasks/taking tasks/entering drafts/write/*"),
    (5, "web/* */views */forms */commands moves/* jobs/* cli serve admin/repairs admin/rearming drafts/pages/*"),
    (4, "census */queries ledger/* notices/* sheets/* board/* plans/* tasks/* reports/* reviews/* org/*"),
    (4, "escalations/* sources/* requests/* support/*"),
    (4, "tables/* drafts/*"),
)
OUTSIDERS = {
    "lxml": "reading/files/markup",
    "rq": "jobs/queue",
    "smtplib": "notices/smtp",
    "weasyprint": "sheets/render",
    "xlsxwriter": "tables/writing",
}
ASKS_THE_TIME = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.localtime"}
#: States that are no workflow's: whoever handles a timer, a mail or a build may set them.
PLAIN_STATES = {"TimerState", "MailState", "BuildState"}
WORKFLOW_RECORDS = {"Task", "Report", "Review", "Escalation", "Draft", "Request", "Occurrence", "Answer"}


def python_files(*folders):
    """Every Python file of some folders but the migrations, which a tool writes."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def name_of(path):
    """“workflows/guards” for taskflow/workflows/guards.py."""
    return path.relative_to(ROOT / "taskflow").with_suffix("").as_posix()


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def shelf_of(name):
    return next((shelf for shelf, patterns in SHELVES for pattern in patterns.split() if fnmatch(name, pattern)), None)


def imported(path):
    """(line, dotted name) of everything a file imports, wherever it does; `from a import b` is a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: imports are written out in full"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def module_behind(dotted):
    """The module of ours that a dotted name comes from, as `name_of` gives it; None for others' modules."""
    parts = dotted.split(".")
    if parts[0] != "taskflow":
        return None
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        if path.with_suffix(".py").exists():
            return name_of(path.with_suffix(".py"))
    return None


CODE = python_files("taskflow")


def targets_of(path):
    """The modules of ours that a file imports."""
    return {target for _, dotted in imported(path) if (target := module_behind(dotted))}


@pytest.mark.once
@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_imports_point_down(path):
    if path.name == "__init__.py":
        body = tree_of(path).body
        assert not body or [type(one) for one in body] == [ast.Expr], "an __init__.py with code is where cycles begin"
        return
    here = shelf_of(name_of(path))
    assert here is not None, f"{path} stands on no shelf: add it to SHELVES"
    for line, dotted in imported(path):
        target = module_behind(dotted)
        if target:
            assert shelf_of(target) <= here, f"{name_of(path)}:{line} reaches up to {target}"


@pytest.mark.once
def test_no_import_goes_round_in_a_circle():
    left = {name_of(path): targets_of(path) for path in CODE}
    while free := [name for name, targets in left.items() if not targets & left.keys() - {name}]:
        for name in free:
            del left[name]
    assert not left, f"a circle among: {sorted(left)}"


@pytest.mark.once
def test_reading_needs_nothing_of_the_product():
    found = {target for path in CODE if name_of(path).startswith("reading/") for target in targets_of(path)}
    assert {name for name in found if not name.startswith("reading/")} <= {"errors", "config"}


@pytest.mark.once
def test_roles_stand_in_the_matrix_of_rights_and_in_the_parties():
    """Anybody else asks for a permission or a party, so that a new role is a line in two files."""
    found = {
        name_of(path)
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("Role.")
    }
    assert found <= {"org/may", "workflows/parties"}


@pytest.mark.once
@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_an_outsider_has_one_importer(outsider):
    importers = {name_of(path) for path in CODE for _, dotted in imported(path) if dotted.split(".")[0] == outsider}
    assert importers <= {OUTSIDERS[outsider]}


@pytest.mark.once
def test_only_the_clock_asks_the_time():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("taskflow", "seed")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ASKS_THE_TIME
    ]
    assert {place.split(":")[0] for place in found} == {"taskflow/clock.py"}, found


def states_set(tree):
    """(line, value) wherever a state is given to something: x.state = …, .values(state=…), setattr, Task(state=…)."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")[-1]
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if called in {"values", *WORKFLOW_RECORDS} and "state" in given:
                yield node.lineno, given["state"]
            if called in ("setattr", "set_committed_value") and ast.unparse(node.args[1]) == "'state'":
                yield node.lineno, node.args[2]


def _pairs(target, value):
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, its)
    elif isinstance(target, ast.Tuple):
        for one in target.elts:
            yield from _pairs(one, value)
    elif isinstance(target, ast.Attribute) and target.attr == "state":
        yield target.lineno, value


@pytest.mark.once
def test_only_the_engine_sets_the_state_of_a_record_with_a_workflow():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files("taskflow", "seed", "tests")
        for line, value in states_set(tree_of(path))
        if ast.unparse(value).split(".")[0] not in PLAIN_STATES
    ]
    assert {place.split(":")[0] for place in found} == {"taskflow/workflows/engine/perform.py"}, (
        f"add a Move instead: {found}"
    )


@pytest.mark.once
@pytest.mark.parametrize(
    "code",
    [
        "task.state = 'closed'",
        "a, task.state = 1, x",
        "a, task.state = both",
        "update(Task).values(state=x)",
        "setattr(task, 'state', x)",
        "Task(state=x)",
        "task.state: str = x",
    ],
)
def test_a_state_set_by_hand_would_be_found(code):
    assert list(states_set(ast.parse(code)))


@pytest.mark.once
@pytest.mark.parametrize("path", python_files(*LONGEST), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_likes(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST[path.relative_to(ROOT).parts[0]]


@pytest.mark.once
def test_the_name_of_a_test_is_a_sentence():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files("tests")
        if path.name.startswith("test_")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert found == []


def test_the_migrations_make_exactly_what_the_models_say(county):
    context = MigrationContext.configure(
        db.session().connection(), opts={"compare_type": True, "render_as_batch": True}
    )
    assert compare_metadata(context, db.Base.metadata) == []
