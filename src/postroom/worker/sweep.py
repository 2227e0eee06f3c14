"""What is due in workspaces, taken up a share of each in turn, so that none waits for the whole of another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from postroom.actions.work import may_pass
from postroom.stopping import Stopping
from postroom.store.problems import place_of

RESTS_SECONDS: Final = 60.0
"""How long a workspace is left alone of which nothing could be taken up, because keys are missing, say."""

_log = logging.getLogger("postroom.worker")


class Sweep:
    """Goes through the workspaces in which something is due, again and again."""

    def __init__(
        self, what: str, due: Callable[[], list[int]], take: Callable[[int], int], stop: Stopping
    ) -> None:
        """``what`` is swept, as the log names it; ``take`` does some of a workspace's, and says of how much."""
        self._what = what
        self._due = due
        self._take = take
        self._stop = stop
        self._rests_until: dict[int, float] = {}

    def take_some(self) -> bool:
        """Take up a share of each workspace; says whether anything was. Raises errors of the database that may pass."""
        taken = 0
        for workspace in self._due():
            if self._stop.is_set():
                break
            if self._rests_until.get(workspace, 0.0) <= time.monotonic():
                taken += self._take_of(workspace)
        return taken > 0

    def _take_of(self, workspace: int) -> int:
        try:
            return self._take(workspace)
        except Exception as error:
            if may_pass(error):
                raise
            _log.error("%s of workspace %s met %s", self._what, workspace, place_of(error))
            self._rests_until[workspace] = time.monotonic() + RESTS_SECONDS
            return 0
