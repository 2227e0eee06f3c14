"""Manage sources: added, changed, looked at; their tokens shown once, rotated and revoked (F5, K1-K4, K9)."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from shelf import ACTOR, NOON, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.access_tokens import revoke, rotate, source_of_secret
from postroom.actions.create_source import create_source
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.rejection import REJECTIONS
from postroom.actions.spool import plain, seal_item
from postroom.core.upload import UploadedMail
from postroom.store.models import AccessToken, FolderStatistics, Item, Source, UploadCall, User, Waiting
from postroom.store.read.source_health import alarmed_sources, failure_shares
from postroom.store.read.sources import fed_by
from postroom.web.source_words import problem_in_words

ADD = "/settings/sources/add"


def a_source(shelf: Shelf, name: str = "Connector") -> tuple[Source, str]:
    return create_source(shelf.workspace, name, actor="boss@us.com")


def path_of(source: Source, *more: object) -> str:
    return "/".join(["/settings/sources", str(source.pk), *map(str, more)])


def call(
    source: Source, statuses: dict[str, int], reasons: dict[str, int] | None = None, **more: Any
) -> UploadCall:
    fields = {"kind": "mail", "at": timezone.now(), **more}
    return UploadCall.objects.create(source=source, statuses=statuses, reasons=reasons or {}, **fields)


def an_item(source: Source, problem: str = "", **fields: Any) -> Item:
    key = Item.objects.count().to_bytes(16, "big")
    said = plain(UploadedMail(b"From: kim@acme.com\r\n\r\n", "inbox", "inbox"))
    shown = {"kind": "mail", "at": NOON, "received_at": NOON, "sealed": seal_item(key, said), **fields}
    item = Item.objects.create(workspace=source.workspace, source=source, key=key, digest=bytes(16), **shown)
    if item.state == "waiting":
        Waiting.objects.create(
            item=item, workspace=source.workspace, kind=item.kind, rank=1, at=item.at, problem=problem
        )
    return item


def shown_in(answer: Any, element: str) -> str:
    """The text of the ``<pre>`` with this id."""
    found = re.search(rf'<pre[^>]* id="{element}"[^>]*>(.*?)</pre>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_without_sources_the_page_says_what_one_is(browser: Client, shelf: Shelf) -> None:
    page = text_of(browser.get("/settings/sources"))
    assert "No source yet A source is a way in for one program" in page
    assert page.count("Add a source") == 1


def test_sources_are_listed_with_what_they_feed_and_what_came_lately(browser: Client, shelf: Shelf) -> None:
    quiet, _ = a_source(shelf, "Quiet")
    busy, secret = create_source(shelf.workspace, "Busy", ["customer", "people"], actor=ACTOR)
    source_of_secret(secret)
    call(busy, {"queued": 900, "rejected": 100})
    call(busy, {"queued": 10, "duplicate": 5}, at=timezone.now() - timedelta(hours=23))
    call(busy, {"queued": 1}, at=timezone.now() - timedelta(hours=25))
    call(busy, {"queued": 7}, kind="folder")
    rows = browser.get("/settings/sources").context["rows"]
    assert [(row["source"], row["feeds"], row["items"], row["lately"]) for row in rows] == [
        (busy, "Customers and people", 1015, (0.1, 100, 1000)),
        (quiet, "People: report and circle", 0, (None, 0, 0)),
    ]
    assert rows[0]["last_used_at"] == busy.tokens.get().last_used_at
    page = text_of(browser.get("/settings/sources"))
    assert "Busy Look here API Customers and people" in page
    assert "1 015 10 % 100 of 1 000" in page
    assert "Quiet API People: report and circle Never 0 —" in page


def test_long_lists_of_sources_go_on_without_loss_or_repeat(browser: Client, shelf: Shelf) -> None:
    made = [a_source(shelf, f"Source {number}")[0].pk for number in range(120)]
    seen, address = [], "/settings/sources"
    while address:
        answer = browser.get(address)
        seen += [row["source"].pk for row in answer.context["rows"]]
        older = re.search(r'href="\?before=(\d+)"', answer.content.decode())
        address = f"/settings/sources?before={older[1]}" if older else ""
    assert seen == made[::-1]


def test_a_source_is_added_and_its_token_shown_once_K2(browser: Client, shelf: Shelf) -> None:
    answer = browser.post(ADD, {"name": "Chats", "lenses": ["customer"], "crawling_depth": "2026-01-31"})
    source = Source.objects.get()
    secret = shown_in(answer, "secret")
    assert source_of_secret(secret) == source
    assert (source.name, fed_by(source), source.crawling_depth) == ("Chats", ["customer"], date(2026, 1, 31))
    assert (source.created_by, source.tokens.get().created_by) == ("boss@us.com", "boss@us.com")
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'"Authorization: Bearer {secret}"' in shown_in(answer, "curl")
    assert f'"Bearer {secret}"' in shown_in(answer, "python")
    later = browser.get(path_of(source))
    assert secret not in later.content.decode()
    assert '"Authorization: Bearer $POSTROOM_TOKEN"' in shown_in(later, "curl")
    assert 'os.environ["POSTROOM_TOKEN"]' in shown_in(later, "python")


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"name": " ", "lenses": ["people"]}, "name", REJECTIONS["name_required"]),
        ({"name": "Connector", "lenses": ["people"]}, "name", REJECTIONS["name_taken"]),
        ({"name": "New"}, "lenses", REJECTIONS["lens_unknown"]),
        ({"name": "New", "lenses": ["sales"]}, "lenses", REJECTIONS["lens_unknown"]),
        (
            {"name": "New", "lenses": ["customer"], "crawling_depth": "soon"},
            "crawling_depth",
            REJECTIONS["date_invalid"],
        ),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(
    browser: Client, shelf: Shelf, sent: dict[str, Any], field: str, says: str
) -> None:
    a_source(shelf)
    answer = browser.post(ADD, sent)
    form = answer.context["form"]
    assert (answer.status_code, form.problems) == (422, {field: says})
    assert (form.name, form.lenses) == (sent["name"], sent.get("lenses", []))
    assert f'id="{field}-problem"' in answer.content.decode()
    assert Source.objects.count() == 1


def test_what_a_source_feeds_is_changed_F5(browser: Client, shelf: Shelf) -> None:
    source, secret = a_source(shelf)
    form = browser.get(path_of(source, "change")).context["form"]
    assert (form.name, form.lenses, form.crawling_depth) == ("Connector", ["people"], "")
    sent = {"name": "Mail", "lenses": ["customer", "people"], "crawling_depth": "2026-03-01"}
    answer = browser.post(path_of(source, "change"), sent, follow=True)
    assert "Saved. It counts for what is uploaded from now on." in text_of(answer)
    assert "Feeds Customers and people Crawling depth 1 Mar 2026" in text_of(answer)
    assert source_of_secret(secret) == source
    browser.post(path_of(source, "change"), {**sent, "crawling_depth": ""})
    source.refresh_from_db()
    assert (source.name, source.crawling_depth) == ("Mail", None)
    a_source(shelf, "Taken")
    answer = browser.post(path_of(source, "change"), {**sent, "name": "Taken"})
    assert (answer.status_code, answer.context["form"].problems) == (422, {"name": REJECTIONS["name_taken"]})


@pytest.mark.parametrize("hours", [0, 1, 24, 168])
def test_a_new_token_leaves_the_one_before_the_chosen_time_K2(
    browser: Client, shelf: Shelf, hours: int
) -> None:
    source, old = a_source(shelf)
    page = browser.get(path_of(source, "rotate"))
    assert list(page.context["grace"]) == [0, 1, 24, 168]
    sent = {"newest": page.context["newest"], "grace_hours": hours}
    answer = browser.post(path_of(source, "rotate"), sent)
    assert source_of_secret(shown_in(answer, "secret")) == source
    assert source_of_secret(old) == (source if hours else None)
    ends = AccessToken.objects.order_by("pk")[0].expires_at
    assert ends is not None
    assert timedelta(hours=hours, minutes=-1) < ends - timezone.now() <= timedelta(hours=hours)


def test_a_form_that_is_sent_twice_makes_one_token_K2(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    sent = {"newest": browser.get(path_of(source, "rotate")).context["newest"], "grace_hours": 0}
    secret = shown_in(browser.post(path_of(source, "rotate"), sent), "secret")
    again = browser.post(path_of(source, "rotate"), sent, follow=True)
    assert "Another access token was made meanwhile." in text_of(again)
    assert source_of_secret(secret) == source
    assert AccessToken.objects.count() == 2


@pytest.mark.parametrize("hours", ["", "x", "-1", "169", "9" * 30])
def test_another_time_of_grace_is_refused(browser: Client, shelf: Shelf, hours: str) -> None:
    source, secret = a_source(shelf)
    sent = {"newest": source.tokens.get().pk, "grace_hours": hours}
    answer = browser.post(path_of(source, "rotate"), sent)
    assert (answer.status_code, answer.context["problem"]) == (422, REJECTIONS["grace_invalid"])
    assert source_of_secret(secret) == source
    assert AccessToken.objects.count() == 1


def test_a_token_is_revoked_after_saying_what_follows_K1(browser: Client, shelf: Shelf) -> None:
    source, secret = a_source(shelf)
    _, others = a_source(shelf, "Other")
    token = source.tokens.get()
    asks = browser.get(path_of(source, "tokens", token.pk, "revoke"))
    assert "No other access token of this source works" in text_of(asks)
    assert source_of_secret(secret) == source
    answer = browser.post(path_of(source, "tokens", token.pk, "revoke"), follow=True)
    assert "The access token is revoked." in text_of(answer)
    assert "No access token works." in text_of(answer)
    assert source_of_secret(secret) is None
    assert source_of_secret(others) is not None
    token.refresh_from_db()
    assert token.revoked_by == "boss@us.com"


def test_revoking_tells_how_many_others_work_K1(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    rotate(source, 24, actor=ACTOR)
    newest = source.tokens.latest("pk")
    page = path_of(source, "tokens", newest.pk, "revoke")
    assert "1 other access token of this source goes on working." in text_of(browser.get(page))
    rotate(source, 24, actor=ACTOR)
    assert "2 other access tokens of this source go on working." in text_of(browser.get(page))


def test_a_token_of_another_source_is_not_there_K1(browser: Client, shelf: Shelf) -> None:
    source, secret = a_source(shelf)
    other, _ = a_source(shelf, "Other")
    page = path_of(other, "tokens", source.tokens.get().pk, "revoke")
    assert (browser.get(page).status_code, browser.post(page).status_code) == (404, 404)
    assert source_of_secret(secret) == source


def test_tokens_are_shown_with_their_state(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    for _ in range(3):
        rotate(source, 24, actor=ACTOR)
    first, second, third, _ = AccessToken.objects.order_by("pk")
    revoke(source, first.pk, actor="sam@us.com")
    AccessToken.objects.filter(pk=second.pk).update(expires_at=timezone.now())
    page = text_of(browser.get(path_of(source)))
    tokens = page[page.index("Access tokens") :]
    assert re.findall(r"(Works until|Works|Ended|Revoked)\b", tokens) == [
        *("Works", "Works until", "Ended", "Revoked")
    ]
    assert tokens.count("Revoke the token") == 2
    assert third.pk and "sam@us.com" in tokens


def test_what_came_in_is_counted_by_kind_and_state(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    assert "Nothing so far." in text_of(browser.get(path_of(source)))
    for state in ("done", "done", "skipped", "waiting"):
        an_item(source, state=state)
    an_item(source, kind="chat", state="done")
    an_item(source, problem="too_deep")
    assert browser.get(path_of(source)).context["counts"] == [
        ("Mail", [("Queued", 1), ("Held", 0), ("Processed", 2), ("Skipped", 1), ("Failed", 1)]),
        (
            "Chat messages",
            [("Queued", 0), ("Held", 0), ("Processed", 1), ("Skipped", 0), ("Failed", 0)],
        ),
    ]


def test_the_last_answers_say_what_and_why(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    call(source, {"queued": 3}, kind="chat", at=timezone.now() - timedelta(minutes=1))
    call(
        source,
        {"rejected": 3, "skipped": 1, "queued": 1},
        {"unknown_user": 1, "email_invalid": 2, "before_crawling_depth": 1},
    )
    [newest, older] = browser.get(path_of(source)).context["calls"]
    assert newest["statuses"] == [("queued", 1), ("skipped", 1), ("rejected", 3)]
    assert newest["reasons"] == [
        ("email_invalid", "This is no e-mail address.", 2),
        ("before_crawling_depth", "It is dated before the crawling depth of the source.", 1),
        ("unknown_user", REJECTIONS["unknown_user"], 1),
    ]
    assert (older["kind"], older["statuses"], older["reasons"]) == ("Chat messages", [("queued", 3)], [])
    page = text_of(browser.get(path_of(source)))
    assert "Mail 1 queued, 1 skipped, 3 rejected This is no e-mail address. email_invalid 2 times" in page


def test_failed_items_are_told_and_retried_one_or_all(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    first, second = an_item(source, problem="too_deep"), an_item(source, problem="ValueError")
    fine = an_item(source)
    page = text_of(browser.get(path_of(source)))
    assert "Could not be processed: 2 Retry all 2" in page
    assert "It has more than 256 MIME levels." in page
    assert "Postroom met an error of its own (ValueError); its log says where." in page
    assert problem_in_words("KeyMissing").startswith(
        "The key that encrypted it is not among the encryption keys."
    )
    assert problem_in_words("took_too_long") == "Reading it took longer than one mail may."
    answer = browser.post(path_of(source, "items", first.pk, "retry"), follow=True)
    assert "It is taken up again within seconds, where the worker runs." in text_of(answer)
    assert list(Waiting.objects.exclude(problem="").values_list("item", flat=True)) == [second.pk]
    assert browser.post(path_of(source, "items", fine.pk, "retry")).status_code == 404
    browser.post(path_of(source, "retry"))
    assert not Waiting.objects.exclude(problem="").exists()


def test_items_of_another_source_are_not_retried_W3(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    other, _ = a_source(shelf, "Other")
    theirs, _ = a_source(a_shelf(another_workspace()))
    for item in (an_item(other, problem="empty"), an_item(theirs, problem="empty")):
        assert browser.post(path_of(source, "items", item.pk, "retry")).status_code == 404
    browser.post(path_of(source, "retry"))
    assert browser.post(path_of(theirs, "retry")).status_code == 404
    assert Waiting.objects.filter(problem="empty").count() == 2


def test_folder_statistics_are_shown_and_not_counted_K3(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    assert "Folder statistics" not in text_of(browser.get(path_of(source)))
    assert "No statistics" in text_of(browser.get(path_of(source, "folders")))
    FolderStatistics.objects.create(
        source=source,
        user=User.objects.get(email="s1@us.com"),
        folder="Projects",
        total=1200,
        uploaded=1100,
        from_at=NOON,
        sent_at=timezone.now(),
    )
    call(source, {"updated": 1, "rejected": 9}, kind="folder")
    page = browser.get(path_of(source))
    assert f'href="{path_of(source, "folders")}"' in page.content.decode()
    assert (page.context["counts"], page.context["lately"]) == ([], (None, 0, 0))
    shown = text_of(browser.get(path_of(source, "folders")))
    assert "Shown for diagnosis, never counted." in shown
    assert "Projects Sam One 1 200 1 100 100 missing 9 Jan 2026 —" in shown


def test_above_five_percent_it_is_an_alarm_K9(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    call(source, {"queued": 93, "rejected": 5, "duplicate": 1, "skipped": 1})
    assert failure_shares([source.pk])[source.pk] == (0.05, 5, 100)
    assert alarmed_sources(shelf.workspace) == []
    assert "items failed." not in text_of(browser.get(path_of(source)))
    assert "needs" not in browser.get("/").context
    call(source, {"rejected": 1})
    assert alarmed_sources(shelf.workspace) == alarmed_sources() == [source]
    assert "5.9 % of the last 101 items failed." in text_of(browser.get(path_of(source)))
    assert "Look here" in text_of(browser.get("/settings/sources"))
    [need] = browser.get("/").context["needs"]
    assert (need.title, need.count, need.address) == ("Sources to look at", 1, path_of(source))


def test_the_share_is_of_the_last_thousand_items_of_a_day_K9(shelf: Shelf) -> None:
    source, _ = a_source(shelf)
    other, _ = a_source(shelf, "Other")
    now = timezone.now()
    call(source, {"rejected": 400}, at=now - timedelta(hours=24, seconds=1))
    call(source, {"rejected": 300}, at=now - timedelta(hours=3))
    call(source, {"queued": 600}, at=now - timedelta(hours=2))
    call(source, {"queued": 390, "rejected": 10}, at=now - timedelta(hours=1))
    call(other, {"rejected": 2}, at=now)
    assert failure_shares([source.pk, other.pk]) == {
        source.pk: (0.01, 10, 1000),
        other.pk: (1.0, 2, 2),
    }
    assert [found.name for found in alarmed_sources()] == ["Other"]


def test_several_alarms_lead_to_the_list_and_only_who_manages_sources_sees_them_K9(
    browser: Client, shelf: Shelf, as_user: Any
) -> None:
    for name in ("One", "Two"):
        call(a_source(shelf, name)[0], {"rejected": 1})
    theirs, _ = a_source(a_shelf(another_workspace()), "Theirs")
    call(theirs, {"rejected": 1})
    [need] = browser.get("/").context["needs"]
    assert (need.count, need.address) == (2, "/settings/sources")
    assert "needs" not in as_user(shelf.user("Manager")).get("/").context


def test_a_source_of_another_workspace_is_not_there_W3(browser: Client, shelf: Shelf) -> None:
    theirs, secret = a_source(a_shelf(another_workspace()), "Theirs")
    call(theirs, {"queued": 1})
    assert "Theirs" not in text_of(browser.get("/settings/sources"))
    sent = {"name": "Ours", "lenses": ["people"], "newest": theirs.tokens.get().pk, "grace_hours": 0}
    for page in ("change", "rotate", f"tokens/{theirs.tokens.get().pk}/revoke"):
        assert browser.post(path_of(theirs, page), sent).status_code == 404
    assert source_of_secret(secret) == theirs
    theirs.refresh_from_db()
    assert (theirs.name, theirs.tokens.count()) == ("Theirs", 1)


def test_a_full_page_asks_as_much_as_one_with_a_row_and_stays_small(browser: Client, shelf: Shelf) -> None:
    source, _ = a_source(shelf)

    def fill(rows: int) -> None:
        for _ in range(rows):
            rotate(source, 24, actor=ACTOR)
            an_item(source, problem="too_deep")
            call(source, {"rejected": 3}, {"unknown_user": 1, "email_invalid": 2})
            FolderStatistics.objects.create(
                source=source,
                user=User.objects.get(email="s1@us.com"),
                folder=f"Folder {FolderStatistics.objects.count()}",
                total=2,
                uploaded=1,
                sent_at=timezone.now(),
            )

    def asked(path: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(path)
        assert answer.status_code == 200
        return len(captured), len(answer.content)

    pages = [path_of(source), path_of(source, "folders"), path_of(source, "rotate")]
    fill(1)
    with_one = [asked(page)[0] for page in pages]
    fill(29)
    with_thirty = [asked(page) for page in pages]
    assert [count for count, _ in with_thirty] == with_one
    assert max(size for _, size in with_thirty) < 100_000


def test_behind_a_proxy_the_calls_send_the_token_encrypted(
    browser: Client, shelf: Shelf, settings: Any
) -> None:
    settings.IS_BEHIND_PROXY = True
    made = browser.post(ADD, {"name": "Chats", "lenses": ["people"]})
    for element in ("curl", "python"):
        assert "https://testserver/api/v1/mail-messages" in shown_in(made, element)
        assert "http://" not in shown_in(made, element)


@pytest.mark.django_db(transaction=True)
def test_the_calls_on_the_page_work_as_they_stand_there(
    browser: Client, shelf: Shelf, live_server: Any
) -> None:
    host, _, port = live_server.url.removeprefix("http://").partition(":")
    here = {"SERVER_NAME": host, "SERVER_PORT": port}
    made = browser.post(ADD, {"name": "Chats", "lenses": ["people"]}, **here)
    secret = shown_in(made, "secret")
    source = Source.objects.get()
    assert ran("sh", "-c", shown_in(made, "curl")) == {"queued": 0, "held": 1}
    assert ran(sys.executable, "-c", shown_in(made, "python")) == {"queued": 0, "duplicate": 1}
    Item.objects.all().delete()
    later = browser.get(path_of(source), **here)
    assert ran("sh", "-c", shown_in(later, "curl"), token=secret) == {"queued": 0, "held": 1}
    assert ran(sys.executable, "-c", shown_in(later, "python"), token=secret)["queued"] == 0
    assert Item.objects.filter(source=source).count() == 1


def ran(*command: str, token: str | None = None) -> dict[str, int]:
    """How many items the call was answered with each status, that of none queued said too."""
    plain_environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment = plain_environment | ({"POSTROOM_TOKEN": token} if token else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(done.stdout)
    assert (answer["accepted"], answer["rejected"]) == (1, 0)
    return {"queued": 0} | {result["status"]: 1 for result in answer["results"]}


def test_sources_of_mailboxes_are_listed_and_have_no_tokens_K1(shelf: Shelf, browser: Client) -> None:
    source = set_up_source(shelf.workspace, "imap", {"host": "imap.us.com"}, actor=ACTOR)

    listed = text_of(browser.get("/settings/sources"))
    page = browser.get(path_of(source))

    assert "IMAP Mailboxes by IMAP Customers and people Never — —" in listed
    assert page.status_code == 200
    assert "programs cannot upload to it, so it has no access tokens" in text_of(page)
    assert "/settings/email-sync/imap" in page.content.decode()
    for more in ("rotate", "tokens/1/revoke", "folders"):
        assert browser.get(path_of(source, more)).status_code == 404
        assert browser.post(path_of(source, more), {"newest": "0"}).status_code in (404, 405)
    assert not AccessToken.objects.exists()


def test_mailboxes_always_have_a_crawling_depth(shelf: Shelf, browser: Client) -> None:
    source = set_up_source(shelf.workspace, "imap", {}, actor=ACTOR)
    typed = {"name": "Post", "lenses": ["customer"], "crawling_depth": ""}

    refused = browser.post(path_of(source, "change"), typed)
    assert refused.status_code == 422
    assert REJECTIONS["field_required"] in text_of(refused)

    browser.post(path_of(source, "change"), {**typed, "crawling_depth": "2026-01-31"})
    source.refresh_from_db()
    assert (source.name, fed_by(source), source.crawling_depth) == ("Post", ["customer"], date(2026, 1, 31))
