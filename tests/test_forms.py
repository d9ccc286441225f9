"""Every form of every page with bad values in every field: an answer in a sentence, and no change with a refusal.

The forms are read out of the pages themselves, so a new form or field is covered without a line here. What a page
must hold before it shows a form is brought about in `found`; a route that takes forms, none of which is shown
there and accepted as it stands, fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from seed import loading
from taskflow import clock as county_clock
from taskflow import db
from taskflow.drafts.models import Difference, DraftState, Intake
from taskflow.drafts.write import editions
from taskflow.moves.pages import needs_form
from taskflow.notices.models import Mail, MailState
from taskflow.org import views
from taskflow.org.models import Region, Unit, UnitKind
from taskflow.sheets.models import BuildState, SheetBuild
from taskflow.tables import mappings, uploads
from taskflow.tasks.models import Task, TaskState
from taskflow.workflows.catalog import FLOWS
from taskflow.workflows.engine.models import TimerState
from taskflow.workflows.engine.table import CLOCK
from tests import drafting, forms, test_pages
from tests import factories as make
from tests.admin.test_rearming import change

samples = test_pages.samples  # a fixture

#: The posts by whose eyes the pages are opened.
LOGINS = [login for login in test_pages.POSTS.values() if login]
SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。！]", re.DOTALL)
#: A refusal that writes all the same, on purpose: a wrong password is counted.
COUNTS_REFUSALS = {"/login"}

ACCEPTED = {200, 302, 303}
#: Fields that every form has: they decide whether it is taken, and nothing that a page shows later.
OF_THE_DOOR = ("key:", "seen:", "next:", "sift-")

Page = tuple[str, str, Any]  # who opens it, its address, the record that its form is about


# What is in the county


@pytest.fixture
def found(app, client, county, settings, samples, monkeypatch) -> list[forms.Form]:
    """Every form of the product, once."""
    monkeypatch.setattr(uploads, "_forget", lambda *_: None)  # every request is undone; a file could not be
    monkeypatch.setattr(views, "_matches", lambda _, typed: typed == loading.DEMO_PASSWORD)  # slow on purpose
    db.session.get_one(Intake, samples["intake_id"]).text += "\n以上各项由工信局负责。"
    make.task()  # waits for its leader
    broken(county, samples)
    db.session.commit()
    paths = [path for _, path in test_pages.paths_of(app, "GET", samples)]
    shown = forms_at(client, [("", "/login", None), *((login, path, None) for login in LOGINS for path in paths)])
    more = [*moves(), *workbench(), *tables(county, settings["DATA"])]
    db.session.commit()
    return list({form.sort: form for form in [*forms_at(client, more), *shown]}.values())


@pytest.fixture
def strangers(county) -> dict[str, str]:
    """Ids of what is not at hand: a unit of another county; a draft of another file."""
    elsewhere = Region(code="999999", name="外县")
    db.session.add(elsewhere)
    db.session.flush()
    unit = Unit(region_code="999999", code="elsewhere", name="外县财政局", short="外县财政局", kind=UnitKind.DEPARTMENT)
    db.session.add(unit)
    db.session.flush()
    draft = str(drafting.draft().id)
    return {"": str(unit.id), "pick": draft, "other": draft}


def moves() -> Iterator[Page]:
    """The form, or the button, of every move that a person makes of a record with pages of its own."""
    for flow in FLOWS.values():
        for number, move in enumerate(flow.moves):
            if flow.name == "draft" or move.by is CLOCK:
                continue
            start = make.review(quarter=f"20{10 + number}-Q1") if flow.name == "review" else make.start_for(flow, move)
            record = make.walk(start, move.sources[0])
            prepare(record, move.verb)
            note = make.valid_args(record, move).pop("note", "")
            login = make.hand(record, move, note, make.valid_args(record, move)).login
            page = f"/{flow.name}/{record.id}/{move.verb}"
            yield login, page if needs_form(flow.name, move) else f"/{flow.name}/{record.id}", record


def prepare(record: Any, verb: str) -> None:
    """What a move needs beyond its state."""
    if verb == "claim":
        make.finish(record)
    elif verb in ("replan", "ask_nodes"):
        make.do(record, "agree_plan")


def workbench() -> Iterator[Page]:
    """Drafts in every state, a file to be compared with the edition before and one that was, tasks to assign."""
    office = "officer-1"
    for state in (DraftState.OPEN, DraftState.CONFIRMED, DraftState.DROPPED, DraftState.MERGED):
        one = make.walk(drafting.draft(supporting=[make.unit("agri").id]), state)
        yield office, f"/imports/{one.intake_id}?draft={one.id}", None
    taken = make.walk(drafting.draft(), DraftState.TAKEN)
    make.walk(db.session.scalars(select(Task).where(Task.measure_id == taken.measure_id)).one(), TaskState.APPROVED)
    yield office, f"/imports/{taken.intake_id}/list", None
    yield office, f"/imports/{drafting.draft().intake_id}/edition", None
    compared = drafting.draft().intake
    editions.compare(compared, taken.intake.document, drafting.officer(), make.fresh())
    yield from ((office, f"/imports/{compared.id}/edition?difference={word}", None) for word in Difference)
    for difference in (Difference.CHANGED, Difference.SAME, Difference.GONE):
        old = make.measure()
        make.task(measure=old)
        one = drafting.draft(difference=difference, old_measure=old)
        yield office, f"/imports/{one.intake_id}?draft={one.id}", None
    yield "industry-head", "/editions", None


def tables(county: Any, folder: Any) -> Iterator[Page]:
    """Tables with a unit that nobody knows, with a saved mapping, without a header, on two sheets."""
    officer = county.person("officer-1")
    for number, text in enumerate(("任务,牵头单位\n修桥,某某局\n", "一\n二\n三\n", "任务,牵头单位\n修渠,工信局\n")):
        upload, _ = uploads.receive(BytesIO(text.encode()), f"表{number}.csv", officer, folder)
        yield "officer-1", f"/imports/table/{upload.id}", None
    source = uploads.source_of(upload, folder)
    found = mappings.mapping_of(upload, source)
    assert found is not None
    mappings.save("旧的", found, officer, instead=False)


def broken(county: Any, samples: Any) -> None:
    """What gave up, is locked or was armed by a former rule, so that somebody can mend it."""
    timer = make.armed(make.walk(make.task(), TaskState.ASSIGNED))["accept"]
    timer.state, timer.attempts, timer.last_error = TimerState.DEAD, 5, "ValueError"
    clerk = county.person("industry-clerk")
    given = {"channel": "email", "address": "clerk@county.example", "subject": "提醒", "body": "…"}
    mail = Mail(region_code=county.region_code, person_id=clerk.id, not_before=county_clock.wall(), **given)
    mail.state, mail.attempts, mail.last_error = MailState.DEAD, 8, "550"
    db.session.add(mail)
    clerk.locked_until = county_clock.wall() + timedelta(minutes=10)
    change(date(2024, 3, 4), approve={"workdays": 9, "from": "entered"})  # what waits for its leader waits longer
    again = db.session.get_one(SheetBuild, samples["build_id"])
    again.state, again.error = BuildState.FAILED, "内存不足"


# What is sent, and what must come back


@contextmanager
def undone() -> Iterator[list[str]]:
    """A request whose changes are taken back afterwards; gives the statements that it committed."""
    db.session.commit()
    connection = db.session.get_bind()
    written: list[str] = []
    committed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    def keep(_session: Any) -> None:
        committed.extend(written)
        written.clear()

    def forget(_session: Any, _transaction: Any) -> None:
        written.clear()

    hooks = [(db.engine(), "before_cursor_execute", note)]
    hooks += [(db.session, "after_commit", keep), (db.session, "after_soft_rollback", forget)]
    db.session.expunge_all()
    savepoint = connection.begin_nested()
    for hook in hooks:
        event.listen(*hook)
    try:
        yield committed
    finally:
        for hook in hooks:
            event.remove(*hook)
        db.session.rollback()
        db.session.expunge_all()
        savepoint.rollback()


def forms_at(client: Any, pages: list[Page]) -> list[forms.Form]:
    """The forms that the pages show, those of one sort once."""
    found: dict[Any, forms.Form] = {}
    seen = set()
    for login, page, record in pages:
        if (login, page) in seen:
            continue
        seen.add((login, page))
        with client(login).get(page) as answer:
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for form in forms.forms_of(answer.get_data(as_text=True), login, page, record):
                    found.setdefault(form.sort, form)
    return list(found.values())


def send(browser: Any, form: forms.Form, sent: forms.Sent) -> Any:
    if form.method == "get":
        return browser.get(form.action, query_string=MultiDict(sent))
    files = [(name, (BytesIO(value[1]), value[0])) for name, value in sent if isinstance(value, tuple)]
    typed = [(name, value) for name, value in sent if not isinstance(value, tuple)]
    return browser.post(form.action, data=MultiDict([*typed, *files]))


def answer_to(client: Any, form: forms.Form, sent: forms.Sent, *, follow: bool) -> tuple[int, str]:
    """The status of the answer to a form, and what is wrong with it; `follow`: open the page to which it leads."""
    browser = client(form.login)
    with undone() as committed:
        try:
            answer = send(browser, form, sent)
            text = answer.get_data(as_text=True)
            after = browser.get(answer.location).status_code if follow and answer.status_code == 303 else 200
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the test looks for
            return 500, f"{type(error).__name__}: {str(error)[:200]}"
    status = answer.status_code
    refused = 400 <= status < 500
    checks = {
        f"leads to a page that answers {after}": after >= 400,
        f"answers {status}": not refused and status not in ACCEPTED,
        f"{status} without a sentence": refused and not SENTENCE.search(told(text)),
        f"{status}, but written: {committed[:2]}": refused and committed and form.action not in COUNTS_REFUSALS,
    }
    return status, next((fault for fault, found in checks.items() if found), "")


TOLD = re.compile(r'(?:role="alert"|class="field-error")[^>]*>(.*?)</(?:div|p|td)>', re.DOTALL)


def told(text: str) -> str:
    """The sentences of a refusal."""
    return re.sub(r"<[^>]*>|\s+", " ", " ".join(TOLD.findall(text)))


@pytest.mark.timeout(300)  # seconds; it takes a tenth of them where nobody else is at work
def test_no_field_of_any_form_can_be_filled_in_so_that_the_program_fails(app, client, found, strangers):
    sweep, faults, taken = forms.Sweep(strangers), [], set()
    # All is one transaction, which PostgreSQL carries ever more slowly: there only what the two may take differently.
    postgres = db.engine().dialect.name == "postgresql"
    for form in found:
        for changed, sent in forms.variants(form, sweep):
            if postgres and changed and not changed.endswith(forms.HARD_TO_STORE):
                continue
            follow = not changed.startswith(OF_THE_DOOR)
            status, fault = answer_to(client, form, sent, follow=follow)
            if fault:
                faults.append(f"{form.place} {form.verb} ({form.login}), {changed or 'as it is'}: {fault}")
            if not changed and status in ACCEPTED:
                taken.add(app.url_map.bind("").match(form.action.partition("?")[0], form.method.upper())[0])
    assert not faults, "\n".join(faults)
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert taken >= routes, f"no page of the test shows a form that is taken by {routes - taken}"
