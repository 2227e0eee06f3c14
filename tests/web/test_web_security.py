"""Sign-in and security: the second factor, the password, one's own sessions."""

from __future__ import annotations

import importlib
import re
import time
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from shelf import PASSWORD, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import invite
from postroom.actions.reset_login import reset_login, reset_second_factor
from postroom.actions.second_factor import (
    RECOVERY_CODES,
    TRIES_OF_CODE,
    begin_second_factor,
    check_code,
    finish_second_factor,
)
from postroom.actions.sign_in import TRIES_OF_BOTH, TooManyTries
from postroom.core.one_time_code import code_at
from postroom.store.models import Login, RecoveryCode, SecondFactor, SignedIn, User
from postroom.store.secrets import decrypt
from postroom.web.sessions import FRESH_SECONDS, browser_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "another evening in july"


def enter(client: Client, email: str = "member@us.com", password: str = PASSWORD, **more: str) -> Any:
    return client.post(
        "/sign-in", {"email": email, "password": password, **more}, headers={"User-Agent": FIREFOX}
    )


def app_code(login: Login, steps: int = 0) -> str:
    """What the login's app shows, ``steps`` from now."""
    return code_at(decrypt(login.second_factor.sealed_secret), int(time.time()) // 30 + steps)


def with_factor(user: User) -> list[str]:
    """Give the user a second factor; its recovery codes."""
    login = user.login
    assert login is not None
    begin_second_factor(login)
    login.refresh_from_db()
    kept = SignedIn.objects.filter(login=login).values_list("session_id", flat=True).first()
    codes = finish_second_factor(login, app_code(login), session=kept)
    # As if some minutes had passed since.
    SecondFactor.objects.filter(login=login).update(last_step=0)
    login.refresh_from_db()
    assert codes is not None
    return codes


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.fixture
def signed_in(member: User) -> Client:
    """A browser in which the member has just signed in."""
    client = Client()
    enter(client)
    return client


def let_time_pass(client: Client, seconds: int) -> None:
    session = client.session
    session["proved_at"] -= seconds
    session.save()


# Setting up


def test_a_second_factor_is_set_up_by_a_code_of_the_app_S2(member: User, signed_in: Client) -> None:
    assert "Off" in text_of(signed_in.get("/security"))
    assert signed_in.post("/security/second-factor").headers["Location"] == "/security/second-factor"
    page = signed_in.get("/security/second-factor")
    login = Login.objects.get(pk=member.login_id)
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())
    assert key is not None and len(key[1].replace(" ", "")) == 32
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "style=" not in page.content.decode()
    # It does not count yet.
    assert enter(Client()).headers["Location"] == "/"
    answer = signed_in.post("/security/second-factor", {"code": app_code(login)})
    codes = re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", answer.content.decode())
    assert (answer.status_code, len(codes), len(set(codes))) == (200, RECOVERY_CODES, RECOVERY_CODES)
    assert enter(Client()).headers["Location"] == "/sign-in/code"
    assert "10 recovery codes left" in text_of(signed_in.get("/security"))


def test_turning_it_on_ends_the_sessions_that_began_without_it_S2(
    shelf: Shelf, member: User, signed_in: Client
) -> None:
    shelf.user("Viewer")
    elsewhere, somebody = Client(), Client()
    enter(elsewhere)
    enter(somebody, "viewer@us.com")
    signed_in.post("/security/second-factor")
    signed_in.post("/security/second-factor", {"code": "000000"})
    assert is_in(elsewhere)
    login = Login.objects.get(pk=member.login_id)
    answer = signed_in.post("/security/second-factor", {"code": app_code(login)})
    assert "Everywhere else you are signed out." in text_of(answer)
    assert [is_in(client) for client in (signed_in, elsewhere, somebody)] == [True, False, True]
    assert [row.session_id for row in SignedIn.objects.filter(login=login)] == [signed_in.session.session_key]


def test_a_wrong_code_sets_nothing_up(member: User, signed_in: Client) -> None:
    signed_in.post("/security/second-factor")
    answer = signed_in.post("/security/second-factor", {"code": "000000"})
    assert answer.status_code == 422
    assert "The app shows another code now." in text_of(answer)
    assert (SecondFactor.objects.get().confirmed_at, RecoveryCode.objects.count()) == (None, 0)


def test_one_that_counts_is_not_replaced_by_setting_up_again(member: User, signed_in: Client) -> None:
    with_factor(member)
    before = bytes(SecondFactor.objects.get().sealed_secret)
    assert signed_in.post("/security/second-factor").headers["Location"] == "/security"
    assert bytes(SecondFactor.objects.get().sealed_secret) == before


