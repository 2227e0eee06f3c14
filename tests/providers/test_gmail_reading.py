"""How Gmail's answers are read: labels, history, heads, counts (M4, M12, M13, M16, F2)."""

from __future__ import annotations

from typing import Any

import pytest
from contract_looks import from_now, heads, since
from contract_world import AT, DAY, RICH, a_mail
from gmail_world import GmailWorld, kept_world

from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.trouble import CannotEver
from postroom.providers.gmail import mailbox as gmail_mailbox
from postroom.providers.gmail.heads import head_of, header_block
from postroom.providers.gmail.history import read_history
from postroom.providers.gmail.labels import found_labels


@pytest.fixture
def world() -> GmailWorld:
    return kept_world()


# Labels


def test_marks_are_no_labels_and_roles_are_by_googles_ids_M12(world: GmailWorld) -> None:
    ref = world.add_label("Inbox")
    with world.provider.open(world.mine) as mailbox:
        found = mailbox.labels()
    assert [(label.ref, label.path, label.role) for label in found] == [
        ("INBOX", ("INBOX",), "inbox"),
        ("SENT", ("SENT",), "sent"),
        ("DRAFT", ("DRAFT",), "drafts"),
        ("SPAM", ("SPAM",), "spam"),
        ("TRASH", ("TRASH",), "trash"),
        (ref, ("Inbox",), ""),
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("A/B", ("A", "B")),
        ("A//B", ("A", "B")),
        ("/A/", ("A",)),
        ("/", ("/",)),
        ("A B", ("A B",)),
        ("", ("",)),
    ],
)
def test_a_slash_nests_labels_M4(name: str, path: tuple[str, ...]) -> None:
    [label] = found_labels({"labels": [{"id": "Label_1", "name": name, "type": "user"}]})
    assert (label.path, label.ref, label.role, label.total) == (path, "Label_1", "", None)


def test_label_that_goes_while_labels_are_counted_has_no_total(world: GmailWorld) -> None:
    ref = world.add_label("Project X")
    answer = world.shim.backend.ask("nobody", "GET", "/gmail/v1/users/me/labels/none")
    world.shim.fail(f"/labels/{ref}", answer)
    with world.provider.open(world.mine) as mailbox:
        assert {label.ref: label.total for label in mailbox.labels()}[ref] is None


def test_labels_cost_one_request_and_their_totals_another(world: GmailWorld) -> None:
    for number in range(40):
        world.add_label(f"Label {number}")
    with world.provider.open(world.mine) as mailbox:
        assert (len(mailbox.labels()), mailbox.requests) == (45, 2)


# History


def mail(ref: str, *labels: str) -> dict[str, Any]:
    return {"id": ref, "labelIds": [*labels]}


def record(**events: list[Any]) -> dict[str, Any]:
    return {"id": "1", **events}


def labelled(ref: str, changed: list[str], now: list[str]) -> dict[str, Any]:
    return {"message": mail(ref, *now), "labelIds": changed}


@pytest.mark.parametrize(
    ("events", "added", "removed"),
    [
        ([record(messagesAdded=[{"message": mail("a", "X")}])], ["a"], []),
        ([record(messagesAdded=[{"message": {"id": "a"}}])], ["a"], []),
        ([record(messagesAdded=[{"message": mail("a", "Y")}])], [], []),
        ([record(messagesAdded=[{"message": mail("a", "X", "SPAM")}])], [], []),
        ([record(messagesDeleted=[{"message": mail("a", "X")}])], [], ["a"]),
        ([record(labelsAdded=[labelled("a", ["X"], ["X"])])], ["a"], []),
        ([record(labelsAdded=[labelled("a", ["STARRED"], ["X", "STARRED"])])], [], []),
        ([record(labelsRemoved=[labelled("a", ["X"], [])])], [], ["a"]),
        ([record(labelsRemoved=[labelled("a", ["UNREAD"], ["X"])])], [], []),
        ([record(labelsAdded=[labelled("a", ["TRASH"], ["X", "TRASH"])])], [], ["a"]),
        ([record(labelsAdded=[labelled("a", ["SPAM"], ["X", "SPAM"])])], [], ["a"]),
        ([record(labelsRemoved=[labelled("a", ["TRASH"], ["X"])])], ["a"], []),
        ([record(labelsRemoved=[labelled("a", ["SPAM", "UNREAD"], ["X"])])], ["a"], []),
        ([record(labelsRemoved=[labelled("a", ["DRAFT"], ["X", "SENT"])])], ["a"], []),
        ([record(labelsRemoved=[labelled("a", ["SPAM"], ["INBOX"])])], [], []),
        ([record(labelsRemoved=[labelled("a", ["SPAM"], ["X", "TRASH"])])], [], []),
        ([record(messages=[mail("a", "X")])], [], []),
    ],
)
def test_events_of_history_say_what_came_in_and_what_is_out_M13(
    events: list[dict[str, Any]], added: list[str], removed: list[str]
) -> None:
    assert read_history("X", events) == (added, removed)


