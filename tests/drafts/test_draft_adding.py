"""Words that the reader left out become a draft by hand: with figures, deadline, place; once; with a ledger entry."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from taskflow import db
from taskflow.drafts.models import Difference, DraftState, Intake
from taskflow.drafts.write.adding import LONGEST, headings, left_out
from taskflow.ledger.models import LedgerEntry
from taskflow.reading.duties import Vocabulary
from taskflow.reading.passage import passage
from taskflow.reading.statements.when import Frame
from tests import drafting
from tests import factories as make
from tests.drafts.test_drafts import drafts_of
from tests.looking import page_of

LEFT = "打造产业链升级版，引进企业12家。"
TEXT = f"一、产业\n{LEFT}\n二、民生\n（一）教育\n新建公办幼儿园2所，9月底前投用。\n改造老旧小区8个。\n"
OUTLINE = [
    {"id": "a", "parent": None, "level": "chapter", "number": "一", "title": "产业", "line": 1, "char_start": 0},
    {"id": "b", "parent": None, "level": "chapter", "number": "二", "title": "民生", "line": 3, "char_start": 23},
    {"id": "c", "parent": "b", "level": "subhead", "number": "一", "title": "教育", "line": 4, "char_start": 28},
]


@pytest.fixture
def office(client):
    return client("officer-1")


@pytest.fixture
def intake(county):
    last = "改造老旧小区8个。"
    left = [
        {"line": line, "char_start": TEXT.index(words), "char_end": TEXT.index(words) + len(words), "reason": reason}
        for line, words, reason in ((2, LEFT, "description"), (5, "新建公办幼儿园2所，9月底前投用。", "past"))
    ]
    period = {"period": ["2024-01-01", "2024-12-31"], "reporting_year": 2024}
    plan = drafting.plan([drafting.measure(1, last, TEXT.index(last), line=6)], outline=OUTLINE, skipped=left)
    plan["document"] |= period
    made = drafting.take_in(TEXT, plan)
    db.session.commit()
    return made


def send(browser, intake, words, **more):
    start = TEXT.index(words)
    return browser.post(f"/imports/{intake.id}/add", data={"start": start, "end": start + len(words)} | more)


def newest(intake):
    return drafts_of(db.session.get(Intake, intake.id, populate_existing=True))


def test_a_passage_left_out_becomes_a_draft_with_what_it_says(office, intake):
    answer = send(office, intake, "新建公办幼儿园2所，9月底前投用。")
    assert answer.status_code == 303
    (made,) = [one for one in newest(intake) if one.why == ["by_hand"]]
    assert answer.location == f"/imports/{intake.id}?draft={made.id}"
    assert (made.text, made.line, made.path) == ("新建公办幼儿园2所，9月底前投用。", 5, ["民生", "教育"])
    assert (made.state, made.place, str(made.deadline), made.phrase) == (DraftState.OPEN, 2, "2024-09-30", "9月底前")
    assert [(one["value"], one["unit"], one["raw"]) for one in made.targets] == [("2", "所", "2所")]
    assert made.changed_by.login == "officer-1"
    page = page_of(office, answer.location)
    assert "人工列入" in page.get_text()
    entries = db.rows(select(LedgerEntry).where(LedgerEntry.subject_kind == "draft", LedgerEntry.subject_id == made.id))
    assert [(one.verb, one.actor_id) for one in entries] == [("begin", made.changed_by_id)]


def test_a_passage_is_read_with_the_signs_that_the_reader_knows():
    """力争 and 应保尽保 had been lost when a person chose the words."""
    words = "力争引进企业12家，困难群众应保尽保"
    told = passage(words, Frame(2024, None, None), Vocabulary(), ["民生"])
    assert told["aspirational"] is True
    assert [(one["comparator"], one["raw"]) for one in told["targets"]] == [("=", "12家"), ("relative", "应保尽保")]


def test_the_coverage_page_offers_every_passage_until_it_is_a_draft(office, intake):
    page = page_of(office, f"/imports/{intake.id}/coverage")
    assert [form.select_one("[name=start]")["value"] for form in page.select("td form")] == [
        str(TEXT.index(LEFT)), str(TEXT.index("新建公办")),
    ]  # fmt: skip
    send(office, intake, LEFT)
    page = page_of(office, f"/imports/{intake.id}/coverage")
    assert len(page.select("td form")) == 1
    assert "情况说明" not in page.get_text()
    assert [one["reason"] for one in left_out(db.session.get(Intake, intake.id))] == ["past"]


def test_any_words_of_the_text_can_be_taken_without_the_blanks_around_them(office, intake):
    start = TEXT.index(LEFT) - 1
    answer = office.post(f"/imports/{intake.id}/add", data={"start": start, "end": start + 10})
    assert answer.status_code == 303
    (made,) = [one for one in newest(intake) if one.why == ["by_hand"]]
    assert made.text == TEXT[start : start + 10].strip() == TEXT[made.char_start : made.char_end]


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (-1, 5, "请先在原文中选中"),
        (5, 5, "请先在原文中选中"),
        (0, 10**6, "请先在原文中选中"),
        ("", "x", "请先在原文中选中"),
        (4, 5, "没有文字"),
    ],
)
def test_places_that_hold_no_words_are_refused(office, intake, start, end, sentence):
    answer = office.post(f"/imports/{intake.id}/add", data={"start": start, "end": end})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(newest(intake)) == 1


def test_words_of_another_draft_are_not_taken_twice(office, intake):
    assert send(office, intake, LEFT).status_code == 303
    answer = send(office, intake, LEFT[3:])
    assert answer.status_code == 422
    assert "已在第 2 条草案（待确认）里" in answer.text
    (made,) = [one for one in newest(intake) if one.why == ["by_hand"]]
    make.do(made, "drop", note="重复")
    assert "已舍弃" in send(office, intake, LEFT).text
    assert len(newest(intake)) == 2


def test_a_very_long_passage_is_refused(office, county):
    text = "甲" * (LONGEST + 1)
    intake = drafting.take_in(text, drafting.plan([]))
    db.session.commit()
    answer = office.post(f"/imports/{intake.id}/add", data={"start": 0, "end": len(text)})
    assert answer.status_code == 422
    assert f"最多 {LONGEST} 字" in answer.text


def test_only_the_office_adds(client, intake):
    for login in ("mayor", "industry-clerk"):
        assert send(client(login), intake, LEFT).status_code in (403, 404)
    assert len(newest(intake)) == 1
    assert not page_of(client("mayor"), f"/imports/{intake.id}/coverage").select("td form")


def test_in_a_new_edition_it_is_new(office, intake):
    intake.edition_of_id = make.measure().document_id
    db.session.commit()
    send(office, intake, LEFT)
    (made,) = [one for one in newest(intake) if one.why == ["by_hand"]]
    assert made.difference is Difference.NEW


def test_the_headings_above_a_place_are_its_path():
    assert headings(OUTLINE, 30) == ["民生", "教育"]
    assert headings(OUTLINE, 5) == ["产业"]
    assert headings([], 5) == []


def test_drafts_by_hand_are_counted_with_the_others(office, intake):
    send(office, intake, LEFT)
    assert len(newest(intake)) == 2
    assert "共 2 条" in page_of(office, f"/imports/{intake.id}").get_text()
