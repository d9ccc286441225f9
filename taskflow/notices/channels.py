"""The channels by which a message leaves the product: one module and one row each, the preferred one first.

A mail row carries its channel, and delivery dispatches on it. In the app every message stands at once,
without any channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import case, null

from taskflow.notices import email
from taskflow.notices.letter import Letter
from taskflow.org.models import Person


class Channel(Protocol):
    """A way to reach a person, as a module. It knows nothing of the database but a person's address."""

    LABEL: str

    def ready(self, settings: Mapping[str, Any]) -> bool:
        """Whether the settings name it."""

    def reaches(self) -> Any:
        """The condition on `Person` that they have an address of this sort."""

    def address(self, person: Person) -> str:
        """That address."""

    def send(self, settings: Mapping[str, Any], letter: Letter) -> None:
        """Hand over one letter, or raise `Undelivered`."""


CHANNELS: dict[str, Channel] = {
    "email": email,
}


def ready(settings: Mapping[str, Any]) -> list[str]:
    """The names of the channels that the settings provide for, the preferred one first."""
    return [name for name, channel in CHANNELS.items() if channel.ready(settings)]


def for_person(names: list[str]) -> Any:
    """The first of these channels that reaches a `Person`, as a column; NULL: none."""
    rows = [(CHANNELS[name].reaches(), name) for name in names]
    return case(*rows, else_=None) if rows else null()
