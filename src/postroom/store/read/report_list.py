"""Whose reports somebody may see, as rows of a list: found by a text, a page at a time, and no figure of anybody."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Q

from postroom.store.models import User
from postroom.store.read.report_sight import Onlooker, users_seen_by
from postroom.store.read.user_list import PAGE_ROWS, with_text
from postroom.store.read.users import users_by_address

NARROWINGS: Final = {
    "": Q(),
    "on": Q(collects_since__isnull=False),
    "off": Q(collects_since=None),
}
"""What the list can be narrowed to: *Collect passive data* on or off."""


class ReportRow(NamedTuple):
    """Somebody whose report may be seen."""

    user: User
    manager: User | None
    """``None``: there is none, or no user has that address."""


def reports_page(
    onlooker: Onlooker, text: str, show: str, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[ReportRow], int | None]:
    """A page of whose reports the onlooker may see beside their own; the last one's id if more follow.

    By e-mail address. ``text`` as for users, ``show`` one of ``NARROWINGS``, ``after`` such an id.
    """
    others = users_seen_by(onlooker).filter(NARROWINGS[show])
    if onlooker.user is not None:
        others = others.exclude(pk=onlooker.user.pk)
    found = with_text(others, text)
    if after is not None:
        last = User.objects.filter(workspace=onlooker.workspace, pk=after)
        found = found.filter(email__gt=last.values("email")[:1])
    rows = list(found[: limit + 1])
    shown = rows[:limit]
    managers = users_by_address(onlooker.workspace, {u.manager_email for u in shown if u.manager_email})
    return (
        [ReportRow(user, managers.get(user.manager_email)) for user in shown],
        shown[-1].pk if len(rows) > limit else None,
    )
