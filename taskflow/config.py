"""Every setting, read once. Production has no default for a secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 16  # characters


class Unsafe(RuntimeError):
    """The settings would make an unsafe server."""


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Settings from the environment; `TASKFLOW_LOCAL=1` is the local mode that `./run` uses."""
    local = environ.get("TASKFLOW_LOCAL") == "1"
    data = Path(environ.get("TASKFLOW_DATA", "var")).resolve()
    return {
        "LOCAL": local,
        "SECRET_KEY": environ.get("SECRET_KEY", ""),
        "DATA": data,
        "DATABASE_URL": environ.get("DATABASE_URL", f"sqlite:///{data / 'taskflow.db'}"),
        "REDIS_URL": environ.get("REDIS_URL", f"unix://{data / 'redis.sock'}"),
        "SMTP_URL": environ.get("SMTP_URL", ""),
        "MAIL_FROM": environ.get("MAIL_FROM", "taskflow@localhost"),
        "PUBLIC_URL": environ.get("PUBLIC_URL", ""),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not local,
        "PERMANENT_SESSION_LIFETIME": 8 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 64 * MEGABYTE,  # three files of evidence at their largest, and the form
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def check(settings: Mapping[str, Any]) -> None:
    """Refuse to start a server whose sessions anybody could forge."""
    if len(settings.get("SECRET_KEY") or "") < SHORTEST_SECRET:
        raise Unsafe("SECRET_KEY 未设置或少于 16 个字符，拒绝启动。/ Set SECRET_KEY (16 characters or more).")
