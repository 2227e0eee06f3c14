"""What a path can be, and what is read there."""

import mailbox
import os
import pickle
import subprocess
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from postroom.providers.files import FileMail, PathProblem, chunks, total_bytes
from postroom.providers.files import chunk as chunk_module

MAIL = b"A: 1\n\nx\n"
FROM = b"From a@b.c Fri Nov 21 10:00:00 2025\n"
AT = 1763719200

T = TypeVar("T")


def mails(path: Path, **limits: int) -> list[FileMail]:
    return [mail for chunk in chunks(path, **limits) for mail in pickle.loads(pickle.dumps(chunk)).mails()]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_one_mail(tmp_path: Path) -> None:
    assert mails(write(tmp_path / "a.eml", MAIL)) == [FileMail("a.eml", MAIL)]


def test_an_empty_file_is_one_empty_mail(tmp_path: Path) -> None:
    assert mails(write(tmp_path / "a.eml", b"")) == [FileMail("a.eml", b"")]


def test_an_mbox(tmp_path: Path) -> None:
    path = write(tmp_path / "box", FROM + MAIL + b"\n" + FROM + MAIL + b"\n")
    assert mails(path) == [FileMail("box@0", MAIL, AT), FileMail("box@45", MAIL, AT)]


def test_an_mbox_that_another_program_wrote(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    written = [f"A: {i}\n\nFrom here\n{'x' * i}\n".encode() for i in range(50)]
    for mail in written:
        box.add(mail)
    box.flush()
    # mboxo: the writer put the sign there, the reader takes it away.
    assert [mail.raw for mail in mails(tmp_path / "box", max_bytes=700)] == written


def test_a_directory_is_read_in_order_whatever_the_names(tmp_path: Path) -> None:
    for name in ("b", "a.txt", "c/d/e.eml", "c/.hidden", "Z"):
        write(tmp_path / name, MAIL)
    write(tmp_path / "c" / "box", FROM + MAIL + b"\n" + FROM + MAIL)
    (tmp_path / "empty").mkdir()
    locators = [mail.locator for mail in mails(tmp_path)]
    assert locators == ["Z", "a.txt", "b", "c/.hidden", "c/box@0", "c/box@45", "c/d/e.eml"]


def test_an_empty_directory(tmp_path: Path) -> None:
    assert (mails(tmp_path), total_bytes(tmp_path)) == ([], 0)


def test_a_name_that_is_no_text_is_shown_and_read(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).write_bytes(MAIL)
    assert mails(tmp_path) == [FileMail("caf\\xe9", MAIL)]


def test_links_pipes_and_sockets_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret", MAIL)
    folder = tmp_path / "folder"
    write(folder / "a", MAIL)
    (folder / "link").symlink_to(tmp_path / "outside" / "secret")
    (folder / "links").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "pipe")
    assert mails(folder) == [FileMail("a", MAIL)]


def test_the_path_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "folder" / "a", MAIL)
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert mails(tmp_path / "link") == [FileMail("a", MAIL)]


def test_a_maildir_with_folders(tmp_path: Path) -> None:
    for folder in ("", ".Sent/", "nested/"):
        for name in ("cur", "new", "tmp"):
            (tmp_path / folder / name).mkdir(parents=True)
        write(tmp_path / folder / "cur" / "1:2,S", MAIL)
        write(tmp_path / folder / "tmp" / "2", MAIL)
    write(tmp_path / "new" / "3", FROM + MAIL + b"\n" + FROM + MAIL)
    write(tmp_path / "cur" / ".index", b"\0")
    write(tmp_path / "dovecot-uidlist", b"3 V1")
    assert mails(tmp_path) == [
        FileMail(".Sent/cur/1:2,S", MAIL),
        FileMail("cur/1:2,S", MAIL),
        FileMail("nested/cur/1:2,S", MAIL),
        FileMail("new/3", FROM + MAIL + b"\n" + FROM + MAIL),
    ]


def test_a_directory_deeper_than_any_stack() -> None:
    # Not in tmp_path: whoever clears that up recurses.
    root = Path(tempfile.mkdtemp())
    try:
        put_deep(root, 1200)
        assert mails(root) == [FileMail("d/" * 1200 + "mail", MAIL)]
    finally:
        subprocess.run(["rm", "-rf", root], check=True)


def put_deep(root: Path, depth: int) -> None:
    """Write a mail under so many directories that each is named ``d``."""
    at = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=at)
        above, at = at, os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(above)
    with os.fdopen(os.open("mail", os.O_WRONLY | os.O_CREAT, dir_fd=at), "wb") as file:
        file.write(MAIL)
    os.close(at)


