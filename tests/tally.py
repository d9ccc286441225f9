"""A plugin of `./run test`: counts how a pass ended, into the file TASKFLOW_TEST_TALLY, for the closing table."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

COUNTED = ("passed", "failed", "error", "skipped")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write it down; where tests run in several processes, only the one that collects them comes here."""
    found = terminalreporter.stats
    told: dict[str, Any] = {name: len(found.get(name, ())) for name in COUNTED}
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in found.get("skipped", ()))
    Path(os.environ["TASKFLOW_TEST_TALLY"]).write_text(json.dumps(told | {"reasons": reasons}), encoding="utf-8")
