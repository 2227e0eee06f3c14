"""What a click on Apply to all users would do, in words and numbers, and what became of one (M5-M12).

Must not query, and must not plan: ``actions.default_labels`` foresees, here it is grouped and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from django.utils import timezone

from postroom.actions.default_labels import Foreseen
from postroom.core.job_kinds import UNDER_WAY, UNDO_LABELS
from postroom.core.labels import (
    CHANGED,
    CHOSEN_SINCE,
    DEFAULT_ROLES,
    DISABLED,
    FAILED,
    LABELS_UNREAD,
    NO_MAILBOX,
    NO_SUCH_LABEL,
    SKIPPED,
    UNCHANGED,
    Fate,
)
from postroom.store.models import Job
from postroom.store.read.push_results import OVERRIDDEN
from postroom.web.job_words import LABEL_NAMES, boxes_in_words
from postroom.web.tags import number

_NOT_FOR: Final = {
    LABELS_UNREAD: (
        "Labels not read yet",
        "Their mailbox was connected a moment ago. The job waits for the first look into it, then does the same for "
        "them; whoever still lacks labels is named, and can be tried again.",
    ),
    NO_SUCH_LABEL: (
        "Lack a label that is ticked",
        "All of their mailbox stays as it is.",
    ),
    NO_MAILBOX: (
        "No mailbox",
        "There is nothing to select. Connect their mailbox, then apply again.",
    ),
    DISABLED: (
        "Disabled",
        "Their sync is paused, and what they have selected stays as it is.",
    ),
}
"""Why nothing is done for users → what a part of them is called, and what that means."""


def labels_in_words(roles: Sequence[str]) -> str:
    """Labels by name: Inbox and Sent; empty: there are none."""
    return " and ".join(LABEL_NAMES[role] for role in roles)


def how_many(count: int, one: str, several: str = "") -> str:
    """A count with its noun: 1 user, 2 users."""
    return f"{number(count)} {one if count == 1 else several or f'{one}s'}"


class Shift(NamedTuple):
    """For how many mailboxes a label syncs, now and after a click."""

    name: str
    now: int
    after: int
    of: int
    """Mailboxes of users who are not disabled."""

    @property
    def stays(self) -> str:
        """The part of the bar that is the same before and after, in percent."""
        return self._percent(min(self.now, self.after))

    @property
    def moves(self) -> str:
        """The part of it that comes or goes, in percent."""
        return self._percent(abs(self.after - self.now))

    def _percent(self, part: int) -> str:
        return f"{100 * part / self.of if self.of else 0:.2f}"


class Part(NamedTuple):
    """Users for whom a click does the same."""

    name: str
    title: str
    says: str
    fates: Sequence[Fate]

    @property
    def total(self) -> int:
        """How many they are."""
        return len(self.fates)


def shifts_of(foreseen: Foreseen) -> list[Shift]:
    """For how many mailboxes each label syncs, now and after."""
    return [Shift(LABEL_NAMES[role], now, after, of) for role, now, after, of in foreseen.syncing]


def parts_of_changed(foreseen: Foreseen) -> list[Part]:
    """Those for whom something changes, by what changes; the largest part first."""
    ordered = sorted(foreseen.changed, key=_what_changes)
    found = [
        Part(
            "-".join(f"{role}-{'on' if on else 'off'}" for role, on in what), _in_words(what), "", list(fates)
        )
        for what, fates in groupby(ordered, key=_what_changes)
    ]
    return sorted(found, key=lambda part: -part.total)


def parts_of_others(foreseen: Foreseen) -> list[Part]:
    """Those for whom nothing changes, by why; none that is empty."""
    same = Part(
        UNCHANGED, "As the boxes say already", "Applying touches nothing of theirs.", foreseen.unchanged
    )
    others = [Part(reason, *said, foreseen.not_for(reason)) for reason, said in _NOT_FOR.items()]
    return [part for part in (same, *others) if part.fates]


def part_of_overridden(foreseen: Foreseen) -> Part:
    """Those of the changed who chose otherwise themselves (M7)."""
    count = len(foreseen.overridden)
    said = f"{how_many(count, 'user')} chose otherwise, and {'is' if count == 1 else 'are'} overridden"
    return Part(OVERRIDDEN, said, "", foreseen.overridden)


def all_parts(foreseen: Foreseen) -> list[Part]:
    """All that can be looked at by name."""
    return [
        part_of_overridden(foreseen),
        *parts_of_changed(foreseen),
        *parts_of_others(foreseen),
    ]


def _what_changes(fate: Fate) -> tuple[tuple[str, bool], ...]:
    changes = {change.role: change.is_selected for change in fate.changes}
    return tuple((role, changes[role]) for role in DEFAULT_ROLES if role in changes)


def _in_words(what: Sequence[tuple[str, bool]]) -> str:
    return boxes_in_words(dict(what))


class Turned(NamedTuple):
    """For how many users a click starts or stops a label."""

    name: str
    on: int
    off: int


def turned(foreseen: Foreseen) -> list[Turned]:
    """For how many users each label starts, and for how many it stops."""
    changes = [dict(_what_changes(fate)) for fate in foreseen.changed]
    return [
        Turned(
            LABEL_NAMES[role],
            sum(change.get(role) is True for change in changes),
            sum(change.get(role) is False for change in changes),
        )
        for role in DEFAULT_ROLES
    ]


def starts(foreseen: Foreseen) -> str:
    """What starts, for how many: Inbox starts for 24 users, Sent for 3; empty where nothing does."""
    return _for_whom("starts", [(one.name, one.on) for one in turned(foreseen)])


def stops(foreseen: Foreseen) -> str:
    """What stops, for how many: Sent stops for 16 users; empty where nothing does."""
    return _for_whom("stops", [(one.name, one.off) for one in turned(foreseen)])


def _for_whom(verb: str, counted: Sequence[tuple[str, int]]) -> str:
    there = [(name, count) for name, count in counted if count]
    said = [f"{name} {verb} for {how_many(count, 'user')}" for name, count in there[:1]]
    return ", ".join(said + [f"{name} for {number(count)}" for name, count in there[1:]])


def in_short(foreseen: Foreseen) -> str:
    """What stands beside the button: what the click does, in a line."""
    waiting = len(foreseen.not_for(LABELS_UNREAD))
    if not foreseen.changed:
        if not waiting:
            return "Changes nobody."
        return f"Changes nobody yet; the job waits for the labels of {how_many(waiting, 'mailbox', 'mailboxes')}."
    parts = [
        f"{one.name} {word} for {number(count)}"
        for one in turned(foreseen)
        for word, count in (("on", one.on), ("off", one.off))
        if count
    ]
    said = f"Changes {how_many(len(foreseen.changed), 'user')}: {', '.join(parts)}."
    overridden = len(foreseen.overridden)
    if overridden:
        said += f" Overrides what {how_many(overridden, 'user')} chose."
    return said


_CAME_OF: Final = {CHANGED: "changed", UNCHANGED: "were so already", SKIPPED: "skipped", FAILED: "failed"}
_CAME_OF_UNDO: Final = _CAME_OF | {CHANGED: "set back", SKIPPED: "keep what they have"}
_OF_ONE: Final = {"were so already": "was so already", "keep what they have": "keeps what they have"}
_SKIPPED: Final = {
    NO_MAILBOX: "without a mailbox",
    NO_SUCH_LABEL: "without a label that was ticked",
    DISABLED: "disabled",
    CHOSEN_SINCE: "chose for themselves after the click",
}
"""Why users were skipped, counted."""


def came_of(job: Job) -> str:
    """What a push or an undo counted: 38 changed, 2 were so already. What is none is left out, but for changed.

    Who failed is tried again as long as it is under way, and not counted then.
    """
    words = _CAME_OF_UNDO if job.kind == UNDO_LABELS else _CAME_OF
    counts = {**job.counts, **({FAILED: 0} if job.state in UNDER_WAY else {})}
    return ", ".join(
        f"{number(counts.get(status, 0))} {_OF_ONE.get(said, said) if counts.get(status) == 1 else said}"
        for status, said in words.items()
        if counts.get(status) or status == CHANGED
    )


def told_of_results(counts: Mapping[str, int]) -> str:
    """Of a push that ended: whose own choice it overrode, and why users were skipped; empty where there is neither.

    ``counts``: see ``store.read.push_results.counts_of_results``.
    """
    overridden = counts.get(OVERRIDDEN, 0)
    said = [f"Overrode what {how_many(overridden, 'user')} chose."] if overridden else []
    skipped = [f"{number(counts[reason])} {why}" for reason, why in _SKIPPED.items() if counts.get(reason)]
    return " ".join([*said, *([f"Skipped: {', '.join(skipped)}."] if skipped else [])])


def lately(moment: datetime) -> str:
    """A time as people say it: today 10:31, yesterday 18:02, 3 Nov 2026, 09:12."""
    at = timezone.localtime(moment)
    today = timezone.localtime().date()
    if at.date() == today:
        return f"today {at:%H:%M}"
    if at.date() == today - timedelta(days=1):
        return f"yesterday {at:%H:%M}"
    return f"{at:%-d %b %Y, %H:%M}"
