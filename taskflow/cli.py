"""The command line: `taskflow COMMAND` (or `./run taskflow COMMAND`). Errors end in one line and exit code 2."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from taskflow import census, clock, config, db, errors
from taskflow.drafts.commands import attach
from taskflow.ledger import checkpoint, dump, verify
from taskflow.ledger.admin import record_admin
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.org.models import Region
from taskflow.plans import exporting
from taskflow.plans.commands import plan
from taskflow.tables.commands import export_tasks, table
from taskflow.tables.layouts import LAYOUTS
from taskflow.workflows.catalog import ALL
from taskflow.workflows.engine import rulebook
from taskflow.workflows.engine.models import Timer, TimerState

ROOT = Path(__file__).resolve().parent.parent


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """县级督查督办系统的管理命令。"""
    context.obj = config.read()


cli.add_command(plan)
plan.add_command(table)
plan.add_command(attach)


def _open(settings: Mapping[str, Any], *, writes: bool = False) -> None:
    Path(settings["DATA"]).mkdir(parents=True, exist_ok=True)
    db.connect(settings["DATABASE_URL"])
    db.will_write(writes=writes)


@cli.command()
@click.pass_obj
def upgrade(settings: Mapping[str, Any]) -> None:
    """建库或升级数据库结构（可重复执行）。"""
    from taskflow import migrate  # noqa: PLC0415  # alembic, which no other command needs

    _open(settings)
    migrate.upgrade()


@cli.command()
@click.option("--story/--no-story", default=True, help="是否演绎示例县的办理经过")
@click.pass_obj
def load(settings: Mapping[str, Any], *, story: bool) -> None:
    """载入示例县（只在空库中执行；一个事务，中断后库仍是空的，重来即可）。"""
    from seed import loading  # noqa: PLC0415  # the seed stands beside the package, for this command alone
    from seed.story import play  # noqa: PLC0415

    _open(settings, writes=True)
    with db.transaction() as session:
        if session.scalar(select(func.count()).select_from(Region)):
            click.echo("· 数据库中已有数据，保留不动。")
            return
        click.echo("· 载入交城县：单位、岗位、日历、五份文件……")
        region = loading.load_county()
        if story:
            click.echo("· 演绎 2021 年 5 月至 2024 年 6 月的办理经过：")
            play.play(region, Path(settings["DATA"]), tell=lambda line: click.echo(f"  {line}"))
        found = census.census()
    checkpoint.write(region.code, Path(settings["DATA"]))
    click.echo(f"· 载入完成：任务 {found['tasks']} 项，台账 {found['ledger_entries']} 条。")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_obj
def stats(settings: Mapping[str, Any], *, as_json: bool) -> None:
    """统计库中的数据。"""
    _open(settings)
    found = census.census()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        told = "  ".join(f"{k} {n}" for k, n in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:<22}{told}")


@cli.command()
@click.argument("what", type=click.Choice([*exporting.EXPORTS, "tasks"]))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON（举措、指标、项目）")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="把任务写入 .xlsx 文件")
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), help="把任务写入 .csv 文件")
@click.option("--layout", type=click.Choice(list(LAYOUTS)), default="breakdown", help="任务表的样式")
@click.option("--document", help="只要这份文件的任务（文件编号）")
@click.pass_obj
def export(
    settings: Mapping[str, Any],
    what: str,
    *,
    as_json: bool,
    xlsx: Path | None,
    csv: Path | None,
    layout: str,
    document: str | None,
) -> None:
    """导出举措、指标、项目（--json），或任务（--xlsx、--csv）。"""
    files = {form: file for form, file in (("xlsx", xlsx), ("csv", csv)) if file}
    if what == "tasks" and not files:
        raise click.UsageError("导出任务请写明 --xlsx 文件 或 --csv 文件。")
    if what != "tasks" and (not as_json or files):
        raise click.UsageError(f"导出 {what} 请用 --json（目前唯一的格式）。")
    _open(settings)
    if what != "tasks":
        json.dump(exporting.EXPORTS[what](), sys.stdout, ensure_ascii=False, indent=1)
        click.echo()
    for form, file in files.items():
        click.echo(f"{file.name}：{export_tasks(form, file, layout, document)} 项任务")


@cli.command()
@click.option("--write", is_flag=True, help="写入 taskflow/workflows/README.md")
def workflows(*, write: bool) -> None:
    """打印各流程的规则表和状态图。"""
    text = rulebook.text(ALL)
    if write:
        rulebook.FILE.write_text(text, encoding="utf-8")
    else:
        click.echo(text)


@cli.group()
def ledger() -> None:
    """台账：核验、导出、存证。"""


@ledger.command("dump")
@click.pass_obj
def dump_(settings: Mapping[str, Any]) -> None:
    """把台账逐行输出为 JSON。"""
    _open(settings)
    for line in dump.lines():
        click.echo(line, nl=False)


@ledger.command("verify")
@click.option("--dump", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="核验导出的文件")
@click.pass_obj
def verify_(settings: Mapping[str, Any], file: Path | None) -> None:
    """核验台账：任何改动、删除、调换、截断都会指出来；有问题时退出码为 1。"""
    points = sorted((Path(settings["DATA"]) / "checkpoints").glob("*.jsonl"))
    if file is None:
        _open(settings)
    broken = False
    for region in points or [Path("-.jsonl")]:
        code = region.stem if points else None
        with file.open(encoding="utf-8") if file else nullcontext() as lines:
            source = map(json.loads, lines) if lines else dump.entries(code)
            report = verify.check(source, list(checkpoint.read(region)))
        loose = [] if file else dump.loose_heads(code)
        told = f"{report.entries} 条、{report.chains} 条链、{report.checkpoints} 个存证点"
        click.echo(f"{told}：{'有改动！' if report.breaks or loose else '完整，没有改动。'}")
        for line in [*map(str, report.breaks), *loose]:
            click.echo(f"  {line}")
        broken = broken or not report.ok or bool(loose)
    raise SystemExit(1 if broken else 0)


@ledger.command("checkpoint")
@click.pass_obj
def checkpoint_(settings: Mapping[str, Any]) -> None:
    """立即写一次存证点（平时每天自动写）。"""
    _open(settings)
    for region in db.rows(select(Region)):
        clock.use_shift(region.clock_shift)
        point = checkpoint.write(region.code, Path(settings["DATA"]))
        click.echo(f"{region.name} 第 {point['number']} 号 {point['day']} {point['root'][:16]}…")


@cli.command()
@click.pass_obj
def outbox(settings: Mapping[str, Any]) -> None:
    """待发消息、失败的邮件和定时器。"""
    _open(settings)
    for word, kind, only in (
        ("未读消息", Notice, Notice.read_at.is_(None)),
        ("待发邮件", Mail, Mail.state == MailState.PENDING),
        ("失败邮件", Mail, Mail.state == MailState.DEAD),
        ("待响定时器", Timer, Timer.state == TimerState.ARMED),
        ("失败定时器", Timer, Timer.state == TimerState.DEAD),
    ):
        number = db.session.scalar(select(func.count()).select_from(kind).where(only))
        click.echo(f"{word}  {number}")


@cli.command("clock-forward")
@click.argument("days", type=click.IntRange(1, 366))
@click.pass_obj
def clock_forward(settings: Mapping[str, Any], days: int) -> None:
    """把演示县的时钟拨快若干天（真实的县不能拨）。"""
    _open(settings, writes=True)
    with db.transaction():
        region = db.session.scalars(select(Region).where(Region.demo).with_for_update()).one_or_none()
        if region is None:
            raise errors.Refusal("只有演示县的时钟可以拨动。")
        clock.use_shift(region.clock_shift)
        record_admin("move_clock", None, {"days": days}, region_code=region.code)
        region.clock_shift += days * 86400
        clock.use_shift(region.clock_shift)
        click.echo(f"县里时间：{clock.local(clock.now()):%Y-%m-%d %H:%M}")


@cli.command()
@click.pass_obj
def signins(settings: Mapping[str, Any]) -> None:
    """打印演示县各岗位的账号。"""
    from seed import loading  # noqa: PLC0415

    _open(settings)
    if not db.session.scalar(select(func.count()).select_from(Region).where(Region.demo)):
        return
    click.echo(f"演示账号（密码都是 {loading.DEMO_PASSWORD}）：")
    for group, logins in loading.SIGN_INS.items():
        click.echo(f"  {group}：{'  '.join(logins)}")


@cli.command()
@click.pass_obj
def work(settings: Mapping[str, Any]) -> None:
    """后台任务进程。"""
    from taskflow.jobs import workers  # noqa: PLC0415  # the jobs are needed by the processes alone

    workers.work(settings)


@cli.command("clock")
@click.pass_obj
def clock_(settings: Mapping[str, Any]) -> None:
    """时钟进程：每分钟至少检查一次到期事项。"""
    from taskflow.jobs import workers  # noqa: PLC0415

    workers.clock_loop(settings)


def main() -> None:
    """Run a command; whatever goes wrong is one clear line."""
    try:
        cli(prog_name="taskflow")
    except errors.Refusal as refusal:
        told = "；".join(refusal.reasons)
    except (SQLAlchemyError, config.Unsafe, OSError) as error:
        told = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    else:
        return
    click.echo(f"✗ {told}", err=True)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
