"""What the people lens counts and holds, in the words of pages."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "mail": "Mail",
    "chat": "Chat messages",
    "reaction": "Chat reactions",
    "activity": "Calls, meetings, tasks, comments",
    "call": "Calls",
    "meeting": "Meetings",
    "task": "Tasks",
    "comment": "Comments",
}
"""The kind of an item or an interaction → what it is called."""
