"""A workspace with something on every page, for the tests of the pages; made by the actions and the models."""

from __future__ import annotations

import html
import re
import secrets
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.test import Client

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_organization import list_addresses
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.create_role import create_role
from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.core.message import Attachment, Content
from postroom.store.bodies import pack
from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Job,
    Login,
    Mention,
    Message,
    OrganizationDomain,
    SetAside,
    User,
    Variant,
    Workspace,
)
from postroom.store.sealed import pack_participants
from postroom.store.search import add_documents
from postroom.store.secrets import encrypt, seal_of
from postroom.store.write.engagements import documents_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import NOW, a_label, a_mailbox, selected_at

ACTOR = "command line"
NOON = 1_767_960_000
"""9 January 2026, 12:00 UTC."""
DAY = 86_400
SINCE = "2020-01-01T00:00:00Z"
PASSWORD = "a quiet evening in june"


@dataclass
class Shelf:
    """A workspace, its account Acme with the person Kim, and what is put on them."""

    workspace: Workspace
    account: int
    person: int
    users: dict[str, User] = field(default_factory=dict)
    number: int = 0

    @cached_property
    def listed(self) -> dict[str, int]:
        """The ids of single things of the settings, made when asked for."""
        [blocked] = add_blocklist(self.workspace, ["rival.com"], actor=ACTOR)
        list_addresses(self.workspace, "internal", ["consultant@home.example"], actor=ACTOR)
        source, _ = create_source(self.workspace, "Connector", actor=ACTOR)
        mailbox = a_mailbox(User.objects.get(workspace=self.workspace, email="s1@us.com"), "imap")
        return {
            "source": source.pk,
            "mailbox": mailbox.pk,
            "label": a_label(mailbox, "INBOX", role="inbox", **selected_at(NOW)).pk,
            "access_token": source.tokens.get().pk,
            "blocked": int(blocked["id"] or 0),
            "domain": self.workspace.organization_domains.get(closed_in=None).pk,
            "address": self.workspace.listed_addresses.get(closed_in=None).pk,
            "user": User.objects.get(workspace=self.workspace, email="s1@us.com").pk,
            "role": create_role(self.workspace, {"name": "Support"}, actor=ACTOR).pk,
            "token": create_token(self.workspace, "script", ["admin"], actor=ACTOR)[0].pk,
        }

    def user(self, role: str, email: str | None = None) -> User:
        """A user with this role who signs in with ``PASSWORD``."""
        email = email or f"{role.lower()}@us.com"
        add_users(self.workspace, [{"email": email, "name": f"{role} Smith", "role": role}], actor=ACTOR)
        user = User.objects.get(workspace=self.workspace, email=email)
        login, is_new = Login.objects.get_or_create(email=email)
        if is_new:
            login.set_password(PASSWORD)
            login.save()
        user.login = login
        user.save(update_fields=["login"])
        self.users[role] = user
        return user

    def message(self, sender: str, *recipients: str, reason: str, outcome: str = "skip") -> Message:
        """A message of which nothing readable is kept, met in the mailbox of s1@us.com."""
        self.number += 1
        seal = seal_of(self.workspace)
        at = NOON + self.number * DAY
        message = Message.objects.create(
            workspace=self.workspace,
            identity=secrets.token_bytes(16),
            message_id_token=seal.message_id(f"{self.number}@acme.com"),
            reference_tokens=b"",
            at=at,
            date=at,
            flags="",
        )
        for address in {sender, *recipients}:
            Mention.objects.create(address=seal.address(address), message=message)
        people = [("from", seal.sealed(sender)), *(("to", seal.sealed(r)) for r in recipients)]
        copy = Copy.objects.create(
            message=message,
            fingerprint=secrets.token_bytes(16),
            source="import",
            user=User.objects.get(workspace=self.workspace, email="s1@us.com"),
            label="Inbox",
            label_role="inbox",
            participants=pack_participants(people),
            received_at=at,
            met_at=at,
        )
        Decision.objects.create(
            workspace=self.workspace,
            message=message,
            lens="customer",
            outcome=outcome,
            reason=reason,
            findings='{"found":[],"asked":["ambiguous","place"]}',
            policy=1,
            revision=7,
            last_copy=copy.pk,
            decided_at=at,
        )
        return message

    def engagement(
        self, *contents: Content, direction: str = "in", answers: Engagement | None = None
    ) -> Engagement:
        """An imported mail between Kim and s1@us.com, who has it; ``contents`` are its texts.

        It stands in a thread of its own, or in that of ``answers``.
        """
        sender, recipient = ("kim@acme.com", "s1@us.com")[:: 1 if direction == "in" else -1]
        message = self.message(sender, recipient, reason="imported", outcome="import")
        contents = contents or (Content(f"Subject {self.number}", "Hello", ""),)
        engagement = Engagement.objects.create(
            workspace=self.workspace,
            message=message,
            at=message.at,
            subject=contents[0].subject,
            snippet="Hello",
            direction=direction,
            thread=bytes(answers.thread if answers else message.identity),
            rfc_message_id=f"{self.number}@acme.com",
            participants=[
                {"role": "from", "email": sender, "name": ""},
                {"role": "to", "email": recipient, "name": ""},
            ],
        )
        shows = {"engagement": engagement, "at": message.at, "direction": direction}
        EngagementPerson.objects.create(person_id=self.person, **shows)
        EngagementAccount.objects.create(account_id=self.account, **shows)
        user = User.objects.get(workspace=self.workspace, email="s1@us.com")
        EngagementUser.objects.create(engagement=engagement, user=user)
        for number, content in enumerate(contents):
            Variant.objects.create(
                engagement=engagement,
                digest=bytes([number] * 16),
                subject=content.subject,
                body=pack(content),
            )
        add_documents(documents_of([engagement.pk]))
        return engagement

    def put_in_mailbox(self, engagement: Engagement, user: User) -> None:
        """A further copy of the mail, in the mailbox of this user."""
        copy = Copy.objects.filter(message=engagement.message_id)[0]
        copy.pk, copy.fingerprint, copy.user = None, secrets.token_bytes(16), user
        copy.save()
        EngagementUser.objects.create(engagement=engagement, user=user)

    def job(self, **fields: Any) -> Job:
        """A job that reconsiders everything."""
        return Job.objects.create(workspace=self.workspace, kind="reconsider", actor=ACTOR, **fields)

    def set_aside(self) -> SetAside:
        """A mail that could not be read."""
        return SetAside.objects.create(
            workspace=self.workspace,
            fingerprint=secrets.token_bytes(16),
            source="import",
            label="Inbox",
            locator="cur/1795290055.0063",
            size=1234,
            why="no_headers",
            met_at=NOON,
        )


