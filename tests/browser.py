"""People at the pages of a small county that really runs.

Every page that a visitor comes to is judged: no sideways scrolling, one heading, no id twice, no error in
the console, and no request to any other host. TASKFLOW_TEST_PICTURES=folder keeps a picture of each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from seed.loading import DEMO_PASSWORD
from seed.story.proofs import pdf
from tests import factories as make
from tests import servers
from tests.conftest import Store
from tests.town import Town, running_town, visiting
from tests.waiting import WATCHDOG, until

DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PDF = pdf("Acceptance record")
PICTURES = os.environ.get("TASKFLOW_TEST_PICTURES")

expect.set_options(timeout=WATCHDOG * 1000)

JUDGE_PAGE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id), page = document.documentElement;
  return {
    sideways: Math.max(0, page.scrollWidth - page.clientWidth),
    headings: document.querySelectorAll('h1').length,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
  };
}"""


# People


class Visitor:
    """Somebody at a browser: on a phone, who taps, or at a desk."""

    _pictures = count(1)

    def __init__(self, chrome: Browser, town: Town, *, phone: bool = False) -> None:
        self.town, self.phone = town, phone
        self.context = chrome.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **(PHONE if phone else DESKTOP))
        self.context.set_default_timeout(WATCHDOG * 1000)
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
            for role in ("button", "link"):
                expect(self.page.get_by_role(role, name=word)).to_have_count(0)
        return self

    def waits_for(self, text: str) -> Visitor:
        """Read the page again until it says this (what a worker brings)."""

        def said() -> bool:
            self.page.reload()
            return text in self.page.locator("body").inner_text()

        until(said, f"“{text}” on {self.page.url}")
        return self.look()

    def value_of(self, label: str) -> str:
        """What stands in a field."""
        return self.page.get_by_label(label).input_value()


# What a test asks for


@pytest.fixture(scope="module")
def town_processes(store: Store, main_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The running county of a module."""
    with store.copied() as url, running_town(url, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def town(town_processes: Town) -> Iterator[Town]:
    """The running county, with this process at its database."""
    with visiting(town_processes):
        yield town_processes


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """The browser."""
    with servers.browser() as made:
        yield made


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chrome: Browser, town: Town) -> Iterator[Visit]:
    """`visit("officer-1")`: somebody signed in at a desk; `phone=True`: on a phone; "": not signed in."""
    with ExitStack() as stack:

        def come(login: str = "", *, phone: bool = False) -> Visitor:
            visitor = Visitor(chrome, town, phone=phone)
            stack.callback(visitor.leave)
            return visitor.sign_in(login) if login else visitor.open("/")

        yield come


@pytest.fixture
def march_due(town: Town) -> int:
    """A task whose March report is due; the task's id."""
    with town.then("2024-03-20 10:00"):
        task = make.walk(make.task("industry"), "underway")
    town.sweep_at("2024-03-21 08:00")
    town.live_at("2024-03-26 10:00")
    return task.id
