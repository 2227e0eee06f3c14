"""Whose mail it is and where it stands: what makes a copy a copy, beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from postroom.actions.find_user import find_user
from postroom.actions.record import text
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.mailbox import Mode
from postroom.core.message import LABEL_ROLES
from postroom.core.seal import SealedAddress, Token
from postroom.core.upload import CUSTOMER
from postroom.store.models import Workspace
from postroom.store.secrets import seal_of

SOURCE: Final = "import"
"""The kind of the source of mail from files."""


def copy_fingerprint(raw_token: Token, user: int, label: str) -> Token:
    """What an imported copy is known by: all its bytes, whose mail it is and where it stands."""
    return blake2b(raw_token + f"{SOURCE}\0{user}\0{label}".encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Place:
    """Whose mail it is and where it stands: what a copy is, beside its bytes."""

    workspace: Workspace
    user: int
    owner: SealedAddress
    label: str
    label_role: str
    lenses: int = CUSTOMER
    """The lenses it is judged for, as bits (``core.upload``)."""
    source: str = SOURCE
    """The kind of its source."""
    known_as: Token | None = None
    """What the one copy is known by that is read from here; ``None``: by its bytes."""
    received_at: int | None = None
    """When the provider took that one in, Unix seconds; ``None``: as its header says."""
    depth_at: int | None = None
    """The crawling depth of its source, Unix seconds."""
    starts_at: int | None = None
    """From when on mail of its label comes in, Unix seconds (C2); ``None``: always."""
    mode: Mode = Mode.FULL
    """What is kept of imported mail (S8)."""

    def fingerprint(self, raw_token: Token) -> Token:
        """What this copy is known by when it is met again."""
        return self.known_as or copy_fingerprint(raw_token, self.user, self.label)


def place_of(workspace: Workspace, user_email: str, label: str, lenses: int = CUSTOMER) -> Place:
    """Where mail of this user and label stands. Raises ``Rejected``.

    The user is found by any of the addresses. A label named like a role, without case, is that label and has
    that role; any other has none.
    """
    try:
        user = find_user(workspace, user_email)
    except NotFound:
        raise Rejected("user_unknown", "user") from None
    try:
        name = text(200)(label)
    except Rejected as refusal:
        raise Rejected(refusal.reason, "label") from None
    if not name:
        raise Rejected("label_required", "label")
    role = name.casefold() if name.casefold() in LABEL_ROLES else ""
    return Place(workspace, user.pk, seal_of(workspace).sealed(user.email), role or name, role, lenses)
