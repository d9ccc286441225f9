"""The ways out of the house: one line per channel. In the app every message stands at once, without any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from taskflow.notices import email
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


CHANNELS: dict[str, Channel] = {
    "email": Channel("电子邮件", email.ready, email.send),
}
