"""``postroom sync``: look into mailboxes now, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from postroom.actions.mailbox_reading import Met
from postroom.actions.sync_now import MailboxBusy, sync_now
from postroom.actions.verify import VerifiedLabel, verify
from postroom.cli.mailboxes import MailboxOf, in_trouble, mailboxes_meant
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.core.label_words import problem_told
from postroom.core.reasons import REASONS
from postroom.store.models import Mailbox


def sync(workspace: WorkspaceName, mailbox: MailboxOf = None, as_json: Json = False) -> None:
    """Look into mailboxes now, until all mail that is to be met was; the worker does the same by itself."""
    place = named_workspace(workspace)
    boxes = mailboxes_meant(place, mailbox)
    rows = [_row(box, looked_into(box), verify(place, box.user)) for box in boxes]
    answer(
        rows, as_json, "\n".join(line for row in rows for line in _lines(row)) or "There are no mailboxes."
    )
    in_trouble(boxes)
    _labels_in_trouble(rows)


def looked_into(box: Mailbox, *, compare: bool = False) -> Met:
    """What looking into it came to; a terminal is told how far it is. Raises ``Stop`` where somebody else has it."""
    with _progress(box) as tell:
        try:
            return sync_now(box, verify=compare, tell=tell)
        except MailboxBusy as busy:
            raise Stop("busy", str(busy)) from None


@contextmanager
def _progress(box: Mailbox) -> Iterator[Callable[[Met], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(box.user.email) as status:
        yield lambda met: status.update(f"{box.user.email}: {met.new:,} mails met")


def _row(box: Mailbox, met: Met, labels: list[VerifiedLabel]) -> dict[str, Any]:
    outcomes: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(met.outcomes.items()):
        outcomes.setdefault(outcome, {})[reason] = count
    return {
        "user": box.user.email,
        "source": box.source.kind,
        "listed": met.listed,
        "new": met.new,
        "known": met.listed - met.new,
        "outcomes": outcomes,
        "trouble": box.trouble or None,
        "trouble_code": box.trouble_code or None,
        "labels": [label.as_json() | {"days": len(label.days)} for label in labels],
    }


def _lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"{row['user']}: mails listed: {row['listed']:,}, new: {row['new']:,}, known: {row['known']:,}."
    for outcome, reasons in row["outcomes"].items():
        for reason, count in reasons.items():
            says = REASONS[reason].says.split(":")[0].rstrip(".") if reason in REASONS else ""
            yield f"{count:>10,}  {outcome:<10} {reason:<20} {says}".rstrip()
    for label in row["labels"]:
        back = f"met back to {label['met_back_to'][:10]}" if label["met_back_to"] else "not met yet"
        yield f"  {label['label']}: {label['listed']:,} mails, {back}."
        if label["problem"]:
            yield f"    in trouble ({label['problem']}): {problem_told(label['problem'])}"


def _labels_in_trouble(rows: list[dict[str, Any]]) -> None:
    """Raise ``Stop`` where a label is in trouble; the others were followed."""
    troubled = [
        f"{label['label']} of {row['user']}" for row in rows for label in row["labels"] if label["problem"]
    ]
    if troubled:
        more = f", and {len(troubled) - 1} more" if len(troubled) > 1 else ""
        raise Stop("mailbox", f"A label is in trouble: {troubled[0]}{more}. What to do stands beside it.")
