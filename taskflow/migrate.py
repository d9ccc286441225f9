"""Bring the database's schema up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


def config() -> Config:
    """Alembic's settings: they live here, not in a file beside the program."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade() -> None:
    """Apply what is missing; nothing when all is there."""
    command.upgrade(config(), "head")
