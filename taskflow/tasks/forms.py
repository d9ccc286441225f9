"""The filters of the task list as they come in the address; what is not understood is left out and said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from taskflow import clock
from taskflow.rules.late import Late
from taskflow.rules.lights import IN_ORDER, Light
from taskflow.tasks.models import Rhythm, TaskState
from taskflow.tasks.queries import KINDS, MINE, SORTS, Filters, Options
from taskflow.web.fields import sought
from taskflow.workflows.guards import LONGEST_WAIT

#: What the office may do to many tasks at once: verb → what it is called when it is done.
ACTS = {"demand_report": "已要求报送", "set_rhythm": "已调整报送频次"}
LONGEST = 40  # characters of a search
LAST_PAGE = 10**6

#: Filter → its name for people.
LABELS = {
    "q": "搜索", "mine": "与我", "document": "文件", "chapter": "章节", "unit": "牵头单位", "leader": "牵头领导",
    "state": "状态", "light": "亮灯", "kind": "类型", "late": "逾期情形", "due_from": "时限不早于",
    "due_to": "时限不晚于",
}  # fmt: skip


def read(args: Mapping[str, str], options: Options) -> tuple[Filters, int, list[str]]:
    """The filters, the page and a sentence for each parameter that made no sense."""
    known: dict[str, Callable[[str], Any]] = {
        "q": lambda text: sought(text)[:LONGEST],
        "mine": _among(MINE),
        "document": _among(document.code for document in options.documents),
        "chapter": lambda text: int(_among(str(chapter.id) for chapter in options.chapters)(text)),
        "unit": _among(unit.code for unit in options.units),
        "leader": _among(post.code for post in options.leaders),
        "state": TaskState,
        "light": Light,
        "kind": _among(KINDS),
        "late": Late,
        "due_from": date.fromisoformat,
        "due_to": date.fromisoformat,
        "sort": _among(SORTS),
    }
    values: dict[str, Any] = {}
    told: list[str] = []
    for name, reads in known.items():
        text = args.get(name, "").strip()
        try:
            values |= {name: reads(text)} if text else {}
        except ValueError:
            told.append(f"筛选条件“{LABELS.get(name, '排序')}”的值“{text[:20]}”无法识别，已忽略。")
    if values.get("due_from") and values.get("due_to") and values["due_from"] > values["due_to"]:
        values["due_from"], values["due_to"] = values["due_to"], values["due_from"]
        told.append("时限起止日期前后颠倒，已对调。")
    return Filters(**values), _page(args.get("page", ""), told), told


def _among(words: Iterable[str]) -> Callable[[str], str]:
    known = set(words)

    def reads(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return reads


def _page(text: str, told: list[str]) -> int:
    text = text.strip()
    if not text:
        return 1
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LAST_PAGE:
        return int(text[:9])
    told.append(f"没有第“{text[:20]}”页，已显示第 1 页。")
    return 1


def choices(options: Options) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen for each filter that has a list: (value, word)."""
    return {
        "mine": list(MINE.items()),
        "state": [(state.value, state.label) for state in TaskState],
        "light": [(light.value, f"{light.shape} {light.label}") for light in IN_ORDER],
        "late": [(late.value, late.label) for late in Late],
        "kind": list(KINDS.items()),
        "document": [(document.code, document.title) for document in options.documents],
        "unit": [(unit.code, unit.short) for unit in options.units],
        "leader": [(post.code, post.title) for post in options.leaders],
    }


def active(filters: Filters, options: Options) -> list[tuple[str, str, str]]:
    """The filters in use: (name, label, value in words)."""
    words = {name: dict(pairs) for name, pairs in choices(options).items()}
    words["chapter"] = {str(chapter.id): f"{chapter.number} {chapter.title}" for chapter in options.chapters}
    found = []
    for name, label in LABELS.items():
        if value := getattr(filters, name):
            found.append((name, label, words.get(name, {}).get(str(value), str(value))))
    return found


def read_act(act: str, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The arguments of an act on many tasks, and what is wrong with them by field: said once, not for every task."""
    wrong = {} if typed.get("note", "").strip() else {"note": "请写明理由。"}
    name = "report_by" if act == "demand_report" else "rhythm"
    text = typed.get(name, "").strip()
    if name == "report_by" and not _is_report_day(text):
        wrong[name] = "请填写报送截止日：今天起一年以内。"
    if name == "rhythm" and text not in {one.value for one in Rhythm}:
        wrong[name] = "请选择报送频次。"
    return {name: text}, wrong


def _is_report_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return clock.today() <= day <= clock.today() + LONGEST_WAIT
