"""QR codes as pictures in a page."""

from __future__ import annotations

import segno


def qr_code(text: str) -> str:
    """A QR code of the text as a ``data:`` address: an SVG, dark on light also where the page is dark."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
