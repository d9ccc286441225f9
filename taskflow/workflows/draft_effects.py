"""What the moves of a draft cause: its fields, its neighbours, and at last the measure and the task."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from taskflow import clock, db
from taskflow.drafts.compute.figures import completed
from taskflow.drafts.models import Difference, Draft, fields_of, figure
from taskflow.drafts.write.registering import chapter_of, code_of, document_of
from taskflow.org.models import Unit
from taskflow.plans.models import Basis, Measure, MeasureKind, Project, Recurrence, Target
from taskflow.tasks.models import Task
from taskflow.tasks.taking import Taking, take_up_all
from taskflow.workflows.draft_guards import draft_of
from taskflow.workflows.engine.perform import Command, begin, perform
from taskflow.workflows.engine.table import FLOWS, Moment
from taskflow.workflows.parties import LEAD

SHORT = 40  # characters of a title made from the text
ENDS = " 　\n\t，。；、：,;:"


def mark(m: Moment) -> None:
    """Note who changed it last, for those who have it open."""
    m.record.changed_at, m.record.changed_by_id = m.at, m.actor.id if m.actor else None


# Fields


def revise(m: Moment) -> None:
    """Take what was typed; a field that was not given stays."""
    draft, given = m.record, m.args
    draft.title = str(given.get("title", draft.title)).strip()
    draft.kind = MeasureKind(given.get("kind", draft.kind))
    if "targets" in given:
        draft.targets = [completed(target) for target in given["targets"]]
    if "deadline" in given:
        _set_deadline(draft, given)
    if "recurrence" in given:
        draft.recurrence = Recurrence(given["recurrence"]) if given["recurrence"] else None
    if "lead" in given:
        _set_lead(draft, given["lead"])
    if "supporting" in given:
        draft.supporting = [int(key) for key in given["supporting"]]


def _set_deadline(draft: Draft, given: dict[str, Any]) -> None:
    """A date of a person's own is printed when they say so; without a word it is assumed."""
    day = date.fromisoformat(given["deadline"]) if given["deadline"] else None
    said = given.get("basis")
    draft.phrase = str(given.get("phrase", draft.phrase))[:60]
    draft.endless = bool(given.get("endless"))
    if day is None:
        draft.basis = None
    elif said:
        draft.basis = Basis(said)
    elif day != draft.deadline or draft.basis is None:
        draft.basis = Basis.ASSUMED
    draft.deadline = day


def _set_lead(draft: Draft, key: Any) -> None:
    draft.lead_unit = db.session.get_one(Unit, int(key)) if key else None
    draft.named = draft.lead_unit is not None and str(draft.lead_unit.id) in (draft.printed or {}).get("ids", [])


def name_units(m: Moment) -> None:
    """Give it a lead unit; and supporting ones when some are named."""
    _set_lead(m.record, m.args["lead"])
    if m.args.get("supporting"):
        m.record.supporting = [int(key) for key in m.args["supporting"] if int(key) != int(m.args["lead"])]


def settle_deadline(m: Moment) -> None:
    """What has no deadline of its own is due with the document, and says that this is assumed."""
    if m.record.deadline is None:
        m.record.deadline, m.record.basis = m.record.intake.end, Basis.ASSUMED
    elif m.record.basis is None:
        m.record.basis = Basis.ASSUMED


def keep_reason(m: Moment) -> None:
    """Why it was dropped stands beside it."""
    m.record.drop_reason = m.note


def forget_reason(m: Moment) -> None:
    """It is open again."""
    m.record.drop_reason = ""


# Neighbours


def split(m: Moment) -> None:
    """Cut it in two: the first part stays this draft, the second becomes one of its own."""
    draft, cut = m.record, int(m.args["cut"])
    left = draft.text[:cut].rstrip()
    skipped = cut + len(draft.text[cut:]) - len(draft.text[cut:].lstrip())
    right = draft.text[skipped:]
    targets = draft.targets or []
    behind = [target for target in targets if (raw := target.get("raw")) and raw in right and raw not in left]
    copied = ("region_code", "intake_id", "path", "kind", "deadline", "basis", "endless", "phrase", "recurrence",
              "lead_unit_id", "supporting", "named", "printed", "suggested", "aspirational", "confidence", "why",
              "is_project", "box", "box_title", "seq", "mark", "category", "difference")  # fmt: skip
    second = Draft(
        **{name: getattr(draft, name) for name in copied},
        place=draft.intake.next_place,
        line=draft.line + draft.text[:skipped].count("\n"),
        char_start=draft.char_start + skipped,
        char_end=draft.char_end,
        text=right,
        title=short(right),
        targets=behind,
        split_from_id=draft.id,
        changed_at=m.at,
        changed_by_id=m.actor.id if m.actor else None,
    )
    draft.char_end, draft.text = draft.char_start + len(left), left
    draft.targets = [target for target in targets if target not in behind]
    key = f"begin:draft:{draft.id}:v{draft.version}"
    facts = {"place": second.place, "title": second.title, "from": draft.place}
    m.after.append(lambda: begin(FLOWS["draft"], second, key, m.actor, facts))


def short(text: str) -> str:
    """A title out of a piece of text."""
    first = text.strip(ENDS).split("\n")[0]
    sentence = first.split("。")[0].split("；")[0]
    return sentence[:SHORT].strip(ENDS) or text.strip()[:SHORT]


