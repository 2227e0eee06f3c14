"""An invitation goes to a mail server, as one mail that says what it is; the settings for it go together (R5)."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from email import policy
from typing import Any

import pytest
from pydantic import ValidationError

from postroom.actions.add_users import add_users
from postroom.actions.invite import invite
from postroom.actions.mail_invitation import can_mail, mail_invitation
from postroom.config import Config
from postroom.store.models import Workspace

ANSWERS = {"EHLO": b"250 here", "HELO": b"250 here", "QUIT": b"221 bye", "DATA": b"354 go on"}


class Server(socketserver.ThreadingTCPServer):
    """As much of a mail server as takes a mail, or refuses every recipient."""

    refuses = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.mails: list[bytes] = []


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].decode().upper().strip()
            is_refused = verb == "RCPT" and self.server.refuses
            self.wfile.write((b"550 nobody" if is_refused else ANSWERS.get(verb, b"250 ok")) + b"\r\n")
            if verb == "DATA":
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = made.server_address
        settings.DEFAULT_FROM_EMAIL = "Postroom <postroom@us.com>"
        yield made
        made.shutdown()


def test_the_mail_says_who_where_and_until_when_R5(workspace: Workspace, server: Server) -> None:
    add_users(workspace, [{"email": "s1@us.com", "name": "Zoë One"}], actor="command line")
    made = invite(workspace, "s1@us.com", actor="boss@us.com")
    assert (can_mail(), mail_invitation(made, made.link("http", "post.us.com"))) == (True, True)
    [raw] = server.mails
    sent = email.message_from_bytes(raw, policy=policy.default)
    assert (sent["From"], sent["To"], sent["Subject"]) == (
        "Postroom <postroom@us.com>",
        "s1@us.com",
        "Your invitation to Us",
    )
    text = sent.get_content().replace("\r\n", "\n")
    assert text.startswith("Hello Zoë One,\n")
    assert f"\nhttp://post.us.com{made.path}\n" in text
    assert f"until {made.expires_at:%d %B %Y, %H:%M} UTC (14 days)" in text


def test_a_mail_that_is_not_taken_is_no_error_and_names_nobody_R5_S7(
    workspace: Workspace, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuses = True
    add_users(workspace, [{"email": "s1@us.com"}], actor="command line")
    made = invite(workspace, "s1@us.com", actor="boss@us.com")
    assert mail_invitation(made, made.link("http", "post.us.com")) is False
    assert caplog.messages == ["An invitation could not be mailed: SMTPRecipientsRefused."]


def test_without_a_mail_server_there_are_links_only_R5(workspace: Workspace) -> None:
    assert can_mail() is False


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"smtp_url": "smtp://mail.us.com"}, "mail_from"),
        ({"mail_from": "postroom@us.com"}, "mail_from"),
        ({"smtp_url": "https://mail.us.com", "mail_from": "postroom@us.com"}, "smtp_url"),
        ({"smtp_url": "smtp://mail.us.com:x", "mail_from": "postroom@us.com"}, "smtp_url"),
        ({"smtp_url": "smtp://mail.us.com", "mail_from": "Postroom"}, "mail_from"),
        ({"smtp_url": "smtp://mail.us.com", "mail_from": "a@us.com\nBcc: b@us.com"}, "mail_from"),
    ],
)
def test_a_mail_server_is_set_up_whole_or_not_at_all(given: dict[str, str], name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Config(**given)  # type: ignore[arg-type]
    assert [error["loc"][0] for error in refused.value.errors()] == [name]


@pytest.mark.parametrize(
    "address", ["smtp://localhost:25", "smtp://me:p%40ss@mail.us.com:587", "smtps://mail.us.com"]
)
def test_addresses_of_mail_servers_are_taken(address: str) -> None:
    assert Config(smtp_url=address, mail_from="Postroom <postroom@us.com>").smtp_url == address
