"""A user with interactions of every kind, written as rows and rolled up by the action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from postroom.actions.roll_up import roll_up
from postroom.core.consent import OWN_PAGE, TEXT_VERSION
from postroom.core.seal import Seal
from postroom.store.models import (
    Colleague,
    Consent,
    Decision,
    Interaction,
    Message,
    User,
    UserAddress,
    Workspace,
)
from postroom.store.secrets import seal_of
from postroom.store.write.rollups import note_due

CONSENTED = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)


def at(text: str, zone: str = "UTC") -> int:
    """``2026-11-16 09:30`` by the clock in a zone, Unix seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def a_user(
    workspace: Workspace, email: str, *, consents: bool = True, aliases: tuple[str, ...] = (), **fields: Any
) -> User:
    """A user with these attributes; named after the address unless ``name`` says otherwise."""
    fields = {"name": email.split("@")[0].title(), **fields}
    since = CONSENTED if consents else None
    user = User.objects.create(workspace=workspace, email=email, collects_since=since, **fields)
    if consents:
        Consent.objects.create(
            user=user,
            is_given=True,
            at=CONSENTED,
            actor=email,
            how=OWN_PAGE,
            text_version=TEXT_VERSION,
        )
    for address in (email, *aliases):
        UserAddress.objects.create(
            workspace=workspace,
            user=user,
            address=address,
            token=seal_of(workspace).address(address),
            is_alias=address != email,
            opened_in=1,
        )
    return user


class Reports:
    """A workspace whose users have interactions."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seal: Seal = seal_of(workspace)

    def user(self, email: str, *, consents: bool = True, **fields: Any) -> User:
        """A user, named after the address."""
        return a_user(self.workspace, email, consents=consents, **fields)

    def had(
        self,
        user: User,
        when: int,
        kind: str = "mail",
        *,
        sent: bool = False,
        with_: Sequence[tuple[User, str]] = (),
        outside: int = 0,
        further: int = 0,
        **fields: Any,
    ) -> Interaction:
        """An interaction with these colleagues in their roles, so many outsiders and others whom nobody knows."""
        fields = {"is_inside": bool(with_), "is_outside": bool(outside), "is_automatic": False, **fields}
        interaction = Interaction.objects.create(
            workspace=self.workspace,
            user=user,
            message=self._message(kind, when),
            kind=kind,
            is_sent=sent,
            at=when,
            others=len(with_) + outside + further,
            outsiders=b"".join(self.seal.address(f"{number}@x.example") for number in range(outside)),
            **fields,
        )
        for colleague, role in with_:
            Colleague.objects.create(interaction=interaction, user=colleague, role=role)
        note_due([(user.pk, when)])
        return interaction

    def not_counted(self, user: User, when: int, reason: str) -> None:
        """A mail of the user that the people lens decided not to count."""
        Decision.objects.create(
            workspace=self.workspace,
            message=self._message("mail", when),
            lens="people",
            user=user,
            outcome="skip",
            reason=reason,
            findings='{"found":[],"asked":[]}',
            policy=1,
            revision=1,
            last_copy=0,
            decided_at=when,
        )

    def _message(self, kind: str, when: int) -> Message:
        identity = next(_numbers).to_bytes(16, "big")
        return Message.objects.create(
            workspace=self.workspace, identity=identity, reference_tokens=b"", at=when, flags="", kind=kind
        )

    def roll_up(self) -> None:
        """Make what is due."""
        roll_up(self.workspace)
