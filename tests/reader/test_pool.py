"""The pool of reading processes: everything is read, only what does harm is set aside."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from monkey_chunks import FadingChunk, MonkeyChunk, UnloadableChunk, Wild
from reading import stop_reading

from postroom.core.message import Participant
from postroom.core.seal import Seal
from postroom.providers.files import chunks
from postroom.reader import Limits, MetMail, ReadContent, ReaderPool, ReaderProblem, ReadMail, Unread
from postroom.store.bodies import unpack

KEY = b"k" * 32
SEAL = Seal(KEY)


def mail(n: int) -> bytes:
    return (
        f"Message-ID: <{n}@a.b>\nFrom: Kay <k@acme.com>\nTo: s@us.com\nReferences: <1@x>\n <2@x>\n"
        f"Date: Fri, 21 Nov 2025 10:00:00 +0000\nSubject: No {n}\n\nText {n}\n"
    ).encode()


class Notes:
    """A judge that takes everything and notes what it is told, under the mails' Message-IDs."""

    def __init__(self, wanted: Callable[[MetMail], bool] = lambda _: True, imported: bool = True) -> None:
        self._wanted = wanted
        self._imported = imported
        self.met: list[MetMail] = []
        self.read: list[ReadMail] = []
        self.contents: list[ReadContent] = []
        self.unread: list[Unread] = []
        self.filed = 0

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        self.met += mails
        return [mail.index for mail in mails if self._wanted(mail)]

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        self.read += mails
        return [mail.index for mail in mails] if self._imported else []

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self.contents += contents
        self.unread += unread
        self.filed += 1

    @property
    def outcome(self) -> tuple[list[int], list[tuple[int, str, bytes]]]:
        """The indices of the mails whose contents came, and what was set aside."""
        return sorted(c.index for c in self.contents), sorted(
            (u.index, u.why, bytes(u.raw)) for u in self.unread
        )


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(KEY, 2, limits=Limits(0.5, seconds_on_the_clock=2.0, memory=128 << 20)) as pool:
        yield pool


def outcome(pool: ReaderPool, chunk: object) -> tuple[list[int], list[tuple[int, str, bytes]]]:
    notes = Notes()
    pool.run([chunk], lambda _: notes)  # type: ignore[list-item]
    assert notes.filed == 1
    return notes.outcome


RAWS = tuple(mail(n) for n in range(5))
OTHERS = [0, 1, 3, 4]


def test_the_three_stages_of_a_mail(pool: ReaderPool) -> None:
    notes = Notes()
    pool.run([MonkeyChunk(RAWS[:1])], lambda _: notes)
    assert notes.met == [MetMail(0, "0", SEAL.raw(RAWS[0]), len(RAWS[0]), None, "")]
    (read,) = notes.read
    assert read.envelope.participants == (
        Participant("from", "k@acme.com", "acme.com", "Kay"),
        Participant("to", "s@us.com", "us.com"),
    )
    assert read[2:] == (
        SEAL.identity(read.envelope),
        SEAL.message_id("0@a.b"),
        SEAL.message_id("1@x") + SEAL.message_id("2@x"),
        (("from", SEAL.sealed("k@acme.com")), ("to", SEAL.sealed("s@us.com"))),
        None,
    )
    (content,) = notes.contents
    assert (content.subject, unpack(content.body)) == ("No 0", ("Text 0", "", ()))
    assert (unpack(content.body).text, content.snippet, content.searchable) == (
        "Text 0",
        "Text 0",
        "Text 0",
    )
    assert notes.unread == []


def test_a_domain_is_encoded_by_idna_2008(pool: ReaderPool) -> None:
    read = pool.read_one("From: a@faß.de\nSubject: x\n\n".encode())
    assert isinstance(read, ReadMail)
    assert read.envelope.participants == (Participant("from", "a@xn--fa-hia.de", "xn--fa-hia.de"),)


def test_variants_have_other_digests(pool: ReaderPool) -> None:
    notes = Notes()
    pool.run([MonkeyChunk((RAWS[0], RAWS[0].replace(b"Text", b"Other"), RAWS[0]))], lambda _: notes)
    a, b, c = (content.digest for content in notes.contents)
    assert (len(a), a == b, a == c) == (16, False, True)


def test_only_what_is_new_is_read_and_only_what_is_imported_has_its_content_read_F2(pool: ReaderPool) -> None:
    notes = Notes(wanted=lambda met: met.index in (1, 2), imported=False)
    pool.run([MonkeyChunk(RAWS)], lambda _: notes)
    assert ([m.index for m in notes.met], [r.index for r in notes.read]) == ([0, 1, 2, 3, 4], [1, 2])
    assert (notes.contents, notes.unread, notes.filed) == ([], [], 1)


