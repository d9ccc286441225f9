"""What an administrator may do by hand: each act one transaction with its ledger entry; the door commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from taskflow import clock, db, errors
from taskflow.ledger.admin import record_admin
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState
from taskflow.org.models import Person, Region
from taskflow.workflows.engine.models import Timer, TimerState

#: How far the demo county's clock may be moved in one act: days → label.
STEPS = {1: "一天", 7: "一周"}


def move_clock(actor: Person, days: int, key: str) -> None:
    """Let the demo county live `days` later; the same key again moves nothing.

    Raises errors.NotFound in a real county, which lives in real time.
    """
    region = db.lock(Region, actor.region_code)
    if region is None or not region.demo:
        raise errors.NotFound("本县使用真实时间，没有时钟可拨。")
    if days not in STEPS:
        raise errors.BadInput({"days": "一次只能拨快一天或一周。"})
    command = f"clock:{actor.id}:{key}"
    if db.exists(select(LedgerEntry.id).where(LedgerEntry.command_id == command)):
        return
    record_admin("move_clock", actor, {"days": days}, command_id=command)
    region.clock_shift += days * 86400


def retry_timer(actor: Person, timer_id: int, note: str) -> None:
    """Let a timer that gave up fire again."""
    timer = _dead(Timer, timer_id, actor, TimerState.DEAD)
    timer.state, timer.attempts, timer.not_before, timer.done_at = TimerState.ARMED, 0, clock.now(), None
    record_admin("retry_timer", actor, _about_timer(timer), note)


def dismiss_timer(actor: Person, timer_id: int, note: str) -> None:
    """Give up a timer for good, with a reason."""
    timer = _dead(Timer, timer_id, actor, TimerState.DEAD)
    _demand_reason(note)
    timer.state, timer.done_at = TimerState.CANCELLED, clock.now()
    record_admin("dismiss_timer", actor, _about_timer(timer), note)


def retry_mail(actor: Person, mail_id: int, note: str) -> None:
    """Queue a mail again."""
    mail = _dead(Mail, mail_id, actor, MailState.DEAD)
    mail.state, mail.attempts, mail.not_before = MailState.PENDING, 0, clock.wall()
    record_admin("retry_mail", actor, {"mail": mail.id}, note)


def dismiss_mail(actor: Person, mail_id: int, note: str) -> None:
    """Give up a mail for good, with a reason; its messages stay in the app."""
    mail = _dead(Mail, mail_id, actor, MailState.DEAD)
    _demand_reason(note)
    mail.state = MailState.DISMISSED
    record_admin("dismiss_mail", actor, {"mail": mail.id}, note)


def unlock(actor: Person, person_id: int, note: str) -> None:
    """Open an account that wrong passwords have locked."""
    person = db.lock(Person, person_id)
    if person is None or person.region_code != actor.region_code:
        raise errors.NotFound("没有这个账号。")
    _demand_reason(note)
    person.failures, person.locked_until = 0, None
    record_admin("unlock", actor, {"login": person.login}, note)


def _dead(kind: type[Any], key: int, actor: Person, state: str) -> Any:
    found = db.lock(kind, key)
    if found is None or found.region_code != actor.region_code:
        raise errors.NotFound("没有这条记录。")
    if found.state != state:
        raise errors.WrongState("这一条已经处理过了，请刷新页面看最新情况。")
    return found


def _demand_reason(note: str) -> None:
    if not note:
        raise errors.BadInput({"note": "请写明理由，会记入台账。"})


def _about_timer(timer: Timer) -> dict[str, Any]:
    return {"timer": timer.id, "subject": f"{timer.subject_kind}:{timer.subject_id}", "rule": timer.rule}
