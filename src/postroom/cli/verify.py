"""``postroom verify``: is everything accounted for that mailboxes list?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from postroom.actions.verify import verify as verify_
from postroom.cli.mailboxes import MailboxOf, in_trouble, mailboxes_meant
from postroom.cli.names import named_workspace
from postroom.cli.output import Json, Stop, WorkspaceName, answer
from postroom.cli.sync import looked_into
from postroom.core.label_words import problem_told
from postroom.store.read.completeness import count_left_out

_NAMED = 20
_HEAD = ("listed", "imported", "held", "skipped", "set aside")


def verify(
    workspace: WorkspaceName,
    mailbox: MailboxOf = None,
    now: Annotated[
        bool, typer.Option("--now", help="Compare with what the providers list first, in this process.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Verify that all mail that selected labels list was imported, held, skipped or set aside, in each lens."""
    place = named_workspace(workspace)
    boxes = mailboxes_meant(place, mailbox)
    if now:
        for box in boxes:
            looked_into(box, compare=True)
    meant = {box.pk for box in boxes}
    labels = [label.as_json() for label in verify_(place) if label.label.mailbox_id in meant]
    is_equal = all(label["equal"] for label in labels)
    left_out = count_left_out(place) if mailbox is None else 0
    lines = [line for label in labels for line in _lines(label)] or ["No label is selected."]
    if left_out:
        labels_ = "label" if left_out == 1 else "labels"
        lines.append(
            f"Left out: {left_out:,} {labels_} of mailboxes that are not connected or whose user is disabled."
        )
    answer({"equal": is_equal, "labels": labels, "left_out": left_out}, as_json, "\n".join(lines))
    if now:
        in_trouble(boxes)
    if not is_equal:
        raise Stop("difference", " ".join(_reasons([label for label in labels if not label["equal"]])))


def _reasons(labels: list[dict[str, Any]]) -> Iterator[str]:
    """Why the labels' sums are not right, and what is to be done."""
    followed = [label for label in labels if not label["problem"]]
    if len(followed) < len(labels):
        yield "A label is in trouble: what is the matter and what to do stands beside it."
    if any(_is_lacking(label) for label in followed):
        yield "Not all that is listed is accounted for. A comparison mends it: --now, or the worker's."
    if any(not _is_lacking(label) for label in followed):
        yield "Not finished yet: older mail is still being met. The worker goes on with it, or --now."


def _is_lacking(label: dict[str, Any]) -> bool:
    return any(of["undecided"] for of in label["lenses"].values())


def _lines(label: dict[str, Any]) -> Iterator[str]:
    compared = (
        f"compared with the provider's list on {label['compared_at']}"
        if label["compared_at"]
        else "never compared"
    )
    yield f"{label['user']}  {label['label']}  since {label['since'] or 'ever'}, {compared}"
    yield "  " + " ".join(f"{name:>10}" for name in _HEAD)
    for lens, of in label["lenses"].items():
        figures = (label["listed"], of["imported"], of["held"], of["skipped"], label["set_aside"])
        yield "  " + " ".join(f"{figure:>10,}" for figure in figures) + f"  {lens}"
    yield from _beside(label)


def _beside(label: dict[str, Any]) -> Iterator[str]:
    """What is no part of the sum, and what is wrong."""
    if label["gone"] or label["vanished"]:
        yield f"  gone since: {label['gone']:,}, gone before they could be fetched: {len(label['vanished']):,}"
    if label["missed"]:
        named = ", ".join(one["ref"] for one in label["found_missing"][:_NAMED])
        yield f"  found missing and met: {label['missed']:,}: {named}"
    for lens, of in label["lenses"].items():
        if of["not_asked"]:
            yield f"  met before the source fed the {lens} lens: {of['not_asked']:,}"
    if label["problem"]:
        yield f"  in trouble ({label['problem']}): {problem_told(label['problem'])}"
    if label["met_back_to"] is None or label["met_back_to"] > (label["since"] or ""):
        yield f"  still being met: back to {label['met_back_to'] or 'nowhere yet'}"
    for one in label["differences"][:_NAMED]:
        yield f"  lacking: {one['ref']}, received {one['received_at']}, {one['lens'] or 'not met'}"
