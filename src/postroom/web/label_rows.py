"""Labels of a mailbox as rows of a form: found by a text, as a tree, a page at a time.

Must not query: callers hand over the labels in the order of the tree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from postroom.core.message import KEPT_OUT
from postroom.store.models import Label
from postroom.store.read.mailbox_pages import MailboxRow
from postroom.web.mailbox_states import ROLES, LabelState, label_state, name_of

PAGE_LABELS: Final = 60
_DEEPEST: Final = 4
"""Labels that are nested deeper are not indented more."""


class LabelRow(NamedTuple):
    """A label on the form."""

    label: Label
    name: str
    within: str
    """The labels it is nested in, where its name alone does not say so."""
    depth: int
    role: str
    state: LabelState
    chosen: str
    """Who selected or deselected it; empty: nobody did yet."""
    is_kept_out: bool
    """Its mail is never imported (M16)."""
    is_on: bool
    """Its box is ticked."""


@dataclass(frozen=True, slots=True)
class LabelPage:
    """A part of the labels."""

    rows: list[LabelRow]
    total: int
    """How many there are that the text and the narrowing leave."""
    first: int
    following: int | None
    """Where the next page begins."""


def label_page(
    row: MailboxRow,
    labels: Sequence[Label],
    chosen: Mapping[int, str],
    *,
    text: str = "",
    is_selected_only: bool = False,
    first: int = 0,
    ticked: Collection[int] | None = None,
) -> LabelPage:
    """The labels with this text in their path, from the ``first`` on.

    ``chosen``: label → who chose it, in words; ``ticked``: as the form was sent.
    """
    is_tree = not text and not is_selected_only
    found = [
        label
        for label in labels
        if text.casefold() in name_of(label).casefold()
        and not (is_selected_only and label.selected_at is None)
    ]
    there = {tuple(label.path) for label in found} if is_tree else set()
    part = found[first : first + PAGE_LABELS]
    rows = [_row(row, label, chosen.get(label.pk, ""), there, ticked) for label in part]
    following = first + PAGE_LABELS
    return LabelPage(rows, len(found), first, following if following < len(found) else None)


def _row(
    row: MailboxRow,
    label: Label,
    chosen: str,
    there: Collection[tuple[str, ...]],
    ticked: Collection[int] | None,
) -> LabelRow:
    path = tuple(label.path)
    depth = sum(path[:end] in there for end in range(1, len(path)))
    is_nested = depth == len(path) - 1
    return LabelRow(
        label,
        path[-1] if path else label.ref,
        "" if is_nested else " / ".join(path[:-1]),
        min(depth, _DEEPEST) if is_nested else 0,
        ROLES.get(label.role, ""),
        label_state(row, label),
        chosen,
        label.role in KEPT_OUT,
        label.selected_at is not None if ticked is None else label.pk in ticked,
    )
