"""Sheets: the PDF is measured, not the CSS; the same data gives the same bytes; nothing vanishes."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pylopdf_fonts_zh_cn import serif_path
from pypdf import PdfReader

from taskflow import errors
from taskflow.ledger import checkpoint
from taskflow.sheets import catalog, fonts, progress, render
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.conftest import Clock, County
from tests.servers import absent

MM = 72 / 25.4
A4 = (210, 297)

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture(autouse=True)
def libraries() -> None:
    """Without the system's libraries there is nothing to test."""
    if sentence := render.missing():
        absent(sentence)


@pytest.fixture
def subjects(clock: Clock) -> dict[str, Any]:
    """One record for each sheet, with some life in it."""
    task = make.walk(make.task(nodes=6), TaskState.UNDERWAY)
    clock.to("2024-03-22")
    done = {str(task.nodes[0].id): "2024-03-01"}
    make.say(
        make.report(task), percent="35", progress="完成用地预审，正在招标", problems="补偿款未到位", nodes_done=done
    )
    paper = make.escalation(make.walk(make.task(), TaskState.UNDERWAY), step=3)
    make.do(paper, "serve")
    return {"task": task, "unit": task.lead_unit, "order": paper}


def printed(facts: catalog.Facts, folder: Path) -> PdfReader:
    return PdfReader(io.BytesIO(render.draw(facts, folder / "fonts").pdf))


def size_mm(reader: PdfReader) -> set[tuple[int, int]]:
    return {(round(float(p.mediabox.width) / MM), round(float(p.mediabox.height) / MM)) for p in reader.pages}


