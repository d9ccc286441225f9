"""Writing a report in tests: one that is due, what a clerk types into it, and what the page says back."""

import io
import zipfile

import pytest
from bs4 import BeautifulSoup
from docx import Document
from PIL import Image
from xlsxwriter import Workbook

from seed.story.proofs import pdf
from taskflow import db
from taskflow.reports import evidence
from taskflow.reports.models import Evidence
from tests import factories as make

PDF = pdf("Acceptance record")
TEXT = "完成主体施工，累计完成投资三千万元"


def of_report(report):
    """The condition that evidence hangs on a report."""
    return (Evidence.subject_kind == "report") & (Evidence.subject_id == report.id)


def zipped(**files):
    """A zip of some files: name → text."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def word_file(text="县卫生院门诊楼主体封顶"):
    made = io.BytesIO()
    document = Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def excel_file(text="县卫生院门诊楼主体封顶"):
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, text)
    return made.getvalue()


def picture(sort, side=evidence.LEAST_SIDE):
    """A photograph of a kind (“JPEG”, “PNG”): noise, so that it is as long as a real one."""
    made = io.BytesIO()
    Image.effect_noise((side, side), 60).save(made, sort)
    return made.getvalue()


def old_office_file(stream):
    """The least that a .doc or .xls is: a head, a table of sectors, a directory with its stream."""
    names = ["Root Entry", stream]
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0").ljust(128, b"\0") for name in names)
    return evidence.OLE.ljust(512, b"\0") + b"\xff" * 512 + entries.ljust(512, b"\0")


@pytest.fixture
def due(county, clock):
    """A report that the industry office's clerk is asked for, with an accepted one before it."""
    task = make.task()
    first = make.report(task)
    make.say(first, progress="前期手续全部办完", next_steps="四月开工", percent="10")
    clock.to(first.period_end, 10)
    clock.forward(days=24)
    report = make.report(task)
    db.session.commit()
    return report


def typed(report, **changes):
    """A form filled in without a mistake; None leaves a field out."""
    node = report.task.nodes[0]
    values = {
        "key": make.fresh("key"),
        "seen": str(report.version),
        "progress": TEXT,
        "percent": "37",
        "problems": "电力迁改缓慢，请县里协调",
        "next_steps": "五月底封顶",
        f"figure-{report.task.measure.targets[0].id}": "3.5",
        f"node-{node.id}": "y",
        f"node-{node.id}-day": "2024-03-29",
        "kept": "",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def send(browser, report, verb="draft", **changes):
    return browser.post(f"/report/{report.id}/{verb}", data=typed(report, **changes))


def soup_of(answer):
    """An answer as its reader gets it."""
    return BeautifulSoup(answer.text, "html.parser")


def beside(soup, field):
    """The sentence that stands in the same block as a field."""
    told = soup.find(id=f"{field}-error")
    return told.get_text(strip=True) if told else ""


def value_of(soup, name):
    field = soup.find(attrs={"name": name})
    return field.get_text().strip("\n") if field.name == "textarea" else field.get("value", "")


def nothing_lost(soup, report, **but):
    """Everything typed stands in the form again."""
    for name, value in typed(report, **but).items():
        if name in ("key", "seen", "kept"):
            continue
        field = soup.find(attrs={"name": name})
        shown = "y" if field.get("type") == "checkbox" and field.has_attr("checked") else value_of(soup, name)
        assert shown == value, name


def state_of(report):
    db.session.refresh(report)
    return report.state
