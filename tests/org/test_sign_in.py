"""Signing in: wrong passwords, lock-out, where one lands, and what production refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from seed.loading import DEMO_PASSWORD
from taskflow import clock, config, db
from taskflow.ledger.models import LedgerEntry
from taskflow.org import views
from taskflow.web.app import create_app
from tests.conftest import County


@pytest.fixture
def nobody(app: Flask, county: County) -> FlaskClient:  # the county must be there
    return app.test_client()


def enter(browser: FlaskClient, login: str, password: str = DEMO_PASSWORD, **more: str):
    return browser.post("/login", data={"login": login, "password": password, **more})


def test_a_right_password_opens_the_desk_and_is_in_the_ledger(nobody: FlaskClient, county: County) -> None:
    answer = enter(nobody, "industry-clerk")
    assert (answer.status_code, answer.location) == (303, "/")
    signed = db.session.scalars(select(LedgerEntry).where(LedgerEntry.verb == "sign_in")).one()
    assert signed.actor_id == county.person("industry-clerk").id


@pytest.mark.once
def test_an_unknown_account_takes_as_long_as_a_known_one() -> None:
    assert not views._hasher.check_needs_rehash(views._NOBODY), "the hasher has other settings now: make it anew"
    assert not views._matches(views._NOBODY, "wrong")


@pytest.mark.parametrize("login", ["industry-clerk", "no-such-account"])
def test_a_wrong_password_and_an_unknown_account_are_told_apart_by_nobody(nobody: FlaskClient, login: str) -> None:
    answer = enter(nobody, login, "wrong")
    assert answer.status_code == 401
    assert "账号或密码不正确" in answer.text


def test_several_wrong_passwords_lock_the_account_even_for_the_right_one(nobody: FlaskClient) -> None:
    for _ in range(views.TRIES - 1):
        assert "账号或密码不正确" in enter(nobody, "industry-clerk", "wrong").text
    assert "锁定" in enter(nobody, "industry-clerk", "wrong").text
    assert "分钟后再试" in enter(nobody, "industry-clerk").text
    locked = db.session.scalars(select(LedgerEntry).where(LedgerEntry.verb == "lock_out")).one()
    assert locked.facts == {"login": "industry-clerk"}


def test_the_lock_opens_by_itself(nobody: FlaskClient, county: County) -> None:
    county.person("industry-clerk").locked_until = clock.wall() - timedelta(seconds=1)
    assert enter(nobody, "industry-clerk").status_code == 303


def test_a_right_password_forgives_the_wrong_ones_before(nobody: FlaskClient, county: County) -> None:
    enter(nobody, "industry-clerk", "wrong")
    assert county.person("industry-clerk").failures == 1
    enter(nobody, "industry-clerk")
    assert county.person("industry-clerk").failures == 0


def test_a_closed_account_does_not_sign_in(nobody: FlaskClient, county: County) -> None:
    county.person("industry-clerk").closed = True
    assert enter(nobody, "industry-clerk").status_code == 401


@pytest.mark.parametrize("target", ["//evil.example/x", "/\\evil.example", "https://evil.example"])
def test_the_sign_in_sends_nobody_to_another_site(nobody: FlaskClient, target: str) -> None:
    assert enter(nobody, "industry-clerk", next=target).location == "/"


def test_the_sign_in_leads_back_to_where_one_wanted_to_go(nobody: FlaskClient) -> None:
    assert 'value="/tasks?state=underway"' in nobody.get("/tasks?state=underway").text
    assert enter(nobody, "industry-clerk", next="/tasks?state=underway").location == "/tasks?state=underway"


def test_signing_out_closes_the_wall_again(nobody: FlaskClient) -> None:
    enter(nobody, "industry-clerk")
    assert nobody.get("/tasks").status_code == 200
    nobody.post("/logout")
    assert nobody.get("/tasks").status_code == 401


@pytest.mark.parametrize("secret", ["", "short"])
@pytest.mark.once
def test_without_a_secret_production_does_not_start(secret: str) -> None:
    with pytest.raises(config.Unsafe, match="SECRET_KEY"):
        create_app(SECRET_KEY=secret, DATABASE_IS_OPEN=True)


@pytest.mark.once
def test_outside_the_local_mode_cookies_travel_encrypted_only() -> None:
    assert config.read({})["SESSION_COOKIE_SECURE"] is True
    assert config.read({"TASKFLOW_LOCAL": "1"})["SESSION_COOKIE_SECURE"] is False
    assert config.read({})["SECRET_KEY"] == ""
