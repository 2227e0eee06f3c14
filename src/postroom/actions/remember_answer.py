"""The same call sent twice is done once and answered twice (K7): the answer is kept with the effect.

A call claims its key first, in a transaction of its own; what it does and its answer are stored in one other. So of
a hundred equal calls at once one is done, and a call that died leaves a claim without an effect, which the
next one takes over once no such call can be going on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from postroom.store.models import SentCall, Workspace
from postroom.store.read.sent_calls import call_of_key
from postroom.store.secrets import decrypt, encrypt
from postroom.store.write import sent_calls as write

CALL_LASTS: Final = timedelta(minutes=2)
"""How long a call may last: one that has no answer by then is taken for dead."""
KEPT: Final = timedelta(hours=25)
"""How long an answer is kept: a day, and the time that the call may have taken."""
NOT_KEPT_FROM: Final = 500
"""An answer of this status or above is none: the call may be sent again."""


class Answer(NamedTuple):
    """What a call was answered."""

    status: int
    content_type: str
    body: bytes


class InFlight(Exception):
    """A call with this key is being done."""


class KeyReused(Exception):
    """Another call was sent under this key."""


class _Lost(Exception):
    """Somebody else took the claim over."""


def answer_once(
    workspace: Workspace,
    key: bytes,
    fingerprint: bytes,
    do: Callable[[], Answer],
    *,
    lasts: timedelta = CALL_LASTS,
) -> tuple[Answer, bool]:
    """Do the call unless it was done; its answer, and whether it is an earlier one.

    ``key``: 32 bytes for caller, route and key; ``fingerprint``: 32 bytes for all that the call says. An answer of
    500 or above undoes what the call did and is not kept. ``lasts``: how long such a call may last. Raises
    ``InFlight`` and ``KeyReused``.
    """
    began_at = timezone.now()
    if not write.claim_call(workspace, key, fingerprint, began_at):
        earlier = _earlier(key, fingerprint, lasts)
        if earlier.status is not None:
            return _kept(earlier), True
        if not write.take_over_call(earlier, began_at):
            raise InFlight
    try:
        with transaction.atomic():
            answer = do()
            if answer.status >= NOT_KEPT_FROM:
                transaction.set_rollback(True)
            elif not write.store_answer(key, began_at, answer.status, _sealed(answer)):
                raise _Lost
    except _Lost:
        raise InFlight from None
    except BaseException:
        write.drop_claim(key, began_at)
        raise
    if answer.status >= NOT_KEPT_FROM:
        write.drop_claim(key, began_at)
    return answer, False


def forget_sent_calls() -> int:
    """Forget the answers that were kept long enough; how many they were."""
    return write.drop_calls_before(timezone.now() - KEPT)


def digest(*parts: str | bytes) -> bytes:
    """32 bytes for these parts, each told from its neighbours."""
    whole = hashlib.sha256()
    for part in parts:
        plain = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(plain).to_bytes(8, "big") + plain)
    return whole.digest()


def _earlier(key: bytes, fingerprint: bytes, lasts: timedelta) -> SentCall:
    """The call that claimed the key, answered or dead; raises ``InFlight``, ``KeyReused``."""
    call = call_of_key(key)
    if call is None:
        # It came to nothing a moment ago.
        raise InFlight
    if bytes(call.fingerprint) != fingerprint:
        raise KeyReused
    if call.status is None and timezone.now() - call.began_at < lasts:
        raise InFlight
    return call


def _kept(call: SentCall) -> Answer:
    content_type, _, body = decrypt(call.sealed_answer or b"").partition(b"\0")
    return Answer(call.status or 0, content_type.decode(), body)


def _sealed(answer: Answer) -> bytes:
    return encrypt(answer.content_type.encode() + b"\0" + answer.body)
