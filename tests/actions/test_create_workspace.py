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
    second = secret_of(invite(workspace, "ADMIN@us.com", actor="command line"))
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
    secret = secret_of(invite(workspace, "s1@us.com", actor="command line"))
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
