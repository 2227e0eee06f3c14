"""The acts that the audit log holds, each with the sentence that says it to a person (S5)."""

from __future__ import annotations

from typing import Final

APPLY_ASKED: Final = "default_labels_asked"
APPLIED: Final = "default_labels_applied"
UNDO_ASKED: Final = "default_labels_undo_asked"
UNDONE: Final = "default_labels_undone"
FUTURE_SET: Final = "future_labels_set"

ACTS: Final = {
    APPLY_ASKED: "asked for the default synced labels to be applied to all users",
    APPLIED: "changed which labels sync, by the default synced labels",
    UNDO_ASKED: "asked for the default synced labels to be undone",
    UNDONE: "set back which labels sync, undoing the default synced labels",
    FUTURE_SET: "chose whether the default synced labels are also for future users",
}
"""Act → what its actor did."""
