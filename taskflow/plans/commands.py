"""`taskflow plan …`: read documents and tables on the command line; reading stores nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from taskflow.reading.files.sandbox import read_safely


@click.group()
def plan() -> None:
    """规划、报告和表格：读出举措。"""


@plan.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出完整 JSON")
@click.option("--text", "as_text", is_flag=True, help="只输出解码后的文字（字符位置以它为准）")
def read(file: Path, *, as_json: bool, as_text: bool) -> None:
    """读出 FILE（.txt .docx .html .xlsx .csv）中的举措、指标、项目和矛盾之处。"""
    from seed.vocabulary import seed_vocabulary  # noqa: PLC0415  # the seed stands beside the package
    from taskflow.reading.reader import read_plan  # noqa: PLC0415  # slow, and other commands do not read

    source = read_safely(file)
    if as_text:
        sys.stdout.write(source.text)
        return
    found = read_plan(source, seed_vocabulary())
    for warning in found["warnings"]:
        click.echo(f"· {warning}", err=True)
    if as_json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        click.echo()
    else:
        _tell(found)


def _tell(found: dict[str, Any]) -> None:
    """The reading in a few lines, for people."""
    about, measures = found["document"], found["measures"]
    click.echo(f"{about['title'] or '（没有标题）'}  {about['region'] or ''}  {about['reporting_year'] or ''}")
    figures = sum(len(measure["targets"]) for measure in measures)
    named = sum(measure["units"]["named"] for measure in measures)
    printed = sum(measure["deadline"]["basis"] in ("printed", "recurring") for measure in measures)
    click.echo(
        f"举措 {len(measures)} 条，目标值 {figures} 个，写明时限 {printed} 条，写明单位 {named} 条；"
        f"项目 {len(found['projects'])} 个，指标 {len(found['indicators'])} 项，"
        f"矛盾 {len(found['conflicts'])} 处，略过 {len(found['skipped'])} 段。"
    )
    for measure in measures:
        due = measure["deadline"]["date"] or "无时限"
        told = "；".join(f"{target['indicator']} {target['raw']}" for target in measure["targets"])
        click.echo(f"{measure['line']:>5}  {measure['title']}  [{due} {measure['deadline']['basis']}] {told}")
