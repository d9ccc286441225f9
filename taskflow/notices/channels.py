"""The ways out of the house: one line per channel. In the app every message stands at once, without any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from taskflow.notices.letter import Letter


@dataclass(frozen=True)
class Channel:
    """A way to reach a person.

    `ready` says whether the settings name it. `send` hands over one letter or raises `Undelivered`; it
    knows nothing of the database.
    """

    label: str
    ready: Callable[[Mapping[str, Any]], bool]
    send: Callable[[Mapping[str, Any], Letter], None]


def _to_a_server(settings: Mapping[str, Any]) -> bool:
    return bool(settings.get("SMTP_URL"))


def _by_email(settings: Mapping[str, Any], letter: Letter) -> None:
    from taskflow.notices import email  # noqa: PLC0415  # pages ask whether there is mail, only a worker sends it

    email.send(settings, letter)


CHANNELS: dict[str, Channel] = {
    "email": Channel("电子邮件", _to_a_server, _by_email),
}
