"""Take the pictures of this folder again: `python -m docs.screenshots`, from the top of the repository.

The demo county is loaded and played in a scratch folder, runs there with all its processes, and is gone
afterwards. Needs what the tests need (requirements-test.txt, Chromium).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import servers
from tests.browser import Visitor
from tests.town import Town, running_town, visiting

HERE = Path(__file__).parent
LARGEST = 300 * 1024  # bytes of a picture
WIDE, HIGH = 1280, 1044

#: file → (who looks, the page)
PICTURES = {"board.png": ("officer-1", "/board")}


def load(url: str, data: Path) -> None:
    """The demo county with its story."""
    environ = {**os.environ, "DATABASE_URL": url, "TASKFLOW_DATA": str(data), "TASKFLOW_LOCAL": "1"}
    for command in ("upgrade", "load"):
        subprocess.run([sys.executable, "-m", "taskflow.cli", command], env=environ, check=True)


def take(town: Town) -> None:
    """Every picture, each as its reader sees the page when it opens."""
    with servers.browser() as chrome:
        for name, (login, path) in PICTURES.items():
            visitor = Visitor(chrome, town)
            visitor.page.set_viewport_size({"width": WIDE, "height": HIGH})
            visitor.sign_in(login).open(path)
            visitor.page.screenshot(path=HERE / name)
            visitor.leave()
            size = (HERE / name).stat().st_size
            print(f"{name}: {size // 1024} KB")
            if size > LARGEST:
                raise SystemExit(f"{name} is larger than {LARGEST // 1024} KB")


def main() -> None:
    """Load, run, look, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="taskflow-pictures-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'county.db'}"
        load(url, folder / "data")
        with running_town(url, folder) as town, visiting(town):
            town.swept()
            take(town)


if __name__ == "__main__":
    main()
