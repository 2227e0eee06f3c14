"""Is everything accounted for? What a label lists, day by day, and what became of it in each lens (L5).

What the provider lists is ``Listing``: sync keeps it, and a comparison with the provider's own list mends it. Days are
UTC. Says nothing of mail from before the label's start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Max, Q

from postroom.core.sync import DAY, wanted_from
from postroom.core.upload import BOTH, LENSES
from postroom.store.models import Label, Listing, Mailbox, User, Vanished, Workspace
from postroom.store.read.mailbox_pages import depth_of
from postroom.store.read.sources import fed_by

PAGE_DAYS: Final = 31
MOST_NAMED: Final = 100
"""So many mails are named by what the provider knows them by."""
CUSTOMER: Final = "customer"
PEOPLE: Final = "people"
_FAR: Final = 2**62


@dataclass(slots=True)
class Outcomes:
    """What became of mails in one lens."""

    imported: int = 0
    held: int = 0
    skipped: int = 0
    not_asked: int = 0
    """Met when the source did not feed this lens: it judges what comes from its choosing on (F5)."""
    undecided: int = 0
    """Neither decided nor set aside: what must not be, and is mended by the next comparison."""


@dataclass(slots=True)
class Day:
    """The mails of a label that were received on one day, or on several added up."""

    listed: int = 0
    """By the provider, still."""
    set_aside: int = 0
    lenses: dict[str, Outcomes] = field(default_factory=dict)
    """By the lenses that the source feeds."""
    missed: int = 0
    """Of those listed: found missing by a comparison, and met then."""
    gone: int = 0
    """Listed once, and no more; what came of them stays. Not among ``listed``."""

    @property
    def is_equal(self) -> bool:
        """Whether what is listed is what was imported, skipped, held and set aside, in each lens that was asked."""
        return not any(outcomes.undecided for outcomes in self.lenses.values())


class Difference(NamedTuple):
    """A mail that is listed, and not accounted for."""

    ref: str
    received_at: int
    lens: str
    """In which it has no decision; empty: nothing became of it at all."""


@dataclass(slots=True)
class Completeness:
    """Some days of a label, the newest first."""

    days: dict[date, Day]
    """Without those on which nothing was received."""
    older: date | None
    """Up to which day, that one not included, further days follow; ``None``: that is all."""


def connected_mailboxes(workspace: Workspace, user: User | None = None) -> list[Mailbox]:
    """The connected mailboxes of users who are not disabled, or that of a user, with source and user."""
    found = Mailbox.objects.filter(
        workspace=workspace, connected_at__isnull=False, user__disabled_at__isnull=True
    )
    if user is not None:
        found = found.filter(user=user)
    return list(found.select_related("source", "user", "workspace").order_by("user__email"))


def accounted_labels(workspace: Workspace, user: User | None = None) -> list[Label]:
    """The labels that sync, of all connected mailboxes or the one of a user, each with its mailbox, source and user."""
    found = Label.objects.filter(
        mailbox__workspace=workspace,
        mailbox__connected_at__isnull=False,
        selected_at__isnull=False,
        gone_at=None,
    )
    if user is not None:
        found = found.filter(mailbox__user=user)
    found = found.select_related("mailbox__source", "mailbox__user")
    return list(found.order_by("mailbox__user__email", "pk"))


def count_left_out(workspace: Workspace) -> int:
    """How many labels are selected of mailboxes that are not connected, or whose user is disabled."""
    found = Label.objects.filter(mailbox__workspace=workspace, selected_at__isnull=False, gone_at=None)
    is_out = Q(mailbox__connected_at=None) | Q(mailbox__user__disabled_at__isnull=False)
    return found.filter(is_out).count()


def starts_at(label: Label) -> int | None:
    """From when on the label's mail is accounted for, Unix seconds; ``None``: it is not selected.

    Since its start; for a user who consents since the crawling depth (M15). The label's mailbox, source and user are
    to be at hand.
    """
    if label.starts_at is None:
        return None
    mailbox = label.mailbox
    is_counted = mailbox.source.feeds_people and mailbox.user.collects_since is not None
    return wanted_from(label.starts_at, depth_of(mailbox.source), is_counted)


def is_met(label: Label) -> bool:
    """Whether all of its mail was met once, back to where it begins."""
    start = starts_at(label)
    return start is None or (label.walked_to is not None and label.walked_to <= start)


def completeness(label: Label, before: date | None = None, days: int = PAGE_DAYS) -> Completeness:
    """The last ``days`` of the label with mail, ``before`` a day where one is given; three questions at most."""
    start = starts_at(label)
    first = 0 if start is None else start
    until = _FAR if before is None else _seconds(before)
    listings = Listing.objects.filter(label=label, received_at__gte=first)
    newest: int | None = listings.filter(received_at__lt=until).aggregate(at=Max("received_at"))["at"]
    if newest is None:
        return Completeness({}, None)
    since = (newest // DAY - days + 1) * DAY
    found = by_day(label, max(since, first), (newest // DAY + 1) * DAY)
    has_older = listings.filter(received_at__lt=since).exists()
    return Completeness(found, _day(since) if has_older else None)


def by_day(label: Label, since: int, until: int = _FAR) -> dict[date, Day]:
    """The days with mail received at or after ``since`` and before ``until``, the newest first; one question."""
    lenses = fed_by(label.mailbox.source)
    found: dict[date, Day] = {}
    for day, is_gone, is_aside, seen_by, customer, people, count, missed in _rows(
        _COUNTED, label.mailbox.user_id, label.pk, since, until
    ):
        is_met = seen_by is not None
        row = found.setdefault(_day(day * DAY), Day(lenses={lens: Outcomes() for lens in lenses}))
        if is_gone:
            row.gone += count
            continue
        row.listed += count
        row.missed += missed
        row.set_aside += count if is_aside and not is_met else 0
        for lens, outcome in ((CUSTOMER, customer), (PEOPLE, people)):
            if lens in lenses and (is_met or not is_aside):
                is_asked = not is_met or bool(seen_by & LENSES[lens])
                _add(row.lenses[lens], outcome if outcome or is_asked else "not_asked", count)
    return found


def added_up(days: Iterable[Day]) -> Day:
    """All of these days as one."""
    total = Day()
    for day in days:
        total.listed += day.listed
        total.set_aside += day.set_aside
        total.missed += day.missed
        total.gone += day.gone
        for lens, outcomes in day.lenses.items():
            sums = total.lenses.setdefault(lens, Outcomes())
            sums.imported += outcomes.imported
            sums.held += outcomes.held
            sums.skipped += outcomes.skipped
            sums.not_asked += outcomes.not_asked
            sums.undecided += outcomes.undecided
    return total


def differences(label: Label, since: int, most: int = MOST_NAMED) -> list[Difference]:
    """Mails received since then that are listed and not accounted for, the newest first, up to so many."""
    lenses = fed_by(label.mailbox.source)
    asked = (label.mailbox.user_id, label.pk, since, CUSTOMER in lenses, PEOPLE in lenses, most)
    found: list[Difference] = []
    for ref, received_at, seen_by, customer, people in _rows(_LACKING, *asked):
        decided = {CUSTOMER: customer is not None, PEOPLE: people is not None}
        lacking = (
            [""]
            if seen_by is None
            else [lens for lens in lenses if seen_by & LENSES[lens] and not decided[lens]]
        )
        found += [Difference(ref, received_at, lens) for lens in lacking]
    return found


def missed(label: Label, since: int, most: int = MOST_NAMED) -> list[Difference]:
    """Mails received since then that a comparison found missing and met, the newest first, up to so many."""
    found = Listing.objects.filter(label=label, received_at__gte=since, missed_at__isnull=False)
    rows = found.order_by("-received_at", "-pk").values_list("ref", "received_at")[:most]
    return [Difference(ref, received_at, "") for ref, received_at in rows]


def vanished(labels: Iterable[Label]) -> dict[int, list[str]]:
    """By label the mails that were gone before they could be fetched, by what the provider knew them by."""
    found: dict[int, list[str]] = {}
    rows = Vanished.objects.filter(label__in=list(labels)).order_by("-at", "pk")
    for label, ref in rows.values_list("label", "ref"):
        found.setdefault(label, []).append(ref)
    return found


_WHAT_BECAME: Final = (
    "FROM store_listing g LEFT JOIN store_copy k ON k.id = g.copy_id "
    "LEFT JOIN store_decision c ON c.message_id = k.message_id AND c.is_current AND c.lens = 'customer' "
    "LEFT JOIN store_decision p ON p.message_id = k.message_id AND p.is_current AND p.lens = 'people' "
    "AND p.user_id = %s WHERE g.label_id = %s AND g.received_at >= %s "
)
_COUNTED: Final = (
    "SELECT g.received_at / 86400, g.gone_at IS NOT NULL, g.set_aside_id IS NOT NULL, k.lenses, "
    f"c.outcome, p.outcome, COUNT(*), COUNT(g.missed_at) {_WHAT_BECAME}"
    "AND g.received_at < %s GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 DESC"
)
_LACKING: Final = (
    f"SELECT g.ref, g.received_at, k.lenses, c.id, p.id {_WHAT_BECAME} AND g.gone_at IS NULL "
    "AND (g.copy_id IS NOT NULL OR g.set_aside_id IS NULL) "
    f"AND ((%s AND c.id IS NULL AND (COALESCE(k.lenses, {BOTH}) & {LENSES[CUSTOMER]}) <> 0) "
    f"OR (%s AND p.id IS NULL AND (COALESCE(k.lenses, {BOTH}) & {LENSES[PEOPLE]}) <> 0)) "
    "ORDER BY g.received_at DESC, g.id DESC LIMIT %s"
)


def _rows(query: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _add(outcomes: Outcomes, outcome: str | None, count: int) -> None:
    match outcome:
        case "import":
            outcomes.imported += count
        case "hold":
            outcomes.held += count
        case "skip":
            outcomes.skipped += count
        case "not_asked":
            outcomes.not_asked += count
        case _:
            outcomes.undecided += count


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY
