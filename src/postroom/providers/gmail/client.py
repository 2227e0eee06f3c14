"""Requests to Google in the name of one mailbox: authorised, within the quota, tried again where that helps.

Nothing here knows mail. An access token that is refused is replaced once. What goes by in a moment is waited for;
what Google wants more time for is ``TryLater``, so that nobody else waits.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import httpx2

from postroom.core.trouble import CannotEver, ProviderError, SignInAgain, TryLater
from postroom.providers.gmail import batch
from postroom.providers.gmail.refusals import is_of_one, trouble
from postroom.providers.gmail.units import Quota
from postroom.providers.oauth import Grant

Params = Sequence[tuple[str, str]]
Answer = Mapping[str, Any]

PAUSES: Final = (0.5, 2.0, 5.0)
"""Seconds between tries, at most."""
_LONGEST: Final = 10.0
"""Where Google wants to be left alone for longer, nobody waits here."""
_REQUEST_SECONDS: Final = 120
"""For a whole answer, however it drips."""
_UNAUTHORISED: Final = 401
_OK: Final = 200


class Client:
    """Asks Google for JSON; may be used by several threads."""

    def __init__(
        self,
        http: httpx2.Client,
        base: str,
        grant: Grant,
        quota: Quota,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http, self._base, self._grant = http, base, grant
        self.quota = quota
        self._sleep = sleep
        self._lock = threading.Lock()
        self.counted: Callable[[], None] = lambda: None
        """Called for each request, by one thread at a time."""

    def ask(self, path: str, params: Params = (), *, units: int) -> Answer | None:
        """The answer; ``None`` where Google does not know of what it was asked. Raises one of the five errors.

        ``units`` are spent for each try; 0: they were spent already.
        """
        response = self._tried("GET", f"{path}?{urlencode(params)}" if params else path, units)
        return _read(response)

    def get(self, path: str, params: Params = (), *, units: int) -> Answer:
        """The answer to what cannot be unknown. Raises one of the five errors."""
        answer = self.ask(path, params, units=units)
        if answer is None:
            raise CannotEver("request_refused")
        return answer

    def ask_all(
        self, paths: Sequence[str], *, units: int, refused: dict[str, ProviderError] | None = None
    ) -> list[Answer | None]:
        """The answers to these paths, in their order, ``None`` as of ``ask``; the first try of each was paid already.

        ``units`` is what each costs that is tried again. Where Google fails at some of them for good, that is noted by
        path in ``refused``, and raised where there is none.
        """
        answers: list[Answer | None] = []
        for start in range(0, len(paths), batch.MOST):
            answers += self._batch(paths[start : start + batch.MOST], units, refused)
        return answers

    def _batch(
        self, paths: Sequence[str], units: int, noted: dict[str, ProviderError] | None
    ) -> list[Answer | None]:
        found: dict[int, Answer | None] = {}
        failed: dict[int, ProviderError] = {}
        refused: set[str] = set()
        for number, pause in enumerate((*PAUSES, 0.0)):
            left = [at for at in range(len(paths)) if at not in found]
            token = self._grant.token()
            answers = self._post_batch([paths[at] for at in left], units * len(left) if number else 0)
            failed.clear()
            wait = self._sort(left, answers, found, failed, partial(self._renewed, token, refused))
            if wait is None:
                break
            if not pause:
                if noted is None or any(at not in found and at not in failed for at in left):
                    raise wait
                noted |= {paths[at]: error for at, error in failed.items()}
                break
            self._pause(pause, wait)
        return [found.get(at) for at in range(len(paths))]

    def _post_batch(self, paths: Sequence[str], units: int) -> dict[int, httpx2.Response]:
        response = self._tried("POST", "/batch/gmail/v1", units, batch.written(paths))
        if not _is_known(response):
            raise CannotEver("request_refused")
        return batch.read(response)

    def _sort(
        self,
        asked: Sequence[int],
        answers: Mapping[int, httpx2.Response],
        found: dict[int, Answer | None],
        failed: dict[int, ProviderError],
        renewed: Callable[[], TryLater],
    ) -> TryLater | None:
        """Put the parts of an answer where they belong; why some are to be asked for again, where some are.

        ``failed``: those of them that are so by themselves, and not for what all have in common.
        """
        wait: TryLater | None = None
        for number, at in enumerate(asked):
            try:
                part = answers.get(number)
                if part is None:
                    raise TryLater("unavailable")
                if part.status_code == _UNAUTHORISED:
                    raise renewed()
                found[at] = _read(part)
            except TryLater as error:
                if is_of_one(error) and part is not None and part.status_code != _UNAUTHORISED:
                    failed[at] = error
                wait = error if wait is None or error.after_seconds else wait
        return wait

    def _renewed(self, used: str, refused: set[str]) -> TryLater:
        """Have another access token for what is asked again. Raises ``SignInAgain`` where one was refused before."""
        if refused - {used}:
            raise SignInAgain("token_refused")
        refused.add(used)
        self._grant.token(refused=used)
        return TryLater("unavailable", after_seconds=0)

    def _tried(self, method: str, path: str, units: int, content: bytes | None = None) -> httpx2.Response:
        """Ask until there is an answer that is no passing trouble."""
        for pause in (*PAUSES, 0.0):
            try:
                response = self._authorised(method, path, units, content)
                found = trouble(response) if response.status_code != _OK else None
                if not isinstance(found, TryLater):
                    return response
                wait = found
            except httpx2.RequestError:
                wait = TryLater("unreachable")
            if not pause:
                raise wait
            self._pause(pause, wait)
        raise AssertionError("the last try answers or raises")

    def _pause(self, pause: float, wait: TryLater) -> None:
        """Wait before the next try, as long as Google says where it does. Raises ``wait`` where that is too long."""
        if wait.after_seconds is not None:
            if wait.after_seconds > _LONGEST:
                raise wait
            self._sleep(wait.after_seconds)
        else:
            self._sleep(pause * random.uniform(0.5, 1))

    def _authorised(self, method: str, path: str, units: int, content: bytes | None) -> httpx2.Response:
        token = self._grant.token()
        response = self._sent(method, path, units, content, token)
        if response.status_code != _UNAUTHORISED:
            return response
        response = self._sent(method, path, units, content, self._grant.token(refused=token))
        if response.status_code == _UNAUTHORISED:
            raise SignInAgain("token_refused")
        return response

    def _sent(self, method: str, path: str, units: int, content: bytes | None, token: str) -> httpx2.Response:
        if units:
            self.quota.take(units)
        with self._lock:
            self.counted()
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = batch.CONTENT_TYPE
        ends_at = time.monotonic() + _REQUEST_SECONDS
        with self._http.stream(method, self._base + path, content=content, headers=headers) as response:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if time.monotonic() > ends_at:
                    raise TryLater("too_slow")
        return httpx2.Response(response.status_code, headers=_plain(response.headers), content=bytes(body))


def _plain(headers: httpx2.Headers) -> list[tuple[str, str]]:
    """The headers of an answer whose body is unpacked."""
    packed = ("content-encoding", "content-length", "transfer-encoding")
    return [(name, value) for name, value in headers.multi_items() if name.lower() not in packed]


def _read(response: httpx2.Response) -> Answer | None:
    """What an answer says; ``None`` as of ``Client.ask``. Raises what is wrong."""
    if not _is_known(response):
        return None
    try:
        answer = json.loads(response.content)
    except ValueError:
        raise TryLater("answer_unreadable") from None
    if not isinstance(answer, dict):
        raise TryLater("answer_unreadable")
    return answer


def _is_known(response: httpx2.Response) -> bool:
    """Whether Google knew what it was asked for. Raises what is wrong."""
    if response.status_code == _OK:
        return True
    if found := trouble(response):
        raise found
    return False
