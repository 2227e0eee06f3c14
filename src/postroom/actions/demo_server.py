"""The mail server of a demo workspace, which every process makes for itself.

Nothing is kept of it: its mail follows from the demo's present and the time, so that refs and cursors mean the same in
every process and after a restart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock
from typing import Final

from postroom.demo import company, live
from postroom.demo.desk import DemoCopy
from postroom.demo.quiet import NEWCOMERS, QUIET, QuietMailbox
from postroom.providers.memory import KeptMailbox, MemoryServer, lasting_server
from postroom.store.models import Source

KIND: Final = "memory"
"""Of its source, whose settings say when the demo's ``present`` was and when its mail ``ends_at``, Unix seconds."""


def ensure_server(source: Source) -> str:
    """Have the server in this process, with all mail that has come by now; answers its name."""
    present, ends_at = source.settings["present"], source.settings["ends_at"]
    name = f"demo {present}"
    with _lock:
        if name not in _posts:
            _posts[name] = _Post(lasting_server(name), present)
        _posts[name].deliver(min(int(time.time()), ends_at))
    return name


class _Post:
    """Brings mail in the one order in which it comes."""

    def __init__(self, server: MemoryServer, present: int) -> None:
        self._boxes = {address: _mailbox(server, name) for name, address in _addresses().items()}
        for each in (*QUIET, *NEWCOMERS):
            _add_quiet(server, each)
        self._coming: Iterator[DemoCopy] = live.live_mails(present)
        self._next: DemoCopy | None = next(self._coming, None)

    def deliver(self, until: int) -> None:
        """Deliver what comes until then; what was delivered before stays."""
        while self._next is not None and self._next.at <= until:
            box, label = self._boxes[self._next.user], self._next.label
            box.deliver(_ref(box, label), self._next.raw, received_at=self._next.at)
            self._next = next(self._coming, None)


_lock = Lock()
_posts: dict[str, _Post] = {}
"""By the name of the server."""


def _addresses() -> dict[str, str]:
    return {name: company.user_named(name).email for name in live.PROJECTS}


def _mailbox(server: MemoryServer, name: str) -> KeptMailbox:
    box = server.add_user(company.user_named(name).email)
    box.add_label("Archive", role="archive")
    box.add_label("Projects", is_selectable=False)
    box.add_label(*live.project_label(live.PROJECTS[name]))
    return box


def _add_quiet(server: MemoryServer, each: QuietMailbox) -> None:
    box = server.add_user(company.user_named(each.name).email)
    if each.own_label:
        box.add_label(each.own_label)
    if each.lacks:
        box.remove_label(box.by_role(each.lacks))


def _ref(box: KeptMailbox, label: str) -> str:
    """The ref of the label that the plan means: the one with this role, or of this customer."""
    path = live.project_label(label)
    return next(kept.ref for kept in box.labels() if kept.role == label or kept.path == path)
