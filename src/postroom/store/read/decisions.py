"""Questions about the ledger: decisions in force, by reason, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from postroom.core.reasons import HOLD, IMPORT, REASONS
from postroom.store.models import Copy, Decision, Message, SetAside, Workspace
from postroom.store.read.users import whose_address_is
from postroom.store.rows import batched

CUSTOMER: Final = "customer"
PEOPLE: Final = "people"


@dataclass(frozen=True, slots=True)
class AskedDecisions:
    """What a list of decisions is narrowed to. Times are Unix seconds."""

    lens: str = ""
    outcome: str = ""
    reason: str = ""
    source: str = ""
    user: str = ""
    """Normalised e-mail address, or alias: in the customer lens of the user in whose mailbox or file a copy stands,
    in the people lens of the user whose decision it is."""
    since: int | None = None
    """Decided then or later."""
    mail_since: int | None = None
    """The mail is of then or later."""
    mail_before: int | None = None
    """The mail is older."""


def decisions(workspace: Workspace, asked: AskedDecisions = AskedDecisions()) -> QuerySet[Decision]:
    """The decisions in force, newest first, each with its message and, in the people lens, its user."""
    found = Decision.objects.filter(workspace=workspace, is_current=True).select_related("message")
    if asked.lens != CUSTOMER:
        found = found.select_related("user")
    if asked.reason in REASONS:
        # Else the index of reasons would be of no use: the outcome stands before the reason in it.
        found = found.filter(outcome=REASONS[asked.reason].outcome)
    for name in ("lens", "outcome", "reason"):
        if getattr(asked, name):
            found = found.filter(**{name: getattr(asked, name)})
    if asked.source or asked.user:
        found = found.filter(_where(workspace, asked))
    for name, value in (
        ("decided_at__gte", asked.since),
        ("message__at__gte", asked.mail_since),
        ("message__at__lt", asked.mail_before),
    ):
        if value is not None:
            found = found.filter(**{name: value})
    return found.order_by("-pk")


def _where(workspace: Workspace, asked: AskedDecisions) -> Q:
    """What comes from the source and is the user's: each lens says by itself whose a decision is."""
    copies = Copy.objects.filter(message=OuterRef("message_id"))
    if asked.source:
        copies = copies.filter(source=asked.source)
    if not asked.user:
        return Q(Exists(copies))
    whose = whose_address_is(workspace, asked.user)
    in_mailbox = Q(Exists(copies.filter(user__in=whose)))
    own = Q(user__in=whose) & (Q(Exists(copies)) if asked.source else Q())
    if asked.lens:
        return in_mailbox if asked.lens == CUSTOMER else own
    return (Q(user=None) & in_mailbox) | own


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


def count_released(workspace: Workspace) -> int:
    """How many held messages were released and wait for nobody but the file they came from (C0)."""
    held = Decision.objects.filter(workspace=workspace, is_current=True, lens="customer", outcome=HOLD)
    return held.filter(message__released_at__isnull=False).count()


def decisions_of_messages(workspace: Workspace, message_ids: Sequence[int]) -> list[Decision]:
    """The customer decisions in force of these messages, the newest first, each with its message."""
    found = decisions(workspace, AskedDecisions(lens="customer"))
    return list(found.filter(message__in=message_ids))


def history(message: Message) -> list[Decision]:
    """All decisions that the customer lens ever took of a message, oldest first."""
    return list(Decision.objects.filter(message=message, lens="customer").order_by("pk"))


class TurningPoints(NamedTuple):
    """The last decisions of a message that imported it, or held it as ambiguous; 0: none did."""

    last_import: int
    last_ambiguous: int


def turning_points(message_ids: Iterable[int]) -> dict[int, TurningPoints]:
    """Between which decisions these messages may have been deleted or released."""
    turns: dict[int, TurningPoints] = {}
    for some in batched(message_ids):
        rows = Decision.objects.filter(message__in=some, lens="customer").values("message_id")
        rows = rows.annotate(
            last_import=Max("pk", filter=Q(outcome=IMPORT)), last_ambiguous=Max("pk", filter=Q(outcome=HOLD))
        )
        for row in rows.order_by("message_id"):
            turns[row["message_id"]] = TurningPoints(row["last_import"] or 0, row["last_ambiguous"] or 0)
    return turns
