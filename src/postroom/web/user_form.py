"""The form of a user: what was typed, as a record of Add users, and what is wrong with it (U3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import HttpRequest

from postroom.actions.rejection import Rejected
from postroom.actions.user_attributes import DEFAULT_ROLE, MAX_CUSTOM
from postroom.core.permissions import may_give
from postroom.store.models import User
from postroom.web.forms import sentence, words_in

PLAIN: Final = (
    "name",
    "title",
    "department",
    "location",
    "manager_email",
    "employee_id",
    "hire_date",
    "termination_date",
    "employment_type",
    "time_zone",
    "locale",
    "role",
)
"""The attributes that are one field each."""


@dataclass(slots=True)
class UserForm:
    """What stands in the form, and what stood in it when it was opened: what was not touched is not written."""

    email: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    """By attribute, what is typed; ``aliases`` one a line."""
    own: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of the attributes of the company's own, as many rows as there may be."""
    was: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The record that is meant: what differs from what stood there."""
        record: dict[str, Any] = {"email": self.email}
        for name in (*PLAIN, "aliases"):
            typed = self.fields.get(name, "")
            if typed.strip() != self.was.get(name, "").strip():
                record[name] = words_in(typed) if name == "aliases" else typed.strip() or None
        custom = {name.strip(): value.strip() for name, value in self.own if name.strip()}
        if _told(custom.items()) != self.was.get("custom", ""):
            record["custom"] = custom
        return record

    def refuse(self, refusal: Rejected) -> None:
        """Put a refusal beside its field."""
        self.problems[refusal.field or "email"] = sentence(refusal.reason)


def new_form() -> UserForm:
    """An empty form."""
    return UserForm(fields={"role": DEFAULT_ROLE}, own=_rows({}))


def form_of(user: User, aliases: Iterable[str]) -> UserForm:
    """The form with what is known of a user."""
    fields = {name: _text(getattr(user, name)) for name in PLAIN}
    fields["aliases"] = "\n".join(aliases)
    return UserForm(user.email, fields, _rows(user.custom), {**fields, "custom": _told(user.custom.items())})


def typed_form(request: HttpRequest, email: str = "") -> UserForm:
    """The form as it was sent; ``email`` is the user's, where it cannot be typed."""
    sent = request.POST
    names = (*PLAIN, "aliases")
    own = zip(sent.getlist("own-name"), sent.getlist("own-value"), strict=False)
    return UserForm(
        email or sent.get("email", "").strip(),
        {name: sent.get(name, "").replace("\r\n", "\n") for name in names},
        [pair for _, pair in zip(range(MAX_CUSTOM), own, strict=False)],
        {name: sent.get(f"was-{name}", "").replace("\r\n", "\n") for name in (*names, "custom")},
    )


def roles_to_give(
    roles: Mapping[str, frozenset[str]], present: str | None, held: frozenset[str]
) -> list[str] | None:
    """The roles that who holds these permissions may give to a user who has ``present``; ``None``: none at all."""
    taken = roles.get(present, frozenset()) if present else frozenset()
    if not may_give(taken, held):
        return None
    return [name for name, permissions in roles.items() if may_give(permissions, held)]


def _rows(custom: Mapping[str, str]) -> list[tuple[str, str]]:
    return [*custom.items(), *[("", "")] * (MAX_CUSTOM - len(custom))]


def _told(custom: Iterable[tuple[str, str]]) -> str:
    """The attributes as one text that says whether they differ."""
    return "\n".join(f"{name}={value}" for name, value in sorted(custom))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
