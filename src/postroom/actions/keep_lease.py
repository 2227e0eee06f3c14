"""Keep the lease of a mailbox while a look waits for its provider, however slow that is."""

from __future__ import annotations

import threading
import time
from typing import Final, Self

from django.db import connections

from postroom.actions.work import may_pass
from postroom.core.schedule import LEASE_SECONDS
from postroom.store.write.jobs import LeaseLost
from postroom.store.write.mailboxes import renew

EVERY_SECONDS: Final = LEASE_SECONDS / 5


class LeaseKeeper(threading.Thread):
    """Renews the lease every minute within its ``with`` block; what the look writes asks for the fence itself."""

    def __init__(self, mailbox_id: int, fence: int) -> None:
        super().__init__(name=f"lease of mailbox {mailbox_id}", daemon=True)
        self._mailbox = mailbox_id
        self._fence = fence
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Renew until the block ends, or the lease is lost."""
        while not self._ended.wait(EVERY_SECONDS):
            try:
                renew(self._mailbox, self._fence, int(time.time()))
            except LeaseLost:
                return
            except Exception as error:
                if not may_pass(error):
                    raise
            finally:
                connections.close_all()
