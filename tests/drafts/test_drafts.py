"""Drafts: what is read stays readable, what people mend stands in the ledger, and nothing is ever lost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from taskflow import db, errors
from taskflow.drafts.models import Draft, DraftState, Intake
from taskflow.drafts.write.indicators import number
from taskflow.drafts.write.units import of_region
from taskflow.ledger import dump, verify
from taskflow.ledger.models import LedgerEntry
from taskflow.plans.models import Basis, Chapter, DocumentText, Measure, PlanDocument, Project
from taskflow.reading.reader import read_text
from taskflow.tasks.models import Node, Task, TaskState
from taskflow.workflows.drafting import DRAFTING
from tests import drafting
from tests import factories as make
from tests.workflows.test_histories import allowed, replayed, undone

TEXT = "一、产业\n新建标准厂房3万平方米，引进企业12家。\n二、民生\n新建公办幼儿园2所；改造老旧小区8个。\n"


def taken_in(**more):
    """A file with two measures; the second under the second chapter, without a unit and without a date."""
    first, second = "新建标准厂房3万平方米，引进企业12家。", "新建公办幼儿园2所；改造老旧小区8个。"
    bare = {"units": {"lead": [], "supporting": [], "named": False}, "deadline": None, "line": 4}
    measures = [
        drafting.measure(1, first, TEXT.index(first), line=2),
        drafting.measure(2, second, TEXT.index(second), **bare, path=["二、民生"]),
    ]
    outline = [
        {"id": "a", "parent": None, "level": "chapter", "number": "一", "title": "产业", "line": 1, "char_start": 0},
        {"id": "b", "parent": None, "level": "chapter", "number": "二", "title": "民生", "line": 3, "char_start": 26},
    ]
    return drafting.take_in(TEXT, drafting.plan(measures, **{"outline": outline} | more))


def drafts_of(intake):
    return db.rows(select(Draft).where(Draft.intake_id == intake.id).order_by(Draft.char_start, Draft.id))


# Taking in


def test_every_indicator_of_a_table_becomes_a_draft_for_the_end_of_the_period(county):
    text = "主要指标\n1\t工业总产值（亿元）\t11\t15\t6\t预期性\n2\n劳动生产率增长（%）\n—\n—\n高于GDP增长\n约束性\n"
    rows = [
        {"group": "经济", "seq": 1, "name": "工业总产值", "unit": "亿元", "base": "11", "target": "15", "growth": "6",
         "nature": "expected", "line": 2,
         "targets": [{"indicator": "工业总产值", "comparator": "=", "value": 15, "unit": "亿元", "raw": "15"}]},
        {"group": "经济", "seq": 2, "name": "劳动生产率增长", "unit": "%", "base": "—", "target": "—",
         "growth": "高于GDP增长", "nature": "binding", "line": 3, "targets": []},
    ]  # fmt: skip
    intake = drafting.take_in(text, drafting.plan([], indicators=rows))
    first, second = drafts_of(intake)
    assert (first.title, first.text, first.path) == (
        "工业总产值达到15亿元", "1\t工业总产值（亿元）\t11\t15\t6\t预期性", ["指标", "经济"],
    )  # fmt: skip
    assert (str(first.deadline), first.kind.value, first.figures) == ("2024-12-31", "quantified", "工业总产值 15亿元")
    assert second.title == "劳动生产率增长：高于GDP增长"
    assert second.text.split("\n")[0] == "2"
    assert second.text.endswith("约束性")
    assert {one.state for one in (first, second)} == {DraftState.OPEN}


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ("15.2\t6左右", "工业总产值达到15.2亿元"),
        ("≥6.5\t—", "工业总产值不低于6.5亿元"),
        ("<6\t—", "工业总产值低于6亿元"),
        ("—\t6左右", "工业总产值年均增长6%左右"),
        ("—\t〔12〕", "工业总产值累计12亿元"),
        ("—\t高于GDP增速", "工业总产值：高于GDP增速"),
        ("—\t—", "工业总产值"),
    ],
)
def test_an_indicator_is_told_as_a_sentence(county, cells, title):
    text = (
        "青石县“十五五”规划纲要\n专栏1 主要指标\n序号\t指标名称\t2025年\t2030年\t年均增长（累计）（%）\t属性\n"
        f"1\t工业总产值（亿元）\t11.4\t{cells}\t预期性\n2\t用水量下降（%）\t—\t—\t3\t约束性\n"
    )
    first, second = drafts_of(drafting.take_in(text, read_text(text)))
    assert (first.title, second.title) == (title, "用水量下降3%")
    assert first.text == f"1\t工业总产值（亿元）\t11.4\t{cells}\t预期性"


def test_a_file_keeps_its_text_and_every_draft_its_exact_piece(county):
    intake = taken_in()
    for draft in drafts_of(intake):
        assert draft.state is DraftState.OPEN
        assert intake.text[draft.char_start : draft.char_end] == draft.text
    assert intake.title == "青石县2024年工作要点"
    assert intake.end == date(2024, 12, 31)


def test_units_as_printed_are_found_by_any_of_their_names(county):
    known = of_region(county.region_code)
    for name in ("县工业和信息化局", "工信局", "交城县工业和信息化局", "县工信局", "工业和信息化局"):
        assert known.find(name) is county.unit("industry"), name
    assert known.find("各乡镇") is None
    first, second = drafts_of(taken_in())
    assert (first.lead_name, first.supporting_names, first.named) == ("工信局", "农业农村局", True)
    assert (second.lead_name, second.named) == ("", False)


@pytest.mark.parametrize(
    ("value", "text"), [(1.5, "1.5"), (8, "8"), (8.0, "8"), (0.1, "0.1"), (1e-07, "0.0000001"), (None, ""), ("3", "3")]
)
def test_figures_are_text_without_the_tail_of_a_float(value, text):
    assert number(value) == text


def test_one_chain_holds_all_that_happens_to_a_file(county):
    intake = taken_in()
    first, second = drafts_of(intake)
    make.do(first, "confirm")
    make.do(second, "drop")
    chains = {entry.chain for entry in make.entries(first) + make.entries(second)}
    assert chains == {f"intake:{intake.id}"}
    assert verify.check(dump.entries()).breaks == []


def test_a_statement_printed_twice_points_at_the_first(county):
    text = "新建厂房3万平方米。新建厂房3万平方米。"
    rows = [drafting.measure(1, text[:10], 0), drafting.measure(2, text[10:], 10, duplicate_of=1)]
    first, second = drafts_of(drafting.take_in(text, drafting.plan(rows)))
    assert (first.duplicate_of, second.duplicate_of) == (None, first)


# Mending


def test_a_revision_keeps_old_and_new_in_the_ledger(county):
    first, _ = drafts_of(taken_in())
    make.do(first, "revise", title="新建标准厂房", lead=str(make.unit("agri").id), deadline="2024-10-31", supporting=[])
    changes = make.entries(first)[-1].changes
    assert changes["标题"][1] == "新建标准厂房"
    assert changes["牵头单位"] == ["工信局", "农业农村局"]
    assert changes["完成时限"] == ["2024-12-31（文中写明）", "2024-10-31（系统推定）"]
    assert first.named is False


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": " "}, "请写标题"),
        ({"title": "长" * 61}, "请写标题"),
        ({"kind": "other"}, "请选择类别"),
        ({"deadline": "2024-13-01"}, "完成时限请填日期"),
        ({"deadline": "2124-01-01"}, "完成时限请填日期"),
        ({"lead": "999999"}, "不是本县的单位"),
        ({"lead": "一"}, "不是本县的单位"),
        ({"targets": [{"indicator": "", "comparator": "≥", "value": "1"}]}, "每行目标值"),
        ({"targets": [{"indicator": "企业", "comparator": "≥", "value": "很多"}]}, "每行目标值"),
        ({"targets": [{"indicator": "企业", "comparator": "range", "value": "1"}]}, "每行目标值"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_sentence(county, typed, sentence):
    first, _ = drafts_of(taken_in())
    with pytest.raises(errors.NotReady, match=sentence):
        make.do(first, "revise", **typed)


def test_a_stale_save_is_refused_with_both_values(county):
    first, _ = drafts_of(taken_in())
    seen = first.version
    make.do(first, "revise", "officer-2", seen=seen, title="甲的标题", deadline="2024-12-31")
    with pytest.raises(errors.Overtaken) as refusal:
        make.do(first, "revise", "officer-1", seen=seen, title="乙的标题", deadline="2024-12-31")
    assert refusal.value.changes["标题"] == ("新建标准厂房3万平方米，引进企业12家。", "甲的标题")
    assert first.title == "甲的标题"


def test_only_the_office_moves_drafts(county):
    first, _ = drafts_of(taken_in())
    for person in ("industry-clerk", "industry-head", "mayor", "auditor", "admin"):
        with pytest.raises(errors.NotYours):
            make.do(first, "drop", person)


# Neighbours


def test_a_split_cuts_text_and_figures_where_it_is_asked_to(county):
    first, _ = drafts_of(taken_in())
    cut = first.text.index("引进")
    old_end = first.char_end
    make.do(first, "split", cut=str(cut))
    left, right = drafts_of(first.intake)[:2]
    assert left is first
    assert (left.text, right.text) == ("新建标准厂房3万平方米，", "引进企业12家。")
    assert left.intake.text[right.char_start : right.char_end] == right.text
    assert (left.targets, [one["raw"] for one in right.targets]) == ([], ["12家"])
    assert (right.split_from_id, right.char_end, right.lead_name) == (left.id, old_end, "工信局")
    assert right.title == "引进企业12家"


@pytest.mark.parametrize("cut", ["0", "-1", "99999", "x", "", "１"])
def test_a_cut_outside_the_text_is_refused(county, cut):
    first, _ = drafts_of(taken_in())
    with pytest.raises(errors.NotReady, match="光标放在原文中间"):
        make.do(first, "split", cut=cut)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cuts=some.lists(some.integers(1, 36), min_size=1, max_size=4))
def test_what_was_split_and_merged_again_is_what_it_was(county, clock, cuts):
    with undone(db.session().get_bind()):
        draft = drafting.neighbour(drafting.draft(), "keeper")
        before = (draft.char_start, draft.char_end, draft.text, draft.targets)
        parts = []
        for cut in cuts:
            if 0 < cut < len(draft.text):
                make.do(draft, "split", cut=str(cut))
                parts.append(db.rows(select(Draft).order_by(Draft.id.desc()).limit(1))[0])
        for part in reversed(parts):
            make.do(draft, "merge", other=str(part.id))
        assert (draft.char_start, draft.char_end, draft.text, draft.targets) == before
        assert all(part.state is DraftState.MERGED for part in parts)


def test_a_merge_takes_text_and_figures_over_and_can_be_undone(county):
    draft = drafting.draft()
    follower = drafting.neighbour(draft, "follower")
    make.do(follower, "revise", targets=[{"indicator": "投产", "comparator": "=", "value": "1", "unit": "批"}])
    before = (draft.char_end, draft.text, draft.targets)
    make.do(draft, "merge", other=str(follower.id))
    assert (draft.char_end, follower.state, follower.merged_into) == (follower.char_end, DraftState.MERGED, draft)
    assert draft.intake.text[draft.char_start : draft.char_end] == draft.text
    assert [one["indicator"] for one in draft.targets] == ["企业", "投产"]
    make.do(follower, "part")
    assert (draft.char_end, draft.text, draft.targets) == before
    assert follower.state is DraftState.OPEN


def test_what_was_confirmed_meanwhile_is_not_merged_and_gives_nothing_back(county):
    draft = drafting.draft()
    follower = drafting.neighbour(draft, "follower")
    make.do(follower, "confirm")
    with pytest.raises(errors.NotReady, match="后一条"):
        make.do(draft, "merge", other=str(follower.id))
    make.do(follower, "reconsider")
    make.do(draft, "merge", other=str(follower.id))
    make.do(draft, "confirm")
    with pytest.raises(errors.NotReady, match="撤回确认"):
        make.do(follower, "part")


def test_a_draft_of_another_file_is_nobodys_neighbour(county):
    draft, foreign = drafting.draft(), drafting.draft()
    for verb, name in (("merge", "other"), ("join", "keeper")):
        with pytest.raises(errors.NotReady):
            make.do(draft, verb, **{name: str(drafting.neighbour(foreign, "keeper").id)})


def test_nothing_dropped_is_lost(county):
    first, _ = drafts_of(taken_in())
    make.do(first, "drop", note="与第8条重复")
    assert first.drop_reason == "与第8条重复"
    make.do(first, "restore")
    assert (first.state, first.drop_reason) == (DraftState.OPEN, "")


# Confirming and taking up


def test_confirming_names_all_that_is_missing(county):
    _, second = drafts_of(taken_in())
    with pytest.raises(errors.NotReady) as refusal:
        make.do(second, "confirm")
    assert list(refusal.value.reasons) == [
        "还没有牵头单位。",
        "还没有完成时限：请填日期，或勾选“无时限（持续推进）”。",
    ]


def test_what_has_no_deadline_is_due_with_its_document_and_says_so(county):
    _, second = drafts_of(taken_in())
    make.do(second, "revise", deadline="", endless="1", lead=str(make.unit("agri").id))
    assert second.due_told == "无时限（持续推进）"
    make.do(second, "confirm")
    assert (second.deadline, second.basis) == (date(2024, 12, 31), Basis.ASSUMED)


def test_without_a_period_an_endless_draft_cannot_be_confirmed(county):
    intake = taken_in()
    intake.reporting_year = None
    _, second = drafts_of(intake)
    make.do(second, "revise", deadline="", endless="1", lead=str(make.unit("agri").id))
    with pytest.raises(errors.NotReady, match="规划期末或报告年度"):
        make.do(second, "confirm")


def test_a_draft_taken_up_is_a_task_that_waits_for_its_leader(county):
    intake = taken_in()
    first, _ = drafts_of(intake)
    make.walk(first, DraftState.TAKEN)
    document = db.rows(select(PlanDocument))[0]
    assert (document.code, document.title, intake.document) == ("000", "青石县2024年工作要点", document)
    kept = db.session.get_one(DocumentText, document.id)
    assert (kept.text, kept.sha256) == (TEXT, intake.sha256)
    measure = db.rows(select(Measure))[0]
    assert (measure.char_start, measure.char_end) == (first.char_start, first.char_end)
    assert (measure.chapter.title, measure.section, [str(one) for one in measure.targets]) == (
        "产业", "（一）工业", ["企业 ≥12家"],
    )  # fmt: skip
    task = db.rows(select(Task))[0]
    assert (task.state, task.lead_unit.short, task.due_on) == (TaskState.PROPOSED, "工信局", date(2024, 12, 31))
    assert db.exists(select(Node.id).where(Node.task_id == task.id))
    for verb in ("approve", "assign", "accept"):
        make.do(task, verb)


def test_documents_are_numbered_on_and_registered_once(county):
    make.document("003")
    one, other = taken_in(), taken_in()
    for intake in (one, other):
        for draft in drafts_of(intake):
            make.do(draft, "revise", lead=str(make.unit("agri").id), deadline="2024-11-30")
            make.walk(draft, DraftState.TAKEN)
    codes = [intake.document.code for intake in (one, other)]
    assert codes == ["004", "005"]
    chapters = db.rows(select(Chapter.title).where(Chapter.document_id == one.document_id).order_by(Chapter.line))
    assert list(chapters) == ["产业", "民生"]


def test_a_row_of_a_project_box_becomes_a_project_with_its_own_task(county):
    make.walk(make.task(measure=None), "proposed")
    row = {
        "box": "3",
        "box_title": "产业项目",
        "seq": 1,
        "name": "青石物流园",
        "mark": "谋划",
        "category": False,
        "line": 9,
    }
    intake = drafting.take_in("青石物流园", drafting.plan([], projects=[row | {"char_start": 0}]))
    (draft,) = drafts_of(intake)
    make.do(draft, "revise", lead=str(make.unit("agri").id), deadline="2024-11-30")
    make.walk(draft, DraftState.TAKEN)
    project = db.rows(select(Project))[-1]
    assert (project.name, project.mark, project.box, project.deadline) == (
        "青石物流园",
        "谋划",
        "3",
        date(2024, 11, 30),
    )
    task = db.rows(select(Task).where(Task.project_id == project.id))[0]
    assert (task.code, task.title, task.due_on) == (project.code, "青石物流园", date(2024, 11, 30))


def test_without_a_title_of_its_own_a_document_is_not_registered(county):
    intake = taken_in()
    intake.title = " "
    first, _ = drafts_of(intake)
    make.do(first, "confirm")
    with pytest.raises(errors.NotReady, match="文件标题"):
        make.do(first, "take_up")


# Histories


VERBS = sorted({move.verb for move in DRAFTING.moves})


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(attempts=some.lists(some.tuples(some.integers(0, 9), some.sampled_from(VERBS)), min_size=8, max_size=30))
def test_whatever_people_try_the_ledger_tells_it_and_no_text_is_lost(county, clock, attempts):
    with undone(db.session().get_bind()):
        clock.to("2024-03-04")
        with db.transaction():
            intake_id = drafting.draft().intake_id
        for pick, verb in attempts:
            found = db.rows(select(Draft).where(Draft.intake_id == intake_id).order_by(Draft.id))
            try:
                with db.transaction():
                    make.do(found[pick % len(found)], verb)
            except errors.Refusal:
                continue
        assert verify.check(dump.entries()).breaks == []
        entries = [entry for entry in make.all_entries() if entry.subject_kind == "draft"]
        for entry in entries:
            allowed(entry)
        told = replayed(entries)
        text = db.session.get_one(Intake, intake_id).text
        for draft in db.rows(select(Draft).where(Draft.intake_id == intake_id)):
            assert text[draft.char_start : draft.char_end] == draft.text
            state, version, facts = told.pop(("draft", draft.id))
            assert (state, version) == (draft.state, draft.version)
            assert facts.get("标题", draft.title) == draft.title
            assert facts.get("原文位置", draft.span) == draft.span
        assert told == {}
        assert db.exists(select(LedgerEntry.id).where(LedgerEntry.chain == f"intake:{intake_id}"))
