"""Syncing mailboxes from Dovecot: the first time, again unchanged, and a thousand unchanged ones.

The peers read the same server in the same run: mbsync into a Maildir, and a bare fetch of every mail with IMAPClient,
which keeps nothing. Dovecot is Debian's, started for the run as the tests start it.
"""

from __future__ import annotations

import imaplib
import json
import os
import re
import shutil
import sys
from itertools import islice
from pathlib import Path

from bench import corpus
from bench.measure import Measured, measured, median_of
from bench.row import Row
from bench.setting import WORKSPACE, Setting, say

sys.path.append(str(corpus.ROOT / "tests" / "providers"))

from dovecot import MASTER, MASTER_PASSWORD, SEPARATOR, Dovecot, ImapUser, dovecot

MBSYNC = "mbsync"
BARE = "bare IMAPClient"
STAND_INS = corpus.ROOT / ".venv" / "stand-ins" / "bin" / "python"
_OWN = re.compile(rb"^(?:From|To|Cc|Bcc|Sender|Message-ID|Date|Received):.*\n(?:[ \t].*\n)*", re.I | re.M)


def run(setting: Setting) -> list[Row]:
    """Measure ours and the peers in turn."""
    with dovecot() as server:
        say(f"Dovecot, with {setting.synced:,} mails and {setting.mailboxes:,} mailboxes")
        one = server.new_user()
        fill(one, setting.synced)
        others = [server.new_user().address for _ in range(setting.mailboxes)]
        return [*_one(setting, server, one), *_many(setting, server, others)]


def fill(user: ImapUser, count: int) -> None:
    """Put mails of a customer into the inbox, each with the text of a real one."""
    client = imaplib.IMAP4("127.0.0.1", user.plain_port)
    client.login(user.address, user.password)
    for number, raw in enumerate(islice(corpus.mails(count), count)):
        mail = re.sub(rb"\r?\n", b"\r\n", from_customer(raw, number, user.address))
        client.append("INBOX", "", f'"{number % 27 + 1:02}-Oct-2026 12:00:00 +0000"', mail)
    client.logout()


def from_customer(raw: bytes, number: int, to: str) -> bytes:
    """The mail as if a customer had sent it to the user, so that it comes in."""
    head, _, body = raw.partition(b"\n\n")
    own = (
        f"From: Customer {number % 50} <k{number % 50}@customer.example>\nTo: {to}\n"
        f"Message-ID: <{number}@customer.example>\nDate: {number % 27 + 1} Oct 2026 12:00:00 +0000\n"
    )
    return own.encode() + _OWN.sub(b"", head + b"\n") + b"\n" + body


def _one(setting: Setting, server: Dovecot, user: ImapUser) -> list[Row]:
    """One mailbox: first all of it, then again."""
    first: list[Measured] = []
    again: list[Measured] = []
    for turn in range(setting.repeats):
        say(f"Sync, round {turn + 1} of {setting.repeats}")
        data = setting.folder / "mailbox"
        shutil.rmtree(data, ignore_errors=True)
        _ours(setting, data, "prepare", server, [user.address])
        first.append(_ours(setting, data, "look"))
        again.append(_ours(setting, data, "look"))
    ours, unchanged = median_of(first), median_of(again)
    told, told_again = json.loads(ours.output), json.loads(unchanged.output)
    n = told["imported"]
    rows = [
        Row("first sync", "mails imported", n, target=f"{setting.synced:,}", is_met=n == setting.synced),
        Row("first sync", "mails/cpu-s", n / ours.cpu_seconds),
        Row(
            "unchanged mailbox",
            "requests",
            told_again["requests"],
            target="≤ 2",
            is_met=told_again["requests"] <= 2,
        ),
    ]
    if setting.peers:
        rows += _beside(setting, user, n / told["seconds"], told_again["seconds"])
    else:
        rows.append(Row("first sync", "mails/s", n / told["seconds"]))
    return rows


def _beside(setting: Setting, user: ImapUser, ours: float, again_seconds: float) -> list[Row]:
    bare = measured(
        [str(STAND_INS), "-m", "bench.mailbox_bare", str(user.plain_port), user.address, user.password]
    )
    fetched = json.loads(bare.output)
    mbsync = _Mbsync(setting.folder / "mbsync", user)
    pulled, same = mbsync.run(), mbsync.run()
    theirs = setting.synced / pulled.seconds
    by_bare = fetched["mails"] / fetched["seconds"]
    return [
        Row("first sync", "mails/s", ours, BARE, by_bare, ours / by_bare, "≥ 0.5 ×", ours / by_bare >= 0.5),
        Row("first sync", "mails/s", ours, MBSYNC, theirs, ours / theirs, "≥ 3 ×", ours / theirs >= 3),
        Row(
            "unchanged mailbox",
            "ms",
            again_seconds * 1_000,
            MBSYNC,
            same.seconds * 1_000,
            same.seconds / again_seconds,
        ),
    ]


def _many(setting: Setting, server: Dovecot, addresses: list[str]) -> list[Row]:
    """Many mailboxes in which nothing changed."""
    say(f"{len(addresses):,} mailboxes")
    data = setting.folder / "mailboxes"
    shutil.rmtree(data, ignore_errors=True)
    _ours(setting, data, "prepare", server, addresses)
    _ours(setting, data, "look")
    again = json.loads(_ours(setting, data, "look").output)
    name = f"{len(addresses):,} unchanged mailboxes"
    most = 10 * len(addresses) / 1_000
    return [
        Row(name, "cpu-s", again["cpu_seconds"], target=f"≤ {most:g}", is_met=again["cpu_seconds"] <= most),
        Row(
            name,
            "requests each",
            again["requests"] / len(addresses),
            target="≤ 2",
            is_met=again["requests"] <= 2 * len(addresses),
        ),
    ]


def _ours(
    setting: Setting, data: Path, what: str, server: Dovecot | None = None, addresses: list[str] | None = None
) -> Measured:
    asked = {
        "workspace": WORKSPACE,
        "port": server.plain_port if server else 0,
        "addresses": addresses or [],
        "secret": {"master_user": MASTER, "master_password": MASTER_PASSWORD, "separator": SEPARATOR},
    }
    env = setting.env(data) | {"POSTROOM_ALLOWED_PRIVATE_HOSTS": "localhost"}
    return measured([sys.executable, "-m", "bench.mailbox_ours", what, json.dumps(asked)], env=env)


class _Mbsync:
    """Debian's mbsync, pulling the mailbox into a Maildir."""

    def __init__(self, folder: Path, user: ImapUser) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "mail").mkdir(parents=True)
        self._config = folder / "mbsyncrc"
        self._config.write_text(
            f"IMAPAccount bench\nHost localhost\nPort {user.plain_port}\nUser {user.address}\n"
            f'Pass "{user.password}"\nSSLType None\n'
            "AuthMechs LOGIN\n\nIMAPStore far\nAccount bench\n\n"
            f"MaildirStore near\nPath {folder}/mail/\nInbox {folder}/mail/INBOX\nSubFolders Verbatim\n\n"
            "Channel bench\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n"
        )

    def run(self) -> Measured:
        return measured(
            [MBSYNC, "-q", "-c", str(self._config), "bench"], env={"HOME": os.environ.get("HOME", "/")}
        )
