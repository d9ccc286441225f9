r"""Check a dump of the ledger, with nothing of the program that wrote it: the standard library alone.

An entry is sealed: `hash` = H("taskflow.ledger.1\n" ‖ canonical JSON of all its fields but id and hash), and
`prev_hash` is the seal of the entry before it in its chain, sixty-four zeros for the first; canonical =
sorted keys, no blanks, UTF-8, empty fields left out. `id` is only the database's handle and is not sealed.
So an edit, a deletion in the middle and a change of order show in the dump itself.

A checkpoint states the newest seal of every chain on a day. So a tail that was cut off, a chain that was
dropped and a history sealed anew from some entry on show against the checkpoints, and checkpoints that were
rewritten show against the digest that the county's paper carries (`Report.digest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

ENTRY, CHECKPOINT = b"taskflow.ledger.1\n", b"taskflow.checkpoint.1\n"
FIRST = "0" * 64
COUNTY = timezone(timedelta(hours=8))

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@dataclass
class Break:
    """One thing that does not hold. `entry`, `field` and `day` are filled in where they can be known."""

    what: str
    chain: str = ""
    seq: int = 0
    entry: int | None = None
    field: str = ""
    day: str = ""

    def __str__(self) -> str:
        place = f"链 {self.chain} 第 {self.seq} 条" if self.chain else "检查点"
        entry = f"（编号 {self.entry}）" if self.entry is not None else ""
        told = f"，字段 {self.field}" if self.field else ""
        return f"{self.day} {place}{entry}{told}：{self.what}".lstrip()


@dataclass
class Report:
    """What was read, and every break that was found."""

    entries: int = 0
    chains: int = 0
    checkpoints: int = 0
    #: Of the newest checkpoint: the figure that stands in the footer of that day's paper.
    digest: str = ""
    breaks: list[Break] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.breaks


@dataclass
class _Chain:
    """How far one chain has been read."""

    seq: int = 0
    hash: str = FIRST
    day: str = ""
    #: The newest entry, if its seal did not fit: the seal that its contents give, and the break.
    suspect: tuple[str, Break] | None = None
    rewritten: bool = False


def check(
    entries: Iterable[Mapping[str, Any]],
    checkpoints: Iterable[Mapping[str, Any]] = (),
    algorithm: str = "sha256",
) -> Report:
    """Read a whole dump once. Entries of a chain stand in order; chains may be mixed."""
    report = Report()
    marks = _read_checkpoints(checkpoints, report, algorithm)
    chains: dict[str, _Chain] = {}
    for entry in entries:
        report.entries += 1
        if not _has_shape(entry):
            told = Break("这一行不是台账条目，缺少必要的字段。", entry=_number(entry.get("id")))
            report.breaks.append(told)
            continue
        chain = chains.setdefault(entry["chain"], _Chain())
        _follow(entry, chain, report, algorithm)
        stated = marks.get(entry["chain"], {}).get(entry["seq"])
        if stated and stated[0] != entry["hash"] and not chain.rewritten:
            chain.rewritten = True
            what = f"与 {stated[1]} 的检查点不符：这一条或它以前的条目在那以后被改写。"
            report.breaks.append(_broken(entry, what))
    report.chains = len(chains)
    _look_for_losses(marks, chains, report)
    return report


def seal_of(entry: Mapping[str, Any], algorithm: str = "sha256") -> str:
    """The seal that an entry's contents give."""
    covered = {k: v for k, v in entry.items() if k not in ("id", "hash") and v is not None}
    return hashlib.new(algorithm, ENTRY + _bytes(covered)).hexdigest()


