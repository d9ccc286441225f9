"""What the paths of the four tables do: withdrawal, transfer, parking, extension, reports, the ladder, reviews."""

from datetime import date

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.tasks.models import Extension, Node, TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make

# Assignment


def test_a_withdrawn_assignment_waits_for_the_office_again(county):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    make.do(task, "withdraw", note="责任单位有误")
    assert task.state is TaskState.APPROVED
    assert set(make.armed(task)) == {"assign"}


def test_an_accepted_assignment_can_no_longer_be_withdrawn(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    with pytest.raises(errors.WrongState, match="撤回交办"):
        make.do(task, "withdraw", "officer-1")


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_sending_a_task_back_needs_a_reason(county, verb):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    with pytest.raises(errors.NotReady, match="请写明理由"):
        make.do(task, verb, note="  ")
    assert task.state is TaskState.ASSIGNED


def test_a_refused_task_is_upheld_or_reassigned(county):
    upheld = make.walk(make.task(), TaskState.REFUSED)
    make.do(upheld, "uphold")
    assert upheld.lead_unit.code == "industry"
    moved = make.walk(make.task(), TaskState.REFUSED)
    make.do(moved, "reassign", unit=str(make.unit("tianning").id))
    assert (moved.state, moved.lead_unit.code) == (TaskState.ASSIGNED, "tianning")


@pytest.mark.parametrize("wrong", ["", "0", "²", "9" * 30, "industry", None])
def test_a_task_is_not_given_to_a_unit_that_is_none(county, wrong):
    task = make.walk(make.task(), TaskState.REFUSED)
    with pytest.raises(errors.NotReady, match="请选择要改派的单位"):
        make.do(task, "reassign", unit=wrong)


def test_a_task_is_not_reassigned_to_its_present_unit(county):
    task = make.walk(make.task(), TaskState.REFUSED)
    with pytest.raises(errors.NotReady, match="不能是现在的牵头单位"):
        make.do(task, "reassign", unit=str(task.lead_unit_id))


def test_a_transfer_hands_over_open_reports_and_escalations(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    due, paper = make.report(task), make.escalation(task)
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    db.session.expire_all()
    assert {due.unit.code, paper.unit.code, task.lead_unit.code} == {"agri"}
    with pytest.raises(errors.NotYours):
        make.do(due, "draft", "industry-clerk")
    make.do(due, "draft", "agri-clerk")


def test_a_supporting_unit_that_takes_the_task_over_leads_it_and_no_longer_supports(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    task.supporting = [make.unit("agri"), make.unit("tianning")]
    db.session.flush()
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    db.session.expire_all()
    assert (task.lead_unit.code, [unit.code for unit in task.supporting]) == ("agri", ["tianning"])


def test_the_leader_in_charge_changes_with_the_field_unless_the_task_has_a_leader_of_its_own(county):
    usual = make.walk(make.task(), TaskState.UNDERWAY)
    own = make.walk(make.task(leader_post_id=county.post("mayor").id), TaskState.UNDERWAY)
    for task in (usual, own):
        make.do(task, "transfer", unit=str(make.unit("agri").id))
    assert usual.leader_post_id == make.unit("agri").leader_post_id
    assert own.leader_post_id == county.post("mayor").id


def test_both_units_are_told_of_a_transfer(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    told = make.told(make.entries(task)[-1])
    assert {"industry-head", "industry-clerk", "agri-head", "agri-clerk"} <= told


def test_a_report_returned_after_a_transfer_goes_to_the_new_lead(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    report = make.walk(make.report(task), "submitted")
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    db.session.expire_all()
    assert report.unit.code == "industry", "who handed it in stays its author"
    make.do(report, "return")
    db.session.expire_all()
    assert report.unit.code == "agri"
    assert "agri-clerk" in make.told(make.entries(report)[-1])


def test_an_answer_rejected_after_a_transfer_goes_to_the_new_lead(county):
    paper = make.walk(make.escalation(), "answered")
    make.do(paper.task, "transfer", unit=str(make.unit("agri").id))
    make.do(paper, "reject")
    db.session.expire_all()
    assert paper.unit.code == "agri"


# Parking


def test_parking_stops_the_clock_until_the_day_that_was_named(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    assert {"report_opens", "node_due", "task_due_soon", "task_due"} == set(make.armed(task))
    make.do(task, "park", until="2024-05-20")
    assert {rule: str(timer.due_at) for rule, timer in make.armed(task).items()} == {
        "park_over": "2024-05-20 01:00:00+00:00"
    }
    assert task.parked_until == date(2024, 5, 20)


def test_resuming_arms_the_clock_again(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    before = {rule: timer.due_at for rule, timer in make.armed(task).items()}
    make.do(task, "park", until="2024-05-20")
    clock.to("2024-03-11")
    make.do(task, "resume")
    assert {rule: timer.due_at for rule, timer in make.armed(task).items()} == before
    assert task.parked_until is None


@pytest.mark.parametrize("until", ["", "soon", "2024-03-04", "2024-01-01", "2025-01-01"])
def test_parking_is_dated_between_today_and_the_deadline(county, until):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    with pytest.raises(errors.NotReady, match="挂账到期日"):
        make.do(task, "park", until=until)


# Extensions


def test_an_extension_moves_deadline_and_open_nodes_and_keeps_the_baseline(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    nodes = db.rows(select(Node).where(Node.task_id == task.id).order_by(Node.place))
    nodes[0].done_on = date(2024, 2, 1)
    before = [(node.finish_on, node.baseline_finish_on) for node in nodes]
    make.do(task, "ask_extension", new_due_on="2025-03-31")
    make.do(task, "grant_extension")
    assert (task.due_on, task.baseline_due_on) == (date(2025, 3, 31), date(2024, 12, 31))
    assert (nodes[0].finish_on, nodes[0].baseline_finish_on) == before[0], "what is done is not moved"
    assert nodes[1].finish_on > before[1][0]
    assert nodes[1].baseline_finish_on == before[1][1]
    assert make.entries(task)[-1].changes["完成时限"] == ["2024-12-31", "2025-03-31"]
    assert make.armed(task)["task_due"].because.startswith("2025-03-31")


def test_a_granted_extension_silences_the_old_deadline(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "ask_extension", new_due_on="2025-03-31")
    make.do(task, "grant_extension")
    timers = db.rows(select(Timer).where(Timer.rule == "task_due").order_by(Timer.due_at))
    assert [timer.state for timer in timers] == [TimerState.SUPERSEDED, TimerState.ARMED]


def test_a_denied_extension_changes_nothing_but_its_answer(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "ask_extension", new_due_on="2025-03-31")
    make.do(task, "deny_extension")
    request = db.session.scalars(select(Extension)).one()
    assert (request.granted, request.decided_at is not None) == (False, True)
    assert task.due_on == date(2024, 12, 31)


def test_one_extension_is_asked_for_at_a_time(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "ask_extension")
    with pytest.raises(errors.NotReady, match="已有一份延期申请"):
        make.do(task, "ask_extension")
    make.do(task, "deny_extension")
    make.do(task, "ask_extension")


def test_nobody_answers_an_extension_that_was_not_asked_for(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    with pytest.raises(errors.NotReady, match="没有待批复的延期申请"):
        make.do(task, "grant_extension")


def test_an_extension_asked_for_too_late_says_so(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2025-01-02")
    make.do(task, "ask_extension")
    assert db.session.scalars(select(Extension)).one().too_late is True


# Reporting


def test_a_full_report_needs_proof_and_a_figure_for_every_target(county):
    report = make.report()
    for missing in ({"evidence": []}, {"evidence": [make.proof()], "figures": {}}):
        with pytest.raises(errors.NotReady, match="填报 100% 需要佐证材料"):
            make.do(report, "draft", percent="100", **missing)
    make.do(report, "draft", percent="100", evidence=[make.proof()])


@pytest.mark.parametrize("percent", ["", "-1", "101", "4.5", "四十", "²", "9" * 5000, None])
def test_a_percent_is_a_whole_number_up_to_100(county, percent):
    with pytest.raises(errors.NotReady, match="0 到 100"):
        make.do(make.report(), "draft", percent=percent)


@pytest.mark.parametrize("day", ["2023-12-31", "2024-03-05", "soon"])
def test_a_node_is_not_done_before_the_start_nor_in_the_future(county, day):
    report = make.report()
    node = db.rows(select(Node).where(Node.task_id == report.task_id))[0]
    with pytest.raises(errors.NotReady, match="节点完成日期"):
        make.do(report, "draft", nodes_done={str(node.id): day})


def test_a_report_does_not_do_the_nodes_of_another_task(county):
    foreign = db.rows(select(Node).where(Node.task_id == make.task().id))[0]
    with pytest.raises(errors.NotReady, match="节点完成日期"):
        make.do(make.report(), "draft", nodes_done={str(foreign.id): "2024-03-01"})


def test_an_accepted_report_speaks_for_its_task(county):
    report = make.report()
    make.say(report, percent="35", progress="主体完工，设备进场")
    assert (report.task.percent, report.task.physical) == (35, "主体完工，设备进场")


def test_an_earlier_report_accepted_late_does_not_turn_progress_back(county, clock):
    march = make.report()
    clock.to("2024-04-22")
    april = make.report(march.task)
    make.say(april, percent="60")
    make.say(march, percent="40")
    assert march.task.percent == 60


def test_an_unchanged_text_is_marked(county, clock):
    march = make.report()
    make.say(march, progress="正在办理前期手续")
    clock.to("2024-04-22")
    april = make.report(march.task)
    make.do(april, "draft", progress="正在办理前期手续")
    assert (march.unchanged, april.unchanged) == (False, True)


# Escalation


def test_the_same_matter_is_not_escalated_twice_at_a_time(county):
    paper = make.escalation()
    with pytest.raises(errors.NotReady, match="不重复督办"):
        make.do(paper.task, "escalate")
    make.walk(paper, "cleared")
    make.do(paper.task, "escalate")


def test_a_rung_that_needs_no_signature_goes_out_by_the_clock_alone(county):
    paper = make.escalation(step=1)
    with pytest.raises(errors.NotYours):
        make.do(paper, "issue", "mayor")
    make.do(paper, "serve")
    assert paper.answer_by == date(2024, 3, 7)


def test_a_rung_that_needs_a_signature_never_goes_out_by_the_clock(county):
    paper = make.escalation(step=5)
    with pytest.raises(errors.NotReady, match="须由领导签发"):
        make.do(paper, "serve")
    with pytest.raises(errors.NotYours):
        make.do(paper, "issue", "exec-deputy")
    make.do(paper, "issue", "mayor")


def test_numbered_papers_count_by_kind_and_year(county, clock):
    orders = [make.walk(make.escalation(step=3), "issued") for _ in range(2)]
    bulletin = make.walk(make.escalation(step=4), "issued")
    clock.to("2025-01-06")
    next_year = make.walk(make.escalation(step=3), "issued")
    assert [p.number for p in [*orders, bulletin, next_year]] == ["2024-1", "2024-2", "2024-1", "2025-1"]
    assert make.walk(make.escalation(step=1), "issued").number == ""


def test_a_paper_keeps_its_number_when_its_answer_is_rejected(county):
    paper = make.walk(make.escalation(step=3), "answered")
    make.do(paper, "reject")
    assert paper.number == "2024-1"


def test_an_unanswered_paper_climbs_one_rung_for_the_same_fact(county):
    paper = make.walk(make.escalation(step=1), "climbed")
    above = make.newest_escalation(paper.task)
    assert (above.step, above.reason, above.because_key) == (2, paper.reason, paper.because_key)


def test_a_paper_that_reached_nobody_does_not_climb(county):
    for post in ("industry-head", "industry-clerk"):
        make.vacate(post)
    task = make.task()
    for verb in ("approve", "assign"):
        make.do(task, verb)
    make.do(task, "escalate", step="1")
    paper = make.newest_escalation(task)
    make.do(paper, "serve")
    with pytest.raises(errors.NotReady, match="还没有送到任何人"):
        make.do(paper, "climb")


# Review


def test_a_review_is_objected_to_decided_and_signed(county):
    review = make.walk(make.review(), "objected")
    make.do(review, "decide", grade="fair")
    make.do(review, "sign")
    assert (review.state, review.self_grade, review.office_grade) == ("signed", "good", "fair")
    assert review.signed_at is not None


@pytest.mark.parametrize("grade", ["", "A", "优秀", None])
def test_a_quarter_gets_one_of_four_grades(county, grade):
    with pytest.raises(errors.NotReady, match="请选择等次"):
        make.do(make.review(), "self_assess", grade=grade)
