"""What a channel carries, and how it says that it could not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """One message, ready to go. `key` is the same at every attempt."""

    key: str
    address: str
    subject: str
    body: str


class Undelivered(Exception):
    """The letter did not go out. `everybody`: no other letter would have either (no connection)."""

    def __init__(self, why: str, *, everybody: bool = False) -> None:
        super().__init__(why)
        self.everybody = everybody
