"""Waiting for facts: that a program answers, that a worker is done. No limit here judges anybody's speed.

`WATCHDOG` only ends what hangs. It is so long that a machine under any load stays below it; nothing may be
concluded from how long something took. A wait ends early when one of the programs started here has died: then
it never comes true, and the program's own log says why.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from taskflow.processes import ending, kill_session, spawn, tail

#: Watch-dog for a single wait, in seconds; that of a whole test stands in pyproject.toml and is longer.
WATCHDOG = 300.0
PAUSE = 0.05  # seconds between two looks

#: Programs that should be alive, with the file that they write to.
_alive: dict[subprocess.Popen[bytes], Path] = {}


class Died(AssertionError):
    """A program ended that should have gone on."""


def start(command: list[str], environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program that waits rely on; it has a session of its own and does not outlive us."""
    with log.open("ab") as output:
        child = spawn(command, environ, output)
    _alive[child] = log
    return child


def ask_to_end(child: subprocess.Popen[bytes], number: int) -> int:
    """Send a signal and wait for the end; the exit code."""
    _alive.pop(child, None)
    child.send_signal(number)
    return child.wait(timeout=WATCHDOG)


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill -9 a program with all that it started."""
    _alive.pop(child, None)
    kill_session(child.pid)
    child.wait()


def until(true: Callable[[], Any], what: str = "it") -> Any:
    """Wait until something holds; gives what it gave."""
    begun = time.monotonic()
    while not (found := true()):
        for child, log in _alive.items():
            if (code := child.poll()) is not None:
                raise Died(f"no use waiting for {what}, {log.name} has ended ({ending(code)}):\n{tail(log)}")
        if time.monotonic() - begun > WATCHDOG:
            said = "".join(f"\n{log.name}:\n{tail(log)}" for log in _alive.values())
            raise AssertionError(f"still waiting for {what} after {WATCHDOG:.0f} s{said}")
        time.sleep(PAUSE)
    return found
