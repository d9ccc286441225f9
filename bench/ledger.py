"""Ledger entries verified per second, beside the bare digests of the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bench.measure import head, say, seconds
from taskflow.ledger import dump, verify


def run(folder: Path) -> None:
    """Dump, then verify the dump as an auditor would."""
    head("Ledger")
    path = folder / "ledger.jsonl"
    with path.open("w", encoding="utf-8") as file:
        written = seconds(lambda: file.writelines(dump.lines()))
    lines = path.read_bytes().splitlines()
    found: list[verify.Report] = []
    checked = seconds(lambda: found.append(verify.check((json.loads(line) for line in lines), [])))
    bare = seconds(lambda: [hashlib.sha256(line).hexdigest() for line in lines])
    parsed = seconds(lambda: [json.loads(line) for line in lines])
    say("entries dumped", f"{len(lines) / written:.0f} /s", f"{len(lines)} entries")
    say("entries verified", f"{len(lines) / checked:.0f} /s", "all sound" if found[0].ok else "BROKEN")
    least = bare + parsed
    say("parsing and bare SHA-256 of the same lines", f"{len(lines) / least:.0f} /s", f"ratio {checked / least:.1f}")
