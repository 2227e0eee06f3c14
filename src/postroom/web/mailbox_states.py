"""How a mailbox and its labels are, in words: state, what that means, who has to act, how far sync is (M14).

Must not compute states: ``store.read.mailbox_pages`` does. Trouble has its words in ``mailbox_words``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.utils import timezone

from postroom.core.label_words import EMPTIED, PROBLEM_SAYS
from postroom.core.mailbox import MODE_NAMES, Mode, mode_in_force
from postroom.core.message import KEPT_OUT
from postroom.store.models import Label, Mailbox
from postroom.store.read import mailbox_pages as read
from postroom.web.mailbox_words import NOBODY, OWNER, YOU, trouble_in_words

TITLES: Final[Mapping[str, str]] = {
    read.TROUBLE: "In trouble",
    read.LATE: "Late",
    read.WAITING: "Waiting",
    read.NEW: "Not looked at yet",
    read.CATCHING_UP: "Catching up",
    read.UP_TO_DATE: "Up to date",
    read.NOTHING_SELECTED: "Nothing selected",
    read.PAUSED: "Paused",
    read.DISCONNECTED: "Not connected",
}
TONES: Final[Mapping[str, str]] = {
    read.TROUBLE: "bad",
    read.LATE: "wait",
    read.WAITING: "wait",
    read.UP_TO_DATE: "good",
    read.CATCHING_UP: "good",
}
"""Of what is good or bad; all else is neither."""
_SAYS: Final[Mapping[str, str]] = {
    read.LATE: "It was last looked at longer ago than it should be. If that stays so, the worker does not run, "
    "or has more to do than it can.",
    read.NEW: "It is connected. Its labels are read with the first look, within minutes where the worker runs.",
    read.CATCHING_UP: "New mail comes in at once; older mail is still being gone through, the newest first.",
    read.UP_TO_DATE: "All that is selected was looked at to the end.",
    read.NOTHING_SELECTED: "It is connected and nothing is read of its mail: labels to sync are chosen apart.",
    read.PAUSED: "Its user is disabled, so nothing is read. It goes on when the user is enabled again.",
    read.DISCONNECTED: "Nothing is read of it. What came in stays, and so does what is selected.",
}
_WHO_OF_LABEL: Final[Mapping[str, str]] = {
    "emptied": OWNER,
    "not_allowed": OWNER,
    "starts_over": NOBODY,
    "try_later": NOBODY,
}
_WHO_RUNS_THE_SERVER: Final = "Whoever runs the mail server"
_WHO_RUNS_POSTROOM: Final = "Whoever runs Postroom"

ROLES: Final[Mapping[str, str]] = {
    "inbox": "inbox",
    "sent": "sent",
    "drafts": "drafts",
    "spam": "spam",
    "trash": "trash",
    "archive": "archive",
    "all": "all mail",
}
MODES: Final[Mapping[str, tuple[str, str]]] = {
    "full": ("Everything", "Subject, text, and the names and sizes of attachments. Attachments never."),
    "subject": ("Subject only", "Subject, who, whom and when. No text, so search does not look in it."),
    "metadata": (
        "Who, whom and when only",
        "Nothing readable of the content touches the disk. The text is not even fetched.",
    ),
}
"""What is kept of imported mail: a title, and what that means."""


class Health(NamedTuple):
    """How a mailbox is."""

    tone: str
    """``good``, ``wait``, ``bad`` or none."""
    title: str
    says: str
    way_out: str
    who: str
    """Who has to act; empty: nobody, nothing is wrong."""


def health_of(row: read.MailboxRow, *, is_own: bool = False) -> Health:
    """How a mailbox is; ``is_own``: it is said to its owner."""
    mailbox = row.mailbox
    tone, title = TONES.get(row.state, ""), TITLES[row.state]
    is_troubled = mailbox.trouble and row.state in (read.TROUBLE, read.WAITING, read.LATE)
    if is_troubled:
        said = trouble_in_words(
            mailbox.trouble, mailbox.trouble_code, is_central=mailbox.is_central, is_own=is_own
        )
        return Health(tone, title, said.what, said.way_out, said.who)
    if row.state == read.TROUBLE:
        return Health(tone, title, _label_trouble(row), "", _who_of(row.troubled, is_own))
    says = _SAYS[row.state] if row.state != read.CATCHING_UP else f"{_SAYS[row.state]} {_walk(row)}"
    return Health(tone, title, says, "", _WHO_RUNS_POSTROOM if row.state == read.LATE else "")


def _label_trouble(row: read.MailboxRow) -> str:
    names = [name_of(label) for label in row.troubled]
    if len(names) == 1:
        return f"The label {names[0]} has a problem, which stands beside it. The others go on."
    return f"{len(names)} labels have a problem, which stands beside each. The others go on."


def _who_of(labels: list[Label], is_own: bool) -> str:
    who = {_WHO_OF_LABEL.get(label.problem, _WHO_RUNS_THE_SERVER) for label in labels}
    if OWNER in who:
        return YOU if is_own else OWNER
    return next(iter(who - {NOBODY}), NOBODY)


def _walk(row: read.MailboxRow) -> str:
    """How far the way back is, of the label that is behind most."""
    behind = row.behind
    reached = max((label.walked_to or row.now for label in behind), default=row.now)
    until = min((row.goes_back_to(label) for label in behind), default=row.now)
    return f"Gone back to {day(reached)} so far; goes to {day(until)}."


class LabelState(NamedTuple):
    """How the sync of a label is."""

    tone: str
    says: str
    is_emptied: bool = False
    """Its owner can say that the mails are deleted."""


def label_state(row: read.MailboxRow, label: Label) -> LabelState:
    """How far the sync of a label is."""
    if label.selected_at is None:
        return LabelState("", "")
    if label.gone_at is not None:
        return LabelState(
            "wait", f"The provider has it no more, since {day(label.gone_at)}. What came in stays."
        )
    if row.mailbox.connected_at is None:
        return LabelState("", "Goes on when the mailbox is connected again.")
    if row.mailbox.trouble:
        return LabelState("wait", "Waits until the mailbox can be read again.")
    if label.problem in PROBLEM_SAYS:
        return LabelState("bad", PROBLEM_SAYS[label.problem], label.problem == EMPTIED)
    if label.role in KEPT_OUT:
        return LabelState("", "Selected, and never imported all the same.")
    if label.begun_at is None:
        return LabelState("wait", "Begins with the next look.")
    if row.is_behind(label):
        reached = day(label.walked_to if label.walked_to is not None else row.now)
        return LabelState("wait", f"Going back to {day(row.goes_back_to(label))}: so far to {reached}.")
    return LabelState("good", f"Up to date, from {day(label.starts_at)} on.")


def name_of(label: Label) -> str:
    """The label's name with those it is nested in."""
    return " / ".join(label.path) or label.ref


