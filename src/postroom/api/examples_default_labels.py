"""Examples of the default synced labels, as the OpenAPI document shows them.

They work, one after the other, in a workspace with the users ``ana@acme.com``, whose Inbox and Sent sync by
her own choice, and ``ben@acme.com``, who has no mailbox.
"""

from __future__ import annotations

from typing import Any, Final

from postroom.api.access import JSON

BOXES: Final = {"inbox": True, "sent": False}
FORESEEN: Final = {
    **BOXES,
    "counts": {"changed": 1, "unchanged": 0, "skipped": 1, "failed": 0},
    "reasons": {"disabled": 0, "no_mailbox": 1, "no_such_label": 0, "chosen_since": 0, "labels_unread": 0},
    "overridden": 1,
    "syncing": {"inbox": {"before": 1, "after": 1}, "sent": {"before": 1, "after": 0}},
    "users": [
        {
            "user": "ana@acme.com",
            "status": "changed",
            "reason": None,
            "before": {"inbox": True, "sent": True},
            "after": {"inbox": True, "sent": False},
            "overrides": True,
        },
        {
            "user": "ben@acme.com",
            "status": "skipped",
            "reason": "no_mailbox",
            "before": {"inbox": None, "sent": None},
            "after": {"inbox": None, "sent": None},
            "overrides": False,
        },
    ],
    "next_cursor": None,
}
FUTURE: Final = {"future_users": True}


def _sent(example: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"content": {JSON: {"example": example}}}}


PREVIEW: Final = {**_sent(BOXES), "responses": {200: {"content": {JSON: {"example": FORESEEN}}}}}
APPLY: Final = _sent(BOXES)
CHANGE: Final = _sent(FUTURE)
