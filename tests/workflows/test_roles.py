"""Who answers for a task: one lead, one or two leaders, and the others, each with their days."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from taskflow import db, errors
from taskflow.support.models import Answer, AnswerState, Verdict
from taskflow.tasks import page
from taskflow.tasks.models import RoleKind, TaskState
from tests import factories as make


def who(task, day=date(2024, 3, 4)):
    return {(role.role, role.who) for role in page.responsible(task, day)}


def test_a_second_leader_answers_too_and_may_decide(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    mayor = make.post("mayor")
    make.do(task, "set_role", role="leader", role_who=f"post:{mayor.id}")
    assert {role.post_id for role in task.roles if role.role is RoleKind.LEADER} == {task.leader_post_id, mayor.id}
    request = make.request(task)
    make.do(request, "forward")
    assert "mayor" in make.told(make.entries(request)[-1])
    make.do(task, "cancel", by="mayor")
    assert task.state is TaskState.CANCELLED


def test_there_are_at_most_two_leaders_and_the_first_stays(county):
    task = make.task()
    make.do(task, "set_role", role="leader", role_who=f"post:{make.post('mayor').id}")
    for post in ("exec-deputy", "deputy-industry"):
        with pytest.raises(errors.NotReady, match="牵头领导最多两位"):
            make.do(task, "set_role", role="leader", role_who=f"post:{make.post(post).id}")


@pytest.mark.parametrize("role", ["supporting", "coordinator", "supervisor"])
def test_whoever_supports_coordinates_or_supervises_is_not_the_lead(county, role):
    task = make.task()
    with pytest.raises(errors.NotReady, match="牵头以外的单位"):
        make.do(task, "set_role", role=role, role_who=f"unit:{task.lead_unit_id}")
    make.do(task, "set_role", role=role, role_who=f"unit:{make.unit('agri').id}")
    assert (RoleKind(role), "县农业农村局") in who(task)


def test_a_pairing_has_the_countys_own_name_and_ends_when_it_is_named_again(county, clock):
    task = make.task()
    given = {"role": "paired", "role_who": f"post:{make.post('mayor').id}", "role_label": "包联县领导"}
    make.do(task, "set_role", **given)
    assert [role.label for role in task.roles if role.role is RoleKind.PAIRED] == ["包联县领导"]
    clock.to("2024-03-11 09:00")
    make.do(task, "set_role", **given)
    assert RoleKind.PAIRED in {role for role, _ in who(task, date(2024, 3, 10))}
    assert RoleKind.PAIRED not in {role for role, _ in who(task, date(2024, 3, 11))}


def test_who_was_responsible_on_a_day_survives_a_transfer(county, clock):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.do(task, "name_person", person="王某，规划股股长")
    clock.to("2024-03-11 09:00")
    make.do(task, "transfer", unit=str(make.unit("agri").id))
    assert (RoleKind.LEAD, "县工业和信息化局") in who(task, date(2024, 3, 10))
    assert (RoleKind.LEAD, "县农业农村局") in who(task, date(2024, 3, 11))
    assert (RoleKind.PERSON, "王某，规划股股长") in who(task, date(2024, 3, 10))


def test_a_supporting_unit_speaks_unasked_and_the_lead_hears_it(county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    make.support(task, "agri")
    make.do(task, "speak", by="agri-head", verdict="object", note="需先明确用地")
    (answer,) = db.rows(select(Answer))
    assert (answer.verdict, answer.words, answer.state) == (Verdict.OBJECT, "需先明确用地", AnswerState.GIVEN)
    with pytest.raises(errors.NotYours):
        make.do(task, "speak", by="tianning-head", verdict="agree")
    with pytest.raises(errors.NotReady, match="写明内容"):
        make.do(task, "speak", by="agri-head", verdict="add", note="")
