"""How fast a plan is read: 100,000 letters, and whether twice the text takes twice the time."""

from __future__ import annotations

import re
from pathlib import Path

from bench.measure import head, milliseconds, say
from seed.vocabulary import seed_vocabulary
from taskflow.reading.files.sandbox import read_safely
from taskflow.reading.reader import read_text

PLANS = Path(__file__).parent.parent / "tests" / "plans_invented"
LETTERS = 100_000
TIMES = 3


def run(folder: Path) -> None:
    """Read 100,000 letters of invented plans, half of them, and hold it against finding the numbers alone."""
    head("Reading plans")
    once = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PLANS.glob("*.txt")))
    text = (once + "\n") * (LETTERS // len(once) + 1)
    text = text[:LETTERS]
    units = seed_vocabulary()
    whole = milliseconds(lambda: read_text(text, units), TIMES)
    half = milliseconds(lambda: read_text(text[: LETTERS // 2], units), TIMES)
    alone = milliseconds(lambda: read_text(text), TIMES)
    bare = milliseconds(lambda: re.findall(r"\d+(?:\.\d+)?", text), TIMES)
    found = read_text(text, units)["measures"]
    say("100,000 letters read", f"{whole / 1000:.2f} s", f"{len(found)} measures, aim 5 s")
    say("half the letters", f"{half / 1000:.2f} s", f"ratio {whole / half:.2f} (2 is linear)")
    say("without suggesting units", f"{alone / 1000:.2f} s", f"ratio {whole / alone:.2f}")
    say("finding bare numbers in the same text", f"{bare:.1f} ms", f"ratio {whole / bare:.0f}")
    path = folder / "plan.txt"
    path.write_text(text, encoding="utf-8")
    safely = milliseconds(lambda: read_safely(path), TIMES)
    say("opening the file in its own process", f"{safely:.0f} ms", f"ratio {safely / whole:.2f}")
