"""Create a source of kind ``api`` with an access token of its own (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from postroom.actions.access_tokens import rotate
from postroom.actions.record import Record, day, listed, text
from postroom.actions.rejection import Rejected
from postroom.core.upload import LENSES
from postroom.store.models import Source, Workspace
from postroom.store.read.sources import sources
from postroom.store.write.sources import store_source
from postroom.store.write.turn import take_turn

FIELDS: Final = ("name", "lenses", "crawling_depth")


def create_source(
    workspace: Workspace,
    name: Any,
    lenses: Any = None,
    crawling_depth: Any = None,
    *,
    actor: str,
) -> tuple[Source, str]:
    """Create a source; answer it and the secret of its access token, shown once.

    ``lenses`` are names of ``core.upload.LENSES``, by default people alone (F5); ``crawling_depth`` is a day as
    text or ``None``. Raises ``Rejected``: ``name_required``, ``name_taken``, ``lens_unknown``, ``date_invalid``.
    """
    given = {
        "name": name,
        "lenses": ["people"] if lenses is None else lenses,
        "crawling_depth": crawling_depth,
    }
    record = Record(given, FIELDS)
    name = source_name(record)
    fed = fed_lenses(record)
    depth = record.read("crawling_depth", day, None)
    with transaction.atomic():
        take_turn(workspace)
        refuse_taken(workspace, name)
        source = store_source(workspace, name, "customer" in fed, "people" in fed, depth, actor)
        return source, rotate(source, 0, actor=actor)


def source_name(record: Record) -> str:
    """The name, which is a must."""
    name = record.read("name", text(200), "")
    if not name:
        raise Rejected("name_required", "name")
    return name


def fed_lenses(record: Record) -> Sequence[str]:
    """The names of the lenses, one at least."""
    nothing: list[str] = []
    fed = record.read("lenses", listed(text(20)), nothing)
    if not fed or any(lens not in LENSES for lens in fed):
        raise Rejected("lens_unknown", "lenses")
    return fed


def refuse_taken(workspace: Workspace, name: str) -> None:
    """Refuse a name that a source of the workspace has."""
    if sources(workspace).filter(name=name).exists():
        raise Rejected("name_taken", "name")