def _follow(entry: Mapping[str, Any], chain: _Chain, report: Report, algorithm: str) -> None:
    """Hold one entry against the one before it and against its own seal."""
    found = seal_of(entry, algorithm)
    sealed = found == entry["hash"]
    suspect, chain.suspect = chain.suspect, None
    if not sealed:
        told = _broken(entry, "内容与封印不符。", _edited(entry, chain, algorithm))
        report.breaks.append(told)
        if told.field == "seq":
            entry = {**entry, "seq": chain.seq + 1}
        chain.suspect = (found, told)
    if entry["seq"] <= chain.seq:
        if sealed:
            report.breaks.append(_broken(entry, f"顺序不对：它排在第 {chain.seq} 条之后。", "seq"))
        return
    if entry["seq"] > chain.seq + 1:
        lost = f"{chain.seq + 1}–{entry['seq'] - 1}" if entry["seq"] > chain.seq + 2 else str(chain.seq + 1)
        report.breaks.append(_broken(entry, f"它前面缺少第 {lost} 条。", "seq"))
    elif entry.get("prev_hash") != chain.hash and sealed:
        if suspect and suspect[0] == entry.get("prev_hash"):
            suspect[1].field = "hash"  # the contents were right: only the seal had been touched
        else:
            report.breaks.append(_broken(entry, "没有接在前一条之后：前一条的封印不同。", "prev_hash"))
    chain.seq, chain.hash, chain.day = entry["seq"], entry["hash"], _day(entry)


def _edited(entry: Mapping[str, Any], chain: _Chain, algorithm: str) -> str:
    """The field whose expected value makes the seal fit again; "" when none does."""
    expected = {"seq": chain.seq + 1, "prev_hash": chain.hash}
    for name, value in expected.items():
        if entry.get(name) != value and seal_of({**entry, name: value}, algorithm) == entry["hash"]:
            return name
    return ""


def _look_for_losses(marks: dict[str, Any], chains: dict[str, _Chain], report: Report) -> None:
    for name, stated in sorted(marks.items()):
        last = max(stated)
        found = chains.get(name, _Chain())
        if found.seq >= last:
            continue
        what = "整条链不见了" if not found.seq else f"第 {found.seq} 条以后被截去"
        told = f"{what}：{stated[last][1]} 的检查点记到第 {last} 条。"
        report.breaks.append(Break(told, name, found.seq + 1, day=stated[last][1]))


def _read_checkpoints(
    checkpoints: Iterable[Mapping[str, Any]], report: Report, algorithm: str
) -> dict[str, dict[int, tuple[str, str]]]:
    """Check the checkpoints among themselves; chain → seq → (seal, day) as they state it."""
    marks: dict[str, dict[int, tuple[str, str]]] = {}
    leaves: dict[str, bytes] = {}
    former = FIRST
    for number, point in enumerate(checkpoints, start=1):
        day = str(point.get("day", ""))
        told = None
        if point.get("number") != number or point.get("former") != former:
            told = "与前一个检查点接不上：有检查点被改动、插入或删去。"
        for chain, (seq, sealed) in point.get("heads", {}).items():
            if seq:
                leaves[chain] = _hash(algorithm, b"\0", f"{chain}\n{seq}\n{sealed}".encode())
                marks.setdefault(chain, {})[seq] = (sealed, day)
            else:
                leaves.pop(chain, None)  # the checkpoint itself says that the chain had gone
        if point.get("root") != _root([leaves[chain] for chain in sorted(leaves)], algorithm):
            told = told or "根值与所列各链不符。"
        if told:
            report.breaks.append(Break(told, day=day))
        former = hashlib.new(algorithm, CHECKPOINT + _bytes(point)).hexdigest()
        report.checkpoints, report.digest = number, former
    return marks


def _root(level: list[bytes], algorithm: str) -> str:
    """The Merkle root over the chains in order of their names; an odd one out moves up as it is."""
    while len(level) > 1:
        pairs = [_hash(algorithm, b"\1", a + b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0].hex() if level else FIRST


def _hash(algorithm: str, tag: bytes, data: bytes) -> bytes:
    return hashlib.new(algorithm, tag + data).digest()


def _bytes(value: Mapping[str, Any]) -> bytes:
    return _encode(value).encode("utf-8", "surrogatepass")


def _has_shape(entry: Mapping[str, Any]) -> bool:
    kinds = {"chain": str, "seq": int, "hash": str}
    return all(isinstance(entry.get(name), kind) for name, kind in kinds.items())


def _broken(entry: Mapping[str, Any], what: str, name: str = "") -> Break:
    return Break(what, entry["chain"], entry["seq"], _number(entry.get("id")), name, _day(entry))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _day(entry: Mapping[str, Any]) -> str:
    """The county's day of an entry."""
    try:
        return str(datetime.fromisoformat(str(entry.get("at"))).astimezone(COUNTY).date())
    except ValueError:
        return ""