def test_secret_and_codes_are_not_readable_in_the_database_S1(member: User) -> None:
    codes = with_factor(member)
    factor = SecondFactor.objects.get()
    assert decrypt(factor.sealed_secret) not in bytes(factor.sealed_secret)
    kept = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert not any(code.replace("-", "").encode() in kept for code in codes)


# Signing in with it


def test_the_code_of_the_app_is_asked_after_the_password_S2(member: User) -> None:
    with_factor(member)
    client = Client()
    assert enter(client, next="/accounts").headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    assert SignedIn.objects.count() == 0
    before = client.session.session_key
    answer = client.post(
        "/sign-in/code", {"code": f" {app_code(member.login)[:3]} {app_code(member.login)[3:]}"}
    )
    assert answer.headers["Location"] == "/accounts"
    assert is_in(client) and client.session.session_key != before


def test_a_code_counts_once_S2(member: User) -> None:
    with_factor(member)
    code = app_code(member.login)
    got = []
    for _ in range(2):
        client = Client()
        enter(client)
        got.append(client.post("/sign-in/code", {"code": code}).status_code)
    assert got == [302, 422]


def test_an_earlier_code_than_the_one_used_last_does_not_count_S2(member: User) -> None:
    with_factor(member)
    login = member.login
    assert check_code(login, app_code(login, 1), client="x") is True
    assert check_code(login, app_code(login), client="x") is False


def test_a_recovery_code_opens_once_and_says_how_many_are_left_S2(member: User) -> None:
    codes = with_factor(member)
    client = Client()
    enter(client)
    typed = codes[0].upper().replace("-", " ")
    assert client.post("/sign-in/code", {"recovery_code": typed}).headers["Location"] == "/"
    assert "That recovery code is used up; 9 are left." in text_of(client.get("/"))
    again = Client()
    enter(again)
    answer = again.post("/sign-in/code", {"recovery_code": codes[0]})
    assert (answer.status_code, is_in(again)) == (422, False)
    assert "Each works once." in text_of(answer)


def test_somebody_elses_recovery_code_opens_nothing_S2(shelf: Shelf, member: User) -> None:
    with_factor(member)
    theirs = with_factor(shelf.user("Viewer"))
    assert check_code(member.login, theirs[0], client="x") is False
    assert RecoveryCode.objects.count() == 2 * RECOVERY_CODES


def test_codes_cannot_be_guessed_S2(member: User) -> None:
    with_factor(member)
    client = Client()
    enter(client)
    got = [client.post("/sign-in/code", {"code": "000000"}).status_code for _ in range(TRIES_OF_BOTH + 1)]
    assert got == [422] * TRIES_OF_BOTH + [429]
    answer = client.post("/sign-in/code", {"code": app_code(member.login)})
    assert (answer.status_code, answer.headers["Retry-After"], is_in(client)) == (429, "900", False)


def test_codes_cannot_be_guessed_from_many_places_either_S2(member: User) -> None:
    with_factor(member)
    for number in range(TRIES_OF_CODE):
        assert check_code(member.login, "000000", client=f"192.0.2.{number}") is False
    assert check_code(member.login, app_code(member.login), client="192.0.2.99") == TooManyTries()


def test_the_right_password_does_not_forgive_wrong_codes_S2(member: User) -> None:
    with_factor(member)
    client = Client()
    for _ in range(TRIES_OF_BOTH):
        enter(client)
        client.post("/sign-in/code", {"code": "000000"})
    enter(client)
    assert client.post("/sign-in/code", {"code": app_code(member.login)}).status_code == 429


def test_without_the_password_no_code_is_asked_for(member: User) -> None:
    with_factor(member)
    assert Client().get("/sign-in/code").headers["Location"] == "/sign-in"
    assert Client().post("/sign-in/code", {"code": app_code(member.login)}).headers["Location"] == "/sign-in"


@pytest.mark.parametrize("end", ["time", "password", "disabled"])
def test_the_password_opens_the_way_to_the_code_for_a_while_S2(member: User, end: str) -> None:
    with_factor(member)
    client = Client()
    enter(client)
    if end == "time":
        session = client.session
        session["waiting"] = {**session["waiting"], "until": int(time.time()) - 1}
        session.save()
    elif end == "password":
        member.login.set_password(NEW)
        member.login.save()
    else:
        User.objects.filter(pk=member.pk).update(disabled_at=timezone.now())
    assert client.post("/sign-in/code", {"code": app_code(member.login)}).headers["Location"] == "/sign-in"


