"""Coming in and going out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from shelf import NOON, PASSWORD, Shelf, a_shelf, another_workspace

from postroom.actions.invite import VALID_DAYS, invite
from postroom.actions.sign_in import TRIES_OF_BOTH, TRIES_OF_CLIENT, WINDOW_SECONDS, TooManyTries, sign_in
from postroom.store.models import Invitation, Login, SignInTry, User


def enter(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"email": email, "password": password, **more})


def without_token(body: bytes) -> bytes:
    """A page without its CSRF token, which is another one each time."""
    return b"".join(line for line in body.splitlines() if b"csrfmiddlewaretoken" not in line)


def test_the_right_password_opens_the_overview(member: User) -> None:
    client = Client()
    assert enter(client, "member@us.com").headers["Location"] == "/"
    assert client.get("/").context["me"] == member


def test_an_address_is_folded_before_it_is_compared(member: User) -> None:
    assert enter(Client(), " MEMBER@Us.com ").headers["Location"] == "/"


def test_signing_in_leads_back_where_one_came_from(member: User) -> None:
    assert enter(Client(), "member@us.com", next="/accounts").headers["Location"] == "/accounts"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "accounts"]
)
def test_signing_in_never_leads_elsewhere(member: User, back: str) -> None:
    assert enter(Client(), "member@us.com", next=back).headers["Location"] == "/"


def test_signing_in_begins_a_session_with_a_new_id(member: User) -> None:
    client = Client()
    client.force_login(Login.objects.create(email="other@us.com"))
    before = client.session.session_key
    enter(client, "member@us.com")
    assert client.session.session_key not in (before, None)
    client.cookies["postroom"] = before
    assert client.get("/").headers["Location"] == "/sign-in"


def test_wrong_password_unknown_address_and_disabled_user_get_the_same_answer(
    shelf: Shelf, member: User
) -> None:
    off = shelf.user("Viewer")
    User.objects.filter(pk=off.pk).update(disabled_at=timezone.now())
    bodies = set()
    for email, password in (("member@us.com", "x"), ("nobody@us.com", PASSWORD), ("viewer@us.com", PASSWORD)):
        answer = enter(Client(), email, password)
        assert answer.status_code == 422
        bodies.add(without_token(answer.content).replace(email.encode(), b""))
    assert len(bodies) == 1


@pytest.mark.parametrize("email", ["", "x", "a\0b", "member@us.com\0", "x" * 5_000 + "@us.com", "é@é.é"])
def test_what_is_no_address_is_wrong_like_any_other(member: User, email: str) -> None:
    assert enter(Client(), email).status_code == 422


def test_an_invited_user_without_a_password_cannot_sign_in(shelf: Shelf) -> None:
    assert enter(Client(), "s1@us.com", "").status_code == 422


def test_a_disabled_user_is_out_at_the_next_request_U4(member: User) -> None:
    client = Client()
    enter(client, "member@us.com")
    User.objects.filter(pk=member.pk).update(disabled_at=timezone.now())
    assert client.get("/").headers["Location"] == "/sign-in"
    User.objects.filter(pk=member.pk).update(disabled_at=None)
    assert client.get("/").headers["Location"] == "/sign-in"


def test_signing_out_ends_the_session_on_the_server(member: User) -> None:
    client = Client()
    enter(client, "member@us.com")
    key = client.session.session_key
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    client.cookies["postroom"] = key
    assert client.get("/").headers["Location"] == "/sign-in"


def test_forms_are_refused_without_their_token(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.login)  # type: ignore[arg-type]
    forms = [
        "/sign-in",
        "/sign-out",
        "/workspaces",
        "/invitation/x",
        "/explain",
        "/engagements/1/delete",
        "/decisions/1/release",
        "/set-aside/1/retry",
    ]
    assert [client.post(path).status_code for path in forms] == [403] * len(forms)
    assert b"Please send that again" in client.post("/sign-out").content


def test_after_too_many_tries_one_has_to_wait(member: User) -> None:
    client = Client()
    got = [enter(client, "member@us.com", "wrong").status_code for _ in range(TRIES_OF_BOTH + 2)]
    assert got == [422] * TRIES_OF_BOTH + [429] * 2
    answer = enter(client, "member@us.com")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_an_unknown_address_has_to_wait_just_the_same(db: None) -> None:
    got = [enter(Client(), "nobody@us.com").status_code for _ in range(TRIES_OF_BOTH + 1)]
    assert got == [422] * TRIES_OF_BOTH + [429]


def test_who_guesses_elsewhere_does_not_keep_the_owner_out(member: User) -> None:
    for _ in range(TRIES_OF_BOTH + 1):
        sign_in("member@us.com", "wrong", client="192.0.2.1", now=NOON)
    assert sign_in("member@us.com", PASSWORD, client="192.0.2.2", now=NOON) == member.login


def test_one_client_cannot_try_many_addresses(member: User) -> None:
    for number in range(TRIES_OF_CLIENT):
        assert sign_in(f"{number}@us.com", "wrong", client="192.0.2.1", now=NOON) is None
    assert sign_in("member@us.com", PASSWORD, client="192.0.2.1", now=NOON) == TooManyTries()


def test_failed_tries_count_for_a_quarter_of_an_hour_and_are_then_forgotten(member: User) -> None:
    for _ in range(TRIES_OF_BOTH):
        sign_in("member@us.com", "wrong", client="192.0.2.1", now=NOON)
    later = NOON + WINDOW_SECONDS - 1
    assert sign_in("member@us.com", PASSWORD, client="192.0.2.1", now=later) == TooManyTries()
    assert sign_in("member@us.com", PASSWORD, client="192.0.2.1", now=later + 1) == member.login
    assert SignInTry.objects.count() == 0


def test_signing_in_erases_sessions_that_are_over_and_invitations_that_nobody_used(
    shelf: Shelf, member: User
) -> None:
    now = timezone.now()
    for key, seconds in (("over", -1), ("lasting", 3600)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(seconds=seconds))
    for email, days in (("s1@us.com", VALID_DAYS + 1), ("member@us.com", 1)):
        invite(shelf.workspace, email, actor="boss@us.com")
        Invitation.objects.filter(user__email=email).update(
            expires_at=now + timedelta(days=VALID_DAYS - days)
        )
    sign_in("member@us.com", PASSWORD, client="192.0.2.1")
    assert [session.session_key for session in Session.objects.all()] == ["lasting"]
    assert [invitation.user.email for invitation in Invitation.objects.all()] == ["member@us.com"]


def test_what_is_kept_of_a_try_does_not_show_the_address(member: User) -> None:
    sign_in("member@us.com", "wrong", client="192.0.2.1", now=NOON)
    [kept] = SignInTry.objects.all()
    assert b"member" not in bytes(kept.address) and b"192.0.2.1" not in bytes(kept.client)


def test_who_is_in_several_workspaces_chooses_one(shelf: Shelf, member: User) -> None:
    theirs = a_shelf(another_workspace())
    other = theirs.user("Viewer", "member@us.com")
    client = Client()
    enter(client, "member@us.com")
    assert client.get("/accounts").headers["Location"] == "/workspaces"
    assert client.get("/workspaces").context["users"] == [other, member]
    assert client.post("/workspaces", {"workspace": theirs.workspace.pk}).headers["Location"] == "/"
    assert client.get("/").context["me"] == other
    assert [row.account.pk for row in client.get("/accounts").context["rows"]] == [theirs.account]


def test_a_workspace_that_is_not_ones_own_cannot_be_chosen_W3(shelf: Shelf, member: User) -> None:
    theirs = a_shelf(another_workspace())
    client = Client()
    enter(client, "member@us.com")
    assert client.post("/workspaces", {"workspace": theirs.workspace.pk}).status_code == 404
    assert client.get("/").context["me"] == member


def test_an_invitation_sets_the_password_and_signs_in_R5(shelf: Shelf) -> None:
    path = invite(shelf.workspace, "s1@us.com", actor="boss@us.com").path
    client = Client()
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": PASSWORD, "again": PASSWORD}).headers["Location"] == "/"
    assert client.get("/").context["me"].email == "s1@us.com"
    assert enter(Client(), "s1@us.com").headers["Location"] == "/"


def test_an_invitation_works_once_R5(shelf: Shelf) -> None:
    path = invite(shelf.workspace, "s1@us.com", actor="boss@us.com").path
    Client().post(path, {"password": PASSWORD, "again": PASSWORD})
    assert Client().get(path).status_code == 404
    assert Client().post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [(PASSWORD, "another one", "not_the_same"), ("short", "short", "password_refused")],
)
def test_an_invitation_refuses_passwords_that_are_no_good(
    shelf: Shelf, password: str, again: str, problem: str
) -> None:
    path = invite(shelf.workspace, "s1@us.com", actor="boss@us.com").path
    answer = Client().post(path, {"password": password, "again": again})
    assert (answer.status_code, answer.context["problem"]) == (422, problem)
    assert Client().get(path).status_code == 200


def test_behind_a_web_server_of_ours_tries_are_counted_by_who_it_says_asked(
    member: User, settings: Any
) -> None:
    settings.IS_BEHIND_PROXY = True
    wrong = {"email": "member@us.com", "password": "wrong"}
    for _ in range(TRIES_OF_BOTH):
        Client().post("/sign-in", wrong, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.1"})
    # The last one was added by our web server; what stands before it is what the client says of itself.
    same = Client().post("/sign-in", wrong, headers={"X-Forwarded-For": "203.0.113.10, 198.51.100.1"})
    other = Client().post("/sign-in", wrong, headers={"X-Forwarded-For": "198.51.100.1, 198.51.100.2"})
    assert (same.status_code, other.status_code) == (429, 422)


def test_without_one_nobody_says_who_they_are(member: User) -> None:
    wrong = {"email": "member@us.com", "password": "wrong"}
    got = [
        Client().post("/sign-in", wrong, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(TRIES_OF_BOTH + 1)
    ]
    assert got == [422] * TRIES_OF_BOTH + [429]
