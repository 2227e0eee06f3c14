"""Death at a chosen write, as a signal would bring it: what was not committed by then is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