def test_where_nothing_is_new_only_the_end_is_told(pool: ReaderPool) -> None:
    notes = Notes(wanted=lambda _: False)
    pool.run([MonkeyChunk(RAWS)], lambda _: notes)
    assert (len(notes.met), notes.read, notes.contents, notes.filed) == (5, [], [], 1)


def test_every_chunk_is_filed_once_and_progress_is_told(pool: ReaderPool) -> None:
    parts = [MonkeyChunk((mail(n), mail(-n))) for n in range(1, 40)]
    notes, told = {part: Notes() for part in parts}, []
    pool.run(parts, notes.__getitem__, told.append)
    assert sorted(told, key=parts.index) == parts
    assert [n.outcome for n in notes.values()] == [([0, 1], [])] * 39
    assert [n.filed for n in notes.values()] == [1] * 39


def test_what_is_no_mail_is_set_aside_whole_L6(pool: ReaderPool) -> None:
    assert outcome(pool, MonkeyChunk((RAWS[0], b"", b"no mail at all", RAWS[1]))) == (
        [0, 3],
        [(1, "empty", b""), (2, "no_headers", b"no mail at all")],
    )


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ("hang", "took_too_long"),
        ("sleep", "took_too_long"),
        ("eat", "too_much_memory"),
        ("die", "crashed"),
        ("raise", "crashed"),
        ("recur", "crashed"),
    ],
)
class TestOnlyTheCulpritIsSetAside:
    def test_when_it_is_taken_L6(self, pool: ReaderPool, deed: str, why: str) -> None:
        assert outcome(pool, MonkeyChunk(RAWS, ((2, deed),))) == (OTHERS, [(2, why, b"")])

    def test_when_its_envelope_is_read_L6(self, pool: ReaderPool, deed: str, why: str) -> None:
        raws = (*RAWS[:2], Wild(RAWS[2], "read_envelope", deed), *RAWS[3:])
        assert outcome(pool, MonkeyChunk(raws)) == (OTHERS, [(2, why, RAWS[2])])

    def test_when_its_content_is_read_L6(self, pool: ReaderPool, deed: str, why: str) -> None:
        raws = (*RAWS[:2], Wild(RAWS[2], "read_content", deed), *RAWS[3:])
        assert outcome(pool, MonkeyChunk(raws)) == (OTHERS, [(2, why, RAWS[2])])


def test_waiting_takes_no_time_of_the_message(pool: ReaderPool) -> None:
    raws = (RAWS[0], Wild(RAWS[1], "read_envelope", "wait"), Wild(RAWS[2], "read_content", "wait"))
    assert outcome(pool, MonkeyChunk(raws, ((0, "wait"),))) == ([0, 1, 2], [])


def test_work_on_taking_a_mail_is_held_to_the_clock_only(pool: ReaderPool) -> None:
    assert outcome(pool, MonkeyChunk(RAWS, ((2, "work"), (3, "work")))) == ([0, 1, 2, 3, 4], [])


def test_envelope_and_content_have_their_time_together(pool: ReaderPool) -> None:
    raws = (
        RAWS[0],
        Wild(RAWS[1], "read_envelope|read_content", "work"),
        Wild(RAWS[2], "read_envelope", "work"),
        Wild(RAWS[3], "read_content", "work"),
    )
    assert outcome(pool, MonkeyChunk(raws)) == ([0, 2, 3], [(1, "took_too_long", RAWS[1])])


def test_several_culprits_in_all_stages_L6(pool: ReaderPool) -> None:
    raws = (
        Wild(RAWS[0], "read_content", "die"),
        RAWS[1],
        Wild(RAWS[2], "read_envelope", "hang"),
        RAWS[3],
        Wild(RAWS[4], "read_content", "eat"),
    )
    assert outcome(pool, MonkeyChunk(raws, ((1, "die"),))) == (
        [3],
        [
            (0, "crashed", RAWS[0]),
            (1, "crashed", b""),
            (2, "took_too_long", RAWS[2]),
            (4, "too_much_memory", RAWS[4]),
        ],
    )


def test_a_chunk_that_cannot_pass_its_culprit_ends_there(pool: ReaderPool) -> None:
    assert outcome(pool, MonkeyChunk(RAWS, ((2, "die"),), heeds=False)) == ([0, 1], [(2, "crashed", b"")])


def test_mails_that_changed_while_their_chunk_was_taken_again_are_set_aside(
    pool: ReaderPool, tmp_path: Path
) -> None:
    before = (RAWS[0], Wild(RAWS[1], "read_envelope", "die"), RAWS[2], RAWS[3])
    after = (RAWS[0], RAWS[1], RAWS[4])
    chunk = FadingChunk(str(tmp_path / "mark"), before, after)
    assert outcome(pool, chunk) == (
        [0],
        [(1, "crashed", RAWS[1]), (2, "changed", b""), (3, "changed", b"")],
    )


