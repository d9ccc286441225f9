"""What moves of the ladder cause, and what proposes a step; and what an answered request does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.escalations.models import LIVE, Escalation, NumberSeries
from taskflow.org import posts
from taskflow.requests.models import RequestKind
from taskflow.rules import book, ladder
from taskflow.rules.late import Late
from taskflow.workflows.engine.perform import Command, begin, perform
from taskflow.workflows.engine.table import FLOWS, Effect, Moment
from taskflow.workflows.report_effects import attach

#: What a step can hang on, in words: a kind of late, or the office's own judgement.
LATE_WORDS = {kind.value: kind.label for kind in Late} | {"other": "督查室直接督办"}
UNANSWERED = "逾期未答复："


def propose_step(reason: str) -> Effect:
    """Propose the step that the ladder's triggers name for a fact that just became late.

    A task that has a paper of this step or a higher one already gets no second one; the fact stands in the ledger
    and on the board. A lower paper does not stand in the way of a higher one.
    """

    def proposes(m: Moment) -> None:
        number = triggered(m, reason)
        if number is None or open_paper(m.task.id, at_least=number):
            return
        hangs_on = f"{m.record.__tablename__}:{m.record.id}:{reason}:{clock.local(m.at).date()}"
        propose(m, m.record, ladder.DEFAULT, number, (reason, LATE_WORDS[reason], hangs_on))

    proposes.__name__ = f"propose_step({reason})"
    return proposes


def open_paper(task_id: int, *, at_least: int = 1) -> bool:
    """Whether a paper of a step or a higher one is open against a task or anything of it."""
    of = (Escalation.task_id == task_id) & (Escalation.step >= at_least)
    return db.exists(select(Escalation.id).where(of, Escalation.state.in_(LIVE)))


def triggered(m: Moment, reason: str) -> int | None:
    """The highest step that a trigger of the ladder names for this fact now; None: no trigger."""
    day = clock.local(m.at).date()
    found = [
        trigger.step
        for trigger in ladder.triggers(m.record.region_code, day)
        if trigger.fact in (reason, ladder.ANY) and times(m, trigger) >= trigger.count
    ]
    return max(found, default=None)


def times(m: Moment, trigger: ladder.Trigger) -> int:
    """How often the fact befell the task, this time included: in the trigger's months, or in a row of months."""
    if trigger.count == 1:
        return 1
    fired = select(func.count(Escalation.because_key.distinct())).where(
        Escalation.task_id == m.task.id, Escalation.reason == trigger.fact
    )
    if trigger.months:
        fired = fired.where(
            Escalation.proposed_at >= clock.at(ladder.months_back(clock.local(m.at).date(), trigger.months))
        )
    return 1 + (db.session.scalar(fired) or 0)


def propose_next_step(m: Moment) -> None:
    """Propose the step above, for the same fact."""
    old = m.record
    fact = old.because.rpartition(UNANSWERED)[2]  # the papers before it are listed on its page
    demand = "" if old.demand == usual_demand(old.days) else old.demand
    propose(
        m,
        subject_of(old),
        old.ladder,
        old.step + 1,
        (old.reason, f"{old.name}{UNANSWERED}{fact}", old.because_key),
        demand,
    )


def subject_of(paper: Escalation) -> Any:
    """The record that a paper is about."""
    return db.session.get_one(FLOWS[paper.subject_kind].record, paper.subject_id)


def usual_demand(days: int) -> str:
    """What a paper asks for when nobody wrote a demand."""
    return f"请于 {days} 个工作日内说明情况、采取措施并答复。"


def escalate(m: Moment) -> None:
    """Propose a step that the office chose, with its demand."""
    given = str(m.args.get("reason"))
    reason = given if given in LATE_WORDS else "other"
    key = f"{m.record.__tablename__}:{m.record.id}:v{m.record.version}"
    name, number = ladder.chosen(str(m.args["step"]))
    propose(m, m.record, name, number, (reason, m.note or LATE_WORDS[reason], key), m.args["demand"])


