"""A workspace with one of everything that the API shows, for tests of who may see what."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.create_role import create_role
from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.core.message import Content
from postroom.store.bodies import pack
from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Job,
    Message,
    SetAside,
    User,
    Variant,
    Workspace,
)
from postroom.store.sealed import pack_participants
from postroom.store.search import add_documents
from postroom.store.secrets import seal_of
from postroom.store.write.engagements import documents_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import a_label, a_mailbox

ME = "command line"


@dataclass(frozen=True)
class Filled:
    """Ids of what is there."""

    account: int
    person: int
    entry: int
    engagement: int
    job: int
    set_aside: int
    source: int
    access_token: int
    role: int
    api_token: int
    mailbox: int
    label: int


def fill(workspace: Workspace, number: int = 0) -> Filled:
    """Put one of everything into the workspace; again with another number."""
    add_users(workspace, [{"email": f"s{number}@us.com"}], actor=ME)
    [account] = add_accounts(
        workspace, [{"name": f"Acme {number}", "domains": [f"acme{number}.com"]}], actor=ME
    )
    [person] = add_persons(
        workspace,
        [{"name": f"K{number}", "emails": [f"k@acme{number}.com"], "accounts": [account["id"]]}],
        actor=ME,
    )
    [entry] = add_blocklist(workspace, [f"rival{number}.com"], actor=ME)
    assert isinstance(account["id"], int) and isinstance(person["id"], int) and isinstance(entry["id"], int)
    engagement = add_engagement(workspace, number, account["id"], person["id"])
    aside = SetAside.objects.create(
        workspace=workspace,
        fingerprint=number.to_bytes(16, "big"),
        source="import",
        label="Inbox",
        locator="mail.mbox:0",
        size=1,
        why="empty",
        met_at=1_600_000_000,
    )
    job = Job.objects.create(workspace=workspace, kind="reconsider", actor=ME)
    source, _ = create_source(workspace, f"Source {number}", actor=ME)
    token = source.tokens.get().pk
    role = create_role(workspace, {"name": f"Role {number}"}, actor=ME)
    api_token, _ = create_token(workspace, f"script {number}", ["admin"], actor=ME)
    mailbox = a_mailbox(User.objects.get(workspace=workspace, email=f"s{number}@us.com"), "imap")
    label = a_label(mailbox, "INBOX", role="inbox")
    rows = (engagement, job, aside, source)
    return Filled(
        account["id"],
        person["id"],
        entry["id"],
        *(row.pk for row in rows),
        token,
        role.pk,
        api_token.pk,
        mailbox.pk,
        label.pk,
    )


def add_engagement(workspace: Workspace, number: int, account: int, person: int) -> Engagement:
    """An imported mail of the person, with its decision."""
    at = 1_600_000_000 + number
    message = Message.objects.create(
        workspace=workspace,
        identity=number.to_bytes(16, "big"),
        reference_tokens=b"",
        at=at,
        date=at,
        flags="",
    )
    user = User.objects.get(workspace=workspace, email=f"s{number}@us.com")
    seal = seal_of(workspace)
    participants = [("from", seal.sealed(f"k@acme{number}.com")), ("to", seal.sealed(user.email))]
    copy = Copy.objects.create(
        message=message,
        fingerprint=seal.raw(bytes(message.identity)),
        source="import",
        user=user,
        label="Inbox",
        label_role="inbox",
        participants=pack_participants(participants),
        received_at=at,
        met_at=at,
    )
    Decision.objects.create(
        workspace=workspace,
        message=message,
        lens="customer",
        outcome="import",
        reason="imported",
        findings='{"found": [], "asked": []}',
        policy=1,
        revision=1,
        last_copy=copy.pk,
        decided_at=at,
    )
    engagement = Engagement.objects.create(
        workspace=workspace,
        message=message,
        at=at,
        subject=f"Subject {number}",
        snippet="Hello",
        direction="in",
        thread=number.to_bytes(16, "big"),
        rfc_message_id=f"{number}@acme.com",
        participants=[{"role": "from", "email": f"k@acme{number}.com", "name": "K"}],
    )
    EngagementPerson.objects.create(person_id=person, engagement=engagement, at=at, direction="in")
    EngagementAccount.objects.create(account_id=account, engagement=engagement, at=at, direction="in")
    EngagementUser.objects.create(engagement=engagement, user=user)
    Variant.objects.create(
        engagement=engagement,
        digest=number.to_bytes(16, "big"),
        subject=f"Subject {number}",
        body=pack(Content(f"Subject {number}", "Hello", "")),
    )
    add_documents(documents_of([engagement.pk]))
    return engagement
