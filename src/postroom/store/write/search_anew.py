"""The search index made anew from the engagements, where an earlier version made its texts differently."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from postroom.core.body import SEARCH_VERSION
from postroom.store import search
from postroom.store.models import Engagement
from postroom.store.rows import batched
from postroom.store.write.engagements import documents_of

_ENGAGEMENTS_A_STEP: Final = 500


def is_search_outdated() -> bool:
    """Whether the texts in the index are not those that this version makes."""
    return search.version() != SEARCH_VERSION


def search_anew() -> None:
    """Make the whole index anew, in one transaction."""
    with transaction.atomic():
        search.forget_all()
        ids = Engagement.objects.order_by("pk").values_list("pk", flat=True)
        for some in batched(list(ids), _ENGAGEMENTS_A_STEP):
            search.add_documents(documents_of(some))
        search.note_version(SEARCH_VERSION)
