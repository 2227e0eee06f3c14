"""Import mail from files: mbox, Maildir, a directory of mails or one mail.

Whatever was committed is known by its fingerprint, so an import that was killed is resumed by running it
again, and running it again doubles nothing. There is no cursor that could be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from postroom.actions.erase_traces import erase_traces_now
from postroom.actions.import_batch import C, ImportRun
from postroom.actions.import_summary import Summary
from postroom.actions.place import place_of
from postroom.core.upload import CUSTOMER
from postroom.providers.files import Chunk, chunks
from postroom.reader import ReaderPool
from postroom.store.models import Workspace
from postroom.store.secrets import hash_key_of


def import_mail(
    workspace: Workspace,
    path: Path,
    *,
    user_email: str,
    label: str,
    lenses: int = CUSTOMER,
    reconsider: bool = False,
    pool: ReaderPool | None = None,
    progress: Callable[[int, Summary], None] | None = None,
) -> Summary:
    """Read the mails at ``path``, decide each, store what came of it; ``reconsider``: also those known (F6).

    ``lenses``: what they are judged for, as bits (``core.upload``).
    ``pool``: reading processes of the workspace that stay for further imports. ``progress`` is told the
    bytes of each finished part. Raises ``Rejected``, ``files.PathProblem``, and what the database raises when the
    disk is full; all that was committed before stays.
    """
    place = place_of(workspace, user_email, label, lenses)
    run: ImportRun[Chunk] = ImportRun(place, reconsider)
    if pool is not None:
        return _run(run, pool, path, progress)
    with ReaderPool(hash_key_of(workspace)) as own:
        return _run(run, own, path, progress)


def _run(
    run: ImportRun[Chunk], pool: ReaderPool, path: Path, progress: Callable[[int, Summary], None] | None
) -> Summary:
    def tell(chunk: Chunk) -> None:
        if progress is not None:
            progress(chunk.size, run.summary)

    run_to_the_end(run, pool, chunks(path), tell)
    return run.summary


def run_to_the_end(
    run: ImportRun[C], pool: ReaderPool, parts: Iterable[C], tell: Callable[[C], None] | None = None
) -> None:
    """Take all parts through the import, those that went stale again, and erase what it withdrew."""
    try:
        pool.run(parts, run.batch, tell)
        while run.again:
            stale, run.again = run.again, []
            pool.run(stale, run.batch)
    finally:
        if run.has_withdrawn:
            erase_traces_now(run.place.workspace)
