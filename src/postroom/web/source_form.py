"""The form of a source: what was typed, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from postroom.actions.rejection import Rejected
from postroom.store.models import Source
from postroom.store.read.sources import fed_by
from postroom.web.access import PageRequest
from postroom.web.forms import sentence


@dataclass
class SourceForm:
    """The fields as they are shown."""

    name: str = ""
    lenses: list[str] = field(default_factory=lambda: ["people"])
    crawling_depth: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source) -> SourceForm:
        """The form of a source that is there."""
        depth = source.crawling_depth
        return cls(source.name, fed_by(source), depth.isoformat() if depth else "")

    @classmethod
    def typed(cls, request: PageRequest) -> SourceForm:
        """The form as it was sent."""
        sent = request.POST
        return cls(sent.get("name", ""), sent.getlist("lenses"), sent.get("crawling_depth", "").strip())

    @property
    def record(self) -> dict[str, Any]:
        """What an action takes."""
        return {"name": self.name, "lenses": self.lenses, "crawling_depth": self.crawling_depth or None}

    def refuse(self, refusal: Rejected) -> None:
        """Say what is wrong beside its field."""
        self.problems[refusal.field or "name"] = sentence(refusal.reason)
