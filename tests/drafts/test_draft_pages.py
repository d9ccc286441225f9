"""The workbench's pages: what people see, who may act, and that nothing typed is ever lost."""

from __future__ import annotations

import errno
import json
import re
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from taskflow import db, storage
from taskflow.drafts.compute import marking, parts
from taskflow.drafts.models import Draft, DraftState, Intake, Stage
from taskflow.drafts.pages import forms
from taskflow.jobs import reading
from taskflow.ledger.models import LedgerEntry
from taskflow.models import Task
from taskflow.tasks.models import TaskState
from tests import drafting
from tests import factories as make
from tests.drafts.test_draft_bulk import act, plan_of, units
from tests.drafts.test_drafts import TEXT, drafts_of, taken_in
from tests.looking import page_of, statements_of
from tests.test_pages import faults


@pytest.fixture
def office(client):
    return client("officer-1")


def words(tag):
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def form_of(browser, draft, status=200):
    """The open draft's form as a browser would send it."""
    soup = page_of(browser, f"/imports/{draft.intake_id}?draft={draft.id}", status)
    return sent(soup.select_one("#draft form"))


def sent(form):
    found = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = field["name"], field.get("type")
        if kind == "checkbox" and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = [one["value"] for one in field.select("option[selected]")]
            if not field.has_attr("multiple"):
                chosen = chosen or [field.select_one("option")["value"]]
            found.setdefault(name, []).extend(chosen)
        else:
            found.setdefault(name, []).append(field.get("value", ""))
    return found


def post(browser, draft, **typed):
    return browser.post(f"/imports/{draft.intake_id}/drafts/{draft.id}", data=typed)


def save(browser, form, draft, verb="revise", **typed):
    return post(browser, draft, **{**form, "verb": verb, **typed})


# What is seen


def test_the_text_is_shown_with_its_drafts_marked_by_state_and_skipped_passages_with_their_reason(office, county):
    intake = taken_in(skipped=[{"line": 1, "char_start": 0, "char_end": 4, "reason": "past"}])
    first, second = drafts_of(intake)
    make.do(second, "drop", note="不属于本县")
    soup = page_of(office, f"/imports/{intake.id}?part=1")
    assert words(soup.select_one(f"#m-{first.id}")) == first.text
    assert "mk-open" in soup.select_one(f"#m-{first.id}")["class"]
    assert soup.select_one(".skip[title='未列入：已经完成的事']").get_text() == "一、产业"
    other = page_of(office, f"/imports/{intake.id}?part=2")
    assert "mk-dropped" in other.select_one(f"#m-{second.id}")["class"]


def test_the_parts_together_are_the_whole_text():
    outline = [
        {"level": "chapter", "number": "一", "title": "甲", "char_start": 10},
        {"level": "section", "number": "", "title": "甲一", "char_start": 20},
        {"level": "chapter", "number": "二", "title": "乙", "char_start": 7000},
    ]
    for text, nodes in (("字" * 9000, outline), ("行\n" * 9000, []), ("短", []), ("", [])):
        found = parts.parts_of(nodes, text)
        assert "".join(text[part.start : part.end] for part in found) == text
    assert [part.title for part in parts.parts_of(outline, "字" * 9000)] == ["开头", "一 甲", "甲一", "二 乙"]


def test_marks_over_each_other_show_the_shortest_and_lose_no_character():
    text = "甲乙丙丁\n戊己庚辛"
    marks = [marking.Mark(1, 8, "long"), marking.Mark(2, 4, "short")]
    found = marking.lines(text, 0, len(text), marks)
    assert "\n".join("".join(piece.text for piece in line.pieces) for line in found) == text
    told = [(piece.text, piece.of, piece.first) for line in found for piece in line.pieces]
    assert told == [
        ("甲", None, False), ("乙", "long", True), ("丙丁", "short", True), ("戊己庚", "long", False),
        ("辛", None, False),
    ]  # fmt: skip


def test_the_costs_of_a_page_do_not_grow_with_the_drafts(office, county):
    few, many = plan_of(3), plan_of(60)
    for path in ("", "/list", "/coverage", "/document", "/edition"):
        db.session.commit()
        cost = [statements_of(office, f"/imports/{one.id}{path}") for one in (few, many)]
        assert cost[0] == cost[1] <= 22, path