def a_shelf(workspace: Workspace) -> Shelf:
    """Put the user s1@us.com, the account Acme and the person Kim into a workspace."""
    add_users(workspace, [{"email": "s1@us.com", "name": "Sam One"}], actor=ACTOR)
    [account] = add_accounts(
        workspace, [{"name": "Acme", "domains": [{"domain": "acme.com", "known_since": SINCE}]}], actor=ACTOR
    )
    [person] = add_persons(
        workspace,
        [{"name": "Kim Key", "emails": ["kim@acme.com"], "accounts": [account["id"]], "known_since": SINCE}],
        actor=ACTOR,
    )
    assert isinstance(account["id"], int) and isinstance(person["id"], int)
    return Shelf(workspace, account["id"], person["id"])


def another_workspace(name: str = "Them") -> Workspace:
    """A second workspace, whose company is ``us.com`` too."""
    made = Workspace.objects.create(name=name, sealed_hash_key=encrypt(secrets.token_bytes(32)), revision=1)
    OrganizationDomain.objects.create(
        workspace=made, domain="us.com", token=seal_of(made).domain("us.com"), opened_in=1
    )
    return made


RICH = Content(
    "The <b>plan</b>",
    "Yes.\n\n> one\n> two\n> three\n\nKim",
    '<p>Yes. <img src="https://tracker.example/a.gif"></p><script>alert(1)</script>',
    (Attachment("plan <1>.pdf", "application/pdf", 52_000),),
)
"""A text with everything that a page must take care of."""


def text_of(answer: Any) -> str:
    """What a person reads of a page: without tags, on one line."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main[0])).split())


def ask(browser: Client, **question: Any) -> str:
    """What Explain answers a question on its page, as a person reads it."""
    return text_of(browser.post("/explain", question, follow=True))
