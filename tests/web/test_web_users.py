"""Settings, Users: the list, one user, CSV in and out, invitations, consent set by others (U1-U4, P6, R5)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from shelf import ACTOR, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_users import add_users
from postroom.actions.create_role import create_role
from postroom.actions.invite import invitation_of
from postroom.store.models import Consent, Invitation, User, UserAddress

ADD_MANY = "/settings/users/add-many"


@pytest.fixture
def sam_id(shelf: Shelf) -> int:
    return User.objects.get(workspace=shelf.workspace, email="s1@us.com").pk


def listed(browser: Client, query: str = "") -> list[str]:
    return [row.user.email for row in browser.get(f"/settings/users{query}").context["rows"]]


def add(shelf: Shelf, *records: dict[str, Any]) -> None:
    assert {a["status"] for a in add_users(shelf.workspace, records, actor=ACTOR)} <= {"created", "updated"}


# The list


def test_users_are_found_by_name_address_alias_title_and_department(shelf: Shelf, browser: Client) -> None:
    add(shelf, {"email": "s2@us.com", "name": "Tam Two", "aliases": ["zed@us.com"], "department": "Sales"})
    assert listed(browser) == ["boss@us.com", "s1@us.com", "s2@us.com"]
    for text in ("tam", "S2@", "zed@us", "sale"):
        assert listed(browser, f"?q={text}") == ["s2@us.com"]
    assert "No user has “nobody” in the name, an address, the title or the department." in text_of(
        browser.get("/settings/users?q=nobody")
    )


def test_the_list_is_narrowed_and_counted(shelf: Shelf, browser: Client) -> None:
    add(shelf, {"email": "s2@us.com"}, {"email": "s3@us.com"})
    User.objects.filter(email="s2@us.com").update(collects_since=timezone.now())
    User.objects.filter(email="s3@us.com").update(disabled_at=timezone.now())
    assert browser.get("/settings/users").context["shows"] == [
        ("", "All", 4),
        ("on", "Collecting", 1),
        ("off", "Not collecting", 2),
        ("outside", "Not signing in yet", 2),
        ("disabled", "Disabled", 1),
    ]
    found = {show: listed(browser, f"?show={show}") for show in ("on", "off", "outside", "disabled")}
    assert found == {
        "on": ["s2@us.com"],
        "off": ["boss@us.com", "s1@us.com"],
        "outside": ["s1@us.com", "s2@us.com"],
        "disabled": ["s3@us.com"],
    }
    assert browser.get("/settings/users?show=else").status_code == 404


def test_a_long_list_goes_on(shelf: Shelf, browser: Client) -> None:
    add(shelf, *({"email": f"x{number:02}@us.com"} for number in range(40)))
    first = browser.get("/settings/users")
    assert (len(first.context["rows"]), first.context["rows"][-1].user.email) == (30, "x27@us.com")
    rest = browser.get(f"/settings/users?before={first.context['more']}", headers={"HX-Request": "true"})
    assert [row.user.email for row in rest.context["rows"]] == [
        f"x{number}@us.com" for number in range(28, 40)
    ]
    assert b"<h1" not in rest.content


def test_the_list_says_how_each_comes_in_R5(shelf: Shelf, browser: Client, sam_id: int) -> None:
    assert "s1@us.com Member – Off Not invited yet" in text_of(browser.get("/settings/users"))
    browser.post(f"/settings/users/{sam_id}/invite")
    assert re.search(r"s1@us.com Member – Off Invited, until \d", text_of(browser.get("/settings/users")))
    assert "boss@us.com Administrator – Off Signs in" in text_of(browser.get("/settings/users"))


@pytest.mark.parametrize("count", [1, 29])
def test_a_full_list_asks_no_more_than_a_short_one(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any, count: int
) -> None:
    names = {"name": "N" * 100, "title": "T" * 100}
    add(shelf, *({**names, "email": f"u{n}@us.com", "aliases": [f"a{n}@us.com"]} for n in range(count)))
    with django_assert_num_queries(8):
        answer = browser.get("/settings/users")
    assert (len(answer.context["rows"]), len(answer.content) < 100_000) == (min(count + 2, 30), True)
    with django_assert_num_queries(5):
        assert len(browser.get("/settings/users/all.csv").getvalue().splitlines()) == count + 3


# One user


FULL = {
    "name": "Sam One",
    "title": "Boss",
    "department": "Sales",
    "location": "Berlin",
    "manager_email": "boss@us.com",
    "employee_id": "7",
    "hire_date": "2020-02-29",
    "termination_date": "2031-01-01",
    "employment_type": "full time",
    "time_zone": "Europe/Berlin",
    "locale": "de-DE",
    "role": "Manager",
}


def opened(browser: Client, path: str) -> dict[str, Any]:
    """What a browser would send of the form, untouched."""
    form = browser.get(path).context["form"]
    sent = {**form.fields, **{f"was-{name}": value for name, value in form.was.items()}}
    return {**sent, "own-name": [name for name, _ in form.own], "own-value": [value for _, value in form.own]}


def test_a_user_is_added_with_all_attributes_U3(shelf: Shelf, browser: Client) -> None:
    sent = {**FULL, "email": " S2@us.com", "aliases": "two@us.com\r\nzwei@us.com"}
    sent |= {"own-name": ["Floor", "", "Car"], "own-value": ["3", "x", "red"]}
    answer = browser.post("/settings/users/add", sent)
    user = User.objects.get(email="s2@us.com")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/settings/users/{user.pk}")
    assert {name: str(getattr(user, name)) for name in FULL} == FULL
    assert user.custom == {"Floor": "3", "Car": "red"}
    aliases = UserAddress.objects.filter(user=user, is_alias=True, closed_in=None).values_list(
        "address", flat=True
    )
    assert sorted(aliases) == ["two@us.com", "zwei@us.com"]
    page = text_of(browser.get(f"/settings/users/{user.pk}"))
    assert "Role Manager Title Boss Department Sales Location Berlin Manager Bo Boss Employee id 7" in page
    assert (
        "Hired on 29 Feb 2020 Leaves on 1 Jan 2031 Time zone Europe/Berlin Locale de-DE Car red Floor 3"
        in page
    )


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"email": ""}, "An e-mail address is a must."),
        ({"email": "nobody"}, "This is no e-mail address."),
        (
            {"email": "S1@us.com"},
            "A user has this address already: find them in the list, and edit them there.",
        ),
        ({"email": "a@us.com", "aliases": "s1@us.com"}, "Another user has this address."),
        ({"email": "a@us.com", "time_zone": "Mars"}, "A time zone is written Europe/Berlin."),
        (
            {"email": "a@us.com", "own-name": "x" * 101, "own-value": "1"},
            "Up to three attributes of one's own",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    shelf: Shelf, browser: Client, sent: dict[str, str], says: str
) -> None:
    answer = browser.post("/settings/users/add", {"name": "Typed Name", "role": "Member", **sent})
    assert (answer.status_code, says in text_of(answer)) == (422, True)
    assert 'value="Typed Name"' in answer.content.decode()
    assert User.objects.count() == 2


def test_what_was_not_touched_is_not_written(shelf: Shelf, browser: Client, sam_id: int) -> None:
    """Two tabs of one form do not undo each other."""
    path = f"/settings/users/{sam_id}/edit"
    first, second = opened(browser, path), opened(browser, path)
    browser.post(path, {**first, "title": "Boss", "aliases": "one@us.com"})
    browser.post(path, {**second, "location": "Rome"})
    user = User.objects.get(pk=sam_id)
    assert (user.title, user.location, user.name, user.role) == ("Boss", "Rome", "Sam One", "Member")
    assert UserAddress.objects.filter(user=user, is_alias=True, closed_in=None).count() == 1
    answer = browser.post(path, opened(browser, path), follow=True)
    assert "Nothing was changed." in text_of(answer)


def test_an_emptied_field_is_cleared_U2(shelf: Shelf, browser: Client, sam_id: int) -> None:
    add(
        shelf,
        {
            "email": "s1@us.com",
            "aliases": ["one@us.com"],
            "hire_date": "2020-01-01",
            "custom": {"Floor": "3"},
        },
    )
    path = f"/settings/users/{sam_id}/edit"
    sent = opened(browser, path) | {"name": "", "aliases": "", "hire_date": "", "own-name": ["", "", ""]}
    assert browser.post(path, sent).status_code == 302
    user = User.objects.get(pk=sam_id)
    assert (user.name, user.hire_date, user.custom) == ("", None, {})
    assert not UserAddress.objects.filter(user=user, is_alias=True, closed_in=None).exists()


def test_managers_unknown_or_in_a_circle_are_warnings_U3(shelf: Shelf, browser: Client, sam_id: int) -> None:
    path = f"/settings/users/{sam_id}/edit"
    answer = browser.post(path, opened(browser, path) | {"manager_email": "gone@us.com"}, follow=True)
    assert "Saved. No user has the manager's address." in text_of(answer)
    assert "gone@us.com No user has this address." in text_of(answer)
    answer = browser.post(path, opened(browser, path) | {"manager_email": "s1@us.com"}, follow=True)
    assert "The line of managers leads back to this user." in text_of(answer)


def test_what_was_added_is_said_before_what_is_worth_a_look(shelf: Shelf, browser: Client) -> None:
    sent = {"email": "s2@us.com", "role": "Member", "manager_email": "gone@us.com"}
    says = "s2@us.com was added. An invitation lets them sign in. No user has the manager's address."
    assert says in text_of(browser.post("/settings/users/add", sent, follow=True))


def test_roles_of_ones_own_are_offered_R3(shelf: Shelf, browser: Client, sam_id: int) -> None:
    create_role(shelf.workspace, {"name": "Support", "permissions": ["view_engagements"]}, actor=ACTOR)
    path = f"/settings/users/{sam_id}/edit"
    assert browser.get(path).context["roles"] == ["Administrator", "Manager", "Member", "Viewer", "Support"]
    browser.post(path, opened(browser, path) | {"role": "Support"})
    assert User.objects.get(pk=sam_id).role == "Support"


def test_who_merely_manages_users_gives_no_more_than_that_R3(
    shelf: Shelf, as_user: Any, admin: User, sam_id: int
) -> None:
    create_role(shelf.workspace, {"name": "Desk", "permissions": ["manage_users"]}, actor=ACTOR)
    desk = as_user(shelf.user("Desk"))
    form = desk.get(f"/settings/users/{sam_id}/edit").context
    assert form["roles"] == ["Manager", "Member", "Viewer", "Desk"]
    assert desk.get(f"/settings/users/{admin.pk}/edit").context["roles"] is None
    before = Invitation.objects.count()
    for act in ("invite", "disable"):
        answer = desk.post(f"/settings/users/{admin.pk}/{act}", {"disabled": "yes"})
        assert answer.status_code == 422
        assert "Only who has all that this user's role gives" in text_of(answer)
    sent = {"email": "new@us.com", "role": "Administrator"}
    assert desk.post("/settings/users/add", sent).status_code == 422
    admin.refresh_from_db()
    assert (
        admin.disabled_at,
        Invitation.objects.count(),
        User.objects.filter(email="new@us.com").count(),
    ) == (
        None,
        before,
        0,
    )


# Disabling, inviting, consent


def test_a_user_is_disabled_after_saying_what_follows_U4(shelf: Shelf, browser: Client, sam: User) -> None:
    User.objects.filter(pk=sam.pk).update(collects_since=timezone.now())
    path = f"/settings/users/{sam.pk}/disable"
    assert "s1@us.com can no longer sign in to this workspace" in text_of(browser.get(path))
    answer = browser.post(path, {"disabled": "yes"}, follow=True)
    assert "Sam One is disabled." in text_of(answer)
    sam.refresh_from_db()
    assert (sam.disabled_at is not None, sam.collects_since) == (True, None)
    assert "because the user was disabled" in text_of(answer)
    assert browser.get(f"/settings/users/{sam.pk}/invite").status_code == 200
    assert browser.post(f"/settings/users/{sam.pk}/invite").status_code == 422
    assert browser.post(f"/settings/users/{sam.pk}/collect", {"collect": "on"}).status_code == 422
    answer = browser.post(path, {"disabled": "no"}, follow=True)
    assert "Sam One may sign in again. Collect passive data stays off" in text_of(answer)
    assert User.objects.get(pk=sam.pk).disabled_at is None


def test_the_last_administrator_is_not_disabled_R3(shelf: Shelf, browser: Client, admin: User) -> None:
    answer = browser.post(f"/settings/users/{admin.pk}/disable", {"disabled": "yes"})
    assert (answer.status_code, "The last user with admin access keeps it." in text_of(answer)) == (422, True)


def test_an_invitation_link_is_shown_once_R5(shelf: Shelf, browser: Client, sam_id: int) -> None:
    path = f"/settings/users/{sam_id}/invite"
    assert Invitation.objects.count() == 0 == browser.get(path).content.count(b"/invitation/")
    answer = browser.post(path)
    link = answer.context["link"]
    assert (link.startswith("http://testserver/invitation/"), link.encode() in answer.content) == (True, True)
    assert answer.headers["Cache-Control"] == "no-store"
    found = invitation_of(link.rpartition("/")[2])
    assert (found and found.user_id, found and found.invited_by) == (sam_id, "boss@us.com")
    secret = link.rpartition("/")[2].encode()
    assert [secret in browser.get(page).content for page in (path, f"/settings/users/{sam_id}")] == [
        False,
        False,
    ]
    assert mail.outbox == []


def test_an_invitation_is_mailed_where_it_can_be_R5(
    shelf: Shelf, browser: Client, sam_id: int, settings: Any
) -> None:
    path = f"/settings/users/{sam_id}/invite"
    assert "Mail it to" not in text_of(browser.get(path))
    settings.EMAIL_HOST = "mail.us.example"
    assert "Mail it to s1@us.com too" in text_of(browser.get(path))
    assert "It was mailed to s1@us.com." in text_of(browser.post(path, {"mail": "on"}))
    assert [sent.to for sent in mail.outbox] == [["s1@us.com"]]
    assert "It was mailed" not in text_of(browser.post(path))
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    answer = browser.post(path, {"mail": "on"})
    assert "It could not be mailed: the mail server did not take it." in text_of(answer)
    assert invitation_of(answer.context["link"].rpartition("/")[2]) is not None


def test_an_administrators_change_is_recorded_as_theirs_P6(
    shelf: Shelf, browser: Client, sam_id: int
) -> None:
    path = f"/settings/users/{sam_id}/collect"
    says = "It is recorded as done by you. Sam One sees so on the page My data, and may change it."
    assert says in text_of(browser.get(path))
    answer = browser.post(path, {"collect": "on"}, follow=True)
    assert "Collect passive data is on for Sam One." in text_of(answer)
    assert "Switched on by boss@us.com on the page Users" in text_of(answer)
    browser.post(path, {"collect": "on"})
    browser.post(path, {"collect": "off"})
    said = Consent.objects.order_by("pk").values_list("user", "is_given", "actor", "how")
    assert list(said) == [
        (sam_id, True, "boss@us.com", "users page"),
        (sam_id, False, "boss@us.com", "users page"),
    ]


def test_users_say_what_new_ones_begin_with_and_lead_to_where_it_is_chosen_P6(
    shelf: Shelf, browser: Client, as_user
) -> None:
    leads = 'href="/settings/collecting">Collecting data</a></li>'
    answer = browser.get("/settings/users")
    assert "Collect passive data for new users: off" in text_of(answer)
    assert leads in answer.content.decode()
    assert browser.get("/settings/users/collecting").status_code == 404
    browser.post("/settings/collecting", {"default": "on", "keep": "forever", "days": ""})
    assert "Collect passive data for new users: on" in text_of(browser.get("/settings/users"))
    browser.post("/settings/users/add", {"email": "s2@us.com", "role": "Member"})
    assert list(User.objects.filter(collects_since__isnull=False).values_list("email", flat=True)) == [
        "s2@us.com"
    ]
    create_role(shelf.workspace, {"name": "People", "permissions": ["manage_users"]}, actor=ACTOR)
    answer = as_user(shelf.user("People")).get("/settings/users")
    assert "Collect passive data for new users: on" in text_of(answer)
    assert leads not in answer.content.decode()


# Many


TEXT = (
    "email,name,manager_email,role\ns1@us.com,Sam One,,\ns2@us.com,Two,gone@us.com,\ns3@us.com,,,King\nx,,,\n"
)


def sent_file(browser: Client, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = "users.csv"
    return browser.post(ADD_MANY, {"file": file})


@pytest.mark.parametrize("way", ["file", "lines"])
def test_what_becomes_of_each_row_is_shown_before_it_counts_U2(
    shelf: Shelf, browser: Client, way: str
) -> None:
    sent = (
        sent_file(browser, b"\xef\xbb\xbf" + TEXT.encode())
        if way == "file"
        else browser.post(ADD_MANY, {"lines": TEXT})
    )
    path = sent.headers["Location"]
    assert re.fullmatch(rf"{ADD_MANY}/[\w-]{{11}}", path)
    look = browser.get(path)
    assert [(row["line"], row["email"], row["fate"], row["says"]) for row in look.context["rows"]] == [
        (4, "s3@us.com", "refused", "No role has this name."),
        (5, "x", "refused", "This is no e-mail address."),
        (3, "s2@us.com", "new", "No user has the manager's address."),
        (2, "s1@us.com", "as it is", ""),
    ]
    assert "1 user would be added, with Collect passive data off. 2 rows would be left out" in text_of(look)
    assert User.objects.count() == 2
    answer = browser.post(path, follow=True)
    assert "The file was read: 1 new, 1 as it is, 2 refused." in text_of(answer)
    assert User.objects.get(email="s2@us.com").name == "Two"
    assert browser.get(path).status_code == 404


def test_a_refused_row_shows_what_it_met_and_a_user_is_counted_once_U2(shelf: Shelf, browser: Client) -> None:
    lines = "E-Mail,time zone,name\ns2@us.com,,Two\ns2@us.com,,Second\ns3@us.com,Mars/Base,\n"
    look = browser.get(browser.post(ADD_MANY, {"lines": lines}).headers["Location"])
    said = text_of(look)
    assert "1 user would be added" in said and "Store 1 user" in said
    assert "Line 2 s2@us.com new The same user stands on line 3 too; the last one has the last word." in said
    assert "Line 3 s2@us.com changed The same user stands on line 2 too;" in said
    assert "s3@us.com refused time_zone “Mars/Base” A time zone is written Europe/Berlin." in said


def test_a_file_that_changes_nothing_has_nothing_to_store(shelf: Shelf, browser: Client) -> None:
    path = browser.post(ADD_MANY, {"lines": "email\ns1@us.com\n"}).headers["Location"]
    assert "All users are as the file says: there is nothing to store." in text_of(browser.get(path))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The first line names the columns, and email must be among them."),
        (
            b"email,phone\n",
            "There is no such column; a column of your own is called custom: and its name. (phone)",
        ),
        ("email,name\ns2@us.com,J\xfcrgen\n".encode("latin-1"), "The file is not in UTF-8"),
        (b'email\n"s2@us.com\n', "(line 2)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is no CSV file."),
    ],
)
def test_what_is_no_such_file_is_refused(shelf: Shelf, browser: Client, content: bytes, says: str) -> None:
    answer = sent_file(browser, content) if content else browser.post(ADD_MANY, {"lines": ""})
    assert (answer.status_code, says in text_of(answer)) == (422, True)


def test_a_large_file_is_a_small_page(shelf: Shelf, browser: Client) -> None:
    rows = "".join(f"user{number}@us.com,{'n' * 100}\n" for number in range(1_000))
    look = browser.get(browser.post(ADD_MANY, {"lines": f"email,name\n{rows}"}).headers["Location"])
    assert (len(look.context["rows"]), look.context["more"], len(look.content) < 100_000) == (200, 800, True)


def test_a_kept_file_is_found_by_no_other_browser(shelf: Shelf, browser: Client, as_user: Any) -> None:
    path = browser.post(ADD_MANY, {"lines": TEXT}).headers["Location"]
    other = as_user(shelf.user("Administrator"))
    assert (other.get(path).status_code, browser.get(path).status_code) == (404, 200)


def test_all_users_are_a_file_that_reads_back_U3(shelf: Shelf, browser: Client) -> None:
    add(shelf, {"email": "s1@us.com", "title": "=1+1", "custom": {"Floor": "3"}})
    theirs = a_shelf(another_workspace())
    add(theirs, {"email": "foreign@us.com"})
    answer = browser.get("/settings/users/all.csv")
    assert re.fullmatch(
        r'attachment; filename="users-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"]
    )
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    text = content.decode("utf-8-sig")
    assert text.splitlines()[0].endswith(",role,custom: Floor")
    assert ("'=1+1" in text, ",=1+1" in text, "foreign" in text) == (True, False, False)
    look = browser.get(sent_file(browser, content).headers["Location"])
    assert look.context["counts"] == {"new": 0, "changed": 0, "as it is": 2, "refused": 0}
    template = browser.get("/settings/users/template.csv").content.decode("utf-8-sig")
    assert template.splitlines() == [text.splitlines()[0].removesuffix(",custom: Floor")]