def propose(m: Moment, subject: Any, name: str, number: int, fact: tuple[str, str, str], demand: str = "") -> None:
    """Begin a paper against a record; `fact`: its kind, in words, and what it hangs on, so that it escalates once."""
    reason, because, key = fact
    step = ladder.step(subject.region_code, clock.local(m.at).date(), number, name)
    if step is None:
        return
    signer = posts.of_code(subject.region_code, step.signed_by) if step.signed_by else None
    kind, task = subject.__tablename__, getattr(subject, "task", subject)
    paper = Escalation(
        region_code=subject.region_code,
        subject_kind=kind,
        subject_id=subject.id,
        task_id=task.id,
        task=task,
        unit_id=task.lead_unit_id,
        ladder=name,
        step=step.number,
        name=step.name,
        paper=step.paper,
        signer_post_id=signer.id if signer else None,
        reason=reason,
        because=because,
        because_key=key,
        demand=demand or usual_demand(step.days),
        days=step.days,
        proposed_at=m.at,
    )
    facts = {"step": step.number, "name": step.name, "because": because}
    command = f"begin:escalation:{kind}:{subject.id}:{key}:{number}"
    m.after.append(lambda: begin(FLOWS["escalation"], paper, command, m.actor, facts))


def set_answer_date(m: Moment) -> None:
    """From issuing on the lead unit has the step's working days to answer; numbered papers get their number."""
    paper = m.record
    day = clock.local(m.at).date()
    paper.unit_id = paper.task.lead_unit_id
    paper.answer_by = book.of(paper.region_code).calendar.add(day, paper.days)
    m.args["answer_by"] = paper.answer_by.isoformat()
    if not paper.number and paper.paper not in ("reminder", "urging"):
        paper.number = f"{day.year}-{next_number(paper.region_code, paper.paper, day.year)}"


def next_number(region_code: str, paper: str, year: int) -> int:
    """The next number of a series; its row is locked until the transaction ends, so none is given twice or lost."""
    table: Any = NumberSeries.__table__
    made = db.upsert(table).values(region_code=region_code, paper=paper, year=year, last=1)
    counted = made.on_conflict_do_update(
        index_elements=["region_code", "paper", "year"], set_={"last": table.c.last + 1}
    ).returning(table.c.last)
    return int(db.session.execute(counted).scalar_one())


def write_answer(m: Moment) -> None:
    """Take the unit's answer, and what proves it."""
    m.record.answer = m.args["answer"].strip()
    attach(m, m.record.task_id)


# Requests

#: What is done to the task when a request is granted.
GRANTS = {
    RequestKind.EXTENSION: "extend",
    RequestKind.PARKING: "park",
    RequestKind.CANCELLATION: "cancel",
    RequestKind.MERGING: "merge",
    RequestKind.OWNER: "transfer",
    RequestKind.NODES: "replan",
}


def write_opinion(m: Moment) -> None:
    """The office's opinion goes to the leader with the request."""
    m.record.opinion = m.note


def mend_request(m: Moment) -> None:
    """What the unit adds to its reason."""
    m.record.reason = m.note


def grant(m: Moment) -> None:
    """Carry out what was asked, with the date that the leader fixed if it is another one."""
    asked = m.record
    fixed = str(m.args.get("granted_on") or "")
    granted = dict(asked.wanted)
    if fixed:
        name = "until" if asked.kind is RequestKind.PARKING else "new_due_on"
        if granted.get(name) != fixed:
            m.args["instead_of"] = granted.get(name, "")
        granted[name] = fixed
    asked.granted, m.args["kind"] = granted, asked.kind.label
    m.args["told"] = "、".join(str(value) for value in granted.values() if isinstance(value, str))
    command = Command(
        f"grant:request:{asked.id}",
        GRANTS[asked.kind],
        m.actor,
        note=m.note or f"批复申请：{asked.reason}",
        args=granted,
    )
    m.after.append(lambda: perform(FLOWS["task"], asked.task, command))
