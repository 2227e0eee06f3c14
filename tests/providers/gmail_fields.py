"""Google's parameter ``fields``: which parts of an answer one wants, such as ``id,labels(id,name),a/b``."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(r"[\w.]+|[(),/]")


def chosen(value: Any, fields: str) -> Any:
    """What of ``value`` was asked for."""
    tokens = _TOKEN.findall(fields)
    assert "".join(tokens) == fields
    mask = _mask(tokens)
    assert not tokens
    return _masked(value, mask)


def _mask(tokens: list[str]) -> dict[str, Any]:
    mask: dict[str, Any] = {}
    while True:
        name = tokens.pop(0)
        mask[name] = _below(tokens)
        if not tokens or tokens[0] == ")":
            return mask
        assert tokens.pop(0) == ","


def _below(tokens: list[str]) -> dict[str, Any]:
    """The mask of what stands below a name; empty: all of it."""
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        return {tokens.pop(0): _below(tokens)}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        mask = _mask(tokens)
        assert tokens.pop(0) == ")"
        return mask
    return {}


def _masked(value: Any, mask: dict[str, Any]) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_masked(each, mask) for each in value]
    return {name: _masked(value[name], below) for name, below in mask.items() if name in value}
