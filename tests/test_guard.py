"""A test that dies harms no other: what it left behind is repaired, and what it started is ended."""

import os
import subprocess
import sys

import pytest

from tests.servers import ROOT
from tests.waiting import WATCHDOG, Died, end, start, until

BROKEN = """
import os, subprocess, time
import pytest
from taskflow import clock, db
from taskflow.jobs import queue
from taskflow.org.models import Region
from tests.home import NO_REDIS, Home, elsewhere


@pytest.fixture
def broken(store, main_url, county):
    db.connect(store.url(store.copy()))
    db.session.configure(bind=db.engine().connect())
    clock.freeze(clock.wall())
    clock.use_shift(86400)
    queue.use({"REDIS_URL": "unix:///elsewhere"})
    os.environ["TASKFLOW_DATA"] = "/elsewhere"
    os.chdir("/")
    subprocess.Popen(["sleep", "1000"])
    raise RuntimeError("dies in its set-up")


@pytest.fixture
def hanging(real_db):
    time.sleep(1000)


@pytest.fixture
def stubborn(store, main_url):
    db.connect(store.url(store.copy()))
    yield
    raise RuntimeError("dies in its tear-down")


def test_dies(broken):
    pass


def test_after_death(county):
    all_is_well()
    assert county.region.code == "141122"


@pytest.mark.timeout(3)
def test_hangs(hanging):
    pass


def test_after_hanging(real_db):
    assert db.session.get_one(Region, "141122").demo


def test_dies_late(stubborn):
    pass


def test_after_a_late_death(main_url):
    all_is_well()


def test_passes_and_leaves_another_database(store, main_url):
    db.connect(store.url(store.copy()))


def test_at_the_end(main_url):
    all_is_well()


def all_is_well():
    assert db.engine().url.render_as_string(hide_password=False) == Home.database
    assert clock._shift.get().total_seconds() == 0
    assert queue.settings()["REDIS_URL"] == NO_REDIS["REDIS_URL"]
    assert os.environ.get("TASKFLOW_DATA") != "/elsewhere"
    assert os.getcwd() != "/"
    with db.transaction() as session:
        assert session.get_one(Region, "141122").clock_shift == 0
"""
AFTERWARDS = """
from pathlib import Path
from tests.home import children


def test_no_program_is_left():
    assert "sleep" not in [Path(f"/proc/{pid}/comm").read_text().strip() for pid in children()]
"""


@pytest.mark.slow
def test_broken_tests_poison_no_other(tmp_path):
    for name, text in (("test_a.py", BROKEN), ("test_b.py", AFTERWARDS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    where = f"-c {ROOT / 'pyproject.toml'} --rootdir {tmp_path} --basetemp {tmp_path / 'scratch'}"
    options = f"-p tests.conftest -p no:cacheprovider -rA {where} test_a.py test_b.py"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split()],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=WATCHDOG,
        check=False,
    )
    told = {line.split("::")[-1].split(" - ")[0]: line.split()[0] for line in done.stdout.splitlines() if "::" in line}
    assert told == {
        "test_dies": "ERROR",
        "test_after_death": "PASSED",
        "test_hangs": "ERROR",
        "test_after_hanging": "PASSED",
        "test_dies_late": "ERROR",
        "test_after_a_late_death": "PASSED",
        "test_passes_and_leaves_another_database": "ERROR",
        "test_at_the_end": "PASSED",
        "test_no_program_is_left": "PASSED",
    }, done.stdout + done.stderr


@pytest.mark.once
def test_a_wait_ends_with_the_words_of_a_program_that_has_died(tmp_path):
    child = start(["sh", "-c", "echo the port is taken; exit 3"], {}, tmp_path / "web.log")
    try:
        with pytest.raises(Died, match=r"(?s)web\.log has ended \(退出码 3\).*the port is taken"):
            until(lambda: False, "the web server")
    finally:
        end(child)
