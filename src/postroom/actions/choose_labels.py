"""Choose which labels of a mailbox sync (M4): selecting starts now (M15), deselecting leaves what came in (M10).

Deletes nothing. A label of drafts, spam or trash may be selected; its mail is never imported all the same (M16).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.db import transaction

from postroom.actions.rejection import NotFound, Rejected
from postroom.core import audit as acts
from postroom.core.clock_text import rfc3339
from postroom.core.labels import ADMIN
from postroom.store.models import Label, Mailbox
from postroom.store.write import audit
from postroom.store.write import mailbox_choices as write

MOST_DAYS: Final = 3_650
"""So many days can be gone back."""
_DAY: Final = 86_400


class Chosen(NamedTuple):
    """What a choice changed."""

    selected: list[Label]
    deselected: list[Label]
    earlier: list[Label]
    """Selected before, and go further back now."""


def choose_labels(
    mailbox: Mailbox,
    wanted: Mapping[int, bool],
    *,
    origin: str,
    actor: str,
    backfill_days: int = 0,
    now: int | None = None,
) -> Chosen:
    """Let these labels, by id, sync or not; what is so already stays as it is.

    ``backfill_days``: how far back before now mail comes in, of labels that are newly selected; one that is selected
    already goes further back where that is earlier. All or nothing: raises ``NotFound`` for a label of another
    mailbox, ``Rejected`` where one cannot be selected.
    """
    check_days(backfill_days)
    at = int(time.time()) if now is None else now
    chosen = Chosen([], [], [])
    with transaction.atomic():
        labels = write.labels_to_change(mailbox, wanted)
        if labels.keys() != wanted.keys():
            raise NotFound
        before = {label.pk: _in_audit(label) for label in labels.values()}
        for label in labels.values():
            _choose(mailbox, label, wanted[label.pk], at, at - backfill_days * _DAY, origin, actor, chosen)
        if origin == ADMIN:
            for label in (*chosen.selected, *chosen.deselected, *chosen.earlier):
                audit.note(
                    *(mailbox.workspace, acts.LABEL_CHOSEN, actor),
                    user=mailbox.user,
                    before=before[label.pk],
                    after=_in_audit(label),
                )
        if any(chosen):
            write.look_soon(mailbox, at)
    return chosen


def _choose(
    mailbox: Mailbox,
    label: Label,
    is_wanted: bool,
    now: int,
    starts_at: int,
    origin: str,
    actor: str,
    chosen: Chosen,
) -> None:
    if is_wanted and label.selected_at is None:
        check_selectable(mailbox, label)
        write.select(label, now, starts_at, origin, actor)
        write.fetch_again([label.pk])
        chosen.selected.append(label)
    elif is_wanted and starts_at < (label.starts_at or 0):
        write.start_earlier(label, now, starts_at, origin, actor)
        write.fetch_again([label.pk])
        chosen.earlier.append(label)
    elif not is_wanted and label.selected_at is not None:
        write.deselect(label, now, origin, actor)
        chosen.deselected.append(label)


def _in_audit(label: Label) -> dict[str, Any]:
    """How a label stands, without its name: what a label is called is its owner's."""
    return {
        "label": label.pk,
        "label_role": label.role,
        "selected": label.selected_at is not None,
        "mail_from": rfc3339(label.starts_at),
    }


def check_selectable(mailbox: Mailbox, label: Label) -> None:
    """Raise ``Rejected`` where the label cannot be selected."""
    if mailbox.connected_at is None:
        raise Rejected("mailbox_disconnected", "selected")
    if label.gone_at is not None:
        raise Rejected("label_gone", "selected")
    if not label.is_selectable:
        raise Rejected("label_holds_labels", "selected")


def check_days(days: int) -> None:
    """Raise ``Rejected`` for a number of days that nobody can go back."""
    if not 0 <= days <= MOST_DAYS:
        raise Rejected("backfill_invalid", "backfill_days")
