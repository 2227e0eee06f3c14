"""Death at a chosen write, as a signal would bring it: what was not committed by then is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connections

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")


class Killed(BaseException):
    """Passes through whatever catches errors, as a signal would."""


def killed_at(write: int) -> Callable[..., Any]:
    """Lets so many changes pass, and then none any more."""
    left = write

    def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if not sql.startswith(READS):
            left -= 1
            if left < 0:
                raise Killed
        return execute(sql, params, many, context)

    return stop


def in_a_fork(do: Callable[[], None]) -> int:
    """Do something in a process of its own; returns its id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        do()
        connections.close_all()
        os._exit(0)
    except BaseException:
        os._exit(1)


def end_of(child: int) -> int:
    """How a process ended: 0, 1, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
