"""A workspace, its administrator, and how people come to a password (W1, R5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from postroom.actions.add_users import add_users
from postroom.actions.create_workspace import create_workspace
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import accept_invitation, invitation_of, invite
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.reset_login import reset_login
from postroom.actions.sign_in import TRIES_OF_BOTH, sign_in
from postroom.store.models import Invitation, Login, User, Workspace
from postroom.store.secrets import hash_key_of

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def secret_of(path: str | None) -> str:
    assert path is not None
    return path.removeprefix("/invitation/")


def test_a_workspace_has_a_key_of_its_own_and_an_administrator() -> None:
    created = create_workspace(" Us ", "Admin@US.com", PASSWORD)
    assert (created.workspace.name, created.admin.email, created.admin.role, created.invitation) == (
        "Us",
        "admin@us.com",
        "Administrator",
        None,
    )
    assert len(hash_key_of(created.workspace)) == 32
    assert hash_key_of(created.workspace) not in bytes(created.workspace.sealed_hash_key)
    login = Login.objects.get(email="admin@us.com")
    assert login.check_password(PASSWORD)
    assert User.objects.get(pk=created.admin.pk).login == login


@pytest.mark.parametrize(
    ("name", "admin", "password", "reason", "field"),
    [
        ("", "admin@us.com", None, "name_required", "name"),
        ("Us", "admin@us.com", None, "name_taken", "name"),
        ("New", "nobody", None, "email_invalid", "admin"),
        ("New", "new@us.com", "short", "password_refused", "password"),
    ],
)
def test_what_cannot_be_created_leaves_nothing(
    name: str, admin: str, password: str | None, reason: str, field: str
) -> None:
    create_workspace("Us", "admin@us.com")
    with pytest.raises(Rejected) as refusal:
        create_workspace(name, admin, password)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert (Workspace.objects.count(), User.objects.count(), Login.objects.count()) == (1, 1, 0)


def test_an_invitation_sets_the_password_once_R5() -> None:
    secret = secret_of(create_workspace("Us", "admin@us.com").invitation)
    assert accept_invitation(secret, PASSWORD).check_password(PASSWORD)
    with pytest.raises(Rejected) as refusal:
        accept_invitation(secret, "another good password")
    assert refusal.value.reason == "invitation_invalid"
    assert Login.objects.get(email="admin@us.com").check_password(PASSWORD)


def test_a_weak_password_leaves_the_invitation_usable_R5() -> None:
    secret = secret_of(create_workspace("Us", "admin@us.com").invitation)
    with pytest.raises(Rejected) as refusal:
        accept_invitation(secret, "password1234"[:9])
    assert refusal.value.reason == "password_refused"
    assert accept_invitation(secret, PASSWORD).check_password(PASSWORD)


def test_an_invitation_ends_after_14_days_with_a_newer_one_and_with_the_user_R5() -> None:
    created = create_workspace("Us", "admin@us.com")
    workspace = created.workspace
    first = secret_of(created.invitation)
    second = secret_of(invite(workspace, "ADMIN@us.com", actor="command line").path)
    assert (invitation_of(first), invitation_of(second)) == (None, Invitation.objects.get())
    invitation = Invitation.objects.get()
    assert invitation.expires_at - invitation.created_at < timedelta(days=14, seconds=1)
    Invitation.objects.update(expires_at=timezone.now())
    assert invitation_of(second) is None
    with pytest.raises(NotFound):
        invite(workspace, "nobody@us.com", actor="command line")


def test_a_disabled_user_cannot_accept_and_an_enabled_one_can_U4() -> None:
    workspace = create_workspace("Us", "admin@us.com").workspace
    add_users(workspace, [{"email": "s1@us.com"}], actor="command line")
    secret = secret_of(invite(workspace, "s1@us.com", actor="command line").path)
    disable_user(workspace, "s1@us.com", actor="command line")
    revision = workspace.revision
    disable_user(workspace, "s1@us.com", actor="command line")
    assert workspace.revision == revision
    assert invitation_of(secret) is None
    enable_user(workspace, "s1@us.com", actor="command line")
    assert invitation_of(secret) is not None


def test_an_invitation_of_one_workspace_does_not_open_another_W3() -> None:
    create_workspace("Us", "boss@us.com", PASSWORD)
    theirs = secret_of(create_workspace("Them", "boss@us.com").invitation)
    with pytest.raises(Rejected) as refusal:
        accept_invitation(theirs, "what they would like")
    assert refusal.value.reason == "login_exists"
    assert Login.objects.get().check_password(PASSWORD)
    accept_invitation(theirs, PASSWORD)
    assert [user.workspace.name for user in Login.objects.get().users.order_by("pk")] == ["Us", "Them"]


def test_passwords_of_another_workspace_cannot_be_guessed_by_an_invitation_W3() -> None:
    create_workspace("Us", "boss@us.com", PASSWORD)
    theirs = secret_of(create_workspace("Them", "boss@us.com").invitation)
    reasons = []
    for _ in range(TRIES_OF_BOTH + 1):
        with pytest.raises(Rejected) as refusal:
            accept_invitation(theirs, "a guess of ours", client="192.0.2.1")
        reasons.append(refusal.value.reason)
    assert reasons == ["login_exists"] * TRIES_OF_BOTH + ["too_many_tries"]
    with pytest.raises(Rejected) as refusal:
        accept_invitation(theirs, PASSWORD, client="192.0.2.1")
    assert refusal.value.reason == "too_many_tries"
    accept_invitation(theirs, PASSWORD, client="192.0.2.2")


def test_address_taken_by_another_workspace_comes_back_to_its_owner_W3() -> None:
    squatters = create_workspace("Squatters", "crook@them.com", PASSWORD).workspace
    add_users(squatters, [{"email": "ceo@us.com"}], actor="crook@them.com")
    squatted = secret_of(invite(squatters, "ceo@us.com", actor="crook@them.com").path)
    accept_invitation(squatted, "known to the crook")
    spare = secret_of(invite(squatters, "ceo@us.com", actor="crook@them.com").path)
    created = create_workspace("Us", "ceo@us.com")

    disable_user(squatters, "ceo@us.com", actor="command line")
    fresh = reset_login("CEO@us.com", actor="command line")

    assert [invitation.workspace for invitation in fresh] == ["Us"]
    assert sign_in("ceo@us.com", "known to the crook", client="192.0.2.1") is None
    assert (invitation_of(spare), invitation_of(secret_of(created.invitation))) == (None, None)
    login = accept_invitation(secret_of(fresh[0].path), PASSWORD)
    assert [user.workspace.name for user in login.users.all()] == ["Us"]
    enable_user(squatters, "ceo@us.com", actor="command line")
    again = secret_of(invite(squatters, "ceo@us.com", actor="crook@them.com").path)
    with pytest.raises(Rejected) as refusal:
        accept_invitation(again, "known to the crook")
    assert refusal.value.reason == "login_exists"


def test_reset_invites_to_every_workspace_and_the_first_accepted_sets_the_password() -> None:
    create_workspace("Us", "boss@us.com", PASSWORD)
    accept_invitation(secret_of(create_workspace("Them", "boss@us.com").invitation), PASSWORD)

    them, us = reset_login("boss@us.com", actor="command line")

    assert (them.workspace, us.workspace) == ("Them", "Us")
    assert (Login.objects.count(), User.objects.filter(login=None).count()) == (0, 2)
    accept_invitation(secret_of(us.path), "a new password of mine")
    with pytest.raises(Rejected) as refusal:
        accept_invitation(secret_of(them.path), PASSWORD)
    assert refusal.value.reason == "login_exists"
    login = accept_invitation(secret_of(them.path), "a new password of mine")
    assert sorted(user.workspace.name for user in login.users.all()) == ["Them", "Us"]


def test_nobody_to_reset_is_not_found() -> None:
    with pytest.raises(NotFound):
        reset_login("nobody@us.com", actor="command line")


def test_who_invited_is_kept() -> None:
    workspace = create_workspace("Us", "admin@us.com").workspace
    assert Invitation.objects.get().invited_by == "command line"
    invite(workspace, "admin@us.com", actor="boss@us.com")
    assert Invitation.objects.get().invited_by == "boss@us.com"
