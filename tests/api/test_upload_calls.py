"""The upload API over HTTP: what a source's program sends, and what it is answered (K1 to K11)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from api_client import ApiClient
from django.test import Client
from django.utils import timezone
from test_api_problems import problem

from postroom.actions.access_tokens import rotate
from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import add_organization
from postroom.actions.add_users import add_users
from postroom.actions.create_source import create_source
from postroom.actions.create_workspace import create_workspace
from postroom.api.access import ROUTES, UPLOAD
from postroom.config import config
from postroom.store.models import (
    AccessToken,
    Decision,
    Engagement,
    FolderStatistics,
    Item,
    Message,
    Person,
    SetAside,
    Source,
    UploadCall,
    User,
    Waiting,
    Workspace,
)

ME = "command line"
NOUNS = ["mail-messages", "chat-messages", "chat-reactions", "activities"]
COUNTS = {"queued": 0, "held": 0, "done": 0, "skipped": 0, "dropped": 0, "failed": 0}
CONSENTED = "2026-01-01T00:00:00Z"


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """The workspace that the examples of the document are written for."""
    add_organization(workspace, ["acme.com"], actor=ME)
    add_users(workspace, [{"email": "ana@acme.com"}, {"email": "ben@acme.com"}], actor=ME)
    return workspace


def examples() -> dict[str, tuple[Any, Any]]:
    """What the document says is sent and answered, by path."""
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    return {
        path.removeprefix("/api/v1/"): (
            of["post"]["requestBody"]["content"]["application/json"]["example"],
            of["post"]["responses"]["200"]["content"]["application/json"]["example"],
        )
        for path, of in document["paths"].items()
        if of.get("post", {}).get("tags") == ["Uploads"]
    }


def mail(number: int, **more: Any) -> dict[str, Any]:
    sent = {"id": f"m{number}", "user": "ana@acme.com", "date": "2026-11-16T09:30:00Z", "folder": "inbox"}
    return {**sent, "from": {"email": "kim@customer.example"}, "to": [{"email": "ana@acme.com"}], **more}


def raw(number: int) -> bytes:
    return (
        f"From: kim@customer.example\nTo: ana@acme.com\nDate: Mon, 16 Nov 2026 11:00:00 +0000\n"
        f"Message-ID: <{number}@customer.example>\nSubject: {number}\n\nHello.\n"
    ).encode()


def mbox(*mails: bytes) -> bytes:
    return b"".join(b"From kim@customer.example Mon Nov 16 11:00:00 2026\n" + one + b"\n" for one in mails)


def statuses(answer: Any) -> list[str]:
    return [result["status"] for result in answer["results"]]


def whole(
    upload: Any, status: int, body: bytes, query: str = "?user=ana@acme.com", kind: str = "message/rfc822"
) -> Any:
    return upload.answer(status, "POST", f"mail-messages{query}", body, content_type=kind, CONTENT_TYPE=kind)


def as_mbox(upload: Any, status: int, body: bytes, query: str = "?user=ana@acme.com&folder=inbox") -> Any:
    return whole(upload, status, body, query, "application/mbox")


@pytest.mark.django_db
def test_the_examples_of_the_document_are_answered_as_it_says(office: Workspace, upload: Any) -> None:
    said = examples()
    assert set(said) == {*NOUNS, "mail-folder-statistics"}
    assert {path: upload.post(path, sent) for path, (sent, _) in said.items()} == {
        path: answered for path, (_, answered) in said.items()
    }
    for path in NOUNS:
        [record] = next(iter(said[path][0].values()))
        query = "?user=ana@acme.com" if path == "mail-messages" else ""
        assert upload.answer(204, "DELETE", f"{path}/{record['id']}{query}") is None
        assert upload.answer(404, "DELETE", f"{path}/{record['id']}{query}") == problem("not_found")
    assert (Item.objects.count(), FolderStatistics.objects.count()) == (0, 1)


def test_the_raw_example_is_taken_too(office: Workspace, upload: Any) -> None:
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    content = document["paths"]["/api/v1/mail-messages"]["post"]["requestBody"]["content"]
    answer = whole(
        upload, 200, content["message/rfc822"]["example"].encode(), "?user=ana@acme.com&folder=sent&id=r1"
    )
    assert answer == {
        "accepted": 1,
        "rejected": 0,
        "results": [{"index": 0, "id": "r1", "status": "held", "reason": None, "field": None}],
    }


def test_every_item_has_its_own_answer_in_order_K5(office: Workspace, upload: Any) -> None:
    User.objects.filter(email="ana@acme.com").update(collects_since=CONSENTED)
    upload.post("mail-messages", {"messages": [mail(0), mail(1)]})
    Source.objects.update(crawling_depth="2026-01-01")
    records = [
        mail(0),
        mail(1, subject="Another"),
        {"id": "bad"},
        mail(2, date="2025-12-31T23:59:59Z"),
        mail(3),
        mail(4, user="nobody@acme.com"),
        mail(5, user="ben@acme.com", to=["ben@acme.com"]),
        None,
    ]
    answer = upload.post("mail-messages", {"messages": records})
    assert (answer["accepted"], answer["rejected"]) == (5, 3)
    assert [tuple(result.values()) for result in answer["results"]] == [
        (0, "m0", "duplicate", None, None),
        (1, "m1", "updated", None, None),
        (2, "bad", "rejected", "user_required", "user"),
        (3, "m2", "skipped", "before_crawling_depth", None),
        (4, "m3", "queued", None, None),
        (5, "m4", "rejected", "unknown_user", "user"),
        (6, "m5", "held", None, None),
        (7, None, "rejected", "not_an_object", None),
    ]
    [_, call] = UploadCall.objects.order_by("pk")
    assert call.statuses == {
        "duplicate": 1,
        "updated": 1,
        "rejected": 3,
        "skipped": 1,
        "queued": 1,
        "held": 1,
    }


def test_a_thousand_items_are_taken_and_one_more_is_not(office: Workspace, upload: Any) -> None:
    records = [mail(number) for number in range(1001)]
    assert upload.answer(413, "POST", "mail-messages", {"messages": records}) == problem("too_many_items")
    assert Item.objects.count() == 0
    answer = upload.post("mail-messages", {"messages": records[:1000]})
    assert (answer["accepted"], statuses(answer)) == (1000, ["held"] * 1000)


@pytest.mark.parametrize("path", [*NOUNS, "mail-folder-statistics"])
def test_a_body_of_the_wrong_form_is_refused_whole(upload: Any, path: str) -> None:
    name = {"chat-reactions": "reactions", "activities": "activities", "mail-folder-statistics": "statistics"}
    field = name.get(path, "messages")
    where = "The body is no JSON document: see line 1, column 2."
    assert upload.answer(400, "POST", path, "{") == problem("malformed_json", detail=where)
    assert upload.answer(422, "POST", path, {}) == problem("invalid", field, "It is missing.")
    assert upload.answer(422, "POST", path, {field: {}}) == problem("invalid", field, "It must be a list.")
    assert upload.answer(422, "POST", path, {field: [], "x": 1}) == problem(
        "invalid", "x", "There is no such field."
    )
    assert upload.answer(422, "POST", path, "[]") == problem("invalid", detail="It must be an object.")
    others = " or message/rfc822 or application/mbox" if path == "mail-messages" else ""
    assert upload.answer(415, "POST", path, "x", content_type="text/plain") == problem(
        "unsupported_media_type", detail=f"Send application/json{others}, and say so in Content-Type."
    )
    assert upload.answer(422, "POST", f"{path}?x=1", {field: []}) == problem(
        "invalid", "x", "There is no such parameter."
    )
    assert upload.post(path, {field: []}) == {"accepted": 0, "rejected": 0, "results": []}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_is_no_source_is_told_what_opens_uploads_K1(
    office: Workspace, api: Any, nobody: Any, session_of: Any, method: str
) -> None:
    session = session_of(User.objects.get(email="ana@acme.com"))
    session.client.handler.enforce_csrf_checks = True
    call = (method, "mail-messages", {"messages": [mail(1)]}) if method == "POST" else (method, "settings")
    none = problem("unauthorized", detail="Send the access token of a source.")
    assert nobody.answer(401, *call) == none
    assert nobody.answer(401, *call, headers={"Authorization": "Bearer ps_wrong"}) == none
    assert nobody.answer(401, *call, headers={"Authorization": "Bearer pr_wrong"}) == none
    wrong = problem("forbidden", detail="Uploads come from sources alone: use the access token of a source.")
    assert api.answer(403, *call) == wrong
    assert session.answer(403, *call) == wrong
    assert Item.objects.count() == 0


@pytest.mark.parametrize("name", ["dry_run", "reconsider"])
@pytest.mark.parametrize("value", ["1", "yes", "True", "on", "0", "", "no"])
def test_a_flag_is_true_or_false_alone_K8(office: Workspace, upload: Any, name: str, value: str) -> None:
    call = ("POST", f"chat-messages?{name}={value}", {"messages": []})
    assert upload.answer(422, *call) == problem("invalid", name, "It must be true or false.")
    for said in ("true", "false"):
        assert upload.post(f"chat-messages?{name}={said}", {"messages": []})["accepted"] == 0


def test_a_parameter_given_twice_is_refused(office: Workspace, upload: Any) -> None:
    twice = "?user=ana@acme.com&user=ben@acme.com"
    says = problem("invalid", "user", "The parameter is given twice.")
    assert whole(upload, 422, raw(1), twice) == says
    assert upload.answer(422, "DELETE", f"mail-messages/m1{twice}") == says
    assert Item.objects.count() == 0


def test_a_whole_mail_is_known_by_its_id_or_by_what_it_says_K11(office: Workspace, upload: Any) -> None:
    first = whole(upload, 200, raw(1))
    assert (statuses(first), len(first["results"][0]["id"])) == (["held"], 32)
    assert statuses(whole(upload, 200, raw(1))) == ["duplicate"]
    query = "?user=ana@acme.com&id=m1"
    assert statuses(whole(upload, 200, raw(1), query)) == ["held"]
    assert statuses(whole(upload, 200, raw(2), query)) == ["updated"]
    assert statuses(whole(upload, 200, raw(2), "?user=no@acme.com")) == ["rejected"]
    assert whole(upload, 200, b"")["results"][0]["reason"] == "raw_invalid"
    assert Item.objects.count() == 2


def test_a_whole_mail_needs_its_user_and_records_need_none_K11(office: Workspace, upload: Any) -> None:
    assert whole(upload, 422, raw(1), "") == problem("invalid", "user", "It is missing.")
    assert as_mbox(upload, 422, mbox(raw(1)), "") == problem("invalid", "user", "It is missing.")
    assert as_mbox(upload, 422, mbox(raw(1)), "?user=ana@acme.com&id=1") == problem(
        "invalid", "id", "The mails of an mbox are known by what they say."
    )
    for name in ("user", "folder", "id"):
        answer = upload.answer(422, "POST", f"mail-messages?{name}=x", {"messages": [mail(1)]})
        assert answer == problem("invalid", name, "In JSON each message says this itself.")
    assert Item.objects.count() == 0


def test_a_whole_mail_has_at_most_35_MiB(upload: Any) -> None:
    answer = upload.answer(
        413,
        "POST",
        "mail-messages?user=ana@acme.com",
        b"x",
        content_type="message/rfc822",
        CONTENT_LENGTH=str(35 * 2**20 + 1),
    )
    assert answer == problem("too_large")


def test_an_mbox_is_answered_mail_by_mail_K11(office: Workspace, upload: Any) -> None:
    first = as_mbox(upload, 200, mbox(raw(1), raw(2), raw(1)))
    assert [(r["index"], r["status"]) for r in first["results"]] == [
        (0, "held"),
        (1, "held"),
        (2, "duplicate"),
    ]
    assert (first["accepted"], first["rejected"], first["not_listed"]) == (3, 0, 0)
    again = as_mbox(upload, 200, mbox(raw(2), raw(3)))
    assert statuses(again) == ["duplicate", "held"]


def test_what_is_no_mbox_is_refused_K11(office: Workspace, upload: Any) -> None:
    assert as_mbox(upload, 422, raw(1)) == problem("not_an_mbox")
    assert as_mbox(upload, 422, b"") == problem("not_an_mbox")
    assert as_mbox(upload, 422, b"\n") == problem("not_an_mbox")
    assert Item.objects.count() == 0


def test_of_a_large_mbox_only_what_was_rejected_is_listed_K11(office: Workspace, upload: Any) -> None:
    mails = [raw(number) for number in range(1201)]
    mails[700] = b""
    answer = as_mbox(upload, 200, mbox(*mails))
    assert (answer["accepted"], answer["rejected"], answer["not_listed"]) == (1200, 1, 1200)
    assert [(r["index"], r["reason"]) for r in answer["results"]] == [(700, "raw_invalid")]
    assert Item.objects.count() == 1200


def test_a_mail_of_an_mbox_that_is_too_large_leaves_its_neighbours_alone_K11(
    office: Workspace, upload: Any
) -> None:
    answer = as_mbox(upload, 200, mbox(raw(1), raw(2) + b"x" * 35 * 2**20 + b"\n", raw(3)))
    assert [(r["status"], r["reason"]) for r in answer["results"]] == [
        ("held", None),
        ("rejected", "raw_too_large"),
        ("held", None),
    ]


@pytest.mark.parametrize("id_", ["a/b", "/a", "a//b/", "a?b#c", "100 %", "\u00e9\u4e2d", "..", "a+b"])
def test_an_id_may_hold_what_it_likes_K7(office: Workspace, upload: Any, id_: str) -> None:
    user = User.objects.get(email="ana@acme.com").email
    record = {"type": "call", "user": user, "start": "2026-11-16T13:00:00Z"}
    upload.post("activities", {"activities": [{"id": id_, **record}]})
    assert upload.answer(204, "DELETE", f"activities/{quote(id_, safe='')}") is None
    assert Item.objects.count() == 0


def test_a_mail_is_taken_back_from_its_users_mailbox_alone_K7(office: Workspace, upload: Any) -> None:
    add_users(office, [{"email": "ana@acme.com", "aliases": ["a@acme.com"]}], actor=ME)
    upload.post("mail-messages", {"messages": [mail(1), mail(1, user="ben@acme.com", to=["ben@acme.com"])]})
    assert upload.answer(422, "DELETE", "mail-messages/m1") == problem("invalid", "user", "It is missing.")
    assert upload.answer(422, "DELETE", "mail-messages/m1?user=x") == problem("email_invalid", "user")
    assert upload.answer(404, "DELETE", "mail-messages/m1?user=no@acme.com") == problem("not_found")
    assert upload.answer(204, "DELETE", "mail-messages/m1?user=A@acme.com") is None
    assert Item.objects.count() == 1


def test_a_source_can_take_back_its_own_items_alone_K1(office: Workspace, upload: Any) -> None:
    elsewhere = create_workspace("Them", "admin@them.com").workspace
    add_users(elsewhere, [{"email": "ana@acme.com"}], actor=ME)
    others = [ApiClient(create_source(of, "Other", actor=ME)[1]) for of in (office, elsewhere)]
    said = examples()
    for path in NOUNS:
        [record] = next(iter(said[path][0].values()))
        query = "?user=ana@acme.com" if path == "mail-messages" else ""
        answers = set()
        for other in others:
            upload.post(path, said[path][0])
            for id_ in (record["id"], "no-such"):
                response = other.call("DELETE", f"{path}/{id_}{query}")
                answers.add((response.status_code, response.content))
        assert [status for status, _ in answers] == [404]
    assert Item.objects.count() == len(NOUNS)
    assert [other.get("uploads")["counts"]["mail"] for other in others] == [COUNTS, COUNTS]


def test_a_token_that_is_revoked_leaves_the_others_working_K1(office: Workspace, upload: Any) -> None:
    other = ApiClient(create_source(office, "Other", actor=ME)[1])
    AccessToken.objects.filter(source__name="CRM").update(revoked_at=timezone.now())
    assert upload.answer(401, "POST", "mail-messages", {"messages": [mail(1)]}) == problem(
        "unauthorized", detail="Send the access token of a source."
    )
    assert other.post("mail-messages", {"messages": [mail(1)]})["accepted"] == 1


def test_missing_unknown_revoked_and_expired_tokens_get_the_same_answer_K2(
    office: Workspace, upload: Any, nobody: Any
) -> None:
    expired = ApiClient(create_source(office, "Old", actor=ME)[1])
    AccessToken.objects.filter(source__name="Old").update(expires_at=timezone.now() - timedelta(seconds=1))
    AccessToken.objects.filter(source__name="CRM").update(revoked_at=timezone.now())
    calls = [
        (route, method) for route, of in ROUTES.items() for method in of if of[method].permission == UPLOAD
    ]
    answers = set()
    for caller in (nobody, ApiClient("ps_wrong"), ApiClient("pr_wrong"), upload, expired):
        for route, method in calls:
            response = caller.call(method, route.replace("{id}", "1"), {} if method == "POST" else None)
            headers = (response.headers["WWW-Authenticate"], response.headers["Content-Type"])
            answers.add((response.status_code, response.content, headers))
    [answer] = answers
    assert (answer[0], json.loads(answer[1])) == (
        401,
        problem("unauthorized", detail="Send the access token of a source."),
    )


def test_while_tokens_are_rotated_both_work_and_share_their_keys_K2_K7(
    office: Workspace, upload: Any
) -> None:
    newer = ApiClient(rotate(Source.objects.get(), 1, actor=ME))
    body = {"messages": [mail(1)]}
    first, second = (
        caller.call("POST", "mail-messages", body, headers={"Idempotency-Key": "k"})
        for caller in (upload, newer)
    )
    assert (first.content, second.headers["Idempotency-Replayed"]) == (second.content, "true")
    assert statuses(newer.post("mail-messages", body)) == ["duplicate"]


def test_calls_are_counted_by_token(office: Workspace, upload: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = ApiClient(rotate(Source.objects.get(), 1, actor=ME))
    monkeypatch.setattr(config(), "calls_per_minute", 0)
    response = upload.call("GET", "settings")
    assert (response.status_code, json.loads(response.content)) == (429, problem("too_many_calls"))
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert newer.call("GET", "settings").status_code == 429


def test_get_settings_tells_what_a_connector_must_know_K4(office: Workspace, upload: Any) -> None:
    expected = {
        "crawling_depth": None,
        "organization_domains": ["acme.com", "us.com"],
        "max_items": 1000,
        "max_bytes": 10485760,
    }
    assert upload.get("settings") == expected
    Source.objects.update(crawling_depth="2026-01-01")
    assert upload.get("settings") == {**expected, "crawling_depth": "2026-01-01"}


def test_get_uploads_counts_by_kind_and_state_K9(office: Workspace, upload: Any) -> None:
    none = dict.fromkeys(("mail", "chat", "reaction", "activity"), COUNTS)
    assert upload.get("uploads") == {
        "counts": none,
        "failure_share": None,
        "failed": 0,
        "items": 0,
        "is_alarmed": False,
    }
    upload.post("mail-messages", {"messages": [mail(1), mail(2), {}, mail(1)]})
    assert upload.get("uploads") == {
        "counts": {**none, "mail": {**COUNTS, "held": 2}},
        "failure_share": 0.25,
        "failed": 1,
        "items": 4,
        "is_alarmed": True,
    }


def test_nothing_of_an_upload_reaches_the_log_S7(
    office: Workspace, upload: Any, caplog: pytest.LogCaptureFixture
) -> None:
    upload.post("mail-messages", {"messages": [mail(1, subject="canary"), {"canary": 1}]})
    as_mbox(upload, 422, b"canary")
    upload.answer(404, "DELETE", "mail-messages/canary?user=canary@acme.com")
    upload.answer(400, "POST", "mail-messages", '{"canary')
    assert [record.getMessage() for record in caplog.records] == []


def content_of_tables() -> dict[str, list[Any]]:
    """Every row of what an upload may write."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Item, UploadCall, Waiting, Person, Message, Decision, Engagement, SetAside)
    }


