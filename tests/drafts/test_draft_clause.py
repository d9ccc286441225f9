"""Every task shows the clause that it comes from, the old figure beside the new one, and where both were said."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from taskflow import config, db
from taskflow.cli import cli
from taskflow.drafts.models import DraftState
from taskflow.drafts.write import editions
from taskflow.ledger.models import LedgerEntry
from taskflow.models import DocumentText, Measure, Task
from taskflow.plans import clause
from tests import drafting
from tests import factories as make
from tests.drafts.test_draft_bulk import act
from tests.drafts.test_draft_editions import intake_of
from tests.drafts.test_drafts import drafts_of, taken_in
from tests.looking import page_of


def words(tag):
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


@pytest.mark.parametrize("login", ["officer-1", "industry-clerk", "deputy-industry"])
def test_the_pages_of_a_measure_and_its_task_show_the_clause_marked(client, county, login):
    first, _ = drafts_of(taken_in())
    make.walk(first, DraftState.TAKEN)
    task = db.rows(select(Task))[0]
    for path in (f"/measures/{first.measure_id}", f"/tasks/{task.id}"):
        quote = page_of(client(login), path).select_one(".clause-shown")
        assert quote.mark.get_text() == "新建标准厂房3万平方米，引进企业12家。"
        assert quote.get_text().startswith("一、产业\n")
        assert "二、民生" in quote.get_text()


def test_a_project_shows_its_row(client, county):
    row = {"box": "3", "box_title": "产业", "seq": 1, "name": "青石物流园", "mark": "", "category": False, "line": 2}
    intake = drafting.take_in("专栏3\n青石物流园\n", drafting.plan([], projects=[row | {"char_start": 4}]))
    (draft,) = drafts_of(intake)
    make.do(draft, "revise", lead=str(make.unit("agri").id), deadline="2024-11-30")
    make.walk(draft, DraftState.TAKEN)
    task = db.rows(select(Task))[0]
    assert page_of(client("officer-1"), f"/tasks/{task.id}").select_one(".clause-shown mark").get_text() == "青石物流园"


def test_old_and_new_figures_stand_side_by_side_on_both_pages(client, county):
    old = intake_of(["新建乡镇卫生院3所。"], [(3, "所")])
    for verb in ("confirm", "take_up"):
        act(old, verb)
    new = intake_of(["新建乡镇卫生院5所。"], [(5, "所")])
    editions.compare(new, old.document, drafting.officer(), make.fresh())
    (draft,) = drafts_of(new)
    make.do(draft, "adopt")
    task = db.rows(select(Task))[0]
    db.session.expire_all()
    for path in (f"/measures/{draft.measure_id}", f"/tasks/{task.id}"):
        soup = page_of(client("officer-1"), path)
        assert [words(gone) for gone in soup.select("main del")] == ["数量 3所"]
        assert "数量 5所" in words(soup.main)
    assert {"industry-clerk", "industry-head"} <= make.told(make.entries(draft)[-1])
    for login, place in (("industry-clerk", "/measures/"), ("officer-1", "/imports/")):
        assert place in client(login).get(f"/draft/{draft.id}").location


# A document whose text was not kept


TEXT = "开头\n新增规上企业8户，培育小微企业。\n结尾"


@pytest.fixture
def run(real_db, tmp_path, monkeypatch):
    """`taskflow plan attach …` on a database of its own."""
    from click.testing import CliRunner  # noqa: PLC0415

    given = {"DATABASE_URL": real_db.url, "DATA": tmp_path}
    monkeypatch.setattr(config, "read", lambda: given)
    with db.transaction():
        made = make.measure(line=2)
        measure_id, code = made.id, made.document.code
    (tmp_path / "原文.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "别的.txt").write_text(TEXT + "又一行", encoding="utf-8")

    def command(*words):
        db.session.remove()
        return CliRunner().invoke(cli, ["plan", "attach", *words])

    return command, measure_id, code, tmp_path


def test_attached_text_shows_the_line_of_a_measure(run):
    command, measure_id, code, folder = run
    with db.transaction():
        assert clause.of(db.session.get_one(Measure, measure_id)) is None
    answer = command(code, str(folder / "原文.txt"))
    assert answer.exit_code == 0, answer.output
    assert "1 条举措现在可以看到出处原文" in answer.output
    with db.transaction():
        found = clause.of(db.session.get_one(Measure, measure_id))
        assert (found.before, found.words, found.behind) == ("开头\n", "新增规上企业8户，培育小微企业。", "\n结尾")
        kept = db.rows(select(DocumentText))[0]
        assert (kept.text, len(kept.sha256)) == (TEXT, 64)
        assert db.exists(select(LedgerEntry.id).where(LedgerEntry.verb == "attach_text"))
    assert "早已存入" in command(code, str(folder / "原文.txt")).output


def test_the_first_text_stands_and_what_cannot_be_read_is_refused(run):
    command, _, code, folder = run
    command(code, str(folder / "原文.txt"))
    for words_, sentence in [
        ((code, str(folder / "别的.txt")), "不能更换"),
        (("999", str(folder / "原文.txt")), "没有编号为 999"),
        ((code, str(folder / "没有.txt")), ""),
    ]:
        answer = command(*words_)
        assert answer.exit_code != 0
        assert sentence in str(answer.exception)
    with db.transaction():
        assert len(db.rows(select(DocumentText))) == 1
