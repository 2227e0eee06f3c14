"""One's own data over the API: for whoever signed in, for nobody else and no token (P1-P8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_client import ApiClient
from passive_world import NOON, Passive

from postroom.actions.set_consent import set_consent
from postroom.core.consent import TEXT_VERSION, TEXTS
from postroom.store.models import Consent, Interaction, Job, Login, User, Waiting, Workspace
from postroom.worker.runner import run_due


@pytest.fixture
def passive(workspace: Workspace) -> Passive:
    return Passive(workspace)


@pytest.fixture
def ann(passive: Passive) -> User:
    """Ann, whose role opens nothing."""
    user = passive.user("ann@us.com")
    user.role, user.login = "None such", Login.objects.create(email="ann@us.com")
    user.save(update_fields=["role", "login"])
    return user


@pytest.fixture
def mine(ann: User, session_of: Callable[[User], ApiClient]) -> ApiClient:
    return session_of(ann)


def test_ones_own_data_is_told_P3_P10(mine: ApiClient, ann: User, passive: Passive) -> None:
    passive.item("chat", [ann], at=NOON)
    passive.counted(passive.message([ann], owner=ann), ann, [])
    set_consent(passive.workspace, [(ann, True), (ann, False)], actor="boss@us.com", how="users page")
    got = mine.get("my-data")
    at = [said.pop("at") for said in got["history"]]
    assert all(at)
    assert got == {
        "collect_passive_data": False,
        "since": None,
        "agreed_text_version": None,
        "text_version": TEXT_VERSION,
        "text": list(TEXTS[TEXT_VERSION]),
        "history": [
            {"given": given, "by": "boss@us.com", "how": "users page", "text_version": TEXT_VERSION}
            for given in (False, True)
        ],
        "held": [
            {"kind": "chat", "items": 1, "oldest": "2025-10-09T08:53:20Z", "newest": "2025-10-09T08:53:20Z"}
        ],
        "queued": 0,
        "failed": 0,
        "kept": [
            {
                "kind": "mail",
                "total": 1,
                "inside": 0,
                "outside": 1,
                "first": "2025-10-09T08:53:20Z",
                "last": "2025-10-09T08:53:20Z",
            }
        ],
        "decisions": {"counted": 1},
        "origins": [{"kind": "api", "source": None, "copies": 1}],
    }


def test_ones_own_consent_is_set_P2(mine: ApiClient, ann: User) -> None:
    yes = {"collect_passive_data": True, "text_version": mine.get("my-data")["text_version"]}
    for sent in (yes, yes, {"collect_passive_data": False}):
        assert mine.answer(204, "PUT", "my-data/consent", sent) is None
        assert mine.get("my-data")["collect_passive_data"] is sent["collect_passive_data"]
    rows = Consent.objects.filter(user=ann).order_by("pk")
    assert list(rows.values_list("is_given", "actor", "how", "text_version")) == [
        (True, "ann@us.com", "api", TEXT_VERSION),
        (False, "ann@us.com", "api", TEXT_VERSION),
    ]


def test_a_yes_to_an_older_text_is_told_and_becomes_one_to_that_of_now_P2(mine: ApiClient, ann: User) -> None:
    set_consent(ann.workspace, [(ann, True)], actor="ann@us.com", how="own page")
    Consent.objects.update(text_version=1)
    since = mine.get("my-data")["since"]
    assert mine.get("my-data")["agreed_text_version"] == 1
    yes = {"collect_passive_data": True, "text_version": TEXT_VERSION}
    assert mine.answer(204, "PUT", "my-data/consent", yes) is None
    got = mine.get("my-data")
    assert (got["agreed_text_version"], got["since"]) == (TEXT_VERSION, since)
    assert [(said["given"], said["how"], said["text_version"]) for said in got["history"]] == [
        (True, "api", TEXT_VERSION),
        (True, "own page", 1),
    ]


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ({}, "field_required"),
        ({"text_version": None}, "field_required"),
        ({"text_version": TEXT_VERSION - 1}, "consent_text_changed"),
        ({"text_version": TEXT_VERSION + 1}, "consent_text_changed"),
    ],
)
def test_a_yes_is_to_the_text_of_now_and_to_no_other_P2(
    mine: ApiClient, version: dict[str, Any], code: str
) -> None:
    problem = mine.answer(422, "PUT", "my-data/consent", {"collect_passive_data": True} | version)
    assert (problem["code"], problem["field"]) == (code, "text_version")
    assert (Consent.objects.count(), mine.get("my-data")["collect_passive_data"]) == (0, False)


def test_a_no_needs_no_text_P2(mine: ApiClient, ann: User) -> None:
    set_consent(ann.workspace, [(ann, True)], actor="ann@us.com", how="api")
    sent = {"collect_passive_data": False, "text_version": TEXT_VERSION - 1}
    assert mine.answer(204, "PUT", "my-data/consent", sent) is None
    assert mine.get("my-data")["collect_passive_data"] is False


@pytest.mark.parametrize(
    "sent", [{}, {"collect_passive_data": None}, {"collect_passive_data": "on"}, {"x": 1}]
)
def test_what_is_no_yes_and_no_no_changes_nothing_P2(mine: ApiClient, sent: dict[str, Any]) -> None:
    assert mine.answer(422, "PUT", "my-data/consent", sent)["code"] == "invalid"
    assert Consent.objects.count() == 0


def test_the_export_is_the_document_of_the_page_P10(mine: ApiClient, ann: User, passive: Passive) -> None:
    passive.counted(passive.message([ann]), ann, [])
    response = mine.call("GET", "my-data/export")
    text = b"".join(response.streaming_content)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert b'"format": "postroom.my_data"' in text and b'"email": "ann@us.com"' in text
    assert b"acme.com" not in text


def test_ones_own_data_is_forgotten_and_no_others_P7(mine: ApiClient, ann: User, passive: Passive) -> None:
    ben = passive.user("ben@us.com")
    for user in (ann, ben):
        passive.counted(passive.message([user]), user, [])
        passive.item("mail", [user])
    job = mine.answer(202, "DELETE", "my-data")["job"]
    assert mine.answer(202, "DELETE", "my-data")["job"] == job
    while run_due():
        pass
    assert Job.objects.get(pk=job).state == "done"
    assert [*Interaction.objects.values_list("user", flat=True)] == [ben.pk]
    assert [*Waiting.objects.values_list("user", flat=True)] == [ben.pk]
    got = mine.get("my-data")
    assert (got["kept"], got["held"], got["decisions"]) == ([], [], {"forgotten": 1})


CALLS = [
    ("GET", "my-data", None),
    ("DELETE", "my-data", None),
    ("GET", "my-data/export", None),
    ("PUT", "my-data/consent", {"collect_passive_data": True}),
]


@pytest.mark.parametrize(("method", "path", "sent"), CALLS)
def test_a_token_has_no_data_of_its_own_whatever_its_scopes_P6(
    workspace: Workspace, token_for: Callable[..., ApiClient], method: str, path: str, sent: Any
) -> None:
    assert token_for(workspace, "admin").answer(403, method, path, sent)["code"] == "no_user"
    assert (Consent.objects.count(), Job.objects.count()) == (0, 0)
