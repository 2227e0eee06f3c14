"""The page of one engagement: why it is here, its text shown safely, and deleting it."""

from __future__ import annotations

import html
import re
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from shelf import ACTOR, RICH, Shelf, text_of

from postroom.actions.add_accounts import add_accounts
from postroom.actions.change_account import delete_account
from postroom.actions.change_person import delete_person
from postroom.core.mail.defects import DEFECTS
from postroom.core.message import Content
from postroom.store.models import Engagement, EngagementAccount, User
from postroom.web.pages.engagement import IMAGES_SECONDS


def test_an_engagement_says_who_wrote_why_it_is_here_and_where_it_was_met(
    shelf: Shelf, browser: Client
) -> None:
    seen = text_of(browser.get(f"/engagements/{shelf.engagement(RICH).pk}"))
    assert "The <b>plan</b> Received 10 Jan 2026, 12:00 From kim@acme.com To s1@us.com" in seen
    assert "plan <1>.pdf 52 kB · application/pdf" in seen
    assert "It was imported: somebody in it is a known customer. Decided 10 Jan 2026, 12:00" in seen
    assert "2 questions were asked first" in seen
    assert "Filed on Acme Kim Key Where it was met Sam One Inbox · from a file · 10 Jan 2026, 12:00" in seen


def test_html_stands_in_a_sandbox_without_scripts_S3(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(RICH).pk
    page = browser.get(f"/engagements/{pk}").content.decode()
    assert re.findall(r"<iframe[^>]*>", page) == [
        '<iframe class="mail-frame mail-frame-short" title="The mail as it was sent" sandbox="allow-popups '
        f'allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="/engagements/{pk}/mail?variant=1">'
    ]
    frame = browser.get(f"/engagements/{pk}/mail").content.decode()
    assert frame.partition("<body>")[2] == (
        '<p class="left-out">1 remote image not shown: loading it would tell the sender that you read this.</p>\n'
        "<main><p>Yes. <img></p></main></body>\n</html>\n"
    )


MAIL_CSP = (
    "default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def test_remote_images_load_only_this_once_when_asked_for_S3(shelf: Shelf, browser: Client) -> None:
    source = '<img src="https://e.example/a.gif"><img src="http://e.example/b.gif"><img src="cid:c">'
    pk = shelf.engagement(Content("S", "", source)).pk
    page = browser.get(f"/engagements/{pk}")
    form = re.search(r'<form class="mail-bar-more" method="post" action="([^"]*)">', page.content.decode())
    assert form is not None and form[1] == "?variant=1"
    frame = browser.get(f"/engagements/{pk}/mail?variant=1")
    assert frame.headers["Content-Security-Policy"] == MAIL_CSP.format(pictures="data:")
    assert "2 remote images not shown: loading them would tell the sender" in frame.content.decode()
    assert "<main><img><img><img></main>" in frame.content.decode()

    page = browser.post(f"/engagements/{pk}?variant=1")
    address = frame_of(page)
    assert address.startswith(f"/engagements/{pk}/mail?variant=1&images=")
    assert "Remote images are loaded this once: the sender may see that you read this. Leave them out" in (
        text_of(page)
    )
    assert "Load remote images this once" not in text_of(page)
    frame = browser.get(address)
    assert frame.headers["Content-Security-Policy"] == MAIL_CSP.format(pictures="data: https:")
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<meta name="referrer" content="no-referrer">' in frame.content.decode()
    assert "1 remote image not shown: it is not offered by HTTPS." in frame.content.decode()
    assert '<main><img src="https://e.example/a.gif"><img><img></main>' in frame.content.decode()
    # The next time they are left out again.
    assert frame_of(browser.get(f"/engagements/{pk}")) == f"/engagements/{pk}/mail?variant=1"


def frame_of(page: Any) -> str:
    """The address of the frame on the page of a mail."""
    [address] = re.findall(r'<iframe[^>]* src="([^"]*)"', page.content.decode())
    return html.unescape(address)


def test_no_link_loads_remote_images_S3(
    shelf: Shelf,
    browser: Client,
    as_user: Callable[[User], Client],
    sam: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (
        shelf.engagement(Content("S", "", '<img src="https://e.example/a.gif">')).pk for _ in range(2)
    )
    assert frame_of(browser.get(f"/engagements/{first}?images=1")) == f"/engagements/{first}/mail?variant=1"
    given = frame_of(browser.post(f"/engagements/{first}"))

    def loads(client: Client, address: str) -> bool:
        return "https:" in client.get(address).headers["Content-Security-Policy"]

    assert loads(browser, given)
    # Neither made up, nor of another mail, nor in another session, nor later.
    assert not loads(browser, f"/engagements/{first}/mail?images=1")
    assert not loads(browser, given.replace(f"/{first}/", f"/{second}/"))
    assert not loads(as_user(sam), given)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + IMAGES_SECONDS + 1)
    assert not loads(browser, given)


def test_loading_remote_images_needs_the_token_of_the_form_S3(shelf: Shelf, sam: User) -> None:
    pk = shelf.engagement(Content("S", "", '<img src="https://e.example/a.gif">')).pk
    client = Client(enforce_csrf_checks=True)
    assert sam.login is not None
    client.force_login(sam.login)
    assert client.post(f"/engagements/{pk}").status_code == 403


def test_who_has_no_remote_images_is_not_asked(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("S", "", '<p>https://e.example</p><img src="cid:a">')).pk
    for page in (browser.get(f"/engagements/{pk}"), browser.post(f"/engagements/{pk}")):
        seen = text_of(page)
        assert ("Load remote images" in seen, "are loaded this once" in seen) == (False, False)


def test_html_quotations_are_folded_in_the_frame(shelf: Shelf, browser: Client) -> None:
    quoted = "<blockquote>" + "words " * 60 + "</blockquote>"
    pk = shelf.engagement(Content("S", "", f"<p>Yes</p>{quoted}")).pk
    frame = browser.get(f"/engagements/{pk}/mail").content.decode()
    assert f"<main><p>Yes</p><details><summary>Quoted text</summary>{quoted}</details></main>" in frame


def test_plain_text_is_escaped_and_quotations_are_folded(shelf: Shelf, browser: Client) -> None:
    content = Content("S", "<script>alert(1)</script>\n> a\n> b\n> c\nend", "")
    page = browser.get(f"/engagements/{shelf.engagement(content).pk}").content.decode()
    assert "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre><details" in page
    assert (
        "<summary>3 quoted lines</summary><pre>&gt; a\n&gt; b\n&gt; c</pre></details><pre>end</pre>" in page
    )


def test_both_forms_of_a_text_can_be_looked_at(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(RICH).pk
    assert [browser.get(f"/engagements/{pk}{query}").context["is_html"] for query in ("", "?as=text")] == [
        True,
        False,
    ]


def test_every_variant_of_a_text_can_be_looked_at_F3(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("One", "first text", ""), Content("Two", "second text", "")).pk
    assert "second text" in text_of(browser.get(f"/engagements/{pk}?variant=2"))
    assert "met with 2 different texts" in text_of(browser.get(f"/engagements/{pk}"))
    assert [browser.get(f"/engagements/{pk}?variant={n}").status_code for n in ("0", "3", "x", "²")] == [
        404
    ] * 4


def test_html_that_costs_too_much_is_shown_as_its_text(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("S", "", "<div>" * 5_000 + "good day")).pk
    seen = text_of(browser.get(f"/engagements/{pk}"))
    assert "too tangled to be shown safely, so this is its text. good day" in seen
    assert "<main><pre>good day</pre></main>" in browser.get(f"/engagements/{pk}/mail").content.decode()


def test_html_is_cleaned_once_and_in_its_frame_only(
    shelf: Shelf, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: started.append(a) or run(*a, **k))
    pk = shelf.engagement(Content("S", "", "<p>Good day</p>" * 2_000)).pk
    assert (browser.get(f"/engagements/{pk}").context["is_html"], len(started)) == (True, 0)
    assert (browser.get(f"/engagements/{pk}/mail").status_code, len(started)) == (200, 1)


def test_html_that_takes_too_long_leaves_its_text_in_the_frame(shelf: Shelf, browser: Client) -> None:
    slow = "<img " + " ".join(f"a{n}=b" for n in range(90_000)) + ">"
    pk = shelf.engagement(Content("S", "good <day>", slow)).pk
    assert browser.get(f"/engagements/{pk}").context["is_html"] is True
    answer = browser.get(f"/engagements/{pk}/mail")
    assert "<main><pre>good &lt;day&gt;</pre></main>" in answer.content.decode()


def test_what_was_wrong_with_a_mail_is_said_in_one_line(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    engagement.message.copies.update(defects="missing_date bare_cr")
    engagement.variants.update(defects="bad_base64 bare_cr")
    said = [DEFECTS[name] for name in ("missing_date", "bare_cr", "bad_base64")]
    assert " ".join(said) in text_of(browser.get(f"/engagements/{engagement.pk}"))
    assert f"in the mailbox of Sam One. {' '.join(said[:2])} Mail of 10 Jan 2026" in text_of(
        browser.get("/decisions")
    )


def test_what_was_deleted_is_named_and_not_linked(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement().pk
    delete_person(shelf.workspace, shelf.person, actor=ACTOR)
    delete_account(shelf.workspace, shelf.account, actor=ACTOR)
    page = browser.get(f"/engagements/{pk}")
    assert "Filed on Acme deleted Kim Key deleted Where it was met" in text_of(page)
    links = re.findall(r'href="(/(?:accounts|persons)[^"]*)"', page.content.decode())
    # In the menu and in the path only.
    assert links == ["/accounts", "/persons", "/accounts"]
    assert browser.post(f"/engagements/{pk}/delete").headers["Location"] == "/"


def test_deleting_leads_to_the_first_account_that_is_still_there(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    [beta] = add_accounts(shelf.workspace, [{"name": "Beta"}], actor=ACTOR)
    EngagementAccount.objects.create(
        account_id=beta["id"], engagement=engagement, at=engagement.at, direction="in"
    )
    delete_account(shelf.workspace, shelf.account, actor=ACTOR)
    answer = browser.post(f"/engagements/{engagement.pk}/delete")
    assert answer.headers["Location"] == f"/accounts/{beta['id']}"
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_a_very_long_text_is_cut_and_can_be_shown_whole(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("S", "word " * 20_000, "")).pk
    page = browser.get(f"/engagements/{pk}")
    assert len(page.content) < 100_000
    assert "Show the other 50 000 characters" in text_of(page)
    assert text_of(browser.get(f"/engagements/{pk}?whole=1")).count("word") == 20_000


def test_a_mail_to_thousands_stays_a_page(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    people = [
        {"role": "to", "email": f"person-{n}@example.com", "name": f"Person {n}"} for n in range(20_000)
    ]
    Engagement.objects.filter(pk=engagement.pk).update(participants=people)
    page = browser.get(f"/engagements/{engagement.pk}")
    assert len(page.content) < 100_000
    assert "and 19980 more" in text_of(page)


def test_deleting_asks_first_and_then_it_is_gone_C17(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement().pk
    assert "It does not come back" in text_of(browser.get(f"/engagements/{pk}/delete"))
    assert Engagement.objects.filter(pk=pk).exists()
    answer = browser.post(f"/engagements/{pk}/delete")
    assert answer.headers["Location"] == f"/accounts/{shelf.account}"
    assert "The engagement was deleted." in text_of(browser.get(answer.headers["Location"]))
    assert browser.get(f"/engagements/{pk}").status_code == 404
    assert browser.get("/decisions/deleted").context["rows"][0].decision.reason == "deleted"
