"""What others see of one's mail: on the page of a mail, narrowed there, and of the whole mailbox (R4)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.actions.set_visibility import narrow_visibility, set_visibility
from postroom.core.message import Attachment, Content
from postroom.core.visibility import BY_NAME, Visibility
from postroom.store.models import Engagement, Narrowing, User

AsUser = Callable[[User], Client]
SECRET = Content(
    "The plan", "Our words", "<p>Our words</p>", (Attachment("draft.pdf", "application/pdf", 9),)
)
OF_THE_TEXT = (b"Our words", b"draft.pdf", b"<iframe")
OF_THE_SUBJECT = (b"The plan", b"kim@acme.com", b"Project X")


@pytest.fixture
def mail(shelf: Shelf) -> Engagement:
    """A mail with everything that can be hidden, in Sam's mailbox under the label Project X."""
    engagement = shelf.engagement(SECRET)
    engagement.message.copies.update(label="Project X")
    return engagement


def told(client: Client, address: str, words: tuple[bytes, ...]) -> list[bytes]:
    """Which of the words the page tells."""
    content = client.get(address).content
    return [word for word in words if word in content]


# The page of a mail


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("everything", [*OF_THE_TEXT[1:], *OF_THE_SUBJECT]),
        ("subject", [*OF_THE_SUBJECT]),
        ("existence", []),
    ],
)
@pytest.mark.parametrize("role", ["Administrator", "Viewer"])
def test_the_page_of_a_mail_shows_what_its_owner_lets_whatever_the_role_R4(
    shelf: Shelf, as_user: AsUser, sam: User, mail: Engagement, role: str, level: str, seen: list[bytes]
) -> None:
    """The text itself stands in its frame, and on the page where plain text is asked for."""
    set_visibility(sam, level)
    client = as_user(shelf.user(role))
    address = f"/engagements/{mail.pk}"
    assert told(client, address, (*OF_THE_TEXT, *OF_THE_SUBJECT)) == seen
    is_open = level == "everything"
    assert told(client, f"{address}?as=text&whole=1", OF_THE_TEXT[:1]) == [*OF_THE_TEXT[:1]] * is_open
    assert told(client, f"{address}/mail", OF_THE_TEXT[:1]) == [*OF_THE_TEXT[:1]] * is_open
    frames = [client.get(f"{address}/mail{query}").status_code for query in ("", "?variant=1", "?images=1")]
    assert frames == [200 if is_open else 404] * 3
    assert told(as_user(sam), address, OF_THE_SUBJECT) == [*OF_THE_SUBJECT]
    assert as_user(sam).get(f"{address}/mail").status_code == 200


def test_of_the_subject_alone_it_is_said_who_chose_so_R4(
    browser: Client, sam: User, mail: Engagement
) -> None:
    set_visibility(sam, "subject")
    seen = text_of(browser.get(f"/engagements/{mail.pk}"))
    assert (
        "The plan Received 10 Jan 2026, 12:00 From kim@acme.com To s1@us.com Only the subject and who took part "
        "are shown to you, as Sam One chose. No role changes that: ask them. Why it is here"
    ) in seen
    assert "Where it was met Sam One Project X · from a file · 10 Jan 2026, 12:00" in seen


def test_of_its_existence_alone_it_is_said_who_chose_so_R4(
    browser: Client, sam: User, mail: Engagement
) -> None:
    set_visibility(sam, "existence")
    page = browser.get(f"/engagements/{mail.pk}")
    assert "<title>Hidden from you" in page.content.decode()
    assert (
        "Hidden from you Received 10 Jan 2026, 12:00 Only that it exists is shown to you, as Sam One chose. "
        "No role changes that: ask them. Why it is here"
    ) in text_of(page)
    assert "Filed on Acme Kim Key Where it was met Sam One from a file · 10 Jan 2026, 12:00" in text_of(page)


def test_the_subjects_of_other_texts_are_hidden_with_the_first_R4(
    shelf: Shelf, browser: Client, sam: User
) -> None:
    mail = shelf.engagement(Content("The plan", "a", ""), Content("Other words", "b", ""))
    set_visibility(sam, "subject")
    page = browser.get(f"/engagements/{mail.pk}?variant=2")
    assert (page.status_code, b"Other words" in page.content, b"different texts" in page.content) == (
        200,
        False,
        False,
    )


def test_what_is_wrong_with_a_hidden_text_is_not_told_R4(
    browser: Client, sam: User, mail: Engagement
) -> None:
    mail.variants.update(defects="bad_base64")
    assert "defects" in browser.get(f"/engagements/{mail.pk}").context
    set_visibility(sam, "subject")
    assert "defects" not in browser.get(f"/engagements/{mail.pk}").context