def mode_of(mailbox: Mailbox) -> str:
    """What is kept of its mail, as a name of ``MODES``."""
    return MODE_NAMES[mode_in_force(mailbox.mode, mailbox.workspace.mailbox_mode)]


def strictest_of(mailbox: Mailbox) -> str:
    """The most that its workspace allows, as a name of ``MODES``."""
    return MODE_NAMES[Mode(mailbox.workspace.mailbox_mode)]


def day(seconds: int | None) -> str:
    """A day in the reader's zone, within a sentence: 3 March 2026."""
    if not seconds:
        return "the beginning"
    return f"{timezone.localtime(datetime.fromtimestamp(seconds, UTC)):%-d %B %Y}"


def span(seconds: int) -> str:
    """So long: 40 s, 12 min, 3 h, 2 days."""
    if seconds >= 2 * 86_400:
        return f"{seconds // 86_400} days"
    for size, unit in ((3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def times_of(row: read.MailboxRow) -> dict[str, str]:
    """When it is looked at next, and by how much the last full look is late, in words."""
    if row.state in (read.DISCONNECTED, read.PAUSED):
        return {"next_look": "Not at all", "lag": "—"}
    wait = 0 if row.mailbox.has_more else row.mailbox.look_at - row.now
    return {
        "next_look": f"In {span(wait)}" if wait > 0 else "As soon as the worker is free",
        "lag": span(row.lag) if row.lag else "None",
    }
