"""On the command line: keep the original text of a document that was entered without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from taskflow import db, errors
from taskflow.ledger.admin import record_admin
from taskflow.org.models import Region
from taskflow.plans.models import DocumentText, Measure, PlanDocument
from taskflow.reading.files.sandbox import read_safely


@click.command()
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--region", "region_code", help="行政区划代码；只有一个县时不用写")
@click.pass_obj
def attach(settings: Mapping[str, Any], code: str, file: Path, region_code: str | None) -> None:
    """把原文存入已登记的文件：之后举措和任务页面显示出处原文。"""
    source = read_safely(file)
    if not source.text.strip():
        raise errors.Unreadable("文件里没有文字，没有存入。")
    db.connect(settings["DATABASE_URL"])
    with db.transaction():
        document = _document(code, region_code)
        found, longest = _measures(document)
        told = _keep(document, file.name, source.sha256, source.text)
    lines = source.text.count("\n") + 1
    click.echo(f"{told}：文件 {code}《{document.title}》，{len(source.text)} 字，SHA-256 {source.sha256[:16]}…")
    if longest > lines:
        click.echo(f"注意：举措最后一条在第 {longest} 行，而原文只有 {lines} 行，请核对是不是同一份文件。", err=True)
    click.echo(f"{found} 条举措现在可以看到出处原文。")


def _document(code: str, region_code: str | None) -> PlanDocument:
    regions = [region_code] if region_code else list(db.rows(select(Region.code)))
    if len(regions) != 1:
        raise errors.Refusal("库中不止一个县，请用 --region 写明行政区划代码。" if regions else "库中还没有数据。")
    wanted = select(PlanDocument).where(PlanDocument.region_code == regions[0], PlanDocument.code == code)
    found: PlanDocument | None = db.session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        raise errors.NotFound(f"没有编号为 {code} 的文件。")
    return found


def _keep(document: PlanDocument, name: str, sha256: str, text: str) -> str:
    """Keep the text once; another text for the same document is refused, for the first stands for ever."""
    kept = db.session.get(DocumentText, document.id)
    if kept is not None and kept.sha256 == sha256:
        return "原文早已存入，没有改动"
    if kept is not None:
        raise errors.WrongState(
            f"文件 {document.code} 已存有原文“{kept.name}”（SHA-256 {kept.sha256[:16]}…），不能更换。"
        )
    text = text.replace("\0", "\ufffd")
    db.session.add(DocumentText(document_id=document.id, name=name[:200], sha256=sha256, text=text))
    facts = {"code": document.code, "name": name, "sha256": sha256}
    record_admin("attach_text", None, facts, region_code=document.region_code)
    return "原文已存入"


def _measures(document: PlanDocument) -> tuple[int, int]:
    """How many measures a document has, and the last line of them."""
    counted = select(func.count(Measure.id), func.coalesce(func.max(Measure.line), 0))
    found, longest = db.session.execute(counted.where(Measure.document_id == document.id)).one()
    return int(found), int(longest)
