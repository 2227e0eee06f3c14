"""The timelines of accounts and persons: threads, the one with the newest mail first, a page at a time (A4).

A thread stands on a timeline once, where its newest mail there stands, however many pages lie between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from postroom.core.visibility import Visibility
from postroom.store.models import (
    Account,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Person,
    User,
    Workspace,
)
from postroom.store.read.seen import SeenEngagement, as_seen, seen
from postroom.store.read.visibility import Sight, sights

PAGE_THREADS: Final = 30
MAX_MAILS: Final = 300
"""So many mails of a thread, the newest, are looked at for what its row says."""
MAX_UNFOLDED: Final = 30
"""So many are listed when it is unfolded."""
MAX_AROUND: Final = 10
"""So many are listed on each side of one that is read."""

Cursor = tuple[int, int]
"""Where a page ended: the time and the id of the newest engagement of its last thread."""


@dataclass(slots=True)
class ThreadRow:
    """The mails of a thread that show on one timeline, as one row."""

    thread: str
    """Its token, in hexadecimal."""
    at: int
    """The time of its newest mail, Unix seconds."""
    mails: int
    hidden: int
    """Of how many of them, among those looked at, the viewer sees no subject."""
    hidden_by: list[str]
    """Who hides those, by name."""
    shown: SeenEngagement | None
    """The newest of which the viewer sees the subject; ``None``: there is none."""
    users: list[User] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    unfolded: list[SeenEngagement] = field(default_factory=list)
    """Its mails, newest first, where it is unfolded."""


@dataclass(slots=True)
class HiddenRow:
    """Threads that follow one another on a timeline and of which the viewer sees no subject at all."""

    at: int
    mails: int
    hidden_by: list[str]


@dataclass(slots=True)
class TimelinePage:
    """Some rows, newest first, and where the next page begins; ``None``: there is none."""

    rows: list[ThreadRow | HiddenRow]
    next: Cursor | None


class _Mail(NamedTuple):
    engagement: int
    at: int
    sight: Sight


class Timeline:
    """The timeline of one account or person, as one viewer sees it: a user's id, or ``None``."""

    def __init__(self, of: Account | Person, viewer: int | None) -> None:
        self.of = of
        self._viewer = viewer
        self._links: QuerySet[Any] = (
            EngagementAccount.objects.filter(account=of)
            if isinstance(of, Account)
            else EngagementPerson.objects.filter(person=of)
        )

    def page(self, before: Cursor | None, unfold: str = "", limit: int = PAGE_THREADS) -> TimelinePage:
        """The threads before the cursor; the one with the token ``unfold`` with all its mails."""
        heads = self._links.filter(~Exists(self._newer()))
        if before is not None:
            at, last = before
            # The first condition follows from the second, and says to PostgreSQL where in the index to begin.
            heads = heads.filter(Q(at__lte=at), Q(at__lt=at) | Q(at=at, engagement_id__lt=last))
        ordered = heads.order_by("-at", "-engagement_id")
        found = list(ordered.values_list("at", "engagement_id", "engagement__thread")[: limit + 1])
        rows = self._rows([bytes(thread) for _, _, thread in found[:limit]])
        for row in rows:
            if row.thread == unfold:
                row.unfolded = self._mails(row.thread)
        return TimelinePage(_hidden_together(rows), found[limit - 1][:2] if len(found) > limit else None)

    def thread(self, token: str, *, unfold: bool) -> ThreadRow | HiddenRow | None:
        """One thread of the timeline; ``None``: none has this token."""
        try:
            rows = self._rows([bytes.fromhex(token)])
        except ValueError:
            return None
        for row in rows:
            row.unfolded = self._mails(token) if unfold else []
        return next(iter(_hidden_together(rows)), None)

    def _newer(self) -> QuerySet[Any]:
        """The mails here that are newer than that of an outer link, in its thread."""
        of_thread = self._here(thread=OuterRef("engagement__thread"), at__gte=OuterRef("at"))
        return of_thread.filter(Q(at__gt=OuterRef("at")) | Q(pk__gt=OuterRef("engagement_id")))

    def _here(self, **wanted: Any) -> QuerySet[Engagement]:
        """The wanted engagements that show on this timeline; asked so that they are not looked for along it."""
        link = self._links.filter(at=OuterRef("at"), engagement_id=OuterRef("pk"))
        return Engagement.objects.filter(Exists(link), **wanted)

    def _rows(self, threads: Sequence[bytes]) -> list[ThreadRow]:
        """What is shown of these threads, in their order; one without mail here is left out."""
        place = Window(RowNumber(), partition_by=F("thread"), order_by=[F("at").desc(), F("pk").desc()])
        total = Window(Count("pk"), partition_by=F("thread"))
        found = self._here(thread__in=threads).annotate(place=place, total=total).filter(place__lte=MAX_MAILS)
        mails = list(found.order_by("place").values_list("thread", "total", "pk", "at", "message_id"))
        allowed = sights(self._viewer, [message for *_, message in mails])
        totals = {bytes(thread): total for thread, total, *_ in mails}
        by_thread: dict[bytes, list[_Mail]] = defaultdict(list)
        for thread, _, engagement, at, message in mails:
            by_thread[bytes(thread)].append(_Mail(engagement, at, allowed.of(message)))
        shown = _shown(by_thread)
        rows = {
            thread: _row(thread, totals[thread], by_thread[thread], shown.get(thread))
            for thread in threads
            if thread in by_thread
        }
        _put_people(rows, {mail.engagement: thread for thread in rows for mail in by_thread[thread]})
        return list(rows.values())

    def _mails(self, token: str) -> list[SeenEngagement]:
        newest = self._here(thread=bytes.fromhex(token)).order_by("-at", "-pk")
        return seen(self._viewer, list(newest[:MAX_UNFOLDED]))


