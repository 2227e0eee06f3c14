"""Verify that all mail that labels list is accounted for: imported, skipped, held or set aside, in each lens (L5).

Reads only. Comparing with what the provider lists now is a look into the mailbox: ``sync_now``, with ``verify``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from postroom.core.clock_text import rfc3339
from postroom.core.sync import PROBLEMS
from postroom.store.models import Label, User, Workspace
from postroom.store.read.completeness import (
    Day,
    Difference,
    accounted_labels,
    added_up,
    by_day,
    differences,
    is_met,
    missed,
    starts_at,
    vanished,
)


@dataclass(frozen=True, slots=True)
class VerifiedLabel:
    """A label that syncs, and its mail since it begins."""

    label: Label
    since: int
    """From when on, Unix seconds."""
    is_met: bool
    """``False``: it is still walked back to ``since``, so not all is there yet."""
    days: dict[date, Day]
    differences: list[Difference]
    """Mails of which something is lacking, the newest first; as many as are named."""
    missed: list[Difference]
    """Mails that a comparison found missing and met."""
    vanished: list[str]
    """Mails that were gone before they could be fetched, by what the provider knew them by."""

    @property
    def name(self) -> str:
        """Its name, after those of the labels it is nested in."""
        return "/".join(self.label.path)

    @property
    def problem(self) -> str:
        """Why the label is not followed; empty: it is."""
        return self.label.problem if self.label.problem in PROBLEMS else ""

    @property
    def is_equal(self) -> bool:
        """Whether all that is listed was met and is accounted for."""
        return self.is_met and not self.problem and all(day.is_equal for day in self.days.values())

    def as_json(self) -> dict[str, Any]:
        """The same in the shape of the command line."""
        label = self.label
        return {
            "user": label.mailbox.user.email,
            "source": label.mailbox.source.kind,
            "label": self.name,
            "role": label.role,
            "equal": self.is_equal,
            "since": rfc3339(self.since),
            "met_back_to": rfc3339(label.walked_to),
            "compared_at": rfc3339(label.verified_at),
            "problem": self.problem,
            **_told(added_up(self.days.values())),
            "days": [{"day": day.isoformat(), **_told(of_day)} for day, of_day in self.days.items()],
            "differences": [_named(one) | {"lens": one.lens or None} for one in self.differences],
            "found_missing": [_named(one) for one in self.missed],
            "vanished": self.vanished,
        }


def verify(workspace: Workspace, user: User | None = None) -> list[VerifiedLabel]:
    """Verify the labels that sync, of all connected mailboxes or the one of a user."""
    labels = accounted_labels(workspace, user)
    gone = vanished(labels)
    return [_verified(label, starts_at(label) or 0, gone.get(label.pk, [])) for label in labels]


def _verified(label: Label, since: int, gone: list[str]) -> VerifiedLabel:
    return VerifiedLabel(
        label,
        since,
        is_met(label),
        by_day(label, since),
        differences(label, since),
        missed(label, since),
        gone,
    )


def _told(day: Day) -> dict[str, Any]:
    return {
        "listed": day.listed,
        "set_aside": day.set_aside,
        "lenses": {
            lens: {
                "imported": outcomes.imported,
                "held": outcomes.held,
                "skipped": outcomes.skipped,
                "not_asked": outcomes.not_asked,
                "undecided": outcomes.undecided,
            }
            for lens, outcomes in day.lenses.items()
        },
        "missed": day.missed,
        "gone": day.gone,
    }


def _named(mail: Difference) -> dict[str, Any]:
    return {"ref": mail.ref, "received_at": rfc3339(mail.received_at)}
