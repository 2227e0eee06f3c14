"""Reads files of JSON lines in the portions that one call of the upload API takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from postroom_client import body_of


@dataclass(frozen=True)
class Limits:
    """What the server takes."""

    max_items: int
    max_bytes: int
    depth: datetime | None
    """What is dated before it is not wanted."""


@dataclass
class Batch:
    """The items of one call, and what else was read on the way to ``end``; all places are bytes in the file."""

    end: int
    items: list[tuple[int, Any]] = field(default_factory=list)
    malformed: list[int] = field(default_factory=list)
    before_depth: int = 0
    bytes: int = 100
    """How long the call is; a few more than stand around the items."""


def batches(path: Path, start: int, limits: Limits) -> Iterator[Batch]:
    """What stands in a file from ``start`` on; a last line that somebody is still writing is left for later."""
    batch = Batch(start)
    with path.open("rb") as lines:
        lines.seek(start)
        for line in lines:
            at, end = batch.end, batch.end + len(line)
            try:
                item = json.loads(line)
                length = len(body_of("mail-messages", [item]))
            except (ValueError, RecursionError):
                if not line.endswith(b"\n"):
                    break
                batch.malformed += [at] if line.strip() else []
            else:
                if batch.items and batch.bytes + length > limits.max_bytes:
                    yield batch
                    batch = Batch(at)
                if is_before(item, limits.depth):
                    batch.before_depth += 1
                else:
                    batch.items.append((at, item))
                    batch.bytes += length
            batch.end = end
            if max(len(batch.items), len(batch.malformed)) >= limits.max_items:
                yield batch
                batch, start = Batch(end), end
    if batch.end > start:
        yield batch


def is_before(item: Any, depth: datetime | None) -> bool:
    """Whether an item is dated before ``depth``; of a date that is none the server says what is wrong."""
    try:
        at = datetime.fromisoformat(item.get("date") or item.get("start"))
        return depth is not None and at < depth
    except (AttributeError, TypeError, ValueError):
        return False
