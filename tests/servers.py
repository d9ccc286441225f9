"""Scratch PostgreSQL and browser for the tests.

Nothing here touches a server that was running before, and nothing is left behind, even on failure.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.waiting import WATCHDOG

ROOT = Path(__file__).resolve().parent.parent


def absent(what: str) -> NoReturn:
    """Skip a test for want of a program, loudly; where everything must be tested, fail instead."""
    if os.environ.get("TASKFLOW_TEST_STRICT"):
        pytest.fail(f"缺少 {what}，而这里必须测试全部内容。")
    pytest.skip(f"缺少 {what}")


# --- servers -------------------------------------------------------------------------------------


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL on this machine."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


def as_owner(*, dies_with_us: bool = False) -> tuple[list[str], int]:
    """How to start PostgreSQL, which refuses root, and who then owns its files."""
    guard = ["setpriv", "--pdeathsig", "INT"] if dies_with_us else ["setpriv"]
    if os.geteuid() != 0:
        return (guard if dies_with_us else []), os.geteuid()
    user = pwd.getpwnam("postgres")
    to_user = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*guard, *to_user], user.pw_uid


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own on a socket in a scratch folder; gives the URL of a database."""
    programs = postgres_programs() or absent("PostgreSQL")
    prefix, owner = as_owner()
    folder = Path(tempfile.mkdtemp(prefix="taskflow-pg-"))  # short: a socket's path is limited
    try:
        os.chown(folder, owner, -1)
        data = folder / "data"
        options = "--username=taskflow --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync"
        subprocess.run(
            [*prefix, programs / "initdb", "--pgdata", data, *options.split()],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        # nothing here has to survive a power cut
        settings = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
        where = (f"unix_socket_directories={folder}", "listen_addresses=")
        words = [word for setting in (*settings, *where) for word in ("-c", setting)]
        prefix, _ = as_owner(dies_with_us=True)
        command: list[str | Path] = [*prefix, programs / "postgres", "-D", data, *words]
        with running(command, folder) as process:
            dsn = f"host={folder} user=taskflow dbname=postgres"
            wait_for(lambda: postgres_answers(dsn), process, folder, "PostgreSQL")
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("CREATE DATABASE taskflow")
            yield f"postgresql+psycopg://taskflow@/taskflow?host={quote(str(folder))}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_answers(dsn: str) -> bool:
    """Whether PostgreSQL takes connections."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running(command: Sequence[str | Path], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a session of its own, so that a Ctrl-C reaches only us; stopped in any case."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # to PostgreSQL: do not wait for your clients
        try:
            process.wait(timeout=WATCHDOG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path, what: str) -> None:
    """Wait until a server answers; if it ends or hangs, show what it said."""
    begun = time.monotonic()
    while not ready():
        if process.poll() is not None or time.monotonic() - begun > WATCHDOG:
            raise RuntimeError(f"{what} 没有启动：\n{(folder / 'log').read_text(errors='replace')}")
        time.sleep(0.05)


# --- the browser ---------------------------------------------------------------------------------

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def chromium() -> str | None:
    """The system's Chromium."""
    names = (os.environ.get("TASKFLOW_TEST_BROWSER"), "chromium", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium that draws Chinese (a fresh machine has no Chinese font)."""
    program = chromium() or absent("Chromium")
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415  # only here

    with tempfile.TemporaryDirectory(prefix="taskflow-fonts-") as name, sync_playwright() as drive:
        config = Path(name) / "fonts.conf"
        config.write_text(FONTS.format(fonts=Path(sans_path()).parent, cache=Path(name) / "cache"))
        environ: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(config)}
        chrome = drive.chromium.launch(executable_path=program, args=FLAGS, env=environ, timeout=WATCHDOG * 1000)
        try:
            yield chrome
        finally:
            chrome.close()
