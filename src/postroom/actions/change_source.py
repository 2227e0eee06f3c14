"""Change a source: its name, the lenses it feeds (F5), its crawling depth (K4).

What it changes counts for what is uploaded from then on; what was accepted before stays as it is.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from postroom.actions.create_source import FIELDS, fed_lenses, refuse_taken, source_name
from postroom.actions.record import Record, day
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Source, Workspace
from postroom.store.read.sources import sources
from postroom.store.write.sources import update_source
from postroom.store.write.turn import take_turn


def change_source(workspace: Workspace, source_id: int, changes: Any) -> Source:
    """Change what is given: ``name``, ``lenses`` (all of them), ``crawling_depth`` (``None``: no more).

    Raises ``NotFound``, ``Rejected`` as ``create_source`` does, and where mailboxes would have no depth.
    """
    with transaction.atomic():
        take_turn(workspace)
        source = sources(workspace).filter(pk=source_id).first()
        if source is None:
            raise NotFound
        record = Record(changes, FIELDS)
        if "name" in record:
            name = source_name(record)
            if name != source.name:
                refuse_taken(workspace, name)
            source.name = name
        if "lenses" in record:
            fed = fed_lenses(record)
            source.feeds_customer, source.feeds_people = "customer" in fed, "people" in fed
        if "crawling_depth" in record:
            source.crawling_depth = record.read("crawling_depth", day, None)
            if source.crawling_depth is None and source.kind != "api":
                raise Rejected("field_required", "crawling_depth")
        update_source(source)
        return source
