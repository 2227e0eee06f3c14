"""Which permission opens which route: one table, asked before every call (R1-R3).

A route without an entry opens to nobody. ``docs/reference/api.md`` shows this table; a test holds it true.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from postroom.actions.explain import MAX_RAW_BYTES

PUBLIC: Final = ""
"""Opens without a token: what describes the API itself."""

_MIB: Final = 1024 * 1024
MAX_ITEMS: Final = 1_000
"""Records in one call (section 13)."""
_JSON: Final = 10 * _MIB
_RAW: Final = MAX_RAW_BYTES * 4 // 3 + _MIB
"""A mail in base64, and what stands around it."""


class Access(NamedTuple):
    """The permission a call needs, and how large its JSON body may be; 0: it has none."""

    permission: str
    max_bytes: int = 0


ROUTES: Final[dict[str, dict[str, Access]]] = {
    "": {"GET": Access(PUBLIC)},
    "openapi.json": {"GET": Access(PUBLIC)},
    "docs": {"GET": Access(PUBLIC)},
    "docs.css": {"GET": Access(PUBLIC)},
    "docs.js": {"GET": Access(PUBLIC)},
    "organization": {"GET": Access("admin_access"), "POST": Access("admin_access", _JSON)},
    "organization/internal-addresses": {"POST": Access("admin_access", _JSON)},
    "organization/internal-addresses/{address}": {"DELETE": Access("admin_access")},
    "organization/excluded-addresses": {"POST": Access("admin_access", _JSON)},
    "organization/excluded-addresses/{address}": {"DELETE": Access("admin_access")},
    "organization/{domain}": {"DELETE": Access("admin_access")},
    "users": {"GET": Access("manage_users"), "POST": Access("manage_users", _JSON)},
    "users/{email}": {"GET": Access("manage_users")},
    "accounts": {"GET": Access("view_engagements"), "POST": Access("manage_rules", _JSON)},
    "accounts/{id}": {
        "GET": Access("view_engagements"),
        "PATCH": Access("manage_rules", _JSON),
        "DELETE": Access("manage_rules"),
    },
    "persons": {"GET": Access("view_engagements"), "POST": Access("manage_rules", _JSON)},
    "persons/{id}": {
        "GET": Access("view_engagements"),
        "PATCH": Access("manage_rules", _JSON),
        "DELETE": Access("manage_rules"),
    },
    "blocklist": {"GET": Access("manage_rules"), "POST": Access("manage_rules", _JSON)},
    "blocklist/{id}": {"DELETE": Access("manage_rules")},
    "engagements": {"GET": Access("view_engagements")},
    "engagements/{id}": {"GET": Access("view_engagements"), "DELETE": Access("delete_engagements")},
    "engagements/{id}/visibility": {"PUT": Access("view_engagements", _JSON)},
    "visibility": {"GET": Access("view_engagements"), "PUT": Access("view_engagements", _JSON)},
    "decisions": {"GET": Access("manage_rules")},
    "decisions/summary": {"GET": Access("manage_rules")},
    "decisions/reconsider": {"POST": Access("manage_rules", _JSON)},
    "decisions/release": {"POST": Access("manage_rules", _JSON)},
    "jobs/{id}": {"GET": Access("manage_rules")},
    "explain": {"POST": Access("view_engagements", _RAW)},
    "set-aside": {"GET": Access("manage_rules")},
    "set-aside/{id}/retry": {"POST": Access("manage_rules")},
}
"""Path below ``/api/v1/`` → method → what it needs."""
