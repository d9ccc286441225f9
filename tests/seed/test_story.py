"""The demo county's story: deterministic, complete, and every role has something to do at its end."""

from contextlib import nullcontext
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, true

from seed.story.play import play
from seed.story.years import END, END_HOUR
from taskflow import clock as county_clock
from taskflow import db
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.ledger import dump, verify
from taskflow.ledger.models import LedgerEntry, LedgerHead
from taskflow.notices.models import Notice
from taskflow.org.models import Post, Region, Role
from taskflow.plans.models import Measure, Project
from taskflow.reading.files.opening import open_source
from taskflow.reading.tables.reading import read_table
from taskflow.reports import evidence
from taskflow.reports.models import Evidence, Report, ReportOrigin, ReportState
from taskflow.requests.models import ANSWERED, Request, RequestKind, RequestState
from taskflow.reviews.models import Review, ReviewState
from taskflow.rules import book, late, lights, progress
from taskflow.sources.models import IN_DOCUMENTS, Source, SourceKind
from taskflow.support.models import Answer, AnswerState, Verdict
from taskflow.tables import comparing
from taskflow.tables.commands import export_tasks
from taskflow.tasks.models import (
    ClosingGrade,
    Node,
    Occurrence,
    OccurrenceState,
    RoleKind,
    Task,
    TaskRole,
    TaskState,
)
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine import batch
from taskflow.workflows.engine.models import Timer, TimerState
from tests import home, rebuilt

REGION = "141122"
AUTUMN = date(2021, 6, 30)
FIELDS = ("chain", "seq", "at", "command_id", "actor_id", "subject_kind", "subject_id", "verb", "hash")


def count(kind, *only):
    return db.session.scalar(select(func.count()).select_from(kind).where(*only))


def tell(data, *, until=END):
    """Play the story in the county that is open."""
    with db.transaction():
        play(db.session.get_one(Region, REGION), data, until=until)


@pytest.fixture(scope="module")
def once_told(store, whole, tmp_path_factory):
    """The whole story, and when it was told."""
    with store.copied(whole) as url:
        told = SimpleNamespace(url=url, data=tmp_path_factory.mktemp("story"), began=county_clock.wall())
        with home.elsewhere(url):
            tell(told.data)
        told.ended = county_clock.wall()
        yield told


@pytest.fixture
def told(once_told):
    """The county after its story; the clock stands at its end."""
    with home.elsewhere(once_told.url), county_clock.frozen(county_clock.at(END, END_HOUR)):
        yield once_told


def rows_of(kind, *leave_out):
    """All rows of a table as plain values, in order of their content."""
    columns = [column for column in kind.__table__.c if column.name not in leave_out]
    return sorted(map(repr, db.session.execute(select(*columns)).all()))


@pytest.mark.slow
def test_the_story_is_the_same_each_time_gathered_or_move_by_move(store, whole, tmp_path, monkeypatch):
    seen = []
    for collecting in (batch.collecting, nullcontext):
        monkeypatch.setattr(batch, "collecting", collecting)
        with store.copied(whole) as url, home.elsewhere(url):
            tell(tmp_path, until=AUTUMN)
            seen.append(
                [
                    rows_of(LedgerEntry, "id"),
                    rows_of(LedgerHead),
                    rows_of(Timer, "id"),
                    rows_of(Notice, "id", "entry_id"),
                    rows_of(Task),
                    rows_of(Node, "id"),
                    rows_of(Report),
                ]
            )
    assert seen[0] == seen[1]
    assert len(seen[0][0]) > 700


