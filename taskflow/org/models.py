"""Regions, units, posts and the people who hold them. Rights come from posts, never from a person."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from taskflow.db import Base, UtcDateTime, Word, one_of


class Region(Base):
    """An administrative region (行政区划); everything belongs to one."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    demo: Mapped[bool] = mapped_column(default=False)
    #: Seconds between the county's clock and the real one; not zero only in a demo county.
    clock_shift: Mapped[int] = mapped_column(default=0)
    #: Grows with every change of rules or calendar, so that caches know.
    revision: Mapped[int] = mapped_column(default=1)


class UnitKind(StrEnum):
    """What sort of body a unit is."""

    COUNTY = "county"
    DEPARTMENT = "department"
    PARTY = "party"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"


class Unit(Base):
    """A body that can be asked for work: a township, a department."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("region_code", "code"),
        CheckConstraint(one_of("kind", UnitKind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    short: Mapped[str] = mapped_column(String(30))
    kind: Mapped[UnitKind] = mapped_column(Word(UnitKind))
    #: Which documents name it ("001;003"); empty: one of the usual units of a county, added by us.
    shown_in: Mapped[str] = mapped_column(String(40), default="")
    #: The county leader in charge of this unit's field.
    leader_post_id: Mapped[int | None] = mapped_column(
        ForeignKey("post.id", use_alter=True, name="fk_unit_leader_post_id_post")
    )
    place: Mapped[int] = mapped_column(default=0)


class UnitName(Base):
    """Another name under which documents print a unit: an old one, a neighbour county's, a typing error."""

    __tablename__ = "unit_name"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(60))


class UnitDuty(Base):
    """A word that marks a unit's work, and how much it says: 1 normal, 2 strong, 3 decisive."""

    __tablename__ = "unit_duty"
    __table_args__ = (
        UniqueConstraint("unit_id", "word"),
        CheckConstraint("weight BETWEEN 1 AND 3", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    word: Mapped[str] = mapped_column(String(20))
    weight: Mapped[int]


class Role(StrEnum):
    """What a post may be in a flow. The titles of posts are data; these words are what rules name."""

    CLERK = "clerk"  # 填报人
    HEAD = "head"  # 单位主要负责人
    OFFICER = "officer"  # 督查室干部
    DIRECTOR = "director"  # 督查室主任
    LEADER = "leader"  # 县领导
    ADMIN = "admin"  # 系统管理员
    SECURITY = "security"  # 安全管理员
    AUDITOR = "auditor"  # 审计管理员


class Post(Base):
    """A post (岗位): stays when its holder changes, and with it the responsibility."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("region_code", "code"),
        CheckConstraint(one_of("role", Role), name="role"),
        Index(None, "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role] = mapped_column(Word(Role))

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], lazy="joined", innerjoin=True)


class Person(UserMixin, Base):
    """Somebody who signs in with an account of their own. Closed, never deleted."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    closed: Mapped[bool] = mapped_column(default=False)
    #: Wrong passwords in a row, and until when (real time) the account waits.
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_active(self) -> bool:
        """Flask-Login: a closed account does not sign in."""
        return not self.closed


class Holding(Base):
    """Who held a post from when to when; the holder on the day of a fact answers for it."""

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("post_id", "person_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    #: The last day, inclusive; None: still held.
    until: Mapped[date | None]
    #: None: in their own right. Otherwise a substitution (代理) and its reason.
    acting_because: Mapped[str | None] = mapped_column(String(200))

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship()
