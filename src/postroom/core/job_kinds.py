"""The kinds of background work: which permission opens a job of each, and whether it may be stopped half-way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

UNDER_WAY: Final = ("waiting", "running")
"""The states of a job that has not ended."""


class JobKind(NamedTuple):
    """What holds for all jobs of a kind."""

    permission: str
    """Who has it sees, cancels and retries them."""
    may_be_cancelled: bool = True
    """What erases goes on to its end: erased by half is neither here nor gone."""
    is_in_order: bool = False
    """Jobs of such kinds run one after the other in a workspace, as they were asked for: the last decides."""
    tries_failed_again: bool = False
    """Where it is done but failed for some, these can be tried again."""


RELEASE: Final = "release"
"""Judges again what was imported and held, of the user ``asked["user"]`` (an id)."""

CONNECT_ALL: Final = "connect_all"
"""Connects the mailboxes of all users with the one secret of the source ``asked["source"]`` (an id)."""

APPLY_LABELS: Final = "apply_default_labels"
"""Makes Inbox and Sent of users match the boxes ``asked["inbox"]`` and ``asked["sent"]`` (M6).

A click, or with ``of`` the same again for users who came later than that click (M8).
"""

UNDO_LABELS: Final = "undo_default_labels"
"""Undoes what the click ``of`` changed (M11)."""

KINDS: Final = {
    "reconsider": JobKind("manage_rules"),
    "retry_set_aside": JobKind("manage_rules"),
    "look_for_earlier": JobKind("manage_rules"),
    "remove_blocked": JobKind("manage_rules"),
    "erase_traces": JobKind("manage_rules", may_be_cancelled=False),
    "reclassify": JobKind("admin_access"),
    RELEASE: JobKind("manage_users"),
    CONNECT_ALL: JobKind("admin_access"),
    APPLY_LABELS: JobKind("admin_access", is_in_order=True, tries_failed_again=True),
    UNDO_LABELS: JobKind("admin_access", is_in_order=True),
    "forget": JobKind("admin_access", may_be_cancelled=False),
}
"""A job's ``kind`` → what holds for it. A test holds that each duty of the worker has an entry."""

_OTHER: Final = JobKind("admin_access")

OWN: Final = ("forget",)
"""Kinds that are about one user, ``asked["user"]`` by number: that user sees them, whatever their role."""


IN_ORDER: Final = tuple(name for name, kind in KINDS.items() if kind.is_in_order)
TRIED_FOR_FAILED: Final = tuple(name for name, kind in KINDS.items() if kind.tries_failed_again)


def kind_of(name: str) -> JobKind:
    """What holds for jobs of this kind."""
    return KINDS.get(name, _OTHER)


def kinds_opened_by(permissions: Iterable[str]) -> list[str]:
    """The kinds that somebody with these permissions sees all jobs of."""
    have = frozenset(permissions)
    return [name for name, kind in KINDS.items() if kind.permission in have]