def test_a_dry_run_answers_the_same_with_each_lens_and_stores_nothing_K8(
    office: Workspace, upload: Any
) -> None:
    Source.objects.update(feeds_customer=True)
    User.objects.filter(email="ana@acme.com").update(collects_since=CONSENTED)
    add_accounts(
        office, [{"name": "Beta", "domains": [{"domain": "beta.io", "known_since": "2020-01-01"}]}], actor=ME
    )
    records = [
        mail(1),
        mail(2, **{"from": {"email": "new@beta.io"}}),
        mail(3, user="ben@acme.com", to=["ben@acme.com"], folder="spam"),
        {"id": "bad"},
    ]
    before = content_of_tables()
    foreseen = upload.post("mail-messages?dry_run=true", {"messages": records})
    lenses = [result.pop("lenses") for result in foreseen["results"]]
    assert content_of_tables() == before
    assert [
        (
            of["customer"] and of["customer"]["reason"],
            {user: told["reason"] for user, told in of["people"].items()},
        )
        for of in lenses
    ] == [
        ("unknown_sender", {"ana@acme.com": "counted"}),
        ("imported", {"ana@acme.com": "counted"}),
        ("spam", {"ben@acme.com": "spam"}),
        (None, {}),
    ]
    assert upload.post("mail-messages", {"messages": records}) == foreseen


def test_a_dry_run_of_a_whole_mail_and_of_an_mbox_stores_nothing_either_K8(
    office: Workspace, upload: Any
) -> None:
    before = content_of_tables()
    one = whole(upload, 200, raw(1), "?user=ana@acme.com&dry_run=true")
    many = as_mbox(upload, 200, mbox(raw(1), raw(2)), "?user=ana@acme.com&dry_run=true")
    assert content_of_tables() == before
    held = {"ana@acme.com": "no_consent"}
    found = [r["lenses"]["people"] for r in (*one["results"], *many["results"])]
    assert [{user: told["reason"] for user, told in people.items()} for people in found] == [held] * 3
    assert [r["index"] for r in many["results"]] == [0, 1]


@pytest.mark.parametrize("path", NOUNS[1:])
def test_every_kind_can_be_tried_K8(office: Workspace, upload: Any, path: str) -> None:
    sent, answered = examples()[path]
    foreseen = upload.post(f"{path}?dry_run=true", sent)
    assert set(foreseen["results"][0].pop("lenses")["people"]) == {"ana@acme.com", "ben@acme.com"}
    assert (foreseen, Item.objects.count()) == (answered, 0)
