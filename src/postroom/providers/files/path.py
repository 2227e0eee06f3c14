"""From a path somebody typed to chunks: what kind of place it is, which files stand there, in which order.

Walks lazily and in a fixed order (names by their bytes). Must not open more than it needs to tell an mbox
from a mail, and must not follow symbolic links below the path given.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from postroom.providers.files.chunk import Chunk, FilesChunk, Listed, MboxChunk, printable
from postroom.providers.files.mbox import FileSource, Mbox

MAX_CHUNK_BYTES: Final = 8 << 20
MAX_CHUNK_MAILS: Final = 500
_MIN_RANGE_BYTES: Final = 256 << 10
_SAMPLE_BYTES: Final = 64 << 10

_ANY: Final = "mail or mbox or directory"
_MAILS: Final = "mail"
_FOLDER: Final = "directory"
"""What a name may stand for: beside a Maildir's own directories only further folders count."""


class PathProblem(ValueError):
    """The path cannot be imported; the message says what to do."""


def chunks(
    path: Path, *, max_bytes: int = MAX_CHUNK_BYTES, max_mails: int = MAX_CHUNK_MAILS
) -> Iterator[Chunk]:
    """Yield everything at ``path`` in chunks of about ``max_bytes`` and ``max_mails``, at once or less.

    Raises ``PathProblem`` before the first chunk where there is nothing to read.
    """
    root, files = _look(path)
    gathered: list[Listed] = []
    size = 0
    for file in files:
        if file.size > min(max_bytes, _MIN_RANGE_BYTES) and not file.one_mail and _is_mbox(root, file.path):
            yield from _ranges(root, file, max_bytes, max_mails)
            continue
        if gathered and (len(gathered) >= max_mails or size + file.size > max_bytes):
            yield FilesChunk(str(root), tuple(gathered))
            gathered, size = [], 0
        gathered.append(file)
        size += file.size
    if gathered:
        yield FilesChunk(str(root), tuple(gathered))


def total_bytes(path: Path) -> int:
    """The sum of the sizes of all chunks of ``path``. Raises ``PathProblem`` like ``chunks``."""
    return sum(file.size for file in _look(path)[1])


def _look(path: Path) -> tuple[Path, Iterator[Listed]]:
    """The root of the locators and the files below it, checked to be there and readable."""
    try:
        real = path.expanduser().resolve(strict=True)
        status = real.stat()
        if stat.S_ISDIR(status.st_mode):
            os.listdir(real)  # noqa: PTH208 (asks whether it may be listed)
            return real, _walk(real)
        if not stat.S_ISREG(status.st_mode):
            raise PathProblem(
                f"{_shown(path)} is neither a file nor a folder. Give an mbox, a Maildir, a folder or a mail."
            )
        os.close(os.open(real, os.O_RDONLY))
        return real.parent, iter((Listed(real.name, status.st_size, False),))
    except FileNotFoundError:
        raise PathProblem(f"There is nothing at {_shown(path)}. Check the path for typing errors.") from None
    except (PermissionError, NotADirectoryError) as error:
        raise PathProblem(
            f"{_shown(path)} may not be read ({error.strerror}). Run this as somebody who may read it, "
            "or change its permissions."
        ) from None
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, PathProblem):
            raise
        raise PathProblem(f"{_shown(path)} cannot be read ({error}). Check the disk and the path.") from None


def _walk(root: Path) -> Iterator[Listed]:
    """Yield the files under a directory, depth first; those of a Maildir from ``new`` and ``cur`` only."""
    stack = [("", _ANY)]
    top = os.path.join(root, "")  # noqa: PTH118 (joined once, for a million files)
    while stack:
        path, kind = stack.pop()
        try:
            status = os.lstat(top + path)
            if stat.S_ISDIR(status.st_mode):
                stack.extend(_children(root, path, kind))
            elif stat.S_ISREG(status.st_mode) and kind != _FOLDER:
                yield Listed(path, status.st_size, kind == _MAILS)
        except OSError:
            # Its chunk will find out why, and say so.
            yield Listed(path, 0, True)


def _children(root: Path, below: str, kind: str) -> list[tuple[str, str]]:
    """What stands in a directory, last name first, and what each name may be."""
    names = sorted(os.listdir(root / below), key=os.fsencode, reverse=True)  # noqa: PTH208 (hot)
    prefix = os.path.join(below, "") if below else ""  # noqa: PTH118
    if kind == _MAILS:
        # Hidden files there are a mail server's indexes.
        return [(prefix + name, _MAILS) for name in names if name[0] != "."]
    if not _is_maildir(root / below, names):
        return [(prefix + name, _ANY) for name in names]
    kinds = {"cur": _MAILS, "new": _MAILS}
    return [(prefix + name, kinds.get(name, _FOLDER)) for name in names if name != "tmp"]


def _is_maildir(directory: Path, names: list[str]) -> bool:
    return "cur" in names and "new" in names and (directory / "cur").is_dir() and (directory / "new").is_dir()


def _is_mbox(root: Path, path: str) -> bool:
    """Say whether the file begins an mbox; ``False`` where it cannot be opened (its chunk will tell why)."""
    try:
        fd = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return Mbox(FileSource(fd)).is_one
    finally:
        os.close(fd)


def _ranges(root: Path, file: Listed, max_bytes: int, max_mails: int) -> Iterator[MboxChunk]:
    """Cut an mbox into ranges, each as long as it may be by a sample of how many messages begin there."""
    begin = 0
    while begin < file.size:
        length = min(max_bytes, max(_likely_length(root, file.path, begin, max_mails), _MIN_RANGE_BYTES))
        end = min(file.size, begin + length)
        yield MboxChunk(str(root), file.path, begin, end)
        begin = end


def _likely_length(root: Path, path: str, begin: int, max_mails: int) -> int:
    try:
        with (root / path).open("rb", buffering=0) as file:
            file.seek(begin)
            sample = file.read(_SAMPLE_BYTES)
    except OSError:
        return MAX_CHUNK_BYTES
    return len(sample) * max_mails // max(1, sample.count(b"\nFrom "))


def _shown(path: Path) -> str:
    return printable(str(path))
