"""/metrics: what it counts, what it costs, who may read it, and that it names nobody (S7)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from shelf import Shelf

from postroom.actions.recurring import note_worker_seen
from postroom.config import config
from postroom.store.models import Item, Label, Mailbox, Source, UploadCall, User, Waiting
from postroom.store.read.tally import forget_tally
from postroom.web.metrics import METRICS

LOCAL = {"host": "localhost"}
TOKEN = "a token of tests"


@pytest.fixture(autouse=True)
def _counted_anew() -> Iterator[None]:
    forget_tally()
    yield
    forget_tally()


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """The token that is set."""
    monkeypatch.setattr(config(), "metrics_token", TOKEN)
    return TOKEN


def scraped() -> dict[str, dict[tuple[str, ...], float]]:
    """Every sample by metric and the values of its labels, in the order of the table."""
    answer = Client().get("/metrics", headers=LOCAL)
    assert answer.status_code == 200
    return {
        family.name: {
            tuple(sample.labels[label] for label in METRICS[family.name].labels): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.content.decode())
    }


def upload(shelf: Shelf, source: Source, number: int, *, kind: str = "mail", **waiting: Any) -> Item:
    """An item of the source, for which somebody waits."""
    received_at = waiting.pop("received_at", int(time.time()))
    item = Item.objects.create(
        workspace=shelf.workspace,
        source=source,
        kind=kind,
        key=number.to_bytes(16, "big"),
        digest=b"d" * 16,
        at=0,
        received_at=received_at,
        sealed=b"s",
    )
    Waiting.objects.create(item=item, workspace=shelf.workspace, kind=kind, rank=0, at=0, **waiting)
    return item


def a_source(shelf: Shelf, name: str = "canary source") -> Source:
    return Source.objects.create(workspace=shelf.workspace, name=name, created_by="canary@us.com")


def test_it_counts_what_was_uploaded_and_who_waits_for_it(shelf: Shelf) -> None:
    source, sam, ann = a_source(shelf), User.objects.get(email="s1@us.com"), shelf.user("Member")
    User.objects.filter(pk=ann.pk).update(collects_since=datetime.now(UTC))
    upload(shelf, source, 1, user=None)
    upload(shelf, source, 2, user=sam)
    upload(shelf, source, 3, user=sam, kind="chat")
    upload(shelf, source, 4, user=ann)
    upload(shelf, source, 5, user=ann, problem="ValueError")
    upload(shelf, source, 6, user=sam, problem="ValueError")
    Item.objects.filter(key=(6).to_bytes(16, "big")).update(state="done")
    found = scraped()
    assert {key: value for key, value in found["postroom_items"].items() if value} == {
        ("mail", "waiting"): 4,
        ("chat", "waiting"): 1,
        ("mail", "done"): 1,
    }
    assert {key: value for key, value in found["postroom_items_waiting"].items() if value} == {
        ("customer", "mail", "queued"): 1,
        ("people", "mail", "held"): 1,
        ("people", "chat", "held"): 1,
        ("people", "mail", "queued"): 1,
        ("people", "mail", "failed"): 2,
    }


def test_the_oldest_queued_item_tells_how_long_it_waits(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, sam = a_source(shelf), User.objects.get(email="s1@us.com")
    now = int(time.time())
    monkeypatch.setattr("postroom.web.metrics.time.time", lambda: now + 0.0)
    name = "postroom_upload_oldest_queued_seconds"
    upload(shelf, source, 1, user=sam, received_at=now - 9_000)
    assert scraped()[name] == {(): 0}
    forget_tally()
    upload(shelf, source, 2, user=None, received_at=now - 100)
    assert scraped()[name] == {(): 100}
    forget_tally()
    User.objects.filter(pk=sam.pk).update(collects_since=datetime.fromtimestamp(now - 300, UTC))
    assert scraped()[name] == {(): 300}


def test_sources_are_told_by_number_with_their_share_and_alarm_K9(shelf: Shelf) -> None:
    fine, failing, idle = (a_source(shelf, name) for name in ("one", "two", "three"))
    for source, rejected in ((fine, 5), (failing, 6)):
        statuses = {"queued": 100 - rejected, "rejected": rejected}
        UploadCall.objects.create(source=source, kind="mail", at=datetime.now(UTC), statuses=statuses)
    found = scraped()
    keys = [(str(source.pk),) for source in (fine, failing, idle)]
    assert [found["postroom_source_failure_share"][key] for key in keys] == [0.05, 0.06, 0]
    assert [found["postroom_source_alarm"][key] for key in keys] == [0, 1, 0]


def test_it_counts_decisions_set_aside_and_jobs(shelf: Shelf) -> None:
    shelf.engagement()
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    shelf.set_aside()
    shelf.job(state="failed")
    shelf.job()
    found = scraped()
    assert found["postroom_decisions"] == {
        ("customer", "import", "imported"): 1,
        ("customer", "skip", "blocked"): 2,
    }
    assert found["postroom_set_aside"] == {(): 1}
    assert found["postroom_jobs"] == {
        ("waiting",): 1,
        ("running",): 0,
        ("done",): 0,
        ("failed",): 1,
        ("cancelled",): 0,
    }


def test_it_tells_when_the_worker_was_seen(db: None) -> None:
    assert scraped()["postroom_worker_seen_seconds"] == {}
    note_worker_seen()
    assert scraped()["postroom_worker_seen_seconds"][()] < 60


def test_every_metric_of_the_table_is_there_with_its_labels(shelf: Shelf) -> None:
    a_source(shelf)
    shelf.engagement()
    note_worker_seen()
    text = Client().get("/metrics", headers=LOCAL).content.decode()
    families = list(text_string_to_metric_families(text))
    told = {family.name: tuple(sorted(family.samples[0].labels)) for family in families}
    assert told == {name: tuple(sorted(metric.labels)) for name, metric in METRICS.items()}
    assert {family.type for family in families} == {"gauge"}


def test_it_names_nobody_S7(shelf: Shelf) -> None:
    """All labels are words and numbers of ours, whatever sources, users and workspaces are called."""
    upload(shelf, a_source(shelf), 1, user=User.objects.get(email="s1@us.com"), problem="ValueError")
    shelf.engagement()
    shelf.job(problem="canary@us.com")
    text = Client().get("/metrics", headers=LOCAL).content.decode()
    assert [word for word in ("canary", "@", "s1", "us.com", "acme", "Acme", "Us") if word in text] == []


@pytest.mark.parametrize("rows", [1, 30])
def test_a_scrape_asks_the_same_number_of_questions_of_full_tables(
    shelf: Shelf, rows: int, django_assert_num_queries
) -> None:
    for number in range(rows):
        upload(
            shelf, a_source(shelf, f"source {number}"), number, user=shelf.user("Member", f"m{number}@us.com")
        )
        shelf.engagement()
        shelf.job()
    with django_assert_num_queries(11):
        scraped()
    with django_assert_num_queries(6):
        scraped()


def test_large_tables_are_counted_twice_a_minute_at_most(shelf: Shelf) -> None:
    assert scraped()["postroom_set_aside"] == {(): 0}
    shelf.set_aside()
    assert scraped()["postroom_set_aside"] == {(): 0}
    forget_tally()
    assert scraped()["postroom_set_aside"] == {(): 1}


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("127.0.0.1", {"host": "localhost:8400"}),
        ("127.0.0.1", {"host": "127.0.0.1"}),
        ("::1", {"host": "[::1]:8400"}),
        ("::ffff:127.0.0.1", {"host": "[::1]"}),
    ],
)
def test_without_a_token_this_machine_may_read(db: None, sender: str, headers: dict[str, str]) -> None:
    assert Client(REMOTE_ADDR=sender).get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("10.0.0.7", {"host": "localhost"}),
        ("", {"host": "localhost"}),
        ("nonsense", {"host": "localhost"}),
        ("127.0.0.1", {"host": "postroom.ourcompany.example"}),
        ("127.0.0.1", {"host": "127.0.0.1.evil.example"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "10.0.0.7"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-proto": "https"}),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=10.0.0.7"}),
        ("127.0.0.1", {"host": "localhost", "via": "1.1 proxy"}),
        ("127.0.0.1", {"host": "localhost", "x-real-ip": "10.0.0.7"}),
    ],
)
def test_without_a_token_nobody_else_reads_not_past_a_web_server_in_front_either(
    db: None, sender: str, headers: dict[str, str], django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = Client(REMOTE_ADDR=sender).get("/metrics", headers=headers)
    assert answer.status_code == 403
    assert b"postroom_" not in answer.content


def test_who_has_the_token_reads_from_anywhere(db: None, token: str) -> None:
    headers = {"host": "postroom.ourcompany.example", "authorization": f"Bearer {token}"}
    assert Client(REMOTE_ADDR="10.0.0.7").get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [None, "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ü"],
)
def test_with_a_token_set_nobody_reads_without_it_from_this_machine_either(
    db: None, token: str, sent: str | None, django_assert_num_queries
) -> None:
    headers = LOCAL if sent is None else {**LOCAL, "authorization": sent}
    with django_assert_num_queries(0):
        answer = Client().get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN not in answer.content.decode()


def test_a_database_that_is_away_is_said_and_nothing_of_it(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    def is_away(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        raise OperationalError("could not connect to secret@dbhost")

    with connection.execute_wrapper(is_away):
        answer = Client().get("/metrics", headers=LOCAL)
    assert (answer.status_code, answer.content) == (503, b"The database is busy or away.\n")
    assert "dbhost" not in caplog.text


def test_an_old_count_is_made_anew(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    scraped()
    shelf.set_aside()
    later = time.monotonic() + timedelta(seconds=31).total_seconds()
    monkeypatch.setattr("postroom.store.read.tally.time.monotonic", lambda: later)
    assert scraped()["postroom_set_aside"] == {(): 1}


def test_mailboxes_by_how_they_are_M14(shelf: Shelf) -> None:
    now = int(time.time())
    source = Source.objects.create(workspace=shelf.workspace, name="IMAP", kind="imap", created_by="x")
    how = [{}, {"looked_at": now - 3_600}, {"trouble": "sign_in_again"}, {"connected_at": None}]
    for number, fields in enumerate(how):
        user = User.objects.create(workspace=shelf.workspace, email=f"m{number}@us.com")
        given: dict[str, Any] = {
            "connected_at": datetime.now(UTC),
            "looked_at": now,
            "look_at": now + 60,
        } | fields
        mailbox = Mailbox.objects.create(
            workspace=shelf.workspace, user=user, source=source, address=user.email, connected_by="x", **given
        )
        Label.objects.create(mailbox=mailbox, ref="INBOX", selected_at=now, problem="emptied")
    Mailbox.objects.filter(trouble="sign_in_again").update(look_at=now - 30)
    told = scraped()
    assert {state[0]: count for state, count in told["postroom_mailboxes"].items() if count} == {
        "well": 1,
        "late": 1,
        "sign_in_again": 1,
    }
    assert 30 <= told["postroom_mailbox_longest_due_seconds"][()] < 60
    assert told["postroom_mailbox_labels_stopped"] == {
        ("emptied",): 3,
        ("starts_over",): 0,
        ("protocol",): 0,
        ("not_allowed",): 0,
        ("try_later",): 0,
    }