def text_of(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def places(reader: PdfReader, page: int = 0) -> list[tuple[str, float, float]]:
    """Every piece of text with its place in mm from the left and from the top."""
    found = []

    def seen(text: str, matrix: list[float], at: list[float], *_: Any) -> None:
        if text.strip():
            x = at[4] * matrix[0] + at[5] * matrix[2] + matrix[4]
            y = at[4] * matrix[1] + at[5] * matrix[3] + matrix[5]
            found.append((text.strip(), x / MM, A4[1] - y / MM))

    reader.pages[page].extract_text(visitor_text=seen)
    return found


@pytest.mark.parametrize("name", catalog.SHEETS)
def test_every_sheet_prints_offline_in_chinese(name: str, subjects: dict[str, Any], tmp_path: Path) -> None:
    facts = catalog.freeze(name, subjects[name], tmp_path)
    reader = printed(facts, tmp_path)
    told = text_of(reader)
    assert size_mm(reader) == {A4 if name == "order" else A4[::-1]}
    assert reader.metadata is not None
    assert reader.metadata.title == facts["title"]
    assert facts["unit"] in told
    assert catalog.digest(facts) in told
    for role in ("小标宋→思源宋体", "仿宋→思源宋体"):
        assert role in told


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("name", catalog.SHEETS)
def test_the_same_data_gives_the_same_bytes(name: str, subjects: dict[str, Any], tmp_path: Path) -> None:
    facts = catalog.freeze(name, subjects[name], tmp_path)
    here = render.draw(facts, tmp_path).pdf
    (tmp_path / "facts").write_text(repr(facts), encoding="utf-8")
    code = (
        "import ast, hashlib, pathlib; from taskflow.sheets import render; "
        f"folder = pathlib.Path({str(tmp_path)!r}); facts = ast.literal_eval((folder / 'facts').read_text()); "
        "print(hashlib.sha256(render.draw(facts, folder).pdf).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_a_task_sheet_has_the_columns_that_people_expect(subjects: dict[str, Any], tmp_path: Path) -> None:
    told = text_of(printed(catalog.freeze("task", subjects["task"], tmp_path), tmp_path))
    for word in ("序号", "任务", "节点", "计划开始", "计划完成", "实际完成", "责任领导", "责任单位"):
        assert word in told
    for word in ("形象进度", "滞后天数", "存在问题", "下一步", "完成用地预审", "补偿款未到位", "24.03.01"):
        assert word in told


@pytest.mark.once
@pytest.mark.slow
def test_a_long_unit_sheet_repeats_its_header_and_counts_its_pages(subjects: dict[str, Any], tmp_path: Path) -> None:
    for _ in range(9):
        make.walk(make.task(nodes=8), TaskState.UNDERWAY)
    pages: list[int] = []
    facts = catalog.freeze("unit", subjects["unit"], tmp_path)
    made = render.draw(facts, tmp_path, pages.append)
    reader = PdfReader(io.BytesIO(made.pdf))
    assert made.pages == len(reader.pages) >= 3
    assert pages[-1] == made.pages
    for number, page in enumerate(reader.pages, start=1):
        told = "".join(page.extract_text().split())
        assert "责任领导" in told
        assert f"第{number}页共{made.pages}页" in told


def test_a_unit_without_work_says_so(county: County, tmp_path: Path) -> None:
    told = text_of(printed(catalog.freeze("unit", county.unit("tianning"), tmp_path), tmp_path))
    assert "目前没有在办任务" in told


def test_years_without_a_notice_are_called_provisional(tmp_path: Path) -> None:
    last = make.task(due_on=make.date(2027, 12, 31))
    facts = catalog.freeze("task", last, tmp_path)
    assert 2027 in facts["provisional"]
    assert "2027年放假安排尚未公布" in text_of(printed(facts, tmp_path))


def test_the_foot_names_the_newest_checkpoint(subjects: dict[str, Any], tmp_path: Path) -> None:
    point = checkpoint.write(make.REGION, tmp_path)
    facts = catalog.freeze("task", subjects["task"], tmp_path)
    assert f"台账检查点2024-03-22{checkpoint.digest(point)[:16]}" in text_of(printed(facts, tmp_path))


def test_lag_is_counted_against_the_baseline() -> None:
    day = make.date
    assert progress.lag(day(2024, 3, 1), None, day(2024, 3, 11)) == 10
    assert progress.lag(day(2024, 3, 1), day(2024, 3, 4), day(2024, 3, 11)) == 3
    assert progress.lag(day(2024, 3, 1), day(2024, 2, 20), day(2024, 3, 11)) == 0


# The paper of the ladder


def test_the_order_keeps_to_the_type_area(subjects: dict[str, Any], tmp_path: Path) -> None:
    """GB/T 9704: 37 mm above, 28 mm left, 156 × 225 mm; measured on the page."""
    paper = subjects["order"]
    paper.because = "经现场核查，项目未按节点推进，" * 8
    paper.demand = "请加派施工力量，倒排工期，逐日调度，" * 12
    reader = printed(catalog.freeze("order", paper, tmp_path), tmp_path)
    assert len(reader.pages) == 2
    foot = 37 + 225
    body = [at for at in places(reader) if at[2] < foot]
    assert min(x for _, x, _ in body) == pytest.approx(28, abs=0.6)
    assert 37 < min(y for *_, y in body) < 50
    assert max(y for *_, y in body) < foot
    full = [(text, x, y) for text, x, y in body if len(text) >= 26 and abs(x - 28) < 1]
    lines = sorted(y for *_, y in full)
    steps = {round((b - a) * MM, 1) for a, b in pairwise(lines) if (b - a) * MM < 30}
    assert steps <= {28.9, 29.0, 29.1}
    assert steps
    assert max(len(text) for text, *_ in full if not any(sign.isascii() for sign in text)) == 28


def test_page_numbers_stand_outside_on_odd_pages_right_on_even_left(subjects: dict[str, Any], tmp_path: Path) -> None:
    paper = subjects["order"]
    paper.demand = "请加派施工力量，倒排工期，逐日调度，" * 40
    reader = printed(catalog.freeze("order", paper, tmp_path), tmp_path)
    for page in (0, 1):
        place = next(at for at in places(reader, page) if "—" in at[0] and at[2] > 262)
        assert place[2] - 262 == pytest.approx(7 + 4, abs=2)  # the line of 14 pt hangs 7 mm under the area
        assert (place[1] > 150) is (page == 0)


def test_an_order_has_its_number_and_no_seal(subjects: dict[str, Any], tmp_path: Path) -> None:
    reader = printed(catalog.freeze("order", subjects["order"], tmp_path), tmp_path)
    told = text_of(reader)
    assert "督办通知单" in told
    assert "交政督〔2024〕1号" in told
    assert "2024年3月22日印发" in told
    assert [image for page in reader.pages for image in page.images] == []


def test_an_unsigned_paper_says_that_it_is_a_draft(tmp_path: Path) -> None:
    paper = make.escalation(step=4)
    told = text_of(printed(catalog.freeze("order", paper, tmp_path), tmp_path))
    assert "待签发稿，未生效" in told
    assert "未印发" in told
    assert "签发人：常务副县长" in told


# Fonts


def test_a_rare_character_in_a_name_is_printed(subjects: dict[str, Any], tmp_path: Path) -> None:
    subjects["task"].title = "䶮㙍𬭚𬍛喆堃项目"
    facts = catalog.freeze("task", subjects["task"], tmp_path)
    assert "䶮㙍𬭚𬍛喆堃项目" in text_of(printed(facts, tmp_path))


def test_a_character_without_a_glyph_stops_the_sheet(subjects: dict[str, Any], tmp_path: Path) -> None:
    subjects["task"].title = "项目\U000f1234"
    with pytest.raises(errors.NotReady, match=r"现有字体缺字：.*U\+F1234"):
        printed(catalog.freeze("task", subjects["task"], tmp_path), tmp_path)


def test_the_countys_own_font_is_used_and_no_longer_listed(subjects: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    shutil.copyfile(serif_path(), tmp_path / "fonts" / "仿宋_GB2312.otf")
    used = fonts.found(tmp_path / "fonts")
    assert "仿宋→思源宋体" not in used.substitutions
    assert "小标宋→思源宋体" in used.substitutions
    facts = catalog.freeze("order", subjects["order"], tmp_path)
    names = {
        str(font.get_object()["/BaseFont"])
        for page in printed(facts, tmp_path).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("tf-body" in name for name in names)


@pytest.mark.parametrize("address", ["https://county.test/x.png", "file:///etc/passwd", "data:text/html,x"])
def test_a_sheet_fetches_nothing_but_our_fonts(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415  # only where the libraries are

    monkeypatch.setattr(render, "html", lambda *_: f'<img src="{address}">')
    with pytest.raises(FatalURLFetchingError):
        render.draw({"sheet": "task"}, tmp_path)


def test_missing_libraries_are_named_with_the_line_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_loads", lambda _library: False)
    render.missing.cache_clear()
    try:
        with pytest.raises(errors.Unavailable, match=r"apt-get install libpangoft2-1\.0-0 libharfbuzz-subset0"):
            render.engine()
    finally:
        monkeypatch.undo()
        render.missing.cache_clear()
