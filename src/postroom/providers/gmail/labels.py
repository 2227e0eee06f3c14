"""Gmail's labels as the port has them: mail folders by Google's own ids, and what people made themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from postroom.core.trouble import CannotEver
from postroom.providers.port import FoundLabel

_ROLES: Final[Mapping[str, str]] = {
    "INBOX": "inbox",
    "SENT": "sent",
    "DRAFT": "drafts",
    "SPAM": "spam",
    "TRASH": "trash",
}
"""By Google's id, which no label of a person's can have. Its other labels are marks on mail, and no place to sync."""


def found_labels(answer: Mapping[str, Any]) -> list[FoundLabel]:
    """Read the answer of labels.list. Raises ``CannotEver`` (``protocol``) where it is none."""
    try:
        return [
            FoundLabel(label["id"], _path(label["name"]), _ROLES.get(label["id"], ""))
            for label in answer.get("labels", ())
            if label.get("type") == "user" or label["id"] in _ROLES
        ]
    except (AttributeError, KeyError, TypeError):
        raise CannotEver("protocol") from None


def with_totals(
    labels: Iterable[FoundLabel], details: Iterable[Mapping[str, Any] | None]
) -> list[FoundLabel]:
    """The labels with how many mails each has, by the answers of labels.get."""
    return [
        label._replace(total=(detail or {}).get("messagesTotal"))
        for label, detail in zip(labels, details, strict=True)
    ]


def _path(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.split("/") if part) or (name,)
