"""A new edition of a document: what is new, changed, the same or gone, and what people decide about it."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.drafts.compute import matching
from taskflow.drafts.compute.matching import Statement, pair_up
from taskflow.drafts.models import Difference, Draft, DraftState
from taskflow.drafts.write import bulk, editions
from taskflow.models import Task
from taskflow.plans.models import Measure, PlanDocument, Target
from taskflow.tasks.models import TaskState
from tests import drafting
from tests import factories as make
from tests.drafts.test_draft_bulk import act
from tests.looking import page_of

OLD = ["新建乡镇卫生院3所，配齐医护人员。", "改造农村公路40公里。", "开展义诊活动，每季度一次。"]
NEW = ["开展义诊活动，每季度一次。", "新建乡镇卫生院5所，配齐医护人员。", "建设县级殡仪馆1座。"]


def intake_of(sentences, figures):
    text, rows = "\n".join(sentences), []
    for place, (sentence, value) in enumerate(zip(sentences, figures, strict=True), start=1):
        targets = [] if value is None else [
            {"indicator": "数量", "comparator": "=", "value": value[0], "value_high": None, "unit": value[1], "raw": ""}
        ]  # fmt: skip
        rows.append(drafting.measure(place, sentence, text.index(sentence), line=place, targets=targets))
    return drafting.take_in(text, drafting.plan(rows))


@pytest.fixture
def old(county):
    """The edition before, taken up."""
    intake = intake_of(OLD, [(3, "所"), (40, "公里"), None])
    act(intake, "confirm")
    act(intake, "take_up")
    return intake.document


@pytest.fixture
def new(old):
    """The new edition, compared."""
    intake = intake_of(NEW, [None, (5, "所"), (1, "座")])
    editions.compare(intake, old, drafting.officer(), make.fresh())
    return intake


def of(intake, difference):
    return db.rows(select(Draft).where(Draft.intake_id == intake.id, Draft.difference == difference))


def test_a_new_edition_is_told_apart_from_the_old(new):
    assert editions.counts(new.id) == {
        Difference.NEW: 1, Difference.CHANGED: 1, Difference.SAME: 1, Difference.GONE: 1,
    }  # fmt: skip
    assert [one.text for one in of(new, "changed")] == [NEW[1]]
    assert [one.old_measure.title[:6] for one in of(new, "changed")] == ["新建乡镇卫生"]
    assert [one.text for one in of(new, "gone")] == [OLD[1]]
    assert [one.text for one in of(new, "same")] == [OLD[2]]


def test_an_edition_is_compared_once_and_not_after_taking_up(new, old):
    with pytest.raises(errors.WrongState):
        editions.compare(new, old, drafting.officer(), make.fresh())


def test_new_figures_stand_beside_the_old_and_no_deadline_moves(new):
    (changed,) = of(new, "changed")
    measure = changed.old_measure
    task = db.rows(select(Task).where(Task.measure_id == measure.id))[0]
    due = (task.due_on, task.version)
    make.do(changed, "revise", deadline="2024-06-30")
    make.do(changed, "adopt")
    db.session.expire_all()
    assert [str(one) for one in measure.targets] == ["数量 5所"]
    assert [(str(one), one.replaced_on) for one in measure.former_targets] == [("数量 3所", make.clock.today())]
    assert measure.targets[0].edition.title == new.title
    assert (task.due_on, task.version) == due
    entry = make.entries(changed)[-1]
    assert (entry.facts["old"], entry.facts["new"]) == ("数量 3所", "数量 5所")
    assert changed.state is DraftState.TAKEN
    assert len(db.rows(select(Target).where(Target.measure_id == measure.id))) == 2


def test_figures_that_did_not_change_stay_where_they_are(new):
    (changed,) = of(new, "changed")
    kept = changed.old_measure.targets[0].id
    same = {"indicator": "数量", "comparator": "=", "value": "3", "unit": "所"}
    make.do(changed, "revise", targets=[same, {"indicator": "床位", "comparator": "≥", "value": "90", "unit": "张"}])
    make.do(changed, "adopt")
    db.session.expire_all()
    assert changed.old_measure.targets[0].id == kept
    assert [str(one) for one in changed.old_measure.targets] == ["数量 3所", "床位 ≥90张"]
    assert changed.old_measure.former_targets == []


def test_what_is_gone_closes_nothing_and_somebody_decides(new):
    (gone,) = of(new, "gone")
    task = db.rows(select(Task).where(Task.measure_id == gone.old_measure_id))[0]
    assert task.state is TaskState.PROPOSED
    make.do(gone, "drop", note="新版不再要求，任务另行处理")
    assert (task.state, make.entries(gone)[-1].note) == (TaskState.PROPOSED, "新版不再要求，任务另行处理")
    make.do(gone, "restore")
    make.do(gone, "keep")
    assert (gone.state, gone.measure_id) == (DraftState.TAKEN, gone.old_measure_id)


def test_what_stands_against_an_old_measure_is_not_taken_up_a_second_time(new):
    (changed,) = of(new, "changed")
    with pytest.raises(errors.NotReady, match="采用新版"):
        make.do(changed, "confirm")
    make.do(changed, "unmatch")
    make.walk(changed, DraftState.TAKEN)
    assert db.session.get_one(Measure, changed.measure_id).document.title == new.title


def test_the_decisions_are_made_many_at_once(new):
    same = {one.id: one.version for one in of(new, "same")}
    bulk.move_all(new, "keep", same, drafting.officer(), make.fresh())
    changed = {one.id: one.version for one in of(new, "changed")}
    bulk.move_all(new, "adopt", changed, drafting.officer(), make.fresh())
    assert {one.state for one in of(new, "same") + of(new, "changed")} == {DraftState.TAKEN}
    assert len(db.rows(select(PlanDocument))) == 2


def statement(key, words, heading="", figures=(), deadline=None):
    return Statement(key, words, heading, frozenset(figures), deadline)


def test_pairs_are_the_best_ones_and_each_side_is_used_once():
    old = [statement(1, "新建公办幼儿园2所"), statement(2, "新建公办小学1所"), statement(3, "整治河道30公里")]
    new = [statement(7, "新建公办小学2所"), statement(8, "新建公办幼儿园2所"), statement(9, "举办文化节")]
    assert {(pair.old, pair.new) for pair in pair_up(old, new)} == {(1, 8), (2, 7)}


def test_a_different_figure_or_word_makes_a_change_and_noise_does_not():
    old = [statement(1, "新建公办幼儿园2所，年底前开园。", figures=[("2", "", "所")])]
    for words, figures, changed in [
        ("新建公办幼儿园 2 所,年底前开园", [("2", "", "所")], False),
        ("新建公办幼儿园3所，年底前开园。", [("3", "", "所")], True),
        ("改建公办幼儿园2所，年底前全部开园招生。", [("2", "", "所")], True),
        ("新建公办幼儿园２所，年底前开园。", [("2", "", "所")], False),
        ("新建公办幼儿园2所，力争年底前开园。", [("2", "", "所")], True),
    ]:
        (pair,) = pair_up(old, [statement(5, words, figures=figures)])
        assert pair.changed is changed, words


def test_two_long_editions_are_paired_statement_by_statement():
    words = "建设改造提升完善推进实施开展加快培育发展道路管网学校医院产业园区市场农田林地河道桥梁"
    old = [statement(n, "".join(Random(n).choices(words, k=24))) for n in range(1, 1200)]
    pairs = matching.pair_up(old, [statement(-one.key, one.words + "并抓好落实") for one in old])
    assert [pair for pair in pairs if pair.old == -pair.new] == pairs
    assert len(pairs) == len(old)


def test_the_head_of_the_unit_that_leads_it_confirms_a_change_and_others_do_not(client, new):
    (changed,) = of(new, "changed")
    (gone,) = of(new, "gone")
    db.session.commit()
    desk = page_of(client("industry-head"), "/")
    assert "新版文件有 2 处变化等您确认" in desk.get_text()
    page = page_of(client("industry-head"), "/editions")
    assert [form["action"] for form in page.select("main form")] == [f"/editions/{one.id}" for one in (changed, gone)]
    assert page_of(client("agri-head"), "/editions").select("main form") == []
    assert client("industry-clerk").get("/editions").status_code == 403
    typed = {"verb": "adopt", "key": "k1", "seen": str(changed.version)}
    assert client("agri-head").post(f"/editions/{changed.id}", data=typed).status_code == 404
    assert client("industry-head").post(f"/editions/{changed.id}", data=typed | {"verb": "drop"}).status_code == 422
    assert client("industry-head").post(f"/editions/{changed.id}", data=typed).status_code == 303
    assert client("industry-head").post(f"/editions/{gone.id}", data={"verb": "keep", "key": "k2"}).status_code == 303
    db.session.expire_all()
    assert [one.state for one in (changed, gone)] == [DraftState.TAKEN] * 2
    assert make.entries(changed)[-1].post_id == make.post("industry-head").id
    for verb, draft in (("adopt", changed), ("keep", gone)):
        with pytest.raises(errors.Refusal):
            make.do(draft, verb, "agri-head")


def test_a_task_given_to_another_unit_is_confirmed_by_the_one_that_leads_it_now(client, new):
    (changed,) = of(new, "changed")
    task = make.walk(db.rows(select(Task).where(Task.measure_id == changed.old_measure_id))[0], TaskState.REFUSED)
    make.do(task, "reassign", unit=str(make.unit("agri").id))
    db.session.commit()
    assert len(page_of(client("agri-head"), "/editions").select("main form")) == 1
    with pytest.raises(errors.NotYours):
        make.do(changed, "adopt", "industry-head")
    make.do(changed, "adopt", "agri-head")
