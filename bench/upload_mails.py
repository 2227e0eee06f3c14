"""The mails that the benchmark uploads: made up, each new, about 2,000 characters of JSON; and how they are sent."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Sequence
from random import Random
from typing import Any

USERS = tuple(f"user{number}@us.example" for number in range(50))
_OUTSIDE = tuple(f"person{number}@customer{number % 300}.example" for number in range(2_000))
_WORDS = (
    "delivery",
    "invoice",
    "Thursday",
    "pallet",
    "price",
    "contract",
    "question",
    "thank",
    "order",
    "gate",
)


def mail(number: int, random: Random) -> dict[str, Any]:
    """The mail of this number."""
    user, (sender, *others) = random.choice(USERS), random.choices(_OUTSIDE, k=4)
    thread = f"{number // 3}.thread@us.example"
    day, minute = divmod(number, 1440)
    return {
        "id": f"m-{number}",
        "user": user,
        "date": f"2026-{1 + day // 28 % 12:02}-{1 + day % 28:02}T{minute // 60:02}:{minute % 60:02}:00Z",
        "folder": "inbox",
        "from": {"email": sender, "name": f"Person {sender[6:9]}"},
        "to": [{"email": user, "name": "A User"}],
        "cc": [{"email": other} for other in others[: random.randrange(4)]],
        "message_id": f"{number}.bench@customer.example",
        "in_reply_to": thread,
        "references": [thread],
        "subject": f"{random.choice(_WORDS).title()} {number}",
        "text": " ".join(random.choices(_WORDS, k=random.randrange(60, 300))),
    }


def calls(first: int, count: int, a_call: int) -> list[bytes]:
    """The bodies of as many calls as ``count`` mails take, from the number ``first`` on."""
    random = Random(first)
    mails = [mail(number, random) for number in range(first, first + count)]
    return [
        json.dumps({"messages": mails[start : start + a_call]}).encode() for start in range(0, count, a_call)
    ]


class CallFailed(RuntimeError):
    """A call was not answered as it should."""


def send(port: int, path: str, token: str, bodies: Sequence[bytes], clients: int) -> float:
    """Send ``bodies`` from so many connections at once; the seconds until the last answer. Raises ``CallFailed``."""
    waiting = list(reversed(bodies))
    failed: list[str] = []
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while waiting and not failed:
            try:
                body = waiting.pop()
            except IndexError:
                break
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
                break
            if answer.status != 200 or said.replace(b" ", b"").find(b'"rejected":0,') < 0:
                failed.append(f"{answer.status}: {said[:300]!r}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    if failed:
        raise CallFailed(failed[0])
    return taken
