"""How commands end and what they print, and the environment of those that run as programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """The environment of a program with a data folder and settings of its own."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("POSTROOM_", "DJANGO_"))
    }
    given = {"data_dir": data_dir, **settings}
    return clean | {f"POSTROOM_{name.upper()}": str(value) for name, value in given.items()}
