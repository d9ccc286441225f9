"""The seal of a ledger entry: a digest over its canonical text, chained to the entry before.

Canonical: JSON with sorted keys, UTF-8, no blanks; only strings and integers; times as UTC text. The
digest is pluggable (`ALGORITHMS`: SHA-256, and SM3 by GB/T 32905 where OpenSSL has it).
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

TAG = "taskflow.ledger.1"
GENESIS = "0" * 64
ALGORITHMS = ("sha256", "sm3")


def moment(at: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """A value as the ledger may hold it: text, whole numbers, lists and maps of them.

    Anything else (floats, None, dates) is refused, so that a figure never depends on a float's spelling.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (str, int)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(f"{value!r} cannot stand in the ledger")


def canonical(entry: dict[str, Any]) -> bytes:
    """The one spelling of an entry."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(data: bytes, algorithm: str = "sha256") -> str:
    """A digest as hex."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown digest {algorithm}")
    return hashlib.new(algorithm, data).hexdigest()


def seal(entry: dict[str, Any], algorithm: str = "sha256") -> str:
    """The seal of an entry that already holds `prev_hash`."""
    return digest(TAG.encode() + b"\n" + canonical(entry), algorithm)