@dataclass(slots=True)
class ThreadAround:
    """The mails of a thread around one that is read, oldest first, and how many more there are on each side."""

    earlier: list[SeenEngagement]
    later: list[SeenEngagement]
    earlier_more: int = 0
    later_more: int = 0


def thread_around(workspace: Workspace, around: SeenEngagement, viewer: int | None) -> ThreadAround:
    """The thread of an engagement, in the whole workspace."""
    thread = Engagement.objects.filter(workspace=workspace, thread=bytes.fromhex(around.thread))
    before = thread.filter(Q(at__lt=around.at) | Q(at=around.at, pk__lt=around.pk))
    after = thread.filter(Q(at__gt=around.at) | Q(at=around.at, pk__gt=around.pk))
    earlier = list(before.order_by("-at", "-pk")[:MAX_AROUND])[::-1]
    later = list(after.order_by("at", "pk")[:MAX_AROUND])
    shown = seen(viewer, [*earlier, *later])
    return ThreadAround(
        shown[: len(earlier)],
        shown[len(earlier) :],
        before.count() - len(earlier),
        after.count() - len(later),
    )


def _shown(mails: Mapping[bytes, Sequence[_Mail]]) -> dict[bytes, SeenEngagement]:
    """Of each thread the newest mail of which the viewer sees the subject."""
    newest = {
        thread: mail
        for thread, some in mails.items()
        for mail in reversed(some)
        if mail.sight.level >= Visibility.SUBJECT
    }
    rows = Engagement.objects.in_bulk([mail.engagement for mail in newest.values()])
    return {thread: as_seen(rows[mail.engagement], mail.sight) for thread, mail in newest.items()}


def _row(thread: bytes, total: int, mails: Sequence[_Mail], shown: SeenEngagement | None) -> ThreadRow:
    hidden = [mail.sight for mail in mails if mail.sight.level < Visibility.SUBJECT]
    names = sorted({name for sight in hidden for name in sight.hidden_by})
    return ThreadRow(thread.hex(), mails[0].at, total, len(hidden), names, shown)


def _put_people(rows: Mapping[bytes, ThreadRow], thread_of: Mapping[int, bytes]) -> None:
    """Put to each thread who of us and which persons are in any of its mails, each once."""
    users = EngagementUser.objects.filter(engagement__in=thread_of).values_list("engagement_id", "user_id")
    persons = EngagementPerson.objects.filter(engagement__in=thread_of).values_list(
        "engagement_id", "person_id"
    )
    in_users = _by_thread(users, thread_of)
    in_persons = _by_thread(persons, thread_of)
    for user in User.objects.filter(pk__in=in_users).order_by("email"):
        for thread in in_users[user.pk]:
            rows[thread].users.append(user)
    for person in Person.objects.filter(pk__in=in_persons).order_by("name", "pk"):
        for thread in in_persons[person.pk]:
            rows[thread].persons.append(person)


def _by_thread(links: Iterable[tuple[int, int]], thread_of: Mapping[int, bytes]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = defaultdict(set)
    for engagement, somebody in links:
        found[somebody].add(thread_of[engagement])
    return found


def _hidden_together(rows: Iterable[ThreadRow]) -> list[ThreadRow | HiddenRow]:
    """Make one row of those that follow one another and show nothing."""
    folded: list[ThreadRow | HiddenRow] = []
    for is_hidden, some in groupby(rows, key=lambda row: row.shown is None):
        together = list(some)
        if not is_hidden:
            folded += together
            continue
        names = sorted({name for row in together for name in row.hidden_by})
        folded.append(HiddenRow(together[0].at, sum(row.mails for row in together), names))
    return folded
