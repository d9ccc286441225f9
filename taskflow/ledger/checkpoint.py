"""Checkpoints: once a day, the newest seal of every chain goes to a file outside the database.

One line of JSON a day in `<folder>/checkpoints/<region>.jsonl`: number, day, at, the Merkle root over all
chains, the heads that changed since the line before, and that line's digest. The file grows by what
happened, not by what exists; cutting off a tail or dropping a chain of the database shows against it, and
the digest printed in the footer of that day's paper (`latest`) shows when the file itself was rewritten.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select

from taskflow import clock, db
from taskflow.ledger import seal
from taskflow.ledger.models import LedgerEntry

TAG = b"taskflow.checkpoint.1\n"

#: chain → (seq, seal)
Heads = dict[str, tuple[int, str]]


def path_of(region_code: str, folder: Path) -> Path:
    """Where a region's checkpoints stand."""
    return folder / "checkpoints" / f"{region_code}.jsonl"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The checkpoints of a file, oldest first; none when there is no file. A line torn by a crash is not one."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)


def digest(point: dict[str, Any]) -> str:
    """The digest of a checkpoint: what the next one names as its former, and what paper carries."""
    return seal.digest(TAG + seal.canonical(point))


def latest(region_code: str, folder: Path) -> tuple[str, str] | None:
    """(day, digest) of the newest checkpoint, for the footer of paper."""
    newest = None
    for newest in read(path_of(region_code, folder)):  # noqa: B007  # the last one is wanted
        pass
    return (newest["day"], digest(newest)) if newest else None


def write(region_code: str, folder: Path) -> dict[str, Any]:
    """State where every chain stands; the checkpoint. Again on the same day with nothing new: the same one."""
    path = path_of(region_code, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # one writer; released when the file closes
        _mend(file)
        known, former = _known(read(path))
        now = heads(region_code)
        root = merkle_root(now)
        day = clock.today().isoformat()
        if former and former["day"] == day and former["root"] == root:
            return former
        gone: Heads = dict.fromkeys(known.keys() - now.keys(), (0, ""))
        point = {
            "number": former["number"] + 1 if former else 1,
            "region": region_code,
            "day": day,
            "at": seal.moment(clock.now()),
            "root": root,
            "heads": {chain: list(head) for chain, head in (now | gone).items() if known.get(chain) != head},
            "former": digest(former) if former else seal.GENESIS,
        }
        file.write(json.dumps(point, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return point


def heads(region_code: str) -> Heads:
    """The newest entry of every chain of a region, from the entries themselves and not from `ledger_head`."""
    mine = select(LedgerEntry.chain, func.max(LedgerEntry.seq).label("seq"))
    newest = mine.where(LedgerEntry.region_code == region_code).group_by(LedgerEntry.chain).subquery()
    same = (LedgerEntry.chain == newest.c.chain) & (LedgerEntry.seq == newest.c.seq)
    found = db.session.execute(select(LedgerEntry.chain, LedgerEntry.seq, LedgerEntry.hash).join(newest, same))
    return {chain: (seq, sealed) for chain, seq, sealed in found}


def merkle_root(now: Heads) -> str:
    """One digest over all chains in order of their names; an odd one out moves up as it is."""
    level = [_hash(b"\0", f"{chain}\n{seq}\n{sealed}".encode()) for chain, (seq, sealed) in sorted(now.items())]
    while len(level) > 1:
        odd = level.pop() if len(level) % 2 else b""
        level = [_hash(b"\1", level[i] + level[i + 1]) for i in range(0, len(level), 2)] + ([odd] if odd else [])
    return level[0].hex() if level else seal.GENESIS


def _hash(tag: bytes, data: bytes) -> bytes:
    return bytes.fromhex(seal.digest(tag + data))


def _known(points: Iterable[dict[str, Any]]) -> tuple[Heads, dict[str, Any] | None]:
    """What the checkpoints so far state together, and the newest of them."""
    known: Heads = {}
    newest = None
    for newest in points:
        known |= {chain: (seq, sealed) for chain, (seq, sealed) in newest["heads"].items()}
    return {chain: head for chain, head in known.items() if head[0]}, newest


def _mend(file: IO[bytes]) -> None:
    """Cut off a line that a crash left half written: nobody was told of it."""
    file.seek(0)
    whole = file.read()
    if whole and not whole.endswith(b"\n"):
        file.truncate(whole.rfind(b"\n") + 1)
