"""Finds the built style sheet and scripts by their plain names; must not build anything.

Templates say ``{% static "app.css" %}``, ``{% static "app.js" %}`` and, first in the head and without
``defer``, ``{% static "theme.js" %}``. The names on disk carry a digest of the content, so browsers may keep
them for ever.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

DIST = Path(__file__).parent / "static" / "dist"


def manifest() -> dict[str, str]:
    """The name on disk of each built file; empty where the front end was not built."""
    try:
        text = (DIST / "manifest.json").read_text()
    except FileNotFoundError:
        return {}
    names: dict[str, str] = json.loads(text)
    return names


class BuiltFiles(StaticFilesStorage):
    """Addresses of static files, the built ones by their hashed names."""

    def url(self, name: str | None) -> str:
        """The address of a static file; a file that was not built keeps its name."""
        hashed = manifest().get(name or "")
        return super().url(f"dist/{hashed}" if hashed else name)
