"""Every page as every post, without knowing the pages by name: status, shape, doors that stay closed.

A new route needs a line in NEEDS (who may open it) and, for a new parameter, one in `samples`.
"""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from taskflow import db
from taskflow.notices.models import Notice
from taskflow.org.may import MAY
from taskflow.org.models import Role
from taskflow.plans.models import Chapter
from taskflow.reports import evidence
from taskflow.reports.models import Evidence
from taskflow.sheets import build
from taskflow.sheets.models import BuildState
from taskflow.tables import uploads
from taskflow.web.app import create_app
from tests import drafting
from tests import factories as make
from tests.reporting import PDF

#: One post of every role; the unit's are the lead unit's of every sample. None: nobody is signed in.
POSTS = {
    Role.CLERK: "industry-clerk",
    Role.HEAD: "industry-head",
    Role.OFFICER: "officer-1",
    Role.DIRECTOR: "director",
    Role.LEADER: "deputy-industry",
    Role.ADMIN: "admin",
    Role.SECURITY: "security",
    Role.AUDITOR: "auditor",
    None: "",
}

ANYBODY, SIGNED_IN, WHO_SEES_IT = "anybody", "signed in", "who sees it"

#: Who may open a page: a permission of MAY, anybody, anybody signed in, or whoever sees the record.
NEEDS = {
    "static": ANYBODY,
    "bootstrap.static": ANYBODY,
    "htmx_js": ANYBODY,
    "healthz": ANYBODY,
    "org.login": ANYBODY,
    "tasks.desk": SIGNED_IN,
    "tasks.index": "see_plan",
    "tasks.detail": WHO_SEES_IT,
    "sources.new": "enter_sources",
    "ledger.as_of": WHO_SEES_IT,
    "admin.rules": "change_rules",
    "tasks.history": WHO_SEES_IT,
    "plans.overview": "see_plan",
    "plans.document": "see_plan",
    "plans.chapter": "see_plan",
    "plans.measure": "see_plan",
    "plans.indicators": "see_plan",
    "plans.projects": "see_plan",
    "plans.stories": "see_plan",
    "plans.story": "see_plan",
    "plans.conflicts": "see_plan",
    "reports.show": WHO_SEES_IT,
    "reports.download": WHO_SEES_IT,
    "board.show": "see_board",
    "board.unit": "see_board",
    "board.all_units": "see_board",
    "board.signing": "see_queue",
    "board.requests": "see_plan",
    "board.review": WHO_SEES_IT,
    "board.escalation": WHO_SEES_IT,
    "moves.home": WHO_SEES_IT,
    "moves.ask": WHO_SEES_IT,
    "sheets.index": "print_sheets",
    "sheets.show": "print_sheets",
    "sheets.download": "print_sheets",
    "ledger.index": "see_ledger",
    "ledger.task": WHO_SEES_IT,
    "tables.index": "import_plans",
    "tables.mapping": "import_plans",
    "tables.export": "see_plan",
    "tables.export_drafts": "import_plans",
    "owners.index": "confirm_editions",
    "drafts.index": "see_imports",
    "drafts.show": "see_imports",
    "drafts.one": "see_imports",
    "drafts.changes": "see_imports",
    "drafts.listing": "see_imports",
    "drafts.document": "see_imports",
    "drafts.coverage": "see_imports",
    "drafts.edition": "see_imports",
    "notices.index": SIGNED_IN,
    "admin.index": "repair_jobs",
    "admin.clock_card": "move_clock",
    "admin.accounts": "see_sign_ins",
}

#: What a page answers to those who may open it: itself, or on to another page.
OPENED = {200, 302}


@pytest.fixture
def samples(county, settings):
    """A value for every parameter of a route: records of one unit, reached by real moves."""
    task = make.task(measure=make.measure(story="grain"))
    report = make.report(task)
    make.do(report, "draft", evidence=[evidence.store(BytesIO(PDF), "合同.pdf", settings["DATA"])])
    paper = make.escalation(make.task())
    review = make.review()
    asked = build.ask("unit", county.unit("industry"), county.person("industry-head"), settings["DATA"])
    sheet = finished(asked, settings["DATA"])
    make.project()
    table = BytesIO("任务,牵头单位,完成时限\n修路,工信局,2024年底\n".encode())
    upload, _ = uploads.receive(table, "任务.csv", county.person("officer-1"), settings["DATA"])
    found = {
        "filename": "app.css",
        "code": "003",
        "chapter_id": db.session.scalar(select(Chapter.id).where(Chapter.id == task.measure.chapter_id)),
        "key": "grain",
        "measure_id": task.measure_id,
        "task_id": task.id,
        "report_id": report.id,
        "evidence_id": db.session.scalar(select(Evidence.id)),
        "escalation_id": paper.id,
        "review_id": review.id,
        "unit_id": task.lead_unit_id,
        "build_id": sheet.id,
        "upload_id": upload.id,
        "intake_id": (draft := drafting.draft()).intake_id,
        "draft_id": draft.id,
        "notice_id": db.session.scalar(select(Notice.id)),
        "person_id": county.person("industry-clerk").id,
        "kind": "report",
        "record_id": report.id,
        "verb": "agree",
        "act": "retry",
    }
    db.session.commit()
    return found


def finished(sheet, folder):
    """A sheet as the worker leaves it."""
    sheet.sha256, sheet.size, sheet.pages = "f" * 64, len(PDF), 1
    sheet.state, sheet.percent = BuildState.DONE, 100
    path = build.stored(folder, sheet.sha256)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(PDF)
    return sheet


