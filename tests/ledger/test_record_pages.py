"""The ledger, one's messages, and the sheets, as pages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from taskflow import db
from taskflow.jobs import builds
from taskflow.ledger import checkpoint, queries
from taskflow.ledger.admin import record_admin
from taskflow.ledger.models import LedgerEntry
from taskflow.notices.models import Mail, MailState, Notice
from taskflow.sheets import render
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.tasks.models import TaskState
from tests import factories as make
from tests.looking import statements_of


def soup_of(browser, path, **options):
    answer = browser.get(path, **options)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(tag):
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def seals(soup):
    """The seals of the entries shown, in order."""
    return [cell["title"] for cell in soup.select("table.ledger td:last-child .code")]


# The ledger


def test_the_ledger_is_read_page_by_page_without_a_gap(client, county, clock):
    for number in range(2 * queries.PAGE + 20):
        if number % 3 == 0:
            clock.forward(minutes=1)  # several entries share a moment
        record_admin("load", county.person("admin"), {}, f"第 {number} 批")
    everything = select(LedgerEntry.hash).order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc())
    expected = list(db.rows(everything))
    browser, path, shown = client("officer-1"), "/ledger", []
    while path:
        soup = soup_of(browser, path)
        shown += seals(soup)
        if path == "/ledger":
            record_admin("load", county.person("admin"), {}, "翻页时新来的一笔")
        further = soup.select_one("nav.pages a[rel=next]")
        path = further and further["href"]
    assert shown == expected


def test_an_entry_is_a_sentence_with_its_place_in_the_chain(client, county):
    task = make.walk(make.task(), TaskState.UNDERWAY)
    browser = client("officer-1")
    first = soup_of(browser, "/ledger").select_one("table.ledger tbody tr")
    entry = make.entries(task)[-1]
    text = words(first)
    assert "签收任务" in text
    assert "状态：待签收 → 办理中" in text
    assert f"task:{task.id} #{entry.seq}" in text
    assert entry.hash[:12] in text
    link = first.select_one("a")
    assert words(link) == f"{task.code} {task.title}"
    assert browser.get(link["href"]).location == f"/tasks/{task.id}"


@pytest.fixture
def history(county, clock):
    """Two tasks of two units, moved on different days."""
    first = make.walk(make.task("industry"), TaskState.UNDERWAY)
    clock.to(date(2024, 3, 6))
    second = make.walk(make.task("agri"), TaskState.ASSIGNED)
    db.session.commit()
    return first, second


def filtered(browser, query):
    expected = soup_of(browser, f"/ledger?{query}")
    return set(seals(expected))


def sealed(*where):
    return set(db.rows(select(LedgerEntry.hash).where(*where)))


def test_the_filters_find_what_they_say(client, county, history):
    first, second = history
    browser = client("officer-1")
    assert filtered(browser, f"task={first.code}") == sealed(LedgerEntry.chain == f"task:{first.id}")
    assert filtered(browser, f"unit={second.lead_unit_id}") == sealed(LedgerEntry.chain == f"task:{second.id}")
    assert filtered(browser, "act=task:assign") == sealed(LedgerEntry.verb == "assign")
    assert filtered(browser, "since=2024-03-06") == sealed(LedgerEntry.chain == f"task:{second.id}")
    assert filtered(browser, "until=2024-03-05") == sealed(LedgerEntry.chain == f"task:{first.id}")
    assert filtered(browser, "by=industry-head") == sealed(LedgerEntry.actor_id == county.person("industry-head").id)
    assert filtered(browser, "by=系统时钟") == sealed(LedgerEntry.actor_id.is_(None))
    both = sealed(LedgerEntry.chain == f"task:{first.id}", LedgerEntry.verb == "assign")
    assert filtered(browser, f"task={first.code}&act=task:assign") == both
    assert all([both, sealed(LedgerEntry.actor_id.is_(None))])


def test_a_day_that_is_none_is_told_and_kept_out(client, history):
    soup = soup_of(client("officer-1"), "/ledger?since=morgen")
    assert "“从”不是日期" in words(soup.select_one("[role=alert]"))
    assert seals(soup)


def test_a_filter_without_a_find_says_what_to_do(client, history):
    soup = soup_of(client("officer-1"), "/ledger?task=XX-1")
    assert "放宽日期" in words(soup.select_one(".empty"))


def test_sign_ins_are_for_the_auditor(client, county):
    record_admin("sign_in", county.person("mayor"), {})
    assert "登录" not in words(soup_of(client("officer-1"), "/ledger").select_one("main .empty"))
    assert "登录" in words(soup_of(client("auditor"), "/ledger").select_one("table.ledger"))


def test_the_ledger_says_when_it_was_last_checked(client, county, settings, history):
    assert "还没有写过检查点" in words(soup_of(client("officer-1"), "/ledger").main)
    point = checkpoint.write(county.region_code, settings["DATA"])
    text = words(soup_of(client("officer-1"), "/ledger").main)
    checkpoint.path_of(county.region_code, settings["DATA"]).unlink()
    assert f"最近一次检查点：{point['day']}" in text
    assert checkpoint.digest(point)[:12] in text


def test_a_unit_reads_the_chain_of_its_own_task(client, history):
    first, second = history
    browser = client("industry-clerk")
    shown = seals(soup_of(browser, f"/ledger/task/{first.id}"))
    assert shown == [entry.hash for entry in reversed(make.entries(first))]
    assert browser.get(f"/ledger/task/{second.id}").status_code == 404
    assert browser.get("/ledger").status_code == 403


def test_more_entries_do_not_cost_more_statements(client, history):
    browser = client("officer-1")
    few = statements_of(browser, "/ledger")
    for _ in range(4):
        make.walk(make.task(), TaskState.UNDERWAY)
    db.session.commit()
    assert statements_of(browser, "/ledger") == few <= 12


# Messages


@pytest.fixture
def told(county, clock):
    """A clerk who has heard of two tasks."""
    for _ in range(2):
        make.walk(make.task(), TaskState.UNDERWAY)
        clock.forward(hours=1)
    db.session.commit()
    mine = select(Notice).where(Notice.person_id == county.person("industry-clerk").id)
    return list(db.rows(mine.order_by(Notice.id)))


def test_messages_say_what_happened_to_what(client, told):
    soup = soup_of(client("industry-clerk"), "/notices")
    shown = soup.select(".messages li")
    assert len(shown) == len(told) >= 2
    assert f"{len(told)} 条未读" in words(soup)
    newest = words(shown[0])
    assert "未读" in newest
    assert "交办任务" in newest
    assert "只在站内" in newest  # the demo's addresses lead nowhere


def test_what_was_read_stands_behind_what_was_not(client, told):
    browser = client("industry-clerk")
    newest = told[-1]
    assert browser.post(f"/notices/{newest.id}/read").status_code == 303
    shown = soup_of(browser, "/notices").select(".messages li")
    assert [item["class"] for item in shown] == [["unread"]] * (len(told) - 1) + [["read"]]


def test_only_what_the_page_showed_is_marked_as_read(client, told):
    browser = client("industry-clerk")
    browser.post("/notices/read", data={"newest": told[0].id})
    for notice in told:
        db.session.refresh(notice)
    assert [bool(notice.read_at) for notice in told] == [True] + [False] * (len(told) - 1)


def test_somebody_elses_message_does_not_exist(client, told):
    assert client("agri-clerk").post(f"/notices/{told[0].id}/read").status_code == 404
    db.session.refresh(told[0])
    assert told[0].read_at is None


def test_a_message_says_when_it_goes_by_mail(app, client, county, told, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://mail.example")
    county.person("industry-clerk").email = "clerk@county.example"
    db.session.commit()
    text = words(soup_of(client("industry-clerk"), "/notices"))
    assert "并入 3月5日 08:00 的邮件汇总" in text
    notice = told[-1]
    mail = Mail(
        channel="email",
        region_code=county.region_code,
        person_id=notice.person_id,
        address="clerk@county.example",
        subject="…",
        body="…",
        state=MailState.SENT,
        not_before=notice.created_at,
    )
    db.session.add(mail)
    db.session.flush()
    notice.mail_id = mail.id
    db.session.commit()
    assert "已发邮件" in words(soup_of(client("industry-clerk"), "/notices"))


def test_nobody_without_messages_is_left_without_a_word(client, county):
    assert "没有消息" in words(soup_of(client("agri-clerk"), "/notices").select_one(".empty"))


# Sheets


@pytest.fixture
def libraries(monkeypatch):
    """As if everything that PDFs need were installed."""
    monkeypatch.setattr(render, "missing", lambda: "")


def ask(browser, sheet, number):
    return browser.post("/sheets", data={"sheet": sheet, "id": number})


def asked(answer):
    assert answer.status_code == 303
    return db.session.get_one(SheetBuild, int(answer.location.rsplit("/", 1)[1]))


def test_a_unit_asks_for_its_own_sheet_and_sees_it_grow(client, county, libraries):
    make.walk(make.task(), TaskState.UNDERWAY)
    browser = client("industry-clerk")
    options = soup_of(browser, "/sheets").select("#id option")
    assert [option["value"] for option in options] == [str(county.unit("industry").id)]
    build = asked(ask(browser, "unit", county.unit("industry").id))
    page = soup_of(browser, f"/sheets/{build.id}").select_one("#build")
    assert page["hx-trigger"] == "every 1s"
    assert "0%" in words(page)
    build.state, build.percent, build.step = BuildState.BUILDING, 40, "正在排版第 2 页"
    db.session.commit()
    part = soup_of(browser, f"/sheets/{build.id}", headers={"HX-Request": "1"})
    assert part.find("h1") is None
    assert "40% 正在排版第 2 页" in words(part)
    assert browser.get(f"/sheets/{build.id}/pdf").status_code == 404


def test_the_office_asks_for_any_unit_and_the_same_again_is_the_same(client, county, libraries):
    make.task("agri")
    browser = client("officer-1")
    assert len(soup_of(browser, "/sheets").select("#id option")) > 2
    build = asked(ask(browser, "unit", county.unit("agri").id))
    assert asked(ask(client("agri-clerk"), "unit", county.unit("agri").id)).id == build.id


def test_a_foreign_unit_or_task_does_not_exist(client, county, libraries):
    task = make.task("industry")
    build = asked(ask(client("industry-clerk"), "task", task.id))
    browser = client("agri-clerk")
    assert ask(browser, "unit", county.unit("industry").id).status_code == 404
    assert ask(browser, "task", task.id).status_code == 404
    assert browser.get(f"/sheets/{build.id}").status_code == 404
    assert browser.post(f"/sheets/{build.id}/retry").status_code == 404
    assert ask(browser, "nothing", 1).status_code == 404
    assert ask(browser, "unit", "").status_code == 422


def test_a_finished_sheet_is_downloaded_under_its_title(client, county, settings, libraries):
    browser = client("industry-clerk")
    build = asked(ask(browser, "task", make.task().id))
    build.state, build.sha256 = BuildState.DONE, builds.store(b"%PDF-1.7", settings["DATA"])
    build.size, build.pages = 8, 1
    db.session.commit()
    assert "hx-trigger" not in soup_of(browser, f"/sheets/{build.id}").select_one("#build").attrs
    with browser.get(f"/sheets/{build.id}/pdf") as answer:
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", b"%PDF-1.7")
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_failed_sheet_says_why_and_is_tried_again(client, libraries):
    browser = client("industry-clerk")
    build = asked(ask(browser, "task", make.task().id))
    build.state, build.error, build.attempts = BuildState.FAILED, "内存不足", 3
    db.session.commit()
    page = soup_of(browser, f"/sheets/{build.id}")
    assert "没有生成：内存不足" in words(page.select_one("[role=alert]"))
    assert browser.post(f"/sheets/{build.id}/retry").status_code == 303
    assert (build.state, build.attempts, build.error) == (BuildState.ASKED, 0, "")
    assert browser.post(f"/sheets/{build.id}/retry").status_code == 409


def test_missing_libraries_are_named(client, county, monkeypatch):
    sentence = "生成 PDF 需要系统库，请管理员安装：apt-get install libpangoft2-1.0-0"
    monkeypatch.setattr(render, "missing", lambda: sentence)
    browser = client("industry-clerk")
    page = soup_of(browser, "/sheets")
    assert sentence in words(page)
    assert page.select_one("main button.btn-primary").has_attr("disabled")
    answer = ask(browser, "unit", county.unit("industry").id)
    assert answer.status_code == 503
    assert "libpangoft2-1.0-0" in answer.get_data(as_text=True)
