"""The faults of mailboxes in memory are those that a test asked for, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from contract_looks import from_now, since
from contract_world import AT, a_mail

from postroom.core.trouble import CannotEver, NotAllowed, SignInAgain, StartOver, TryLater
from postroom.providers.memory import PROVIDER, KeptMailbox, MemoryServer, memory_server
from postroom.providers.port import Access, Missing, OpenMailbox

MINE = Access("sam@us.example", {"server": "here"}, {"password": "of sam"})
BUSY = TryLater("busy", after_seconds=7)


@pytest.fixture
def server() -> Iterator[MemoryServer]:
    with memory_server("here") as server:
        yield server


@pytest.fixture
def box(server: MemoryServer) -> KeptMailbox:
    return server.add_user("sam@us.example", password="of sam", aliases=("s@us.example",))


@pytest.fixture
def mailbox(box: KeptMailbox) -> Iterator[OpenMailbox]:
    with PROVIDER.open(MINE) as mailbox:
        yield mailbox


def test_next_requests_of_a_method_fail_and_then_none(server: MemoryServer, mailbox: OpenMailbox) -> None:
    server.faults.fail_next("labels", BUSY, 2, after=1)
    told = []
    for _ in range(5):
        try:
            told.append(len(mailbox.labels()))
        except TryLater as error:
            told.append(error.after_seconds)
    assert (told, mailbox.count("INBOX", 0)) == ([5, 7, 7, 5, 5], 0)


def test_a_method_fails_until_it_is_healed(server: MemoryServer, mailbox: OpenMailbox) -> None:
    server.faults.fail_always("*", BUSY)
    for ask in (mailbox.labels, lambda: mailbox.count("INBOX", 0), lambda: PROVIDER.open(MINE)):
        with pytest.raises(TryLater, match="busy"):
            ask()
    server.faults.heal()
    assert mailbox.count("INBOX", 0) == 0


def test_wholes_are_cut_off_in_the_middle(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    refs = [box.deliver("INBOX", a_mail(f"{number}"), received_at=AT) for number in range(3)]
    server.faults.fail_next("wholes", BUSY, after=2)
    wholes = mailbox.wholes("INBOX", refs)
    assert [next(wholes).ref, next(wholes).ref] == refs[:2]
    with pytest.raises(TryLater):
        next(wholes)
    assert server.given_whole == refs[:2]


def test_what_happens_between_two_requests_is_a_tests_to_say(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    cursor = from_now(mailbox, "INBOX")

    def deliver(method: str) -> None:
        if method == "changes":
            box.deliver("INBOX", a_mail("meanwhile"), received_at=AT)

    server.faults.before = deliver
    assert len(mailbox.changes("INBOX", cursor).added) == 1


def test_mail_is_gone_between_its_head_and_its_whole(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    kept, gone = (box.deliver("INBOX", a_mail(name), received_at=AT) for name in ("kept", "gone"))
    server.faults.gone_between_head_and_whole.add(gone)
    assert [head.ref for head in mailbox.heads("INBOX", [kept, gone])] == [kept, gone]
    assert [whole.ref for whole in mailbox.wholes("INBOX", [kept, gone])] == [kept]


def test_server_turns_in_circles(server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox) -> None:
    cursor = from_now(mailbox, "INBOX")
    box.deliver("INBOX", a_mail("new"), received_at=AT)
    server.faults.repeat_cursor = True
    assert mailbox.changes("INBOX", cursor)[2:] == (cursor, True)
    first = mailbox.list("INBOX", 0, AT + 1)
    assert mailbox.list("INBOX", 0, AT + 1, first.position) == first


def test_listing_is_empty_of_a_sudden(server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox) -> None:
    box.deliver("INBOX", a_mail("there"), received_at=AT)
    server.faults.empty_listing = True
    assert (mailbox.list("INBOX", 0, AT + 1).listed, mailbox.count("INBOX", 0)) == ([], 0)
    server.faults.empty_listing = False
    assert (len(mailbox.list("INBOX", 0, AT + 1).listed), mailbox.count("INBOX", 0)) == (1, 1)


def test_mail_is_listed_and_never_told_of(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    cursor = from_now(mailbox, "INBOX")
    ref = box.deliver("INBOX", a_mail("untold"), received_at=AT)
    server.faults.untold.add(ref)
    assert since(mailbox, "INBOX", cursor)[:2] == ([], [])
    assert [mail.ref for mail in mailbox.list("INBOX", 0, AT + 1).listed] == [ref]


def test_label_that_may_not_be_looked_into(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    server.faults.denied.add("Sent")
    parent = box.add_label("Projects", is_selectable=False)
    for label in ("Sent", parent):
        with pytest.raises(NotAllowed, match="label_not_allowed"):
            mailbox.changes(label, None)
    assert from_now(mailbox, "INBOX")["told"] == "0"


def test_mail_changes_its_ref_when_it_moves_or_when_epochs_change(
    box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    refs = [box.deliver("INBOX", a_mail("moved"), received_at=AT)]
    refs += [box.move("INBOX", refs[0], "Sent"), box.trash("Sent", _only(box, mailbox, "Sent"))]
    box.change_epoch("Trash")
    assert len({*refs, _only(box, mailbox, "Trash")}) == 4


def test_mail_in_several_labels_is_one_where_refs_stay() -> None:
    with memory_server("here", refs_stay_when_moved=True) as server:
        box = server.add_user("sam@us.example", password="of sam")
        inbox, project, spam = box.by_role("inbox"), box.add_label("Project X"), box.by_role("spam")
        ref = box.deliver(inbox, a_mail("one"), received_at=AT)
        assert box.copy(inbox, ref, project) == ref
        with PROVIDER.open(MINE) as mailbox:
            assert mailbox.heads(project, [ref])[0].kept_out == ""
            assert box.move(inbox, ref, spam) == ref
            assert mailbox.heads(project, [ref])[0].kept_out == "spam"
            assert box.trash(project, ref) == ref
            assert [label.path for label in mailbox.labels() if label.total] == [("Trash",)]
            assert mailbox.heads(box.by_role("trash"), [ref])[0].kept_out == "trash"


def test_head_says_what_it_was_delivered_as(box: KeptMailbox, mailbox: OpenMailbox) -> None:
    ref = box.deliver("INBOX", a_mail("draft"), received_at=AT, kept_out="drafts")
    assert [head.kept_out for head in mailbox.heads("INBOX", [ref])] == ["drafts"]


def test_each_request_spends_of_a_quota(server: MemoryServer, box: KeptMailbox) -> None:
    spent: list[tuple[object, ...]] = []
    server.faults.quota = (600, 60)
    with PROVIDER.open(replace(MINE, spend=lambda *units: spent.append(units))) as mailbox:
        mailbox.labels()
        mailbox.count("INBOX", 0)
    assert spent == [("mailbox", 1, 600, 60)] * 2
    assert server.faults.requests == {"open": 1, "labels": 1, "count": 1}


def test_new_token_is_kept_before_it_is_used_S1(server: MemoryServer, box: KeptMailbox) -> None:
    server.rotates_tokens = True
    kept: list[object] = []
    access = replace(MINE, secret={"refresh_token": box.refresh_token}, keep_secret=kept.append)
    with PROVIDER.open(access):
        assert (
            kept == [{"refresh_token": "token-2-of-sam@us.example"}] == [{"refresh_token": box.refresh_token}]
        )
    with pytest.raises(SignInAgain, match="grant_refused"):
        PROVIDER.open(access)


def test_address_without_a_mailbox_and_a_server_that_is_not_there(server: MemoryServer) -> None:
    with pytest.raises(CannotEver, match="no_mailbox"):
        PROVIDER.open(replace(MINE, secret={"master_password": "master"}, is_central=True))
    with pytest.raises(SignInAgain, match="password_refused"):
        PROVIDER.open(MINE)
    with pytest.raises(CannotEver, match="no_server"):
        PROVIDER.open(replace(MINE, settings={"server": "elsewhere"}))


def test_check_says_what_the_server_is_told_to_miss_M2(server: MemoryServer, box: KeptMailbox) -> None:
    missing = Missing("delegation", "Allow it in the console.")
    server.missing.append(missing)
    asked = ({"server": "here"}, {"master_password": "master"}, "sam@us.example")
    assert [*PROVIDER.check(*asked)] == [missing]
    assert [*(PROVIDER.addresses(*asked) or ())] == ["s@us.example", "sam@us.example"]
    server.lists_addresses = False
    assert PROVIDER.addresses(*asked) is None
    server.faults.fail_next("open", BUSY)
    with pytest.raises(TryLater):
        PROVIDER.check(*asked)


def test_mailbox_is_closed_at_the_end_of_its_block(server: MemoryServer, mailbox: OpenMailbox) -> None:
    assert server.open_mailboxes == 1
    with PROVIDER.open(MINE):
        assert server.open_mailboxes == 2
    assert server.open_mailboxes == 1


def test_waiting_ends_when_a_mail_comes_in(
    server: MemoryServer, box: KeptMailbox, mailbox: OpenMailbox
) -> None:
    server.can_wait = True
    from_now(mailbox, "INBOX")
    assert mailbox.wait("INBOX", 0.01) is False
    Thread(target=lambda: box.deliver("INBOX", a_mail("new"), received_at=AT)).start()
    assert mailbox.wait("INBOX", 60) is True


def test_a_servers_name_is_free_once_its_block_ended(server: MemoryServer, box: KeptMailbox) -> None:
    with pytest.raises(ValueError, match="here"), memory_server("here"):
        pass
    with memory_server("there") as other:
        other.add_user("sam@us.example", password="of sam")
        with PROVIDER.open(replace(MINE, settings={"server": "there"})) as mailbox:
            assert mailbox.address() == "sam@us.example"
    with pytest.raises(CannotEver, match="no_server"):
        PROVIDER.open(replace(MINE, settings={"server": "there"}))


def test_lost_cursors_of_one_label_leave_the_others_good(box: KeptMailbox, mailbox: OpenMailbox) -> None:
    cursors = {label: from_now(mailbox, label) for label in ("INBOX", "Sent")}
    box.lose_cursors("INBOX")
    with pytest.raises(StartOver, match="cursor_lost"):
        mailbox.changes("INBOX", cursors["INBOX"])
    assert since(mailbox, "Sent", cursors["Sent"])[:2] == ([], [])


def _only(box: KeptMailbox, mailbox: OpenMailbox, label: str) -> str:
    [listed] = mailbox.list(label, 0, AT + 1).listed
    return listed.ref
