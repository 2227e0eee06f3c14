"""Words about mailboxes: what is kept of their mail, and since when a label's mail comes in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Mode(IntEnum):
    """What is kept of imported mail of a mailbox, each with all of the one before; the smaller is the stricter (S8)."""

    METADATA = 1
    """Who, whom, when: nothing readable of the content touches the disk, and no text is fetched."""
    SUBJECT = 2
    """Its subject too."""
    FULL = 3
    """Text and HTML too."""


MODE_NAMES: Final[Mapping[Mode, str]] = {
    Mode.FULL: "full",
    Mode.SUBJECT: "subject",
    Mode.METADATA: "metadata",
}
"""As the API calls them."""

MODES_BY_NAME: Final = {name: mode for mode, name in MODE_NAMES.items()}

KINDS: Final = ("google", "microsoft", "imap")
"""The kinds of sources that mailboxes are read through."""

NOT_SELECTED: Final = 2**62
"""``starts_at`` of a copy whose label was not selected any more when it was met (C2)."""


def mode_in_force(chosen: int, strictest: int) -> Mode:
    """What is kept: as the owner chose, and never more than the workspace allows."""
    return Mode(min(chosen, strictest))
