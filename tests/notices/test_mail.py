"""Messages become mails: grouped, in working hours, once; sent through a real SMTP server."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import select, update

from taskflow import clock as county_clock
from taskflow import db
from taskflow.jobs import deliver
from taskflow.notices import channels, email, mailing
from taskflow.notices.channels import CHANNELS
from taskflow.notices.letter import Letter, Undelivered
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Person
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.conftest import Clock, County

REGION = make.REGION
BY_MAIL = {"SMTP_URL": "smtp://mail.county.test"}
pytestmark = pytest.mark.usefixtures("county")


class Postbox:
    """A mail server's handler: keeps what it takes, refuses addresses that begin with “nobody”."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.logins: list[bytes] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def allow(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login + b":" + data.password)
        return AuthResult(success=data.password == b"p@ss", handled=False)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def smtp(postbox: Postbox) -> Iterator[dict[str, Any]]:
    """Settings that name a real SMTP server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(
        postbox, "127.0.0.1", port, authenticator=postbox.allow, auth_require_tls=False, auth_required=False
    )
    server.start()
    yield {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "duban@county.test", "PORT": port}
    server.stop()


@pytest.fixture(autouse=True)
def addresses(county: County) -> None:
    """Everybody in industry and the office can be reached."""
    known = update(Person).where(Person.login.like("industry-%") | Person.login.like("officer-%"))
    db.session.execute(known.values(email=Person.login + "@county.test"))


def mails() -> list[Mail]:
    return list(db.rows(select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


def to(login: str) -> list[Mail]:
    return [mail for mail in mails() if mail.address == f"{login}@county.test"]


def test_a_morning_brings_each_person_one_digest(clock: Clock) -> None:
    tasks = [make.walk(make.task(), TaskState.ASSIGNED) for _ in range(3)]
    clock.to("2024-03-05 07:59")
    assert mailing.collect(REGION, BY_MAIL) == 0
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL | {"PUBLIC_URL": "https://duban.county.test/"})
    (digest,) = to("industry-head")
    assert digest.digest_day == date(2024, 3, 5)
    assert digest.subject == "【交城县督查】3月5日有 3 条工作提醒"
    for task in tasks:
        assert f"{task.code} {task.title}" in digest.body
        assert f"https://duban.county.test/task/{task.id}\n" in digest.body
    assert "督查室主任交办任务" in digest.body


def test_collecting_twice_collects_once(clock: Clock) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    assert mailing.collect(REGION, BY_MAIL) > 0
    assert mailing.collect(REGION, BY_MAIL) == 0


def test_a_step_of_the_ladder_goes_at_once_and_alone(clock: Clock) -> None:
    paper = make.escalation(step=2)
    clock.to("2024-03-04 10:00")
    make.do(paper, "serve")
    mailing.collect(REGION, BY_MAIL)
    (letter,) = to("industry-head")
    assert letter.digest_day is None
    assert letter.subject.startswith(
        f"【交城县督查·请及时处理】{paper.task.code} {paper.task.title}（催办）：督办件发出"
    )


def test_at_night_and_on_days_off_nothing_leaves_the_house(clock: Clock) -> None:
    paper = make.escalation(step=2)
    clock.to("2024-03-08 19:30")  # a Friday
    make.do(paper, "serve")
    for moment in ("2024-03-08 20:30", "2024-03-09 10:00", "2024-03-11 07:30"):
        clock.to(moment)
        assert mailing.collect(REGION, BY_MAIL) == 0
    clock.to("2024-03-11 08:00")
    assert mailing.collect(REGION, BY_MAIL) > 0


def test_what_was_read_in_the_app_is_not_mailed(clock: Clock, county: County) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    head = county.person("industry-head")
    db.session.execute(update(Notice).where(Notice.person_id == head.id).values(read_at=county_clock.now()))
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    assert to("industry-head") == []
    assert len(to("industry-clerk")) == 1


def test_the_demo_countys_people_get_no_mail(clock: Clock) -> None:
    make.walk(make.task("agri"), TaskState.ASSIGNED)  # agri-head@county.invalid
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    assert [mail.address for mail in mails() if "invalid" in mail.address] == []


def test_old_messages_are_history_when_smtp_comes_late(clock: Clock) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to(date(2024, 3, 4) + timedelta(days=40))
    assert mailing.collect(REGION, BY_MAIL) == 0


def test_a_late_message_waits_for_the_next_morning(clock: Clock) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    db.session.execute(update(Notice).values(mail_id=None))  # as if it had been committed a moment later
    assert mailing.collect(REGION, BY_MAIL) == 0
    clock.to("2024-03-06 08:00")
    mailing.collect(REGION, BY_MAIL)
    assert [mail.digest_day for mail in to("industry-head")] == [date(2024, 3, 5), date(2024, 3, 6)]


def test_a_mail_arrives_readable_and_is_marked_as_sent(clock: Clock, smtp: dict[str, Any], postbox: Postbox) -> None:
    task = make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    assert deliver.send_due(REGION, smtp) == len(mails())
    (mail,) = to("industry-head")
    arrived = next(message for message in postbox.taken if message["To"] == "industry-head@county.test")
    assert arrived["Message-ID"] == f"<mail-{mail.id}.141122@taskflow>"
    assert arrived["Subject"] == mail.subject
    assert arrived["From"] == "duban@county.test"
    assert task.title in arrived.get_content()
    assert mail.state is MailState.SENT
    assert mail.sent_at == county_clock.now()
    assert deliver.send_due(REGION, smtp) == 0


def test_a_refused_address_waits_longer_each_time_and_goes_to_a_desk(
    clock: Clock, smtp: dict[str, Any], postbox: Postbox, county: County
) -> None:
    county.person("industry-head").email = "nobody@county.test"
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    deliver.send_due(REGION, smtp)
    assert "industry-clerk@county.test" in {message["To"] for message in postbox.taken}
    mail = next(mail for mail in mails() if mail.address.startswith("nobody"))
    pauses = []
    for _ in range(20):
        if mail.state is not MailState.PENDING:
            break
        pauses.append(mail.not_before - county_clock.wall())
        mail.not_before = county_clock.wall()
        db.session.flush()
        deliver.send_due(REGION, smtp)
    assert mail.state is MailState.DEAD
    assert mail.attempts == 8
    assert "550 no such mailbox" in mail.last_error
    assert pauses == sorted(pauses)
    assert pauses[-1] > timedelta(hours=12)


def test_a_server_that_is_away_costs_one_attempt_of_one_mail(clock: Clock) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    assert len(mails()) > 1
    assert deliver.send_due(REGION, {"SMTP_URL": "smtp://127.0.0.1:1"}) == 0
    assert sorted(mail.attempts for mail in mails())[-2:] == [0, 1]
    assert any("ConnectionRefusedError" in mail.last_error for mail in mails())


def test_a_mail_that_kills_every_worker_is_given_up(clock: Clock, smtp: dict[str, Any], postbox: Postbox) -> None:
    make.walk(make.task(), TaskState.ASSIGNED)
    clock.to("2024-03-05 08:00")
    mailing.collect(REGION, BY_MAIL)
    db.session.execute(update(Mail).values(attempts=deliver.ATTEMPTS))
    assert deliver.send_due(REGION, smtp) == 0
    assert {mail.state for mail in mails()} == {MailState.DEAD}
    assert postbox.taken == []


def test_name_and_password_in_the_url_are_used(smtp: dict[str, Any], postbox: Postbox) -> None:
    letter = Letter("k@taskflow", "a@county.test", "题\n目", "正文")
    email.send(smtp | {"SMTP_URL": f"smtp://du%20ban:p%40ss@127.0.0.1:{smtp['PORT']}"}, letter)
    assert postbox.logins == [b"du ban:p@ss"]
    assert postbox.taken[0]["Subject"] == "题 目"
    with pytest.raises(Undelivered, match="535"):
        email.send(smtp | {"SMTP_URL": f"smtp://duban:wrong@127.0.0.1:{smtp['PORT']}"}, letter)


@pytest.mark.parametrize("url", ["", "mail.county.test", "http://mail.county.test", "smtp://127.0.0.1:1"])
def test_every_channel_says_in_words_that_it_could_not(url: str) -> None:
    for channel in CHANNELS.values():
        assert channel.ready({"SMTP_URL": url}) is bool(url)
        with pytest.raises(Undelivered) as told:
            channel.send({"SMTP_URL": url}, Letter("k@taskflow", "a@county.test", "题目", "正文"))
        assert told.value.everybody
        assert str(told.value)
    assert issubclass(smtplib.SMTPException, OSError)


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """Another channel, preferred to mail: it reaches the office, and keeps what it carried."""
    carried: list[Letter] = []
    channel = SimpleNamespace(
        LABEL="信鸽",
        ready=lambda settings: bool(settings.get("LOFT")),
        reaches=lambda: Person.login.like("officer-%"),
        address=lambda person: f"loft:{person.login}",
        send=lambda _settings, letter: carried.append(letter),
    )
    monkeypatch.setattr(channels, "CHANNELS", {"pigeon": channel, **CHANNELS})
    monkeypatch.setattr(deliver, "CHANNELS", channels.CHANNELS)
    return carried


def test_another_channel_is_one_module_and_one_row(
    clock: Clock, smtp: dict[str, Any], postbox: Postbox, pigeons: list[Letter]
) -> None:
    make.do(make.walk(make.task(), TaskState.ASSIGNED), "refuse", note="职责不符")  # told to the office, at once
    clock.to("2024-03-05 08:00")
    settings = smtp | {"LOFT": "yes"}
    assert mailing.collect(REGION, settings) == len(mails())
    assert {(mail.channel, mail.address.split(":")[0] == "loft") for mail in mails()} == {
        ("email", False),
        ("pigeon", True),
    }
    assert deliver.send_due(REGION, settings) == len(mails())
    assert {letter.address for letter in pigeons} == {"loft:officer-1", "loft:officer-2"}
    assert {message["To"] for message in postbox.taken} >= {"industry-clerk@county.test"}


def test_a_channel_that_is_away_holds_up_no_other(clock: Clock, pigeons: list[Letter]) -> None:
    make.do(make.walk(make.task(), TaskState.ASSIGNED), "refuse", note="职责不符")
    clock.to("2024-03-05 08:00")
    settings = {"SMTP_URL": "smtp://127.0.0.1:1", "LOFT": "yes"}
    mailing.collect(REGION, settings)
    assert deliver.send_due(REGION, settings) == len(pigeons) > 0
    assert {mail.state for mail in mails() if mail.channel == "email"} == {MailState.PENDING}