@pytest.mark.once
@pytest.mark.usefixtures("told")
class TestTheWholeStory:
    """One county for all of these."""

    def test_everything_that_the_documents_promise_is_a_task(self):
        by_hand = count(Source, Source.kind.not_in(IN_DOCUMENTS))
        assert by_hand > 3
        assert count(Task) == count(Measure, Measure.same_as_id.is_(None)) + count(Project) + by_hand
        assert count(Task, Task.state.in_((TaskState.PROPOSED, TaskState.APPROVED))) == 0

    def test_every_task_has_its_history_and_the_whole_is_within_bounds(self):
        entries = select(LedgerEntry.chain, func.count().label("n")).where(LedgerEntry.chain.like("task:%"))
        shortest = db.session.scalar(select(func.min(entries.group_by(LedgerEntry.chain).subquery().c.n)))
        assert shortest >= 4
        assert 10_000 < count(LedgerEntry) < 60_000

    def test_the_ledger_verifies(self):
        report = verify.check(dump.entries())
        assert report.ok, list(map(str, report.breaks[:5]))
        assert report.entries == count(LedgerEntry)

    def test_the_works_of_2021_are_done_and_closed(self):
        of_2021 = (Task.document_code == "002") & (Task.baseline_due_on == date(2021, 12, 31))
        closed = count(Task, of_2021, Task.state == TaskState.CLOSED)
        assert closed >= count(Task, of_2021) - 2
        assert count(Task, of_2021, Task.closed_at > county_clock.at(date(2022, 1, 15))) > 3

    def test_every_kind_of_late_is_there(self):
        found = late.counts(REGION, END, true())
        assert {kind for kind, n in found.items() if n} == set(late.Late)
        for kind in (late.Late.BEHIND, late.Late.NODE):
            assert found[kind] < count(Task) / 4, "a county in which all is late shows nothing"

    def test_every_light_is_there_and_what_nobody_knows_is_much_but_not_all(self):
        light = progress.light(END, book.of(REGION).numbers("lights", END))
        found = dict(db.session.execute(select(light, func.count()).select_from(Task).group_by(light)).all())
        assert set(found) == {colour.value for colour in lights.Light}
        assert found["red"] < found["yellow"] < found["blue"]
        assert count(Task) / 5 < found["unknown"] < count(Task) / 2

    def test_no_long_task_begins_its_steps_in_its_last_year(self):
        first = select(Node.task_id, func.min(Node.finish_on).label("finish_on")).group_by(Node.task_id).subquery()
        asked = select(Task, first.c.finish_on).join(first, first.c.task_id == Task.id)
        long = [
            (task, day) for task, day in db.session.execute(asked) if (task.baseline_due_on - task.start_on).days > 1200
        ]
        assert len(long) > 1300
        assert [task.code for task, day in long if day.year == task.due_on.year] == []
        assert {task.template for task, _ in long} == {"stages", "construction"}

    def test_a_leaders_note_is_reported_by_the_unit_itself_and_closed_with_a_grade_in_its_ten_days(self):
        notes = select(Task).join(Task.source).where(Source.kind == SourceKind.INSTRUCTION).order_by(Task.code)
        done, open_one = db.rows(notes)
        assert (done.state, done.closing_grade) == (TaskState.CLOSED, ClosingGrade.EXCELLENT)
        assert (done.due_on - done.start_on).days == 10
        assert count(Report, Report.task_id == done.id, Report.origin == ReportOrigin.OWN) == 1
        missed = LedgerEntry.verb.in_(("miss", "miss_sign"))
        assert not db.rows(select(LedgerEntry).where(LedgerEntry.chain == f"task:{done.id}", missed))
        assert done.source.words
        assert done.source.approver
        assert open_one.plan_agreed_on
        assert count(TaskRole, TaskRole.task_id == open_one.id, TaskRole.role == RoleKind.PERSON) == 1

    def test_supporting_units_agree_add_object_and_stay_silent(self):
        said = {tuple(row) for row in db.session.execute(select(Answer.state, Answer.verdict))}
        assert said >= {(AnswerState.GIVEN, verdict) for verdict in Verdict} | {(AnswerState.SILENT, None)}

    def test_work_ends_in_all_four_ways_directly_and_on_request(self):
        for state, n in ((TaskState.CANCELLED, 2), (TaskState.MERGED, 2), (TaskState.HANDED_OFF, 1)):
            assert count(Task, Task.state == state) == n
        granted = set(db.rows(select(Request.kind).where(Request.state == RequestState.GRANTED)))
        assert granted >= {RequestKind.EXTENSION, RequestKind.CANCELLATION, RequestKind.MERGING}

    def test_a_leader_fixed_another_date_than_the_one_asked_for(self):
        decided = db.rows(select(Request).where(Request.state == RequestState.GRANTED))
        (fixed,) = [one for one in decided if one.granted != one.wanted]
        assert fixed.task.due_on.isoformat() == fixed.granted["new_due_on"] < fixed.wanted["new_due_on"]

    def test_turns_of_recurring_work_are_done_waived_and_late(self):
        assert count(Occurrence, Occurrence.state == OccurrenceState.DONE) > 30
        assert count(Occurrence, Occurrence.state == OccurrenceState.WAIVED) == 1
        assert count(Occurrence, Occurrence.state == OccurrenceState.OPEN, Occurrence.due_on < END) == 1

    def test_the_office_asked_and_was_answered(self):
        asked = Report.origin == ReportOrigin.OFFICE
        assert count(Report, asked, Report.state == ReportState.ACCEPTED) > 30
        assert count(Report, asked, Report.state == ReportState.DUE) == 2

    def test_half_a_year_is_lived_through(self):
        verbs = set(db.rows(select(LedgerEntry.verb).where(LedgerEntry.at > county_clock.at(date(2024, 1, 1)))))
        assert verbs >= {
            "accept", "refuse", "uphold", "reassign", "transfer", "draft", "redo", "agree", "return", "miss",
            "miss_redo", "miss_acceptance", "serve", "answer", "reject", "clear", "climb", "issue", "decline",
            "escalate", "ask_extension", "forward", "grant", "deny", "extend", "park", "resume", "claim",
            "send_back", "verify", "close", "self_assess", "assess", "object", "decide", "sign", "report",
            "demand_report", "set_rhythm", "name_person", "agree_plan", "speak", "say", "fall_silent", "cancel",
            "merge", "hand_off", "ask_cancellation", "ask_merging", "fulfil",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("role", "kind", "states"),
        [
            (Role.CLERK, Report, (ReportState.DUE, ReportState.RETURNED)),
            (Role.HEAD, Report, (ReportState.DRAFTED,)),
            (Role.HEAD, Escalation, (EscalationState.ISSUED,)),
            (Role.OFFICER, Report, (ReportState.SUBMITTED,)),
            (Role.OFFICER, Task, (TaskState.CLAIMED,)),
            (Role.OFFICER, Task, (TaskState.VERIFIED,)),
            (Role.OFFICER, Task, (TaskState.REFUSED,)),
            (Role.OFFICER, Escalation, (EscalationState.ANSWERED,)),
            (Role.OFFICER, Review, (ReviewState.SELF_ASSESSED, ReviewState.OBJECTED)),
            (Role.LEADER, Review, (ReviewState.ASSESSED,)),
            (Role.LEADER, Escalation, (EscalationState.PROPOSED,)),
        ],
        ids=lambda value: getattr(value, "__name__", str(value)),
    )
    def test_every_role_has_something_to_do(self, role, kind, states):
        posts = db.session.scalars(select(Post).where(Post.role == role)).unique().all()
        flow = next(flow for flow in FLOWS.values() if flow.record is kind)
        waiting = [flow.owner(state).waiting(kind, posts) & (kind.state == state) for state in states]
        assert sum(count(kind, condition) for condition in waiting) > 0

    def test_leaders_have_extensions_to_decide_one_of_them_asked_too_late(self):
        wanted = select(Request).where(Request.kind == RequestKind.EXTENSION)
        open_ones = db.rows(wanted.where(Request.state == RequestState.FORWARDED))
        assert len({request.leader_post_id for request in open_ones}) >= 3
        unanswered = db.rows(wanted.where(Request.state.not_in(ANSWERED)))
        assert [request.too_late for request in unanswered].count(True) == 1

    def test_a_granted_request_has_moved_its_task(self):
        granted = db.rows(select(Request).where(Request.state == RequestState.GRANTED))
        assert granted
        carried_out = select(LedgerEntry.command_id).where(LedgerEntry.command_id.like("grant:request:%"))
        assert set(db.rows(carried_out)) == {f"grant:request:{one.id}" for one in granted}

    def test_a_task_is_rebuilt_from_its_chain(self):
        entries = db.rows(select(LedgerEntry).order_by(LedgerEntry.chain, LedgerEntry.seq))
        assert rebuilt.differences(entries, (Task, Report, Request, Escalation, Review)) == []

    def test_the_first_quarter_is_signed_for_most_and_the_second_is_not_open(self):
        signed = count(Review, Review.state == ReviewState.SIGNED)
        assert count(Review, Review.quarter == "2024-Q1") == count(Review)
        assert count(Review) / 2 < signed < count(Review)

    def test_the_ladder_ends_where_a_named_leader_must_sign(self):
        proposed = db.rows(select(Escalation).where(Escalation.state == EscalationState.PROPOSED))
        assert proposed
        assert all(paper.signer_post_id is not None for paper in proposed)

    def test_nothing_that_is_due_was_left_to_the_clock(self):
        now = county_clock.now()
        assert count(Timer, Timer.state == TimerState.ARMED, Timer.not_before < now) == 0
        assert count(Timer, Timer.state == TimerState.DEAD) == 0

    def test_a_report_handed_in_in_time_and_returned_is_not_called_missing(self):
        returned = select(LedgerEntry.subject_id).where(LedgerEntry.verb == "return")
        missing = select(LedgerEntry).where(
            LedgerEntry.subject_kind == "report",
            LedgerEntry.subject_id.in_(returned),
            LedgerEntry.verb.in_(("miss", "miss_sign")),
        )
        assert not db.rows(missing)

    def test_reports_are_short_and_of_many_kinds(self):
        texts = db.rows(select(Report.progress).where(Report.progress != ""))
        assert max(map(len, texts)) < 150
        assert len(set(texts)) > len(texts) / 3

    def test_every_proof_is_a_file_under_its_digest(self, told):
        kept = db.rows(select(Evidence))
        assert len({file.name.rpartition(".")[2] for file in kept}) == 2
        for file in kept:
            assert evidence.path_of(file.sha256, told.data).stat().st_size == file.size

    @pytest.mark.parametrize(("form", "layout"), [("xlsx", "ledger"), ("csv", "breakdown"), ("xlsx", "schedule")])
    def test_all_its_tasks_come_back_unchanged_from_a_table(self, tmp_path, form, layout):
        path = tmp_path / f"own.{form}"
        export_tasks(form, path, layout, None)
        compared = comparing.compare(read_table(open_source(path), units=comparing.units_of(REGION)), REGION)
        assert [(one.code, one.differences) for one in compared.different] == []
        assert len(compared.same) == count(Task)

    def test_the_demo_goes_on_from_the_last_moment(self, told):
        shift = db.session.get_one(Region, REGION).clock_shift
        loaded = county_clock.at(END, END_HOUR) - timedelta(seconds=shift)
        second = timedelta(seconds=1)
        assert told.began - second <= loaded <= told.ended + second
