"""What the paths of the tables do: withdrawal, transfer, parking, requests, ends, reports, the ladder, reviews."""

from datetime import date

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.requests.models import Request, RequestState
from taskflow.support.models import Answer, AnswerState
from taskflow.tasks.models import Node, RoleKind, TaskRole, TaskState
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
    make.support(task, "agri", "tianning")
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


# Requests


def asked(verb="ask_extension", **args):
    """A task under way and what its unit asks for it."""
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, verb, **args)
    return task, db.session.scalars(select(Request).where(Request.task_id == task.id)).one()


def granted(request, **args):
    """A request with the office's opinion and the leader's yes."""
    make.do(request, "forward", note="情况属实，建议同意")
    make.do(request, "grant", **args)


def test_an_extension_moves_deadline_and_open_nodes_and_keeps_the_baseline(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    nodes = db.rows(select(Node).where(Node.task_id == task.id).order_by(Node.place))
    nodes[0].done_on = date(2024, 2, 1)
    before = [(node.finish_on, node.baseline_finish_on) for node in nodes]
    granted(make.request(task, "ask_extension"))
    assert (task.due_on, task.baseline_due_on) == (date(2025, 3, 29), date(2024, 12, 31))
    assert (nodes[0].finish_on, nodes[0].baseline_finish_on) == before[0], "what is done is not moved"
    assert nodes[1].finish_on > before[1][0]
    assert nodes[1].baseline_finish_on == before[1][1]
    assert make.entries(task)[-1].changes["完成时限"] == ["2024-12-31", "2025-03-29"]
    assert make.entries(task)[-1].raw["due_on"] == ["2024-12-31", "2025-03-29"]
    assert make.armed(task)["task_due"].because.startswith("2025-03-29")


def test_a_granted_extension_silences_the_old_deadline(county):
    granted(asked(new_due_on="2025-03-31")[1])
    timers = db.rows(select(Timer).where(Timer.rule == "task_due").order_by(Timer.due_at))
    assert [timer.state for timer in timers] == [TimerState.SUPERSEDED, TimerState.ARMED]


def test_a_denied_extension_changes_nothing_but_its_answer(county):
    task, request = asked(new_due_on="2025-03-31")
    make.do(request, "forward")
    make.do(request, "deny")
    assert (request.state, request.decided_at is not None, request.granted) == (RequestState.DENIED, True, {})
    assert task.due_on == date(2024, 12, 31)


def test_the_leader_may_fix_another_day_than_the_one_asked_for(county):
    task, request = asked(new_due_on="2025-06-30")
    granted(request, granted_on="2025-03-31")
    assert task.due_on == date(2025, 3, 31)
    assert (request.day("wanted"), request.day("granted")) == (date(2025, 6, 30), date(2025, 3, 31))
    told = next(entry for entry in make.entries(request) if entry.verb == "grant")
    assert told.facts["instead_of"] == "2025-06-30"


@pytest.mark.parametrize("day", ["2024-03-04", "2023-01-01", "soon", "2061-01-01"])
def test_the_leader_fixes_a_day_to_come(county, day):
    _, request = asked(new_due_on="2025-06-30")
    make.do(request, "forward")
    with pytest.raises(errors.NotReady, match="另定的日期"):
        make.do(request, "grant", granted_on=day)


def test_only_a_request_for_a_day_can_be_given_another_one(county):
    _, request = asked("ask_owner", unit=str(make.unit("agri").id))
    make.do(request, "forward")
    with pytest.raises(errors.NotReady, match="另定的日期"):
        make.do(request, "grant", granted_on="2025-06-30")


def test_one_request_of_a_kind_is_asked_for_at_a_time(county):
    task, request = asked()
    with pytest.raises(errors.NotReady, match="已有一份延期申请"):
        make.do(task, "ask_extension")
    make.do(task, "ask_parking")
    make.do(request, "forward")
    make.do(request, "deny")
    make.do(task, "ask_extension")


@pytest.mark.parametrize(("verb", "who"), [("grant", "deputy-industry"), ("deny", "deputy-industry")])
def test_a_leader_answers_only_what_the_office_has_given_its_opinion_on(county, verb, who):
    _, request = asked()
    with pytest.raises(errors.WrongState):
        make.do(request, verb, who)


def test_the_office_does_not_answer_in_the_leaders_place(county):
    _, request = asked()
    make.do(request, "forward")
    for verb in ("grant", "deny"):
        with pytest.raises(errors.NotYours):
            make.do(request, verb, "officer-1", note="同意")


def test_an_opinion_needs_words(county):
    _, request = asked()
    with pytest.raises(errors.NotReady, match="请写明理由"):
        make.do(request, "forward", note=" ")


def test_a_returned_request_is_mended_and_asked_again_or_withdrawn(county):
    for verb, state in (("resubmit", RequestState.ASKED), ("withdraw", RequestState.WITHDRAWN)):
        _, request = asked()
        make.do(request, "return", note="请附会议纪要")
        make.do(request, verb, note="补充：见第 3 次会议纪要")
        assert request.state is state
        assert ("补充" in request.reason) == (verb == "resubmit")


def test_an_extension_asked_for_too_late_says_so(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2025-01-02")
    assert make.request(task).too_late is True


def test_parking_that_is_granted_parks_the_task(county):
    task, request = asked("ask_parking", until="2024-05-20")
    granted(request)
    assert (task.state, task.parked_until) == (TaskState.PARKED, date(2024, 5, 20))


def test_a_new_owner_that_is_granted_gets_the_task_to_accept(county):
    task, request = asked("ask_owner", unit=str(make.unit("agri").id))
    granted(request)
    assert (task.state, task.lead_unit.code) == (TaskState.ASSIGNED, "agri")


def test_other_nodes_that_are_granted_keep_the_old_ones_in_the_ledger(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "agree_plan")
    first = task.nodes[0]
    nodes = [{"id": str(first.id), "name": "开工", "start_on": "2024-02-01", "finish_on": "2024-07-31"}]
    granted(make.request(task, "ask_nodes", nodes=nodes))
    assert [(node.name, node.finish_on) for node in task.nodes] == [("开工", date(2024, 7, 31))]
    assert first.baseline_finish_on == date(2024, 6, 28), "what was agreed stays the baseline"
    told = make.entries(task)[-1]
    assert (told.verb, len(told.facts["old"]), len(told.facts["nodes"])) == ("replan", 2, 1)


def test_a_unit_arranges_its_nodes_itself_until_the_plan_is_agreed(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "plan_nodes", "industry-clerk")
    assert len(task.nodes) == 3
    with pytest.raises(errors.NotReady, match="还没有审定"):
        make.do(task, "ask_nodes")
    make.do(task, "agree_plan")
    with pytest.raises(errors.NotReady, match="已经审定"):
        make.do(task, "plan_nodes", "industry-clerk")


def test_a_node_that_is_done_cannot_be_planned_away(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    task.nodes[0].done_on = date(2024, 3, 1)
    left = [{"id": str(task.nodes[1].id), "name": "竣工", "start_on": "2024-02-01", "finish_on": "2024-07-31"}]
    with pytest.raises(errors.NotReady, match="节点"):
        make.do(task, "plan_nodes", nodes=left)


# Ends


def test_a_cancelled_task_leaves_nothing_open(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    report, paper, request = make.report(task), make.escalation(task), make.request(task)
    make.do(task, "cancel", note="政策调整")
    for record, state in ((report, "discarded"), (paper, "withdrawn"), (request, "withdrawn")):
        db.session.refresh(record)
        assert record.state == state
        assert make.armed(record) == {}
    assert make.armed(task) == {}
    assert task.closed_at is not None


def test_a_request_to_cancel_or_merge_that_is_granted_ends_the_task_and_stays_granted(county):
    other = make.task()
    for verb, args, state in (
        ("ask_cancellation", {}, TaskState.CANCELLED),
        ("ask_merging", {"into": other.code}, TaskState.MERGED),
    ):
        task, request = asked(verb, **args)
        granted(request)
        assert (task.state, request.state) == (state, RequestState.GRANTED)
    assert task.merged_into_id == other.id


@pytest.mark.parametrize("into", ["itself", "", "没有这个编号", "ended"])
def test_a_task_is_merged_into_another_one_that_goes_on(county, into):
    task, ended = make.walk(make.task(), TaskState.UNDERWAY), make.task()
    make.do(ended, "cancel")
    code = {"itself": task.code, "ended": ended.code}.get(into, into)
    with pytest.raises(errors.NotReady, match="并入哪项任务"):
        make.do(task, "merge", into=code)


def test_an_ended_task_is_taken_up_again_by_the_director_with_a_reason(county):
    closed = make.walk(make.task(), TaskState.CLOSED)
    for who in ("officer-1", "deputy-industry", "industry-head"):
        with pytest.raises(errors.NotYours):
            make.do(closed, "reactivate", who, note="群众反映没有办完")
    with pytest.raises(errors.NotReady, match="请写明理由"):
        make.do(closed, "reactivate", "director", note="")
    make.do(closed, "reactivate", "director", note="群众反映没有办完")
    assert (closed.state, closed.closed_at, closed.closing_grade) == (TaskState.UNDERWAY, None, None)
    assert {"task_due", "report_opens"} <= set(make.armed(closed))
    cancelled = make.do(make.walk(make.task(), TaskState.UNDERWAY), "cancel")
    make.do(cancelled, "revive", "director", note="继续推进")
    assert (cancelled.state, cancelled.closed_at) == (TaskState.APPROVED, None)


# Who answers


def test_who_answered_on_a_day_stays_in_the_record(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    clock.to("2024-04-01")
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    leads = select(TaskRole).where(TaskRole.task_id == task.id, TaskRole.role == RoleKind.LEAD).order_by(TaskRole.since)
    assert [(row.unit.code, str(row.since), str(row.until or "")) for row in db.rows(leads)] == [
        ("industry", "2024-03-04", "2024-03-31"),
        ("agri", "2024-04-01", ""),
    ]


def test_a_named_person_takes_the_place_of_the_one_before(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "name_person", person="王某，规划股股长")
    clock.to("2024-04-01")
    make.do(task, "name_person", person="李某，规划股股长")
    now = [row.name for row in task.roles if row.role is RoleKind.PERSON and row.until is None]
    assert now == ["李某，规划股股长"]
    assert [row.who for row in task.roles if row.role is RoleKind.PERSON and row.until] == ["王某，规划股股长"]


def test_silence_is_kept_as_silence_and_may_still_be_broken(county, clock):
    answer = make.answer()
    make.do(answer, "fall_silent")
    assert (answer.state, answer.verdict) == (AnswerState.SILENT, None)
    make.do(answer, "say", "agri-head", verdict="agree", note="")
    assert [entry.verb for entry in make.entries(answer)] == ["begin", "fall_silent", "say"]


@pytest.mark.parametrize("verdict", ["add", "object"])
def test_adding_and_objecting_need_words(county, verdict):
    with pytest.raises(errors.NotReady, match="请写明内容"):
        make.do(make.answer(), "say", verdict=verdict, note="")


def test_a_supporting_unit_speaks_unasked_and_only_for_itself(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.support(task, "agri")
    with pytest.raises(errors.NotYours):
        make.do(task, "speak", "tianning-head")
    make.do(task, "speak", "agri-clerk", verdict="object", note="用地指标不在我局")
    said = db.session.scalars(select(Answer).where(Answer.task_id == task.id)).one()
    assert (said.unit.code, said.state, said.words) == ("agri", AnswerState.GIVEN, "用地指标不在我局")


# Reporting


def test_a_full_report_needs_proof_and_a_figure_for_every_target(county):
    report = make.report()
    for missing in ({"evidence": []}, {"evidence": [make.proof()], "figures": {}}):
        with pytest.raises(errors.NotReady, match="报告已完成需要佐证材料"):
            make.do(report, "draft", percent="100", **missing)
    make.do(report, "draft", percent="100", evidence=[make.proof()])


@pytest.mark.parametrize("percent", ["", "-1", "101", "4.5", "四十", "²", "9" * 5000, None])
def test_a_percent_is_a_whole_number_up_to_100(county, percent):
    with pytest.raises(errors.NotReady, match="0 到 100"):
        make.do(make.report(), "draft", percent=percent, figures={})


def test_the_percent_follows_from_the_figures_where_none_is_typed(county):
    report = make.report()
    target = str(report.task.measure.targets[0].id)
    make.do(report, "draft", percent="", figures={target: "4"})
    assert (report.percent, report.reckoned) == (50, 50)


def test_a_percent_that_differs_from_the_figures_is_kept_beside_them(county):
    report = make.report()
    target = str(report.task.measure.targets[0].id)
    make.do(report, "draft", percent="80", figures={target: "4"})
    assert (report.percent, report.reckoned) == (80, 50)


def test_done_with_a_figure_below_its_target_is_refused_or_says_why(county):
    report = make.report()
    target = str(report.task.measure.targets[0].id)
    full = {"percent": "100", "figures": {target: "1"}, "evidence": [make.proof()]}
    with pytest.raises(errors.NotReady, match="没有达到目标值"):
        make.do(report, "draft", **full)
    make.do(report, "draft", **full, shortfall="企业数量按新口径统计")
    assert (report.percent, report.reckoned, report.shortfall) == (100, 12, "企业数量按新口径统计")


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
