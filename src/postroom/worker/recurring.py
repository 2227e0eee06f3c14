"""What comes again by itself, each hour or day: small duties in a table. When each was last done survives a restart."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from postroom.actions.connect_all import connect_new_users
from postroom.actions.default_labels import apply_to_later_users
from postroom.actions.drop_too_old import drop_too_old
from postroom.actions.find_communities import find_communities_everywhere
from postroom.actions.forget_upload_calls import forget_upload_calls
from postroom.actions.recurring import is_due, note_done, note_failed
from postroom.actions.remember_answer import forget_sent_calls
from postroom.actions.roll_up import make_anew_what_is_outdated
from postroom.actions.work import may_pass
from postroom.store.problems import place_of
from postroom.store.read.workspaces import workspaces

LOOK_EVERY_SECONDS: Final = 60.0

_log = logging.getLogger("postroom.worker")


class Recurring(NamedTuple):
    """A duty; it may be interrupted anywhere and done again, also by two workers at once."""

    name: str
    every: timedelta
    do: Callable[[], object]


def drop_too_old_everywhere() -> None:
    """Drop, in each workspace that says for how long, what was held for longer (P8)."""
    for workspace in workspaces().filter(holds_for_days__isnull=False):
        drop_too_old(workspace)


RECURRING: Final = (
    Recurring("forget_sent_calls", timedelta(hours=1), forget_sent_calls),
    Recurring("apply_to_later_users", timedelta(minutes=1), apply_to_later_users),
    Recurring("make_anew_what_is_outdated", timedelta(minutes=1), make_anew_what_is_outdated),
    Recurring("connect_new_users", timedelta(minutes=10), connect_new_users),
    Recurring("find_communities", timedelta(hours=1), find_communities_everywhere),
    Recurring("drop_too_old", timedelta(days=1), drop_too_old_everywhere),
    Recurring("forget_upload_calls", timedelta(days=1), forget_upload_calls),
)


class Recurrences:
    """Does what recurs when it is due, looking once a minute."""

    def __init__(self) -> None:
        self._looked_at = -LOOK_EVERY_SECONDS

    def do_due(self) -> bool:
        """Do one duty that is due; says whether there was one. Raises errors of the database that may pass."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_SECONDS:
            return False
        for duty in RECURRING:
            if is_due(duty.name, duty.every):
                _do(duty)
                return True
        self._looked_at = time.monotonic()
        return False


def _do(duty: Recurring) -> None:
    try:
        duty.do()
    except Exception as error:
        if may_pass(error):
            raise
        _log.error("the duty %s met %s", duty.name, place_of(error))
        note_failed(duty.name, duty.every)
    else:
        note_done(duty.name)
