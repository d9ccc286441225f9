"""The e-mail channel. Pages ask whether there is mail; only a worker sends it, and only then is SMTP loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taskflow.notices.letter import Letter
from taskflow.org.models import Person

LABEL = "电子邮件"


def ready(settings: Mapping[str, Any]) -> bool:
    """Whether there is a server to send with."""
    return bool(settings.get("SMTP_URL"))


def reaches() -> Any:
    """The condition on `Person` that mail can reach them; `.invalid` (RFC 2606) is nobody's address."""
    return Person.email.like("%_@_%") & Person.email.not_like("%.invalid")


def address(person: Person) -> str:
    """Where mail goes."""
    return person.email


def send(settings: Mapping[str, Any], letter: Letter) -> None:
    """Send one letter; raises `Undelivered` with the server's words."""
    from taskflow.notices import smtp  # noqa: PLC0415  # pages ask whether there is mail, only a worker sends it

    smtp.send(settings, letter)
