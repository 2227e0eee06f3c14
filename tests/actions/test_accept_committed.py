"""Uploads at the same time, and what of them can be read in the data folder (K6, K7, S1, P8)."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections import Counter
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from mail_world import S1, S2, the_company
from test_import_leaves_nothing import CANARY, canary, stored
from upload_world import a_source, chat_record, consent, mail_record, raw_record, sent

from postroom.actions.accept_items import accept, delete_item
from postroom.actions.accept_statistics import accept_statistics
from postroom.actions.process_uploads import process_some
from postroom.store.models import Item, Source, UploadCall, Waiting, Workspace

pytestmark = pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)

THREADS = 8


@pytest.fixture
def company(committed: None) -> Workspace:
    """The company, in a database that is written for good."""
    return the_company()


def at_once(source: Source, batches: list[list[dict[str, Any]]]) -> list[list[str]]:
    """The statuses of batches that are sent at the same time."""
    begin = threading.Barrier(len(batches))
    answers: list[list[str]] = [[] for _ in batches]

    def send(number: int) -> None:
        try:
            mine = Source.objects.select_related("workspace").get(pk=source.pk)
            begin.wait()
            answers[number] = [a["status"] for a in accept(mine, "chat", batches[number])]
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_same_item_at_once_is_taken_once_K7(company: Workspace) -> None:
    consent(company, S1)
    source = a_source(company, "people")
    answers = at_once(source, [[chat_record(S1, [S2])]] * THREADS)
    assert Counter(status for each in answers for status in each) == {"queued": 1, "duplicate": THREADS - 1}
    assert (Item.objects.count(), Waiting.objects.count()) == (1, 2)
    assert UploadCall.objects.count() == THREADS


def test_batches_that_overlap_at_once_are_taken_once_each_K7(company: Workspace) -> None:
    source = a_source(company, "people")
    batches = [
        [chat_record(S1, [S2], id=str(number % 40)) for number in range(start, start + 30)]
        for start in range(0, 10 * THREADS, 10)
    ]
    counted = Counter(status for each in at_once(source, batches) for status in each)
    assert counted == {"held": 40, "duplicate": 30 * THREADS - 40}
    assert (Item.objects.count(), Waiting.objects.count()) == (40, 80)


def test_different_words_of_one_item_at_once_leave_one_K7(company: Workspace) -> None:
    source = a_source(company, "people")
    batches = [[chat_record(S1, [S2], text=str(number))] for number in range(THREADS)]
    counted = Counter(status for each in at_once(source, batches) for status in each)
    assert counted == {"held": 1, "updated": THREADS - 1}
    assert (Item.objects.count(), Waiting.objects.count()) == (1, 2)


def test_nothing_is_kept_of_a_call_that_fails_K6(company: Workspace) -> None:
    source = a_source(company, "people")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert sent(source, "chat", chat_record(S1, [S2])) == [("held", None)]
        raise ZeroDivisionError
    assert (Item.objects.count(), Waiting.objects.count(), UploadCall.objects.count()) == (0, 0, 0)


BIRD = f"{CANARY}@{CANARY}.example"


def test_nothing_that_is_held_can_be_read_P8_S1(company: Workspace) -> None:
    """Neither while it is held, nor once it was counted or taken back; nor what was refused."""
    source = a_source(company, "people")
    assert sent(
        source,
        "mail",
        mail_record(BIRD, [S1, BIRD], id=f"{CANARY}1", folder="inbox", subject=CANARY, text=CANARY),
        raw_record(canary(f"{CANARY} <{BIRD}>", [S1]), id=f"{CANARY}2"),
        mail_record(BIRD, [BIRD], id=f"{CANARY}3", user=BIRD, subject=CANARY),
        {CANARY: CANARY, "id": CANARY},
    ) == [("held", None), ("held", None), ("rejected", "unknown_user"), ("rejected", "unknown_field")]
    chat = chat_record(S1, [S2, BIRD], id=f"{CANARY}4", chat=CANARY, text=f"A {CANARY} flies")
    assert sent(source, "chat", chat) == [("held", None)]
    assert accept_statistics(source, [{"user": BIRD, "folder": CANARY, "total": 1, "uploaded": 1}])
    encoded = b64encode(CANARY.encode() * 3)[4:20].lower()
    for _ in range(3):
        found = stored()
        assert (found.count(CANARY.encode()), found.count(encoded)) == (0, 0)
        consent(company, S1, S2)
        process_some(company.pk)
        delete_item(source, "chat", f"{CANARY}4")
    assert Item.objects.exclude(sealed=None).count() == 0
