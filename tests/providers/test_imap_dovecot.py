"""What IMAP does on Dovecot beyond the contract: nothing is marked, QRESYNC, IDLE, master users, TLS, an oracle."""

from __future__ import annotations

import re
import subprocess
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dovecot import MASTER, MASTER_PASSWORD, Dovecot
from fault_proxy import Faults, fault_proxy
from hostile import hostile_mails
from imap_world import QUICK, DovecotWorld

from postroom.core.trouble import CannotEver, ProviderError, SignInAgain, StartOver, TryLater
from postroom.providers.imap.mailbox import OpenImapMailbox
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience

pytestmark = pytest.mark.servers

AT = 1_741_000_000
DAY = 86_400
IMAP = ImapProvider(QUICK)


@pytest.fixture
def world(dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[DovecotWorld]:
    monkeypatch.setenv("SSL_CERT_FILE", dovecot_server.ca_file)
    world = DovecotWorld(dovecot_server)
    yield world
    world.close()


@pytest.fixture
def mailbox(world: DovecotWorld) -> Iterator[OpenImapMailbox]:
    with IMAP.open(world.mine) as mailbox:
        yield mailbox


def a_mail(name: str, body: bytes = b"The text.\r\n") -> bytes:
    return b"From: kay@acme.example\r\nSubject: " + name.encode() + b"\r\n\r\n" + body


def refs(mailbox: OpenImapMailbox, label: str = "INBOX") -> list[str]:
    """The refs of all mails of a label."""
    found: list[str] = []
    position = None
    while True:
        page = mailbox.list(label, 0, AT + 1000 * DAY, position)
        found += [mail.ref for mail in page.listed]
        position = page.position
        if position is None:
            return found


def test_reading_marks_nothing_as_seen(world: DovecotWorld, mailbox: OpenImapMailbox) -> None:
    for number in range(3):
        world.deliver("INBOX", a_mail(f"{number}"), AT + number)
    world.hand.deliver("INBOX", a_mail("seen"), AT, r"(\Seen \Flagged)")
    world.hand.flags("INBOX")  # who looks first takes the mark of what is recent
    before = world.hand.flags("INBOX")
    there = refs(mailbox)
    assert len(mailbox.heads("INBOX", there)) == len([*mailbox.wholes("INBOX", there)]) == 4
    mailbox.count("INBOX", 0)
    mailbox.changes("INBOX", None)
    assert world.hand.flags("INBOX") == before
    assert sum(b"Seen" in line for line in before) == 1


def test_what_vanished_is_told_in_one_request(world: DovecotWorld, mailbox: OpenImapMailbox) -> None:
    for number in range(5):
        world.deliver("INBOX", a_mail(f"{number}"), AT + number)
    cursor = mailbox.changes("INBOX", None).cursor
    assert sorted(cursor) == ["exists", "modseq", "uidnext", "uidvalidity"]
    gone = refs(mailbox)[1]
    world.expunge("INBOX", gone)
    before = mailbox.requests
    answer = mailbox.changes("INBOX", cursor)
    assert (answer.removed, answer.added, mailbox.requests - before) == ([gone], [], 1)


def test_flags_are_nobodys_business(world: DovecotWorld, mailbox: OpenImapMailbox) -> None:
    world.deliver("INBOX", a_mail("one"), AT)
    cursor = mailbox.changes("INBOX", None).cursor
    world.hand.mark("INBOX", refs(mailbox)[0], r"(\Seen)")
    answer = mailbox.changes("INBOX", cursor)
    assert (answer.added, answer.removed, answer.cursor["uidnext"]) == ([], [], cursor["uidnext"])


def test_changed_uidvalidity_starts_over_and_lists_all_anew_row_19(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    for number in range(3):
        world.deliver("INBOX", a_mail(f"{number}"), AT + number)
    cursor = mailbox.changes("INBOX", None).cursor
    before = refs(mailbox)
    heads = {head.header for head in mailbox.heads("INBOX", before)}
    world.lose_cursor("INBOX")
    with pytest.raises(StartOver, match="cursor_lost"):
        mailbox.changes("INBOX", cursor)
    after = refs(mailbox)
    assert not set(before) & set(after)
    assert {head.header for head in mailbox.heads("INBOX", after)} == heads
    assert mailbox.heads("INBOX", before) == []


def test_uidvalidity_that_changes_each_time_is_said_each_time_row_20(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    world.deliver("INBOX", a_mail("one"), AT)
    for _ in range(3):
        cursor = mailbox.changes("INBOX", None).cursor
        world.lose_cursor("INBOX")
        with pytest.raises(StartOver, match="cursor_lost"):
            mailbox.changes("INBOX", cursor)


def test_renamed_label_keeps_uidvalidity_and_refs_row_21(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    world.add_label("Project X")
    world.deliver("Project X", a_mail("one"), AT)
    cursor = mailbox.changes("Project X", None).cursor
    before = refs(mailbox, "Project X")
    world.rename_label("Project X", "Project Y")
    with pytest.raises(StartOver, match="label_gone"):
        mailbox.changes("Project X", cursor)
    assert (refs(mailbox, "Project Y"), mailbox.changes("Project Y", cursor).added) == (before, [])


def test_label_made_again_under_its_name_is_another_row_22(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    world.add_label("Project X")
    world.deliver("Project X", a_mail("one"), AT)
    cursor = mailbox.changes("Project X", None).cursor
    world.hand.make_anew("Project X")
    with pytest.raises(StartOver, match="cursor_lost"):
        mailbox.changes("Project X", cursor)


def test_label_deleted_under_us_is_said_and_the_next_session_goes_on_row_23(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    world.add_label("Project X")
    world.deliver("Project X", a_mail("one"), AT)
    there = refs(mailbox, "Project X")
    world.remove_label("Project X")
    with pytest.raises((StartOver, TryLater)):
        [*mailbox.wholes("Project X", there)]
    with IMAP.open(world.mine) as again, pytest.raises(StartOver, match="label_gone"):
        again.heads("Project X", there)


def test_mail_deleted_between_list_and_fetch_is_left_out_row_24(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    for number in range(3):
        world.deliver("INBOX", a_mail(f"{number}"), AT + number)
    there = refs(mailbox)
    world.expunge("INBOX", there[1])
    assert [whole.ref for whole in mailbox.wholes("INBOX", there)] != []
    assert sorted(whole.ref for whole in mailbox.wholes("INBOX", there)) == sorted([there[0], there[2]])


def test_waiting_ends_when_mail_comes(world: DovecotWorld, mailbox: OpenImapMailbox) -> None:
    cursor = mailbox.changes("INBOX", None).cursor
    threading.Timer(0.3, world.deliver, ("INBOX", a_mail("new"), AT)).start()
    assert mailbox.wait("INBOX", 60) is True
    assert len(mailbox.changes("INBOX", cursor).added) == 1
    assert mailbox.wait("INBOX", 0.05) is False


def test_master_user_acts_for_the_address_without_a_separator_M2(world: DovecotWorld) -> None:
    world.deliver("INBOX", a_mail("one"), AT)
    secret = {"master_user": MASTER, "master_password": MASTER_PASSWORD, "separator": ""}
    with IMAP.open(replace(world.central, secret=secret)) as mailbox:
        assert mailbox.count("INBOX", 0) == 1


def test_master_password_opens_no_mailbox_as_its_owners_own_M2(world: DovecotWorld) -> None:
    with pytest.raises(SignInAgain):
        IMAP.open(replace(world.mine, secret={"password": MASTER_PASSWORD}))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_both_kinds_of_encryption(world: DovecotWorld, security: str) -> None:
    with IMAP.open(world.user.access(security)) as mailbox:
        assert mailbox.count("INBOX", 0) == 0


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_unknown_authority_is_refused_row_31(
    world: DovecotWorld, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(CannotEver, match="certificate_refused"):
        IMAP.open(world.user.access(security))


def test_every_page_of_many_mails_is_listed_once_row_53(
    world: DovecotWorld, mailbox: OpenImapMailbox
) -> None:
    box = b"".join(
        b"From kay@acme.example Mon Mar  3 11:06:40 2025\n"
        + a_mail(f"{number}").replace(b"\r\n", b"\n")
        + b"\n"
        for number in range(1700)
    )
    cursor = mailbox.changes("INBOX", None).cursor
    world.server.import_mbox(world.user.address, box)
    there = refs(mailbox)
    assert (len(there), len(set(there)), mailbox.count("INBOX", 0)) == (1700, 1700, 1700)
    told: list[str] = []
    sizes = []
    more = True
    while more:
        answer = mailbox.changes("INBOX", cursor)
        told += [mail.ref for mail in answer.added]
        sizes.append(len(answer.added))
        cursor, more = answer.cursor, answer.more
    assert (sorted(told), sizes) == (sorted(there), [500, 500, 500, 200])


def test_memory_holds_a_few_mails_at_a_time(world: DovecotWorld, mailbox: OpenImapMailbox) -> None:
    for number in range(24):
        world.deliver("INBOX", a_mail(f"{number}", b"0123456789abcdef" * 2**17), AT + number)
    there = refs(mailbox)
    tracemalloc.start()
    total = sum(len(whole.raw) for whole in mailbox.wholes("INBOX", there))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 24 * len(a_mail("10", b"0123456789abcdef" * 2**17)) - 10
    assert peak < 32 * 2**20


def test_hostile_mails_are_read_as_mbsync_reads_them(
    world: DovecotWorld, mailbox: OpenImapMailbox, tmp_path: Path
) -> None:
    mails = [raw for _, raw in hostile_mails() if len(raw) < 2**20]
    for number, raw in enumerate(mails):
        world.deliver("INBOX", raw or b"\r\n", AT + number)
    wholes = sorted(whole.raw for whole in mailbox.wholes("INBOX", refs(mailbox)))
    assert len(wholes) == len(mails)
    ours = Counter(raw.replace(b"\r", b"") for raw in wholes)  # mbsync keeps no carriage returns
    theirs = Counter(mbsync(world, tmp_path))
    assert theirs - ours == Counter()
    # It leaves out what has no empty line after its headers.
    assert ours - theirs == Counter(raw for raw in ours if b"\n\n" not in b"\n" + raw)
    assert len(theirs) > 200


def mbsync(world: DovecotWorld, folder: Path) -> list[bytes]:
    """The mails of the inbox as another program reads them."""
    (folder / "rc").write_text(
        "IMAPStore far\nHost 127.0.0.1\nSSLType None\nAuthMechs LOGIN\n"
        f'Port {world.user.plain_port}\nUser {world.user.address}\nPass "{world.user.password}"\n\n'
        f"MaildirStore near\nPath {folder}/mail/\nInbox {folder}/inbox\n\n"
        "Channel all\nFar :far:\nNear :near:\nSync Pull New\nCreate Near\nSyncState *\n"
    )
    (folder / "mail").mkdir()
    done = subprocess.run(["mbsync", "-c", str(folder / "rc"), "all"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = [file for place in ("new", "cur") for file in (folder / "inbox" / place).iterdir()]
    return [re.sub(rb"X-TUID: .{12}\r?\n", b"", file.read_bytes()) for file in files]  # mbsync's own header


def test_connection_cut_anywhere_gives_whole_mails_or_none_row_27(world: DovecotWorld) -> None:
    mails = [a_mail(f"{number}", b"0123456789abcdef" * 300) for number in range(4)]
    for number, raw in enumerate(mails):
        world.deliver("INBOX", raw, AT + number)
    quick = ImapProvider(Patience(silence=5, answer=10))
    with fault_proxy(world.user.tls_port) as proxy:
        access = replace(world.mine, settings={**world.mine.settings, "port": proxy.port})
        for after in range(500, 24_000, 1499):
            proxy.faults = Faults(cut=after)
            found: list[bytes] = []
            try:
                with quick.open(access) as mailbox:
                    found.extend(whole.raw for whole in mailbox.wholes("INBOX", refs(mailbox)))
            except ProviderError as problem:
                assert (type(problem), problem.code) == (TryLater, "cut_off")
            assert all(raw in mails for raw in found)
        proxy.faults = Faults()
        with quick.open(access) as mailbox:
            assert sorted(whole.raw for whole in mailbox.wholes("INBOX", refs(mailbox))) == sorted(mails)
