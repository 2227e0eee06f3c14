"""Mailboxes that tell of new mail by themselves: a thread waits at each, as far as there are threads for them."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import connections

from postroom.actions.watch_mailbox import watch
from postroom.core.trouble import ProviderError
from postroom.stopping import Stopping
from postroom.store.problems import place_of
from postroom.store.read.mailboxes import watchable_mailboxes

KIND: Final = "imap"
"""Of the sources whose servers tell (IDLE); the others are asked."""
MOST: Final = 100
"""So many are watched; whatever is not is asked in its turn, like all."""
LOOK_EVERY_SECONDS: Final = 30.0
RESTS_SECONDS: Final = 600.0
"""How long a mailbox is left alone whose server cannot tell, or was in trouble."""

_log = logging.getLogger("postroom.worker")


class Watchers:
    """Has a thread wait at each mailbox that can be watched, and no longer than it can."""

    def __init__(self, stop: Stopping) -> None:
        self._stop = stop
        self._threads: dict[int, threading.Thread] = {}
        self._wanted: set[int] = set()
        self._rests_until: dict[int, float] = {}
        self._looks_at = 0.0

    def see_to_it(self) -> bool:
        """Start what is missing; always says that there is nothing more to do. Raises the database's errors."""
        now = time.monotonic()
        if now >= self._looks_at:
            self._looks_at = now + LOOK_EVERY_SECONDS
            self._wanted = set(watchable_mailboxes(KIND, MOST))
            self._threads = {id_: thread for id_, thread in self._threads.items() if thread.is_alive()}
            for id_ in self._wanted - self._threads.keys():
                if self._rests_until.get(id_, 0.0) <= now:
                    self._threads[id_] = threading.Thread(target=self._watch, args=(id_,), daemon=True)
                    self._threads[id_].start()
        return False

    def _watch(self, mailbox_id: int) -> None:
        rests = 0.0
        try:
            can = watch(mailbox_id, lambda: mailbox_id in self._wanted and not self._stop.is_set())
            rests = 0.0 if can else RESTS_SECONDS
        except ProviderError:
            # The next look finds it too, and says so on the mailbox.
            rests = RESTS_SECONDS
        except Exception as error:
            _log.error("watching a mailbox met %s", place_of(error))
            rests = RESTS_SECONDS
        finally:
            connections.close_all()
            self._rests_until[mailbox_id] = time.monotonic() + rests
