"""The form of a mail system: its fields in words, what was typed, what is wrong with it.

What is secret never comes back to the page: a field says whether something is set, and left empty it stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.http import HttpRequest

from postroom.actions.mailbox_settings import SECRETS
from postroom.actions.mailbox_source import SourceShown
from postroom.actions.rejection import Rejected
from postroom.web.forms import sentence
from postroom.web.paging import number_in


class Said(NamedTuple):
    """A field of the form, in words."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    """``text``, ``number``, ``secret``, ``area``, ``choice`` or ``flag``."""


class Part(NamedTuple):
    """Fields that belong together, and what they are for."""

    title: str
    says: str
    fields: tuple[Said, ...]


_OWN: Final = "So that each user can connect their own mailbox"
_ALL: Final = "Centralized Connect: so that you can connect all mailboxes at once"
SECURITIES: Final = {"tls": "TLS, port 993", "starttls": "STARTTLS, port 143", "none": "None: not encrypted"}
NAMES: Final[Mapping[str, str]] = {
    "google": "Gmail and Google Workspace",
    "microsoft": "Microsoft 365",
    "imap": "Any IMAP server",
}
"""The mail systems, as pages call them."""
PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    "google": (
        Part(
            _OWN,
            "A client of the kind “Web application” of your own project at Google Cloud, best one for your company "
            "alone. The redirect address to enter there stands below.",
            (
                Said("client_id", "Client ID"),
                Said("client_secret", "Client secret", kind="secret"),
            ),
        ),
        Part(
            _ALL,
            "A service account of that project, to which an administrator of Google Workspace delegates reading mail "
            "in the whole domain. Checking says what is missing, and where it is entered.",
            (
                Said("service_account", "Key of the service account", "The JSON file, whole.", "area"),
                Said(
                    "admin",
                    "An administrator of Google Workspace",
                    "In whose name the users are listed. Without, each user is tried.",
                ),
            ),
        ),
        Part(
            "How fast it may go",
            "",
            (
                Said(
                    "units_per_minute",
                    "Units a minute and mailbox",
                    "Your project's quota of the Gmail API. Empty: 6,000, which is 300 mails a minute.",
                    "number",
                ),
            ),
        ),
    ),
    "microsoft": (
        Part(
            "So that users can connect their own mailbox, and you all at once (Centralized Connect)",
            "An app that you register in Entra, for your directory alone. For own mailboxes it needs the delegated "
            "permissions Mail.Read and User.Read, for all at once the application permission Mail.Read with an admin's "
            "consent. The redirect address to enter there stands below.",
            (
                Said(
                    "tenant",
                    "Directory ID",
                    "Of the app's overview, such as 1b4e28ba-2fa1-11d2-883f-0016d3cca427.",
                ),
                Said("client_id", "Application ID"),
                Said("client_secret", "Client secret", "Its value, not its ID.", "secret"),
            ),
        ),
    ),
    "imap": (
        Part(
            "The mail server",
            "Proposed to users who connect their own mailbox; they can name another.",
            (
                Said("host", "Host", "Such as imap.us.example."),
                Said("security", "Encryption", kind="choice"),
                Said("port", "Port", "Empty: the usual one.", "number"),
                Said(
                    "allow_plain",
                    "Allow connections that are not encrypted",
                    "Passwords then travel readable. Only for a server in your own network.",
                    "flag",
                ),
            ),
        ),
        Part(
            _ALL,
            "A master user of the mail server, who opens every mailbox. Dovecot and others have one.",
            (
                Said("master_user", "Master user"),
                Said("master_password", "Master password", kind="secret"),
                Said(
                    "separator",
                    "Separator",
                    "Between the user and the master user: * for Dovecot. Empty: the server is told both apart.",
                ),
            ),
        ),
    ),
}
"""The form of each kind of source."""
LABELS: Final[Mapping[str, str]] = {
    said.name: said.label for parts in PARTS.values() for part in parts for said in part.fields
}
"""What each field is called."""


class Shown(NamedTuple):
    """A field as it stands on the page."""

    said: Said
    value: str
    is_set: bool
    """Something secret is set, which is not shown."""
    problem: str

    @property
    def described_by(self) -> str:
        """The ids of what describes it."""
        name = self.said.name
        hints = [f"{name}-hint"] if self.said.hint or self.is_set else []
        return " ".join([*hints, *([f"{name}-problem"] if self.problem else [])])


@dataclass
class EmailSyncForm:
    """The form of one kind of source."""

    kind: str
    shown: SourceShown | None
    """What is set; ``None``: nothing is."""
    typed: Mapping[str, str] | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, kind: str, shown: SourceShown | None, request: HttpRequest) -> EmailSyncForm:
        """The form as it was sent."""
        return cls(kind, shown, {name: request.POST.get(name, "").strip() for name in request.POST})

    @property
    def parts(self) -> list[tuple[Part, list[Shown]]]:
        """The fields with what stands in them."""
        return [(part, [self._shown(said) for said in part.fields]) for part in PARTS[self.kind]]

    def _shown(self, said: Said) -> Shown:
        is_secret = said.name in SECRETS[self.kind]
        is_set = is_secret and self.shown is not None and said.name in self.shown.secrets
        return Shown(said, "" if is_secret else self._value(said), is_set, self.problems.get(said.name, ""))

    def _value(self, said: Said) -> str:
        if self.typed is not None:
            return self.typed.get(said.name, "")
        value = self.shown.settings.get(said.name, "") if self.shown is not None else ""
        return ("on" if value else "") if said.kind == "flag" else str(value)

    def record(self) -> dict[str, Any]:
        """What an action takes: a secret that was left empty is not named, one to be taken out is null."""
        typed = self.typed or {}
        record: dict[str, Any] = {}
        for part in PARTS[self.kind]:
            for said in part.fields:
                text = typed.get(said.name, "")
                if said.name in SECRETS[self.kind]:
                    if text or f"remove-{said.name}" in typed:
                        record[said.name] = text or None
                elif said.kind == "flag":
                    record[said.name] = text == "on"
                elif said.kind == "number" and text:
                    number = number_in(text)
                    record[said.name] = text if number is None else number
                else:
                    record[said.name] = text or None
        return record

    def refuse(self, refusal: Rejected) -> None:
        """Say what is wrong beside its field."""
        first = PARTS[self.kind][0].fields[0].name
        self.problems[refusal.field or first] = sentence(refusal.reason)
