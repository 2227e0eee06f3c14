"""What happens in the demo's weeks, as records that a connector would upload; all of it before a present.

Must not decide who does what, and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from postroom.demo.colleagues import DOMAIN

Record = dict[str, Any]
REACTIONS: Final = ("👍", "🎉", "👀", "✅")


class Records:
    """Takes down what happens. ``name`` begins all ids, so that they are told from those of others."""

    def __init__(self, name: str, now: datetime, random: Random) -> None:
        self._name = name
        self._now = now
        self._random = random
        self._chats: list[Record] = []
        self._reactions: list[Record] = []
        self._activities: list[Record] = []
        self._mails: list[Record] = []

    def of_each_kind(self) -> dict[str, list[Record]]:
        """All of them by kind (``core.upload``), as the upload API takes them."""
        return {
            "chat": self._chats,
            "reaction": self._reactions,
            "activity": self._activities,
            "mail": self._mails,
        }

    def meet(self, kind: str, people: Sequence[str], starts: datetime, minutes: int, subject: str) -> None:
        """They meet, in a ``call`` or a ``meeting``, whoever stands first having called it."""
        ends = starts + timedelta(minutes=minutes)
        if ends < self._now:
            self._activities.append(
                {
                    "id": f"{self._name}-{len(self._activities)}",
                    "type": kind,
                    "user": people[0],
                    "participants": list(people[1:]),
                    "start": written(starts),
                    "end": written(ends),
                    "subject": subject,
                }
            )

    def say(self, author: str, other: str, at: datetime, text: str) -> Record | None:
        """One writes to the other in the chat of the two; nothing if that is to come."""
        if at >= self._now:
            return None
        members = sorted([author, other])
        said = {
            "id": f"{self._name}-{len(self._chats)}",
            "chat_id": "-".join([self._name, *(member.partition("@")[0] for member in members)]),
            "chat_type": "direct",
            "author": author,
            "members": members,
            "date": written(at),
            "text": text,
        }
        self._chats.append(said)
        return said

    def react(self, said: Record, user: str, at: datetime) -> None:
        """Somebody reacts to what was said."""
        if at < self._now:
            self._reactions.append(
                {
                    "id": f"{self._name}-{len(self._reactions)}",
                    "message_id": said["id"],
                    "chat_id": said["chat_id"],
                    "user": user,
                    "message_author": said["author"],
                    "reaction": self._random.choice(REACTIONS),
                    "date": written(at),
                }
            )

    def mail(
        self, sender: str, to: str, at: datetime, subject: str, answers: Record | None = None
    ) -> Record | None:
        """One writes a mail to the other, and it lies in the mailboxes of those who are ours; nothing if to come."""
        if at >= self._now:
            return None
        mail = {
            "message_id": f"{len(self._mails)}.{self._name}@{sender.partition('@')[2]}",
            "from": sender,
            "to": [to],
            "date": written(at),
            "subject": subject if answers is None else f"Re: {answers['subject']}",
            "text": subject,
        }
        if answers is not None:
            mail["in_reply_to"] = answers["message_id"]
        for user, folder in ((sender, "sent"), (to, "inbox")):
            if user.endswith(f"@{DOMAIN}"):
                self._mails.append(
                    {"id": f"{self._name}-{len(self._mails)}", "user": user, "folder": folder, **mail}
                )
        return mail


def written(at: datetime) -> str:
    """A time as it is uploaded."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