def test_other_chunks_are_read_beside_a_hanging_one(pool: ReaderPool) -> None:
    bad = MonkeyChunk(RAWS, ((0, "sleep"),))
    good = [MonkeyChunk((mail(n),)) for n in range(1, 10)]
    order: list[MonkeyChunk] = []
    pool.run([bad, *good], lambda _: Notes(), order.append)
    assert (sorted(order[:-1], key=good.index), order[-1]) == (good, bad)


def test_a_process_killed_while_it_waits_is_replaced(pool: ReaderPool) -> None:
    class Assassin(Notes):
        def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
            for pid in children():
                os.kill(pid, signal.SIGKILL)
            return super().importable(mails, unread)

    notes = Assassin()
    pool.run([MonkeyChunk(RAWS)], lambda _: notes)
    assert notes.outcome == ([0, 1, 2, 3, 4], [])


def test_processes_that_never_live_are_a_problem(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(ReaderProblem, match="cannot be started"):
        pool.run([MonkeyChunk(RAWS)], lambda _: Notes())


def test_a_chunk_that_cannot_be_loaded_is_a_problem(pool: ReaderPool) -> None:
    with pytest.raises(ReaderProblem, match="ValueError: a mail that nobody can take"):
        pool.run([UnloadableChunk()], lambda _: Notes())


@pytest.mark.parametrize("stage", ["new", "importable", "file"])
def test_what_a_judge_raises_ends_the_run_and_the_processes(pool: ReaderPool, stage: str) -> None:
    class Refusing(Notes):
        def refuse(self, *_: object) -> list[int]:
            raise OSError("disk full")

    judge = Refusing()
    setattr(judge, stage, judge.refuse)
    with pytest.raises(OSError, match="disk full"):
        pool.run([MonkeyChunk(RAWS), MonkeyChunk(RAWS, ((0, "sleep"),))], lambda _: judge)
    assert children() == []
    assert outcome(pool, MonkeyChunk(RAWS)) == ([0, 1, 2, 3, 4], [])


def test_the_processes_end_with_the_pool() -> None:
    with ReaderPool(KEY, 3) as pool:
        pool.run([MonkeyChunk(RAWS)] * 5, lambda _: Notes())
        assert 1 <= len(children()) <= 3
    assert children() == []


def test_one_mail(pool: ReaderPool) -> None:
    read = pool.read_one(RAWS[3])
    assert isinstance(read, ReadMail)
    assert read.message_id == SEAL.message_id("3@a.b")
    assert pool.read_one(b"") == Unread(0, "empty", b"")
    assert pool.read_one(b"nothing") == Unread(0, "no_headers", b"nothing")


def test_files_are_read_and_those_that_cannot_be_are_told(pool: ReaderPool, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(RAWS[0])
    (tmp_path / "b").write_bytes(b"From a Fri Nov 21 10:00:00 2025\n" + RAWS[1])
    (tmp_path / "c").write_bytes(RAWS[2])
    parts = list(chunks(tmp_path))
    (tmp_path / "c").unlink()
    notes = Notes()
    pool.run(parts, lambda _: notes)
    assert [(m.locator, m.received_at, m.problem) for m in notes.met] == [
        ("a", None, ""),
        ("b@0", 1763719200, ""),
        ("c", None, "vanished"),
    ]
    assert notes.outcome == ([0, 1], [(2, "vanished", b"")])


OF_OTHER_TESTS: set[int] = set()
"""Children that were there before the test, running or ended and not yet waited for."""


@pytest.fixture(autouse=True)
def _no_process_of_other_tests() -> None:
    stop_reading()
    OF_OTHER_TESTS.clear()
    OF_OTHER_TESTS.update(children())


def children() -> list[int]:
    """The processes that this one started during the test."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in listed if int(pid) not in OF_OTHER_TESTS]


def test_memory_stays_flat_over_a_large_mbox(tmp_path: Path) -> None:
    path = tmp_path / "box"
    with path.open("wb") as file:
        for i in range(3000):
            file.write(b"From a Fri Nov 21 10:00:00 2025\n" + mail(i) + b"a line of text\n" * 700 + b"\n")
    highest: list[int] = []
    with ReaderPool(KEY, 1) as pool:
        pool.run(chunks(path), lambda _: Notes(), lambda _: highest.append(peak_memory(children()[0])))
    # The first chunk shows what one needs; more may not add up (each is some 5 MB).
    assert (len(highest), highest[-1] - highest[1] < 8 << 20) == (7, True)


def peak_memory(pid: int) -> int:
    """The most physical memory, in bytes, that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
