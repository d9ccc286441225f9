"""A small county that really runs (web, worker, clock, Redis, each a process), and people at its pages.

Every page that a visitor comes to is judged: no sideways scrolling, one heading, no id twice, no error in
the console, and no request to any other host. TASKFLOW_TEST_PICTURES=folder keeps a picture of each.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from subprocess import Popen
from typing import Any

from playwright.sync_api import Browser, Download, Locator, Page, expect
from sqlalchemy import update

from seed.loading import DEMO_PASSWORD
from taskflow import clock, db
from taskflow.children import answers, kill_session, redis_command, redis_server, spawn
from taskflow.jobs import queue, ring
from taskflow.jobs.models import Heartbeat
from taskflow.org.models import Region
from taskflow.serve import healthy, web_command
from tests import factories as make
from tests.servers import absent

PATIENCE = 20.0  # seconds; a slow machine under load
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PICTURES = os.environ.get("TASKFLOW_TEST_PICTURES")

JUDGE_PAGE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id), page = document.documentElement;
  return {
    sideways: Math.max(0, page.scrollWidth - page.clientWidth),
    headings: document.querySelectorAll('h1').length,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
  };
}"""


def until(true: Callable[[], Any], what: str = "it") -> Any:
    """Wait for something; gives what it gave."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


# The county and its processes


@dataclass
class Town:
    """A committed county with its processes. Its time runs; `live_at` puts it where a story needs it."""

    url: str
    folder: Path
    port: int = 0
    children: dict[str, Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def redis(self) -> str:
        """The address of its Redis."""
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Redis, web server, worker and clock, as `./run` starts them."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start_redis()
        self._start("web", web_command(f"127.0.0.1:{self.port}"))
        for name in ("work", "clock"):
            self._start(name, [sys.executable, "-m", "taskflow.cli", name])
        until(lambda: healthy("127.0.0.1", self.port), f"the web server: {self.said('web')}")

    def start_redis(self) -> None:
        """A Redis that has forgotten everything."""
        program = redis_server() or absent("redis-server")
        self._start("redis", redis_command(program, self.folder / "redis.sock", self.folder, keep=False))
        until(lambda: answers(self.redis), "Redis")

    def _start(self, name: str, command: list[str]) -> None:
        given = {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis,
            "TASKFLOW_DATA": str(self.folder / "data"),
            "TASKFLOW_LOCAL": "1",
            "SECRET_KEY": "a key for journeys only",
            "SMTP_URL": "",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = spawn(command, {**os.environ, **given}, log)

    def stop(self, name: str) -> None:
        """Kill one process with all that it started."""
        child = self.children.pop(name)
        kill_session(child.pid)
        child.wait()

    def said(self, name: str) -> str:
        """What a process wrote."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def live_at(self, moment: str) -> None:
        """Let the county's time run on from a moment, for us and for the processes."""
        at = datetime.fromisoformat(moment).replace(tzinfo=clock.LOCAL)
        shift = round((at - clock.wall()).total_seconds())
        with db.transaction() as session:
            session.execute(update(Region).values(clock_shift=shift))
        clock.use_shift(shift)

    @contextmanager
    def then(self, moment: str) -> Iterator[None]:
        """What people did at a moment of the past, as one committed transaction."""
        at = datetime.fromisoformat(moment).replace(tzinfo=clock.LOCAL)
        with clock.frozen(at), db.transaction():
            yield

    def sweep_at(self, moment: str) -> None:
        """What the clock did at a moment of the past."""
        with clock.frozen(datetime.fromisoformat(moment).replace(tzinfo=clock.LOCAL)):
            ring.sweep(make.REGION)

    @contextmanager
    def records(self) -> Iterator[None]:
        """Look at what the processes have committed."""
        db.session.remove()
        db.will_write(writes=False)
        yield
        db.session.remove()

    def swept(self) -> None:
        """Ring the bell, and wait until the worker has looked at everything that is due by now."""
        asked = clock.wall()
        until(lambda: queue.ring_bell("sweep"), "the bell")

        def done() -> bool:
            with self.records():
                beat = db.session.get(Heartbeat, "sweep")
                return beat is not None and beat.at > asked

        until(done, f"a sweep: {self.said('work')}{self.said('clock')}")


