"""Questions about the ledger: decisions in force, by reason, and how many."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from postroom.store.models import Decision, Message, SetAside, Workspace


@dataclass(frozen=True, slots=True)
class AskedDecisions:
    """What a list of decisions is narrowed to; ``since`` is the time of deciding, Unix seconds."""

    lens: str = ""
    outcome: str = ""
    reason: str = ""
    source: str = ""
    user: str = ""
    """E-mail address of the user in whose mailbox or file a copy stands."""
    since: int | None = None


def decisions(workspace: Workspace, asked: AskedDecisions = AskedDecisions()) -> QuerySet[Decision]:
    """The decisions in force, newest first, each with its message."""
    found = Decision.objects.filter(workspace=workspace, is_current=True).select_related("message")
    for name in ("lens", "outcome", "reason"):
        if getattr(asked, name):
            found = found.filter(**{name: getattr(asked, name)})
    if asked.source:
        found = found.filter(message__copies__source=asked.source)
    if asked.user:
        found = found.filter(message__copies__user__email=asked.user.strip().casefold())
    if asked.source or asked.user:
        found = found.distinct()
    if asked.since is not None:
        found = found.filter(decided_at__gte=asked.since)
    return found.order_by("-pk")


def summary(workspace: Workspace) -> dict[str, dict[str, dict[str, int]]]:
    """How many messages by lens, outcome and reason; what was set aside is counted beside the decisions."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    rows = (
        Decision.objects.filter(workspace=workspace, is_current=True)
        .values_list("lens", "outcome", "reason")
        .annotate(count=Count("pk"))
        .order_by("lens", "outcome", "reason")
    )
    for lens, outcome, reason, count in rows:
        counts.setdefault(lens, {}).setdefault(outcome, {})[reason] = count
    aside = SetAside.objects.filter(workspace=workspace).count()
    if aside:
        counts.setdefault("customer", {})["set_aside"] = {"unparsable": aside}
    return counts


def history(message: Message) -> list[Decision]:
    """All decisions ever taken of a message, oldest first."""
    return list(Decision.objects.filter(message=message).order_by("pk"))
