"""What the pages of sources show: what came in lately, what was answered, what failed, what lies in folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import BigIntegerField, Max, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from postroom.store.models import FolderStatistics, Item, Source, UploadCall, Waiting

FOLDER = "folder"
"""The kind of a call that brings statistics, which are no items."""


def items_of_a_day(source_ids: Sequence[int], statuses: Iterable[str]) -> dict[int, int]:
    """How many items each source sent within the last 24 hours, whatever was answered of ``statuses``."""
    # A status that a call has none of stands in it as nothing at all.
    parts = [Coalesce(Sum(Cast(KT(f"statuses__{status}"), BigIntegerField())), 0) for status in statuses]
    calls = UploadCall.objects.filter(source__in=source_ids, at__gte=timezone.now() - timedelta(hours=24))
    counted = calls.exclude(kind=FOLDER).order_by().values("source")
    rows = counted.annotate(items=sum(parts[1:], parts[0])).values_list("source", "items")
    return dict.fromkeys(source_ids, 0) | dict(rows)


def newest_calls(source: Source, rows: int) -> list[UploadCall]:
    """The last calls of the source, newest first."""
    return list(UploadCall.objects.filter(source=source).order_by("-at", "-pk")[:rows])


def failed_items(source: Source) -> QuerySet[Any]:
    """The ``Item`` rows that could not be processed, the last accepted first, each with its ``problem``."""
    failed = Waiting.objects.filter(workspace=source.workspace_id).exclude(problem="")
    found = Item.objects.filter(source=source, state="waiting", pk__in=failed.values("item"))
    return found.annotate(problem=Max("waiting__problem")).order_by("-pk")


def folders(source: Source) -> QuerySet[FolderStatistics]:
    """What the source said of mail folders, the last first heard of first, with their users."""
    return FolderStatistics.objects.filter(source=source).select_related("user").order_by("-pk")
