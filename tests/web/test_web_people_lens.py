"""What pages say of the people lens: whose a decision is and how it counts, and nobody else (P10, P11, R3)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from shelf import DAY, NOON, Shelf, another_workspace, text_of

from postroom.actions.add_users import add_users
from postroom.actions.reconsider import reconsider
from postroom.core.permissions import ROLES
from postroom.store.models import Decision, Interaction, Job, Message, User, Workspace
from postroom.web.counted_words import counted_words
from postroom.worker.runner import run_due

ACTOR = "boss@us.com"


def judged(
    shelf: Shelf, email: str, reason: str, outcome: str = "skip", message: Message | None = None
) -> Decision:
    """A decision of the people lens for this user, on a message of its own or on one that is there."""
    message = message or Message.objects.create(
        workspace=shelf.workspace,
        identity=bytes([Message.objects.count()] * 16),
        reference_tokens=b"",
        at=NOON + Message.objects.count() * DAY,
        flags="",
    )
    return Decision.objects.create(
        workspace=shelf.workspace,
        message=message,
        lens="people",
        user=User.objects.get(workspace=shelf.workspace, email=email),
        outcome=outcome,
        reason=reason,
        findings='{"found":[],"asked":[]}',
        policy=2,
        revision=1,
        last_copy=1,
        decided_at=NOON,
    )


def counts(decision: Decision, **fields: object) -> Interaction:
    """How it is counted."""
    return Interaction.objects.create(
        **{
            "workspace": decision.workspace,
            "user": decision.user,
            "message": decision.message,
            "kind": "mail",
            "is_sent": True,
            "at": decision.message.at,
            "is_automatic": False,
            "is_inside": True,
            "is_outside": True,
            "others": 2,
            "outsiders": bytes(16),
            **fields,
        }
    )


@pytest.fixture
def two(shelf: Shelf) -> Shelf:
    """A mail between S1 and S2: skipped as internal, counted for S1, held for S2; and a draft of S2's."""
    add_users(shelf.workspace, [{"email": "s2@us.com", "name": "Sue Two"}], actor=ACTOR)
    message = shelf.message("s1@us.com", "s2@us.com", reason="internal")
    counts(judged(shelf, "s1@us.com", "counted", "import", message))
    judged(shelf, "s2@us.com", "no_consent", "hold", message)
    judged(shelf, "s2@us.com", "draft")
    return shelf


def seen(browser: Client, query: str) -> list[tuple[str, str]]:
    """Whose the listed decisions are, and their reasons."""
    rows = browser.get(f"/decisions{query}").context["rows"]
    return [(row.decision.user.email if row.decision.user else "", row.decision.reason) for row in rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("", "internal")]),
        ("?lens=customer", [("", "internal")]),
        (
            "?lens=people",
            [("s2@us.com", "draft"), ("s2@us.com", "no_consent"), ("s1@us.com", "counted")],
        ),
        ("?lens=people&user=s1@us.com", [("s1@us.com", "counted")]),
        ("?lens=people&outcome=hold", [("s2@us.com", "no_consent")]),
        ("/draft?lens=people", [("s2@us.com", "draft")]),
        ("/draft", []),
        ("/internal?lens=people", []),
        ("?lens=people&user=boss@us.com", []),
    ],
)
def test_each_lens_has_its_own_list_P11(
    two: Shelf, browser: Client, query: str, found: list[tuple[str, str]]
) -> None:
    assert seen(browser, query) == found


def test_a_decision_of_the_people_lens_names_its_user_and_nobody_else_P10(
    two: Shelf, browser: Client
) -> None:
    text = text_of(browser.get("/decisions?lens=people"))
    assert (
        "Sam One Mail sent, with 2 others; counts in INT "
        "and EXT. Of 10 Jan 2026, 12:00 decided 9 Jan 2026, 12:00"
    ) in text
    assert "Sue Two It waits for the consent of its user. Of 10 Jan 2026, 12:00" in text
    assert "mailbox of" not in text and "Release" not in text
    [row] = re.findall(
        r'<li class="d-row">.*?</li>', browser.get("/decisions/counted?lens=people").content.decode(), re.S
    )
    assert "Sue" not in row and "explain" not in row


def test_the_reasons_of_a_lens_are_counted_and_lead_on_within_it(two: Shelf, browser: Client) -> None:
    answer = browser.get("/decisions?lens=people&user=s2@us.com")
    assert answer.context["counts"] == [("counted", 1), ("draft", 1), ("no_consent", 1)]
    page = answer.content.decode()
    assert 'href="/decisions/no_consent?lens=people&amp;user=s2%40us.com"' in page
    assert '<a class="btn btn-link" href="/decisions?lens=people">Clear</a>' in page
    assert browser.get("/decisions").context["counts"] == [("internal", 1)]


