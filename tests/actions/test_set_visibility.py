"""Owners say what others see of their mail, and it counts at once, in search and Explain too (R4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db.models import RestrictedError
from mail_world import ACTOR, K1, S1, S2, Imports, L, U, decision_of, found_by, mail, the_company

from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.disable_user import disable_user
from postroom.actions.explain import explain
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_visibility import narrow_visibility, set_visibility
from postroom.core.visibility import NAMES
from postroom.store.models import BlocklistEntry, Engagement, Narrowing, User, Workspace
from postroom.store.read.engagements import engagements
from postroom.store.read.seen import SeenEngagement, seen
from postroom.store.read.threads import thread_around
from postroom.store.write.directory import directory_change

LEVELS = tuple(NAMES.values())
"""The strictest last."""
OFFER = mail(
    f"Robin <{K1}>",
    [S1],
    [f"Plume <{U}>"],
    id="kestrel@acme.com",
    subject="Falcon offer",
    text="The heron flies at noon.",
)


def user(email: str) -> User:
    return User.objects.get(email=email)


def shown(viewer: User | None) -> list[SeenEngagement]:
    """All engagements of the workspace as this viewer sees them, newest first."""
    workspace = viewer.workspace if viewer else Engagement.objects.get().workspace
    pk = viewer.pk if viewer else None
    return seen(pk, list(engagements(workspace, pk)))


def level(viewer: User | None) -> str:
    """What this viewer sees of the only engagement."""
    (one,) = shown(viewer)
    return one.level


@pytest.fixture
def offer(company: Workspace, importing: Imports) -> Engagement:
    """A mail in the mailbox of S1 alone."""
    importing(OFFER)
    return Engagement.objects.get()


def test_a_user_who_has_mail_is_not_deleted_and_hides_it_on_R4(company: Workspace, offer: Engagement) -> None:
    set_visibility(user(S1), "existence")
    with pytest.raises(RestrictedError):
        user(S1).delete()
    assert level(None) == "existence"
    company.delete()
    assert not Engagement.objects.exists()


def test_everybody_sees_everything_until_an_owner_says_otherwise_R4(offer: Engagement) -> None:
    assert User.objects.exclude(visibility=3).count() == 0
    assert [level(viewer) for viewer in (user(S1), user(S2), None)] == ["everything"] * 3


@pytest.mark.parametrize("chosen", LEVELS)
@pytest.mark.parametrize("of", ["mailbox", "mail"])
def test_what_an_owner_says_counts_at_once_for_all_others_R4(offer: Engagement, of: str, chosen: str) -> None:
    if of == "mailbox":
        set_visibility(user(S1), chosen)
    else:
        narrow_visibility(user(S1), offer.pk, chosen)
    hidden_by = () if chosen == "everything" else (S1,)
    assert [(one.level, one.sight.hidden_by) for one in (*shown(user(S2)), *shown(None))] == [
        (chosen, hidden_by)
    ] * 2
    (own,) = shown(user(S1))
    assert (own.level, own.sight.hidden_by, own.subject) == ("everything", (), "Falcon offer")


def test_of_what_is_hidden_nothing_is_in_hand_R4(offer: Engagement) -> None:
    def parts() -> tuple[object, ...]:
        (one,) = shown(user(S2))
        return one.subject, one.snippet, [p["email"] for p in one.participants], one.rfc_message_id

    whole = ("Falcon offer", "The heron flies at noon.", [K1, S1, U], "kestrel@acme.com")
    assert parts() == whole
    set_visibility(user(S1), "subject")
    assert parts() == (whole[0], "", whole[2], whole[3])
    set_visibility(user(S1), "existence")
    assert parts() == ("", "", [], "")
    (one,) = shown(user(S2))
    assert ([u.email for u in one.users], [p.name for p in one.persons]) == ([S1], ["K One"])
    assert (one.direction, one.at) == ("in", offer.at)


def test_narrowing_is_undone_by_everything_and_never_opens_more_than_the_mailbox_R4(
    offer: Engagement,
) -> None:
    narrow_visibility(user(S1), offer.pk, "existence")
    narrow_visibility(user(S1), offer.pk, "subject")
    assert [row.visibility for row in Narrowing.objects.all()] == [2]
    set_visibility(user(S1), "existence")
    assert level(user(S2)) == "existence"
    set_visibility(user(S1), "everything")
    assert level(user(S2)) == "subject"
    narrow_visibility(user(S1), offer.pk, "everything")
    assert (Narrowing.objects.count(), level(user(S2))) == (0, "everything")


@pytest.mark.parametrize("name", ["", "all", "Everything", "3", "hidden"])
def test_a_level_that_there_is_not_is_refused_R4(offer: Engagement, name: str) -> None:
    for refused in (
        lambda: set_visibility(user(S1), name),
        lambda: narrow_visibility(user(S1), offer.pk, name),
    ):
        with pytest.raises(Rejected) as refusal:
            refused()
        assert (refusal.value.reason, refusal.value.field) == ("visibility_unknown", "visibility")
    assert (user(S1).visibility, Narrowing.objects.count()) == (3, 0)


def test_only_who_has_it_in_their_mailbox_narrows_a_mail_R4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1, S2]))
    engagement = Engagement.objects.get().pk
    elsewhere = User.objects.get(workspace=the_company(), email=S1)
    took_part = User.objects.get(workspace=company, email=S2)
    owner = User.objects.get(workspace=company, email=S1)
    User.objects.filter(pk=took_part.pk).update(role="Administrator")
    for who, number in ((took_part, engagement), (elsewhere, engagement), (owner, engagement + 1)):
        with pytest.raises(NotFound):
            narrow_visibility(who, number, "existence")
    assert Narrowing.objects.count() == 0


def test_who_took_part_without_a_copy_owns_nothing_R4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1, S2]))
    set_visibility(user(S2), "existence")
    assert level(None) == "everything"
    set_visibility(user(S1), "existence")
    assert level(user(S2)) == "existence"


@pytest.mark.parametrize("first", LEVELS)
@pytest.mark.parametrize("second", LEVELS)
def test_the_strictest_of_two_owners_wins_whoever_was_met_first_R4(
    company: Workspace, importing: Imports, first: str, second: str
) -> None:
    set_visibility(user(S1), first)
    set_visibility(user(S2), second)
    importing(OFFER, user=S1)
    assert level(None) == first
    importing(OFFER, user=S2)
    strictest = max(first, second, key=LEVELS.index)
    assert [level(viewer) for viewer in (None, user(S1), user(S2))] == [strictest, "everything", "everything"]
    (one,) = shown(None)
    choices = {S1: first, S2: second}
    assert one.sight.hidden_by == (
        () if strictest == "everything" else tuple(who for who in (S1, S2) if choices[who] == strictest)
    )


@pytest.mark.parametrize("label", ["spam", "trash", "drafts"])
def test_a_later_copy_that_lets_no_mail_in_makes_an_owner_R4(
    company: Workspace, importing: Imports, label: str
) -> None:
    importing(OFFER, user=S1)
    set_visibility(user(S2), "existence")
    assert level(None) == "everything"
    importing(OFFER, user=S2, label=label)
    assert [level(viewer) for viewer in (None, user(S1), user(S2))] == [
        "existence",
        "everything",
        "everything",
    ]
    assert found_by(company, "falcon") == []


def test_a_disabled_owner_still_counts_R4(offer: Engagement) -> None:
    set_visibility(user(S1), "subject")
    disable_user(offer.workspace, S1, actor=ACTOR)
    assert level(user(S2)) == "subject"
    assert found_by(offer.workspace, "heron") == []


def test_a_narrowing_stays_while_the_mail_is_not_shown_and_holds_when_it_is_again_R4(
    company: Workspace, importing: Imports
) -> None:
    importing(OFFER)
    narrow_visibility(user(S1), Engagement.objects.get().pk, "existence")
    with_blocked = mail(
        f"Robin <{K1}>", [S1], [U], bcc=[L], id="kestrel@acme.com", subject="Falcon offer", text="Heron"
    )
    importing(with_blocked, user=S2)
    assert decision_of(company) == ("skip", "blocked")
    assert (Engagement.objects.count(), Narrowing.objects.count()) == (0, 1)
    entry = BlocklistEntry.objects.get(value=L)
    with directory_change(company, ACTOR, "remove") as change:
        change.close([entry])
    importing(OFFER, reconsider=True)
    assert decision_of(company) == ("import", "imported")
    assert [level(viewer) for viewer in (None, user(S1))] == ["existence", "everything"]
    assert found_by(company, "falcon") == []


def test_what_is_deleted_stays_narrowed_and_is_told_to_nobody_R4(
    offer: Engagement, importing: Imports
) -> None:
    narrow_visibility(user(S1), offer.pk, "existence")
    delete_engagement(offer.workspace, offer.pk, actor=ACTOR)
    importing(OFFER, reconsider=True)
    assert decision_of(offer.workspace) == ("skip", "deleted")
    assert [row.visibility for row in Narrowing.objects.all()] == [1]
    with pytest.raises(NotFound):
        narrow_visibility(user(S1), offer.pk, "everything")


WORDS = {
    "falcon": "subject",
    "falcon offer": "subject",
    "robin": "subject",
    "plume": "subject",
    U: "subject",
    K1: "subject",
    "robin falc": "subject",
    "heron": "everything",
    "falcon heron": "everything",
    "heron falc": "everything",
    "plume noon": "everything",
    "kestrel": None,
    "kestrel@acme.com": None,
}
"""What is looked for, and what must at least be seen to find it by that; ``None``: nobody does."""


@pytest.mark.parametrize("chosen", LEVELS)
def test_a_mail_is_found_only_by_what_is_seen_of_it_R4(offer: Engagement, chosen: str) -> None:
    set_visibility(user(S1), chosen)
    for viewer in (user(S2).pk, None, user(S1).pk):
        sees = "everything" if viewer == user(S1).pk else chosen
        expected = {
            words: ["Falcon offer"] if needed and LEVELS.index(sees) <= LEVELS.index(needed) else []
            for words, needed in WORDS.items()
        }
        assert {words: found_by(offer.workspace, words, viewer) for words in WORDS} == expected


def test_a_word_in_subject_and_text_is_found_by_the_subject_R4(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(K1, [S1], subject="Owl", text="owl barn"))
    set_visibility(user(S1), "subject")
    assert [found_by(company, words) for words in ("owl", "ow", "owl ba", "barn")] == [
        ["Owl"],
        ["Owl"],
        [],
        [],
    ]


def test_of_several_mails_only_the_open_ones_are_found_R4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x", subject="Owl one", text="barn"))
    importing(mail(K1, [S2], id="2@x", subject="Owl two", text="barn"), user=S2)
    importing(mail(K1, [S1, S2], id="3@x", subject="Owl three", text="barn"), user=S1)
    importing(mail(K1, [S1, S2], id="3@x", subject="Owl three", text="barn"), user=S2)
    set_visibility(user(S2), "existence")
    assert found_by(company, "barn") == ["Owl one"]
    assert found_by(company, "barn", user(S1).pk) == ["Owl one", "Owl three"]
    assert found_by(company, "barn", user(S2).pk) == ["Owl one", "Owl three", "Owl two"]


def test_in_a_thread_each_mail_is_seen_as_its_owners_allow_R4(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1], id="1@x", at=1_600_000_000, subject="Owl one"))
    importing(
        mail(K1, [S2], id="2@x", at=1_600_000_001, subject="Owl two", more="References: <1@x>"), user=S2
    )
    importing(mail(K1, [S1], id="3@x", at=1_600_000_002, subject="Owl three", more="References: <1@x>"))
    set_visibility(user(S2), "existence")
    narrow_visibility(user(S1), Engagement.objects.get(subject="Owl three").pk, "subject")

    def around(viewer: int | None) -> list[tuple[str, str]]:
        first = Engagement.objects.filter(subject="Owl one")
        thread = thread_around(company, seen(viewer, list(first))[0], viewer)
        return [(one.level, one.subject) for one in (*thread.earlier, *thread.later)]

    assert around(None) == [("existence", ""), ("subject", "Owl three")]
    assert around(user(S1).pk) == [("existence", ""), ("everything", "Owl three")]
    assert around(user(S2).pk) == [("everything", "Owl two"), ("subject", "Owl three")]


SECRET = ("Falcon", "heron", "Plume", "Robin", U, "kestrel", "Nightjar")
"""What of the mail an asker may not learn where only its existence is shown."""


def told(workspace: Workspace, viewer: int | None, **question: Any) -> dict[str, Any]:
    """The one message that Explain tells of."""
    answer = explain(workspace, sees_rules=True, viewer=viewer, **question)
    (message,) = answer["messages"]
    return message


@pytest.mark.parametrize("chosen", LEVELS)
def test_explain_shows_message_id_and_label_where_the_subject_is_seen_R4(
    company: Workspace, importing: Imports, chosen: str
) -> None:
    importing(OFFER, label="Nightjar")
    engagement = Engagement.objects.get().pk
    set_visibility(user(S1), chosen)
    hidden = chosen == "existence"
    for viewer in (user(S2).pk, None):
        message = told(company, viewer, engagement=engagement)
        (copy,) = message["copies"]
        assert (message["message_id"], copy["user"], copy["label"]) == (
            (None, S1, None) if hidden else ("kestrel@acme.com", S1, "Nightjar")
        )
        assert [secret for secret in SECRET if secret in json.dumps(message)] == (
            [] if hidden else ["kestrel", "Nightjar"]
        )
    own = told(company, user(S1).pk, engagement=engagement)
    assert (own["message_id"], own["copies"][0]["label"]) == ("kestrel@acme.com", "Nightjar")


@pytest.mark.parametrize(
    ("question", "brought"), [({"message_id": "kestrel@acme.com"}, ["kestrel"]), ({"address": K1}, [])]
)
def test_explain_tells_no_more_than_is_brought_along_R4(
    company: Workspace, importing: Imports, question: dict[str, Any], brought: list[str]
) -> None:
    importing(OFFER, label="Nightjar")
    set_visibility(user(S1), "existence")
    for viewer in (user(S2).pk, None):
        message = told(company, viewer, **question)
        assert (message["id"], message["engagement"]) == (Engagement.objects.get().message_id, None)
        assert [secret for secret in SECRET if secret in json.dumps(message)] == brought


def test_of_what_was_not_imported_explain_tells_the_label_whatever_is_hidden(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1]), label="Nightjar")
    set_visibility(user(S1), "existence")
    message = told(company, None, address=U)
    assert (message["engagement"], message["copies"][0]["label"]) == (None, "Nightjar")


def told_of(asker: User, **question: Any) -> dict[str, Any]:
    """What Explain tells this user of the only message."""
    [message] = explain(asker.workspace, sees_rules=True, viewer=asker.pk, **question)["messages"]
    told: dict[str, Any] = message
    return told


@pytest.mark.parametrize(
    ("level", "roles", "who", "defects"),
    [
        ("everything", ["from"], ("from", K1), ["missing_date", "bad_base64"]),
        ("subject", ["from"], ("from", K1), ["missing_date"]),
        ("existence", [], (None, K1), []),
    ],
)
def test_explain_tells_of_what_is_hidden_as_much_as_its_page_R4(
    offer: Engagement, level: str, roles: list[str], who: tuple[str | None, str], defects: list[str]
) -> None:
    offer.message.copies.update(defects="missing_date")
    offer.variants.update(defects="bad_base64")
    set_visibility(user(S1), level)
    for question in ({"address": K1}, {"message_id": "kestrel@acme.com"}, {"engagement": offer.pk}):
        told = told_of(user(S2), **question)
        [found] = [one for one in told["customer"]["evidence"] if one["reason"] == "imported"][:1]
        assert told["roles"] == (roles if "address" in question else [])
        assert (found["role"], found["address"], found["entry"]) == (*who, None)
        assert {one["name"] for one in told["defects"]} == set(defects)
        is_named = level != "existence" or "engagement" in question
        assert told["engagement"] == (offer.pk if is_named else None)
    assert told_of(user(S2), message=offer.message_id)["engagement"] == offer.pk
    assert told_of(user(S2), address=U)["roles"] == (["cc"] if roles else [])


@pytest.fixture
def blind_copy(company: Workspace, importing: Imports) -> Engagement:
    """A mail of S1 to S2 and K1, with U in Bcc, which lies in both mailboxes; S1 lets others know that it exists."""
    importing(mail(S1, [S2, K1], bcc=[U], id="1@x"))
    importing(mail(S1, [S2, K1], id="1@x"), user=S2)
    set_visibility(user(S1), "existence")
    return Engagement.objects.get()


def roles_of(viewer: User) -> list[str]:
    (one,) = shown(viewer)
    return [participant["role"] for participant in one.participants]


def test_an_owner_does_not_see_who_was_in_bcc_of_another_who_hides_it_R4(blind_copy: Engagement) -> None:
    assert roles_of(user(S1)) == ["from", "to", "to", "bcc"]
    assert roles_of(user(S2)) == ["from", "to", "to"]
    assert (told_of(user(S1), address=U)["roles"], told_of(user(S2), address=U)["roles"]) == (["bcc"], [])
    # What others may see, an owner sees too.
    for level in ("subject", "everything"):
        set_visibility(user(S1), level)
        assert roles_of(user(S2)) == ["from", "to", "to", "bcc"]
        assert told_of(user(S2), address=U)["roles"] == ["bcc"]


def test_who_was_in_bcc_knows_it_R4(company: Workspace, importing: Imports) -> None:
    importing(mail(S1, [K1], bcc=[S2, U], id="1@x"))
    importing(mail(S1, [K1], bcc=[S2], id="1@x"), user=S2)
    set_visibility(user(S1), "existence")
    (one,) = shown(user(S2))
    assert [p["email"] for p in one.participants if p["role"] == "bcc"] == [S2]
    assert told_of(user(S2), address=S2)["roles"] == ["bcc"]
    assert told_of(user(S2), address=U)["roles"] == []
