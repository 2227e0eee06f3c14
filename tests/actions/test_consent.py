"""Consent: one switch a user, one record a change (P1, P2, P4, P6)."""

from __future__ import annotations

from hashlib import sha256

import pytest
from django.utils import timezone

from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_consent import set_consent
from postroom.core.consent import API, DEFAULT, NEW_IN, OWN_PAGE, TEXT_VERSION, TEXTS, USERS_PAGE, WAYS
from postroom.core.seal import Seal
from postroom.store.models import Consent, Decision, Job, Message, User, Workspace


@pytest.fixture
def ann(workspace: Workspace) -> User:
    return User.objects.create(workspace=workspace, email="ann@us.com")


@pytest.fixture
def ben(workspace: Workspace) -> User:
    return User.objects.create(workspace=workspace, email="ben@us.com")


def records(user: User) -> list[tuple[bool, str, str, int]]:
    found = Consent.objects.filter(user=user).order_by("pk")
    return list(found.values_list("is_given", "actor", "how", "text_version"))


def test_each_change_leaves_one_record_with_who_when_how_and_the_text_P2(workspace, ann) -> None:
    before = timezone.now()
    assert set_consent(workspace, [(ann, True)], actor="ann@us.com", how=OWN_PAGE) == [True]
    since = ann.collects_since
    assert since is not None and before <= since <= timezone.now()
    assert set_consent(workspace, [(ann, False)], actor="boss@us.com", how=USERS_PAGE) == [True]
    assert ann.collects_since is None
    assert records(ann) == [
        (True, "ann@us.com", "own page", TEXT_VERSION),
        (False, "boss@us.com", "users page", TEXT_VERSION),
    ]
    assert Consent.objects.filter(user=ann).earliest("pk").at == since


def test_what_is_set_already_leaves_no_record_P2(workspace, ann) -> None:
    assert set_consent(workspace, [(ann, False)], actor="x", how=API) == [False]
    set_consent(workspace, [(ann, True)], actor="ann@us.com", how=OWN_PAGE)
    since = ann.collects_since
    stale = User.objects.get(pk=ann.pk)
    stale.collects_since = None
    assert set_consent(workspace, [(stale, True)], actor="x", how=API) == [False]
    assert (stale.collects_since, len(records(ann))) == (since, 1)


def test_a_yes_to_an_older_text_becomes_one_to_the_text_that_was_read_P2(workspace, ann, ben) -> None:
    set_consent(workspace, [(ann, True), (ben, True)], actor="boss@us.com", how=USERS_PAGE)
    since = ann.collects_since
    Consent.objects.update(text_version=TEXT_VERSION - 1)
    older = (True, "boss@us.com", "users page", TEXT_VERSION - 1)
    # Who sets it for others has not shown them the text.
    assert set_consent(workspace, [(ann, True)], actor="token:hr", how=API) == [False]
    assert set_consent(workspace, [(ann, True)], actor=ann.email, how=OWN_PAGE, has_read=True) == [True]
    assert (ann.collects_since, records(ben)) == (since, [older])
    assert records(ann) == [older, (True, "ann@us.com", "own page", TEXT_VERSION)]
    assert set_consent(workspace, [(ann, True)], actor=ann.email, how=OWN_PAGE, has_read=True) == [False]


def test_several_users_and_one_of_them_twice_in_order_P2(workspace, ann, ben) -> None:
    wanted = [(ann, True), (ben, False), (ann, False), (ann, True)]
    assert set_consent(workspace, wanted, actor="token:hr", how=API) == [True, False, True, True]
    assert [given for given, *_ in records(ann)] == [True, False, True]
    assert records(ben) == []
    assert User.objects.get(pk=ann.pk).collects_since == ann.collects_since is not None


def test_a_disabled_user_is_not_switched_on_and_nobody_beside_them_U4(workspace, ann, ben) -> None:
    User.objects.filter(pk=ben.pk).update(disabled_at=timezone.now())
    with pytest.raises(Rejected) as refused:
        set_consent(workspace, [(ann, True), (ben, True)], actor="x", how=API)
    assert (refused.value.reason, refused.value.field) == ("user_disabled", "collect_passive_data")
    assert Consent.objects.count() == 0
    assert not User.objects.filter(collects_since__isnull=False).exists()


def test_a_disabled_user_is_switched_off_U4(workspace, ann) -> None:
    set_consent(workspace, [(ann, True)], actor="default", how=DEFAULT)
    User.objects.filter(pk=ann.pk).update(disabled_at=timezone.now())
    assert set_consent(workspace, [(ann, False)], actor="boss@us.com", how="disabled") == [True]
    assert User.objects.get(pk=ann.pk).collects_since is None


def test_a_user_of_another_workspace_is_not_found_W3(workspace, ann) -> None:
    other = Workspace.objects.create(name="Them", sealed_hash_key=b"")
    with pytest.raises(NotFound):
        set_consent(other, [(ann, True)], actor="x", how=API)
    assert records(ann) == []


def held_decision(workspace: Workspace, user: User, seal: Seal, reason: str = "no_consent") -> Decision:
    message = Message.objects.create(
        workspace=workspace,
        identity=seal.raw(f"{user.pk}{reason}".encode()),
        reference_tokens=b"",
        at=0,
        flags="",
    )
    return Decision.objects.create(
        workspace=workspace,
        message=message,
        lens="people",
        user=user,
        outcome="hold",
        reason=reason,
        findings="{}",
        policy=1,
        revision=1,
        last_copy=0,
        decided_at=0,
    )


def test_switching_on_asks_for_what_was_imported_and_held_only_P4(workspace, ann, ben, seal) -> None:
    held_decision(workspace, ann, seal)
    held_decision(workspace, ben, seal, "counted")
    set_consent(workspace, [(ann, True), (ben, True)], actor="boss@us.com", how=USERS_PAGE)
    assert list(Job.objects.values_list("kind", "asked", "actor")) == [
        ("release", {"user": ann.pk}, "boss@us.com")
    ]
    set_consent(workspace, [(ann, False), (ben, False)], actor="boss@us.com", how=USERS_PAGE)
    assert Job.objects.count() == 1


def test_a_text_that_was_shown_stays_as_it_was_P2() -> None:
    assert {number: sha256("\n".join(text).encode()).hexdigest()[:16] for number, text in TEXTS.items()} == {
        1: "238a53cdab367695",
        2: "34d22594ebced96c",
    }


@pytest.mark.parametrize(
    "told",
    [
        "your own report; your circle of colleagues; medians of teams",
        "five people or more",
        "Communities are shown to those who may see all reports.",
        "nobody can look into it. Before you decide, you may have your own report reckoned from it",
        "kept nowhere, and seen by nobody else.",
    ],
)
def test_the_text_of_now_says_what_comes_of_it_and_what_can_be_seen_before_P1_P2(told: str) -> None:
    assert told in " ".join(TEXTS[2])


def test_the_texts_are_numbered_from_one_and_every_way_has_its_words_P2() -> None:
    assert sorted(TEXTS) == list(range(1, TEXT_VERSION + 1))
    assert sorted(NEW_IN) == list(range(2, TEXT_VERSION + 1))
    assert all(len(text) > 3 and all(text) for text in TEXTS.values())
    assert sorted(WAYS) == ["api", "command line", "default", "disabled", "own page", "users page"]
