"""`./run bench`: how fast things are here, as ratios within one run. A benchmark, never a test.

Times on a shared machine mean little; where there is something to compare with, each line gives the ratio
to it, measured in turn in the same run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench import commands, ledger, pages, reading, sheets, start, workbench, world
from taskflow import db

PARTS = ("commands", "ledger", "pages", "reading", "sheets", "start", "workbench")


def main() -> None:
    """Build the world once, run the parts, print a table."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="nothing: all of them")
    parser.add_argument("--tasks", type=int, default=10_000, help="tasks in the world (10000)")
    given = parser.parse_args()
    chosen = given.parts or PARTS
    with tempfile.TemporaryDirectory(prefix="taskflow-bench-") as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bench.db"
        if any(part in chosen for part in ("commands", "ledger", "pages", "sheets", "workbench")):
            world.build(url, given.tasks)
        runs = {
            "commands": commands.run,
            "ledger": lambda: ledger.run(Path(folder)),
            "pages": lambda: pages.run(url, Path(folder)),
            "reading": lambda: reading.run(Path(folder)),
            "sheets": lambda: sheets.run(Path(folder)),
            "workbench": workbench.run,
        }
        for part, act in runs.items():
            if part in chosen:
                act()
        db.close()
        if "start" in chosen:
            start.run(Path(folder))


main()