def absorb(m: Moment) -> None:
    """Take over the text and figures of the draft behind, which then goes into this one."""
    draft, other = m.record, draft_of(m, "other")
    assert other is not None  # noqa: S101  # names_follower
    draft.char_end = other.char_end
    draft.text = draft.intake.text[draft.char_start : draft.char_end]
    draft.targets = [*(draft.targets or []), *(t for t in other.targets or [] if t not in (draft.targets or []))]
    draft.supporting = list(dict.fromkeys([*(draft.supporting or []), *(other.supporting or [])]))
    command = Command(f"join:{other.id}:v{other.version}", "join", m.actor, args={"keeper": str(draft.id)})
    m.after.append(lambda: perform(FLOWS["draft"], other, command))


def go_into(m: Moment) -> None:
    """Point at what it went into."""
    m.record.merged_into = draft_of(m, "keeper")


def leave(m: Moment) -> None:
    """Stand by itself again; what it went into gives its text back."""
    draft, keeper = m.record, m.record.merged_into
    if keeper.char_end != draft.char_end:
        return  # it was changed since: then only this one is open again
    command = Command(f"give_back:{keeper.id}:v{keeper.version}", "give_back", m.actor, args={"other": str(draft.id)})
    m.after.append(lambda: perform(FLOWS["draft"], keeper, command))


def give_back(m: Moment) -> None:
    """Let go of the text and figures of the other."""
    draft, other = m.record, draft_of(m, "other")
    assert other is not None  # noqa: S101  # gives_back
    draft.text = draft.intake.text[draft.char_start : other.char_start].rstrip()
    draft.char_end = draft.char_start + len(draft.text)
    draft.targets = [target for target in draft.targets or [] if target not in (other.targets or [])]


# Taking up


def take(m: Moment) -> None:
    """Make the measure or the project row, and propose its task; it waits for its leader."""
    draft = m.record
    source: Measure | Project
    if draft.is_project:
        draft.project = source = _project(draft)
    else:
        draft.measure = source = _measure(draft)
    m.jointly.setdefault(take_up_all, []).append(Taking(source, f"take:draft:{draft.id}", m.actor))


def _measure(draft: Draft) -> Measure:
    document, lead = document_of(draft.intake), draft.lead_unit
    assert lead is not None  # noqa: S101  # confirmed
    path = [str(head) for head in draft.path or []]
    return Measure(
        document=document,
        chapter=chapter_of(document, draft.line),
        code=code_of(document, draft),
        line=draft.line,
        char_start=draft.char_start,
        char_end=draft.char_end,
        section=(path[1] if len(path) > 1 else "")[:80],
        heading=(path[-1] if len(path) > 2 else "")[:80],  # noqa: PLR2004
        title=draft.title,
        kind=draft.kind,
        deadline=draft.deadline,
        basis=draft.basis or Basis.ASSUMED,
        recurrence=draft.recurrence,
        lead_unit=lead,
        named=draft.named,
        leader_post_id=lead.leader_post_id,
        targets=_targets(draft),
        supporting=[unit for unit in draft.units if unit.id != lead.id],
    )


def _targets(draft: Draft) -> list[Target]:
    return [Target(place=place, **fields_of(target)) for place, target in enumerate(draft.targets or [], start=1)]


def _project(draft: Draft) -> Project:
    document, lead = document_of(draft.intake), draft.lead_unit
    assert lead is not None  # noqa: S101  # confirmed
    return Project(
        document_id=document.id,
        chapter_id=chapter_of(document, draft.line).id,
        box=draft.box,
        box_title=draft.box_title,
        place=draft.place,
        seq=draft.seq,
        name=draft.title,
        mark=draft.mark,
        category=draft.category,
        line=draft.line,
        code=code_of(document, draft),
        deadline=draft.deadline,
        char_start=draft.char_start,
        char_end=draft.char_end,
        lead_unit=lead,
        supporting=[unit for unit in draft.units if unit.id != lead.id],
    )


# A new edition


def adopt(m: Moment) -> None:
    """The old measure gets the new figures beside the old ones; its task's deadline is nobody's business here."""
    draft = m.record
    measure: Measure = draft.old_measure
    document = document_of(draft.intake)
    wanted = [Target(**fields_of(target)) for target in draft.targets or []]
    held = {_key(target): target for target in measure.targets}
    told = [str(target) for target in measure.targets]
    for key, target in held.items():
        if key not in {_key(one) for one in wanted}:
            target.replaced_on = clock.today()
    last = max((target.place for target in [*measure.targets, *measure.former_targets]), default=0)
    fresh = [one for one in wanted if _key(one) not in held]
    for place, one in enumerate(fresh, start=last + 1):
        one.measure_id, one.place, one.edition_id = measure.id, place, document.id
        db.session.add(one)
    draft.measure = measure
    m.args |= {"old": "；".join(told), "new": "；".join(figure(one) for one in draft.targets or [])}
    for task in db.rows(select(Task).where(Task.measure_id == measure.served_id)):
        m.recipients |= {held.person_id: False for held in LEAD.people(task)}
    m.after.append(lambda: db.session.expire(measure, ["targets", "former_targets"]))


def _key(figure: Target) -> tuple[str, ...]:
    """What makes two figures the same; what is measured may be worded otherwise."""
    return figure.value, figure.value_high, figure.unit, str(figure.comparator)


def keep_old(m: Moment) -> None:
    """The old measure goes on."""
    m.record.measure_id = m.record.old_measure_id


def match(m: Moment) -> None:
    """Stand against a measure of the edition before, or as new."""
    old = str(m.args.get("old", ""))
    m.record.difference = Difference(m.args["difference"])
    m.record.old_measure = db.session.get_one(Measure, int(old)) if old else None


def unmatch(m: Moment) -> None:
    """It was taken for an old measure and is none."""
    m.record.difference, m.record.old_measure = Difference.NEW, None
