"""The contract's world on Gmail, whatever keeps the mailboxes behind the shim."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from functools import cache
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gmail_answers import ME
from gmail_shim import Shim
from gmail_tokens import READ, USERS
from joserfc.jwk import RSAKey

from postroom.providers.gmail import Gmail
from postroom.providers.port import Access

SERVICE_ACCOUNT = "sync@project.iam.gserviceaccount.example"
CLIENT = "postroom.apps.googleusercontent.example"


@cache
def private_key(number: int = 0) -> str:
    """The private key of a service account, as its JSON key has it."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def service_account(pem: str) -> str:
    """The JSON key of the service account."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "mail-of-us",
            "private_key_id": uuid4().hex,
            "private_key": pem,
            "client_email": SERVICE_ACCOUNT,
            "client_id": "1234567890",
            "token_uri": "https://evil.example/token",
        }
    )


class GmailWorld:
    """Two mailboxes at a Google that the shim is; ``provider`` reaches it."""

    def __init__(
        self, shim: Shim, provider: Gmail, settings: dict[str, object], mine: str, theirs: str
    ) -> None:
        self.shim, self.provider, self._mine, self._theirs = shim, provider, mine, theirs
        shim.clients[CLIENT] = "secret of the client"
        shim.delegated[SERVICE_ACCOUNT] = (RSAKey.import_key(private_key()), {READ, USERS})
        for address in (mine, theirs):
            user = {"primaryEmail": address, "isMailboxSetup": True, "suspended": False}
            shim.directory.users.append(user)
        shim.directory.admins.add(mine)
        settings = {"client_id": CLIENT, **settings}
        self.mine = self._access(mine, settings)
        self.theirs = self._access(theirs, settings)
        self.wrong = replace(self.mine, secret={**self.mine.secret, "refresh_token": "of nobody"})
        self.central = Access(
            mine, settings, {"service_account": service_account(private_key())}, is_central=True
        )
        wrong = {"service_account": service_account(private_key(1))}
        self.central_wrong = replace(self.central, secret=wrong)

    def _access(self, address: str, settings: dict[str, object]) -> Access:
        secret = {"client_secret": "secret of the client", "refresh_token": self.shim.grant(address)}
        return Access(address, settings, secret)

    def add_label(self, *path: str) -> str:
        for depth in range(1, len(path)):
            self._ask("POST", "labels", {"name": "/".join(path[:depth])})
        return str(self._ask("POST", "labels", {"name": "/".join(path)})["id"])

    def rename_label(self, label: str, *path: str) -> None:
        self._ask("PATCH", f"labels/{label}", {"name": "/".join(path)})

    def remove_label(self, label: str) -> None:
        self.shim.backend.ask(self._mine, "DELETE", f"{ME}/labels/{label}")

    def deliver(self, label: str, raw: bytes, received_at: int) -> None:
        self.put(raw, label)

    def deliver_to_them(self, raw: bytes, received_at: int) -> None:
        self.put(raw, "INBOX", to=self._theirs)

    def move(self, label: str, ref: str, to: str) -> None:
        self.change(ref, add=[to], remove=[label])

    def expunge(self, label: str, ref: str) -> None:
        self.shim.backend.ask(self._mine, "DELETE", f"{ME}/messages/{ref}")

    def lose_cursor(self, label: str) -> None:
        self.shim.lose_history(self._mine)

    def put(self, raw: bytes, *labels: str, to: str = "") -> str:
        """Put a mail into labels. Returns its id."""
        body = {"raw": urlsafe_b64encode(raw).decode(), "labelIds": [*labels]}
        return str(self._ask("POST", "messages", body, to)["id"])

    def change(self, ref: str, *, add: list[str] | None = None, remove: list[str] | None = None) -> None:
        """Change the labels of a mail."""
        self._ask(
            "POST", f"messages/{ref}/modify", {"addLabelIds": add or [], "removeLabelIds": remove or []}
        )

    def _ask(self, method: str, path: str, body: object, email: str = "") -> dict[str, object]:
        answer = self.shim.backend.ask(email or self._mine, method, f"{ME}/{path}", {}, body)
        assert answer.status == 200, answer.body
        found: dict[str, object] = answer.json()
        return found


def kept_world() -> GmailWorld:
    """A world in memory: nothing listens anywhere."""
    from gmail_kept import KeptGmail

    shim = Shim(KeptGmail())
    provider = Gmail(shim.as_transport(), sleep=lambda _: None)
    return GmailWorld(shim, provider, {}, "sam@us.example", "lea@us.example")
