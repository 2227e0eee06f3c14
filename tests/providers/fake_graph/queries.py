"""What a request asks for in its address: OData options, read as strictly as Graph reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

_CONDITION = re.compile(r"receivedDateTime (ge|gt|le|lt) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_TAG = r"id eq '[A-Z]\w+ 0x[0-9A-Fa-f]+'"
_EXPAND = re.compile(rf"singleValueExtendedProperties\(\$filter=({_TAG}(?: or {_TAG})*)\)")
_KEY = re.compile(r"\('((?:[^']|'')*)'\)")


class Wrong(Exception):
    """An answer that is no success."""

    def __init__(
        self, status: int, code: str, text: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.text, self.headers = status, code, text or code, dict(headers or {})

    def body(self) -> dict[str, object]:
        return {"error": {"code": self.code, "message": self.text, "innerError": {"request-id": "0"}}}


@dataclass(frozen=True, slots=True)
class Query:
    """An address, taken apart, with what the headers prefer."""

    path: tuple[str, ...]
    """Its parts; ``users('x')`` is ``users``, ``x``."""
    options: Mapping[str, str]
    is_immutable: bool
    page: int | None
    """``odata.maxpagesize``."""
    prefix: str
    """The address up to the version, for links."""

    def select(self) -> frozenset[str]:
        names = self.options.get("$select", "")
        return frozenset(name.strip() for name in names.split(",") if name.strip())

    def extended(self) -> list[str]:
        """The extended properties that ``$expand`` asks for."""
        text = self.options.get("$expand")
        if text is None:
            return []
        match = _EXPAND.fullmatch(text)
        if not match:
            raise Wrong(400, "BadRequest", "The $expand expression is not supported.")
        return [condition.removeprefix("id eq ").strip("'") for condition in match[1].split(" or ")]

    def number(self, name: str, otherwise: int, most: int) -> int:
        text = self.options.get(name, str(otherwise))
        if not text.isdigit() or not (0 if name == "$skip" else 1) <= int(text) <= most:
            raise Wrong(400, "ErrorInvalidParameter", f"The value of {name} is invalid.")
        return int(text)

    def allow(self, *names: str) -> None:
        for name in self.options:
            if name not in names:
                raise Wrong(400, "BadRequest", f"The query parameter {name} is not supported here.")


def read_query(prefix: str, target: str, prefer: str) -> Query:
    """Read the path and options after the version, and the Prefer header."""
    parts = urlsplit(target)
    path = _KEY.sub(lambda key: "/" + key[1].replace("''", "'"), unquote(parts.path).removesuffix("()"))
    page = re.search(r"odata\.maxpagesize=(\d+)", prefer)
    return Query(
        tuple(part for part in path.split("/") if part),
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        'IdType="ImmutableId"' in prefer,
        int(page[1]) if page else None,
        prefix,
    )


def time_span(query: Query) -> tuple[int, int]:
    """The seconds that ``$filter`` lets through: from the first up to, and without, the second."""
    begin, end = 0, 2**40
    for condition in filter(None, query.options.get("$filter", "").split(" and ")):
        match = _CONDITION.fullmatch(condition.strip())
        if not match:
            raise Wrong(
                400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
            )
        at = int(datetime.strptime(match[2], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
        if match[1] in ("ge", "gt"):
            begin = max(begin, at + (match[1] == "gt"))
        else:
            end = min(end, at + (match[1] == "le"))
    return begin, end


def newest_first(query: Query) -> bool:
    """Whether ``$orderby`` says so. Raises ``Wrong`` where it says something else."""
    order = query.options.get("$orderby", "")
    if order.lower() not in ("", "receiveddatetime desc"):
        raise Wrong(400, "ErrorInvalidUrlQuery", "The $orderby expression is not supported.")
    return bool(order)
