"""What owners and administrators choose of mailboxes: labels that sync, what is kept, when to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet

from postroom.core.mailbox import NOT_SELECTED, Mode
from postroom.store.models import Copy, Label, Listing, Mailbox

CHOICE: Final = ("selected_at", "origin", "chosen_by", "chosen_at", "chosen_in", "starts_at")
"""The fields of a label that say whether it syncs, and who chose that."""
AFRESH: Final[Mapping[str, Any]] = {
    "cursor": None,
    "begun_at": None,
    "walked_to": None,
    "verified_at": None,
    "verifying_since": None,
    "verified_to": None,
    "started_over": [],
    "problem": "",
    "problem_at": None,
}
"""How far sync is with a label that was just selected, or deselected."""


def labels_to_change(mailbox: Mailbox, ids: Iterable[int]) -> dict[int, Label]:
    """These labels of the mailbox by id, locked until the transaction ends; before them, as sync does, the mailbox."""
    found = Label.objects.filter(mailbox=mailbox, pk__in=list(ids)).order_by("pk")
    if connection.features.has_select_for_update:
        Mailbox.objects.select_for_update().only("pk").get(pk=mailbox.pk)
        found = found.select_for_update()
    return {label.pk: label for label in found}


def select(label: Label, now: int, starts_at: int, origin: str, actor: str) -> None:
    """Let the label sync from now on; what is received at or after ``starts_at`` comes in."""
    label.selected_at, label.starts_at = now, starts_at
    _begin_afresh(label)
    _chosen(label, now, origin, actor)


def deselect(label: Label, now: int, origin: str, actor: str) -> None:
    """Let the label sync no more. What came of it stays; where its changes were followed to is forgotten."""
    label.selected_at = label.starts_at = None
    _begin_afresh(label)
    _chosen(label, now, origin, actor)


def start_earlier(label: Label, now: int, starts_at: int, origin: str, actor: str) -> None:
    """Let what is received at or after ``starts_at`` come in, earlier than before; how far sync is stays."""
    label.starts_at = starts_at
    _chosen(label, now, origin, actor)


def _begin_afresh(label: Label) -> None:
    for name, value in AFRESH.items():
        setattr(label, name, copy(value))
    label.save(update_fields=list(AFRESH))


def _chosen(label: Label, now: int, origin: str, actor: str) -> None:
    label.origin, label.chosen_by, label.chosen_at, label.chosen_in = origin, actor[:320], now, None
    label.save(update_fields=list(CHOICE))


def fetch_again(labels: Iterable[int]) -> None:
    """Have fetched and decided again what these labels kept out when it was met, and would not now.

    Goes through all mails of the labels since their start.
    """
    ids = list(labels)
    by_its_start = _listed(ids).filter(
        received_at__gte=F("label__starts_at"), copy__starts_at__gt=F("received_at")
    )
    # One after the other, each by an index: together they would go through every mail of the labels.
    Listing.objects.filter(pk__in=by_its_start.values("pk")).update(is_due=True)
    fetch_met_deselected(ids)


def fetch_met_deselected(labels: Iterable[int]) -> None:
    """The same where the labels begin when they began before: goes through what was met meanwhile alone."""
    met_deselected = Copy.objects.filter(starts_at=NOT_SELECTED)
    _listed(labels).filter(copy__in=met_deselected.values("pk")).update(is_due=True)


def _listed(labels: Iterable[int]) -> QuerySet[Listing]:
    return Listing.objects.filter(label__in=list(labels), gone_at=None)


def look_soon(mailbox: Mailbox, now: int) -> None:
    """Have the mailbox looked at as soon as a worker is free; before all others where ``now`` is 0."""
    Mailbox.objects.filter(pk=mailbox.pk).update(look_at=now)
    mailbox.look_at = now


def set_mode(mailbox: Mailbox, mode: Mode) -> None:
    """Store what is kept of the mailbox's mail."""
    mailbox.mode = mode.value
    mailbox.save(update_fields=["mode"])
