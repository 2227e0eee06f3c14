"""What can go wrong at a server in memory: plain switches that a test turns, all off at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from postroom.core.trouble import ProviderError

ANY = "*"
"""Instead of a method: whichever comes next."""


@dataclass(slots=True)
class _Failure:
    error: ProviderError
    after: int
    times: int | None


@dataclass(slots=True)
class Faults:
    """How a server misbehaves. Methods go by their names at the port; ``open`` is signing in."""

    page_size: int = 100
    """So many mails in an answer of ``changes`` and ``list``, at most."""
    latency: float = 0.0
    """Seconds each request takes."""
    quota: tuple[int, int] | None = None
    """So many requests in so many seconds a mailbox may make; each spends one unit."""
    repeat_cursor: bool = False
    """``changes`` and ``list`` say there is more, and hand out what they were asked with."""
    empty_listing: bool = False
    """``list`` and ``count`` find nothing, whatever there is."""
    untold: set[str] = field(default_factory=set)
    """Mails that ``changes`` never tells of; ``list`` does."""
    gone_between_head_and_whole: set[str] = field(default_factory=set)
    """Mails that are expunged right after their head was given."""
    not_given: set[str] = field(default_factory=set)
    """Mails that are there, and of which neither head nor whole is given."""
    head_alone: set[str] = field(default_factory=set)
    """Mails of which the head alone is given."""
    denied: set[str] = field(default_factory=set)
    """Labels that may not be looked into: ``NotAllowed``."""
    before: Callable[[str], None] = field(default=lambda _: None)
    """Called with the method before each request, with no lock held: it may change the mailboxes, or raise."""
    requests: Counter[str] = field(default_factory=Counter)
    """How many requests were made, by method; signing in is ``open``."""
    _failures: dict[str, list[_Failure]] = field(default_factory=dict)

    def fail_next(self, method: str, error: ProviderError, times: int = 1, *, after: int = 0) -> None:
        """Answer the next requests of a method with an error, so many times, once ``after`` more went well."""
        self._failures.setdefault(method, []).append(_Failure(error, after, times))

    def fail_always(self, method: str, error: ProviderError) -> None:
        """Answer every request of a method with an error, until ``heal``."""
        self._failures.setdefault(method, []).append(_Failure(error, 0, None))

    def heal(self) -> None:
        """Take back all that ``fail_next`` and ``fail_always`` said."""
        self._failures.clear()

    def error_of(self, method: str) -> ProviderError | None:
        """The error that answers this request, if one does; counts down."""
        for name in (method, ANY):
            waiting = self._failures.get(name, [])
            if waiting and (error := _next(waiting)) is not None:
                return error
        return None


def _next(waiting: list[_Failure]) -> ProviderError | None:
    first = waiting[0]
    if first.after:
        first.after -= 1
        return None
    if first.times is not None:
        first.times -= 1
        if not first.times:
            waiting.pop(0)
    return first.error
