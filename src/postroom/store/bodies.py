"""The texts of engagements as they stand in the database: compressed, each by itself."""

from __future__ import annotations

import zstandard

from postroom.core.body import Body, decode, encode
from postroom.core.message import Content


def pack(content: Content) -> bytes:
    """Pack text, HTML and the attachments' descriptions, as the reading processes do."""
    return zstandard.ZstdCompressor().compress(encode(content))


def unpack(packed: bytes | memoryview) -> Body:
    """Read what ``pack`` wrote."""
    return decode(zstandard.ZstdDecompressor().decompress(bytes(packed)))
