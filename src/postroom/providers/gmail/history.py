"""Google's history of a mailbox, read for one label: what came into it, and what is out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from postroom.core.trouble import CannotEver

TYPES: Final = ("messageAdded", "messageDeleted", "labelAdded", "labelRemoved")
"""What is asked for: in the singular. The answer says it in the plural."""
FIELDS: Final = (
    "history(messagesAdded/message(id,labelIds),messagesDeleted/message/id,"
    "labelsAdded(labelIds,message(id,labelIds)),labelsRemoved(labelIds,message(id,labelIds))),"
    "nextPageToken,historyId"
)
HIDDEN: Final = frozenset({"TRASH", "SPAM"})
"""Mail with one of these is in no other label any more, though it keeps them."""
_KEPT_OUT: Final = HIDDEN | {"DRAFT"}


def read_history(label: str, records: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """The ids of the mails that came into the label, newest first, and of those that are out of it in the end.

    A mail that came and went is among both: it was there. One that is a draft, spam or trash no more came in anew:
    only now may it be taken in. Raises ``CannotEver`` (``protocol``) where it is no history.
    """
    added: dict[str, None] = {}
    removed: dict[str, None] = {}
    try:
        for record in records:
            for ref, is_in in _told(label, record):
                if is_in:
                    added[ref] = removed.pop(ref, None)
                else:
                    removed[ref] = None
    except (AttributeError, KeyError, TypeError):
        raise CannotEver("protocol") from None
    return [*reversed(added)], [*removed]


def _told(label: str, record: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for change in record.get("messagesAdded", ()):
        if _may_be_in(label, change["message"]):
            yield change["message"]["id"], True
    for change in record.get("labelsAdded", ()):
        names = {*change.get("labelIds", ())}
        if label in names:
            yield change["message"]["id"], True
        elif names & HIDDEN and label not in HIDDEN:
            yield change["message"]["id"], False
    for change in record.get("labelsRemoved", ()):
        names = {*change.get("labelIds", ())}
        if label in names:
            yield change["message"]["id"], False
        elif names & _KEPT_OUT and _may_be_in(label, change["message"]):
            yield change["message"]["id"], True
    for change in record.get("messagesDeleted", ()):
        yield change["message"]["id"], False


def _may_be_in(label: str, message: Mapping[str, Any]) -> bool:
    """Whether a mail is in the label, by all of its labels; where they are not told, Google's word for it is taken."""
    labels = message.get("labelIds")
    if labels is None:
        return True
    return label in labels and (label in HIDDEN or HIDDEN.isdisjoint(labels))
