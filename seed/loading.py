"""Load the county: region, units, posts, rules, calendars, documents and what they promise.

Everything is data in this folder; this module only reads it in, once, into an empty database: a changed file
changes the next county that is loaded, not one that runs. The demo's posts are held by people named
after their post (no invented names).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select

from seed.figures import of_indicator, targets
from taskflow import db
from taskflow.org.models import Holding, Person, Post, Region, Role, Unit, UnitDuty, UnitKind, UnitName
from taskflow.plans.models import (
    Basis,
    Chapter,
    ConflictStatement,
    Indicator,
    Measure,
    MeasureKind,
    Nature,
    PlanDocument,
    Project,
    Recurrence,
    Story,
)
from taskflow.rules.models import CalendarEdition, RuleSet

HERE = Path(__file__).parent
DEMO_PASSWORD = "jiaocheng2024"  # noqa: S105  # the demo county only; printed at start
FIRST_DAY = date(2021, 1, 1)
ORDINALS = "一、二、三、四、五、六、七、八、九、十、十一、十二、十三、十四、十五"
#: What the start prints: who to sign in as, by group.
SIGN_INS = {
    "督查室": ("director", "officer-1", "officer-2"),
    "县领导": ("mayor", "exec-deputy", "deputy-urban", "deputy-industry", "deputy-agri", "deputy-social"),
    "单位（填报、审签）": ("housing-clerk", "housing-head", "water-clerk", "tianning-clerk", "tianning-head"),
    "三员": ("admin", "security", "auditor"),
}

#: The county's own posts: code, title, role, unit, login.
COUNTY_POSTS = (
    ("party-sec", "县委书记", Role.LEADER, "county"),
    ("mayor", "县长", Role.LEADER, "county"),
    ("exec-deputy", "常务副县长", Role.LEADER, "county"),
    ("deputy-industry", "副县长（工业和开发区）", Role.LEADER, "county"),
    ("deputy-agri", "副县长（农业农村）", Role.LEADER, "county"),
    ("deputy-urban", "副县长（城建交通环保）", Role.LEADER, "county"),
    ("deputy-social", "副县长（教科文卫民生）", Role.LEADER, "county"),
    ("deputy-safety", "副县长（政法和安全）", Role.LEADER, "county"),
    ("deputy-party", "县委副书记（党建）", Role.LEADER, "county"),
    ("director", "主任", Role.DIRECTOR, "supervision"),
    ("officer-1", "督查员甲", Role.OFFICER, "supervision"),
    ("officer-2", "督查员乙", Role.OFFICER, "supervision"),
    ("admin", "系统管理员", Role.ADMIN, "office"),
    ("security", "安全管理员", Role.SECURITY, "office"),
    ("auditor", "审计管理员", Role.AUDITOR, "office"),
)


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of this folder."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def load_county(*, demo: bool = True) -> Region:
    """Everything but the story. The database must be empty."""
    region, units = load_region(demo=demo)
    _documents(region, units)
    db.session.flush()
    return region


def load_region(*, demo: bool, only: Collection[str] = ()) -> tuple[Region, dict[str, Unit]]:
    """The county itself: rules, calendars, units, posts; `only` these units (tests), all when empty."""
    numbers = tomllib.loads((HERE / "county.toml").read_text(encoding="utf-8"))
    region = Region(code=numbers["region"]["code"], name=numbers["region"]["name"], demo=demo)
    db.session.add(region)
    db.session.flush()
    _rules(region, numbers)
    _calendar(region)
    units = _units(region, only)
    _posts(region, units, demo=demo)
    db.session.flush()
    return region, units


def _rules(region: Region, numbers: dict[str, Any]) -> None:
    for kind, sets in numbers.items():
        if kind == "region":
            continue
        for body in sets:
            since = body.pop("since")
            db.session.add(RuleSet(region_code=region.code, kind=kind, since=since, body=body))


def _calendar(region: Region) -> None:
    days: dict[int, dict[str, list[str]]] = {}
    for row in rows("calendar.csv"):
        days.setdefault(int(row["edition"]), {})[row["day"]] = [row["kind"], row["name"]]
    for row in rows("calendar_editions.csv"):
        edition = CalendarEdition(
            region_code=region.code,
            year=int(row["year"]),
            official=row["status"] == "official",
            source=row["source"],
            published=_day(row["published"]),
            days=days.get(int(row["year"]), {}),
        )
        db.session.add(edition)


def _units(region: Region, only: Collection[str]) -> dict[str, Unit]:
    shown = {row["code"]: row["documents"] for row in rows("units_shown.csv")}
    county = Unit(code="county", name="交城县人民政府", short="县政府", kind=UnitKind.COUNTY, place=0)
    county.region_code = region.code
    db.session.add(county)
    db.session.flush()
    units = {"county": county}
    for place, row in enumerate(rows("units.csv"), start=1):
        if only and row["code"] not in only:
            continue
        units[row["code"]] = Unit(
            region_code=region.code,
            parent_id=county.id,
            code=row["code"],
            name=row["name"],
            short=row["short"],
            kind=UnitKind(row["kind"]),
            shown_in=shown.get(row["code"], ""),
            place=place,
        )
    db.session.add_all(units.values())
    db.session.flush()
    ids = {code: unit.id for code, unit in units.items()}
    names = (row for row in rows("unit_names.csv") if row["unit"] in ids)
    db.session.add_all(UnitName(unit_id=ids[row["unit"]], name=row["name"]) for row in names)
    words = (row for row in rows("duties.csv") if row["unit"] in ids)
    db.session.add_all(UnitDuty(unit_id=ids[row["unit"]], word=row["word"], weight=int(row["weight"])) for row in words)
    return units


def _posts(region: Region, units: dict[str, Unit], *, demo: bool) -> None:
    posts: dict[str, Post] = {}
    for code, title, role, place in COUNTY_POSTS:
        posts[code] = Post(region_code=region.code, unit_id=units[place].id, code=code, title=title, role=role)
    for code, unit in units.items():
        if code in ("county", "supervision"):
            continue
        title = {"township": "镇长" if unit.short.endswith("镇") else "乡长"}.get(unit.kind, "主要负责人")
        posts[f"{code}-head"] = Post(
            region_code=region.code, unit_id=unit.id, code=f"{code}-head", title=title, role=Role.HEAD
        )
        posts[f"{code}-clerk"] = Post(
            region_code=region.code, unit_id=unit.id, code=f"{code}-clerk", title="填报人", role=Role.CLERK
        )
    db.session.add_all(posts.values())
    db.session.flush()
    for row in rows("units.csv"):
        if row["code"] in units:
            units[row["code"]].leader_post_id = posts[row["leader"]].id
    if demo:
        _holders(region, posts)


def _holders(region: Region, posts: dict[str, Post]) -> None:
    """One demo person a post, named by the post; they share a password, so it is hashed once."""
    secret = PasswordHasher().hash(DEMO_PASSWORD)
    names = {unit.id: unit.short for unit in db.rows(select(Unit))}
    people = {}
    for code, post in posts.items():
        unit = names[post.unit_id]
        name = post.title if unit == "县政府" else f"{unit}{post.title}"
        people[code] = Person(
            region_code=region.code, login=code, name=name, email=f"{code}@county.invalid", password_hash=secret
        )
    db.session.add_all(people.values())
    db.session.flush()
    db.session.add_all(
        Holding(post_id=posts[code].id, person_id=person.id, since=FIRST_DAY) for code, person in people.items()
    )


def _documents(region: Region, units: dict[str, Unit]) -> None:
    posts = {post.code: post for post in db.session.scalars(select(Post)).unique()}
    documents: dict[str, PlanDocument] = {}
    for row in rows("documents.csv"):
        documents[row["code"]] = PlanDocument(
            region_code=region.code,
            code=row["code"],
            title=row["title"],
            number=row["number"],
            issuer=row["issuer"],
            issued_on=_day(row["issued_on"]),
            kind=row["kind"],
            period_from=_day(row["period_from"]),
            period_to=_day(row["period_to"]),
            reporting_year=int(row["reporting_year"]) if row["reporting_year"] else None,
            note=row["note"],
        )
    db.session.add_all(documents.values())
    db.session.flush()
    chapters: dict[str, list[Chapter]] = {code: [] for code in documents}
    for row in rows("chapters.csv"):
        chapters[row["document"]].append(
            Chapter(
                document_id=documents[row["document"]].id,
                number=row["number"],
                title=row["title"],
                line=int(row["line"]),
            )
        )
    for found in chapters.values():
        found.sort(key=lambda chapter: chapter.line)
        db.session.add_all(found)
    db.session.flush()
    measures = _measures(documents, chapters, units, posts)
    _indicators(documents["001"], units)
    _projects(documents["001"], chapters["001"], units)
    for row in rows("stories.csv"):
        db.session.add(Story(region_code=region.code, key=row["key"], title=row["title"]))
    for row in rows("conflicts.csv"):
        measure = measures.get(row["code"])
        db.session.add(
            ConflictStatement(
                region_code=region.code,
                about=row["about"],
                indicator=row["indicator"],
                document_id=documents[row["document"]].id,
                measure_id=measure.id if measure else None,
                line=int(row["line"]),
                raw=row["raw"],
            )
        )


def _supporting(row: dict[str, str], units: dict[str, Unit]) -> list[Unit]:
    """In the order in which the database gives them back, so that nobody need know which of the two they look at."""
    return sorted((units[code] for code in row["supporting"].split(";") if code), key=lambda unit: unit.place)


def chapter_at(chapters: list[Chapter], line: int) -> Chapter:
    """The chapter in which a line stands."""
    return next((chapter for chapter in reversed(chapters) if chapter.line <= line), chapters[0])


def _measures(
    documents: dict[str, PlanDocument],
    chapters: dict[str, list[Chapter]],
    units: dict[str, Unit],
    posts: dict[str, Post],
) -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    leaders = {post.id: post for post in posts.values()}
    for path in sorted((HERE / "measures").glob("*.csv")):
        code = path.name[:3]
        for row in rows(f"measures/{path.name}"):
            lead = units[row["lead"]]
            leader = posts[row["leader"]] if row["leader"] else leaders[lead.leader_post_id or 0]
            measure = Measure(
                document_id=documents[code].id,
                chapter_id=chapter_at(chapters[code], int(row["line"])).id,
                code=row["code"],
                line=int(row["line"]),
                section=row["section"],
                heading=row["heading"],
                title=row["title"],
                kind=MeasureKind(row["kind"]),
                deadline=date.fromisoformat(row["deadline"]),
                basis=Basis(row["basis"]),
                recurrence=Recurrence(row["recurrence"]) if row["recurrence"] else None,
                lead_unit_id=lead.id,
                named=row["named"] == "yes",
                leader_post_id=leader.id,
                story=row["story"] or None,
                targets=list(targets(row["targets"])),
            )
            measure.supporting = _supporting(row, units)
            measures[row["code"]] = measure
    db.session.add_all(measures.values())
    db.session.flush()
    for row in rows("twins.csv"):
        measures[row["linked"]].same_as_id = measures[row["kept"]].id
    return measures


def _indicators(plan: PlanDocument, units: dict[str, Unit]) -> None:
    checkable = {row["seq"]: row for row in rows("indicator_targets.csv")}
    for row in rows("indicators.csv"):
        db.session.add(
            Indicator(
                document_id=plan.id,
                seq=int(row["seq"]),
                group=row["group"],
                name=row["name"],
                unit=row["unit"],
                base=row["base"],
                target=row["target"],
                growth=row["growth"],
                nature=Nature(row["nature"]),
                line=int(row["line"]),
                lead_unit_id=units[row["lead"]].id,
                **of_indicator(checkable.get(row["seq"])),
            )
        )


def _projects(plan: PlanDocument, chapters: list[Chapter], units: dict[str, Unit]) -> None:
    numbers = {chapter.number: chapter for chapter in chapters}
    ordinal = {str(number): word for number, word in enumerate(ORDINALS.split("、"), start=1)}
    places: dict[str, int] = {}
    for row in rows("projects.csv"):
        places[row["box"]] = places.get(row["box"], 0) + 1
        project = Project(
            document_id=plan.id,
            chapter_id=numbers[ordinal[row["box"].split("-")[0]]].id,
            box=row["box"],
            box_title=row["box_title"],
            place=places[row["box"]],
            seq=int(row["seq"]),
            name=row["name"],
            mark=row["mark"],
            category=row["category"] == "yes",
            line=int(row["line"]),
            lead_unit_id=units[row["lead"]].id,
        )
        project.supporting = _supporting(row, units)
        db.session.add(project)
