"""手工立项: a leader's note, a decision, an order become tasks in one act, and nothing twice at one unit."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import select

from taskflow import db
from taskflow.ledger.models import LedgerEntry
from taskflow.plans.models import Basis
from taskflow.reports.models import Evidence
from taskflow.sources.models import SourceKind
from taskflow.tasks.entering import BY_HAND
from taskflow.tasks.models import RoleKind, Task, TaskState
from tests import factories as make
from tests.looking import page_of

TYPED = {
    "kind": "instruction",
    "title": "整治城西农贸市场周边占道经营",
    "origin": "县长",
    "words": "请市场局牵头，十日内整治到位并书面报告。",
    "unclassified": "y",
    "key": "k1",
}


@pytest.fixture
def office(client):
    return client("officer-1")


def send(browser, status=303, **typed):
    lead = {"lead": str(make.unit("industry").id)}
    answer = browser.post("/tasks/new", data=TYPED | lead | typed, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return answer


def newest() -> Task:
    return db.rows(select(Task).order_by(Task.id))[-1]


def test_a_leaders_note_becomes_a_task_with_its_words_and_its_own_limit(office, clock):
    send(office)
    task = newest()
    assert (task.code, task.state) == ("PS-2024-001", TaskState.PROPOSED)
    assert (task.source.kind, task.source.origin) == (SourceKind.INSTRUCTION, "县长")
    assert task.source.unclassified
    assert task.due_on == date(2024, 3, 19)  # fifteen days, by the county's rule
    assert task.due_basis == Basis.ASSUMED.value
    assert {(role.role, role.who) for role in task.roles} == {
        (RoleKind.LEAD, task.lead_unit.name),
        (RoleKind.LEADER, task.leader_post.title),
    }
    page = page_of(office, f"/tasks/{task.id}").get_text()
    assert "领导批示" in page
    assert "十日内整治到位" in page


@pytest.mark.parametrize("kind", BY_HAND)
def test_every_kind_of_source_can_be_entered(office, kind):
    more = {"number": "12", "issued_on": "2024-03-01", "due_on": "2024-04-10"}
    send(office, kind=kind.value, key=kind.value, **more)
    assert newest().source.kind is kind
    assert newest().due_on == date(2024, 4, 10)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"kind": ""}, "请选择来源"),
        ({"title": "整"}, "事项写 4 到 120 字"),
        ({"lead": ""}, "请选择牵头单位"),
        ({"lead": "99999"}, "请选择牵头单位"),
        ({"origin": ""}, "请填写来源"),
        ({"due_on": "2024-03-01"}, "完成时限不能早于今天"),
        ({"due_on": "后天"}, "请填写有效的日期"),
        ({"unclassified": ""}, "涉密事项不得录入"),
        ({"kind": "motion", "number": ""}, "请填写编号"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(office, typed, told):
    answer = send(office, 422, **typed)
    assert told in answer.text
    assert TYPED["words"] in answer.text
    assert db.rows(select(Task)) == []


def test_the_same_matter_at_the_same_unit_is_shown_before_it_is_entered_again(office):
    send(office)
    again = send(office, 422, key="k2", title="整治城西农贸市场周边占道经营问题")
    assert "可能是同一事项" in again.text
    assert "PS-2024-001" in again.text
    send(office, key="k3", title="整治城西农贸市场周边占道经营问题", reason="范围扩大到全县")
    begun = select(LedgerEntry.facts).where(LedgerEntry.subject_id == newest().id, LedgerEntry.verb == "begin")
    assert "范围扩大到全县" in db.session.scalar(begun)["although"]


def test_another_unit_may_have_a_task_of_the_same_name(office):
    send(office)
    send(office, key="k2", lead=str(make.unit("agri").id))
    assert newest().code == "PS-2024-002"


def test_the_same_form_twice_enters_one_task(office):
    send(office)
    send(office)
    assert len(db.rows(select(Task))) == 1


def test_pasted_words_fill_what_is_empty_and_overwrite_nothing(office):
    words = "由县工信局牵头，6月底前完成规上企业培育库建设。"
    page = send(office, 200, read="1", words=words, title="", lead="")
    assert 'value="2024-06-30"' in page.text
    assert "已从原文填写" in page.text
    kept = send(office, 200, read="1", words=words, due_on="2024-05-01")
    assert 'value="2024-05-01"' in kept.text


def test_a_file_hangs_on_the_source_and_who_sees_the_task_sees_it(office, client):
    letter = (io.BytesIO("批示原件，请认真办理并按时报告。\n".encode() * 20), "批示.txt")
    send(office, evidence=letter, supporting=[str(make.unit("agri").id)])
    (file,) = db.rows(select(Evidence))
    assert (file.subject_kind, file.task_id) == ("source", newest().id)
    with client("industry-clerk").get(f"/evidence/{file.id}") as answer:
        assert answer.status_code == 200
    assert client("tianning-clerk").get(f"/evidence/{file.id}").status_code == 404


def test_only_the_office_enters_sources(client):
    assert client("industry-head").get("/tasks/new").status_code == 403
    assert send(client("industry-head"), 403).status_code == 403
