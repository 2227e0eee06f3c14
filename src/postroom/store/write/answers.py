"""Which sent mail answers which received one, and when: noted on both, so that a week needs no other week (E3, E4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from postroom.core.seal import Token
from postroom.store.rows import select_in
from postroom.store.write.rollups import note_due
from postroom.store.write.rows import change

Thread = tuple[int, Token]
"""A user, and the token of a Message-ID: what the user received under it, and sent in answer to it."""


class _Mail(NamedTuple):
    user: int
    token: Token
    id: int
    at: int
    is_inside: bool
    is_outside: bool
    is_automatic: bool
    answered_at: int | None
    answered_sides: int

    @property
    def sides(self) -> int:
        return self.is_inside * 1 + self.is_outside * 2


_COLUMNS = "i.id, i.at, i.is_inside, i.is_outside, i.is_automatic, i.answered_at, i.answered_sides"
_RECEIVED = (
    f"SELECT i.user_id, m.message_id_token, {_COLUMNS} FROM store_message m "  # noqa: S608
    "JOIN store_interaction i ON i.message_id = m.id WHERE m.message_id_token IN ({}) "
    "AND i.kind = 'mail' AND NOT i.is_sent"
)
_ANSWERS = f"SELECT i.user_id, i.answers, {_COLUMNS} FROM store_interaction i WHERE i.answers IN ({{}})"  # noqa: S608


def link_answers(threads: Collection[Thread]) -> None:
    """Note anew of these threads what answers what, and when; within the caller's transaction, whose turn it is.

    All of it from the rows that are there, so it does not matter which of them came, went or changed, and in which
    order. An answer is not older than what it answers. Automatic mail neither answers nor is answered.
    """
    wanted = set(threads)
    tokens = sorted({token for _, token in wanted})
    received, answers = _by_thread(_RECEIVED, tokens), _by_thread(_ANSWERS, tokens)
    changed = [
        (mail, at, sides)
        for thread in sorted(wanted)
        for mail, at, sides in _linked(received.get(thread, []), answers.get(thread, []))
        if (at, sides) != (mail.answered_at, mail.answered_sides)
    ]
    change(
        "UPDATE store_interaction SET answered_at = %s, answered_sides = %s WHERE id = %s",
        [(at, sides, mail.id) for mail, at, sides in changed],
    )
    note_due((mail.user, mail.at) for mail, _, _ in changed)


def _by_thread(query: str, tokens: list[Token]) -> dict[Thread, list[_Mail]]:
    found: dict[Thread, list[_Mail]] = defaultdict(list)
    for user, token, *rest in select_in(query, tokens):
        found[user, bytes(token)].append(_Mail(user, bytes(token), *rest))
    return found


def _linked(received: list[_Mail], answers: list[_Mail]) -> Iterator[tuple[_Mail, int | None, int]]:
    """What is to stand on each: of several mails under one Message-ID, an answer answers the first."""
    askers = sorted((mail for mail in received if not mail.is_automatic), key=lambda mail: (mail.at, mail.id))
    first = askers[0] if askers else None
    given = [mail for mail in answers if first and not mail.is_automatic and first.at <= mail.at]
    for mail in answers:
        yield (mail, first.at, first.sides) if first and mail in given else (mail, None, 0)
    for mail in received:
        is_answered = given and not mail.is_automatic
        later = [answer.at for answer in given if answer.at >= mail.at] if is_answered else []
        yield mail, min(later, default=None), 0