def paths_of(app, method, samples):
    """(endpoint, path) of every route with a method, filled in."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if method not in rule.methods:
                continue
            missing = rule.arguments - samples.keys()
            assert not missing, f"{rule.rule}: give a sample of {missing}"
            given = {name: samples[name] for name in rule.arguments}
            if rule.endpoint == "admin.repair":
                given |= {"kind": "timers", "key": 1}
            if rule.endpoint == "bootstrap.static":
                given["filename"] = "css/bootstrap.min.css"
            yield rule.endpoint, app.url_for(rule.endpoint, **given).partition("?")[0]


def expected(endpoint, role):
    """The statuses with which a page may answer a role."""
    need = NEEDS[endpoint]
    if need is ANYBODY:
        return {200 if role is None or endpoint != "org.login" else 302}
    if role is None:
        return {401}
    if need is SIGNED_IN:
        return {200}
    if need is WHO_SEES_IT:
        if role is Role.SECURITY:
            return {403, 404}
        return OPENED | {403} if endpoint == "moves.ask" else OPENED  # the table says whose move it is
    return OPENED if role in MAY[need] else {403}


def test_every_page_says_who_may_open_it(app):
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert pages == NEEDS.keys()


@pytest.mark.parametrize("role", POSTS, ids=lambda role: role or "nobody")
def test_every_page_answers_as_the_matrix_says(app, client, samples, role):
    browser = client(POSTS[role])
    for endpoint, path in paths_of(app, "GET", samples):
        with browser.get(path) as answer:
            assert answer.status_code in expected(endpoint, role), f"{path} answers {role} with {answer.status_code}"
            if answer.mimetype == "text/html" and answer.status_code != 302:
                assert faults(answer.get_data(as_text=True)) == [], f"{path} as {role}"


def test_a_foreign_unit_does_not_learn_that_a_record_exists(app, client, samples):
    browser = client("agri-clerk")
    for endpoint, path in paths_of(app, "GET", samples):
        if NEEDS[endpoint] is WHO_SEES_IT or endpoint in ("sheets.show", "sheets.download"):
            assert browser.get(path).status_code == 404, path


def test_an_unknown_number_is_no_page(app, client, samples):
    unknown = {name: 999_999 if isinstance(value, int) else value for name, value in samples.items()}
    browser = client("officer-1")
    for endpoint, path in paths_of(app, "GET", unknown):
        if "999999" in path:
            assert browser.get(path).status_code == 404, f"{endpoint} {path}"


def faults(html):
    """What is wrong with a page, whichever it is."""
    soup = BeautifulSoup(html, "html.parser")
    found = []
    if len(soup.find_all("h1")) != 1:
        found.append(f"{len(soup.find_all('h1'))} h1")
    if not soup.html.get("lang"):
        found.append("no lang")
    if not soup.title or not soup.title.get_text(strip=True):
        found.append("no title")
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    found += [f"id {name} twice" for name, count in ids.items() if count > 1]
    found += [f"{tag.name} {tag.get('name')} without a label" for tag in soup.select(FIELDS) if not labelled(soup, tag)]
    found += [f"{tag.name} without words" for tag in soup.find_all(["a", "button"]) if not words_of(tag)]
    for tag in soup.select("*"):
        address = tag.get("href") or tag.get("src") or tag.get("action") or ""
        if address.startswith(("http:", "https:", "//")):
            found.append(f"leads outside: {address}")
        if tag.get("style") or any(name.startswith("on") for name in tag.attrs):
            found.append(f"{tag.name} with style or script inside, which the headers forbid")
    found += ["a script inside the page" for tag in soup.find_all("script") if not tag.get("src")]
    found += [
        f"form {form.get('action')} without a token"
        for form in soup.find_all("form", method="post")
        if not form.find("input", {"name": "csrf_token"})
    ]
    return found


FIELDS = "input:not([type=hidden]):not([type=submit]), select, textarea"


def labelled(soup, field):
    if field.get("aria-label") or field.find_parent("label"):
        return True
    return bool(field.get("id")) and soup.find("label", {"for": field["id"]}) is not None


def words_of(tag):
    return tag.get("aria-label") or tag.get_text(strip=True)


def test_the_checks_find_what_they_look_for():
    bad = """<html><head><title>x</title></head><h1>a</h1><h1>b</h1><p id=a style="x:y"><p id=a><input name=n>
    <a href="https://elsewhere.example">x</a><a href="/"></a><form method=post></form><script>1</script></html>"""
    told = " | ".join(faults(bad))
    for word in ("2 h1", "no lang", "id a twice", "without a label", "leads outside", "without words"):
        assert word in told
    for word in ("style or script", "without a token", "a script inside"):
        assert word in told


PUBLIC_POSTS = {"org.enter"}


def test_nobody_writes_without_signing_in(app, client, samples):
    browser = client("")
    for endpoint, path in paths_of(app, "POST", samples):
        if endpoint not in PUBLIC_POSTS:
            assert browser.post(path).status_code == 401, path


@pytest.fixture(scope="module")
def strict_app(settings):
    """The application as in production: every form needs its token."""
    return create_app(**settings | {"WTF_CSRF_ENABLED": True})


def test_nobody_writes_without_the_token_of_their_session(strict_app, county, samples):
    browser = strict_app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = county.person("admin").get_id(), True
    for _, path in paths_of(strict_app, "POST", samples):
        answer = browser.post(path, data={"days": "1", "key": "k", "note": "x"})
        assert answer.status_code == 400, path
        assert "页面已过期" in answer.get_data(as_text=True)


def test_nothing_is_loaded_from_elsewhere():
    shown = Path(__file__).parent.parent / "taskflow"
    files = [path for path in shown.rglob("*") if path.suffix in {".html", ".css", ".js"}]
    assert len(files) > 20
    for path in files:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search("https?://", text), path
