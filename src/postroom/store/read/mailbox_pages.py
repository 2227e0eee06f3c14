"""Mailboxes as pages and the API show them: found, narrowed, with their labels and the state of their sync (M14).

The state is computed from what sync noted; nothing stores it. Times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from postroom.core.schedule import LOOK_EVERY
from postroom.core.sync import PROBLEMS, wanted_from
from postroom.core.trouble import START_OVER, TRY_LATER
from postroom.store.models import Label, Listing, Mailbox, Source, User, Vanished, Workspace
from postroom.store.read.mailbox_sources import mailbox_sources

PAGE_ROWS: Final = 30

DISCONNECTED: Final = "disconnected"
PAUSED: Final = "paused"
TROUBLE: Final = "trouble"
LATE: Final = "late"
WAITING: Final = "waiting"
NEW: Final = "new"
NOTHING_SELECTED: Final = "nothing_selected"
CATCHING_UP: Final = "catching_up"
UP_TO_DATE: Final = "up_to_date"

STATES: Final = (
    *(TROUBLE, LATE, WAITING, NEW, CATCHING_UP, UP_TO_DATE),
    *(NOTHING_SELECTED, PAUSED, DISCONNECTED),
)
"""All states; each mailbox is in one.

``trouble``: somebody has to act; ``late``: not looked at for longer than it should be; ``waiting``: in trouble that
passes by itself; ``new``: never looked at; ``catching_up``: walking back; ``paused``: its user is disabled.
"""

"""Why a label is not followed; what else sync notes there is no problem."""
_PASSING: Final = (TRY_LATER, START_OVER)


@dataclass(slots=True)
class MailboxRow:
    """A mailbox with its user, source and ``state``, and its selected labels."""

    mailbox: Mailbox
    state: str
    now: int
    selected: list[Label] = field(default_factory=list)

    @property
    def troubled(self) -> list[Label]:
        """The selected labels with a problem, a way out of which somebody has to find."""
        return [label for label in self.selected if label.problem in PROBLEMS and label.gone_at is None]

    @property
    def lag(self) -> int:
        """By how many seconds the last full look is older than it should be; 0: it is not, or nothing is to be done."""
        if self.state in (DISCONNECTED, PAUSED, NOTHING_SELECTED):
            return 0
        connected = self.mailbox.connected_at
        since = int(connected.timestamp()) if connected is not None else 0
        return max(0, self.now - max(since, self.mailbox.looked_at or 0) - LOOK_EVERY)

    @property
    def behind(self) -> list[Label]:
        """The selected labels that are walked back in, or wait to be."""
        return [label for label in self.selected if self.is_behind(label)]

    def is_behind(self, label: Label) -> bool:
        """Whether older mail of the label is still to be met."""
        if label.selected_at is None or label.gone_at is not None or label.problem in PROBLEMS:
            return False
        return label.walked_to is None or label.walked_to > self.goes_back_to(label)

    def goes_back_to(self, label: Label) -> int:
        """From when on its mail is met: from its start, and for a user who consents from the crawling depth."""
        mailbox = self.mailbox
        is_counted = mailbox.source.feeds_people and mailbox.user.collects_since is not None
        return wanted_from(label.starts_at or 0, depth_of(mailbox.source), is_counted)


def depth_of(source: Source) -> int:
    """The crawling depth of a source; 0 where it has none."""
    if source.crawling_depth is None:
        return 0
    return int(datetime.combine(source.crawling_depth, time.min, UTC).timestamp())


def mailboxes(workspace: Workspace, now: int) -> QuerySet[Any]:
    """All mailboxes of the workspace with user and source, each with its ``state``, by the user's address."""
    found = Mailbox.objects.filter(workspace=workspace).select_related("user", "source", "workspace")
    return _with_state(found, mailbox_sources(workspace), now)


def mailbox_of(user: User, now: int) -> MailboxRow | None:
    """The user's own mailbox; ``None``: there never was one."""
    found = mailboxes(user.workspace, now).filter(user=user).first()
    return rows_of([found], now)[0] if found else None


def mailbox_with_id(workspace: Workspace, mailbox_id: int, now: int) -> MailboxRow | None:
    """The mailbox with this id, in this workspace."""
    found = mailboxes(workspace, now).filter(pk=mailbox_id).first()
    return rows_of([found], now)[0] if found else None


def _with_state(found: QuerySet[Any], sources: Iterable[Source], now: int) -> QuerySet[Any]:
    depths = [
        When(source=source, user__collects_since__isnull=False, then=Value(depth_of(source)))
        for source in sources
        if source.feeds_people
    ]
    late = now - 3 * LOOK_EVERY
    selected = Label.objects.filter(mailbox=OuterRef("pk"), selected_at__isnull=False)
    there = selected.filter(gone_at=None)
    behind = there.filter(
        Q(walked_to=None) | Q(walked_to__gt=F("starts_at")) | Q(walked_to__gt=OuterRef("depth"))
    )
    in_time = datetime.fromtimestamp(late, UTC)
    with_depth: QuerySet[Any] = found.annotate(
        depth=Case(*depths, default=None, output_field=BigIntegerField())
    )
    with_state: QuerySet[Any] = with_depth.annotate(
        state=Case(
            When(connected_at=None, then=Value(DISCONNECTED)),
            When(user__disabled_at__isnull=False, then=Value(PAUSED)),
            When(~Q(trouble="") & ~Q(trouble__in=_PASSING), then=Value(TROUBLE)),
            When(Exists(there.filter(problem__in=PROBLEMS)), then=Value(TROUBLE)),
            When(labels_at=None, connected_at__gte=in_time, trouble="", then=Value(NEW)),
            When(~Exists(selected) & Q(labels_at__isnull=False, trouble=""), then=Value(NOTHING_SELECTED)),
            When(Q(looked_at=None) | Q(looked_at__lt=late), connected_at__lt=in_time, then=Value(LATE)),
            When(~Q(trouble=""), then=Value(WAITING)),
            When(Exists(behind), then=Value(CATCHING_UP)),
            default=Value(UP_TO_DATE),
            output_field=CharField(),
        )
    )
    return with_state.order_by("user__email")


