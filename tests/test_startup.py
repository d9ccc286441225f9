"""What a process does not need, it does not load: two web processes and five commands start with every `./run`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOADED = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
#: Slow, or large, and for one act alone: sheets, uploads, exports, mails, migrations, reading.
NEVER_IN_A_PAGE = {
    *("weasyprint", "fontTools", "pydyf", "tinycss2", "lxml", "openpyxl", "xlsxwriter", "smtplib", "alembic"),
    *("taskflow.jobs.workers", "taskflow.jobs.tasks", "taskflow.reading.reader", "taskflow.reading.files.opening"),
    *("taskflow.reading.passage", "taskflow.reading.layout", "taskflow.reading.statements"),
}
READERS = {"taskflow.reading.reader", "taskflow.reading.passage", "taskflow.reading.statements"}


def loaded(code: str, folder: Path) -> set[str]:
    """The modules of a fresh interpreter after it has run this."""
    told = {
        "TASKFLOW_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'none.db'}",
        "SECRET_KEY": "a key for tests only",
        "TASKFLOW_LOCAL": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", code + LOADED]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.once
def test_a_web_process_loads_only_what_every_page_needs(tmp_path):
    found = loaded("from wsgi import app; assert app.url_map\nimport gc; assert gc.isenabled()", tmp_path)
    assert not found & NEVER_IN_A_PAGE
    assert "taskflow.tables.views" in found


@pytest.mark.once
def test_the_clock_loads_neither_the_readers_nor_what_prints(tmp_path):
    found = loaded("import taskflow.cli\nfrom taskflow.jobs import workers", tmp_path)
    assert not found & {"weasyprint", "fontTools", "lxml", "xlsxwriter", "smtplib", "alembic", *READERS}


@pytest.mark.once
def test_a_command_loads_no_readers_before_it_reads(tmp_path):
    found = loaded("import taskflow.cli", tmp_path)
    assert not found & {"weasyprint", "lxml", "xlsxwriter", "smtplib", "alembic", "rq", "redis", *READERS}


@pytest.mark.once
def test_who_starts_the_processes_loads_none_of_the_application(tmp_path):
    found = loaded("import taskflow.serve", tmp_path)
    assert not found & {"flask", "sqlalchemy", "rq", "taskflow.models"}


@pytest.mark.once
def test_a_worker_has_everything_before_it_forks(tmp_path):
    found = loaded("from taskflow.jobs import tasks\ntasks.prepare()", tmp_path)
    assert found >= {"taskflow.reading.reader", "taskflow.reading.statements", "taskflow.jobs.builds"}
