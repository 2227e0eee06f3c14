"""What goes wrong at the fake: refusals of chosen requests, limits, cut connections. All off at first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import unquote

from fake_graph.queries import Wrong

AT_ONCE = 4


@dataclass(slots=True)
class _Failure:
    pattern: re.Pattern[str]
    wrong: Wrong
    times: int
    after: int


@dataclass
class Faults:
    """Switches that a test turns; requests are told by their path and options, parts of a batch too."""

    latency: float = 0.0
    """Seconds each request takes."""
    cut: str = ""
    """A pattern: answers to what matches break off in the middle."""
    quota: int = 10_000
    """So many requests a mailbox may get, each part of a batch counted."""
    before: Callable[[str], None] = field(default=lambda _: None)
    """Called before each request, and each part of a batch, is answered; it may change the mailboxes."""
    spent: Counter[str] = field(default_factory=Counter)
    """How many requests each mailbox got."""
    most_at_once: int = 0
    """How many requests of one mailbox were under way at the same time, at most."""
    _failures: list[_Failure] = field(default_factory=list)
    _under_way: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def fail(
        self, pattern: str, status: int, code: str = "", *, times: int = 1, after: int = 0, **headers: str
    ) -> None:
        """Refuse the next requests that match, so many times, once ``after`` more went well.

        A header's name is written with ``_`` for ``-``.
        """
        wrong = Wrong(status, code, headers={k.replace("_", "-"): v for k, v in headers.items()})
        self._failures.append(_Failure(re.compile(pattern), wrong, times, after))

    def check(self, path: str) -> None:
        """Raise what this request is refused with, if it is."""
        with self._lock:
            for failure in self._failures:
                if not failure.times or not failure.pattern.search(unquote(path)):
                    continue
                if failure.after:
                    failure.after -= 1
                    continue
                failure.times -= 1
                raise failure.wrong

    def spend(self, mailbox: str) -> None:
        """Count a request of this mailbox. Raises ``Wrong`` where there were too many."""
        with self._lock:
            self.spent[mailbox] += 1
            if self.spent[mailbox] > self.quota:
                raise Wrong(429, "ApplicationThrottled", "Too many requests.", {"Retry-After": "30"})

    @contextmanager
    def one_more(self, mailbox: str, requests: int) -> Iterator[None]:
        """A request, or a batch that Graph works off by so many at once. Raises ``Wrong`` beyond four."""
        with self._lock:
            self._under_way[mailbox] += requests
            now = self._under_way[mailbox]
            self.most_at_once = max(self.most_at_once, now)
        try:
            if now > AT_ONCE:
                text = "Application is over its MailboxConcurrency limit."
                raise Wrong(429, "ApplicationThrottled", text, {"Retry-After": "1"})
            yield
        finally:
            with self._lock:
                self._under_way[mailbox] -= requests
