"""Tables in and out: upload, what the columns were taken for, the dry run, the import; and tasks as a file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from taskflow import clock, db, errors
from taskflow.drafts.models import Intake
from taskflow.drafts.write import intake as intakes
from taskflow.org.may import visible_tasks
from taskflow.reading.files.source import LIMIT, Source
from taskflow.reading.tables import mapping as maps
from taskflow.reading.tables.mapping import Mapping
from taskflow.reading.tables.reading import TableReading, read_table
from taskflow.reading.tables.words import FIELDS
from taskflow.tables import comparing, items, layouts, mappings, uploads, writing
from taskflow.tables.layouts import LAYOUTS, Layout
from taskflow.tables.models import TableUpload
from taskflow.tasks import forms, queries
from taskflow.web.fields import cleaned, whole
from taskflow.web.viewer import data_folder, demand, viewer

tables = Blueprint("tables", __name__)

SHOWN = 200  # findings of a dry run on one page
PREVIEW = 50  # tasks shown before they come in
FIRST_ROWS = 12  # rows shown when no header was found


# In


@tables.get("/imports/table")
def index() -> str:
    """Upload a table, or go on with one."""
    demand("import_plans")
    return _index()


def _index(refused: errors.Refusal | None = None) -> str:
    code = viewer().region.code
    return render_template(
        "tables/index.html",
        waiting=uploads.undecided(code),
        saved=mappings.saved(code),
        most=LIMIT,
        refused=refused,
    )


@tables.post("/imports/table")
def upload() -> Answer | tuple[str, int]:
    """Keep the file and show what it holds; the same file again leads to where it was left."""
    demand("import_plans")
    try:
        file = _file_given()
        found, again = uploads.receive(file.stream, file.filename or "", viewer().person, data_folder())
    except errors.Refusal as refusal:
        db.session.rollback()
        return _index(refusal), refusal.status
    db.session.commit()
    if found.intake_id is not None:
        flash(f"这份表格（“{found.name}”）已经导入过，下面是当时的草案。", "info")
        return redirect(url_for("drafts.show", intake_id=found.intake_id), 303)
    if again:
        flash(f"这份表格（“{found.name}”）已经上传过，接着上次的设置继续。", "info")
    elif found.mapping:
        flash("表头与保存过的对应关系相同，已按它理解各列。", "info")
    return redirect(url_for("tables.mapping", upload_id=found.id), 303)


def _file_given() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise errors.Refusal("请先选择一个 .xlsx 或 .csv 文件。")
    return file


@tables.get("/imports/table/<int:upload_id>")
def mapping(upload_id: int) -> str | Answer:
    """What each column was taken for, and what would come in."""
    demand("import_plans")
    found = uploads.find(upload_id, viewer().region.code)
    if found.intake_id is not None:
        return redirect(url_for("drafts.show", intake_id=found.intake_id))
    return _page(found)


def _page(found: TableUpload, refused: errors.Refusal | None = None) -> str:
    """The dry run; after a refusal with what was typed."""
    source = uploads.source_of(found, data_folder())
    current = mappings.mapping_of(found, source)
    shared = {
        "upload": found,
        "sheets": maps.grids(source),
        "fields": FIELDS,
        "saved": mappings.saved(found.region_code),
        "refused": refused,
        "typed": request.form if refused else {},
        "this_year": clock.today().year,
    }
    if current is None:
        return render_template("tables/headless.html", **shared, most=FIRST_ROWS)
    reading, compared = _read(found, source, current)
    return render_template(
        "tables/mapping.html",
        **shared,
        reading=reading,
        mapping=current,
        compared=compared,
        states={one.row: "与库中一致" if one.same else "与库中不同" for one in compared.known},
        units=comparing.unit_names(found.region_code),
        earlier=intakes.earlier(found.region_code, found.sha256),
        new=len(reading.entries) - len(compared.rows),
        shown=SHOWN,
        preview=PREVIEW,
    )


def _read(found: TableUpload, source: Source, current: Mapping) -> tuple[TableReading, comparing.Compared]:
    reading = read_table(source, current, comparing.units_of(found.region_code))
    return reading, comparing.compare(reading, found.region_code)


@tables.post("/imports/table/<int:upload_id>")
def change(upload_id: int) -> Answer | tuple[str, int]:
    """Take columns for something else."""
    demand("import_plans")
    try:
        _change(_taken(upload_id))
    except (errors.Overtaken, errors.Unreadable, errors.BadInput) as refusal:
        db.session.rollback()
        return _page(uploads.find(upload_id, viewer().region.code), refusal), refusal.status
    db.session.commit()
    return redirect(url_for("tables.mapping", upload_id=upload_id), 303)


def _change(found: TableUpload) -> None:
    source = uploads.source_of(found, data_folder())
    current = mappings.mapping_of(found, source)
    units = set(comparing.unit_names(found.region_code))
    made = mappings.changed(current, source, cleaned(request.form).to_dict(), mappings.saved(found.region_code), units)
    read_table(source, made)  # a mapping that does not fit is refused, not kept
    if current is None or made.as_json() != current.as_json():
        found.mapping, found.version = made.as_json(), found.version + 1


def _taken(upload_id: int) -> TableUpload:
    """An upload, locked; a page drawn before somebody else's change is refused."""
    uploads.find(upload_id, viewer().region.code)
    found = db.lock(TableUpload, upload_id)
    seen = request.form.get("seen", type=whole)
    if found is None:
        raise errors.NotFound("没有这份表格，或者您无权查看。")
    if seen is not None and seen != found.version and found.decided_at is None:
        raise errors.Overtaken(_changes(found))
    return found


