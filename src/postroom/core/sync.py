"""The plan of a look into a mailbox, before anything is fetched: what to do, in which order, and what not to believe.

The rules, which do not change:

- New mail never waits behind a backlog: changes are followed in every label before anybody walks back (M13).
- Everything received since ``wanted_from`` is met: what comes after the cursor was taken by following it, what was
  there before by walking back from then, newest first.
- A cursor that was lost is taken anew, and all of it walked again: what is met again is known, so nothing doubles.
- What a listing lacks is gone only once the whole listing was seen, and not if suddenly nearly all is lacking.

Plain values; must not know providers, rows or clocks: times are Unix seconds and come from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

DAY: Final = 86_400
WINDOW: Final = 31 * DAY
"""So long a time is listed at once when walking back; longer where little came."""
FEW: Final = 500
"""Where a window has fewer mails, the next is twice as long."""
VERIFY_EVERY: Final = DAY
AHEAD: Final = DAY
"""By so much a provider's clock may be ahead of ours."""
SUDDEN_SHARE: Final = 0.2
SUDDEN_LEAST: Final = 50
"""More than this share, and so many at least, lacking at once is not believed."""
STARTS_OVER_MOST: Final = 3
"""A cursor that is lost more often than this within a day is followed no more until the next."""
RESTS: Final[Mapping[str, int]] = {
    "starts_over": DAY,
    "protocol": DAY,
    "not_allowed": DAY,
    "try_later": 600,
}
"""Problems of a label with which it is left alone, and for how many seconds."""
PROBLEMS: Final = ("emptied", *RESTS)
"""What may be wrong with one label."""
OF_ONE_LABEL: Final[Mapping[str, str]] = {"protocol": "protocol", "label_not_allowed": "not_allowed"}
"""Codes of provider trouble that is one label's own, with the problem that it is."""
MAY_BE_OF_ONE_LABEL: Final = "server_trouble"
"""The code of trouble that is one label's own where another label has none."""


class LabelState(NamedTuple):
    """How far the sync of one selected label is."""

    id: int
    role: str
    wanted_from: int
    """From when on its mail is wanted."""
    begun_at: int | None
    """When its cursor was first taken; ``None``: it has none."""
    walked_to: int | None
    """All from then until ``begun_at`` was met."""
    verified_at: int | None = None
    verified_to: int | None = None
    """How far back the comparison under way is; ``None``: none is."""
    problem: str = ""
    problem_at: int | None = None


class Step(NamedTuple):
    """Something to do in a label; ``since`` and ``until`` bound the time it is about."""

    what: str
    """``follow``, ``walk`` or ``verify``."""
    label: int
    since: int = 0
    until: int = 0


FOLLOW: Final = "follow"
WALK: Final = "walk"
VERIFY: Final = "verify"


def is_due_again(last_at: int | None, every: int, now: int) -> bool:
    """Whether what was last done then is to be done again; what is said to be done later than now never was: a clock
    was wrong."""
    return last_at is None or not 0 <= now - last_at < every


def wanted_from(starts_at: int, depth_at: int | None, counts_passively: bool) -> int:
    """From when on a label's mail is wanted: since its selection (M15), and for whom is counted since the depth (P9).

    ``depth_at``: the crawling depth; ``None``: however old.
    """
    return min(starts_at, depth_at or 0) if counts_passively else starts_at


def is_followed(label: LabelState, now: int) -> bool:
    """Whether the label's changes are asked for."""
    return label.problem not in RESTS or is_due_again(label.problem_at, RESTS[label.problem], now)


def follow_steps(labels: Iterable[LabelState], now: int) -> list[Step]:
    """Follow the changes of every label; the inbox first, as that is where people wait."""
    followed = [label for label in labels if is_followed(label, now)]
    return [Step(FOLLOW, label.id) for label in sorted(followed, key=lambda s: (s.role != "inbox", s.id))]


def next_walk(labels: Iterable[LabelState], span: int = WINDOW, *, now: int) -> Step | None:
    """The next window to walk back through: the newest of all labels; ``None`` where all is met."""
    windows = [window for label in labels if (window := _walk(label, span, now))]
    return max(windows, key=lambda step: (step.until, -step.label), default=None)


def _walk(label: LabelState, span: int, now: int) -> Step | None:
    if label.begun_at is None or not is_followed(label, now):
        return None
    until = label.begun_at + AHEAD if label.walked_to is None else label.walked_to
    if label.walked_to is not None and label.walked_to <= label.wanted_from:
        return None
    return Step(WALK, label.id, max(label.wanted_from, until - span), until)


