"""A company written by the actions, mails as bytes, and the state they come to, without ids.

Company us.com with the users S1 and S2; account Acme (acme.com) with person K1; account Beta (beta.io) with
person K2; lawyer@acme.com and the domain rival.com are blocked. All known since 2020.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

from reading import SHARED

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import add_organization
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.import_mail import import_mail
from postroom.actions.import_summary import Summary
from postroom.actions.replay import Replayed, replay
from postroom.reader import ReaderPool
from postroom.store.models import (
    Account,
    BlocklistEntry,
    Decision,
    Engagement,
    Message,
    Person,
    PersonAccount,
    Workspace,
)
from postroom.store.read.engagements import Asked, engagements
from postroom.store.sealed import unpack_findings
from postroom.store.secrets import hash_key_of
from postroom.store.write.workspaces import create_workspace_row

S1, S2 = "s1@us.com", "s2@us.com"
K1, K2 = "k1@acme.com", "k2@beta.io"
N, U, L, X = "new@acme.com", "u@nowhere.org", "lawyer@acme.com", "x@rival.com"

KEY = SHARED
LONG_AGO = "2020-01-01T00:00:00Z"
NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
"""The time of a mail that has none of its own."""
ACTOR = "boss@us.com"

_names = (f"Us {number}" for number in count(1))


def the_company(key: bytes = KEY) -> Workspace:
    """A workspace of the company above; with the same ``key`` the same tokens."""
    made = create_workspace_row(next(_names), key)
    taken(add_organization(made, ["us.com"], actor=ACTOR))
    taken(add_users(made, [{"email": S1}, {"email": S2}], actor=ACTOR))
    taken(add_accounts(made, [account("Acme", "acme.com"), account("Beta", "beta.io")], actor=ACTOR))
    taken(
        add_persons(
            made,
            [
                {"name": "K One", "emails": [K1], "accounts": ["Acme"], "known_since": LONG_AGO},
                {"name": "K Two", "emails": [K2], "accounts": ["Beta"], "known_since": LONG_AGO},
            ],
            actor=ACTOR,
        )
    )
    taken(add_blocklist(made, [L, "rival.com"], actor=ACTOR))
    return made


def account(name: str, *domains: str, since: str = LONG_AGO, subdomains: bool = False) -> dict[str, Any]:
    """A record of an account whose domains are known since then."""
    return {
        "name": name,
        "domains": [
            {"domain": domain, "known_since": since, "include_subdomains": subdomains} for domain in domains
        ],
    }


def taken(answers: Sequence[Any]) -> list[int]:
    """The ids of what was created; nothing may have been refused."""
    assert [a["status"] for a in answers if a["status"] == "rejected"] == []
    return [a["id"] for a in answers]


def mail(
    sender: str,
    to: Iterable[str] = (),
    cc: Iterable[str] = (),
    bcc: Iterable[str] = (),
    *,
    id: str | None = "one@us.com",
    at: int | None = NOON,
    subject: str = "Hello",
    text: str = "How are you?",
    more: str = "",
) -> bytes:
    """A mail as bytes. Addresses as they stand in the header; ``more`` are further header lines."""
    lines = [f"From: {sender}"] if sender else []
    for name, addresses in (("To", to), ("Cc", cc), ("Bcc", bcc)):
        if addresses := list(addresses):
            lines.append(f"{name}: {', '.join(addresses)}")
    lines.append(f"Subject: {subject}")
    if at is not None:
        lines.append(f"Date: {format_datetime(datetime.fromtimestamp(at, UTC))}")
    if id is not None:
        lines.append(f"Message-ID: <{id}>")
    if more:
        lines.append(more)
    lines += ["Content-Type: text/plain; charset=utf-8", "", text, ""]
    return "\n".join(lines).encode()


class Imports:
    """Imports mails into one workspace, with reading processes that stay."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace = workspace
        self.folder = folder
        self.pool = ReaderPool(hash_key_of(workspace), 1)
        self._numbers = count()

    def __enter__(self) -> Imports:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.close()

    def written(self, *mails: bytes) -> Path:
        """A new folder with these mails."""
        folder = self.folder / f"mails-{next(self._numbers)}"
        folder.mkdir()
        for number, raw in enumerate(mails):
            (folder / f"{number:05}.eml").write_bytes(raw)
        return folder

    def __call__(
        self, *mails: bytes, user: str = S1, label: str = "inbox", reconsider: bool = False
    ) -> Summary:
        return self.path(self.written(*mails), user=user, label=label, reconsider=reconsider)

    def path(self, path: Path, *, user: str = S1, label: str = "inbox", reconsider: bool = False) -> Summary:
        return import_mail(
            self.workspace, path, user_email=user, label=label, reconsider=reconsider, pool=self.pool
        )


