"""How much of a mail others see: said by those in whose mailboxes it lies, and no role overrides it (R4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final


class Visibility(IntEnum):
    """What is seen of a mail, each with all of the one before; the smaller is the stricter."""

    EXISTENCE = 1
    """That it exists: when, in which direction, which of us and which persons."""
    SUBJECT = 2
    """Its subject and all participants too."""
    EVERYTHING = 3


NAMES: Final = {
    Visibility.EVERYTHING: "everything",
    Visibility.SUBJECT: "subject",
    Visibility.EXISTENCE: "existence",
}
"""As the API and the database's users call them."""

BY_NAME: Final = {name: visibility for visibility, name in NAMES.items()}


def strictest(choices: Iterable[int]) -> Visibility:
    """What those agree on who each allow so much; nobody's mail is open."""
    return Visibility(min(choices, default=Visibility.EVERYTHING))


def seen_by(viewer: int | None, owners: Mapping[int, int]) -> Visibility:
    """What ``viewer`` sees of a mail; ``owners``: what each user in whose mailbox it lies allows others.

    An owner sees what is theirs. ``None`` is an API token, or whoever else has no mailbox.
    """
    return Visibility.EVERYTHING if viewer in owners else strictest(owners.values())
