"""Acts on many drafts at once: 300 measures of a plan from the file to assigned tasks, held against 100."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sqlalchemy import select

from bench import world
from bench.measure import head, milliseconds, say, seconds, statements
from seed.vocabulary import seed_vocabulary
from taskflow import db
from taskflow.drafts.compute import matching
from taskflow.drafts.models import Draft, Intake
from taskflow.drafts.write import bulk
from taskflow.drafts.write import intake as taking_in
from taskflow.reading.reader import read_text
from taskflow.sources.models import Source
from taskflow.tasks.models import Task
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.perform import Command, perform_all

FEW, MANY = 100, 300
EDITION = 1200  # statements of each of two editions
THINGS = ("标准厂房", "冷库", "粮食烘干点", "农家书屋", "文化广场", "停车场", "便民服务站", "养老服务站")
WORDS = "建设改造提升完善推进实施开展加快培育发展道路管网学校医院产业园区市场农田林地河道桥梁"


def run() -> None:
    """Each act in its own transaction, in files of 100 and of 300 measures."""
    head(f"The workbench, acts on {MANY} drafts (aim: 2 s each)")
    few, most = _all_acts(FEW), _all_acts(MANY)
    for name, (taken, sent) in most.items():
        ratio = taken / few[name][0]
        say(name, f"{taken:.2f} s", f"{sent} statements; ratio to {FEW} drafts {ratio:.1f}")
    known, lines = seed_vocabulary(), _plan(EDITION).splitlines()
    suggesting = milliseconds(lambda: [known.suggest(line, ()) for line in lines], 3)
    say("suggesting units for 1,200 measures", f"{suggesting:.0f} ms")
    old = [_statement(number, "") for number in range(1, EDITION)]
    new = [_statement(number, "并抓好落实") for number in range(1, EDITION)]
    say(f"comparing two editions of {EDITION} measures", f"{seconds(lambda: matching.pair_up(old, new)):.2f} s")


def _all_acts(number: int) -> dict[str, tuple[float, int]]:
    """Seconds and statements of each act on a file of so many measures."""
    text = _plan(number)
    read = read_text(text)
    with db.transaction():
        sha256 = f"{number:064}"
        officer = world.somebody("officer-1")
        intake = taking_in.store(
            officer.region_code, name="plan.txt", kind="txt", sha256=sha256, text=text, plan=read, by=officer
        )
        intake_id, lead = intake.id, str(world.busiest_unit().id)
    done = {
        "naming the unit": _timed(lambda: _move(intake_id, "name_units", {"lead": lead, "supporting": []})),
        "confirming": _timed(lambda: _move(intake_id, "confirm", {})),
        "taking up (立项)": _timed(lambda: _move(intake_id, "take_up", {})),
    }
    with db.transaction():
        _approve(intake_id)
    return done | {"assigning (交办)": _timed(lambda: _assign(intake_id))}


def _timed(act: Callable[[], object]) -> tuple[float, int]:
    def whole() -> None:
        with db.transaction():
            act()

    with statements() as sent:
        taken = seconds(whole)
    return taken, len(sent)


def _move(intake_id: int, verb: str, args: dict[str, object]) -> None:
    intake = db.session.get_one(Intake, intake_id)
    picked = {one.id: one.version for one in db.rows(select(Draft).where(Draft.intake_id == intake_id))}
    bulk.move_all(intake, verb, picked, world.somebody("officer-1"), f"bench:{intake_id}:{verb}", args=args)


def _approve(intake_id: int) -> None:
    leaders = world.holders()
    tasks = db.rows(
        select(Task)
        .join(Task.source)
        .join(Draft, Draft.measure_id == Source.measure_id)
        .where(Draft.intake_id == intake_id)
    )
    commands = {
        task.id: Command(f"bench:w:{task.id}", "approve", leaders["leader", task.leader_post_id]) for task in tasks
    }
    perform_all(FLOWS["task"], commands)


def _assign(intake_id: int) -> None:
    document = db.session.get_one(Intake, intake_id).document
    found = {task.id: task.version for task in bulk.assignable(document)}
    bulk.assign_all(found, world.somebody("officer-1"), f"bench:{intake_id}:assign")


def _plan(number: int) -> str:
    lines = ["2024年重点工作安排", "一、产业升级"]
    lines += [
        f"在{number}号片区第{place}块新建{THINGS[place % len(THINGS)]}{place + 2}座，2024年11月底前建成投用。"
        for place in range(1, number + 1)
    ]
    return "\n".join(lines) + "\n"


def _statement(number: int, more: str) -> matching.Statement:
    words = "".join(Random(number).choices(WORDS, k=24))  # made-up words, the same in every run
    return matching.Statement(number, words + more, "", frozenset())
