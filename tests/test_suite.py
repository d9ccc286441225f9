"""What `./run test` understands, and what its closing table says."""

import pytest

from tests.suite import AT_ONCE, Pass, Wish, not_tested, report

pytestmark = pytest.mark.once


def told(**counts):
    return {"passed": 0, "failed": 0, "error": 0, "skipped": 0, "reasons": {}} | counts


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("", AT_ONCE),
        ("reading", [*AT_ONCE, "tests/reading"]),
        ("drafts -k split", [*AT_ONCE, "tests/drafts", "-k", "split"]),
        ("-n0 tests/test_cli.py", ["-n0", "tests/test_cli.py"]),
        ("--random 7 jobs", [*AT_ONCE, "-p", "randomly", "--randomly-seed=7", "tests/jobs"]),
        ("--strict --quick", AT_ONCE),
    ],
)
def test_packages_are_named_and_the_rest_goes_to_pytest(words, arguments):
    assert Wish.read(words.split()).arguments() == arguments


def test_a_random_order_has_a_seed_that_can_be_given_again(capsys):
    wish = Wish.read(["--random"])
    report(wish, [], [])
    assert f"--random {wish.seed}" in capsys.readouterr().out


def test_the_table_counts_each_pass_and_names_what_failed(capsys):
    report(Wish(), [Pass("SQLite", 0, 62.0, told(passed=12)), Pass("PostgreSQL", 1, 5.0, told(passed=3, failed=1))], [])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[2:4]] == [
        ["SQLite", "通过", "12", "未通过", "0", "出错", "0", "跳过", "0", "用时", "1", "分", "02", "秒"],
        ["PostgreSQL", "通过", "3", "未通过", "1", "出错", "0", "跳过", "0", "用时", "0", "分", "05", "秒"],
    ]
    assert lines[-1] == "未通过：PostgreSQL"


def test_what_was_not_tested_is_said_with_its_reason():
    skipped = Pass("SQLite", 0, 1.0, told(skipped=4, reasons={"缺少 Chromium": 4}))
    found = not_tested(Wish(quick=True, rest=["tests/drafts", "--durations=3"]), [skipped], ["chromium"])
    assert found[:3] == [
        "浏览器测试（缺 chromium）",
        "SQLite 4 项（缺少 Chromium）",
        "所选范围以外的测试（只选了 tests/drafts）",
    ]
    assert any("slow" in line for line in found)


def test_a_pass_that_could_not_count_is_no_success(capsys):
    report(Wish(), [Pass("SQLite", 3, 1.0, None)], [])
    assert "通过 ?" in (said := capsys.readouterr().out)
    assert said.rstrip().endswith("未通过：SQLite")
