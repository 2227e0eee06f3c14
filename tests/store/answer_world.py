"""Mails received and sent, with what they refer to, written as rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from hypothesis import strategies as st

from postroom.store.models import User, Workspace

_numbers = count(1)


@dataclass(frozen=True)
class Mail:
    """One mail of a user."""

    user: str
    is_sent: bool
    at: int
    name: str | None
    """Stands for its Message-ID."""
    refers: tuple[str, ...] = ()
    """The names in its References, oldest first."""
    is_automatic: bool = False
    is_inside: bool = False
    is_outside: bool = False
    kind: str = "mail"


def token(name: str) -> bytes:
    return name.encode().ljust(16, b".")


def write(workspace: Any, users: dict[str, Any], mails: list[Mail], get_model: Any, **more: Any) -> list[int]:
    """The interactions of these mails, by id; ``get_model`` as of a registry of models; ``more``: of each of them."""
    ids = []
    for mail in mails:
        message = get_model("store", "Message").objects.create(
            workspace=workspace,
            identity=next(_numbers).to_bytes(16, "big"),
            kind=mail.kind,
            message_id_token=token(mail.name) if mail.name else None,
            reference_tokens=b"".join(map(token, mail.refers)),
            at=mail.at,
            flags="",
        )
        interaction = get_model("store", "Interaction").objects.create(
            workspace=workspace,
            user=users[mail.user],
            message=message,
            kind=mail.kind,
            is_sent=mail.is_sent,
            at=mail.at,
            is_automatic=mail.is_automatic,
            is_inside=mail.is_inside,
            is_outside=mail.is_outside,
            others=1,
            outsiders=b"",
            **{name: value(mail) for name, value in more.items()},
        )
        ids.append(interaction.pk)
    return ids


def referred(mail: Mail) -> bytes | None:
    """The token of what it answers, as it is stored with what counted it."""
    return token(mail.refers[-1]) if mail.refers and mail.is_sent and mail.kind == "mail" else None


def users_of(workspace: Workspace) -> dict[str, User]:
    """Two users."""
    return {
        name: User.objects.get_or_create(workspace=workspace, email=f"{name}@us.com")[0]
        for name in ("ann", "ben")
    }


names = st.sampled_from(["a", "b", "c"])
mails = st.lists(
    st.builds(
        Mail,
        st.sampled_from(["ann", "ben"]),
        st.booleans(),
        st.integers(100, 105),
        st.none() | names,
        st.lists(names, max_size=2).map(tuple),
        st.integers(0, 4).map(lambda number: number == 0),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["mail", "mail", "mail", "chat"]),
    ),
    max_size=10,
)