def rows_of(found: Sequence[Mailbox], now: int) -> list[MailboxRow]:
    """Put to mailboxes of ``mailboxes`` their selected labels, in one query."""
    rows = {mailbox.pk: MailboxRow(mailbox, _state(mailbox), now) for mailbox in found}
    for label in Label.objects.filter(mailbox__in=rows, selected_at__isnull=False).order_by("pk"):
        rows[label.mailbox_id].selected.append(label)
    return list(rows.values())


def _state(mailbox: Any) -> str:
    state: str = mailbox.state
    return state


def narrowed(found: QuerySet[Any], text: str, state: str) -> QuerySet[Any]:
    """Those of them in this state whose address, or whose user's name or address, has the text."""
    if text:
        said = Q(address__icontains=text) | Q(user__name__icontains=text) | Q(user__email__icontains=text)
        found = found.filter(said)
    return found.filter(state=state) if state else found


def page_of_mailboxes(
    found: QuerySet[Any], now: int, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[MailboxRow], int | None]:
    """A page by the user's address, and the last one's id if more follow; ``after`` is such an id."""
    if after is not None:
        email = User.objects.filter(mailbox__pk=after).values("email")[:1]
        found = found.filter(user__email__gt=email)
    rows = list(found[: limit + 1])
    return rows_of(rows[:limit], now), rows[limit - 1].pk if len(rows) > limit else None


def counts_by_state(found: QuerySet[Any]) -> dict[str, int]:
    """How many are in each state, in the order of ``STATES``; those with none are left out."""
    counted = dict(found.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counted[state] for state in STATES if state in counted}


def labels_of(mailbox: Mailbox) -> list[Label]:
    """The labels of a mailbox as a tree is read, those with a role first; gone ones only where they are selected."""
    found = Label.objects.filter(mailbox=mailbox).exclude(gone_at__isnull=False, selected_at=None)
    ranks = {
        role: rank for rank, role in enumerate(("inbox", "sent", "archive", "all", "drafts", "spam", "trash"))
    }
    labels = list(found)
    first = {tuple(label.path): ranks[label.role] for label in labels if label.role in ranks}

    def key(label: Label) -> list[tuple[int, str, str]]:
        path = tuple(label.path)
        return [
            (first.get(path[: depth + 1], len(ranks)), name.casefold(), name)
            for depth, name in enumerate(path)
        ]

    return sorted(labels, key=key)


def count_labels(mailbox: Mailbox) -> int:
    """How many labels a mailbox has at its provider."""
    return Label.objects.filter(mailbox=mailbox, gone_at=None).count()


@dataclass(slots=True)
class NotMet:
    """Mails of a label that became no copy."""

    set_aside: int = 0
    """Could not be read, and are kept to be read again."""
    vanished: int = 0
    """Were gone before they could be fetched."""


def not_met(labels: Sequence[Label]) -> dict[int, NotMet]:
    """Of each label how many mails were set aside, and how many vanished."""
    found = {label.pk: NotMet() for label in labels}
    aside = Listing.objects.filter(label__in=found, set_aside__isnull=False).order_by()
    for label, count in aside.values_list("label").annotate(count=Count("pk")):
        found[label].set_aside = count
    vanished = Vanished.objects.filter(label__in=found).order_by()
    for label, count in vanished.values_list("label").annotate(count=Count("pk")):
        found[label].vanished = count
    return found


@dataclass(slots=True)
class UserRow:
    """A user, and their mailbox where they have one that is connected."""

    user: User
    mailbox: Mailbox | None


def users_by_mailbox(
    workspace: Workspace, has_one: bool | None, text: str, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[UserRow], int | None]:
    """Users who are not disabled by address, with or without a connected mailbox (M2), a page at a time."""
    found = User.objects.filter(workspace=workspace, disabled_at=None)
    connected = Mailbox.objects.filter(user=OuterRef("pk"), connected_at__isnull=False)
    if has_one is not None:
        found = found.filter(Exists(connected) if has_one else ~Exists(connected))
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if after is not None:
        found = found.filter(email__gt=User.objects.filter(workspace=workspace, pk=after).values("email")[:1])
    users = list(found.order_by("email")[: limit + 1])
    theirs = {
        mailbox.user_id: mailbox
        for mailbox in Mailbox.objects.filter(
            user__in=[user.pk for user in users], connected_at__isnull=False
        ).select_related("source")
    }
    rows = [UserRow(user, theirs.get(user.pk)) for user in users[:limit]]
    return rows, users[limit - 1].pk if len(users) > limit else None


def counts_of_users(workspace: Workspace) -> tuple[int, int]:
    """How many users who are not disabled have a connected mailbox, and how many have none."""
    counted = User.objects.filter(workspace=workspace, disabled_at=None).aggregate(
        all=Count("pk"), having=Count("pk", filter=Q(mailbox__connected_at__isnull=False))
    )
    return counted["having"], counted["all"] - counted["having"]


def connected_by_source(workspace: Workspace) -> dict[int, int]:
    """How many mailboxes are connected through each source, by its id."""
    found = Mailbox.objects.filter(workspace=workspace, connected_at__isnull=False).order_by()
    return dict(found.values_list("source").annotate(count=Count("pk")))
