"""From the command to the first page, on a machine that has its environment already."""

from __future__ import annotations

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.measure import head, say

PATIENCE = 180.0
TRIES = 5
BARE = "import flask, sqlalchemy, sqlalchemy.orm"
#: What `./run` starts, as far as loading goes: two web processes, the clock and the worker, and some commands.
PROCESSES = {
    "a web process": "import wsgi",
    "a command": "import taskflow.cli",
    "the clock": "import taskflow.cli; from taskflow.jobs import workers",
    "a worker": "import taskflow.cli; from taskflow.jobs import workers; workers.tasks.prepare()",
}


def run(folder: Path) -> None:
    """Twice: with an empty data folder (loads the county and plays its story), and again."""
    head("Start to first page")
    data = folder / "start"
    first, again = _start(data), _start(data)
    bare = _bare()
    say("first start: database, county, story", f"{first:.1f} s")
    say("again", f"{again:.1f} s", f"ratio to importing Flask and SQLAlchemy {again / bare:.1f}")
    _loading(folder)


def _loading(folder: Path) -> None:
    """Processor time until a process has loaded, told as a ratio, for machines differ."""
    env = os.environ | {
        "TASKFLOW_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'none.db'}",
        "SECRET_KEY": "a key for measuring only",
        "TASKFLOW_LOCAL": "1",
    }
    bare = _processor(BARE, env)
    say("processor: Flask and SQLAlchemy alone", f"{bare:.2f} s")
    for name, code in PROCESSES.items():
        took = _processor(code, env)
        say(f"processor: {name} has loaded", f"{took:.2f} s", f"ratio to those two {took / bare:.1f}")


def _processor(code: str, env: dict[str, str]) -> float:
    """The median of some runs of a fresh interpreter."""
    found = []
    for _ in range(TRIES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=env, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return statistics.median(found)


def _start(data: Path) -> float:
    port = _free_port()
    began = time.perf_counter()
    given = os.environ | {"TASKFLOW_DATA": str(data), "PORT": str(port)}
    given.pop("DATABASE_URL", None)
    child = subprocess.Popen([sys.executable, "-m", "taskflow.serve"], env=given, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < PATIENCE:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=2) as answer:
                    if answer.status == 200:  # noqa: PLR2004
                        return time.perf_counter() - began
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise SystemExit("bench: no page within three minutes")
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(60)


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True)
    return time.perf_counter() - began


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
