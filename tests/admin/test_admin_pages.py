"""The administrator's desk: the demo clock, what gave up, the heartbeats, the locked accounts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs import queue, sweep, tasks
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState
from taskflow.rules.models import RuleSet
from taskflow.tasks.models import TaskState
from taskflow.workflows.engine.models import Timer, TimerState
from tests import factories as make

DAY = 86400


@pytest.fixture
def desk(client):
    """The administrator's browser."""
    return client("admin")


def soup_of(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(tag):
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def acts(verb):
    """The administrative entries with a verb, in order."""
    found = select(LedgerEntry).where(LedgerEntry.subject_kind == "admin", LedgerEntry.verb == verb)
    return db.rows(found.order_by(LedgerEntry.seq))


# The clock


def move(browser, days, key="one"):
    return browser.post("/admin/clock", data={"days": days, "key": key})


@pytest.mark.parametrize("days", [1, 7])
def test_the_demo_clock_goes_forward_and_the_ledger_knows(desk, county, days):
    before = county.region.clock_shift
    assert move(desk, days).status_code == 303
    assert county.region.clock_shift == before + days * DAY
    entry = acts("move_clock")[-1]
    assert (entry.actor_id, entry.facts) == (county.person("admin").id, {"days": days})


def test_a_double_click_moves_the_clock_once(desk, county):
    before = county.region.clock_shift
    move(desk, 7, key="same")
    assert move(desk, 7, key="same").status_code == 303
    assert county.region.clock_shift == before + 7 * DAY
    assert len(acts("move_clock")) == 1


@pytest.mark.parametrize("days", ["-1", "0", "30", "x"])
def test_the_clock_takes_only_a_day_or_a_week(desk, county, days):
    before = county.region.clock_shift
    answer = move(desk, days)
    assert answer.status_code == 422
    assert "一天或一周" in words(soup_of(answer))
    assert county.region.clock_shift == before


def test_moving_the_clock_wakes_the_workers(desk, monkeypatch):
    woken = []
    monkeypatch.setattr(queue, "enqueue", lambda *names: woken.append(names))
    move(desk, 1)
    assert woken == [()]


def test_a_real_county_has_no_clock_to_move(desk, county):
    county.region.demo = False
    db.session.commit()
    assert soup_of(desk.get("/admin")).select_one("#clock") is None
    assert move(desk, 1).status_code == 404
    assert county.region.clock_shift == 0


@pytest.mark.parametrize("post", ["officer-1", "mayor", "industry-clerk", "security", "auditor"])
def test_nobody_else_moves_the_clock(client, county, post):
    assert move(client(post), 1).status_code == 403
    assert county.region.clock_shift == 0


def test_the_page_shows_what_the_clock_did(desk, county, clock):
    task = make.walk(make.task(), TaskState.ASSIGNED)
    db.session.commit()
    clock.forward(days=7)
    card = soup_of(desk.get("/admin")).select_one("#clock-now")
    assert re.search(r"还有 [1-9]\d* 个到期事项", words(card))
    assert sweep.sweep(county.region_code)
    card = soup_of(desk.get("/admin/clock", headers={"HX-Request": "1"})).select_one("#clock-now")
    assert "到期事项都已办完" in words(card)
    assert "hx-trigger" not in card.attrs
    assert any("签收时限已过" in words(line) and task.code in words(line) for line in card.select("li"))


# What gave up


@pytest.fixture
def dead_timer(county):
    """A timer after five errors."""
    task = make.walk(make.task(), TaskState.ASSIGNED)
    timer = make.armed(task)["accept"]
    timer.state, timer.attempts, timer.last_error = TimerState.DEAD, 5, "ValueError('damaged')"
    db.session.commit()
    return timer


@pytest.fixture
def dead_mail(county):
    """A mail that no server took."""
    person = county.person("industry-clerk")
    mail = Mail(
        channel="email",
        region_code=county.region_code,
        person_id=person.id,
        address="clerk@county.example",
        subject="有 3 条工作提醒",
        body="…",
        state=MailState.DEAD,
        not_before=county_clock.wall(),
        attempts=8,
        last_error="550 no such user",
    )
    db.session.add(mail)
    db.session.commit()
    return mail


def test_what_gave_up_stands_with_its_error(desk, dead_timer, dead_mail):
    text = words(soup_of(desk.get("/admin")))
    assert "失败的定时器（1）" in text
    assert "ValueError('damaged')" in text
    assert "没有发出的邮件（1）" in text
    assert "550 no such user" in text
    assert dead_timer.because in text
    assert dead_mail.address in text


def test_a_dead_timer_rings_again_when_it_is_retried(desk, county, clock, dead_timer):
    clock.forward(days=3)
    assert desk.post(f"/admin/timers/{dead_timer.id}/retry").status_code == 303
    assert (dead_timer.state, dead_timer.attempts) == (TimerState.ARMED, 0)
    assert acts("retry_timer")[-1].facts["timer"] == dead_timer.id
    sweep.sweep(county.region_code)
    db.session.refresh(dead_timer)
    assert dead_timer.state == TimerState.FIRED


def test_a_dead_mail_is_owed_again_when_it_is_retried(desk, dead_mail):
    assert desk.post(f"/admin/mails/{dead_mail.id}/retry").status_code == 303
    assert (dead_mail.state, dead_mail.attempts) == (MailState.PENDING, 0)
    assert acts("retry_mail")[-1].facts == {"mail": dead_mail.id}


@pytest.mark.parametrize(("kind", "verb"), [("timers", "dismiss_timer"), ("mails", "dismiss_mail")])
def test_dismissing_needs_a_reason_and_keeps_it(desk, dead_timer, dead_mail, kind, verb):
    given_up = {"timers": dead_timer, "mails": dead_mail}[kind]
    path = f"/admin/{kind}/{given_up.id}/dismiss"
    refused = desk.post(path, data={"note": "  "})
    assert refused.status_code == 422
    assert words(soup_of(refused).select_one("#refusal")) == "请写明理由，会记入台账。"
    assert given_up.state in (TimerState.DEAD, MailState.DEAD)
    assert desk.post(path, data={"note": "人已调离"}).status_code == 303
    assert given_up.state in (TimerState.CANCELLED, MailState.DISMISSED)
    assert acts(verb)[-1].note == "人已调离"


def test_what_was_repaired_already_says_so(desk, dead_timer):
    path = f"/admin/timers/{dead_timer.id}/retry"
    desk.post(path)
    again = desk.post(path)
    assert again.status_code == 409
    assert "已经处理过" in words(soup_of(again))
    assert len(acts("retry_timer")) == 1


def test_only_the_administrator_repairs(client, dead_timer):
    for post in ("officer-1", "security", "industry-clerk"):
        assert client(post).post(f"/admin/timers/{dead_timer.id}/retry").status_code == 403
    assert dead_timer.state == TimerState.DEAD


# How it runs


def beat_of(desk, name):
    row = next(row for row in soup_of(desk.get("/admin")).select("tr") if name in words(row))
    return words(row)


def test_a_job_that_stopped_is_seen(desk, county):
    assert "从未" in beat_of(desk, "到期事项")
    tasks.beat("sweep", "3 个定时器")
    assert "已停" not in beat_of(desk, "到期事项")
    assert "3 个定时器" in beat_of(desk, "到期事项")
    db.session.get(tasks.Heartbeat, "sweep").at -= timedelta(hours=1)
    db.session.commit()
    assert "已停" in beat_of(desk, "到期事项")


def test_the_rules_in_force_carry_their_day(desk, county, clock):
    numbers = select(RuleSet).where(RuleSet.kind == "lights").order_by(RuleSet.since)
    first = db.session.scalars(numbers).first()
    db.session.add(RuleSet(region_code=county.region_code, kind="lights", since=clock.now.date(), body=first.body))
    later = clock.now.date() + timedelta(days=30)
    db.session.add(RuleSet(region_code=county.region_code, kind="lights", since=later, body=first.body))
    db.session.commit()
    rows = [words(row) for row in soup_of(desk.get("/admin")).select("tr") if words(row).startswith("亮灯")]
    assert [row.rsplit(" ", 1)[1] for row in rows] == ["尚未施行", "现行", "以前施行"]


def test_every_calendar_says_whether_it_is_official(desk):
    rows = [words(row) for row in soup_of(desk.get("/admin")).select("tr")]
    assert any(re.match(r"2024 正式 国办发明电", row) for row in rows)


# Locked accounts


@pytest.fixture
def locked_out(client, county):
    """A clerk after five wrong passwords."""
    browser = client("")
    for _ in range(5):
        browser.post("/login", data={"login": "industry-clerk", "password": "wrong"})
    person = county.person("industry-clerk")
    assert person.locked_until
    return person


def test_the_security_administrator_unlocks_with_a_reason(client, locked_out):
    browser = client("security")
    assert "industry-clerk" in words(soup_of(browser.get("/admin/accounts")))
    path = f"/admin/accounts/{locked_out.id}/unlock"
    assert browser.post(path).status_code == 422
    assert locked_out.locked_until
    assert browser.post(path, data={"note": "本人来电核实"}).status_code == 303
    assert locked_out.locked_until is None
    entry = acts("unlock")[-1]
    assert (entry.facts, entry.note) == ({"login": "industry-clerk"}, "本人来电核实")
    assert "没有锁定的账号" in words(soup_of(browser.get("/admin/accounts")))


def test_the_auditor_sees_and_does_not_unlock(client, locked_out):
    browser = client("auditor")
    soup = soup_of(browser.get("/admin/accounts"))
    assert soup.select("main form") == []
    assert "账号 industry-clerk 连续输错密码" in words(soup)
    assert browser.post(f"/admin/accounts/{locked_out.id}/unlock", data={"note": "x"}).status_code == 403


def test_the_system_administrator_is_kept_apart_from_accounts(client, locked_out):
    browser = client("admin")
    assert browser.get("/admin/accounts").status_code == 403
    assert browser.post(f"/admin/accounts/{locked_out.id}/unlock", data={"note": "x"}).status_code == 403
    assert locked_out.locked_until


def test_a_timer_of_nobody_is_not_found(desk):
    assert not db.exists(select(Timer.id))
    assert desk.post("/admin/timers/1/retry").status_code == 404
