"""Users, items that wait for them, and what became of them, written as rows."""

from __future__ import annotations

import secrets
from itertools import count

from postroom.actions.spool import plain, seal_item
from postroom.core.seal import Seal
from postroom.core.upload import UploadedChat
from postroom.store.models import (
    Colleague,
    Copy,
    Decision,
    Interaction,
    Item,
    Message,
    Source,
    User,
    UserAddress,
    Waiting,
    Workspace,
)
from postroom.store.sealed import pack_participants
from postroom.store.secrets import seal_of

NOON = 1_760_000_000
_numbers = count(1)


class Passive:
    """A workspace with a source that feeds the people lens."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.seal: Seal = seal_of(workspace)
        self.source = Source.objects.create(workspace=workspace, name="Mailbox feed", created_by="test")

    def user(self, email: str) -> User:
        user = User.objects.create(workspace=self.workspace, email=email, name=email.split("@")[0].title())
        token = self.seal.address(email)
        UserAddress.objects.create(
            workspace=self.workspace, user=user, address=email, token=token, opened_in=1
        )
        return user

    def item(
        self,
        kind: str,
        waiting_for: list[User | None],
        *,
        at: int = NOON,
        received_at: int = NOON,
        owner: User | None = None,
        says: str = "nothing",
        became: Copy | None = None,
    ) -> Item:
        """An item that waits for these; ``None`` is the customer lens."""
        uploaded = UploadedChat("c", "group", "ann@us.com", (), at, says)
        key = secrets.token_bytes(16)
        item = Item.objects.create(
            workspace=self.workspace,
            source=self.source,
            kind=kind,
            user=owner,
            key=key,
            digest=secrets.token_bytes(16),
            state="waiting" if waiting_for else "done",
            at=at,
            received_at=received_at,
            sealed=seal_item(key, plain(uploaded)) if waiting_for else None,
            copy=became,
        )
        for user in waiting_for:
            Waiting.objects.create(item=item, workspace=self.workspace, user=user, kind=kind, rank=1, at=at)
        return item

    def message(self, people: list[User], *, at: int = NOON, owner: User | None = None) -> Copy:
        """A message that these took part in, known by one copy."""
        number = next(_numbers)
        message = Message.objects.create(
            workspace=self.workspace,
            identity=number.to_bytes(16, "big"),
            reference_tokens=b"",
            at=at,
            flags="",
        )
        sealed = [("to", self.seal.sealed(user.email)) for user in people]
        return Copy.objects.create(
            message=message,
            fingerprint=number.to_bytes(16, "big"),
            source="api",
            lenses=2,
            user=owner,
            label="Inbox",
            label_role="inbox",
            participants=pack_participants(sealed),
            met_at=at,
        )

    def decision(self, copy: Copy, user: User, reason: str = "counted") -> Decision:
        outcome = {"counted": "import", "no_consent": "hold"}.get(reason, "skip")
        return Decision.objects.create(
            workspace=self.workspace,
            message_id=copy.message_id,
            lens="people",
            user=user,
            outcome=outcome,
            reason=reason,
            findings='{"found":[],"asked":[]}',
            policy=1,
            revision=1,
            last_copy=copy.pk,
            decided_at=NOON,
        )

    def counted(self, copy: Copy, user: User, others: list[User], *, kind: str = "mail") -> Interaction:
        """The message is counted for the user, with others and one outsider."""
        self.decision(copy, user)
        interaction = Interaction.objects.create(
            workspace=self.workspace,
            user=user,
            message_id=copy.message_id,
            kind=kind,
            is_sent=False,
            at=copy.met_at,
            is_automatic=False,
            is_inside=bool(others),
            is_outside=True,
            others=len(others) + 1,
            outsiders=self.seal.address("kim@acme.com"),
        )
        for other in others:
            Colleague.objects.create(interaction=interaction, user=other, role="to")
        return interaction


def reasons(user: User) -> list[tuple[int, str]]:
    """What is in force for the user: message and reason."""
    rows = Decision.objects.filter(user=user, is_current=True, lens="people")
    return sorted(rows.values_list("message_id", "reason"))
