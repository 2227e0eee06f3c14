"""How a mail's text is kept: what is written is read back, byte for byte."""

from __future__ import annotations

import pytest

from postroom.core.body import Body, HtmlLine, decode, encode, html_lines
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


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("", []),
        ("Hello", [("Hello", False)]),
        ("<p>Yes,\n we <b>d</b>o.</p>Kim<br>Key", [("Yes, we do.", False), ("Kim", False), ("Key", False)]),
        ("<ul><li>a<li>b</ul>c", [("a", False), ("b", False), ("c", False)]),
        ("<table><tr><td>a<td>b<tr><td>c", [("a b", False), ("c", False)]),
        ("<H1 id=x>T</H1 >t", [("T", False), ("t", False)]),
        (
            "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e",
            [("a", False), ("b", True), ("c", True), ("d", True), ("e", False)],
        ),
        ("a<blockquote>b", [("a", False), ("b", True)]),
        ("</blockquote>a", [("a", False)]),
        ("<p>&gt; said</p><p>&amp;lt;</p>", [("> said", False), ("&lt;", False)]),
        ("<style>p{}</style><p>a<!-- <p>b -->", [("a", False)]),
        ("<pre>a</pre><param>b<progress>c", [("a", False), ("b c", False)]),
    ],
)
def test_the_lines_of_html_are_its_blocks_and_say_what_is_quoted(
    markup: str, lines: list[tuple[str, bool]]
) -> None:
    assert html_lines(markup) == [HtmlLine(*line) for line in lines]


def test_only_the_beginning_of_long_html_is_looked_at_and_no_tag_is_cut() -> None:
    lines = html_lines("12345678" + "<p class=a>a</p>" * 50_000)
    assert lines == [HtmlLine("12345678", False), *[HtmlLine("a", False)] * 4_095]
    assert html_lines("<style>" + "p{} " * 40_000 + "</style><p>after") == [HtmlLine("after", False)]
