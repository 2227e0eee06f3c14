"""Whole mails, several in flight at once: byte for byte as Google keeps them."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final

from postroom.core.trouble import CannotEver, ProviderError
from postroom.providers.gmail.client import Answer
from postroom.providers.gmail.refusals import is_of_one
from postroom.providers.port import Whole

IN_FLIGHT: Final = 4
"""More at once Google may refuse, and each may be tens of megabytes."""


def fetched(
    refs: Sequence[str], fetch: Callable[[str], Answer | None], refused: dict[str, ProviderError]
) -> Iterator[Whole]:
    """Fetch these mails, in their order; at most ``IN_FLIGHT`` are in memory. ``None`` of ``fetch``: it is gone.

    Those that Google has and does not give are noted in ``refused``.
    """
    asked: deque[tuple[str, Future[Answer | None]]] = deque()
    rest = iter(refs)
    pool = ThreadPoolExecutor(IN_FLIGHT)
    try:
        while True:
            for ref in islice(rest, IN_FLIGHT - len(asked)):
                asked.append((ref, pool.submit(fetch, ref)))
            if not asked:
                return
            ref, coming = asked.popleft()
            try:
                answer = coming.result()
                whole = None if answer is None else Whole(ref, _raw(answer))
            except ProviderError as error:
                if not is_of_one(error):
                    raise
                refused[ref] = error
                continue
            if whole is not None:
                yield whole
    finally:
        pool.shutdown(cancel_futures=True)


def _raw(answer: Answer) -> bytes:
    """The bytes of a message of ``format=raw``. Raises ``CannotEver`` (``protocol``) where it is none."""
    raw = answer.get("raw", "")
    try:
        return urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (TypeError, ValueError):
        raise CannotEver("protocol") from None
