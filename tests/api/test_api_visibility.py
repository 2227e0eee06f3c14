"""What owners hide is in no answer of the API, whoever calls and whatever their role or scopes (R4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from api_client import ApiClient
from office import HIDDEN, LABEL, LEVELS, ME, OF_THE_SUBJECT, OF_THE_TEXT, Office

from postroom.actions.create_workspace import create_workspace
from postroom.actions.disable_user import disable_user
from postroom.actions.set_visibility import set_visibility
from postroom.api.access import ROUTES
from postroom.core.permissions import ROLES
from postroom.store.models import Narrowing, User, Workspace


@pytest.fixture
def office(
    workspace: Workspace, tmp_path: Path, session_of: Any, token_for: Callable[..., ApiClient]
) -> Office:
    return Office(workspace, tmp_path, session_of, token_for)


def found(caller: ApiClient, words: str) -> int:
    return len(caller.get(f"engagements?q={quote(words)}")["items"])


def leaked(answer: Any, words: set[str]) -> set[str]:
    """Those of the words that stand anywhere in an answer."""
    said = json.dumps(answer).casefold()
    return {word for word in words if word in said}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("of", ["mailbox", "mail"])
def test_an_engagement_is_shown_to_everybody_else_as_its_owner_says_R4(
    office: Office, of: str, level: str
) -> None:
    office.choose(of, level)
    sees_subject, sees_all = level != "existence", level == "everything"
    expected = {
        "id": office.engagement.pk,
        "kind": "mail",
        "date": "2026-03-02T12:00:00Z",
        "visibility": level,
        "hidden_by": [] if sees_all else ["s1@us.com"],
        "subject": "Falcon offer" if sees_subject else None,
        "snippet": "The heron flies at noon." if sees_all else None,
        "direction": "in",
        "users": ["s1@us.com"],
        "persons": [
            {"id": office.engagement.person_links.get().person_id, "name": "K One", "email": "k@acme.com"}
        ],
        "accounts": [{"id": office.engagement.account_links.get().account_id, "name": "Acme"}],
        "thread": bytes(office.engagement.thread).hex() if sees_subject else None,
        "message_id": "kestrel@acme.com" if sees_subject else None,
    }
    participants = [
        {"role": "from", "email": "k@acme.com", "name": "Robin"},
        {"role": "to", "email": "s1@us.com", "name": ""},
        {"role": "cc", "email": "u@gannet.example", "name": "Plume"},
    ]
    texts = [
        {
            "subject": "Falcon offer",
            "text": "The heron flies at noon.",
            "html": "<p>The stork too.</p>",
            "attachments": [{"name": "osprey.pdf", "media_type": "application/pdf", "size": 1}],
        }
    ]
    for who, caller in office.others.items():
        assert (who, caller.get("engagements")["items"]) == (who, [expected])
        assert (who, caller.get(office.path)) == (
            who,
            {
                **expected,
                "participants": participants if sees_subject else None,
                "texts": texts if sees_all else None,
            },
        )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("of", ["mailbox", "mail"])
def test_an_owner_sees_all_of_their_own_R4(office: Office, of: str, level: str) -> None:
    before = office.owner.get("engagements")["items"], office.owner.get(office.path)
    office.choose(of, level)
    assert (office.owner.get("engagements")["items"], office.owner.get(office.path)) == before
    assert (before[1]["visibility"], before[1]["hidden_by"]) == ("everything", [])
    assert leaked(before[1], OF_THE_SUBJECT | OF_THE_TEXT) == (OF_THE_SUBJECT | OF_THE_TEXT) - {"nightjar"}
    assert [found(office.owner, words) for words in ("falcon", "heron", "plume", "stork")] == [1, 1, 1, 0]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("of", ["mailbox", "mail"])
def test_a_mail_is_found_by_nothing_that_it_hides_R4(office: Office, of: str, level: str) -> None:
    office.choose(of, level)
    head, text = int(level != "existence"), int(level == "everything")
    expected = {
        "falcon": head,
        "Falcon offer": head,
        "falc": head,
        "robin": head,
        "plume": head,
        "u@gannet.example": head,
        "k@acme.com": head,
        "heron": text,
        "her": text,
        "falcon heron": text,
        "heron falcon": text,
        "plume noon": text,
        "kestrel@acme.com": 0,
    }
    for who, caller in office.others.items():
        assert (who, {words: found(caller, words) for words in expected}) == (who, expected)
        assert len(caller.get("engagements?user=s1@us.com")["items"]) == 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("of", ["mailbox", "mail"])
def test_no_route_says_a_word_of_what_is_hidden_R4(office: Office, of: str, level: str) -> None:
    office.choose(of, level)
    person, account = office.engagement.person_links.get(), office.engagement.account_links.get()
    ids = {"engagements": office.engagement.pk, "persons": person.person_id, "accounts": account.account_id}
    questions: list[dict[str, Any]] = [
        {"engagement": office.engagement.pk},
        {"message": office.engagement.message_id},
        {"address": "k@acme.com"},
        {"address": "K One"},
    ]
    asked = 0
    for who, caller in office.others.items():
        for route, methods in ROUTES.items():
            if "GET" not in methods or route.startswith(("docs", "openapi")):
                continue
            path = route.replace("{id}", str(ids.get(route.partition("/")[0], 1))).replace(
                "{email}", "s1@us.com"
            )
            response = caller.call("GET", path)
            asked += response.status_code == 200
            assert (who, path, leaked(response.getvalue().decode(), HIDDEN[level])) == (who, path, set())
        for question in questions:
            response = caller.call("POST", "explain", question)
            asked += response.status_code == 200
            assert (who, question, leaked(response.getvalue().decode(), HIDDEN[level])) == (
                who,
                question,
                set(),
            )
    assert asked > 50


@pytest.mark.parametrize("level", LEVELS)
def test_explain_shows_what_the_asker_brings_along_and_no_more_R4(office: Office, level: str) -> None:
    office.choose("mailbox", level)
    brought = [({"message_id": "kestrel@acme.com"}, "kestrel"), ({"address": "u@gannet.example"}, "gannet")]
    for who, caller in office.others.items():
        for question, word in brought:
            answer = caller.post("explain", question)
            [message] = answer["messages"]
            assert (message["engagement"], message["roles"]) == (
                (None, [])
                if level == "existence"
                else (office.engagement.pk, ["cc"] if "address" in question else [])
            )
            assert (who, leaked(answer, HIDDEN[level] - {word})) == (who, set())
        shown = caller.post("explain", {"engagement": office.engagement.pk})["messages"][0]
        hidden = level == "existence"
        assert (shown["message_id"], shown["copies"][0]["label"]) == (
            (None, None) if hidden else ("kestrel@acme.com", LABEL)
        )
    own = office.owner.post("explain", {"engagement": office.engagement.pk})["messages"][0]
    assert (own["message_id"], own["copies"][0]["label"]) == ("kestrel@acme.com", LABEL)


def test_the_strictest_of_several_owners_wins_and_each_sees_their_own_R4(office: Office) -> None:
    office.choose("mailbox", "subject")
    office.met_by("manager@us.com")
    set_visibility(office.user("manager@us.com"), "existence")
    caller = office.others["Administrator"]
    shown = caller.get(office.path)
    assert (shown["visibility"], shown["hidden_by"]) == ("existence", ["manager@us.com"])
    assert shown["users"] == ["manager@us.com", "s1@us.com"]
    office.choose("mail", "existence")
    assert caller.get(office.path)["hidden_by"] == ["manager@us.com", "s1@us.com"]
    for owner in (office.owner, office.others["Manager"]):
        assert (owner.get(office.path)["visibility"], found(owner, "heron")) == ("everything", 1)
    set_visibility(office.user("manager@us.com"), "everything")
    office.choose("mail", "everything")
    assert [caller.get(office.path)["visibility"], found(caller, "falcon"), found(caller, "heron")] == [
        "subject",
        1,
        0,
    ]


@pytest.mark.parametrize("label", ["Inbox", "spam", "trash"])
def test_a_copy_met_later_by_a_stricter_owner_hides_the_mail_R4(office: Office, label: str) -> None:
    strict = office.user("manager@us.com")
    set_visibility(strict, "existence")
    assert found(office.token, "falcon") == 1
    office.met_by("manager@us.com", label)
    assert (office.token.get(office.path)["visibility"], found(office.token, "falcon")) == ("existence", 0)
    disable_user(office.workspace, strict.email, actor=ME)
    assert (office.token.get(office.path)["visibility"], found(office.token, "falcon")) == ("existence", 0)


def test_of_another_workspace_nothing_is_seen_or_set_W3(office: Office, session_of: Any) -> None:
    made = create_workspace("Them", "admin@them.com").workspace
    they = session_of(User.objects.get(workspace=made, email="admin@them.com"))
    assert they.get("engagements")["items"] == []
    assert found(they, "falcon") == 0
    assert they.answer(404, "GET", office.path)["code"] == "not_found"
    assert they.post("explain", {"message_id": "kestrel@acme.com"})["messages"] == []
    problem = they.answer(404, "PUT", f"{office.path}/visibility", {"visibility": "existence"})
    assert problem["code"] == "not_found"
    they.answer(204, "PUT", "visibility", {"visibility": "existence"})
    assert office.token.get(office.path)["visibility"] == "everything"
    assert Narrowing.objects.count() == 0


@pytest.mark.parametrize("level", LEVELS)
def test_everybody_reads_and_sets_their_own_visibility_only_R4(office: Office, level: str) -> None:
    for role in ROLES:
        assert office.others[role].get("visibility") == {"visibility": "everything"}
    office.choose("mailbox", level)
    assert office.owner.get("visibility") == {"visibility": level}
    for role in ROLES:
        assert office.others[role].get("visibility") == {"visibility": "everything"}


@pytest.mark.parametrize("role", ROLES)
def test_whoever_does_not_own_a_mail_cannot_narrow_it_R4(office: Office, role: str) -> None:
    caller = office.others[role]
    for path in (f"{office.path}/visibility", "engagements/999999/visibility"):
        assert caller.answer(404, "PUT", path, {"visibility": "subject"})["code"] == "not_found"
    assert Narrowing.objects.count() == 0


@pytest.mark.parametrize("scope", ["admin", "view_engagements"])
def test_a_token_has_no_mailbox_whatever_its_scopes_R4(
    office: Office, token_for: Callable[..., ApiClient], scope: str
) -> None:
    caller = token_for(office.workspace, scope)
    said = {"visibility": "existence"}
    calls = [
        ("GET", "visibility", None),
        ("PUT", "visibility", said),
        ("PUT", f"{office.path}/visibility", said),
    ]
    assert [caller.answer(403, *call)["code"] for call in calls] == ["no_mailbox"] * 3
    stranger = token_for(office.workspace, "manage_rules")
    assert [stranger.answer(403, *call)["code"] for call in calls] == ["forbidden"] * 3
    assert (Narrowing.objects.count(), User.objects.exclude(visibility=3).count()) == (0, 0)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"visibility": "all"}, "visibility_unknown", "visibility"),
        ({"visibility": ""}, "visibility_unknown", "visibility"),
        ({"visibility": "everything at all"}, "invalid", "visibility"),
        ({"visibility": 1}, "invalid", "visibility"),
        ({"visibility": None}, "invalid", "visibility"),
        ({}, "invalid", "visibility"),
        ({"visibility": "subject", "user": "manager@us.com"}, "invalid", "user"),
    ],
)
def test_a_level_that_there_is_not_is_refused_R4(
    office: Office, body: dict[str, Any], code: str, field: str
) -> None:
    for path in ("visibility", f"{office.path}/visibility"):
        problem = office.owner.answer(422, "PUT", path, body)
        assert (problem["code"], problem["field"]) == (code, field)
    assert (Narrowing.objects.count(), office.owner.get("visibility")) == (0, {"visibility": "everything"})


@pytest.mark.parametrize("path", ["visibility", "engagements/1/visibility"])
def test_setting_with_a_session_needs_the_csrf_token_SEC_10(office: Office, path: str) -> None:
    office.owner.client.handler.enforce_csrf_checks = True
    problem = office.owner.answer(403, "PUT", path, {"visibility": "existence"})
    assert problem["code"] == "csrf_failed"
    assert office.user("s1@us.com").visibility == 3
