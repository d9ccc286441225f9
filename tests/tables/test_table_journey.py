"""The office's way with a table in a real browser: upload, mend what a column means, let it in; take a table out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.reading.grids import BREAKDOWN, square
from tests.tables.test_table_pages import csv_of, xlsx_of

pytestmark = pytest.mark.once
HEAD = ["序号", "任务分类", "重点任务", "年度目标", "牵头领导", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    HEAD,
    ["1", "工业", "新增规上工业企业8户", "全年新增8户以上", "张　三", "工信局", "农业农村局、各乡镇", "2024年底"],
    ["2", "工业", "建成标准厂房3万平方米", "9月底前主体完工", "张　三", "县工信局", "天宁镇", "9月底"],
    ["3", "农业", "建设高标准农田1.2万亩", "建成1.2万亩", "李　四", "农业农业局", "", "二季度末"],
    ["5", "农业", "培育家庭农场20个", "", "李　四", "农业农村局、天宁镇", "市场专班", "持续推进"],
    ["6", "城建", "改造背街小巷5条", "", "", "天宁镇", "", "春节前"],
]
TITLE = "青石县2024年重点工作任务分解表"


def look_again(visitor, text):
    """Wait until the part of the page that htmx replaces says something, and judge the page."""
    expect(visitor.page.locator("#table-reading")).to_contain_text(text)
    return visitor.look()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_table_is_mended_on_the_page_and_comes_in(visit, phone, tmp_path):
    officer = visit("officer-1", phone=phone)
    officer.open("/imports/table").sees("导入表格")
    content = xlsx_of(ROWS, f"{TITLE}{'（二）' if phone else ''}")
    officer.attach("任务分解表.xlsx", content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    officer.press("上传并试读").sees("认作 任务分解表", "有 1 处错误", "农业农业局", "序号缺 4")
    officer.misses("没有写年份")
    address = officer.page.url
    officer.choose("“农业农业局”（1 处）", "农业农村局")
    look_again(officer, "可以导入：5 项任务将成为草案")
    assert officer.page.url == address, "the page is not left for a change"
    officer.choose("B 列“任务分类”理解为", "不导入")
    expect(officer.page.locator(".meanings tr.left-out")).to_have_count(1)
    officer.page.reload()
    expect(officer.page.locator(".meanings tr.left-out")).to_have_count(1)
    officer.write("把这个对应关系存起来", "发改局月报" + ("（手机）" if phone else ""))
    officer.press("保存").sees("已保存对应关系")
    officer.press("导入为草案").sees("已导入 5 条草案", "新增规上工业企业8户")
    officer.open("/imports").sees("任务分解表.xlsx")
    officer.open(address.removeprefix(officer.town.address)).sees("新增规上工业企业8户")


def test_without_scripts_the_page_does_the_same(visit):
    officer = visit("officer-1")
    plain = officer.page.context.browser.new_context(
        java_script_enabled=False, storage_state=officer.context.storage_state()
    )
    page = plain.new_page()
    page.goto(officer.town.address + "/imports/table")
    page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": csv_of([*ROWS[:2], ["9", "", "修桥"]])}
    )
    page.click("text=上传并试读")
    page.select_option("#field-1", "note")
    page.click("text=重新读取")
    assert page.locator("#field-1 option[selected]").get_attribute("value") == "note"
    plain.close()


def test_a_published_layout_and_a_file_without_header_look_right(visit):
    officer = visit("officer-1")
    officer.open("/imports/table")
    officer.attach("分解表.xlsx", xlsx_of(list(map(list, square(BREAKDOWN.rows[2:]))), BREAKDOWN.rows[0][0]))
    officer.press("上传并试读").sees("认作 任务分解表", "一、城乡建设")
    officer.open("/imports/table")
    officer.attach("没有表头.csv", csv_of([["今天", "天气", "不错"], ["1", "修路", "住建局"]]), "text/csv")
    officer.press("上传并试读").sees("没有找到表头")
    officer.open("/imports/table").sees("分解表.xlsx", "没有表头.csv")


def test_tasks_are_taken_out_from_the_list(visit, town):
    with town.then("2024-03-05 10:00"):
        make.walk(make.task(), "underway")
    officer = visit("officer-1").open("/tasks")
    officer.page.click("text=导出表格")
    officer.look()
    for word, ending in (("导出任务分解表，Excel 格式", "xlsx"), ("导出督查台账，CSV 格式", "csv")):
        with officer.page.expect_download() as download:
            officer.page.get_by_label(word).click()
        assert download.value.suggested_filename.endswith(ending)
