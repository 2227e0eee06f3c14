"""An mbox is taken in some mails at a time, whatever its size (K11)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

from postroom.actions.accept_mbox import BATCH_MAILS, mbox_answers
from postroom.actions.item_answer import ItemAnswer
from postroom.providers.files.mbox import BytesSource
from postroom.store.passing_file import PassingFile

MIB = 1024 * 1024
FROM = b"From k@acme.com Mon Nov 16 11:00:00 2026\n"


def answers_to(mails: Sequence[tuple[str, bytes]]) -> list[ItemAnswer]:
    """An answer to each that tells its length."""
    return [
        ItemAnswer(index=index, id=str(len(raw)), status="queued", reason=None, field=None)
        for index, (_, raw) in enumerate(mails)
    ]


def test_mails_are_counted_through_over_all_batches_K11() -> None:
    batches: list[int] = []

    def accept(mails: Sequence[tuple[str, bytes]]) -> list[ItemAnswer]:
        batches.append(len(mails))
        return answers_to(mails)

    content = BytesSource((FROM + b"Subject: x\n\n") * (2 * BATCH_MAILS + 3))
    found = [(answer["index"], answer["id"]) for answer in mbox_answers(content, accept)]
    assert batches == [BATCH_MAILS, BATCH_MAILS, 3]
    assert found == [(index, "11") for index in range(2 * BATCH_MAILS + 3)]


def test_memory_does_not_grow_with_the_mbox_K11() -> None:
    mail = FROM + b"Subject: x\n\n" + b"line of text\n" * 80_000 + b"\n"
    with PassingFile() as file:
        for _ in range(150):
            file.write(mail)
        tracemalloc.start()
        try:
            count = sum(1 for _ in mbox_answers(file, answers_to))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (count, file.size > 145 * MIB, peak < 40 * MIB) == (150, True, True)