@pytest.mark.parametrize(("level", "is_told"), [("subject", True), ("existence", False)])
def test_who_deletes_a_mail_is_told_no_subject_that_is_hidden_R4(
    browser: Client, sam: User, mail: Engagement, level: str, is_told: bool
) -> None:
    set_visibility(sam, level)
    page = browser.get(f"/engagements/{mail.pk}/delete")
    assert (b"The plan" in page.content, b"kim@acme.com" in page.content) == (is_told, False)
    assert ("Its subject is hidden from you 10 Jan 2026, 12:00 What follows" in text_of(page)) is not is_told
    assert browser.post(f"/engagements/{mail.pk}/delete").headers["Location"].startswith("/accounts/")
    assert not Engagement.objects.exists()


def test_the_mails_around_it_are_hidden_one_by_one_R4(
    shelf: Shelf, browser: Client, sam: User, mail: Engagement
) -> None:
    middle = shelf.engagement(Content("Re: The plan", "", ""), answers=mail)
    last = shelf.engagement(Content("Re: Re: The plan", "", ""), answers=mail)
    narrow_visibility(sam, mail.pk, "existence")
    narrow_visibility(sam, last.pk, "subject")
    seen = text_of(browser.get(f"/engagements/{middle.pk}"))
    assert (
        "Earlier in this thread Hidden from you by Sam One Kim Key Of us: SO 10 Jan 2026, 12:00 From" in seen
    )
    assert "Later in this thread Received Re: Re: The plan Only its subject is shown to you Kim Key" in seen
    assert "in this thread" not in text_of(browser.get(f"/engagements/{mail.pk}"))
    assert "Earlier in this thread" in text_of(browser.get(f"/engagements/{last.pk}"))
    alone = shelf.engagement()
    assert "in this thread" not in text_of(browser.get(f"/engagements/{alone.pk}"))


def test_of_several_owners_the_strictest_wins_and_all_of_them_see_it_R4(
    shelf: Shelf, browser: Client, as_user: AsUser, sam: User, mail: Engagement
) -> None:
    ann = shelf.user("Manager", "ann@us.com")
    shelf.put_in_mailbox(mail, ann)
    set_visibility(ann, "subject")
    address = f"/engagements/{mail.pk}"
    assert "as Manager Smith chose" in text_of(browser.get(address))
    set_visibility(sam, "existence")
    assert "as Sam One chose" in text_of(browser.get(address))
    assert [as_user(owner).get(f"{address}/mail").status_code for owner in (ann, sam)] == [200, 200]


@pytest.mark.parametrize(
    ("level", "labels"), [("existence", [b"Project X"]), ("subject", [b"Project X", b"Anns own"])]
)
def test_an_owner_sees_the_label_of_anothers_copy_as_its_subject_R4(
    shelf: Shelf, as_user: AsUser, sam: User, mail: Engagement, level: str, labels: list[bytes]
) -> None:
    ann = shelf.user("Manager", "ann@us.com")
    shelf.put_in_mailbox(mail, ann)
    mail.message.copies.filter(user=ann).update(label="Anns own")
    set_visibility(ann, level)
    words = (b"Project X", b"Anns own")
    for address in (f"/engagements/{mail.pk}", f"/explain?engagement={mail.pk}"):
        assert told(as_user(sam), address, words) == labels
        assert told(as_user(ann), address, words) == [*words]


def test_the_newest_on_the_overview_hide_it_too_R4(browser: Client, sam: User, mail: Engagement) -> None:
    assert "Received The plan" in text_of(browser.get("/"))
    set_visibility(sam, "existence")
    seen = text_of(browser.get("/"))
    assert ("The plan" in seen, "Hidden from you by Sam One" in seen) == (False, True)


@pytest.mark.parametrize(("level", "is_told"), [("subject", True), ("existence", False)])
def test_explain_tells_no_message_id_of_what_is_hidden_R4(
    browser: Client, as_user: AsUser, sam: User, mail: Engagement, level: str, is_told: bool
) -> None:
    set_visibility(sam, level)
    address = f"/explain?engagement={mail.pk}"
    words = (b"1@acme.com", b"Project X")
    assert told(browser, address, words) == [*words] * is_told
    assert told(browser, address, (b"The plan", b"kim@acme.com")) == []
    assert told(as_user(sam), address, words[:1]) == [b"1@acme.com"]


# Narrowing a single mail