def test_a_part_with_a_hundred_drafts_has_no_faults(office, county):
    intake = plan_of(100)
    for path in ("", "/list", "/coverage"):
        assert faults(str(page_of(office, f"/imports/{intake.id}{path}"))) == []


def test_the_list_says_how_far_each_file_is(office, county):
    first, _ = drafts_of(taken_in())
    make.do(first, "confirm")
    assert "待确认 1 · 已确认 1 · 已立项 0 · 已舍弃 0" in words(page_of(office, "/imports"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [("state=open", 2), ("lack=unit", 1), ("lack=deadline", 1), ("lack=figure", 0), ("q=幼儿园", 1), ("q=工信局", 1),
     ("state=confirmed", 0), ("lack=duplicate", 0), ("state=nonsense&lack=x&unit=y&page=z", 2)],
)  # fmt: skip
def test_the_list_can_be_sifted(office, county, query, shown):
    intake = taken_in()
    soup = page_of(office, f"/imports/{intake.id}/list?{query}")
    assert len(soup.select("tbody tr")) == shown


def test_the_coverage_counts_what_is_missing_and_shows_contradictions_side_by_side(office, county):
    statements = [{"measure": "1", "line": 2, "raw": "12家"}, {"indicator": 1, "line": 4, "raw": "2所"}]
    intake = taken_in(conflicts=[{"about": "企业数", "statements": statements}])
    soup = page_of(office, f"/imports/{intake.id}/coverage")
    cards = {words(card.select_one(".card-w")): words(card.strong) for card in soup.select(".card-n")}
    assert (cards["没有牵头单位"], cards["没有时限"], cards["没有目标值"]) == ("1", "1", "0")
    assert [words(side.strong) for side in soup.select(".side")] == ["12家", "2所"]


def test_words_that_say_who_does_it_are_no_passages_left_out(office, county):
    skipped = [
        {"line": 1, "char_start": 0, "char_end": 2, "reason": "past"},
        {"line": 1, "char_start": 2, "char_end": 4, "reason": "units"},
    ]
    intake = taken_in(skipped=skipped)
    soup = page_of(office, f"/imports/{intake.id}/coverage")
    assert [words(link) for link in soup.select("nav.saved a")] == [
        "全部 1", "已经完成的事 1", "责任单位说明（已读入） 1",
    ]  # fmt: skip
    assert [words(row) for row in soup.select("tbody .said")] == ["一、"]
    soup = page_of(office, f"/imports/{intake.id}/coverage?reason=units")
    assert [words(row) for row in soup.select("tbody .said")] == ["产业"]


def test_a_contradiction_shows_the_draft_that_makes_each_statement(office, county):
    text = "一、产业\n引进企业12家，引进企业15家。\n"
    measures = [
        drafting.measure(n, words, text.index(words), line=2)
        for n, words in enumerate(("引进企业12家，", "引进企业15家。"))
    ]
    statements = [{"measure": "0", "line": 2, "raw": "12家"}, {"measure": "1", "line": 2, "raw": "15家"}]
    intake = drafting.take_in(text, drafting.plan(measures, conflicts=[{"about": "企业", "statements": statements}]))
    sides = page_of(office, f"/imports/{intake.id}/coverage").select(".side")
    first, second = drafts_of(intake)
    assert [side.a["href"].split("=")[1] for side in sides] == [str(first.id), str(second.id)]
    assert "引进企业15家。" in sides[1].get_text()
    assert "12家" not in sides[1].get_text()


# Who may


@pytest.mark.parametrize("login", ["industry-clerk", "industry-head", "admin", "security"])
def test_others_do_not_come_in(client, county, login):
    intake = taken_in()
    db.session.commit()
    assert client(login).get(f"/imports/{intake.id}").status_code == 403
    assert client(login).post("/imports").status_code == 403


@pytest.mark.parametrize("login", ["mayor", "auditor"])
def test_leaders_and_auditors_look_and_do_not_act(client, county, login):
    intake = taken_in()
    first, _ = drafts_of(intake)
    soup = page_of(client(login), f"/imports/{intake.id}?draft={first.id}")
    assert soup.select("main button") == []
    assert post(client(login), first, verb="confirm", key="k").status_code == 403


def test_a_file_of_another_region_does_not_exist(office, county):
    intake, foreign = taken_in(), taken_in()
    (first, _), (other, _) = drafts_of(intake), drafts_of(foreign)
    db.session.commit()
    for path in ("/imports/99999", f"/imports/{intake.id}?draft={other.id}", f"/imports/{intake.id}/drafts/{other.id}"):
        assert office.get(path).status_code == 404
    answer = office.post(f"/imports/{intake.id}/many", data={"verb": "confirm", "key": "k", "pick": f"{other.id}:1"})
    assert answer.status_code == 404
    assert other.state is DraftState.OPEN
    assert first.state is DraftState.OPEN


# One draft


def test_saving_changes_only_what_was_typed(office, county):
    first, _ = drafts_of(taken_in())
    form = form_of(office, first)
    answer = save(office, form, first, title="建厂房、引企业")
    assert answer.status_code == 303
    db.session.refresh(first)
    assert (first.title, first.due_told, first.figures) == ("建厂房、引企业", "2024-12-31（文中写明）", "企业 ≥12家")
    assert make.entries(first)[-1].facts == {"title": "建厂房、引企业"}


def test_what_is_typed_is_saved_and_confirmed_in_one_click_and_the_next_is_shown(office, county):
    first, second = drafts_of(taken_in())
    form = form_of(office, first)
    answer = save(office, form, first, "confirm", title="建厂房")
    assert answer.location.endswith(f"draft={second.id}")
    db.session.refresh(first)
    assert (first.title, first.state) == ("建厂房", DraftState.CONFIRMED)
    form = form_of(office, second)
    refused = save(office, form, second, "confirm", title="建幼儿园", deadline="2024-09-30")
    soup = BeautifulSoup(refused.text, "html.parser")
    assert refused.status_code == 422
    assert "还没有牵头单位" in words(soup.select_one("#refusal"))
    assert soup.select_one("#title")["value"] == "建幼儿园"
    assert soup.select_one("#deadline")["value"] == "2024-09-30"
    db.session.refresh(second)
    assert second.title != "建幼儿园"


def test_a_stale_save_shows_both_values_keeps_what_was_typed_and_goes_through_the_second_time(client, county):
    first, _ = drafts_of(taken_in())
    mine = form_of(client("officer-1"), first)
    theirs = form_of(client("officer-2"), first)
    assert save(client("officer-2"), theirs, first, title="乙的标题", deadline="2024-10-31").status_code == 303
    refused = save(client("officer-1"), mine, first, title="甲的标题")
    soup = BeautifulSoup(refused.text, "html.parser")
    assert refused.status_code == 409
    told = {
        words(row.td): [words(cell) for cell in row.select("td")[1:]] for row in soup.select("table.changes tbody tr")
    }
    assert told["标题"] == [first.text[:20], "乙的标题"]
    again = sent(soup.select_one("#draft form"))
    assert (again["title"], again["deadline"]) == (["甲的标题"], ["2024-10-31"])
    assert save(client("officer-1"), again, first).status_code == 303
    db.session.refresh(first)
    assert (first.title, str(first.deadline)) == ("甲的标题", "2024-10-31")


def test_the_same_click_twice_is_one(office, county):
    first, _ = drafts_of(taken_in())
    form = form_of(office, first)
    for _ in range(2):
        assert save(office, form, first, "confirm", title="一次").status_code == 303
    assert [entry.verb for entry in make.entries(first)] == ["begin", "revise", "confirm"]


def test_figures_are_edited_as_rows(office, county):
    first, _ = drafts_of(taken_in())
    form = form_of(office, first)
    rows = {"indicator": ["企业", "厂房"], "comparator": ["≥", "range"], "value": ["15", "3"], "value_high": ["", "5"]}
    rows |= {"unit": ["家", "万平方米"], "raw": ["12家", ""]}
    typed = {f"target-{name}": cells for name, cells in rows.items()}
    assert save(office, form, first, **typed).status_code == 303
    db.session.refresh(first)
    assert first.figures == "企业 ≥15家；厂房 3～5万平方米"
    facts = [(one["direction"], one["printed"], one["cumulative"]) for one in first.targets]
    assert facts == [("higher", "1", ""), ("range", "1", "")]
    chosen = {"target-direction": ["exact", "range"], "target-cumulative": ["1", ""], "target-assumed": ["1"]}
    assert save(office, form_of(office, first), first, **typed, **chosen).status_code == 303
    db.session.refresh(first)
    facts = [(one["direction"], one["printed"], one["cumulative"]) for one in first.targets]
    assert facts == [("exact", "1", "1"), ("range", "", "")]
    refused = save(office, form_of(office, first), first, **{**typed, "target-direction": ["sideways", ""]})
    assert refused.status_code == 422
    refused = save(office, form_of(office, first), first, **{**typed, "target-value": ["很多", "3"]})
    assert refused.status_code == 422
    assert "很多" in refused.text


def test_split_merge_and_back_by_the_buttons(office, county):
    first, _ = drafts_of(taken_in())
    save(office, form_of(office, first), first, "split", cut=str(first.text.index("引进")))
    db.session.refresh(first)
    right = drafts_of(first.intake)[1]
    assert (first.text, right.text) == ("新建标准厂房3万平方米，", "引进企业12家。")
    save(office, form_of(office, first), first, "merge")
    db.session.refresh(first)
    assert (first.text, right.state) == ("新建标准厂房3万平方米，引进企业12家。", DraftState.MERGED)
    save(office, form_of(office, right), right, "part")
    db.session.refresh(right)
    assert right.state is DraftState.OPEN


@pytest.mark.parametrize(
    "typed", [{"verb": "nonsense", "key": "k"}, {"verb": "confirm"}, {"verb": "begin", "key": "k"}]
)
def test_a_broken_form_is_refused_with_a_sentence(office, county, typed):
    first, _ = drafts_of(taken_in())
    db.session.commit()
    answer = post(office, first, **typed)
    assert answer.status_code == 422
    assert "表单不完整" in answer.text


@pytest.mark.parametrize("was", ["", "null", "[]", "{", '{"title": 1}'])
def test_a_hostile_memory_of_the_form_only_decides_what_counts_as_typed(office, county, was):
    first, _ = drafts_of(taken_in())
    form = form_of(office, first)
    assert save(office, form, first, was=was, title="新标题").status_code == 303
    db.session.refresh(first)
    assert first.title == "新标题"


def test_what_was_typed_is_told_from_what_was_shown(app, county):
    first, _ = drafts_of(taken_in())
    shown = forms.fields_of(first)
    with app.test_request_context():
        from werkzeug.datastructures import MultiDict  # noqa: PLC0415

        plain = MultiDict({name: value for name, value in shown.items() if isinstance(value, str)})
        for target in shown["targets"]:
            for name, cell in target.items():
                plain.add(f"target-{name}", cell)
        plain.setlist("supporting", shown["supporting"])
        plain["was"] = json.dumps(shown)
        assert forms.changed(plain) == {}
        plain["deadline"] = "2024-06-30"
        assert forms.changed(plain).keys() == {"deadline", "phrase", "endless"}


# Others


def test_what_others_changed_is_told_and_ones_own_is_not(client, clock, county):
    first, second = drafts_of(taken_in())
    since = clock.now.isoformat()
    clock.forward(minutes=1)
    make.do(first, "revise", "officer-2", title="乙改的")
    make.do(second, "drop", "officer-1", note="重复")
    db.session.commit()
    path = f"/imports/{first.intake_id}/changes"
    answer = client("officer-1").get(path, query_string={"since": since}, headers={"HX-Request": "true"})
    soup = BeautifulSoup(answer.text, "html.parser")
    assert [(mark["data-changed"], mark["data-version"]) for mark in soup.select("[data-changed]")] == [
        (str(first.id), "2")
    ]
    assert "督查员乙" in words(soup)
    for broken in ("", "x", "2024-01-01"):
        assert (
            client("officer-1").get(path, query_string={"since": broken}, headers={"HX-Request": "1"}).status_code
            == 200
        )


# Many


def ticks(intake):
    return [f"{one.id}:{one.version}" for one in db.rows(select(Draft).where(Draft.intake_id == intake.id))]


def many(browser, intake, verb, **typed):
    db.session.commit()
    given = {"verb": verb, "key": make.fresh(), "pick": ticks(intake), **typed}
    return browser.post(f"/imports/{intake.id}/many", data=given)


def test_a_whole_file_goes_from_drafts_to_assigned_tasks_in_a_few_clicks(office, county):
    intake = plan_of(20)
    assert many(office, intake, "suggest").status_code == 303
    for verb in ("confirm", "take_up"):
        assert many(office, intake, verb).status_code == 303
    tasks = db.rows(select(Task))
    assert {task.state for task in tasks} == {TaskState.PROPOSED}
    for task in tasks[:15]:
        make.do(task, "approve")
    soup = page_of(office, f"/imports/{intake.id}/list?state=taken")
    assert words(soup.select_one(".assign button")) == "一并交办 15 项"
    assert office.post(f"/imports/{intake.id}/assign", data={"key": "assign-1"}).status_code == 303
    db.session.expire_all()
    assert [task.state for task in tasks].count(TaskState.ASSIGNED) == 15


def test_a_refused_act_on_many_says_what_each_lacks_and_keeps_the_ticks(office, county):
    intake = plan_of(3)
    answer = many(office, intake, "confirm")
    soup = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert [words(error) for error in soup.select("td .field-error")] == ["还没有牵头单位。"] * 3
    assert len(soup.select("input[name=pick][checked]")) == 3
    assert not db.exists(select(LedgerEntry.id).where(LedgerEntry.verb == "confirm"))


def test_units_deadlines_and_reasons_are_given_to_many(office, county):
    intake = plan_of(4, deadline=None)
    assert many(office, intake, "name_units", **units()).status_code == 303
    assert many(office, intake, "endless").status_code == 303
    found = db.rows(select(Draft).where(Draft.intake_id == intake.id))
    assert {(one.lead_name, one.supporting_names, one.due_told) for one in found} == {
        ("工信局", "农业农村局", "无时限（持续推进）")
    }
    assert many(office, intake, "drop").status_code == 422
    assert many(office, intake, "drop", note="文件撤回").status_code == 303
    db.session.expire_all()
    assert {one.state for one in found} == {DraftState.DROPPED}


@pytest.mark.parametrize("pick", [[], ["x"], ["1:"], ["1:2:3"], ["999999999999:1"]])
def test_ticks_that_make_no_sense_are_refused(office, county, pick):
    intake = plan_of(1)
    assert many(office, intake, "confirm", pick=pick).status_code == 422


# The document, and a new edition


def test_what_is_known_of_the_document_is_completed_before_it_is_registered(office, county):
    intake = taken_in()
    db.session.commit()
    path = f"/imports/{intake.id}/document"
    form = sent(page_of(office, path).select_one("main form"))
    refused = office.post(path, data={**form, "issued_on": "昨天", "title": ""})
    assert refused.status_code == 422
    assert "昨天" in refused.text
    assert office.post(path, data={**form, "number": "青政发〔2024〕9号"}).status_code == 303
    db.session.refresh(intake)
    assert intake.number == "青政发〔2024〕9号"
    act_on_first(intake)
    db.session.commit()
    assert office.post(path, data={**form, "title": "另一个"}).status_code == 409


def act_on_first(intake):
    make.walk(drafts_of(intake)[0], DraftState.TAKEN)


def test_a_new_edition_is_compared_shown_and_decided_on_its_page(office, county):
    old = plan_of(3)
    for verb in ("name_units", "confirm", "take_up"):
        act(old, verb, args=units() if verb == "name_units" else {})
    new = plan_of(2)
    (changed, *_) = db.rows(select(Draft).where(Draft.intake_id == new.id).order_by(Draft.place))
    make.do(changed, "revise", targets=[{"indicator": "企业", "comparator": "≥", "value": "99", "unit": "家"}])
    db.session.commit()
    path = f"/imports/{new.id}/edition"
    assert office.post(path, data={"key": "c1", "code": "404"}).status_code == 404
    assert office.post(path, data={"key": "c2", "code": old.document.code}).status_code == 303
    soup = page_of(office, path)
    assert [words(link) for link in soup.select(".saved a")] == ["新增 0", "有变化 1", "未变 1", "已删除 1"]
    assert [words(one) for one in soup.select("tbody .figures")] == ["企业 ≥12家", "企业 ≥99家"]
    answer = many(office, new, "adopt", pick=[f"{changed.id}:{changed.version}"])
    assert answer.status_code == 303
    for query, text in (("gone", "新版没有这一条"), ("same", "沿用")):
        assert text in words(page_of(office, f"{path}?difference={query}"))


# Taking in


def upload(browser, name, content):
    return browser.post("/imports", data={"file": (BytesIO(content), name)})


def test_a_file_is_read_by_the_worker_and_comes_back_as_drafts(office, county, settings):
    answer = upload(office, "要点.txt", TEXT.encode())
    assert answer.status_code == 303
    soup = page_of(office, answer.location)
    assert "排队中" in words(soup)
    assert reading.read_all(settings["DATA"]) == 1
    intake = db.rows(select(Intake).execution_options(populate_existing=True))[-1]
    assert (intake.stage, intake.text.strip(), intake.failed) == (Stage.READ, TEXT.strip(), "")
    found = drafts_of(intake)
    assert found
    assert all(intake.text[one.char_start : one.char_end] == one.text for one in found)
    again = upload(office, "换个名字.txt", TEXT.encode())
    assert again.location.endswith(f"/imports/{intake.id}?again=1")
    assert "没有重复导入" in words(page_of(office, again.location))


def test_a_file_that_cannot_be_read_leaves_its_sentence_and_nothing_else(office, county, settings):
    answer = upload(office, "坏的.docx", b"PK\x03\x04 nothing in it")
    assert reading.read_all(settings["DATA"]) == 0
    soup = page_of(office, answer.location)
    assert "没有读成：" in words(soup)
    intake = db.rows(select(Intake).execution_options(populate_existing=True))[-1]
    assert (intake.stage, intake.text, drafts_of(intake)) == (Stage.FAILED, "", [])
    assert not list((settings["DATA"] / "intakes").glob(f"{intake.sha256}*"))
    assert "读取失败" in words(page_of(office, "/imports"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "请选择 .txt"),
        ("a.txt", b"", "是空文件"),
        ("", b"x", "请先选择"),
        ("a", b"x", "请选择 .txt"),
    ],
)
def test_what_is_no_file_to_read_is_refused_at_once(office, county, name, content, sentence):
    answer = upload(office, name, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.rows(select(Intake)) == []


def test_a_full_disk_is_said_and_no_file_is_owed(office, county, settings, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "_copy", full)
    before = sorted((settings["DATA"] / "intakes").glob("*"))
    answer = upload(office, "规划.txt", TEXT.encode())
    assert answer.status_code == 503
    assert "磁盘已满，“规划.txt”没有保存" in answer.text
    assert db.rows(select(Intake)) == []
    assert sorted((settings["DATA"] / "intakes").glob("*")) == before


def test_a_table_goes_to_the_mapping_of_its_columns(office, county):
    answer = upload(office, "任务.csv", "序号,重点任务,牵头单位,完成时限\n1,修路,工信局,6月底\n".encode())
    assert answer.status_code == 303
    assert "/imports/table/" in answer.location


def test_a_read_that_dies_three_times_says_so(office, county, settings):
    upload(office, "要点.txt", TEXT.encode())
    intake = db.rows(select(Intake))[-1]
    intake.attempts = reading.ATTEMPTS
    db.session.commit()
    assert reading.read_all(settings["DATA"]) == 0
    assert "多次意外中断" in words(page_of(office, f"/imports/{intake.id}"))


def test_units_known_to_the_county_are_suggested_and_marked_so(office, county):
    first, _ = drafts_of(taken_in())
    soup = page_of(office, f"/imports/{first.intake_id}?draft={first.id}")
    assert [words(chip) for chip in soup.select("[data-set-lead]")] == ["工信局 90%"]
    assert "文件写明" in words(soup.select_one("label[for=lead]"))
    assert drafting.officer().login == "officer-1"


def test_the_lines_of_a_cover_are_one_part():
    cover = [
        {"level": "section", "number": None, "title": title, "char_start": at}
        for at, title in ((0, "关于印发方案的通知"), (10, "云溪县农村供水三年行动方案"))
    ]
    heads = [
        {"level": "section", "number": number, "title": "任务", "char_start": at}
        for number, at in (("一", 40), ("二", 80))
    ]
    assert [part.title for part in parts.parts_of(cover + heads, "字" * 200)] == ["开头", "一 任务", "二 任务"]
    assert [part.title for part in parts.parts_of(cover, "字" * 200)] == [node["title"] for node in cover]