def decision_of(workspace: Workspace, id: str | None = None) -> tuple[str, str]:
    """Outcome and reason in force of the only message, or of the one with this Message-ID."""
    found = Decision.objects.filter(workspace=workspace, is_current=True)
    if id is not None:
        from postroom.store.secrets import seal_of

        found = found.filter(message__message_id_token=seal_of(workspace).message_id(id))
    (row,) = found
    return row.outcome, row.reason


def persons_in_force(workspace: Workspace) -> list[dict[str, Any]]:
    """All persons with names, addresses, accounts; sorted."""
    found = Person.objects.filter(workspace=workspace, closed_in=None).select_related("default_account")
    return sorted(
        (
            {
                "name": person.name,
                "named": (person.named_by, person.named_at),
                "emails": sorted(person.addresses.filter(closed_in=None).values_list("address", flat=True)),
                "accounts": sorted(
                    PersonAccount.objects.filter(person=person, closed_in=None).values_list(
                        "account__name", flat=True
                    )
                ),
                "default": person.default_account.name if person.default_account else None,
            }
            for person in found
        ),
        key=lambda person: (person["emails"], person["name"]),
    )


def timeline(workspace: Workspace) -> list[dict[str, Any]]:
    """All engagements as they are shown; oldest first."""
    return sorted(
        (_shown(engagement) for engagement in Engagement.objects.filter(workspace=workspace)),
        key=lambda shown: (shown["at"], shown["message_id"], shown["subject"]),
    )


def _shown(engagement: Engagement) -> dict[str, Any]:
    return {
        "message_id": engagement.rfc_message_id,
        "at": engagement.at,
        "subject": engagement.subject,
        "snippet": engagement.snippet,
        "direction": engagement.direction,
        "thread": bytes(engagement.thread).hex(),
        "participants": sorted((p["role"], p["email"], p["name"]) for p in engagement.participants),
        "persons": sorted((link.at, link.person.name) for link in engagement.person_links.all()),
        "accounts": sorted((link.at, link.account.name) for link in engagement.account_links.all()),
        "users": sorted(link.user.email for link in engagement.user_links.all()),
        "variants": sorted((v.subject, bytes(v.digest).hex()) for v in engagement.variants.all()),
    }


def ledger_state(workspace: Workspace) -> list[dict[str, Any]]:
    """Every message with its copies and the decision in force; no ids."""
    entries = {entry.pk: entry.value for entry in BlocklistEntry.objects.filter(workspace=workspace)}
    state = []
    for message in Message.objects.filter(workspace=workspace):
        (current,) = message.decisions.filter(is_current=True)
        findings = unpack_findings(current.findings)
        for found in findings["found"]:
            if "entry" in found:
                found["entry"] = entries[found["entry"]]
        state.append(
            {
                "identity": bytes(message.identity).hex(),
                "at": message.at,
                "copies": sorted(
                    (c.user.email if c.user else "", c.label, bytes(c.participants).hex())
                    for c in message.copies.all()
                ),
                "decision": (current.outcome, current.reason, findings),
            }
        )
    return sorted(state, key=lambda row: row["identity"])


def found_by(workspace: Workspace, words: str, viewer: int | None = None) -> list[str]:
    """The subjects of what search finds, sorted."""
    return sorted(engagements(workspace, viewer, Asked(words=words)).values_list("subject", flat=True))


def state_of(workspace: Workspace, words: Iterable[str] = ()) -> dict[str, Any]:
    """All that must be the same however the mails came in."""
    return {
        "ledger": ledger_state(workspace),
        "timeline": timeline(workspace),
        "persons": persons_in_force(workspace),
        "accounts": sorted(Account.objects.filter(workspace=workspace).values_list("name", flat=True)),
        "hits": sorted(BlocklistEntry.objects.filter(workspace=workspace).values_list("value", "hits")),
        "search": {word: found_by(workspace, word) for word in words},
    }


def replayed(workspace: Workspace) -> Replayed:
    """What replaying the whole ledger came to."""
    return list(replay(workspace))[-1]
