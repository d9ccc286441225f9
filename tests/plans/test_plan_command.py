"""`taskflow plan read`: exactly one JSON object on standard output, or one clear line and exit code 2."""

import json
import os
import subprocess
import sys

import pytest

from tests.reading import yardstick
from tests.waiting import WATCHDOG

pytestmark = [pytest.mark.once, pytest.mark.slow]

REPORT = "2026年工作安排\n新建学校2所，改造管网12公里。（牵头单位：县教育局）\n"


@pytest.fixture
def command(tmp_path):
    """`command("plan", "read", …)` as a process of its own, without any database."""

    def run(*words):
        environ = os.environ | {
            "TASKFLOW_LOCAL": "1",
            "TASKFLOW_DATA": str(tmp_path / "data"),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}",
            "PYTHONPATH": str(yardstick.HERE.parent.parent),
        }
        line = [sys.executable, "-m", "taskflow.cli", *map(str, words)]
        return subprocess.run(
            line, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=WATCHDOG, check=False
        )

    return run


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_reading_prints_one_object_and_stores_nothing(command, report, tmp_path):
    result = command("plan", "read", report, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert [one["value"] for measure in found["measures"] for one in measure["targets"]] == [2, 12]
    assert found["document"]["reporting_year"] == 2026
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.txt"]


def test_places_count_characters_of_the_text_that_can_be_printed(command, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(f"<meta charset=utf-8><p>{'</p><p>'.join(REPORT.split())}</p>", encoding="utf-8")
    text = command("plan", "read", path, "--text").stdout
    found = json.loads(command("plan", "read", path, "--json").stdout)
    assert found["measures"]
    for one in found["measures"]:
        assert text[one["char_start"] : one["char_end"]] == one["text"]


def test_without_json_it_tells_people_what_it_found(command, report):
    told = command("plan", "read", report).stdout
    assert "举措 2 条" in told
    assert "新建学校2所" in told


def test_warnings_go_to_standard_error(command, tmp_path):
    path = tmp_path / "past.txt"
    path.write_text("2025年工作回顾\n新建学校2所。\n", encoding="utf-8")
    result = command("plan", "read", path, "--json")
    assert "没有读出任何举措" in result.stderr
    assert json.loads(result.stdout)["measures"] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("gone.txt", None), ("empty.txt", b""), ("picture.txt", bytes(range(256)) * 20), ("broken.docx", b"PK\x03\x04xx")],
)
def test_what_cannot_be_read_ends_in_one_line_and_code_two(command, tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = command("plan", "read", path, "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("✗ ")
    assert len(result.stderr.splitlines()) == 1
