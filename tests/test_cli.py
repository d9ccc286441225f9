"""The command line: what the administrator and `./run` ask for."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from seed import loading
from taskflow import cli, config, db, serve
from taskflow.ledger.models import LedgerEntry
from taskflow.org.models import Region
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine import rulebook
from tests import home


@pytest.fixture
def run(store, whole, tmp_path):
    """`run("stats", "--json")` over a county without a story, which only this test has; gives the result."""
    with store.copied(whole) as url, home.elsewhere(url):
        environ = {"TASKFLOW_LOCAL": "1", "TASKFLOW_DATA": str(tmp_path), "DATABASE_URL": url}

        def command(*words, code=0):
            result = CliRunner().invoke(cli.cli, words, env=environ)
            assert result.exit_code == code, (result.output, result.exception)
            return result

        command.environ = environ
        yield command


def test_upgrade_and_load_again_change_nothing(run):
    before = json.loads(run("stats", "--json").stdout)
    run("upgrade")
    assert "保留不动" in run("load").stdout
    assert json.loads(run("stats", "--json").stdout) == before


def test_an_interrupted_load_leaves_an_empty_database(store, main_url, tmp_path, monkeypatch):
    with store.created("torn") as url, home.elsewhere(url):
        environ = {"TASKFLOW_LOCAL": "1", "TASKFLOW_DATA": str(tmp_path), "DATABASE_URL": url}
        runner = CliRunner()
        runner.invoke(cli.cli, ["upgrade"], env=environ)

        def cut_short(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(loading, "_documents", cut_short)
            assert runner.invoke(cli.cli, ["load", "--no-story"], env=environ).exit_code != 0
        assert db.session.scalar(select(func.count()).select_from(Region)) == 0
        assert "载入完成" in runner.invoke(cli.cli, ["load", "--no-story"], env=environ).stdout


def test_stats_count_what_was_loaded(run):
    found = json.loads(run("stats", "--json").stdout)
    assert (found["documents"], found["indicators"], found["projects"]) == (5, 33, 162)
    assert found["measures_by_kind"].keys() == {"quantified", "project", "institutional", "continuing"}
    shown = run("stats").stdout
    assert "binding 8  expected 25" in shown
    assert len(shown.splitlines()) == len(found)


@pytest.mark.parametrize("what", ["measures", "indicators", "projects"])
def test_exports_are_json_and_as_many_as_stats_say(run, what):
    exported = json.loads(run("export", what, "--json").stdout)
    assert len(exported) == json.loads(run("stats", "--json").stdout)[what]


def test_export_says_how_it_is_called(run):
    assert "--json" in run("export", "measures", code=2).output
    assert "measures" in run("export", "everything", "--json", code=2).output


def test_the_generated_rulebook_page_is_fresh(run):
    written = rulebook.FILE.read_text(encoding="utf-8")
    assert written == rulebook.text(ALL), "run: ./run taskflow workflows --write"
    assert run("workflows").stdout.strip() == written.strip()


def test_signins_name_every_group_and_the_password(run):
    shown = run("signins").stdout
    assert loading.DEMO_PASSWORD in shown
    assert all(login in shown for login in ("admin", "officer-1", "mayor"))


def test_the_demo_clock_moves_forward_and_the_ledger_says_so(run):
    before = db.session.scalar(select(Region.clock_shift))
    assert "县里时间" in run("clock-forward", "7").stdout
    assert db.session.scalar(select(Region.clock_shift)) == before + 7 * 86400
    moved = db.session.scalars(select(LedgerEntry).where(LedgerEntry.verb == "move_clock")).one()
    assert (moved.chain, moved.facts) == ("admin:141122", {"days": 7})


def test_a_real_countys_clock_does_not_move(run, monkeypatch):
    with db.transaction():
        db.session.get_one(Region, "141122").demo = False
    result = CliRunner().invoke(cli.cli, ["clock-forward", "1"], env=run.environ)
    with db.transaction():
        db.session.get_one(Region, "141122").demo = True
    assert "只有演示县" in str(result.exception)
    run("clock-forward", "0", code=2)


def test_the_ledger_is_dumped_checkpointed_and_verified(run, tmp_path):
    run("clock-forward", "7")
    dumped = run("ledger", "dump").stdout
    assert all(json.loads(line)["hash"] for line in dumped.splitlines())
    run("ledger", "checkpoint")
    assert "完整" in run("ledger", "verify").stdout
    file = tmp_path / "ledger.jsonl"
    file.write_text(dumped, encoding="utf-8")
    run("ledger", "verify", "--dump", str(file))
    file.write_text(dumped.replace('"days": 7', '"days": 8'), encoding="utf-8")
    assert "封印" in run("ledger", "verify", "--dump", str(file), code=1).stdout


def test_the_outbox_counts_what_is_owed_and_what_has_failed(run):
    shown = run("outbox").stdout
    assert [line.split()[0] for line in shown.splitlines()][:2] == ["未读消息", "待发邮件"]
    assert "失败定时器" in shown


@pytest.mark.once
def test_what_goes_wrong_is_one_line_and_exit_code_two(tmp_path):
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/x.db", "TASKFLOW_DATA": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-m", "taskflow.cli", "stats"], env=environ, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("✗ ")
    assert len(result.stderr.splitlines()) == 1


def test_the_local_mode_makes_its_own_key_once_and_keeps_it_private(tmp_path):
    key = serve.environment(tmp_path, {})["SECRET_KEY"]
    assert len(key) >= config.SHORTEST_SECRET
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert serve.environment(tmp_path, {})["SECRET_KEY"] == key
    assert serve.environment(tmp_path, {"SECRET_KEY": "the county's own key"})["SECRET_KEY"] == "the county's own key"


@pytest.mark.once
@pytest.mark.parametrize("key", ["", "short"])
def test_outside_the_local_mode_nothing_starts_without_a_key(tmp_path, key):
    environ = os.environ | {"TASKFLOW_LOCAL": "0", "TASKFLOW_DATA": str(tmp_path), "SECRET_KEY": key}
    result = subprocess.run(
        [sys.executable, "-m", "taskflow.serve"], env=environ, capture_output=True, text=True, timeout=30, check=False
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("✗ SECRET_KEY 未设置")
    assert not (tmp_path / "secret_key").exists()
    assert not (tmp_path / "taskflow.db").exists()