def test_trash_and_spam_are_labels_themselves_M16() -> None:
    into = record(labelsAdded=[labelled("a", ["TRASH"], ["X", "TRASH"])])
    out = record(labelsRemoved=[labelled("a", ["TRASH"], ["X"])])
    spam = record(messagesAdded=[{"message": mail("b", "SPAM")}])
    assert read_history("TRASH", [into]) == (["a"], [])
    assert read_history("TRASH", [into, out]) == (["a"], ["a"])
    assert read_history("SPAM", [spam, into]) == (["b"], [])


def test_what_came_and_went_is_told_and_what_came_back_is_there_M13() -> None:
    came = record(messagesAdded=[{"message": mail("a", "X")}], labelsAdded=[labelled("b", ["X"], ["X"])])
    went = record(labelsRemoved=[labelled("a", ["X"], [])], messagesDeleted=[{"message": mail("b")}])
    back = record(labelsAdded=[labelled("a", ["X"], ["X"])])
    assert read_history("X", [came, went]) == (["b", "a"], ["a", "b"])
    assert read_history("X", [came, went, back]) == (["b", "a"], ["b"])


@pytest.mark.parametrize(
    "records", [[5], [{"messagesAdded": [{}]}], [{"labelsAdded": [{"labelIds": ["X"]}]}]]
)
def test_history_that_is_none_is_no_protocol(records: list[Any]) -> None:
    with pytest.raises(CannotEver, match=r"^protocol$"):
        read_history("X", records)


def test_mail_that_is_thrown_away_and_taken_back_is_out_and_in_anew_M16(world: GmailWorld) -> None:
    ref = world.add_label("Project X")
    kept = world.put(a_mail("kept"), ref, "INBOX")
    with world.provider.open(world.mine) as mailbox:
        cursor = from_now(mailbox, ref)
        for act, expected, role in (("trash", ([], [kept]), "trash"), ("untrash", ([kept], []), "")):
            world.shim.backend.ask(world.mine.address, "POST", f"/gmail/v1/users/me/messages/{kept}/{act}")
            added, removed, cursor = since(mailbox, ref, cursor)
            assert (added, removed) == expected
            assert [head.kept_out for head in mailbox.heads(ref, [kept])] == [role]


def test_spam_is_listed_under_spam_alone_M16(world: GmailWorld) -> None:
    ref = world.add_label("Project X")
    kept = world.put(a_mail("spam"), ref, "SPAM")
    with world.provider.open(world.mine) as mailbox:
        listed = {
            label: [mail.ref for mail in mailbox.list(label, 0, AT + DAY).listed] for label in (ref, "SPAM")
        }
    assert listed == {ref: [], "SPAM": [kept]}


# Heads


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (["INBOX", "UNREAD"], ""),
        (["DRAFT"], "drafts"),
        (["SPAM", "X"], "spam"),
        (["TRASH"], "trash"),
        (["DRAFT", "TRASH"], "drafts"),
        (None, ""),
    ],
)
def test_drafts_spam_and_trash_are_known_by_labels_M16(labels: list[str] | None, role: str) -> None:
    message = {"internalDate": "1741000000999", **({"labelIds": labels} if labels else {})}
    head = head_of("a", message)
    assert (head.kept_out, head.received_at, head.size, head.header) == (role, 1741000000, None, b"\r\n")


@pytest.mark.parametrize(
    "message", [{}, {"internalDate": "soon"}, {"internalDate": "1", "payload": {"headers": [{"name": "To"}]}}]
)
def test_head_that_is_none_is_no_protocol(message: dict[str, Any]) -> None:
    with pytest.raises(CannotEver, match=r"^protocol$"):
        head_of("a", message)


def test_first_words_of_a_mail_are_not_asked_for_F2(world: GmailWorld) -> None:
    world.put(RICH, "INBOX")
    with world.provider.open(world.mine) as mailbox:
        heads(mailbox, "INBOX")
    asked = [line for line in world.shim.log if line.startswith("+")]
    assert [line.partition("?")[2] for line in asked] == [
        "format=metadata&fields=id,labelIds,internalDate,sizeEstimate,payload/headers"
    ]


def test_headers_keep_their_order_and_none_can_be_smuggled_in() -> None:
    written = header_block(
        [
            ("Received", "by one"),
            ("Received", "by two"),
            ("Subject", "Grüße\r\nBcc: eve@other.example\n\tand more\rX: y"),
            ("No name", "left out"),
            ("To\r\nBcc", "left out"),
            ("", "left out"),
            ("From", "half \ud83d pair"),
        ]
    )
    assert written.decode() == (
        "Received: by one\r\nReceived: by two\r\n"
        "Subject: Grüße\r\n Bcc: eve@other.example\r\n\tand more\r\n X: y\r\n"
        "From: half ? pair\r\n\r\n"
    )
    assert [participant.role for participant in read_envelope(written).participants] == []


# Counts


def test_count_of_a_label_with_very_many_is_all_of_it(
    world: GmailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_mailbox, "_COUNTED", 2)
    monkeypatch.setattr(gmail_mailbox, "_MOST_COUNTED", 2)
    for number in range(6):
        world.put(a_mail(f"{number}", AT + number), "INBOX")
    with world.provider.open(world.mine) as mailbox:
        assert [mailbox.count("INBOX", AT + at) for at in (0, 1, 2, 3, 5)] == [6, 6, 4, 3, 1]
