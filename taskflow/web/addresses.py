"""Addresses and keys that come from outside: ids, where a form leads back to, the idempotency key of a form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from taskflow.web.viewer import viewer

KEY_LENGTH = 64  # characters of a form's key that count


class RecordId(IntegerConverter):
    """An id in an address; one that no database integer holds is an unknown one (404)."""

    def __init__(self, routes: Map) -> None:
        super().__init__(routes, max=2**31 - 1)


def ids(app: Flask) -> None:
    """How ids in addresses are read; before any address is registered."""
    app.url_map.converters["int"] = RecordId


def inside(target: str | None, below: str = "/") -> str:
    """An address of this site (of its part `below`), or "": a form may not send people elsewhere."""
    try:
        came = urlsplit(target or "")
    except ValueError:
        return ""
    path = came.path
    ours = path.startswith(below) and not path.startswith(("//", "/\\")) and ".." not in path.split("/")
    if came.scheme or came.netloc or not ours:
        return ""
    return f"{path}?{came.query}" if came.query else path


def new_key() -> str:
    """A key for one form: sending the form again under it changes nothing."""
    return uuid4().hex


def command_id(typed: Any) -> str:
    """The idempotency key of a form that the viewer sent; "" when the form has none."""
    key = str(typed.get("key", ""))[:KEY_LENGTH]
    return f"web:{viewer().person.id}:{key}" if key else ""
