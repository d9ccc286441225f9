"""Exceptions as sentences: the one page for every refusal that has no form of its own to go back to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from taskflow import db, errors

log = logging.getLogger(__name__)


def refusal_page(refusal: errors.Refusal, status: int | None = None) -> tuple[str, int]:
    """The one page for every refusal that has no form of its own to go back to."""
    return render_template("error.html", refusal=refusal, status=status or refusal.status), status or refusal.status


@contextmanager
def database_refuses() -> Iterator[None]:
    """A database that could not write refuses like anybody else, so that a form comes back with what was typed."""
    try:
        yield
    except OperationalError as error:
        raise _of_database(error) from error


def _of_database(error: OperationalError) -> errors.Unavailable:
    """The sentence for a database that could not write."""
    log.error("database", exc_info=error)
    said = "磁盘已满，暂时不能保存。请联系系统管理员清理空间，您填写的内容请先留在本页。"
    busy = "数据库暂时繁忙，请稍候再提交一次；不会重复登记。"
    return errors.Unavailable(said if db.is_full(error) else busy)


def answer_refusals(app: Flask) -> None:
    """Turn exceptions into sentences."""

    @app.errorhandler(errors.Refusal)
    def refused(refusal: errors.Refusal) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(refusal)

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(errors.Refusal("页面已过期，请返回上一页刷新后重试；填写的内容仍在浏览器中。"), 400)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        db.session.rollback()
        told = {
            404: "没有这个页面，或者您无权查看。",
            405: "这个地址不能这样访问。",
            413: "上传的内容太大：单个文件不超过 20 MB，一次合计不超过 60 MB。请返回上一页减少附件，填写的文字还在。",
        }
        code = error.code or 500
        return refusal_page(errors.Refusal(told.get(code, "请求无法处理，请返回重试。")), code)

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> tuple[str, int]:
        db.session.rollback()
        return refusal_page(_of_database(error))
