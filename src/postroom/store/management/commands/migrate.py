"""Django's ``migrate``, which makes an empty database at once."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.commands.migrate import Command as DjangoCommand

from postroom.store.new_database import is_empty, make_database

_STEP_BY_STEP: Final = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune")
"""Options with which it is Django's own, also where the database is empty."""


class Command(DjangoCommand):
    """Applies what is missing. Tables made at once are told to nobody: no content type or permission is stored."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the database up to date."""
        if not any(options[name] for name in _STEP_BY_STEP) and is_empty():
            make_database()
        else:
            super().handle(*args, **options)
