"""How a mail's text is kept: what is written is read back, byte for byte."""

from __future__ import annotations

import pytest

from postroom.core.body import Body, decode, encode
from postroom.core.message import Attachment, Content

PDF = Attachment("Rechnung März.pdf", "application/pdf", 12_345)


@pytest.mark.parametrize(
    "kept",
    [
        Body("", "", ()),
        Body("Grüße\n\nK\x00\u2028 🎉", "", ()),
        Body("", '<p class="a">\\ "quoted"\n</p>', (PDF,)),
        Body("one\n[1, []]\ntwo", "<b>ü</b>", (PDF, Attachment('a"\n', "text/plain", 0))),
    ],
    ids=["nothing", "text", "html", "both"],
)
def test_what_is_written_is_read_back(kept: Body) -> None:
    content = Content("The subject is kept beside it", kept.text, kept.html, kept.attachments)
    assert decode(encode(content)) == kept


def test_it_is_written_as_it_stands_behind_one_line() -> None:
    content = Content("", "Grüße", "<p>", (Attachment("a.pdf", "application/pdf", 5),))
    assert encode(content) == '[7,[["a.pdf","application/pdf",5]]]\nGrüße<p>'.encode()
