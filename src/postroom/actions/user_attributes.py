"""The attributes of a user that Add users takes (U3), how each is read, and what clearing leaves.

Workspace, consent and sign-in are not among them: nobody can set those by sending them along.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import available_timezones

from postroom.actions.record import day, listed, text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address

MAX_CUSTOM: Final = 3
DEFAULT_ROLE: Final = "Member"


class Attribute(NamedTuple):
    """How a value is read, and what the attribute is once cleared with null."""

    read: Callable[[Any], Any]
    cleared: Any


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zone(value: Any) -> str:
    name = text(64)(value)
    if name and name not in _time_zones():
        raise Rejected("time_zone_unknown")
    return name


def _locale(value: Any) -> str:
    name = text(35)(value)
    if name and not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", name):
        raise Rejected("locale_invalid")
    return name.replace("_", "-")


def _manager(value: Any) -> str:
    try:
        return typed_address(value)
    except Rejected as refusal:
        if refusal.reason != "email_invalid":
            raise
        # An unknown manager is a warning, never a lost record; what is no address is nobody's.
        return text(320)(value)


def _custom(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MAX_CUSTOM:
        raise Rejected("custom_invalid")
    try:
        return {text(100)(name): text(200)(said) for name, said in value.items() if said is not None}
    except Rejected:
        raise Rejected("custom_invalid") from None


ATTRIBUTES: Final = {
    "name": Attribute(text(200), ""),
    "title": Attribute(text(200), ""),
    "department": Attribute(text(200), ""),
    "location": Attribute(text(200), ""),
    "manager_email": Attribute(_manager, ""),
    "employee_id": Attribute(text(100), ""),
    "hire_date": Attribute(day, None),
    "termination_date": Attribute(day, None),
    "employment_type": Attribute(text(100), ""),
    "time_zone": Attribute(_time_zone, ""),
    "locale": Attribute(_locale, ""),
    "role": Attribute(text(100), DEFAULT_ROLE),
    "custom": Attribute(_custom, {}),
}
"""The attributes kept on the user itself."""

FIELDS: Final = ("email", "aliases", *ATTRIBUTES)
"""All fields of a record of Add users."""

aliases_of = listed(typed_address)


def email_of(value: Any) -> str:
    """Read the address that a record is about; an empty text is none given, rather than a wrong one."""
    return "" if isinstance(value, str) and not value.strip() else typed_address(value)