def _changes(found: TableUpload) -> dict[str, tuple[str, str]]:
    """What the page showed, or somebody chose on it, and what holds now."""
    current = mappings.mapping_of(found, uploads.source_of(found, data_folder()))
    told = {}
    for column in current.columns if current else ():
        chosen = request.form.get(f"field-{column.index}", column.field)
        if chosen != column.field:
            told[column.place] = FIELDS.get(chosen, chosen), FIELDS[column.field]
    return told or {"各列的含义": ("改动之前", "改动之后")}


@tables.post("/imports/table/<int:upload_id>/save")
def save(upload_id: int) -> Answer:
    """Save what the columns mean, under a name."""
    demand("import_plans")
    found = _taken(upload_id)
    current = mappings.mapping_of(found, uploads.source_of(found, data_folder()))
    if current is None:
        raise errors.Refusal("还没有找到表头，不能保存对应关系。")
    typed = cleaned(request.form)
    made = mappings.save(typed.get("name", ""), current, viewer().person, instead="instead" in typed)
    db.session.commit()
    flash(f"已保存对应关系“{made.name}”，以后同样表头的表格会自动套用。", "success")
    return redirect(url_for("tables.mapping", upload_id=upload_id), 303)


@tables.post("/imports/table/<int:upload_id>/store")
def store(upload_id: int) -> Answer:
    """Let the whole table in as drafts, or nothing of it."""
    from taskflow.reading.tables import planned  # noqa: PLC0415  # the patterns of the reader: slow, and for this alone

    demand("import_plans")
    found = _taken(upload_id)
    if found.intake_id is not None:  # a second click
        return redirect(url_for("drafts.show", intake_id=found.intake_id), 303)
    source = uploads.source_of(found, data_folder())
    current = mappings.mapping_of(found, source)
    if current is None:
        raise errors.Refusal("还没有找到表头，不能导入。")
    reading, compared = _read(found, source, current)
    _demand_whole(reading, compared)
    plan = planned.plan(reading, compared.rows)
    plan["document"]["title"] = plan["document"]["title"] or Path(found.name).stem
    made: Intake = intakes.store(
        found.region_code, name=found.name, kind=source.kind, sha256=found.sha256, text=source.text, plan=plan,
        by=viewer().person,
    )  # fmt: skip
    uploads.decide(found, data_folder(), made.id)
    db.session.commit()
    flash(f"已导入 {len(plan['measures'])} 条草案，请逐条确认。", "success")
    return redirect(url_for("drafts.show", intake_id=made.id), 303)


def _demand_whole(reading: TableReading, compared: comparing.Compared) -> None:
    """All or nothing."""
    if not reading.ok:
        raise errors.Refusal(f"表中有 {len(reading.errors)} 处错误，整张表都没有导入；请改好后重新上传。")
    if len(compared.rows) == len(reading.entries):
        raise errors.Refusal("表中各行都已在库中，没有需要导入的内容。")


@tables.post("/imports/table/<int:upload_id>/discard")
def discard(upload_id: int) -> Answer:
    """Put a table aside; its file goes."""
    demand("import_plans")
    found = _taken(upload_id)
    if found.decided_at is None:
        uploads.decide(found, data_folder())
    db.session.commit()
    flash(f"已放弃“{found.name}”，没有导入任何内容。", "info")
    return redirect(url_for("tables.index"), 303)


# Out


@tables.get("/tasks/export")
def export() -> Response:
    """The tasks that the filters of the list leave, of those that the viewer may see, as a file."""
    demand("see_plan")
    who = viewer()
    filters, _, _ = forms.read(request.args, queries.options(who.region.code))
    narrowed = queries.conditions(filters, who.posts, who.region.code, clock.today())
    found = items.tasks([visible_tasks(who.posts, who.region.code), *narrowed], who.region.code)
    return _file(found, who.region.name)


@tables.get("/imports/<int:intake_id>/export")
def export_drafts(intake_id: int) -> Response:
    """The drafts of a file, as a file."""
    demand("import_plans")
    found = db.session.get(Intake, intake_id)
    if found is None or found.region_code != viewer().region.code:
        raise errors.NotFound("没有这份收文，或者您无权查看。")
    return _file(items.drafts(intake_id, found.region_code), found.title or Path(found.name).stem)


def _file(found: list[items.Item], of: str) -> Response:
    layout: Layout = LAYOUTS.get(request.args.get("layout", ""), LAYOUTS["breakdown"])
    form = "csv" if request.args.get("form") == "csv" else "xlsx"
    if not layouts.rows(layout, found):
        why = "没有项目类的任务" if layout.only_projects and found else "没有符合条件的任务"
        raise errors.Refusal(f"{why}，没有可导出的内容；请换一种表格或去掉一两个条件再试。")
    content = BytesIO(writing.write(form, layout, found, of))
    name = f"{layout.name}-{clock.today():%Y%m%d}.{form}"
    answer = send_file(content, mimetype=writing.TYPES[form], as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def export_links(**filters: Any) -> list[tuple[str, str, str]]:
    """(name, address of the .xlsx, of the .csv) of every table that the tasks of some filters can leave as.

    `intake_id`: the drafts of that file, which have no steps yet.
    """
    end = "tables.export_drafts" if "intake_id" in filters else "tables.export"
    return [
        (layout.name, url_for(end, layout=name, **filters), url_for(end, layout=name, form="csv", **filters))
        for name, layout in LAYOUTS.items()
        if end == "tables.export" or not layout.by_step
    ]


@tables.app_context_processor
def shared() -> dict[str, Any]:
    """Pages with tasks offer them as files."""
    return {"export_links": export_links}
