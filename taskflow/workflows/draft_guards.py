"""The conditions of the drafting table, each with the sentence a person is shown and the fields it asks for."""

from __future__ import annotations

from datetime import date

from taskflow import clock, db
from taskflow.drafts.models import Difference, Draft, DraftState
from taskflow.org.models import Unit
from taskflow.plans.models import Basis, Comparator, Direction, Measure, MeasureKind, Recurrence, Target
from taskflow.workflows.engine.table import Moment, otherwise
from taskflow.workflows.guards import LONGEST_PLAN

MOST_FIGURES = 30
#: Characters of each cell of a figure that the measure's own row takes.
LONGEST = {name: Target.__table__.c[name].type.length for name in ("indicator", "value", "value_high", "unit")}  # type: ignore[attr-defined]
NUMERIC = set("0123456789.-")


def start_of(draft: Draft) -> date:
    """The day from which what is taken up runs."""
    return draft.intake.issued_on or clock.today()


@otherwise("请写标题：举措不超过 60 字，项目不超过 120 字。", "title")
def says_title(m: Moment) -> bool:
    """A name by which people know it."""
    return bool(0 < len(str(m.args.get("title", m.record.title)).strip()) <= m.record.longest)


@otherwise("还没有标题，或标题太长（举措不超过 60 字，项目不超过 120 字）。", met_by=("draft.revise",))
def has_title(m: Moment) -> bool:
    """The name stands."""
    return bool(0 < len(m.record.title.strip()) <= m.record.longest)


@otherwise("请选择类别。", "kind")
def says_kind(m: Moment) -> bool:
    """One of the four kinds."""
    return m.args.get("kind", m.record.kind) in set(MeasureKind)


@otherwise("请从列表中选择周期；不重复的选“不重复”。", "recurrence")
def says_recurrence(m: Moment) -> bool:
    """One of the periods, or none."""
    return (m.args.get("recurrence") or "") in ("", *Recurrence)


@otherwise(
    "每行目标值都要有指标名称（不超过 60 字）；除“相对”外要有数值，数值只填数字（不超过 24 位）；单位不超过 40 字。",
    "targets",
)
def says_figures(m: Moment) -> bool:
    """Every row of figures can be held against an actual figure."""
    given = m.args.get("targets", m.record.targets) or []
    return len(given) <= MOST_FIGURES and all(_fits(target) for target in given)


def _fits(target: dict[str, str]) -> bool:
    sign, value = target.get("comparator", ""), target.get("value", "")
    if sign not in set(Comparator) or not target.get("indicator", "").strip():
        return False
    if target.get("direction", "") not in {"", *Direction}:
        return False
    if any(len(target.get(name, "")) > longest for name, longest in LONGEST.items()):
        return False
    high = target.get("value_high", "") if sign == Comparator.RANGE else "0"
    return (sign == Comparator.RELATIVE and not value) or (_number(value) and _number(high))


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return bool(text) and set(text) <= NUMERIC


