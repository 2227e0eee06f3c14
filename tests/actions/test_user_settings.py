"""Update user settings, what new users begin with, and what disabling does to consent (P2, P6, U4)."""

from __future__ import annotations

from typing import Any

import pytest

from postroom.actions.add_users import add_users
from postroom.actions.collecting_default import set_collecting_default
from postroom.actions.create_workspace import create_workspace
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import invite
from postroom.actions.rejection import Rejected
from postroom.actions.update_user_settings import update_user_settings
from postroom.store.models import Consent, Invitation, Revision, User, Workspace

pytestmark = pytest.mark.django_db
ME = "boss@us.com"
UPDATED = ("updated", None, None)
UNCHANGED = ("unchanged", None, None)


@pytest.fixture
def us() -> Workspace:
    made = create_workspace("Us", "admin@us.com").workspace
    add_users(made, [{"email": "s1@us.com", "aliases": ["one@us.com"]}, {"email": "s2@us.com"}], actor=ME)
    return made


def update(workspace: Workspace, *sent: Any) -> list[tuple[str, str | None, str | None]]:
    answers = update_user_settings(workspace, sent, actor=ME, how="api")
    assert [answer["index"] for answer in answers] == list(range(len(sent)))
    return [(answer["status"], answer["reason"], answer["field"]) for answer in answers]


def consents() -> list[tuple[str, bool, str, str]]:
    found = Consent.objects.order_by("pk").select_related("user")
    return [(row.user.email, row.is_given, row.actor, row.how) for row in found]


def collecting(workspace: Workspace) -> list[str]:
    found = User.objects.filter(workspace=workspace, collects_since__isnull=False).order_by("email")
    return list(found.values_list("email", flat=True))


def test_each_record_is_answered_and_one_change_is_one_record_of_consent_P2(us: Workspace) -> None:
    assert update(
        us,
        {
            "email": "ONE@us.com ",
            "collect_passive_data": True,
            "time_zone": "Europe/Berlin",
            "locale": "de_DE",
        },
        {"email": "gone@us.com", "collect_passive_data": True},
        {"collect_passive_data": True},
        {"email": "s2@us.com", "collect_passive_data": "yes"},
        {"email": "s2@us.com", "time_zone": "Mars/Base", "collect_passive_data": True},
        {"email": "s2@us.com", "role": "Administrator"},
        "s2@us.com",
        {"email": "s2@us.com", "collect_passive_data": False},
    ) == [
        UPDATED,
        ("rejected", "user_unknown", "email"),
        ("rejected", "email_required", "email"),
        ("rejected", "wrong_type", "collect_passive_data"),
        ("rejected", "time_zone_unknown", "time_zone"),
        ("rejected", "unknown_field", "role"),
        ("rejected", "not_an_object", None),
        UNCHANGED,
    ]
    assert collecting(us) == ["s1@us.com"]
    assert consents() == [("s1@us.com", True, ME, "api")]
    user = User.objects.get(email="s1@us.com")
    assert (user.time_zone, user.locale) == ("Europe/Berlin", "de-DE")


def test_the_same_call_again_changes_nothing_P2(us: Workspace) -> None:
    sent = {"email": "s1@us.com", "collect_passive_data": True, "locale": "de"}
    assert update(us, sent) == [UPDATED]
    since, revisions = User.objects.get(email="s1@us.com").collects_since, Revision.objects.count()
    assert update(us, sent, {"email": "s1@us.com"}) == [UNCHANGED, UNCHANGED]
    assert User.objects.get(email="s1@us.com").collects_since == since
    assert (len(consents()), Revision.objects.count()) == (1, revisions)


def test_not_given_stays_and_null_clears_U2(us: Workspace) -> None:
    update(
        us, {"email": "s1@us.com", "collect_passive_data": True, "time_zone": "Asia/Tokyo", "locale": "ja"}
    )
    assert update(us, {"email": "s1@us.com", "locale": None}) == [UPDATED]
    user = User.objects.get(email="s1@us.com")
    assert (user.time_zone, user.locale, user.collects_since is not None) == ("Asia/Tokyo", "", True)
    assert update(us, {"email": "s1@us.com", "collect_passive_data": None, "time_zone": None}) == [UPDATED]
    user.refresh_from_db()
    assert (user.time_zone, user.collects_since) == ("", None)


def test_of_several_records_on_one_user_the_last_counts(us: Workspace) -> None:
    on, off = ({"email": "s1@us.com", "collect_passive_data": wanted} for wanted in (True, False))
    assert update(us, on, on, off) == [UPDATED, UNCHANGED, UPDATED]
    assert (collecting(us), consents()) == ([], [])
    assert update(us, on, {"email": "one@us.com", "locale": "de"}) == [UPDATED, UPDATED]
    assert collecting(us) == ["s1@us.com"]


def test_a_user_of_another_workspace_is_unknown_W3(us: Workspace) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    assert update(other, {"email": "s1@us.com", "collect_passive_data": True}) == [
        ("rejected", "user_unknown", "email")
    ]


def test_disabling_switches_off_and_enabling_not_on_U4(us: Workspace) -> None:
    update(us, {"email": "s1@us.com", "collect_passive_data": True})
    disable_user(us, "one@us.com", actor=ME)
    assert collecting(us) == []
    assert consents()[1:] == [("s1@us.com", False, ME, "disabled")]
    assert update(us, {"email": "s1@us.com", "collect_passive_data": True}) == [
        ("rejected", "user_disabled", "collect_passive_data")
    ]
    enable_user(us, "s1@us.com", actor=ME)
    assert (collecting(us), len(consents())) == ([], 2)


def test_new_users_begin_as_the_workspace_chose_P6(us: Workspace) -> None:
    assert set_collecting_default(us, True, actor=ME) is True
    assert set_collecting_default(us, True, actor=ME) is False
    assert Revision.objects.latest("pk").change == "Collect passive data for new users: on"
    add_users(us, [{"email": "s2@us.com", "name": "S"}, {"email": "s3@us.com"}], actor=ME, dry_run=True)
    assert collecting(us) == []
    add_users(us, [{"email": "s2@us.com", "name": "S"}, {"email": "s3@us.com"}], actor=ME)
    assert (collecting(us), consents()) == (
        ["s3@us.com"],
        [("s3@us.com", True, "workspace default", "default")],
    )
    set_collecting_default(us, False, actor=ME)
    add_users(us, [{"email": "s4@us.com"}], actor=ME)
    assert collecting(us) == ["s3@us.com"]


def test_who_manages_users_cannot_become_an_administrator_by_a_link_R3(us: Workspace) -> None:
    add_users(us, [{"email": "second@us.com", "role": "Administrator"}], actor=ME)
    mere = frozenset({"manage_users"})
    before = list(Invitation.objects.values_list("pk", flat=True))
    for act in (invite, disable_user, enable_user):
        with pytest.raises(Rejected) as refusal:
            act(us, "second@us.com", actor=ME, granted_by=mere)
        assert (refusal.value.reason, refusal.value.field) == ("user_not_allowed", "email")
    assert list(Invitation.objects.values_list("pk", flat=True)) == before
    assert User.objects.get(email="second@us.com").disabled_at is None
    assert invite(us, "s1@us.com", actor=ME, granted_by=mere).user.email == "s1@us.com"


def test_who_is_disabled_is_not_invited_R5(us: Workspace) -> None:
    disable_user(us, "s1@us.com", actor=ME)
    with pytest.raises(Rejected) as refusal:
        invite(us, "s1@us.com", actor=ME)
    assert refusal.value.reason == "user_disabled"
