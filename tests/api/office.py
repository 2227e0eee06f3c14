"""An office with one mail in one mailbox, and callers of every kind, for tests of what is hidden (R4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from api_client import ApiClient

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.import_mail import import_mail
from postroom.core.permissions import ROLES
from postroom.core.visibility import NAMES
from postroom.store.models import Engagement, User, Workspace

ME = "command line"
LEVELS = tuple(NAMES.values())
"""The strictest last."""
LABEL = "Nightjar"
MAIL = b"""\
From: Robin <k@acme.com>
To: s1@us.com
Cc: Plume <u@gannet.example>
Subject: Falcon offer
Date: Mon, 02 Mar 2026 12:00:00 +0000
Message-ID: <kestrel@acme.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

The heron flies at noon.
--x
Content-Type: text/html; charset=utf-8

<p>The stork too.</p>
--x
Content-Type: application/pdf; name="osprey.pdf"
Content-Disposition: attachment; filename="osprey.pdf"

x
--x--
"""
OF_THE_SUBJECT = {"falcon", "robin", "plume", "gannet", "kestrel", LABEL.casefold()}
OF_THE_TEXT = {"heron", "noon", "stork", "osprey"}
HIDDEN = {
    "everything": set(),
    "subject": OF_THE_TEXT,
    "existence": OF_THE_SUBJECT | OF_THE_TEXT,
}
"""What may not stand in any answer to somebody else, by what the owner chose."""


class Office:
    """A mail in the mailbox of ``s1``, and callers of every kind."""

    def __init__(
        self, workspace: Workspace, folder: Path, session_of: Any, token_for: Callable[..., ApiClient]
    ) -> None:
        self.workspace, self.folder = workspace, folder
        self._session_of = session_of
        roles = {"s1@us.com": "Viewer", **{f"{role.casefold()}@us.com": role for role in ROLES}}
        add_users(workspace, [{"email": email, "role": role} for email, role in roles.items()], actor=ME)
        known = {"domain": "acme.com", "known_since": "2020-01-01"}
        add_accounts(workspace, [{"name": "Acme", "domains": [known]}], actor=ME)
        person = {
            "name": "K One",
            "emails": ["k@acme.com"],
            "accounts": ["Acme"],
            "known_since": "2020-01-01",
        }
        add_persons(workspace, [person], actor=ME)
        self.met_by("s1@us.com")
        self.engagement = Engagement.objects.get()
        self.path = f"engagements/{self.engagement.pk}"
        self.owner = self.session("s1@us.com")
        self.token = token_for(workspace, "admin")
        self.others = {role: self.session(f"{role.casefold()}@us.com") for role in ROLES}
        self.others["token"] = self.token
        self.others["narrow token"] = token_for(workspace, "view_engagements")

    def user(self, email: str) -> User:
        return User.objects.get(workspace=self.workspace, email=email)

    def session(self, email: str) -> ApiClient:
        made: ApiClient = self._session_of(self.user(email))
        return made

    def met_by(self, email: str, label: str = LABEL) -> None:
        """Import the mail as this user's."""
        file = self.folder / f"{email}.eml"
        file.write_bytes(MAIL)
        import_mail(self.workspace, file, user_email=email, label=label)

    def choose(self, of: str, level: str) -> None:
        """Let the owner choose this over the API, of the mailbox or of the mail."""
        path = "visibility" if of == "mailbox" else f"{self.path}/visibility"
        assert self.owner.answer(204, "PUT", path, {"visibility": level}) is None
