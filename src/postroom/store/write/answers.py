"""Which sent mail answers which received one: noted on both, so that a week needs no other week (E3, E4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final, NamedTuple

from postroom.core.answers import Link, links_of
from postroom.core.seal import Token
from postroom.store.rows import batched, select_in
from postroom.store.write.rollups import note_due
from postroom.store.write.rows import change

Thread = tuple[int, Token]
"""A user, and the token of a Message-ID: what the user received under it, and sent in answer to it."""


class _Mail(NamedTuple):
    user: int
    id: int
    at: int
    is_inside: bool
    is_outside: bool
    is_automatic: bool
    link: Link


_COLUMNS = "i.id, i.at, i.is_inside, i.is_outside, i.is_automatic, i.answered_at, i.answered_sides"
_RECEIVED = (
    f"SELECT i.user_id, m.message_id_token, {_COLUMNS} FROM store_message m "  # noqa: S608
    "JOIN store_interaction i ON i.message_id = m.id WHERE m.message_id_token IN ({}) "
    "AND i.kind = 'mail' AND NOT i.is_sent AND i.user_id IN ([users])"
)
_ANSWERS = (
    f"SELECT i.user_id, i.answers, {_COLUMNS} FROM store_interaction i "  # noqa: S608
    "WHERE i.answers IN ({}) AND i.user_id IN ([users])"
)
_USERS_A_QUERY: Final = 500


def link_answers(threads: Collection[Thread]) -> None:
    """Note anew of these threads what answers what, and when; within the caller's transaction, whose turn it is.

    All of it from the rows that are there, so it does not matter which of them came, went or changed, and in which
    order.
    """
    wanted = set(threads)
    received, answers = _by_thread(_RECEIVED, wanted), _by_thread(_ANSWERS, wanted)
    changed = [
        (mail, link)
        for thread in sorted(wanted)
        for mail, link in links_of(received.get(thread, []), answers.get(thread, []))
        if link != mail.link
    ]
    change(
        "UPDATE store_interaction SET answered_at = %s, answered_sides = %s WHERE id = %s",
        [(*link, mail.id) for mail, link in changed],
    )
    note_due((mail.user, mail.at) for mail, _ in changed)


def _by_thread(query: str, threads: Collection[Thread]) -> dict[Thread, list[_Mail]]:
    """These users' mails; whoever else has the same is not read: a mail to everybody is in everybody's threads."""
    found: dict[Thread, list[_Mail]] = defaultdict(list)
    for users in batched(sorted({user for user, _ in threads}), _USERS_A_QUERY):
        tokens = sorted({token for user, token in threads if users[0] <= user <= users[-1]})
        marks = ",".join(["%s"] * len(users))
        for user, token, *rest in select_in(query.replace("[users]", marks), tokens, users):
            found[user, bytes(token)].append(_mail(user, *rest))
    return found


def _mail(
    user: int,
    id_: int,
    at: int,
    inside: bool,
    outside: bool,
    automatic: bool,
    answered_at: int | None,
    sides: int,
) -> _Mail:
    return _Mail(user, id_, at, bool(inside), bool(outside), bool(automatic), Link(answered_at, sides))