def test_an_invitation_does_not_go_past_the_second_factor_S2(shelf: Shelf, member: User) -> None:
    with_factor(member)
    path = invite(shelf.workspace, "member@us.com", actor="boss@us.com").path
    client = Client()
    assert client.post(path, {"password": NEW, "again": NEW}).headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    assert client.post("/sign-in/code", {"code": app_code(member.login)}).headers["Location"] == "/"
    assert SignedIn.objects.get().way == "invitation"


# Changing it


def test_what_changes_how_one_signs_in_asks_for_a_fresh_proof_S2(member: User, signed_in: Client) -> None:
    with_factor(member)
    paths = ["/security/second-factor", "/security/second-factor/off", "/security/recovery-codes"]
    let_time_pass(signed_in, FRESH_SECONDS)
    for path in paths:
        to = f"/security/confirm?next={path.replace('/', '%2F')}"
        assert [signed_in.get(path).headers["Location"], signed_in.post(path).headers["Location"]] == [to, to]
    assert SecondFactor.objects.count() == 1
    answer = signed_in.post("/security/confirm", {"password": "wrong", "next": paths[1]})
    assert (answer.status_code, "This is not your password." in text_of(answer)) == (422, True)
    right = signed_in.post("/security/confirm", {"password": PASSWORD, "next": paths[1]})
    assert right.headers["Location"] == paths[1]
    assert signed_in.get(paths[1]).status_code == 200


def test_proving_who_one_is_leads_nowhere_else(signed_in: Client) -> None:
    answer = signed_in.post("/security/confirm", {"password": PASSWORD, "next": "https://evil.example"})
    assert answer.headers["Location"] == "/"


def test_new_recovery_codes_end_the_old_ones_S2(member: User, signed_in: Client) -> None:
    old = with_factor(member)
    assert "The 10 that you have left stop working" in text_of(signed_in.get("/security/recovery-codes"))
    new = re.findall(
        r"<code>([a-z2-7-]{19})</code>", signed_in.post("/security/recovery-codes").content.decode()
    )
    assert len(new) == RECOVERY_CODES and not set(new) & set(old)
    got = [check_code(member.login, code, client="x") for code in (old[0], new[0])]
    assert got == [False, True]


def test_the_second_factor_is_taken_off_after_asking_S2(member: User, signed_in: Client) -> None:
    with_factor(member)
    assert "Whoever knows your password can then sign in as you" in text_of(
        signed_in.get("/security/second-factor/off")
    )
    assert SecondFactor.objects.count() == 1
    assert signed_in.post("/security/second-factor/off").headers["Location"] == "/security"
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    assert enter(Client()).headers["Location"] == "/"


def test_a_lost_device_is_reset_by_whoever_runs_the_server_S2(member: User, signed_in: Client) -> None:
    with_factor(member)
    assert reset_second_factor("Member@us.com") is True
    assert not is_in(signed_in)
    assert enter(Client()).headers["Location"] == "/"
    assert reset_second_factor("member@us.com") is False


def test_resetting_the_login_takes_everything_off_S2(member: User, signed_in: Client) -> None:
    with_factor(member)
    reset_login("member@us.com", actor="command line")
    assert not is_in(signed_in)
    kinds = (SecondFactor, RecoveryCode, SignedIn, Session)
    assert [kind.objects.count() for kind in kinds] == [0, 0, 0, 0]


# Password


def test_the_password_is_changed_and_other_sessions_end_S2(member: User, signed_in: Client) -> None:
    elsewhere = Client()
    enter(elsewhere)
    answer = signed_in.post("/security/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.headers["Location"] == "/security"
    assert "Everywhere else you are signed out." in text_of(signed_in.get("/security"))
    assert [is_in(signed_in), is_in(elsewhere)] == [True, False]
    assert [row.session_id for row in SignedIn.objects.all()] == [signed_in.session.session_key]
    assert [enter(Client(), password=word).status_code for word in (PASSWORD, NEW)] == [422, 302]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"old": "wrong", "password": NEW, "again": NEW}, "This is not your password."),
        ({"old": PASSWORD, "password": NEW, "again": NEW + "s"}, "The two new passwords differ."),
        (
            {"old": PASSWORD, "password": "short", "again": "short"},
            "This password is too short or too common.",
        ),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "This is your password already."),
        ({}, "This is not your password."),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    member: User, signed_in: Client, form: dict[str, str], says: str
) -> None:
    answer = signed_in.post("/security/password", form)
    assert (answer.status_code, says in text_of(answer)) == (422, True)
    assert enter(Client()).status_code == 302


def test_the_old_password_cannot_be_guessed_S2(member: User, signed_in: Client) -> None:
    form = {"old": "wrong", "password": NEW, "again": NEW}
    got = [signed_in.post("/security/password", form).status_code for _ in range(TRIES_OF_BOTH + 1)]
    assert got == [422] * TRIES_OF_BOTH + [429]


