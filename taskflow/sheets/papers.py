"""The facts of the ladder's papers: 提醒单, 催办单, 督办通知单 and those above. The program drafts; it never seals.

《政府督查工作条例》: 通报, 约谈 and 问责 take effect only by a named person's decision; an unsigned paper says so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from taskflow import clock
from taskflow.escalations.models import Escalation, EscalationState
from taskflow.rules import book, ladder, progress
from taskflow.tasks.models import Task

#: The ladder's word for a paper → its title.
TITLES = {
    "reminder": "提醒单",
    "urging": "催办单",
    "order": "督办通知单",
    "bulletin": "督查通报",
    "interview": "约谈通知单",
    "accountability": "提请问责建议书",
}
ORDINALS = "一二三四五六七八九"


def of_escalation(paper: Escalation) -> dict[str, Any]:
    """One paper against one task, as it was issued; before that, as a draft."""
    issued = clock.local(paper.issued_at).date() if paper.issued_at else None
    day = issued or clock.today()
    numbers = book.of(paper.region_code).numbers("papers", day)
    title, task = TITLES.get(paper.paper, paper.name), paper.task
    return {
        "title": f"{title}（{task.code}）",
        "name": title,
        "issuer": numbers["issuer"],
        "number": number_of(paper),
        "draft": paper.state is EscalationState.PROPOSED,
        "withdrawn": paper.state is EscalationState.WITHDRAWN,
        "unit": paper.unit.name,
        "opening": opening(task, day),
        "sections": sections(paper, task, day),
        "issued": chinese(issued) if issued else "",
        "signer": paper.signer_post.title if paper.signer_post else "",
        "copies": f"{task.leader_post.title}。",
    }


def number_of(paper: Escalation) -> str:
    """A paper's number as it is printed, by the county's words for its kind on the day of issue."""
    day = clock.local(paper.issued_at).date() if paper.issued_at else clock.today()
    return number(paper.number, book.of(paper.region_code).numbers("papers", day).get(paper.paper, ""))


def number(kept: str, word: str) -> str:
    """“2024-7” → “交政督〔2024〕7号”; nothing for papers without a number."""
    year, _, serial = kept.partition("-")
    return f"{word}〔{year}〕{serial}号" if serial and word else ""


def chinese(day: date | datetime) -> str:
    """2024年3月5日, as GB/T 9704 writes a date."""
    return f"{day.year}年{day.month}月{day.day}日"


def opening(task: Task, day: date) -> str:
    """The first paragraph: which task, due when, how far."""
    stand = progress.standing(task, day)
    return (
        f"你单位牵头的“{task.title}”（任务编号{task.code}）完成时限为{chinese(task.due_on)}，"
        f"截至{chinese(day)}登记完成率{task.percent}%，按序时应完成{stand.scheduled}%。现通知如下。"
    )


def sections(paper: Escalation, task: Task, day: date) -> list[list[str]]:
    """Numbered headings, each with its paragraph."""
    told = [("督办事由", ended(paper.because))]
    if task.physical.strip():
        told.append(("已报进展", ended(task.physical)))
    told += [("办理要求", ended(paper.demand)), ("答复要求", _until(paper, day))]
    return [[f"{ORDINALS[place]}、{head}", text] for place, (head, text) in enumerate(told)]


def _until(paper: Escalation, day: date) -> str:
    when = f"于{chinese(paper.answer_by)}前" if paper.answer_by else f"自签发之日起{paper.days}个工作日内"
    above = ladder.step(paper.region_code, day, paper.step + 1, paper.ladder)
    late = f"逾期未答复的，按规定提出“{above.name}”{'，报请签发' if above.signed_by else ''}。" if above else ""
    return f"请{when}在督查系统中书面答复办理情况、存在问题和下一步措施，并附佐证材料。{late}"


def ended(text: str) -> str:
    """A paragraph that ends with a full stop."""
    told = " ".join(text.split())
    return told if told.endswith(("。", "！", "？")) else f"{told}。"
