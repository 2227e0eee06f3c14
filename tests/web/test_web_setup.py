"""Setup: five steps with their state, a line that uploads, and what became of what arrived (W1)."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from shelf import NOON, Shelf, another_workspace, text_of

from postroom.actions.accept_items import accept
from postroom.actions.access_tokens import revoke
from postroom.actions.add_organization import add_organization, remove_organization_domain
from postroom.actions.add_users import add_users
from postroom.actions.create_source import create_source
from postroom.actions.first_mail import first_mail_among
from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.actions.upload_command import first_id
from postroom.store.models import AccessToken, Interaction, Item, Source, User, Waiting, Workspace
from postroom.store.read.setup import set_up_of
from postroom.store.read.sign_in import enabled_users

ACTOR = "boss@us.com"


def steps_of(answer: Any) -> list[bool]:
    return list(answer.context["done"])


def menu_of(browser: Client) -> list[str]:
    return [entry["title"] for entry in browser.get("/setup").context["menu"]]


def an_item(workspace: Workspace, **fields: Any) -> Item:
    """An uploaded item of which nothing is readable."""
    source = Source.objects.filter(workspace=workspace).first()
    if source is None:
        source, _ = create_source(workspace, "Connector", actor=ACTOR)
    return Item.objects.create(
        workspace=workspace,
        source=source,
        kind="mail",
        key=secrets.token_bytes(16),
        digest=secrets.token_bytes(16),
        at=NOON,
        received_at=NOON,
        **fields,
    )


def waits(item: Item, user: User | None, problem: str = "") -> None:
    Waiting.objects.create(
        item=item, workspace=item.workspace, user=user, kind="mail", rank=1, at=item.at, problem=problem
    )


def consents(user: User) -> None:
    set_consent(user.workspace, [(user, True)], actor=ACTOR, how="api")


# The five steps


def test_each_step_is_done_by_what_is_there_and_undone_again_W1(
    workspace: Workspace, admin: User, browser: Client
) -> None:
    remove_organization_domain(workspace, "us.com", actor=ACTOR)
    answer = browser.get("/setup")
    assert (steps_of(answer), "1 of 5 steps are done." in text_of(answer)) == ([True] + [False] * 4, True)
    add_organization(workspace, ["us.com"], actor=ACTOR)
    assert steps_of(browser.get("/setup")) == [True, True, False, False, False]
    add_users(workspace, [{"email": "s1@us.com"}, {"email": "s2@us.com"}], actor=ACTOR)
    assert steps_of(browser.get("/setup")) == [True, True, True, False, False]
    assert "On for 0 of 3 users." in text_of(browser.get("/setup"))
    consents(User.objects.get(email="s1@us.com"))
    assert steps_of(browser.get("/setup")) == [True, True, True, True, False]
    assert "On for 1 of 3 users." in text_of(browser.get("/setup"))
    item = an_item(workspace)
    answer = browser.get("/setup")
    assert (steps_of(answer), "All five steps are done." in text_of(answer)) == ([True] * 5, True)
    item.delete()
    assert steps_of(browser.get("/setup")) == [True, True, True, True, False]


def test_mail_from_files_is_a_way_to_begin_too_W1(shelf: Shelf, browser: Client) -> None:
    assert steps_of(browser.get("/setup"))[4] is False
    shelf.message("kim@acme.com", "s1@us.com", reason="internal")
    answer = browser.get("/setup")
    assert steps_of(answer)[4] is True
    assert "Messages came in already; no uploaded item is there." in text_of(answer)


def test_setup_is_the_first_of_the_menu_until_it_is_done_then_among_the_settings_W1(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    assert menu_of(browser)[:2] == ["Setup", "Overview"]
    consents(admin)
    assert menu_of(browser)[0] == "Setup"
    shelf.message("kim@acme.com", "s1@us.com", reason="internal")
    menu = browser.get("/setup").context["menu"]
    assert [entry["title"] for entry in menu if not entry["section"]] == [
        "Overview",
        "Accounts",
        "Persons",
        "Engagements",
        "Reports",
        "Explain",
        "Decisions",
        "Set aside",
        "Jobs",
    ]
    assert [entry["title"] for entry in menu if entry["section"] == "Settings"] == [
        "Setup",
        "Organization",
        "Users",
        "Roles",
        "Collecting data",
        "Email sync",
        "Mailboxes",
        "Manage sources",
        "Blocklist",
        "API tokens",
        "Audit",
    ]


def test_the_menu_and_the_page_agree_on_what_is_done_W1(workspace: Workspace, admin: User) -> None:
    def both() -> tuple[bool, bool]:
        [me] = enabled_users(admin.login)  # type: ignore[arg-type]
        return all(set_up_of(workspace).done), me.is_set_up  # type: ignore[attr-defined]

    seen = [both()]
    add_users(workspace, [{"email": "s1@us.com"}], actor=ACTOR)
    user = User.objects.get(email="s1@us.com")
    seen.append(both())
    an_item(workspace)
    seen.append(both())
    consents(user)
    seen.append(both())
    User.objects.filter(pk=user.pk).update(disabled_at=timezone.now())
    seen.append(both())
    assert seen == [(False, False)] * 3 + [(True, True), (False, False)]


def test_another_workspace_counts_for_nothing_W3(workspace: Workspace, admin: User, browser: Client) -> None:
    theirs = another_workspace()
    an_item(theirs)
    add_users(theirs, [{"email": "s1@us.com"}], actor=ACTOR)
    consents(User.objects.get(workspace=theirs))
    answer = browser.get("/setup")
    assert steps_of(answer) == [True, True, False, False, False]
    assert "Connector" not in text_of(answer)


@pytest.mark.parametrize("role", ["Manager", "Member", "Viewer"])
def test_setup_is_for_who_has_admin_access_W1(shelf: Shelf, as_user, role: str) -> None:
    client = as_user(shelf.user(role))
    assert [client.get("/setup").status_code, client.post("/setup/source").status_code] == [403, 403]
    assert "Setup" not in [entry["title"] for entry in client.get("/").context["menu"]]


# A source


def test_a_source_is_made_and_its_token_shown_once_K2(workspace: Workspace, browser: Client) -> None:
    answer = browser.post("/setup/source", {"name": "Exchange"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/setup#upload")
    [source] = Source.objects.all()
    assert (source.name, source.feeds_people, source.feeds_customer, source.created_by) == (
        "Exchange",
        True,
        False,
        "boss@us.com",
    )
    first, second = (browser.get("/setup").content.decode() for _ in range(2))
    assert re.findall(r"Bearer (ps_[\w-]+)", first) != [] == re.findall(r"ps_[\w-]+", second)
    assert "Bearer $POSTROOM_TOKEN" in unescape(second)
    assert AccessToken.objects.count() == 1


def test_the_token_does_not_lie_readable_in_the_session_S1(workspace: Workspace, browser: Client) -> None:
    browser.post("/setup/source", {"name": "Exchange"})
    kept = str(dict(browser.session))
    [secret] = re.findall(r"Bearer (ps_[\w-]+)", browser.get("/setup").content.decode())
    assert secret not in kept


@pytest.mark.parametrize(
    ("name", "says"), [("", "A name is a must."), ("Exchange", None), ("x" * 201, "The text is too long.")]
)
def test_a_name_that_is_refused_is_said_beside_the_field(
    workspace: Workspace, browser: Client, name: str, says: str | None
) -> None:
    source, _ = create_source(workspace, "Exchange", actor=ACTOR)
    for token in source.tokens.all():
        revoke(source, token.pk, actor=ACTOR)
    answer = browser.post("/setup/source", {"name": name})
    assert answer.status_code == 422
    problem = re.search(r'id="name-problem">([^<]+)', answer.content.decode())
    assert problem is not None and (says is None or unescape(problem[1]) == says)
    assert f'value="{name}"' in answer.content.decode()
    assert Source.objects.count() == 1


def test_a_source_whose_tokens_are_gone_is_no_source_to_begin_with(
    workspace: Workspace, browser: Client
) -> None:
    source, _ = create_source(workspace, "Exchange", actor=ACTOR)
    assert "Exchange has a token, which is no longer shown" in text_of(browser.get("/setup"))
    [token] = source.tokens.all()
    revoke(source, token.pk, actor=ACTOR)
    assert "Make one, and a line stands here" in text_of(browser.get("/setup"))


def test_the_line_names_this_server_a_user_who_consented_and_now(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    browser.post("/setup/source", {"name": "Exchange"})
    consents(User.objects.get(email="s1@us.com"))
    line = browser.get("/setup", headers={"host": "localhost:8400"}).context["command"]
    assert line.startswith("curl http://localhost:8400/api/v1/mail-messages \\\n")
    assert re.findall(r'"user": "([^"]+)"', line) == ["s1@us.com"]
    [date] = re.findall(r'"date": "([^"]+)"', line)
    assert abs(timezone.datetime.fromisoformat(date).timestamp() - timezone.now().timestamp()) < 60


# What arrived


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("queued", "The first item arrived 9 Jan 2026, 12:00 . It waits for its turn;"),
        ("held", "It is held, encrypted: nobody in it has Collect passive data on."),
        ("failed", "It could not be judged."),
        ("skipped", "It was skipped: it is older than the crawling depth of its source."),
        ("dropped", "It was held for longer than the workspace holds anything, and dropped."),
        ("done", "It was taken back."),
        (
            "decided",
            "People lens: it was counted: who, with whom, when and of what kind.",
        ),
    ],
)
def test_the_page_says_what_became_of_the_first_item_W1(
    shelf: Shelf, admin: User, browser: Client, state: str, says: str
) -> None:
    copy = None
    if state == "decided":
        message = shelf.message("kim@acme.com", "s1@us.com", reason="counted", outcome="import")
        message.decisions.update(lens="people", user=admin)
        copy = message.copies.get()
    stored = {"decided": "done"}.get(state, state)
    item = an_item(
        shelf.workspace, copy=copy, state=stored if stored in ("done", "skipped", "dropped") else "waiting"
    )
    if state in ("queued", "failed"):
        waits(item, None, "ValueError" if state == "failed" else "")
    if state == "held":
        waits(item, admin)
    answer = browser.get("/setup")
    assert says in text_of(answer)
    assert ("hx-get" in answer.content.decode()) == (state == "queued")


def test_held_for_one_and_queued_for_another_is_queued_P8(shelf: Shelf, admin: User, browser: Client) -> None:
    item = an_item(shelf.workspace)
    waits(item, User.objects.get(email="s1@us.com"))
    consents(admin)
    waits(item, admin)
    assert browser.get("/setup").context["seen"] == "queued"


def test_of_several_items_the_newest_is_told_and_of_many_that_they_are(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    an_item(shelf.workspace, state="skipped")
    waits(an_item(shelf.workspace), admin)
    assert "2 items arrived, the last 9 Jan 2026, 12:00 . It is held" in text_of(browser.get("/setup"))
    for _ in range(100):
        an_item(shelf.workspace, state="skipped")
    assert "100 or more items arrived" in text_of(browser.get("/setup"))
    newest = an_item(shelf.workspace)
    waits(newest, admin, problem="slow")
    Item.objects.filter(pk=newest.pk).update(received_at=NOON + 86_400)
    shown = text_of(browser.get("/setup"))
    assert "100 or more items arrived, the last 10 Jan 2026, 12:00 . It could not be judged." in shown


def test_the_page_looks_by_itself_and_says_only_what_is_new_W1(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    htmx = {"HX-Request": "true"}
    page = browser.get("/setup").content.decode()
    assert 'hx-get="/setup?seen=nothing" hx-trigger="every 2s"' in page
    assert browser.get("/setup?seen=nothing", headers=htmx).status_code == 204
    consents(admin)
    item = an_item(shelf.workspace)
    waits(item, admin)
    answer = browser.get("/setup?seen=nothing", headers=htmx)
    assert answer.status_code == 200 and b"<main" not in answer.content
    assert 'id="upload-mark" hx-swap-oob="true"' in answer.content.decode()
    assert "All five steps are done." in answer.content.decode()
    assert browser.get("/setup?seen=queued", headers=htmx).status_code == 204
    item.waiting.all().delete()
    Item.objects.filter(pk=item.pk).update(state="skipped")
    assert "It was skipped" in browser.get("/setup?seen=queued", headers=htmx).content.decode()


def test_nothing_of_a_held_item_but_that_it_is_there_P3(shelf: Shelf, admin: User, browser: Client) -> None:
    item = an_item(shelf.workspace, sealed=b"canary")
    waits(item, User.objects.get(email="s1@us.com"))
    answer = browser.get("/setup")
    assert "held" in text_of(answer)
    shown = re.search(r'<div id="arrived".*?</div>', answer.content.decode(), re.DOTALL)
    assert shown is not None and "s1@us.com" not in shown[0] and b"canary" not in answer.content


@pytest.mark.parametrize(("items", "questions"), [(1, 11), (99, 11), (100, 12), (120, 12)])
def test_what_arrived_costs_the_same_however_much_it_is(
    shelf: Shelf, admin: User, browser: Client, django_assert_num_queries, items: int, questions: int
) -> None:
    message = shelf.message("kim@acme.com", "s1@us.com", reason="internal")
    for _ in range(items):
        waits(an_item(shelf.workspace, copy=message.copies.get()), admin)
    with django_assert_num_queries(questions):
        browser.get("/setup")


@pytest.mark.django_db(transaction=True)
def test_the_line_works_as_it_stands_and_the_page_says_what_became_of_it_W1(
    shelf: Shelf, admin: User, browser: Client, live_server: Any
) -> None:
    host, _, port = live_server.url.removeprefix("http://").partition(":")
    here = {"SERVER_NAME": host, "SERVER_PORT": port}
    assert "Nothing arrived yet." in text_of(browser.get("/setup", **here))
    browser.post("/setup/source", {"name": "Exchange"}, **here)
    shown = re.search(
        r'<pre class="command" id="command"[^>]*>(.*?)</pre>',
        browser.get("/setup", **here).content.decode(),
        re.S,
    )
    assert shown is not None
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    run = subprocess.run(
        ["sh", "-c", unescape(shown[1])], env=environment, capture_output=True, check=True, timeout=60
    )
    answer = json.loads(run.stdout)
    assert (answer["accepted"], answer["results"][0]["status"]) == (1, "held")
    assert "It is held, encrypted: nobody in it has Collect passive data on." in text_of(
        browser.get("/setup")
    )
    consents(admin)
    assert "It waits for its turn;" in text_of(browser.get("/setup"))
    assert process_some(shelf.workspace.pk) == 1
    answer = browser.get("/setup")
    assert "People lens: it was counted: who, with whom, when and of what kind." in text_of(answer)
    button = re.search(r'name="item" value="(\d+)">Take the made-up mail back', answer.content.decode())
    assert button is not None
    answer = browser.post("/setup/first-mail", {"item": button[1]}, follow=True)
    assert "The made-up mail is taken back, and nothing counts it any more." in text_of(answer)
    assert "Messages came in already; no uploaded item is there." in text_of(answer)
    assert (Item.objects.count(), Interaction.objects.count()) == (0, 0)
    answer = browser.post("/setup/first-mail", {"item": button[1]}, follow=True)
    assert "The made-up mail is not there any more." in text_of(answer)


def test_nothing_but_the_made_up_mail_is_taken_back_here_W1(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    item = an_item(shelf.workspace)
    waits(item, admin)
    assert "Take the made-up mail back" not in text_of(browser.get("/setup"))
    answer = browser.post("/setup/first-mail", {"item": item.pk}, follow=True)
    assert "The made-up mail is not there any more." in text_of(answer)
    assert Item.objects.get() == item


def test_the_made_up_mail_of_another_workspace_is_not_taken_back_W3(
    shelf: Shelf, admin: User, browser: Client
) -> None:
    theirs = another_workspace()
    add_users(theirs, [{"email": "s1@them.com"}], actor=ACTOR)
    source, _ = create_source(theirs, "Connector", actor=ACTOR)
    record = {"id": first_id(NOON), "user": "s1@them.com", "date": "2026-01-09T12:00:00Z", "folder": "inbox"}
    [answer] = accept(source, "mail", [{**record, "from": {"email": "kim@acme.com"}, "to": []}])
    assert answer["status"] == "held"
    item = Item.objects.get()
    assert first_mail_among(theirs, [item]) == item
    browser.post("/setup/first-mail", {"item": item.pk})
    assert Item.objects.count() == 1


def test_behind_a_proxy_the_line_calls_by_https(browser: Client, workspace: Workspace, settings) -> None:
    settings.IS_BEHIND_PROXY, settings.ALLOWED_HOSTS = True, ["post.example"]
    line = browser.get("/setup", headers={"host": "post.example"}).context["command"]
    assert line.startswith("curl https://post.example/api/v1/mail-messages \\\n")
