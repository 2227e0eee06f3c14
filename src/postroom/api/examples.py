"""Examples of uploads, as the OpenAPI document shows them: what is sent, and what it is answered.

They work, one after the other, in a workspace that has ``acme.com`` as its domain and the users ``ana@acme.com`` and
``ben@acme.com``, who have not switched Collect passive data on.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from postroom.api.access import JSON

ANA: Final = "ana@acme.com"
BEN: Final = "ben@acme.com"


class Example(NamedTuple):
    """A call and its answer."""

    sent: dict[str, Any]
    answered: dict[str, Any]


def in_document(example: Example) -> dict[str, Any]:
    """What the OpenAPI document says of it."""
    return {
        "requestBody": {"content": {JSON: {"example": example.sent}}},
        "responses": {200: {"content": {JSON: {"example": example.answered}}}},
    }


def _answered(*results: tuple[str | None, str]) -> dict[str, Any]:
    return {
        "accepted": len(results),
        "rejected": 0,
        "results": [
            {"index": index, "id": id_, "status": status, "reason": None, "field": None}
            for index, (id_, status) in enumerate(results)
        ],
    }


MAILS: Final = Example(
    {
        "messages": [
            {
                "id": "mail-1",
                "user": ANA,
                "date": "2026-11-16T09:30:00Z",
                "folder": "sent",
                "from": {"email": ANA, "name": "Ana Ruiz"},
                "to": [{"email": BEN, "name": "Ben Ode"}],
                "cc": [{"email": "kim@customer.example"}],
                "message_id": "mail-1@acme.com",
                "subject": "Offer",
                "text": "Hello Ben, here it is.",
            }
        ]
    },
    _answered(("mail-1", "held")),
)
CHATS: Final = Example(
    {
        "messages": [
            {
                "id": "chat-1/7",
                "chat_id": "chat-1",
                "chat_type": "group",
                "author": ANA,
                "members": [ANA, BEN],
                "date": "2026-11-16T10:00:00Z",
                "text": "Lunch?",
            }
        ]
    },
    _answered(("chat-1/7", "held")),
)
REACTIONS: Final = Example(
    {
        "reactions": [
            {
                "id": "chat-1/7/ben",
                "message_id": "chat-1/7",
                "chat_id": "chat-1",
                "user": BEN,
                "message_author": ANA,
                "reaction": "thumbs up",
                "date": "2026-11-16T10:01:00Z",
                "removed": False,
            }
        ]
    },
    _answered(("chat-1/7/ben", "held")),
)
ACTIVITIES: Final = Example(
    {
        "activities": [
            {
                "id": "meeting-1",
                "type": "meeting",
                "user": ANA,
                "participants": [BEN, "kim@customer.example"],
                "start": "2026-11-16T13:00:00Z",
                "end": "2026-11-16T13:45:00Z",
                "subject": "Offer",
            }
        ]
    },
    _answered(("meeting-1", "held")),
)
FOLDERS: Final = Example(
    {
        "statistics": [
            {
                "user": ANA,
                "folder": "sent",
                "total": 1200,
                "uploaded": 1,
                "from": "2024-01-08T08:00:00Z",
                "to": "2026-11-16T09:30:00Z",
            }
        ]
    },
    _answered((None, "updated")),
)
RAW_MAIL: Final = (
    "From: Ana Ruiz <ana@acme.com>\r\nTo: Kim <kim@customer.example>\r\nDate: Mon, 16 Nov 2026 11:00:00 +0000\r\n"
    "Message-ID: <raw-1@acme.com>\r\nSubject: Offer\r\n\r\nHello Kim, here it is.\r\n"
)
