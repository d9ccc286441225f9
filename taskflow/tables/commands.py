"""`taskflow plan table` and `taskflow export tasks`: the dry run of a table on the terminal, and tasks as a file."""

from __future__ import annotations

from collections.abc import Mapping as Settings
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from taskflow import clock, db, errors
from taskflow.org.models import Region
from taskflow.reading.files.sandbox import read_safely
from taskflow.reading.files.source import Source
from taskflow.reading.tables import mapping as maps
from taskflow.reading.tables.known import KnownUnits
from taskflow.reading.tables.mapping import Mapping
from taskflow.reading.tables.reading import TableReading, read_table
from taskflow.reading.tables.words import FIELDS
from taskflow.tables import comparing, items, mappings, writing
from taskflow.tables.layouts import LAYOUTS
from taskflow.tasks.models import Task

SHOWN = 200  # findings on the terminal
BROKEN = 2  # exit code


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", "name", help="套用按此名称保存的对应关系")
@click.option("--year", type=click.IntRange(2000, 2100), help="时限没有写年份时用的年度")
@click.pass_obj
def table(settings: Settings[str, Any], file: Path, name: str | None, year: int | None) -> None:
    """试读表格 FILE（.xlsx .csv）：各列理解成什么、哪里有错；有错误时退出码为 2，不保存任何内容。"""
    source = read_safely(file)
    region, units = _county(settings)
    reading = read_table(source, _named(source, name, region) if name else None, units, year=year)
    _tell(reading)
    if units is None:
        click.echo("· 没有连上数据库，没有核对单位。", err=True)
    elif region and reading.entries:
        known = comparing.compare(reading, region)
        click.echo(f"与库中一致 {len(known.same)} 项，与库中不同 {len(known.different)} 项。")
    raise SystemExit(0 if reading.ok else BROKEN)


def _county(settings: Settings[str, Any]) -> tuple[str | None, KnownUnits | None]:
    """The county of the database and its units; nothing when there is no database yet."""
    url = str(settings["DATABASE_URL"])
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None, None
    try:
        db.connect(url)
        db.will_write(writes=False)
        code = db.session.scalar(select(Region.code).order_by(Region.code).limit(1))
        return code, comparing.units_of(code) if code else None
    except SQLAlchemyError:
        return None, None


def _named(source: Source, name: str, region: str | None) -> Mapping:
    """A saved mapping, laid on this file. Raises errors.Refusal when there is none, or it does not fit."""
    kept = mappings.saved(region) if region else []
    saved = next((one for one in kept if one.name == name), None)
    if saved is None:
        there = "、".join(one.name for one in kept) or "还没有保存过"
        raise errors.Refusal(f"没有名为“{name}”的对应关系（已有：{there}）。")
    guessed = maps.best(maps.grids(source))
    found = guessed.like(saved.header_words, saved.columns) if guessed else None
    if found is None:
        raise errors.Refusal(f"“{name}”是为另一种表头保存的，不能用于这张表。")
    return found


def _tell(reading: TableReading) -> None:
    mapping = reading.mapping
    click.echo(f"{reading.title or mapping.sheet}：认作{mapping.layout}，年度 {mapping.year or '未写'}")
    for column in mapping.columns:
        click.echo(f"  {column.place} → {FIELDS[column.field]}（{column.confidence:.0%}，{column.why}）")
    for problem in reading.problems[:SHOWN]:
        where = f"第 {problem.where} 行" if problem.row else "全表"
        allowed = f" 可以填：{'、'.join(problem.allowed)}" if problem.allowed else ""
        value = f"“{problem.value[:30]}”：" if problem.value else ""
        click.echo(f"{'✗' if problem.error else '·'} {where} {problem.column} {value}{problem.message}{allowed}")
    for warning in reading.warnings:
        click.echo(f"· {warning}")
    hints = len(reading.problems) - len(reading.errors)
    told = f"任务 {len(reading.entries)} 项，错误 {len(reading.errors)} 处，提示 {hints} 处"
    end = "可以导入。" if reading.ok else "整张表都不能导入。"
    click.echo(f"{told}，略过 {len(reading.skipped)} 处：{end}")


def export_tasks(form: str, file: Path, layout: str, document: str | None) -> int:
    """Write the county's tasks into a file; how many. For whoever runs commands, so all of them."""
    region = db.session.scalars(select(Region).order_by(Region.code).limit(1)).one_or_none()
    if region is None:
        raise errors.Refusal("数据库中还没有县，请先执行 load。")
    clock.use_shift(region.clock_shift)
    found = items.tasks([Task.document_code == document] if document else [], region.code)
    chosen = LAYOUTS[layout]
    file.write_bytes(writing.write(form, chosen, found, region.name))
    return sum(1 for item in found if item.is_project or not chosen.only_projects)
