"""Whatever becomes of a test, the next one finds what every test finds.

Fixtures undo what they do, but one that dies half-way cannot: so a wrapper around every tear-down looks again and
repairs. A test that passes and leaves something behind is an error that says what.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from taskflow.jobs import queue
from tests.home import NO_REDIS, Home, children, end_children, put_back

FAILED = pytest.StashKey[bool]()


def pytest_configure() -> None:
    """Before the first test."""
    queue.use(NO_REDIS)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note what a test finds."""
    Home.environ = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    Home.folder = Path.cwd()
    if Home.module != item.path:
        Home.module, Home.module_failed, Home.children = item.path, False, children()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether a test has failed already."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    Home.module_failed |= report.failed
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Whatever the tear-down did or failed to do, the next test finds all in order."""
    whole = False
    try:
        result = yield
        whole = not item.stash.get(FAILED, False)
    finally:
        left = put_back()
        if nextitem is None or nextitem.path != item.path:
            running = end_children()
            left += [running] if running and not Home.module_failed else []
    if left and whole:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)
    return result
