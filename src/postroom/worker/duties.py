"""What can be due: each kind of background job, and the action that does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from postroom.actions.connect_users import run_connect_all
from postroom.actions.earlier_messages import KIND as LOOK_FOR_EARLIER
from postroom.actions.earlier_messages import REMOVE as REMOVE_BLOCKED
from postroom.actions.earlier_messages import run_look
from postroom.actions.erase_traces import KIND as ERASE_TRACES
from postroom.actions.erase_traces import run_erase_traces
from postroom.actions.forget import KIND as FORGET
from postroom.actions.forget import run_forget
from postroom.actions.judge_people import run_release
from postroom.actions.push_default_labels import run_apply_labels, run_undo_labels
from postroom.actions.reclassify import KIND as RECLASSIFY
from postroom.actions.reclassify import run_reclassify
from postroom.actions.reconsider import KIND as RECONSIDER
from postroom.actions.reconsider import run_reconsider
from postroom.actions.remove_blocked import run_remove_blocked
from postroom.actions.retry_all_set_aside import KIND as RETRY_SET_ASIDE
from postroom.actions.retry_all_set_aside import run_retry_all_set_aside
from postroom.core.job_kinds import APPLY_LABELS, CONNECT_ALL, RELEASE, UNDO_LABELS
from postroom.store.models import Job

DUTIES: Final[dict[str, Callable[[Job], None]]] = {
    RECONSIDER: run_reconsider,
    ERASE_TRACES: run_erase_traces,
    RETRY_SET_ASIDE: run_retry_all_set_aside,
    LOOK_FOR_EARLIER: run_look,
    REMOVE_BLOCKED: run_remove_blocked,
    FORGET: run_forget,
    RECLASSIFY: run_reclassify,
    RELEASE: run_release,
    CONNECT_ALL: run_connect_all,
    APPLY_LABELS: run_apply_labels,
    UNDO_LABELS: run_undo_labels,
}
"""A job's ``kind`` → what is done. Each may be interrupted anywhere and done again."""
