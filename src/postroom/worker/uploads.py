"""What was uploaded, taken up a share of each workspace in turn, so that none waits for the whole of another."""

from __future__ import annotations

import logging
import time
from typing import Final

from postroom.actions.process_uploads import process_some
from postroom.actions.work import may_pass
from postroom.stopping import Stopping
from postroom.store.problems import place_of
from postroom.store.read.uploads_due import workspaces_with_uploads_due

RESTS_SECONDS: Final = 60.0
"""How long a workspace is left alone whose uploads could not be taken up, because keys are missing, say."""

_log = logging.getLogger("postroom.worker")


class UploadSweep:
    """Goes through the workspaces in which something is due, again and again."""

    def __init__(self, stop: Stopping) -> None:
        self._stop = stop
        self._rests_until: dict[int, float] = {}

    def take_some(self) -> bool:
        """Take up a share of each workspace; says whether anything was. Raises errors of the database that may pass."""
        taken = 0
        for workspace in workspaces_with_uploads_due():
            if self._stop.is_set():
                break
            if self._rests_until.get(workspace, 0.0) <= time.monotonic():
                taken += self._take_of(workspace)
        return taken > 0

    def _take_of(self, workspace: int) -> int:
        try:
            return process_some(workspace)
        except Exception as error:
            if may_pass(error):
                raise
            _log.error("uploads of workspace %s met %s", workspace, place_of(error))
            self._rests_until[workspace] = time.monotonic() + RESTS_SECONDS
            return 0
