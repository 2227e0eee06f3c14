"""The page Explain: what it shows to whom, and what it refuses before it reads it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from shelf import Shelf, ask, text_of

from postroom.actions import explain as explain_module
from postroom.actions.add_blocklist import add_blocklist
from postroom.store.models import BlocklistEntry, Copy, Decision, User
from postroom.store.secrets import seal_of
from postroom.web.pages import explain
from postroom.web.pages.explain import MAX_FORM_BYTES

LAWYER = "lawyer@acme.com"


def test_an_address_nobody_knows_is_explained_L2(shelf: Shelf, browser: Client) -> None:
    assert (
        "john@nowhere.example New mail with this address does not come in by itself. No person has the address "
        "john@nowhere.example, and no account has the domain nowhere.example."
    ) in ask(browser, question="john@nowhere.example")


def test_a_known_address_is_explained_with_its_messages_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("kim@acme.com", "s1@us.com", reason="spam")
    assert (
        "kim@acme.com Known as Kim Key at Acme . New mail comes in. Mail of 10 Jan 2026, 12:00 Spam"
        in ask(browser, question="Kim@ACME.com")
    )


def test_a_message_id_is_explained_with_and_without_brackets_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    for question in ("<1@acme.com>", "1@acme.com"):
        seen = ask(browser, question=question)
        assert "<1@acme.com> Blocked This message has a sender or recipient on the blocklist." in seen
        assert "2 questions asked before" in seen


def test_a_row_of_the_list_leads_to_its_explanation(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    assert f"/explain?message={message.pk}" in browser.get("/decisions").content.decode()
    assert "Mail of 10 Jan 2026, 12:00 Blocked" in text_of(browser.get(f"/explain?message={message.pk}"))


RAW = (
    "From: Kim <kim@acme.com>\r\nTo: s1@us.com\r\nDate: Fri, 09 Jan 2026 12:00:00 +0000\r\n"
    "Message-ID: <new@acme.com>\r\nSubject: Hello\r\n\r\nGood day\r\n"
)


@pytest.mark.parametrize("way", ["raw", "file"])
def test_a_message_never_met_is_explained_from_its_source_L2(shelf: Shelf, browser: Client, way: str) -> None:
    given = {"raw": RAW} if way == "raw" else {"file": SimpleUploadedFile("a.eml", RAW.encode())}
    seen = ask(browser, **given)
    assert (
        "<new@acme.com> Imported This message was never met. Were it imported now, this would become of it."
    ) in seen


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "Type an address or Message-ID"),
        ("john@", "This is neither an e-mail address nor a Message-ID."),
        ("<john@>", "No mail with this Message-ID was ever met here."),
        ("<unknown@mail.acme.org>", "No mail with this Message-ID was ever met here."),
    ],
)
def test_what_cannot_be_explained_says_what_to_do(
    shelf: Shelf, browser: Client, question: str, says: str
) -> None:
    assert says in ask(browser, question=question)


def test_a_message_explained_is_not_kept(shelf: Shelf, browser: Client) -> None:
    ask(browser, raw=RAW)
    assert browser.get("/decisions").context["total"] == 0


@pytest.fixture
def blocked(shelf: Shelf) -> int:
    """The number of a message that an entry with a note keeps out."""
    message = shelf.message("kim@acme.com", "s1@us.com", LAWYER, reason="blocked")
    add_blocklist(shelf.workspace, [{"value": LAWYER, "note": "secret deal"}], actor="command line")
    entry = BlocklistEntry.objects.get(value=LAWYER).pk
    address = seal_of(shelf.workspace).address(LAWYER).hex()
    found = (
        f'{{"found":[{{"reason":"blocked","role":"to","address":"{address}","entry":{entry}}}],"asked":[]}}'
    )
    Decision.objects.update(findings=found)
    return message.pk


def test_a_message_by_its_number_is_for_who_sees_the_rules_R3(
    shelf: Shelf, blocked: int, browser: Client, as_user: Any
) -> None:
    viewer = as_user(shelf.user("Viewer"))
    answers = [viewer.get(f"/explain?message={number}") for number in (blocked, 999_999_999)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content
    assert "It needs the permission manage_rules" in text_of(answers[0])
    assert browser.get(f"/explain?message={blocked}").status_code == 200


def test_the_blocklist_shows_only_to_who_sees_the_rules_R3(
    shelf: Shelf, blocked: int, browser: Client, as_user: Any
) -> None:
    viewer = as_user(shelf.user("Viewer"))

    def seen(client: Client, question: str) -> tuple[bool, bool]:
        text = text_of(client.post("/explain", {"question": question}))
        assert "Blocked This message has a sender or recipient on the blocklist." in text
        return f"blocklist entry {LAWYER}" in text, "secret deal" in text

    assert [seen(viewer, q) for q in ("<1@acme.com>", "kim@acme.com", LAWYER)] == [
        (False, False),
        (False, False),
        (True, False),
    ]
    assert seen(browser, "kim@acme.com") == (True, True)


@pytest.mark.parametrize("length", [MAX_FORM_BYTES + 1, "9" * 30])
def test_what_is_too_large_is_refused_by_its_length_alone(
    shelf: Shelf, browser: Client, length: object
) -> None:
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("It was read.")

    answer = browser.post(
        "/explain", {"question": "x"}, CONTENT_LENGTH=str(length), **{"wsgi.input": Unread()}
    )

    assert answer.status_code == 413
    assert "The message is larger than 35 MiB. Ask with its Message-ID." in text_of(answer)


@pytest.mark.parametrize("way", ["raw", "file"])
def test_a_mail_that_is_too_large_is_told_so(
    shelf: Shelf, browser: Client, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for module in (explain, explain_module):
        monkeypatch.setattr(module, "MAX_RAW_BYTES", 10)
    given = {"raw": RAW} if way == "raw" else {"file": SimpleUploadedFile("a.eml", RAW.encode())}

    answer = browser.post("/explain", given)

    assert answer.status_code == 413
    assert "The message is larger than 35 MiB. Ask with its Message-ID." in text_of(answer)


def test_a_question_from_another_site_is_refused(shelf: Shelf, admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert admin.login is not None
    client.force_login(admin.login)
    assert client.post("/explain", {"question": "kim@acme.com"}).status_code == 403
    page = client.get("/explain").content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    given = {"question": "kim@acme.com", "csrfmiddlewaretoken": token}
    assert client.post("/explain", given).status_code == 200


def test_what_was_assumed_and_what_was_wrong_with_a_mail_is_said(shelf: Shelf, browser: Client) -> None:
    raw = RAW.replace("To: s1@us.com\r\n", "").replace("Fri, 09 Jan 2026 12:00:00 +0000", "soon")

    seen = text_of(browser.post("/explain", {"raw": raw}))

    assert (
        "Were it imported now, this would become of it. It names no recipient, so it is taken to lie in a "
        "mailbox of the company."
    ) in seen
    assert (
        "What was wrong with it The Date is impossible or cannot be understood; the time of receipt counts."
    ) in seen


def test_defects_of_a_message_met_are_said(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    Copy.objects.update(defects="bad_message_id")
    seen = text_of(browser.post("/explain", {"question": "x@rival.com"}))
    assert "What was wrong with it The Message-ID is not of the form <left@right>." in seen


def test_an_answer_that_was_cut_says_so(
    shelf: Shelf, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain_module, "MAX_MESSAGES", 2)
    for _ in range(3):
        shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    seen = text_of(browser.post("/explain", {"question": "x@rival.com"}))
    assert "These are the 2 messages last met; there are more." in seen
