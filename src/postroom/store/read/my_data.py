"""What the people lens keeps about one user, for that user alone (P1, P10).

Outsiders are counted and never named. A colleague is named only who consented too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from django.db.models import Count, Max, Min, Q

from postroom.core.people import FORGOTTEN
from postroom.core.rollup import Day, Figures, Pair, read_days, read_figures, read_pairs
from postroom.store.models import Colleague, Copy, Decision, Interaction, Job, RollUp, User
from postroom.store.read.reports import who_may_be_named
from postroom.store.rows import batched

_PAGE: Final = 2_000
_WEEKS: Final = 52


class Kept(NamedTuple):
    """How many interactions of a kind there are: all, in INT, in EXT; and when the first and the last were."""

    kind: str
    total: int
    inside: int
    outside: int
    first: int
    last: int


class Origin(NamedTuple):
    """How many copies came in one way."""

    kind: str
    """As in ``Copy.source``."""
    source: str
    """The source's name; empty for files, and where the uploaded item is not there any more."""
    copies: int


class KeptInteraction(NamedTuple):
    """An interaction with those in it who may be named: ``(e-mail address, role)``."""

    row: Interaction
    named: tuple[tuple[str, str], ...]


class KeptWeek(NamedTuple):
    """What a week came to, with those colleagues in it who may be named: e-mail address → what was had with them."""

    sunday: int
    """The number of its first day."""
    figures: dict[str, Figures]
    """By block, as ``days``."""
    days: dict[str, list[Day]]
    named: dict[str, Pair]
    not_named: int


def kept_of(user: User) -> list[Kept]:
    """What is counted, by kind."""
    found = Interaction.objects.filter(user=user).order_by("kind").values_list("kind")
    counted = found.annotate(
        total=Count("pk"),
        inside=Count("pk", filter=Q(is_inside=True)),
        outside=Count("pk", filter=Q(is_outside=True)),
        first=Min("at"),
        last=Max("at"),
    )
    return [Kept(*row) for row in counted]


def reasons_of(user: User) -> list[tuple[str, int]]:
    """The reasons of the decisions in force in the people lens, the most frequent first."""
    found = Decision.objects.filter(user=user, is_current=True, lens="people").values_list("reason")
    return sorted(found.annotate(Count("pk")).order_by(), key=lambda row: (-row[1], row[0]))


def origins_of(user: User) -> list[Origin]:
    """In which ways the copies of the user's own mailbox came that the people lens judged, the most first.

    Nothing of what was forgotten or taken back.
    """
    judged = Decision.objects.filter(user=user, is_current=True, lens="people").exclude(reason=FORGOTTEN)
    copies = Copy.objects.filter(message__in=judged.values("message"), user=user, last_seen_by=None)
    counted = copies.values_list("source", "items__source__name").annotate(Count("pk", distinct=True))
    origins = [Origin(kind, name or "", count) for kind, name, count in counted.order_by()]
    return sorted(origins, key=lambda o: (-o.copies, o.kind, o.source))


def last_forgetting(user: User) -> Job | None:
    """The job that last forgot what is known of the user, or is about to."""
    return Job.objects.filter(workspace=user.workspace_id, kind="forget", asked__user=user.pk).last()


def interactions_of(user: User) -> Iterator[KeptInteraction]:
    """All interactions of the user, in the order in which they came in; read so many at a time."""
    rows = Interaction.objects.filter(user=user).order_by("pk")
    after = 0
    while page := list(rows.filter(pk__gt=after)[:_PAGE]):
        named = _named(page)
        for row in page:
            yield KeptInteraction(row, tuple(named[row.pk]))
        after = page[-1].pk


def _named(interactions: Sequence[Interaction]) -> dict[int, list[tuple[str, str]]]:
    """Who may be named: who was in Bcc, only to whoever sent it."""
    named: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for some in batched(interactions, 500):
        rows = Colleague.objects.filter(interaction__in=some, user__collects_since__isnull=False)
        rows = rows.exclude(role="bcc", interaction__is_sent=False)
        for interaction, email, role in rows.order_by("user__email").values_list(
            "interaction_id", "user__email", "role"
        ):
            named[interaction].append((email, role))
    return named


def decisions_of(user: User) -> Iterator[Decision]:
    """The decisions in force for the user in the people lens, with their messages; read so many at a time."""
    rows = Decision.objects.filter(user=user, is_current=True, lens="people").select_related("message")
    after = 0
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:_PAGE]):
        yield from page
        after = page[-1].pk


def weeks_of(user: User) -> Iterator[KeptWeek]:
    """The roll-ups of the user, the first week first; read so many at a time."""
    rows = RollUp.objects.filter(user=user).order_by("sunday")
    after = None
    while page := list((rows if after is None else rows.filter(sunday__gt=after))[:_WEEKS]):
        pairs = {row.sunday: list(read_pairs(bytes(row.pairs))) for row in page}
        users = who_may_be_named({pair.colleague for had in pairs.values() for pair in had})
        for row in page:
            had = pairs[row.sunday]
            named = {users[pair.colleague].email: pair for pair in had if pair.colleague in users}
            figures, days = read_figures(bytes(row.figures)), read_days(bytes(row.days))
            yield KeptWeek(row.sunday, figures, days, named, len(had) - len(named))
        after = page[-1].sunday


def count_named(user: User) -> int:
    """In how many interactions of others the user is named."""
    return Colleague.objects.filter(user=user).count()
