"""Every refusal, the HTTP status it becomes, and the sentence a person is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """A command that may not happen. `reasons` are Chinese sentences a person can act on."""

    status = 422

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons: Sequence[str] = reasons


class NotFound(Refusal):
    """The thing does not exist, or the viewer may not know that it does."""

    status = 404


class NotYours(Refusal):
    """The move belongs to somebody else."""

    status = 403


class WrongState(Refusal):
    """The table has no such move from the present state."""

    status = 409


class Overtaken(Refusal):
    """Somebody changed the facts since the page was drawn.

    `changes` maps a field's Chinese name to (value the page showed, value now).
    """

    status = 409

    def __init__(self, changes: dict[str, tuple[str, str]]) -> None:
        told = [f"{field}：您看到的是“{old}”，现在是“{new}”" for field, (old, new) in changes.items()]
        super().__init__("这一页打开以后，别人作了改动，请核对后再决定。", *told)
        self.changes = changes


class AllOrNothing(Refusal):
    """An act on many things that one or more of them refuse, so that nothing was done: id → its refusal."""

    def __init__(self, refused: Mapping[int, Refusal]) -> None:
        super().__init__(f"有 {len(refused)} 项还不能这样办理，所以这一次全部没有改动。")
        self.refused = refused


class KeyReused(Refusal):
    """One command id was used for two different requests."""

    status = 409

    def __init__(self) -> None:
        super().__init__("这个操作编号已用于另一个请求，请刷新页面后重试。")


class NotReady(Refusal):
    """A condition of the move is not met."""


class BadInput(Refusal):
    """Something typed is missing or wrong. `fields` maps a field's name to its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(*fields.values())
        self.fields = fields


class Unreadable(Refusal):
    """A file that cannot be read as a document: why, and what to do about it."""


class Unavailable(Refusal):
    """Something outside the program is missing (a library, disk space)."""

    status = 503
