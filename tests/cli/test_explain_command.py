"""``postroom explain``: by address, name, Message-ID or file, in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Ran

from postroom.actions.explain import MAX_RAW_BYTES
from postroom.cli.output import EXIT_CODES
from postroom.store.models import User, Workspace

Command = Callable[..., Ran]
MESSAGE_ID = "a/b+c=1@mail.example"
RAW = (
    f"From: una@far.example\nTo: boss@us.com\nSubject: Secret\nMessage-ID: <{MESSAGE_ID}>\n"
    "Date: Mon, 02 Mar 2026 12:00:00 +0000\n\nText\n"
).encode()


@pytest.fixture
def met(workspace: Workspace, admin: User, command: Command, tmp_path: Path) -> Path:
    """The file of a mail that was imported and kept out."""
    file = tmp_path / "mail.eml"
    file.write_bytes(RAW)
    assert command("import", file, "--workspace", "Us", "--user", "boss@us.com").code == 0
    return file


@pytest.mark.parametrize(
    "question", [f"<{MESSAGE_ID}>", MESSAGE_ID, "una@far.example", "Una <UNA@far.example>", "{file}"]
)
def test_every_way_to_ask_finds_the_message(question: str, met: Path, command: Command) -> None:
    ran = command("explain", question.replace("{file}", str(met)), "--workspace", "Us", "--json")

    assert (ran.code, ran.err) == (0, "")
    (message,) = json.loads(ran.out)["messages"]
    assert (message["met"], message["customer"]["reason"]) == (True, "unknown_sender")


def test_in_words(met: Path, command: Command) -> None:
    ran = command("explain", "una@far.example", "--workspace", "Us")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "una@far.example is not known.",
        "",
        "Why not: No person has the address una@far.example, and no account has the domain far.example.",
        "  To change it: Add a person with this address, or an account with the domain far.example.",
        "",
        "2026-03-02T12:00:00Z  (Message-ID sealed)",
        "  skip: unknown_sender. This message was sent by somebody unknown: no person has the address, and no "
        "account has its domain.",
        "  Found: the sender una@far.example",
        "  Asked before:",
        "    C0 Is an address header malformed, with two readings that would be decided differently? no",
        "    C1 Does it lie in drafts, spam or trash only? no",
        "    C2 Is its label not selected, or was it selected after the mail? no",
        "    K4 Is it older than the crawling depth of its source? no",
        "    C3 Is the sender or any recipient on the blocklist? no",
        "    C4 Are the sender and all recipients of the company? no",
        "  To change it: Add a person with the address una@far.example, or an account with the domain "
        "far.example, known since 2026-03-02 or earlier.",
        "  To change it: Then import its file or send it again, and choose to reconsider.",
        "    postroom import PATH --workspace Us --user boss@us.com --label archive --reconsider",
    ]


@pytest.mark.parametrize(
    "question", ["a" * 300 + "@far.example", "/" + "a" * 300, "é" * 200, "<" + "a" * 5000 + "@x>"]
)
def test_what_is_longer_than_a_file_name_is_asked_all_the_same(
    question: str, met: Path, command: Command
) -> None:
    ran = command("explain", question, "--workspace", "Us")

    assert ran.code == (EXIT_CODES["no_such_path"] if question.startswith("/") else EXIT_CODES["ok"])


def test_a_file_that_is_too_large_for_one_mail(met: Path, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "large.eml"
    with file.open("wb") as large:
        large.truncate(MAX_RAW_BYTES + 1)
    ran = command("explain", file, "--workspace", "Us")

    assert (ran.code, ran.out) == (EXIT_CODES["unreadable"], "")
    assert ran.err == (
        f"{file} is larger than 35 MiB. Name the file of one mail, not a whole mbox, or ask with its Message-ID.\n"
    )


def test_a_mail_never_met_is_told_with_what_was_assumed_and_wrong(
    met: Path, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "other.eml"
    file.write_bytes(b"From: una@far.example\nMessage-ID: <other@x>\nDate: soon\nSubject: x\n\nText\n")
    lines = command("explain", file, "--workspace", "Us").out.splitlines()

    assert lines[0].endswith("Z  other@x (never met; this is what would happen)")
    assert lines[1:3] == [
        "  It names no recipient, so it is taken to lie in a mailbox of the company.",
        "  Wrong with it: The Date is impossible or cannot be understood; the time of receipt counts.",
    ]
    assert lines[3].startswith("  skip: unknown_sender.")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("/nowhere/mail.eml", "no_such_path"),
        ("mail.eml", "no_such_path"),
        ("/", "unreadable"),
        ("a@b@", "refused"),
        (" ", "refused"),
        ("una@far.example", "unknown_name"),
    ],
)
def test_what_cannot_be_explained_is_said(question: str, kind: str, met: Path, command: Command) -> None:
    ran = command("explain", question, "--workspace", "Them" if kind == "unknown_name" else "Us")

    assert (ran.code, ran.out) == (EXIT_CODES[kind], "")
    assert ran.err.count("\n") == 1


def test_unknown_address_and_name(met: Path, command: Command) -> None:
    for question in ("nobody@else.example", "Nobody Else"):
        ran = command("explain", question, "--workspace", "Us")
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "No message is known for this.")
