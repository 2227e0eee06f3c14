"""Questions about engagements: lists, one with its texts.

Every question names the workspace and who looks, for what is hidden from them is not even found. Must not
decide who may ask: callers check permissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from postroom.core.body import Body
from postroom.core.visibility import Visibility
from postroom.store.bodies import unpack
from postroom.store.models import Engagement, Variant, Workspace
from postroom.store.read.seen import SeenEngagement, seen
from postroom.store.read.users import whose_address_is
from postroom.store.read.visibility import at_least
from postroom.store.read.words import Standing, standing

PAGE_ROWS: Final = 30

Cursor = tuple[int, int]
"""Where a page ended: the time and the id of its last engagement."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of engagements is narrowed to; times in Unix seconds, ``until`` not included."""

    account: int | None = None
    person: int | None = None
    user: str = ""
    """Normalised e-mail address, or alias, of one of us."""
    kind: str = ""
    direction: str = ""
    words: str = ""
    """All of them must stand in subject, people or text, as far as the viewer sees these."""
    since: int | None = None
    until: int | None = None


def engagements(
    workspace: Workspace, viewer: int | None, asked: Asked = Asked(), *, along_timelines: bool = False
) -> QuerySet[Any]:
    """The engagements of the workspace, newest first; shown are they by ``store.read.seen`` alone.

    Their order is ``placed_at`` and ``placed_pk``, their time and id. ``along_timelines``: both are read from the
    timeline asked for, if any. That is quick however short it is, but only in this order: in another the whole
    timeline is sorted.
    """
    where = standing(asked.words)
    found = _placed(workspace, asked, where.few if where else None, along_timelines)
    if asked.words:
        found = _with_words(found, workspace, viewer, where)
    if asked.user:
        found = found.filter(user_links__user__in=whose_address_is(workspace, asked.user))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.direction:
        found = found.filter(direction=asked.direction)
    if asked.since is not None:
        found = found.filter(placed_at__gte=asked.since)
    if asked.until is not None:
        found = found.filter(placed_at__lt=asked.until)
    return found.order_by("-placed_at", "-placed_pk")


def _placed(
    workspace: Workspace, asked: Asked, few: list[int] | None, along_timelines: bool
) -> QuerySet[Any]:
    """Those on the timelines asked for, or the few of them, each with its place in time."""
    along = ""
    found = Engagement.objects.filter(workspace=workspace)
    is_on_one = asked.account is not None or asked.person is not None
    if few is not None or (along_timelines and is_on_one):
        # Asked for plainly, SQLite would take the index of the workspace, and walk through all of it.
        found = Engagement.objects.alias(its=F("workspace_id") + 0).filter(its=workspace.pk)
    if asked.account is not None:
        found, along = found.filter(account_links__account_id=asked.account), "account_links__"
    if asked.person is not None:
        found, along = found.filter(person_links__person_id=asked.person), "person_links__"
    if few is not None:
        found = found.filter(pk__in=few)
    if few is not None or not along_timelines:
        along = ""
    return found.annotate(placed_at=F(f"{along}at"), placed_pk=F(f"{along}engagement_id" if along else "pk"))


def _with_words(
    found: QuerySet[Any], workspace: Workspace, viewer: int | None, where: Standing | None
) -> QuerySet[Any]:
    """Those in which the words stand where the viewer may see them: a mail is not found by what it hides."""
    if where is None:
        return found.none()
    seen_whole = at_least(workspace, viewer, Visibility.EVERYTHING)
    seen_head = at_least(workspace, viewer, Visibility.SUBJECT)
    if where.few is None:
        found = found.filter(where.anywhere)
    return found.filter(seen_whole | (Q(where.in_head) & seen_head))


def engagements_page(
    workspace: Workspace, viewer: int | None, asked: Asked, before: Cursor | None, limit: int = PAGE_ROWS
) -> tuple[list[SeenEngagement], Cursor | None]:
    """Some of the engagements as the viewer sees them, and where the next page begins; ``None``: there is none."""
    found = engagements(workspace, viewer, asked, along_timelines=True)
    if before is not None:
        at, last = before
        found = found.filter(Q(placed_at__lt=at) | Q(placed_pk__lt=last), placed_at__lte=at)
    rows = list(found[: limit + 1])
    shown = seen(viewer, rows[:limit], with_accounts=True)
    return shown, (shown[-1].at, shown[-1].pk) if len(rows) > limit else None


def newest_engagements(workspace: Workspace, viewer: int | None, limit: int) -> list[SeenEngagement]:
    """What came in most recently, by the time of the mail."""
    return seen(viewer, list(engagements(workspace, viewer)[:limit]))


def bodies(engagement: int) -> list[tuple[Variant, Body]]:
    """The texts of an engagement, the one whose subject it shows first. For those who see everything of it."""
    variants = Variant.objects.filter(engagement=engagement).order_by("digest")
    return [(variant, unpack(variant.body)) for variant in variants]


def first_bodies(engagement_ids: Iterable[int]) -> dict[int, Body]:
    """The text that each of these engagements shows first. For those who see everything of them."""
    before = Variant.objects.filter(engagement=OuterRef("engagement"), digest__lt=OuterRef("digest"))
    first = Variant.objects.filter(~Exists(before), engagement__in=list(engagement_ids))
    return {engagement: unpack(body) for engagement, body in first.values_list("engagement_id", "body")}
