"""What documents show and name of the pages: pictures are taken of the pages, and names are those that stand on them.

`make screenshots` takes the pictures anew; any other run leaves the files alone and holds that they are there.
"""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path
from typing import Final

from driving import ROOT
from playwright.sync_api import Page

DOCS: Final = ROOT / "docs"
IMAGES: Final = DOCS / "images"
WRITES: Final = os.environ.get("POSTROOM_WRITE_SCREENSHOTS") == "1"
LARGEST: Final = 150_000
"""Bytes of a picture of the manual."""
DESK: Final = (1080, 720)
"""A window in which the page beside the menu is as wide as a document shows."""
BESIDE_MENU: Final = 232


def take_picture(page: Page, name: str, height: int, of: str = "body", left: int = BESIDE_MENU) -> None:
    """Take the picture ``docs/images/NAME.png`` of the page in a window of this height, from the element ``of`` on.

    What stands to the left of ``left`` is cut off. Where pictures are not written, hold that there is one of this size.
    """
    page.wait_for_load_state()
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.locator(of).first.evaluate("one => one.scrollIntoView({ block: 'start', behavior: 'instant' })")
    page.mouse.move(0, 0)
    file = IMAGES / f"{name}.png"
    if WRITES:
        shown = {"x": left, "y": 0, "width": width - left, "height": height}
        page.screenshot(path=file, clip=shown, animations="disabled")  # type: ignore[arg-type]
    assert (name, size_of(file)) == (name, (width - left, height))
    assert file.stat().st_size < LARGEST


def size_of(file: Path) -> tuple[int, int]:
    """Width and height of a PNG, in pixels."""
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def names_in(document: str) -> list[str]:
    """What a document below ``docs`` names of the pages: all that it sets in italics, a path by its parts."""
    prose = re.sub(r"```.*?```|`[^`]*`|\*\*", " ", (DOCS / document).read_text(), flags=re.DOTALL)
    named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", prose)
    return sorted({part.strip() for name in named for part in re.sub(r"\s+", " ", name).split("›")})


class Seen:
    """What a person reads on the pages that a test came to."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def on(self, page: Page) -> None:
        """Read the page as it stands, with what unfolds."""
        page.wait_for_load_state()
        self._texts.append(
            re.sub(r"\s+", " ", page.locator("body").evaluate("body => body.textContent") or "")
        )

    def lacks(self, document: str) -> list[str]:
        """What the document names and none of the pages has."""
        return [name for name in names_in(document) if not any(name in text for text in self._texts)]