def test_chunks_are_as_small_as_told_and_their_sizes_add_up(tmp_path: Path) -> None:
    for i in range(7):
        write(tmp_path / str(i), MAIL)
    write(tmp_path / "box", (FROM + MAIL + b"\n") * 10)
    parts = list(chunks(tmp_path, max_bytes=100, max_mails=3))
    assert [len(list(part.mails())) for part in parts] == [3, 3, 3, 2, 2, 2, 1, 1]
    assert sum(part.size for part in parts) == total_bytes(tmp_path) == 7 * len(MAIL) + 450


def test_ranges_are_shorter_where_messages_are(tmp_path: Path) -> None:
    path = write(tmp_path / "box", (FROM + MAIL + b"\n") * 100_000)
    assert {part.size for part in chunks(path)} == {256 << 10, 4_500_000 % (256 << 10)}


def test_mails_that_are_too_large_are_named_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_module, "MAX_MAIL_BYTES", 100)
    write(tmp_path / "a.eml", b"A: 1\n\n" + b"x" * 95)
    write(tmp_path / "box", FROM + b"A: 1\n\n" + b"x" * 95 + b"\n\n" + FROM + MAIL)
    assert mails(tmp_path) == [
        FileMail("a.eml", b"", None, 101, "too_large"),
        FileMail("box@0", b"", AT, 103, "too_large"),
        FileMail("box@139", MAIL, AT),
    ]


def test_a_vanished_file_and_a_changed_kind_do_not_stop_the_rest(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / name, MAIL)
    write(tmp_path / "d", (FROM + MAIL + b"\n") * 3)
    *ranges, files = chunks(tmp_path, max_bytes=100)
    (tmp_path / "a").unlink()
    (tmp_path / "b").unlink()
    (tmp_path / "b").symlink_to(tmp_path / "c")
    assert list(files.mails()) == [
        FileMail("a", b"", problem="vanished"),
        FileMail("b", b"", problem="not_readable"),
        FileMail("c", MAIL),
    ]
    (tmp_path / "d").unlink()
    assert [mail for part in ranges for mail in part.mails()] == [
        FileMail("d@0", b"", problem="vanished"),
        FileMail("d@100", b"", problem="vanished"),
    ]


def test_mails_named_are_not_touched(tmp_path: Path) -> None:
    for name in ("a", "c"):
        write(tmp_path / name, MAIL)
    write(tmp_path / "b", (FROM + MAIL + b"\n") * 2)
    (chunk,) = chunks(tmp_path)
    assert list(chunk.mails({0: "crashed", 2: "took_too_long"})) == [
        FileMail("a", b"", problem="crashed"),
        FileMail("b@0", MAIL, AT),
        FileMail("b@45", b"", AT, problem="took_too_long"),
        FileMail("c", MAIL),
    ]


def test_what_may_not_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "a", MAIL).chmod(0)
    write(tmp_path / "b" / "mail", MAIL).parent.chmod(0)
    write(tmp_path / "c", MAIL)
    outcome = as_nobody(lambda: [(mail.locator, mail.problem) for mail in mails(tmp_path)], tmp_path)
    assert outcome == [("a", "not_readable"), ("b", "not_readable"), ("c", "")]


def test_a_path_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    closed = write(tmp_path / "closed", MAIL)
    closed.chmod(0)
    os.mkfifo(tmp_path / "pipe")
    assert as_nobody(lambda: problem(closed), tmp_path) == (
        f"{closed} may not be read (Permission denied). Run this as somebody who may read it, "
        "or change its permissions."
    )
    assert problem(tmp_path / "none") == (
        f"There is nothing at {tmp_path}/none. Check the path for typing errors."
    )
    assert problem(tmp_path / "pipe") == (
        f"{tmp_path}/pipe is neither a file nor a folder. Give an mbox, a Maildir, a folder or a mail."
    )


def problem(path: Path) -> str:
    with pytest.raises(PathProblem) as raised:
        next(iter(chunks(path)))
    return str(raised.value)


def as_nobody(ask: Callable[[], T], folder: Path) -> T:
    """Ask as somebody without the rights of root, where the tests run as root."""
    if os.geteuid() != 0:
        return ask()
    for parent in (folder, *folder.parents):
        if parent != Path("/") and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        return ask()
    finally:
        os.seteuid(0)


def test_a_large_mbox_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "box"
    with path.open("wb") as file:
        for i in range(3000):
            file.write(FROM + b"A: %d\n\n" % i + b"x" * 10_000 + b"\n\n")
    tracemalloc.start()
    try:
        count = sum(1 for chunk in chunks(path) for _ in chunk.mails())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, peak < 4 << 20) == (3000, True)
