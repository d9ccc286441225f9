"""The conversation with a mail server: the only importer of smtplib.

SMTP_URL is `smtp://user:password@host:port` (STARTTLS when the server offers it) or `smtps://…`; MAIL_FROM
the sender. Certificates are checked; a county's own authority is named by SSL_CERT_FILE.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from taskflow import clock
from taskflow.notices.letter import Letter, Undelivered

TIMEOUT = 20.0  # seconds for each answer of the server
PORTS = {"smtp": 25, "smtps": 465}


def send(settings: Mapping[str, Any], letter: Letter) -> None:
    """Send one letter; raises `Undelivered` with the server's words."""
    message = written(settings.get("MAIL_FROM") or "taskflow@localhost", letter)
    try:
        with _server(settings["SMTP_URL"]) as server:
            try:
                server.send_message(message)
            except smtplib.SMTPServerDisconnected:
                raise
            except smtplib.SMTPException as error:
                raise Undelivered(_words(error)) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Undelivered(_words(error), everybody=True) from error


def written(sender: str, letter: Letter) -> EmailMessage:
    """The letter as a mail. Its Message-ID is the key, so that a repetition is known as one."""
    message = EmailMessage()
    message["Message-ID"] = f"<{letter.key}>"
    message["Date"] = format_datetime(clock.wall())
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = " ".join(letter.subject.split())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    where = urlsplit(url)
    if where.scheme not in PORTS or not where.hostname:
        raise ValueError("SMTP_URL 应为 smtp://… 或 smtps://…")
    port, safely = where.port or PORTS[where.scheme], ssl.create_default_context()
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(where.hostname, port, timeout=TIMEOUT, context=safely)
    else:
        server = smtplib.SMTP(where.hostname, port, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if where.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safely)
            server.ehlo()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        yield server


def _words(error: Exception) -> str:
    """The server's answer as text."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "；".join(f"{who}：{code} {_text(said)}" for who, (code, said) in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
