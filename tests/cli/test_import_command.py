"""``postroom import``: what it prints, and how it ends where something is wrong: nothing is ever half-written."""

from __future__ import annotations

import ctypes
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from programs import Ran, environment

from postroom.actions.add_accounts import add_accounts
from postroom.cli.output import EXIT_CODES
from postroom.store.models import Message, SetAside, User, Workspace

Command = Callable[..., Ran]
WHERE = ("--workspace", "Us", "--user", "boss@us.com", "--label", "inbox")


def a_mail(number: int = 1, sender: str = "kay@acme.com", text: str = "How are you?") -> bytes:
    return (
        f"From: {sender}\nTo: boss@us.com\nSubject: Mail {number}\nMessage-ID: <{number}@acme.com>\n"
        f"Date: Mon, 02 Mar 2026 12:00:00 +0000\n\n{text}\n"
    ).encode()


@pytest.fixture
def acme(workspace: Workspace, admin: User) -> Workspace:
    """The workspace Us with an account for acme.com."""
    domains = [{"domain": "acme.com", "known_since": "2020-01-01"}]
    add_accounts(workspace, [{"name": "Acme", "domains": domains}], actor="command line")
    return workspace


def test_json_summary_of_an_mbox(acme: Workspace, command: Command, tmp_path: Path) -> None:
    mbox = tmp_path / "mails.mbox"
    line = b"From kay@acme.com Mon Mar  2 12:00:00 2026\n"
    mbox.write_bytes(
        b"".join(line + a_mail(n, s) + b"\n" for n, s in ((1, "k@acme.com"), (2, "u@far.example")))
    )

    ran = command("import", mbox, *WHERE, "--lens", "customer", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "messages": 2,
        "new_messages": 2,
        "new_copies": 2,
        "outcomes": {"customer": {"import": {"imported": 1}, "skip": {"unknown_sender": 1}}},
        "problems": [],
    }


def test_summary_in_words(acme: Workspace, command: Command, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(a_mail())

    ran = command("import", tmp_path / "mail.eml", *WHERE)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "Mails met: 1, of them new messages: 1."
    assert ran.out.splitlines()[1].split()[:3] == ["1", "import", "imported"]


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        (["nowhere.mbox", *WHERE], "no_such_path", "nowhere.mbox"),
        (["{file}", "--workspace", "Them", "--user", "boss@us.com"], "unknown_name", "'Them'"),
        (["{file}", "--workspace", "Us", "--user", "who@us.com"], "unknown_name", "No user"),
        (["{file}", "--workspace", "Us", "--user", "boss@us.com", "--label", " "], "refused", "label"),
        (
            ["{file}", "--workspace", "Us", "--user", "boss@us.com", "--label", "x" * 201],
            "refused",
            "too long",
        ),
        (["{file}", *WHERE, "--lens", "both"], "usage", "--lens customer"),
        (["{fifo}", *WHERE], "unreadable", "fifo"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    change: list[str], kind: str, sentence: str, acme: Workspace, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mail.eml").write_bytes(a_mail())
    os.mkfifo(tmp_path / "fifo")
    places = {"{file}": str(tmp_path / "mail.eml"), "{fifo}": str(tmp_path / "fifo")}

    ran = command("import", *(places.get(word, word) for word in change))

    assert (ran.code, ran.out) == (EXIT_CODES[kind], "")
    assert sentence in ran.err
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") == 1
    assert (Message.objects.count(), SetAside.objects.count()) == (0, 0)


def make_workspace(program: Command) -> None:
    """Make the workspace Us with the user boss@us.com, as a program does."""
    made = program("workspace", "create", "Us", "--admin", "boss@us.com", "--json")
    assert made.code == 0, made.err


def many_mails(folder: Path, count: int) -> Path:
    """A directory of mails that are imported into nobody's timeline: their envelopes are kept, and not small."""
    folder.mkdir()
    for number in range(count):
        recipients = ", ".join(f"somebody{number}.{i}@far.example" for i in range(40))
        raw = a_mail(number).replace(b"To: boss@us.com", f"To: {recipients}".encode())
        (folder / f"{number}.eml").write_bytes(raw)
    return folder


def may_not_read_everything() -> None:
    """Take from root, if this is root, what lets it read files whose mode forbids it."""
    bounding_set_drop, dac_override, dac_read_search = 24, 1, 2
    libc = ctypes.CDLL(None)
    for capability in (dac_override, dac_read_search):
        libc.prctl(bounding_set_drop, capability, 0, 0, 0)


def test_unreadable_file_is_named_and_the_others_are_imported(tmp_path: Path, program: Command) -> None:
    make_workspace(program)
    mails = many_mails(tmp_path / "mails", 3)
    (mails / "1.eml").chmod(0)

    done = subprocess.run(
        [sys.executable, "-m", "postroom", "import", str(mails), *WHERE, "--json"],
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=may_not_read_everything,
    )

    assert done.returncode == EXIT_CODES["unreadable"]
    summary = json.loads(done.stdout)
    assert (summary["messages"], summary["new_messages"]) == (2, 2)
    problem = "It cannot be read. Give this user the right to read it, and import again."
    assert summary["problems"] == [{"file": "1.eml", "problem": problem}]
    assert done.stderr.splitlines() == [
        f"1.eml: {problem}",
        "1 of the files could not be read; all others were imported.",
    ]


def test_a_terminal_shows_how_far_it_is(tmp_path: Path, program: Command) -> None:
    make_workspace(program)
    mails = many_mails(tmp_path / "mails", 3)
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        done = subprocess.run(
            [sys.executable, "-m", "postroom", "import", str(mails), *WHERE, "--json"],
            env=environment(tmp_path / "data") | {"TERM": "xterm", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=True,
        )
        os.close(theirs)
        shown = terminal.read(100_000).decode()

    assert json.loads(done.stdout)["messages"] == 3
    assert re.findall(r"Importing|3 mails", shown)[-2:] == ["Importing", "3 mails"]


def test_full_disk_leaves_a_sound_database_and_the_rest_for_later(tmp_path: Path, program: Command) -> None:
    make_workspace(program)
    mails = many_mails(tmp_path / "mails", 1_200)

    ran = program("import", mails, *WHERE, "--json", largest_file=3_000_000)

    assert (ran.code, ran.out) == (EXIT_CODES["storage"], "")
    assert "disk is full" in ran.err
    assert ran.err.count("\n") == 1
    with closing(sqlite3.connect(tmp_path / "data" / "postroom.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (stored,) = database.execute("SELECT count(*) FROM store_message").fetchone()
        (decided,) = database.execute("SELECT count(*) FROM store_decision").fetchone()
    assert stored == decided
    assert stored < 1_200

    ran = program("import", mails, *WHERE, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "messages": 1_200,
        "new_messages": 1_200 - stored,
        "new_copies": 1_200 - stored,
        "outcomes": {"customer": {"skip": {"unknown_sender": 1_200}}},
        "problems": [],
    }


def test_an_empty_path_is_not_this_folder(acme: Workspace, command: Command) -> None:
    sentence = "The path is empty. Give an mbox, a Maildir, a directory of mails, or one mail.\n"
    assert command("import", "", *WHERE) == (EXIT_CODES["usage"], "", sentence)
