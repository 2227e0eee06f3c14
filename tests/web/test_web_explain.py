"""The page Explain: what it shows to whom, and what it refuses before it reads it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from shelf import Shelf, ask, text_of

from postroom.actions import explain as explain_module
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.store.models import BlocklistEntry, Copy, Decision, User
from postroom.store.secrets import seal_of
from postroom.web.pages import explain
from postroom.web.pages.explain import MAX_FORM_BYTES

LAWYER = "lawyer@acme.com"


def test_an_address_nobody_knows_is_explained_L2(shelf: Shelf, browser: Client) -> None:
    assert (
        "john@nowhere.example New mail stays out: nobody knows john@nowhere.example "
        "Does a person have the address? No. Does an account have its domain? No. "
        "Is the address or its domain blocked? No. What would change it "
        "Add a person with this address, or an account with the domain nowhere.example."
    ) in ask(browser, question="john@nowhere.example")


def test_a_person_without_the_address_is_the_second_answer_L2(shelf: Shelf, browser: Client) -> None:
    add_persons(shelf.workspace, [{"name": "John Doe"}], actor="command line")
    seen = ask(browser, question="john.doe@nowhere.example")
    assert "New mail stays out: there is a person, but without this address" in seen
    assert (
        "Does a person have the address? No. There is a person named John Doe, who has no e-mail address; names "
        "never match mail. Does an account have its domain? No."
    ) in seen
    assert "Add the e-mail address to John Doe." in seen
    assert "John Doe : no e-mail address" in ask(browser, question="John Doe")


def test_the_blocklist_is_the_third_answer_L2(shelf: Shelf, browser: Client, as_user: Any) -> None:
    add_blocklist(shelf.workspace, [{"value": "acme.com", "note": "they sued us"}], actor="command line")
    seen = ask(browser, question="kim@acme.com")
    assert (
        "New mail stays out: the blocklist keeps kim@acme.com out Does a person have the address? Yes:"
        in seen
    )
    assert (
        "Is the address or its domain blocked? Yes. kim@acme.com is kept out by the blocklist entry acme.com (they "
        "sued us)."
    ) in seen
    page = browser.post("/explain", {"question": "kim@acme.com"}, follow=True)
    [why] = page.context["answer"]["address"]["why_not"]
    assert [way.title for way in why["ways"]] == ["Blocklist"]
    other = as_user(shelf.user("Viewer")).post("/explain", {"question": "kim@acme.com"}, follow=True)
    [why] = other.context["answer"]["address"]["why_not"]
    assert (why["ways"], "they sued us" in text_of(other)) == ([], False)


def test_a_known_address_is_explained_with_its_messages_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("kim@acme.com", "s1@us.com", reason="spam")
    assert (
        "kim@acme.com New mail with kim@acme.com comes in Does a person have the address? Yes: Kim Key , known "
        "since 1 Jan 2020, 00:00 , at Acme . Does an account have its domain? Yes, known "
        "since 1 Jan 2020, 00:00 . Is the address or its domain blocked? No. Mail from before 1 Jan 2020, 00:00 "
        "stays out. 1 message met with kim@acme.com "
        "It stayed out: it lies in spam Mail of 10 Jan 2026, 12:00 · as From"
    ) in ask(browser, question="Kim@ACME.com")


def test_an_address_whose_domain_an_account_has_creates_the_person_L2(shelf: Shelf, browser: Client) -> None:
    assert (
        "New mail with new@acme.com comes in Does a person have the address? No. Does an account have its domain? "
        "Yes: Acme , known since 1 Jan 2020, 00:00 . The first mail that comes in creates the person."
    ) in ask(browser, question="new@acme.com")


def test_one_of_us_is_told_so_L2(shelf: Shelf, browser: Client) -> None:
    assert "One of us: mail among colleagues stays out" in ask(browser, question="s1@us.com")


def test_a_message_id_is_explained_with_and_without_brackets_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    for question in ("<1@acme.com>", "1@acme.com"):
        seen = ask(browser, question=question)
        assert "It stayed out: the blocklist keeps out somebody in it Mail of 10 Jan 2026, 12:00" in seen
        assert "<1@acme.com> This message has a sender or recipient on the blocklist." in seen
        assert "2 questions asked before" in seen


def test_a_row_of_the_list_leads_to_its_explanation(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    assert f"/explain?message={message.pk}" in browser.get("/decisions").content.decode()
    answer = browser.get(f"/explain?message={message.pk}")
    assert "It stayed out: the blocklist keeps out somebody in it Mail of 10 Jan 2026, 12:00" in text_of(
        answer
    )
    assert f'href="/decisions/reconsider?message={message.pk}"' in answer.content.decode()
    assert "postroom import PATH --workspace Us --user s1@us.com --label Inbox --reconsider" in text_of(
        answer
    )


RAW = (
    "From: Kim <kim@acme.com>\r\nTo: s1@us.com\r\nDate: Fri, 09 Jan 2026 12:00:00 +0000\r\n"
    "Message-ID: <new@acme.com>\r\nSubject: Hello\r\n\r\nGood day\r\n"
)


@pytest.mark.parametrize("way", ["raw", "file"])
def test_a_message_never_met_is_explained_from_its_source_L2(shelf: Shelf, browser: Client, way: str) -> None:
    given = {"raw": RAW} if way == "raw" else {"file": SimpleUploadedFile("a.eml", RAW.encode())}
    seen = ask(browser, **given)
    assert (
        "It would come in: kim@acme.com is known Mail of 9 Jan 2026, 12:00 · <new@acme.com> "
        "This message was never met. Were it imported now, this would become of it."
    ) in seen


def test_where_a_message_never_met_lies_can_be_chosen_L2(shelf: Shelf, browser: Client) -> None:
    answer = browser.post("/explain", {"raw": RAW, "user": "S1@us.com", "label": "drafts"})
    assert (
        "It would stay out: it is a draft Mail of 9 Jan 2026, 12:00 · <new@acme.com> This message was never met. "
        "Were it imported now, this would become of it. "
        "It is taken to lie under the label drafts in the mailbox of S1@us.com."
    ) in text_of(answer)
    page = answer.content.decode()
    assert ("Message-ID: &lt;new@acme.com&gt;" in page, "<option selected>drafts</option>" in page) == (
        True,
        True,
    )


def test_a_mailbox_of_nobody_is_said_and_the_input_kept(shelf: Shelf, browser: Client) -> None:
    answer = browser.post("/explain", {"raw": RAW, "user": "nobody@us.com"})
    assert answer.status_code == 422
    assert "No user of the workspace has the address of that mailbox." in text_of(answer)
    page = answer.content.decode()
    assert ('value="nobody@us.com"' in page, "Message-ID: &lt;new@acme.com&gt;" in page) == (True, True)


def test_a_page_shows_the_messages_last_met_and_says_that_there_are_more(
    shelf: Shelf, browser: Client
) -> None:
    made = [shelf.message("x@far.example", "s1@us.com", reason="unknown_sender").pk for _ in range(26)]
    answer = browser.post("/explain", {"question": "x@far.example"}, follow=True)
    assert [message["id"] for message in answer.context["answer"]["messages"]] == made[:0:-1]
    assert "These are the 25 messages last met; there are more." in text_of(answer)
    assert len(answer.content) < 100_000


def test_what_was_changed_meanwhile_is_not_asked_for_again_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("new@late.example", "s1@us.com", reason="unknown_sender")
    record = {"name": "Lee Late", "emails": ["new@late.example"], "known_since": "2020-01-01"}
    add_persons(shelf.workspace, [record], actor="command line")
    seen = ask(browser, question="new@late.example")
    assert "Mail of 10 Jan 2026, 12:00 · as From · today it would come in" in seen
    assert (
        "Decided again today: It would come in: new@late.example is known. What kept it out was changed meanwhile. "
        "Its text was never kept, so it comes in when its file is imported or it is sent again, choosing to reconsider."
    ) in seen
    assert "--label Inbox --reconsider" in seen
    assert "What would change it" not in seen.partition("1 message met")[2]


def test_who_does_not_manage_rules_gets_no_links_to_do_so_R3(shelf: Shelf, as_user: Any) -> None:
    shelf.message("x@far.example", "s1@us.com", reason="unknown_sender")
    viewer = as_user(shelf.user("Viewer"))
    [message] = viewer.post("/explain", {"question": "x@far.example"}, follow=True).context["answer"][
        "messages"
    ]
    assert (message["ways"], message["commands"], message["reconsider"]) == ([], [], "")


@pytest.mark.parametrize("rows", [1, 25])
def test_explain_asks_the_same_number_of_questions_of_many_messages(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        shelf.message("x@far.example", "s1@us.com", "kim@acme.com", reason="unknown_sender")
    path = browser.post("/explain", {"question": "x@far.example"}).headers["Location"]
    with django_assert_num_queries(32):
        answer = browser.get(path)
    assert len(answer.context["answer"]["messages"]) == rows
    assert len(answer.content) < 100_000


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
        text = text_of(client.post("/explain", {"question": question}, follow=True))
        assert "This message has a sender or recipient on the blocklist." in text
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
    assert client.post("/explain", given).status_code == 302


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
    seen = text_of(browser.post("/explain", {"question": "x@rival.com"}, follow=True))
    assert "What was wrong with it The Message-ID is not of the form <left@right>." in seen


def test_an_answer_that_was_cut_says_so(
    shelf: Shelf, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain_module, "MAX_MESSAGES", 2)
    for _ in range(3):
        shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    seen = text_of(browser.post("/explain", {"question": "x@rival.com"}, follow=True))
    assert "These are the 2 messages last met; there are more." in seen


def test_the_blocklist_speaks_first_of_one_of_us_too_C3(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, ["s1@us.com"], actor="command line")
    seen = ask(browser, question="s1@us.com")
    assert (
        "s1@us.com New mail stays out: the blocklist keeps s1@us.com out s1@us.com is kept out by the blocklist "
        "entry s1@us.com. One of us has it: no mail with it comes in, whoever else is in it. What would change it "
        "Remove the blocklist entry s1@us.com. Blocklist"
    ) in seen
    assert "comes in; the blocklist is asked all the same" not in seen


def test_a_name_whose_address_is_blocked_does_not_come_in_C3(shelf: Shelf, browser: Client) -> None:
    add_blocklist(shelf.workspace, [{"value": "acme.com", "note": "they sued us"}], actor="command line")
    seen = ask(browser, question="Kim Key")
    assert "Asked by name New mail stays out: the blocklist keeps Kim Key out" in seen
    assert (
        "kim@acme.com is kept out by the blocklist entry acme.com (they sued us). "
        "Remove the blocklist entry acme.com."
    ) in seen


def test_what_was_pasted_and_cannot_be_read_is_told_as_what_would_be_L6(
    shelf: Shelf, browser: Client
) -> None:
    seen = ask(browser, raw="hello there")
    assert (
        "This message cannot be read as it was given; were it imported so, it would be set aside whole."
    ) in seen
    assert (
        "It cannot be read. Nothing in it looks like a mail: it has no headers. It was not met before."
        in seen
    )
    assert "Give the whole source of the mail, from its first header line on" in seen
    assert "was set aside" not in seen and "Run it again" not in seen


def test_an_answer_has_an_address_of_its_own_without_the_question(shelf: Shelf, browser: Client) -> None:
    answer = browser.post("/explain", {"question": "kim@acme.com"})
    path = answer.headers["Location"]
    assert (answer.status_code, re.fullmatch(r"/explain\?asked=[\w-]{11}", path) is not None) == (302, True)
    for _ in range(2):
        page = browser.get(path)
        assert "New mail with kim@acme.com comes in" in text_of(page)
        assert page.context["question"] == "kim@acme.com"
    assert "kim@acme.com" not in str(dict(browser.session))


def test_the_last_ten_questions_are_kept_for_who_asked(shelf: Shelf, browser: Client, as_user: Any) -> None:
    paths = [browser.post("/explain", {"question": f"x{n}@acme.com"}).headers["Location"] for n in range(11)]
    pages = [browser.get(path) for path in (paths[0], paths[1], paths[10], "/explain?asked=nothing")]
    assert [page.context["question"] for page in pages] == ["", "x1@acme.com", "x10@acme.com", ""]
    assert [page.status_code for page in pages] == [200] * 4
    other = as_user(shelf.user("Viewer")).get(paths[10])
    assert (other.context["question"], "What about this one mail?" in text_of(other)) == ("", True)


def test_a_mail_is_answered_at_once_and_not_kept(shelf: Shelf, browser: Client) -> None:
    assert browser.post("/explain", {"raw": RAW}).status_code == 200
    assert "asked" not in browser.session


def test_a_part_of_a_name_offers_whom_it_may_mean(shelf: Shelf, browser: Client) -> None:
    add_persons(shelf.workspace, [{"name": "Kimberly", "emails": ["kb@other.io"]}], actor="command line")
    page = browser.post("/explain", {"question": "KI"}, follow=True)
    assert [tuple(one) for one in page.context["meant"]] == [
        ("Kim Key", "kim@acme.com", False),
        ("Kimberly", "kb@other.io", False),
    ]
    assert "Perhaps you mean Kim Key kim@acme.com Kimberly kb@other.io" in text_of(page)
    us = browser.post("/explain", {"question": "sam"}, follow=True)
    assert "Perhaps you mean Sam One one of us s1@us.com" in text_of(us)
    assert "Perhaps" not in ask(browser, question="zzz")
