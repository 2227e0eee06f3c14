"""Django's ``migrate``, which makes an empty database at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand

from postroom.store.new_database import is_empty, make_database


class Command(DjangoCommand):
    """Applies what is missing; of one app alone, step by step from the first."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the database up to date."""
        if options["app_label"] is None and is_empty():
            make_database()
        else:
            super().handle(*args, **options)