def test_who_has_no_password_is_told_so(member: User, signed_in: Client) -> None:
    member.login.set_unusable_password()
    member.login.save()
    client = Client()
    client.force_login(member.login)
    assert "You have no password" in text_of(client.get("/security"))
    form = {"old": "", "password": NEW, "again": NEW}
    assert client.post("/security/password", form).status_code == 422


# Sessions


def test_one_sees_and_ends_ones_own_sessions_only_S2(shelf: Shelf, member: User, signed_in: Client) -> None:
    shelf.user("Viewer")
    elsewhere, somebody = Client(), Client()
    enter(elsewhere)
    enter(somebody, "viewer@us.com")
    page = signed_in.get("/security")
    assert {row.login for row in page.context["sessions"]} == {member.login}
    assert len(page.context["sessions"]) == 2
    assert text_of(page).count("Firefox on Linux") == 2 and text_of(page).count("This one") == 1
    assert signed_in.post("/security/sessions").headers["Location"] == "/security"
    assert "Signed out elsewhere: 1 session." in text_of(signed_in.get("/security"))
    assert [is_in(client) for client in (signed_in, elsewhere, somebody)] == [True, False, True]


def test_a_password_set_by_invitation_ends_the_sessions_of_the_old_one(
    shelf: Shelf, member: User, signed_in: Client
) -> None:
    path = invite(shelf.workspace, "member@us.com", actor="boss@us.com").path
    client = Client()
    client.post(path, {"password": NEW, "again": NEW})
    assert [is_in(signed_in), is_in(client)] == [False, True]
    assert [row.session_id for row in SignedIn.objects.all()] == [client.session.session_key]


def test_sessions_from_before_there_were_owners_of_them_end_with_the_upgrade(signed_in: Client) -> None:
    SignedIn.objects.all().delete()
    assert is_in(signed_in)
    importlib.import_module("postroom.store.migrations.0006_sign_in").end_sessions(apps, None)
    assert not is_in(signed_in)


def test_signing_out_takes_the_session_from_the_list(member: User, signed_in: Client) -> None:
    signed_in.post("/sign-out")
    assert SignedIn.objects.count() == 0


def test_the_page_is_of_the_login_whatever_the_workspace_W3(shelf: Shelf, member: User) -> None:
    a_shelf(another_workspace()).user("Viewer", "member@us.com")
    client = Client()
    enter(client)
    assert client.get("/accounts").headers["Location"] == "/workspaces"
    assert client.get("/security").status_code == 200


def test_disabling_a_user_ends_the_sessions_also_where_they_are_enabled_again_U4(
    shelf: Shelf, member: User, signed_in: Client
) -> None:
    disable_user(shelf.workspace, "member@us.com", actor="boss@us.com")
    assert (SignedIn.objects.count(), Session.objects.count()) == (0, 0)
    enable_user(shelf.workspace, "member@us.com", actor="boss@us.com")
    assert not is_in(signed_in)


def test_disabling_a_user_in_one_workspace_leaves_the_other_its_session_U4(
    shelf: Shelf, member: User, signed_in: Client
) -> None:
    theirs = a_shelf(another_workspace())
    theirs.user("Viewer", "member@us.com")
    disable_user(shelf.workspace, "member@us.com", actor="boss@us.com")
    assert signed_in.get("/").context["me"].workspace == theirs.workspace


@pytest.mark.parametrize("sessions", [1, 30])
def test_the_page_asks_the_same_number_of_questions_of_many_sessions(
    member: User, signed_in: Client, django_assert_num_queries, sessions: int
) -> None:
    for _ in range(sessions - 1):
        enter(Client())
    with django_assert_num_queries(7):
        answer = signed_in.get("/security")
    assert len(answer.context["sessions"]) == sessions
    assert len(answer.content) < 100_000


@pytest.mark.parametrize(
    ("says", "browser"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_in_words(says: str, browser: str) -> None:
    assert browser_of(says) == browser


def test_forms_are_refused_without_their_token(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.login)
    forms = ["password", "sessions", "confirm", "second-factor", "second-factor/off", "recovery-codes"]
    assert [client.post(f"/security/{form}").status_code for form in forms] == [403] * len(forms)
    assert client.post("/sign-in/code").status_code == 403


def test_no_page_of_it_is_kept_by_the_browser(member: User, signed_in: Client) -> None:
    signed_in.post("/security/second-factor")
    answers = [signed_in.get(path) for path in ("/security", "/security/second-factor", "/security/confirm")]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 3
    assert "member@us.com" in answers[1].content.decode()
