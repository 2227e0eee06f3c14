"""What is said of background work: what a job is called, what it was asked for, what it counted, how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from postroom.core.job_kinds import APPLY_LABELS, KINDS, UNDER_WAY, UNDO_LABELS
from postroom.core.labels import FAILED
from postroom.store.models import Job
from postroom.web.tags import titled

TITLES: Final = {
    "reconsider": "Reconsider",
    "retry_set_aside": "Run everything set aside again",
    "look_for_earlier": "Count earlier messages",
    "remove_blocked": "Remove what the blocklist would have kept out",
    "erase_traces": "Erase the traces of what was taken back",
    "reclassify": "Say anew who is inside",
    "release": "Count messages from before consent",
    "connect_all": "Connect the mailboxes of all users",
    APPLY_LABELS: "Apply default synced labels",
    UNDO_LABELS: "Undo default synced labels",
    "forget": "Forget what was collected of a user",
}
STATES: Final = {
    "waiting": "Waiting",
    "running": "Under way",
    "done": "Done",
    "failed": "Ended with a problem",
    "cancelled": "Cancelled",
}
_COUNTS: Final = {
    "changed": "Still out, on other grounds",
    "unchanged": "Still out, as before",
    "fetch_again": "Fetched again from mailboxes",
    "send_again": "To be sent again",
    "filed": "Could be read now",
    "set_aside": "Still cannot be read",
    "rejected": "Need their file or mailbox",
    "found": "Found",
    "stay": "Stay as they are",
    "removed": "Removed",
}
_UNSAID: Final = ("not_listed",)
"""Counts that are part of another one."""
_ONLY_HERE: Final = {
    "reclassify": {"changed": "Changed", "unchanged": "As before"},
    "look_for_earlier": {"fetch_again": "Still in a mailbox"},
    "connect_all": {
        "connected": "Connected",
        "unchanged": "Connected before",
        "own_connection": "Have a connection of their own",
        "no_mailbox": "Have no mailbox there",
        "failed": "Could not be connected",
    },
    APPLY_LABELS: {
        "changed": "Changed",
        "unchanged": "Were so already",
        "skipped": "Skipped",
        "failed": "Failed",
    },
    UNDO_LABELS: {
        "changed": "Set back",
        "unchanged": "Were so already",
        "skipped": "Keep what they have",
        "failed": "Failed",
    },
}
"""Kinds that mean something else by a name."""
LABEL_NAMES: Final = {"inbox": "Inbox", "sent": "Sent"}
"""What the labels that every user has are called, by role."""
_NOT_YET: Final = "Wait for the first look"
"""A push tries those again that failed, as long as it is under way."""


def title_of(job: Job) -> str:
    """What a job is called on pages."""
    return title_of_kind(job.kind)


def title_of_kind(kind: str) -> str:
    """What all jobs of a kind are called."""
    return TITLES.get(kind) or titled(kind)


def kinds_to_choose(open_ones: list[str]) -> dict[str, str]:
    """The kinds that a list can be narrowed to, with their titles."""
    return {kind: title_of_kind(kind) for kind in KINDS if kind in open_ones}


def counts_of(job: Job) -> list[tuple[str, int]]:
    """What a job counted, in words."""
    words = _COUNTS | _ONLY_HERE.get(job.kind, {})
    if _is_push_under_way(job):
        words |= {FAILED: _NOT_YET}
    known = [(said, job.counts[name]) for name, said in words.items() if name in job.counts]
    others = [name for name in job.counts if name not in words and name not in _UNSAID]
    return known + [(titled(name), job.counts[name]) for name in others]


def waits_for(job: Job) -> int:
    """How many mailboxes a push waits for to be looked into for the first time."""
    return int(job.progress.get("left", 0)) if _is_push_under_way(job) else 0


def _is_push_under_way(job: Job) -> bool:
    return job.kind == APPLY_LABELS and job.state in UNDER_WAY


def boxes_in_words(boxes: Mapping[str, Any]) -> str:
    """The two checkboxes, or those of them that are there: Inbox on, Sent off."""
    said = [f"{name} {'on' if boxes[role] else 'off'}" for role, name in LABEL_NAMES.items() if role in boxes]
    return ", ".join(said)


def asked_in_words(job: Job) -> list[str]:
    """What a job was asked for, narrower than all."""
    if job.kind == APPLY_LABELS:
        return [boxes_in_words(job.asked), *_later(job)]
    if "ids" in job.asked:
        ids = job.asked["ids"]
        earlier = "earlier " if "earlier" in job.asked else ""
        return [f"one {earlier}message" if len(ids) == 1 else f"{len(ids)} {earlier}messages"]
    filters = job.asked.get("filters", {})
    said = [f"mailbox of {filters['user']}"] if "user" in filters else []
    said += ["by the date of the mail"] if filters.keys() & {"mail_since", "mail_before"} else []
    return [titled(filters[name]) for name in ("reason", "outcome") if name in filters] + said


def _later(job: Job) -> list[str]:
    """For how many users who came later a push is; nothing: it is for all."""
    if "users" not in job.asked:
        return []
    count = len(job.asked["users"])
    return [f"for {count} user{'' if count == 1 else 's'} who came later"]


def lasted(job: Job) -> str:
    """How long it took from asking to its end, in words; empty as long as it has not ended."""
    if job.ended_at is None:
        return ""
    seconds = max(0, int((job.ended_at - job.created_at).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