def test_an_owner_narrows_a_single_mail_and_takes_it_back_R4(
    browser: Client, as_user: AsUser, sam: User, mail: Engagement
) -> None:
    address, client = f"/engagements/{mail.pk}", as_user(sam)

    def chosen() -> list[str]:
        return re.findall(r'<option value="(\w+)" selected>', client.get(address).content.decode())

    assert chosen() == ["everything"]
    for level, seen in (
        ("subject", [b"The plan"]),
        ("existence", []),
        ("everything", [b"The plan", b"draft.pdf"]),
    ):
        answer = client.post(f"{address}/visibility", {"visibility": level})
        assert (answer.status_code, answer.headers["Location"]) == (302, address)
        assert "Saved. It counts from now on, in timelines, search and the API." in text_of(
            client.get(address)
        )
        assert chosen() == [level]
        assert told(browser, address, (b"The plan", b"draft.pdf")) == seen
    assert not Narrowing.objects.exists()


def test_narrowing_never_shows_more_than_the_mailbox_R4(
    browser: Client, as_user: AsUser, sam: User, mail: Engagement
) -> None:
    set_visibility(sam, "existence")
    page = as_user(sam).get(f"/engagements/{mail.pk}")
    assert "Who sees it My mailbox It lies in your mailbox" in text_of(page)
    assert "As of my mailbox: only that it exists Subject only Only that it exists Save" in text_of(page)
    as_user(sam).post(f"/engagements/{mail.pk}/visibility", {"visibility": "subject"})
    assert "Only that it exists is shown to you" in text_of(browser.get(f"/engagements/{mail.pk}"))


@pytest.mark.parametrize("role", ["Administrator", "Viewer"])
def test_who_does_not_own_a_mail_cannot_narrow_it_R4(
    shelf: Shelf, as_user: AsUser, mail: Engagement, role: str
) -> None:
    client = as_user(shelf.user(role))
    assert "Who sees it" not in text_of(client.get(f"/engagements/{mail.pk}"))
    posted = client.post(f"/engagements/{mail.pk}/visibility", {"visibility": "existence"})
    unknown = client.post("/engagements/999999999/visibility", {"visibility": "existence"})
    assert (posted.status_code, unknown.status_code) == (404, 404)
    assert posted.content == unknown.content
    assert not Narrowing.objects.exists()


@pytest.mark.parametrize("asked", ["", "nothing", "3", "EXISTENCE"])
def test_a_level_that_is_none_changes_nothing(
    as_user: AsUser, sam: User, mail: Engagement, asked: str
) -> None:
    narrow_visibility(sam, mail.pk, "subject")
    set_visibility(sam, "subject")
    for address in (f"/engagements/{mail.pk}/visibility", "/profile/mail"):
        assert as_user(sam).post(address, {"visibility": asked}).status_code == 404
        assert as_user(sam).post(address).status_code == 404
    sam.refresh_from_db()
    assert (Narrowing.objects.get().visibility, sam.visibility) == (Visibility.SUBJECT, Visibility.SUBJECT)


# The whole mailbox


@pytest.mark.parametrize("level", BY_NAME)
def test_one_says_what_others_see_of_ones_mail_R4(
    shelf: Shelf, browser: Client, as_user: AsUser, sam: User, level: str
) -> None:
    client = as_user(sam)
    answer = client.post("/profile/mail", {"visibility": level})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/profile/mail")
    page = client.get("/profile/mail")
    assert "Saved. It counts from now on, in timelines, search and the API." in text_of(page)
    checked = re.findall(r'type="radio" name="visibility" value="(\w+)" checked', page.content.decode())
    assert checked == [level]
    others = User.objects.exclude(pk=sam.pk).values_list("visibility", flat=True)
    assert set(others) == {Visibility.EVERYTHING}
    sam.refresh_from_db()
    assert sam.visibility == BY_NAME[level]


def test_ones_own_page_says_how_many_single_mails_show_less_R4(
    shelf: Shelf, browser: Client, as_user: AsUser, sam: User
) -> None:
    said = []
    for _ in range(2):
        narrow_visibility(sam, shelf.engagement().pk, "subject")
        said += re.findall(r"Of [^.]*\.", text_of(as_user(sam).get("/profile/mail")))
    assert said == ["Of 1 single mail you let others see less.", "Of 2 single mails you let others see less."]
    assert "single mails you let" not in text_of(browser.get("/profile/mail"))


def test_a_user_of_the_same_address_elsewhere_keeps_their_choice_W3(as_user: AsUser, sam: User) -> None:
    theirs = User.objects.get(workspace=a_shelf(another_workspace()).workspace, email=sam.email)
    as_user(sam).post("/profile/mail", {"visibility": "existence"})
    theirs.refresh_from_db()
    assert theirs.visibility == Visibility.EVERYTHING


def test_it_is_reached_from_ones_own_menu(as_user: AsUser, sam: User) -> None:
    page = as_user(sam).get("/").content.decode()
    assert re.findall(r'href="/profile/mail">.*?</svg>([^<]+)</a>', page) == ["Who sees my mail"]
