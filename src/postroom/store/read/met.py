"""Where what shows on an engagement was met: its copies, and through which sources they were uploaded."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from postroom.store.models import ChatLine, Copy, Decision, Item, Message


class MetLines(NamedTuple):
    """How many messages of a chat's day came in through one source."""

    source: str
    """As in ``Copy.source``."""
    uploaded_by: str | None
    """The source's name; ``None`` where the uploaded items are not there any more."""
    messages: int
    met_at: int
    """When the last of them was met, Unix seconds."""


def copies_of(message: Message) -> QuerySet[Any]:
    """A message's copies with their users, the first met first; ``uploaded_by`` as of ``MetLines``."""
    items = Item.objects.filter(copy=OuterRef("pk")).order_by("pk")
    found = message.copies.select_related("user").order_by("pk")
    return found.annotate(uploaded_by=Subquery(items.values("source__name")[:1]))


def lines_met(engagement_id: int) -> list[MetLines]:
    """Where the lines of a chat's day were met, without what was taken back."""
    lines = ChatLine.objects.filter(engagement=engagement_id)
    copies = Copy.objects.filter(message__in=lines.values("message"), last_seen_by=None)
    sources = copies.order_by("items__source__name").values_list("source", "items__source__name")
    return [
        MetLines(*row)
        for row in sources.annotate(messages=Count("message", distinct=True), last=Max("met_at"))
    ]


def newest_decision_of_lines(engagement_id: int) -> list[Decision]:
    """The last decision in force of the customer lens on a line of a chat's day; none where no line has one."""
    lines = ChatLine.objects.filter(engagement=engagement_id)
    found = Decision.objects.filter(message__in=lines.values("message"), lens="customer", is_current=True)
    return list(found.order_by("-pk")[:1])
