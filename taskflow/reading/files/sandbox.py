"""The same reading in a process of its own, with little memory, little time, and nothing to write or ask.

Whatever a file does to the reader, it does to that process; who called gets the source or one sentence.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from taskflow import config, errors
from taskflow.reading.files.source import Source

SECONDS = 60
MEMORY_MB = 1024
FILES = 32  # open at once
#: Imports the reader without what stands in the package's own __init__: the web application would cost half a second.
START = """
import sys, types
package = types.ModuleType("taskflow")
package.__path__ = [sys.argv[1]]
sys.modules["taskflow"] = package
from taskflow.reading.files import sandbox
sandbox.main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
"""
PACKAGE = Path(__file__).resolve().parents[2]
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "ctypes.")

TOO_LONG = "读取这个文件用时过长，已停止；请把正文另存为一个新的 .docx 或 .txt 文件再试。"
TOO_MUCH = "读取这个文件需要的内存过多，已停止；请拆分后再试。"
CRASHED = "读取这个文件时出现意外，已停止；请用 Word、Excel 或 WPS 打开后另存一份再试。"


def read_safely(path: Path, *, seconds: int = SECONDS, memory_mb: int = MEMORY_MB) -> Source:
    """What `opening.open_source` gives, from a process that cannot do harm. Raises errors.Unreadable."""
    options = ("-I", "-B", "-X", "utf8", "-c", START)
    command = [sys.executable, *options, str(PACKAGE), str(path.absolute()), str(seconds), str(memory_mb)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired as error:
        raise errors.Unreadable(TOO_LONG) from error
    except ValueError as error:  # a zero byte in the name
        raise errors.Unreadable(CRASHED) from error
    return _answer(done.stdout, done.returncode)


def _answer(output: bytes, code: int) -> Source:
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError as error:
        stopped = code in (-signal.SIGXCPU, -signal.SIGKILL)
        raise errors.Unreadable(TOO_LONG if stopped else CRASHED) from error
    if "refused" in answer:
        raise errors.Unreadable(*answer["refused"])
    return Source.from_json(answer)


def main(name: str, seconds: int, memory_mb: int) -> None:
    """The child: set the limits, read, print JSON."""
    _limit(seconds, memory_mb * config.MEGABYTE)
    try:
        from taskflow.reading.files import opening  # noqa: PLC0415  # the limits hold for the libraries as well

        sys.addaudithook(_forbid)
        text = json.dumps(opening.open_source(Path(name)).as_json(), ensure_ascii=False)
    except errors.Unreadable as refusal:
        text = json.dumps({"refused": list(refusal.reasons)}, ensure_ascii=False)
    except MemoryError:
        text = json.dumps({"refused": [TOO_MUCH]}, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode())


def _limit(seconds: int, memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES),
    ):
        resource.setrlimit(what, (most, most))


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    """No network and no other program, for Python code; libxml2 was told not to ask for anything."""
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