@contextmanager
def running_town(url: str, folder: Path) -> Iterator[Town]:
    """A county that runs over a committed database, and is stopped whatever happens."""
    town, before = Town(url, folder), queue._settings
    db.connect(url)
    queue.use({"REDIS_URL": town.redis})
    try:
        town.start()
        yield town
    finally:
        for name in list(town.children):
            town.stop(name)
        queue._settings = before
        queue._heard = None
        clock.use_shift(0)


# People


class Visitor:
    """Somebody at a browser: on a phone, who taps, or at a desk."""

    _pictures = count(1)

    def __init__(self, chrome: Browser, town: Town, *, phone: bool = False) -> None:
        self.town, self.phone = town, phone
        self.context = chrome.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **(PHONE if phone else DESKTOP))
        self.context.set_default_timeout(PATIENCE * 1000)
        self.wrong: list[str] = []
        self.context.route(re.compile(rf"^(?!{re.escape(town.address)}/|data:|blob:)"), self._refuse)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self._hear(line.type, line.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _refuse(self, route: Any) -> None:
        self.wrong.append(f"a request left for {route.request.url}")
        route.abort()

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.wrong.append(text)

    def leave(self) -> None:
        """Close the browser; whatever was wrong on the way fails the test."""
        self.context.close()
        assert not self.wrong, self.wrong

    # What people do

    def open(self, path: str) -> Visitor:
        """Go to an address of the county."""
        self.page.goto(self.town.address + path)
        return self.look()

    def sign_in(self, login: str) -> Visitor:
        """Sign in by the form, on whatever page it stands."""
        if self.page.url == "about:blank":
            self.open("/")
        self.write("账号", login)
        self.write("密码", DEMO_PASSWORD)
        return self.press("登录")

    def sign_out(self) -> Visitor:
        """Sign out by the button."""
        return self.press("退出")

    def press(self, word: str, *, within: str = "body") -> Visitor:
        """Press the first button or link of this name, and come to the next page."""
        with self.page.expect_navigation():
            self.hit(self.named(word, within))
        return self.look()

    def named(self, word: str, within: str = "body") -> Locator:
        """A button or a link by the beginning of its name."""
        part = self.page.locator(within)
        name = re.compile(rf"^\s*{re.escape(word)}")
        return part.get_by_role("button", name=name).or_(part.get_by_role("link", name=name)).first

    def hit(self, what: Locator) -> None:
        """A finger's tap or a mouse's click."""
        if self.phone:
            what.tap()
        else:
            what.click()

    def write(self, label: str, text: str) -> Visitor:
        """Type into a field, over what stands in it."""
        self.page.get_by_label(label).fill(text)
        return self

    def choose(self, label: str, option: str) -> Visitor:
        """Choose from a list by the words shown."""
        field_ = self.page.get_by_label(label)
        words = field_.locator("option").all_inner_texts()
        field_.select_option(label=next(word for word in words if option in word))
        return self

    def attach(self, name: str, content: bytes, kind: str = "application/pdf") -> Visitor:
        """Choose a file."""
        self.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        return self

    def fetch(self, word: str) -> Download:
        """Press what hands out a file."""
        with self.page.expect_download() as download:
            self.hit(self.named(word))
        return download.value

    # What people see

    def look(self) -> Visitor:
        """Judge the page at hand."""
        self.page.wait_for_load_state()
        if PICTURES:
            name = f"{next(Visitor._pictures):03}-{'phone' if self.phone else 'desk'}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)
        found = self.page.evaluate(JUDGE_PAGE)
        assert found == {"sideways": 0, "headings": 1, "twice": []}, (self.page.url, found)
        return self

    def sees(self, *texts: str) -> Visitor:
        """Each of these can be read on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self

    def misses(self, *words: str) -> Visitor:
        """None of these can be pressed on the page."""
        for word in words:
            expect(self.page.get_by_role("button", name=word).or_(self.page.get_by_role("link", name=word))).to_have_count(0)
        return self

    def waits_for(self, text: str) -> Visitor:
        """Read the page again until it says this (what a worker brings)."""

        def said() -> bool:
            self.page.reload()
            return text in self.page.locator("main").inner_text()

        until(said, f"“{text}” on {self.page.url}")
        return self.look()

    def value_of(self, label: str) -> str:
        """What stands in a field."""
        return self.page.get_by_label(label).input_value()