def test_the_lenses_stand_beside_each_other_once_there_are_two(shelf: Shelf, browser: Client) -> None:
    shelf.message("s1@us.com", "boss@us.com", reason="internal")
    assert b"People lens" not in browser.get("/decisions").content
    judged(shelf, "s1@us.com", "draft")
    assert b'<a href="/decisions?lens=people">People lens</a>' in browser.get("/decisions").content


def test_an_empty_people_lens_says_how_it_fills(shelf: Shelf, browser: Client) -> None:
    assert "They are taken when something is uploaded" in text_of(browser.get("/decisions?lens=people"))
    assert browser.get("/decisions?lens=other").status_code == 404


def test_the_people_lens_is_not_reconsidered_by_hand(two: Shelf, browser: Client) -> None:
    assert b"/decisions/reconsider" not in browser.get("/decisions/draft?lens=people").content
    assert browser.get("/decisions/reconsider?lens=people").status_code == 404
    before = list(Decision.objects.filter(lens="people").values_list("pk", "is_current"))
    reconsider(two.workspace, actor=ACTOR)
    run_due()
    [job] = Job.objects.filter(kind="reconsider")
    assert job.counts == {"changed": 1, "unchanged": 0, "send_again": 0}
    assert list(Decision.objects.filter(lens="people").values_list("pk", "is_current")) == before


@pytest.mark.parametrize("rows", [1, 29])
def test_a_page_of_the_people_lens_asks_the_same_number_of_questions(
    shelf: Shelf, browser: Client, django_assert_num_queries, rows: int
) -> None:
    for number in range(rows):
        add_users(shelf.workspace, [{"email": f"u{number}@us.com"}], actor=ACTOR)
        counts(judged(shelf, f"u{number}@us.com", "counted", "import"))
    with django_assert_num_queries(8):
        browser.get("/decisions?lens=people")


@pytest.mark.parametrize("role", [role for role in ROLES if "manage_rules" not in ROLES[role]])
def test_decisions_of_the_people_lens_are_for_who_manages_rules_R3(two: Shelf, as_user, role: str) -> None:
    assert as_user(two.user(role)).get("/decisions?lens=people").status_code == 403


def test_nothing_of_another_workspace_is_listed_W3(shelf: Shelf, browser: Client) -> None:
    theirs = Shelf(another_workspace(), 0, 0)
    add_users(theirs.workspace, [{"email": "s1@us.com"}], actor=ACTOR)
    counts(judged(theirs, "s1@us.com", "counted", "import"))
    assert seen(browser, "?lens=people&user=s1@us.com") == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Mail sent, with 2 others; counts in INT and EXT."),
        (
            {"is_sent": False, "is_outside": False, "others": 1, "is_automatic": True},
            "Mail received, with one other; counts in INT. It is automatic, so figures of mail leave it out.",
        ),
        ({"kind": "reaction", "is_outside": False}, "Reaction given, with 2 others; counts in INT."),
        (
            {"kind": "chat", "is_sent": False, "is_inside": False},
            "Chat message received, with 2 others; counts in EXT.",
        ),
        (
            {"kind": "meeting", "is_inside": False, "is_outside": False, "others": 0},
            "Meeting, with nobody else; counts in ALL only.",
        ),
    ],
)
def test_how_it_counts_is_said_in_words(two: Shelf, fields: dict[str, object], words: str) -> None:
    Interaction.objects.update(**fields)
    assert counted_words(Interaction.objects.get()) == words


# The overview


def people_card(client: Client) -> str:
    """What the overview says of the people lens."""
    shown = re.search(r'id="people-lens".*?</section>', client.get("/").content.decode(), re.S)
    return " ".join(re.sub(r"<[^>]*>", " ", shown[0].partition(">")[2]).split()) if shown else ""


@pytest.mark.parametrize(("role", "sees"), [("Administrator", True), ("Manager", False), ("Member", False)])
def test_the_overview_counts_what_is_counted_and_held_P3(two: Shelf, as_user, role: str, sees: bool) -> None:
    card = people_card(as_user(two.user(role)))
    assert card == ("People lens 1 counted, 1 held for want of consent Its decisions" if sees else "")


def test_the_overview_is_silent_of_a_lens_that_nothing_feeds(workspace: Workspace, browser: Client) -> None:
    assert people_card(browser) == ""
