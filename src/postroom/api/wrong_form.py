"""What is wrong with the form of a field or parameter, in one sentence.

Must not show what the caller sent: only what is expected in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MISSING: Final = "It is missing."
NO_BODY: Final = "The body is missing."
NO_FIELD: Final = "There is no such field."
NO_PARAMETER: Final = "There is no such parameter."
GIVEN_TWICE: Final = "The parameter is given twice."
NO_FLAG: Final = "It must be true or false."

_KINDS: Final = (
    ("list_", "a list"),
    ("string_type", "a text"),
    ("int_", "a whole number"),
    ("bool_", "true or false"),
    ("dict_", "an object"),
    ("model_", "an object"),
)
"""How an error's type begins, and what it misses."""
_LIMITS: Final = {
    "literal_error": "It must be {expected}.",
    "greater_than_equal": "It must be {ge} or more.",
    "less_than_equal": "It must be {le} or less.",
    "string_too_long": "It has {max_length} characters at most.",
    "string_too_short": "It has {min_length} characters at least.",
    "too_long": "These are too many: at most {max_length}.",
    "too_short": "These are too few: at least {min_length}.",
}


def says(error: Mapping[str, Any]) -> str:
    """The sentence for an error of the framework's validation; empty where there is nothing more to say."""
    name = error["type"]
    if name == "missing":
        return MISSING if error["loc"] else NO_BODY
    if name == "extra_forbidden":
        return NO_FIELD
    if name in _LIMITS:
        return _LIMITS[name].format(**error["ctx"])
    return next((f"It must be {kind}." for begins, kind in _KINDS if name.startswith(begins)), "")
