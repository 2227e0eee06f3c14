"""The acts that the audit log holds, each with the sentence that says it to a person (S5).

A new one is a line here and one in ``docs/reference/audit.md``; an action writes it down by ``store.write.audit``.
"""

from __future__ import annotations

from typing import Final

APPLY_ASKED: Final = "default_labels_asked"
APPLIED: Final = "default_labels_applied"
UNDO_ASKED: Final = "default_labels_undo_asked"
UNDONE: Final = "default_labels_undone"
FUTURE_SET: Final = "future_labels_set"
LABEL_CHOSEN: Final = "label_chosen"
MAILBOX_CONNECTED: Final = "mailbox_connected"
MAILBOX_DISCONNECTED: Final = "mailbox_disconnected"
CENTRAL_ON: Final = "centralized_connect_on"
CENTRAL_OFF: Final = "centralized_connect_off"
MODE_SET: Final = "mailbox_mode_set"
MOST_KEPT_SET: Final = "most_kept_set"
ROLE_MADE: Final = "role_made"
ROLE_CHANGED: Final = "role_changed"
ROLE_DELETED: Final = "role_deleted"
ROLE_GIVEN: Final = "role_given"
MANAGER_SET: Final = "manager_set"
USER_DISABLED: Final = "user_disabled"
USER_ENABLED: Final = "user_enabled"
JOB_CANCELLED: Final = "job_cancelled"
JOB_RETRIED: Final = "job_retried"
REPORT_SEEN: Final = "report_seen"
CIRCLE_SEEN: Final = "circle_seen"
TEAM_SEEN: Final = "team_report_seen"

ACTS: Final = {
    APPLY_ASKED: "asked for the default synced labels to be applied to all users",
    APPLIED: "changed which labels sync, by the default synced labels",
    UNDO_ASKED: "asked for the default synced labels to be undone",
    UNDONE: "set back which labels sync, undoing the default synced labels",
    FUTURE_SET: "chose whether the default synced labels are also for future users",
    LABEL_CHOSEN: "chose how a label of a user's mailbox syncs",
    MAILBOX_CONNECTED: "connected a mailbox",
    MAILBOX_DISCONNECTED: "disconnected a mailbox",
    CENTRAL_ON: "switched Centralized Connect on",
    CENTRAL_OFF: "switched Centralized Connect off",
    MODE_SET: "chose what is kept of the mail of a mailbox",
    MOST_KEPT_SET: "chose the most that is kept of mail of all mailboxes",
    ROLE_MADE: "made a role",
    ROLE_CHANGED: "changed a role",
    ROLE_DELETED: "deleted a role",
    ROLE_GIVEN: "gave a user another role",
    MANAGER_SET: "gave a user another manager, who may see reports of the users below",
    USER_DISABLED: "disabled a user",
    USER_ENABLED: "let a disabled user sign in again",
    JOB_CANCELLED: "cancelled a background job",
    JOB_RETRIED: "had a background job tried again",
    REPORT_SEEN: "looked at a user's employee report",
    CIRCLE_SEEN: "looked at a user's collaboration circle",
    TEAM_SEEN: "looked at the report of a team",
}
"""Act → what its actor did."""
DONE_TO_JOBS: Final = (JOB_CANCELLED, JOB_RETRIED)
"""What somebody did to a job, each time; a job does the other acts itself, to many at once."""
