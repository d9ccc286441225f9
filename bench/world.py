"""The world of the benchmark: the county with ten thousand tasks, five ledger entries each, by real moves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from bench.measure import head, say, seconds
from seed import loading
from taskflow import clock, db, migrate
from taskflow.org.models import Holding, Person, Post, Role, Unit
from taskflow.plans.models import Chapter, Measure, PlanDocument
from taskflow.sources.models import Source, SourceKind
from taskflow.tasks.models import Task
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.perform import Command, begin, perform

MORNING = clock.at(date(2024, 6, 28), 9)
BATCH = 500
STEPS = ("approve", "assign", "accept")


def build(url: str, tasks: int) -> None:
    """A fresh database with the county and `tasks` tasks under way; the clock stands at 2024-06-28."""
    db.connect(url)
    migrate.upgrade()
    with db.transaction() as session:
        if session.scalar(select(Task.id).limit(1)):
            raise SystemExit("bench: the database of DATABASE_URL is not empty")
        loading.load_county()
    clock.freeze(MORNING)
    head(f"World: {tasks} tasks, five ledger entries each")
    taken = seconds(lambda: _fill(tasks))
    say("built by real moves", f"{taken:.1f} s", f"{tasks * 5 / taken:.0f} entries/s in batches of {BATCH}")


def _fill(tasks: int) -> None:
    for first in range(0, tasks, BATCH):
        with db.transaction():
            measures = _measures()
            people = holders()
            for number in range(first, min(first + BATCH, tasks)):
                task = _begin(measures[number % len(measures)], number)
                live_through(task, people)


def live_through(task: Task, people: dict[tuple[str, int], Person]) -> None:
    """Approved, assigned, accepted, and one extension asked for: five entries with the first."""
    actors = {
        "approve": people["leader", task.leader_post_id],
        "assign": people["office", 0],
        "accept": people["unit", task.lead_unit_id],
    }
    for verb in STEPS:
        perform(FLOWS["task"], task, Command(f"bench:{task.code}:{verb}", verb, actors[verb]))
    later = task.due_on + timedelta(days=30)
    key, asked = f"bench:{task.code}:ask", {"new_due_on": later.isoformat()}
    wish = Command(key, "ask_extension", actors["accept"], None, "雨季施工受限", asked)
    perform(FLOWS["task"], task, wish)


def _begin(measure: Measure, number: int) -> Task:
    task = Task(
        region_code=measure.document.region_code,
        code=f"B-{number:06}",
        title=measure.title,
        kind=measure.kind.value,
        source=_source(measure),
        document_code=measure.document.code,
        lead_unit=measure.lead_unit,
        leader_post_id=measure.leader_post_id,
        start_on=date(2024, 1, 2),
        due_on=date(2024, 12, 31) - timedelta(days=number % 200),
        baseline_due_on=date(2024, 12, 31),
        due_basis="printed",
        percent=0,
    )
    return begin(FLOWS["task"], task, f"bench:begin:{number}", None, {"due_on": task.due_on.isoformat()})


def _source(measure: Measure) -> Source:
    """Where the tasks of a measure come from; many of the bench's tasks share one."""
    found = db.session.scalar(select(Source).where(Source.measure_id == measure.id))
    if found is None:
        document = measure.document
        found = Source(region_code=document.region_code, kind=SourceKind.MEASURE, measure=measure, document=document)
        db.session.add(found)
    return found


def _measures() -> list[Measure]:
    wanted = select(Measure).join(PlanDocument).join(Chapter, Measure.chapter_id == Chapter.id)
    return list(db.rows(wanted.where(PlanDocument.code == "003").order_by(Measure.id)))


def holders() -> dict[tuple[str, int], Person]:
    """Who moves what: leaders by post, heads by unit, one officer."""
    held = select(Post, Person).join(Holding, Holding.post_id == Post.id).join(Person, Holding.person_id == Person.id)
    found: dict[tuple[str, int], Person] = {}
    for post, person in db.session.execute(held).unique():
        if post.role is Role.LEADER:
            found["leader", post.id] = person
        elif post.role is Role.HEAD:
            found["unit", post.unit_id] = person
        elif post.role is Role.OFFICER:
            found["office", 0] = person
    return found


def fresh_task(number: int) -> Task:
    """One more task at its start, in the caller's transaction."""
    return _begin(_measures()[number % 50], number)


def somebody(code: str) -> Person:
    """The holder of a post."""
    return db.session.scalars(select(Person).where(Person.login == code)).one()


def busiest_unit() -> Unit:
    """A unit with many tasks."""
    return db.session.scalars(select(Unit).where(Unit.code == "housing")).one()


def now() -> datetime:
    """The moment at which the world stands."""
    return MORNING
