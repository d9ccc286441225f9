"""The page that arranges nodes: rows read without JavaScript, judged row by row, and nothing typed is lost."""

import pytest
from bs4 import BeautifulSoup

from taskflow import db
from taskflow.tasks.models import Node, TaskState
from tests import factories as make
from tests.looking import page_of


@pytest.fixture
def task(county):
    """A task under way with two nodes, the first of them done."""
    made = make.walk(make.task(nodes=2), TaskState.UNDERWAY)
    first = made.nodes[0].id
    make.say(make.report(made), percent="40", nodes_done={str(first): made.start_on.isoformat()})
    db.session.commit()
    return made


def typed(task, *more, **extra):
    """The form as it stands, with rows (name, start, finish, place) behind the nodes."""
    rows = [(n.name, n.start_on.isoformat(), n.finish_on.isoformat(), "", str(n.id)) for n in task.nodes]
    rows += [(*row, "", "")[:5] for row in more]
    values = {"key": make.fresh("key"), "seen": str(task.version)} | extra
    for number, (name, start, finish, place, node_id) in enumerate(rows, start=1):
        given = {"id": node_id, "name": name, "start": start, "finish": finish, "place": place or str(number)}
        values |= {f"node-{number}-{key}": value for key, value in given.items()}
    return values


def send(browser, task, values, verb="plan_nodes"):
    return browser.post(f"/task/{task.id}/{verb}", data=values)


def names(task):
    db.session.expire_all()
    return [node.name for node in task.nodes]


def test_the_page_shows_the_nodes_and_empty_rows_and_fixes_what_is_done(task, client):
    soup = page_of(client("industry-clerk"), f"/task/{task.id}/plan_nodes")
    rows = soup.select(".node-rows tbody tr")
    assert len(rows) == 5
    assert "完成" in rows[0].get_text()
    assert rows[0].select("input[type=date]") == []
    assert rows[1].select_one("input[name=node-2-name]")["value"] == "节点2"
    assert [row.select_one("input[name$=-name]")["value"] for row in rows[2:]] == ["", "", ""]


def test_a_row_is_added_between_two_others_by_its_number(task, client):
    before = {node.id for node in task.nodes}
    values = typed(task, ("中期检查", "2024-03-01", "2024-05-31", "1"))
    assert send(client("industry-clerk"), task, values).status_code == 303
    assert names(task) == ["节点1", "中期检查", "节点2"]
    assert before < {node.id for node in task.nodes}


def test_a_ticked_row_goes_but_a_node_that_is_done_stays(task, client):
    values = typed(task, ("总结", "2024-11-01", "2024-11-30"))
    values |= {"node-1-drop": "y", "node-2-drop": "y", "node-1-name": "改名"}
    assert send(client("industry-clerk"), task, values).status_code == 303
    assert names(task) == ["节点1", "总结"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("", "2024-03-01", "2024-05-31"), "请填写节点名称"),
        (("字" * 41, "2024-03-01", "2024-05-31"), "最多 40 字"),
        (("检查", "2024-03-01", ""), "请填写开始和完成日期"),
        (("检查", "二月三十", "2024-05-31"), "请填写开始和完成日期"),
        (("检查", "2024-06-01", "2024-05-31"), "不能晚于"),
        (("检查", "2024-06-01", "2025-05-31"), "起止日期（2024-01-02 至 2024-12-31）之内"),
    ],
)
def test_what_is_wrong_is_said_beside_its_row_and_all_that_was_typed_stays(task, client, row, sentence):
    good = ("中期检查", "2024-03-01", "2024-05-31")
    answer = send(client("industry-clerk"), task, typed(task, good, row))
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert sentence in soup.find(id="node-4-error").get_text()
    assert soup.find(id="node-3-error") is None
    assert [soup.find(id=f"node-4-{name}")["value"] for name in ("name", "start", "finish")] == list(row)
    assert soup.find(id="node-3-name")["value"] == "中期检查"
    assert names(task) == ["节点1", "节点2"]


def test_a_change_after_the_plan_is_agreed_is_asked_for_with_a_reason_and_granted(task, client):
    make.do(task, "agree_plan")
    db.session.commit()
    head, values = client("industry-head"), typed(task, ("补充勘察", "2024-03-01", "2024-05-31"))
    refused = send(head, task, values, "ask_nodes")
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    assert "补充勘察" in refused.text
    asked = send(head, task, typed(task, ("补充勘察", "2024-03-01", "2024-05-31"), note="地质条件变化"), "ask_nodes")
    assert asked.status_code == 303
    register = page_of(head, f"/tasks/{task.id}").select_one("section[aria-labelledby=requests]").get_text()
    assert "补充勘察：2024-03-01 至 2024-05-31" in register
    assert "地质条件变化" in register


@pytest.mark.parametrize("values", [{}, {"node-1-id": "9" * 40, "node-1-place": "9" * 5000}, {"node-1-name": "\x00"}])
def test_a_form_without_sensible_rows_is_a_sentence(task, client, values):
    answer = send(client("industry-clerk"), task, {"key": make.fresh("key"), **values})
    assert answer.status_code == 422
    assert db.session.query(Node).filter_by(task_id=task.id).count() == 2
