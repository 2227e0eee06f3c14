"""Asks Graph: one request, a batch of them, or several bodies at once; with the token, the budget and the limits.

Every request carries ``Prefer: IdType="ImmutableId"``, the parts of a batch too: else ids change when a mail is moved.
Nothing but the Graph address that was set up is asked. Tokens are renewed and budgets spent in the thread of the
caller; other threads only carry bytes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any, Final

import httpx2

from postroom.core.trouble import CannotEver, SignInAgain, TryLater
from postroom.providers.graph.answer import Answer
from postroom.providers.graph.refusals import error_of, is_busy, is_throttled
from postroom.providers.oauth import Grant, seconds_to_wait

IMMUTABLE: Final = 'IdType="ImmutableId"'
AT_ONCE: Final = 4
"""Requests of one mailbox that Graph answers at the same time."""
BATCH: Final = 20
"""Requests in a batch, at most."""
MOST: Final = 10_000
SPAN_SECONDS: Final = 600
"""So many requests an application may make of one mailbox in so long."""
PATIENCE_SECONDS: Final = 10
"""So long a batch is gone on with where Graph wants parts of it later; beyond it: ``TryLater``."""

TRIES: Final = 3
"""So often one thing that the service fails at is asked for among others."""

_MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_SECONDS: Final = 300
"""So long one answer may take, however steadily it drips."""

Spend = Callable[[str, int, int, int], None]


class Client:
    """Asks Graph about one mailbox, or about the directory."""

    def __init__(self, http: httpx2.Client, graph: str, grant: Grant, spend: Spend) -> None:
        self._http, self._grant, self._spend = http, grant, spend
        self._base = f"{graph}/v1.0"
        self.counted: Callable[[int], None] = lambda _: None
        """Called with how many requests are made, each part of a batch counted."""

    def link(self, path: str) -> str:
        """The whole address of a path that begins with a slash."""
        return self._base + path

    def is_ours(self, link: str) -> bool:
        """Say whether a link is at this Graph address, so that it may be followed."""
        return link.startswith(f"{self._base}/")

    def get(self, link: str, *, is_of_label: bool = False, prefer: str = "") -> Answer:
        """Ask for one thing. Raises one of the five errors; ``is_of_label``: see ``error_of``."""
        self._count(1)
        answer = self._signed(lambda token: self._send(link, token, prefer))
        if not answer.is_good:
            raise error_of(answer, is_of_label=is_of_label)
        return answer

    def try_get(self, link: str) -> Answer:
        """Ask for one thing and answer whatever came, but what passes."""
        self._count(1)
        answer = self._signed(lambda token: self._send(link, token))
        if is_busy(answer):
            raise error_of(answer)
        return answer

    def batch(self, paths: Sequence[str]) -> list[Answer]:
        """Ask for many things; the answers in their order, good or not. What was throttled is asked again, and a few
        times what the service fails at."""
        failed: Counter[int] = Counter()
        answers: dict[int, Answer] = {}
        left, patience, refused = deque(range(len(paths))), float(PATIENCE_SECONDS), 0
        while left:
            asked = [left.popleft() for _ in range(min(BATCH, len(left)))]
            token, given = self._batch({number: paths[number] for number in asked})
            failed.update(n for n, a in given.items() if _fails(a))
            answers |= {n: a for n, a in given.items() if not is_busy(a) and a.status != 401}
            answers |= {n: a for n, a in given.items() if _fails(a) and failed[n] == TRIES}
            again = [number for number in asked if number not in answers]
            left.extendleft(reversed(again))
            busy = [given[n] for n in again if n in given and is_busy(given[n])]
            if any(given[n].status == 401 for n in again if n in given):
                refused += 1
                if refused > 1:
                    raise SignInAgain("token_refused")
                self._grant.token(refused=token)
            elif again:
                patience = _wait(busy, patience)
        return [answers[number] for number in range(len(paths))]

    def bodies(self, links: Sequence[str]) -> Iterator[tuple[int, Answer]]:
        """Ask for many things, a few at a time, and yield their numbers and answers in order, good or not."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            under_way: deque[tuple[int, str, Future[Answer]]] = deque()
            waiting = deque(enumerate(links))
            try:
                while waiting or under_way:
                    while waiting and len(under_way) < AT_ONCE:
                        number, link = waiting.popleft()
                        self._count(1)
                        token = self._grant.token()
                        under_way.append((number, token, threads.submit(self._send_body, link, token)))
                    number, token, future = under_way.popleft()
                    yield number, self._settled(links[number], token, future.result())
            finally:
                for _, _, future in under_way:
                    future.cancel()

    def _settled(self, link: str, token: str, answer: Answer) -> Answer:
        if answer.status == 401:
            self._count(1)
            answer = self._send_body(link, self._grant.token(refused=token))
        if answer.status == 401:
            raise SignInAgain("token_refused", answer.error_text)
        patience = float(PATIENCE_SECONDS)
        for _ in range(TRIES - 1):
            if _fails(answer):
                patience = _wait([answer], patience)
                self._count(1)
                answer = self._send_body(link, self._grant.token())
        if is_throttled(answer):
            raise error_of(answer)
        return answer

    def _send_body(self, link: str, token: str) -> Answer:
        """Send; what is longer than any mail is an answer of its own: it is no trouble of the others."""
        try:
            return self._send(link, token)
        except CannotEver as error:
            if error.code != "answer_too_large":
                raise
            return Answer(413, b"")

    def _count(self, units: int) -> None:
        self._spend("mailbox", units, MOST, SPAN_SECONDS)
        self.counted(units)

    def _signed(self, send: Callable[[str], Answer]) -> Answer:
        """Send with the token, and once more with a new one where it was refused."""
        token = self._grant.token()
        answer = send(token)
        if answer.status == 401:
            answer = send(self._grant.token(refused=token))
        if answer.status == 401:
            raise SignInAgain("token_refused", answer.error_text)
        return answer

    def _batch(self, paths: dict[int, str]) -> tuple[str, dict[int, Answer]]:
        """Send one batch: the token it was sent with, and the answers that came."""
        self._count(len(paths))
        parts = [
            {"id": str(number), "method": "GET", "url": path, "headers": {"Prefer": IMMUTABLE}}
            for number, path in paths.items()
        ]
        used = ""

        def send(token: str) -> Answer:
            nonlocal used
            used = token
            return self._send(self.link("/$batch"), token, parts={"requests": parts})

        answer = self._signed(send)
        if not answer.is_good:
            raise error_of(answer)
        responses = answer.json().get("responses")
        given = dict(_part(part) for part in responses) if isinstance(responses, list) else {}
        return used, {number: given[str(number)] for number in paths if str(number) in given}

    def _send(self, link: str, token: str, prefer: str = "", parts: dict[str, Any] | None = None) -> Answer:
        """Send one request and read all of its answer. Raises ``TryLater`` where it does not come through."""
        if not self.is_ours(link):
            raise CannotEver("protocol", "Microsoft Graph names a link that is not its own.")
        headers = {
            "Authorization": f"Bearer {token}",
            "Prefer": f"{IMMUTABLE}, {prefer}" if prefer else IMMUTABLE,
        }
        until = monotonic() + _MOST_SECONDS
        body = bytearray()
        try:
            method = "POST" if parts else "GET"
            with self._http.stream(method, link, headers=headers, json=parts) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise CannotEver("answer_too_large")
                    if monotonic() > until:
                        raise TryLater("too_slow")
                return Answer(response.status_code, bytes(body), seconds_to_wait(response))
        except (httpx2.TransportError, httpx2.DecodingError):
            raise TryLater("unreachable") from None
        except httpx2.InvalidURL:
            raise CannotEver("protocol") from None


def _fails(answer: Answer) -> bool:
    """Say whether the service fails at it, without saying that anybody is to wait."""
    return is_busy(answer) and not is_throttled(answer)


def _part(part: object) -> tuple[str, Answer]:
    """One answer in a batch, with its id."""
    if not isinstance(part, dict) or not isinstance(part.get("status"), int):
        raise CannotEver("protocol", "Microsoft Graph answered a batch with what is no answer.")
    headers = part.get("headers")
    said = headers if isinstance(headers, dict) else {}
    retry = httpx2.Response(200, headers={k: str(v) for k, v in said.items() if k.lower() == "retry-after"})
    body = part.get("body")
    return str(part.get("id")), Answer(
        part["status"], body if isinstance(body, dict) else {}, seconds_to_wait(retry)
    )


def _wait(busy: Sequence[Answer], patience: float) -> float:
    """Wait as long as the busy parts want, and answer how much patience is left. Raises ``TryLater``."""
    seconds = max((answer.retry_after or 1.0 for answer in busy), default=1.0)
    if seconds > patience:
        raise TryLater("throttled", after_seconds=seconds)
    sleep(seconds)
    return patience - seconds