@otherwise("完成时限请填日期（如 2025-12-31），不超过十五年；没有时限的请勾选“无时限（持续推进）”。", "deadline")
def says_deadline(m: Moment) -> bool:
    """What is typed as a deadline is a day, or nothing."""
    text = str(m.args.get("deadline", "") or "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return False
    return day is None or abs(day.year - clock.today().year) <= LONGEST_PLAN


@otherwise("请从列表中选择时限的依据，不清楚的可以不选。", "basis")
def says_basis(m: Moment) -> bool:
    """How the deadline is known, or nothing."""
    return (m.args.get("basis") or "") in ("", *Basis)


@otherwise("所选单位不是本县的单位，请重新选择。", "lead", "supporting")
def units_exist(m: Moment) -> bool:
    """Units typed are units of the region; a lead may be left open."""
    wanted = {str(key) for key in (m.args.get("supporting") or [])}
    wanted |= {str(m.args["lead"])} if m.args.get("lead") else set()
    if not all(text.isascii() and text.isdecimal() and len(text) < 10 for text in wanted):  # noqa: PLR2004
        return False
    found = [db.session.get(Unit, int(text)) for text in wanted]
    return all(unit is not None and unit.region_code == m.record.region_code for unit in found)


@otherwise("请选择牵头单位。", "lead")
def names_lead(m: Moment) -> bool:
    """A lead unit is chosen."""
    return bool(m.args.get("lead"))


@otherwise("还没有牵头单位。", met_by=("draft.name_units", "draft.revise"))
def has_lead(m: Moment) -> bool:
    """Somebody will answer for it."""
    return m.record.lead_unit is not None


@otherwise("牵头单位没有分管县领导，请改选牵头单位，或告知系统管理员。", met_by=("draft.name_units",))
def has_leader(m: Moment) -> bool:
    """Somebody will approve it."""
    return m.record.lead_unit is None or m.record.lead_unit.leader_post_id is not None


@otherwise("还没有完成时限：请填日期，或勾选“无时限（持续推进）”。", met_by=("draft.revise",))
def has_deadline(m: Moment) -> bool:
    """A day, or somebody said that there is none."""
    return m.record.deadline is not None or m.record.endless


@otherwise("“无时限”的条目按文件期限办理，请先在“文件信息”中填写规划期末或报告年度。", met_by=("the document's page",))
def plan_ends(m: Moment) -> bool:
    """What has no deadline of its own is due with its document."""
    return m.record.deadline is not None or not m.record.endless or m.record.intake.end is not None


@otherwise(
    "完成时限早于开始日（文件印发日，没有印发日的按今天），请改定时限。", met_by=("draft.revise", "the document's page")
)
def deadline_ahead(m: Moment) -> bool:
    """No task that ends before it starts."""
    due = m.record.deadline or (m.record.intake.end if m.record.endless else None)
    return due is None or due >= start_of(m.record)


@otherwise("请先在“文件信息”中填写文件标题。", met_by=("the document's page",))
def document_named(m: Moment) -> bool:
    """A document is registered under its title."""
    return m.record.intake.document_id is not None or bool(m.record.intake.title.strip())


@otherwise("请把光标放在原文中间：拆开的两段都要有文字。", "cut")
def cuts_inside(m: Moment) -> bool:
    """Both parts hold something; the cut counts characters of the draft's own text."""
    text, cut = m.record.text, str(m.args.get("cut", ""))
    inside = cut.isascii() and cut.isdecimal() and len(cut) < 7 and 0 < int(cut) < len(text)  # noqa: PLR2004
    return inside and bool(text[: int(cut)].strip()) and bool(text[int(cut) :].strip())


def draft_of(m: Moment, name: str) -> Draft | None:
    """Another draft of the same file, named by an argument."""
    text = str(m.args.get(name, ""))
    known = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004
    found = db.session.get(Draft, int(text)) if known else None
    return found if found is not None and found.intake_id == m.record.intake_id and found is not m.record else None


@otherwise("请选择要并入的后一条，它应当也是待确认的正文条目。", "other")
def names_follower(m: Moment) -> bool:
    """The other stands behind it in the text, and nothing was decided about it yet."""
    other = draft_of(m, "other")
    plain = other is not None and not other.is_project and not m.record.is_project
    ahead = other is not None and other.char_start >= m.record.char_start and other.char_end >= m.record.char_end
    return plain and ahead and other is not None and other.state is DraftState.OPEN and other.difference is None


@otherwise("只能并入已经包含本条原文的条目。", "keeper")
def keeper_covers(m: Moment) -> bool:
    """The other has taken its text over."""
    keeper = draft_of(m, "keeper")
    covers = keeper is not None and keeper.char_start <= m.record.char_start and keeper.char_end >= m.record.char_end
    return covers and keeper is not None and keeper.state is DraftState.OPEN


@otherwise("请先把它并入的那一条重新打开（撤回确认），再拆回。", met_by=("draft.reconsider",))
def keeper_is_open(m: Moment) -> bool:
    """What it went into can still be changed."""
    return m.record.merged_into is not None and m.record.merged_into.state is DraftState.OPEN


@otherwise("没有可以拆回的条目。", "other")
def gives_back(m: Moment) -> bool:
    """The other came out of it again and stands at its end."""
    other = draft_of(m, "other")
    out = other is not None and other.merged_into_id == m.record.id and other.state is DraftState.OPEN
    return out and other is not None and other.char_end == m.record.char_end


@otherwise("请说明与原文件的哪一条对应、有没有变化。", "difference", "old")
def names_difference(m: Moment) -> bool:
    """New; or the same as, or changed from, a measure of the region."""
    given, text = m.args.get("difference"), str(m.args.get("old", ""))
    if given == Difference.NEW:
        return not text
    known = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004
    old = db.session.get(Measure, int(text)) if known else None
    here = old is not None and old.lead_unit.region_code == m.record.region_code
    return here and given in (Difference.CHANGED, Difference.SAME)


@otherwise(
    "这一条与原文件的举措对应，请用“采用新版”“沿用”或“按新增办理”。", met_by=("from the beginning", "draft.unmatch")
)
def is_new(m: Moment) -> bool:
    """Only what the edition before did not have becomes a measure of its own."""
    return m.record.difference in (None, Difference.NEW)


@otherwise("只有与原文件相比“有变化”的条目可以采用新版。", met_by=("draft.match",))
def is_changed(m: Moment) -> bool:
    """The new edition says something else about an old measure."""
    return bool(m.record.difference == Difference.CHANGED)


@otherwise("只有“未变”或“已删除”的条目可以沿用。", met_by=("draft.match",))
def stays(m: Moment) -> bool:
    """The old measure goes on as it is."""
    return m.record.difference in (Difference.SAME, Difference.GONE)


@otherwise("只有与原文件有对应的条目可以改为按新增办理。", met_by=("draft.match",))
def is_matched(m: Moment) -> bool:
    """It was taken for an old measure."""
    return m.record.difference in (Difference.CHANGED, Difference.SAME)
