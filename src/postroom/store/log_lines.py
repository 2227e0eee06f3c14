"""How a line of the server's log is written: no address, subject, secret or path of a request in it (S7).

What Postroom says itself is written as it is said. What its libraries say may quote a request or an error's
text, so of that only the place it was said at is written. Must not be needed to find out what an error means.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from postroom.store.problems import place_of

_OURS: Final = "postroom."


class PlacesOnly(logging.Formatter):
    """Writes time, level, logger, and where something happened; never a traceback."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Write the record on one line."""
        record.message = _said(record)
        record.asctime = self.formatTime(record)
        return self.formatMessage(record)


def _said(record: logging.LogRecord) -> str:
    said = [record.getMessage() if f"{record.name}.".startswith(_OURS) else _place(record)]
    status = getattr(record, "status_code", None)
    if isinstance(status, int):
        said.append(f"status {status}")
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        said.append(place_of(error))
    return ", ".join(said)


def _place(record: logging.LogRecord) -> str:
    """The file and line that said it: django/utils/log.py:253."""
    return f"{Path(*Path(record.pathname).parts[-3:])}:{record.lineno}"