def next_verify(labels: Iterable[LabelState], span: int = WINDOW, *, now: int) -> Step | None:
    """The next window to compare with the provider's list, of a label walked to its end; ``None``: none is due."""
    for label in sorted(labels, key=lambda s: (s.verified_to is None, s.verified_at or 0, s.id)):
        is_met = label.walked_to is not None and label.walked_to <= label.wanted_from
        is_due = is_due_again(label.verified_at, VERIFY_EVERY, now)
        if not is_met or not is_followed(label, now) or not (is_due or label.verified_to is not None):
            continue
        until = now + AHEAD if label.verified_to is None else label.verified_to
        return Step(VERIFY, label.id, max(label.wanted_from, until - span), until)
    return None


def longer(span: int, met: int) -> int:
    """How long the next window is, after one with so many mails."""
    return span * 2 if met < FEW else WINDOW


def is_sudden(known: int, lacking: int) -> bool:
    """Whether so many of the mails known to be in a label are lacking that it is not believed."""
    return lacking >= SUDDEN_LEAST and lacking > known * SUDDEN_SHARE


def of_late(started_over: Iterable[int], now: int) -> list[int]:
    """The times of the last day at which a cursor was lost, this one too."""
    return [*(at for at in started_over if not is_due_again(at, DAY, now)), now]


class KnownLabel(NamedTuple):
    """A label as it is remembered."""

    id: int
    ref: str
    path: tuple[str, ...]
    role: str
    is_selectable: bool
    total: int | None
    trait: str
    is_gone: bool


class Found(NamedTuple):
    """A label as the provider has it (``providers.port.FoundLabel``)."""

    ref: str
    path: tuple[str, ...]
    role: str
    is_selectable: bool
    total: int | None
    trait: str


class Reconciled(NamedTuple):
    """What to do so that what is remembered of labels is what there is."""

    new: Sequence[Found]
    changed: Mapping[int, Found]
    """By the id of the label remembered: it was renamed, changed its role or count, or is back."""
    gone: Sequence[int]


def reconcile(known: Iterable[KnownLabel], found: Sequence[Found]) -> Reconciled:
    """Find each label again: by its ref, or where refs change with the name, by a trait that no other has (M12)."""
    known = list(known)
    there = {label.ref: label for label in found}
    # A name with another trait than before may have passed from one label to another.
    unsure = [label for label in known if label.ref not in there or there[label.ref].trait != label.trait]
    sure = {label.ref for label in known} - {label.ref for label in unsure}
    # Where a server gives several labels the same, of all that are or were there, it says nothing.
    shared = _shared(label.trait for label in known) | _shared(label.trait for label in found)
    renamed = _by_trait(
        [label for label in unsure if label.trait not in shared],
        [label for label in found if label.ref not in sure],
    )
    taken = {label.ref for label in renamed.values()}
    matched = renamed | {
        label.id: there[label.ref]
        for label in known
        if label.id not in renamed and label.ref in there and label.ref not in taken
    }
    before = {label.id: label for label in known}
    refs = {label.ref for label in matched.values()}
    return Reconciled(
        [label for label in found if label.ref not in refs],
        {id_: label for id_, label in matched.items() if _differs(before[id_], label)},
        [label.id for label in known if label.id not in matched and not label.is_gone],
    )


def _shared(traits: Iterable[str]) -> set[str]:
    return {trait for trait, labels in Counter(traits).items() if labels > 1}


def _by_trait(known: Sequence[KnownLabel], found: Sequence[Found]) -> dict[int, Found]:
    """Which of the labels ``known`` was renamed to which of those ``found``: to a name that is free, or becomes so.

    No two of them have the same trait. Where names only changed places all of them may as well have begun anew, and
    nothing is said.
    """
    by_trait = {label.trait: label for label in found}
    waiting = [label for label in known if label.trait and label.trait in by_trait]
    free = {label.ref for label in found} - {label.ref for label in known}
    renamed: dict[int, Found] = {}
    while moves := [label for label in waiting if by_trait[label.trait].ref in free]:
        renamed |= {label.id: by_trait[label.trait] for label in moves}
        free |= {label.ref for label in moves}
        waiting = [label for label in waiting if label.id not in renamed]
    return renamed


def _differs(label: KnownLabel, found: Found) -> bool:
    return label.is_gone or label[1:7] != tuple(found)
