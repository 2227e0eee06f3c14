"""A mail's HTML, as the program of its sender writes it: simple and safe, with pictures from far away. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from postroom.demo.letter import Correspondent, Letter
from postroom.demo.quoting import header_of, wrote

_PAGE: Final = "<html><body>\n{}\n</body></html>"


def html_of(letter: Letter) -> str:
    """The whole HTML."""
    return _PAGE.format((_office if letter.sender.program == "office" else _web)(letter))


def _paragraphs(text: str) -> str:
    lines = (escape(paragraph).replace("\n", "<br>") for paragraph in text.split("\n\n"))
    return "\n".join(f'<p class="text">{line}</p>' for line in lines)


def _lines(text: str) -> str:
    """Paragraphs as boxes, with an empty one between two."""
    lines = (escape(paragraph).replace("\n", "<br>") for paragraph in text.split("\n\n"))
    return "\n<div><br></div>\n".join(f"<div>{line}</div>" for line in lines)


def _web(letter: Letter) -> str:
    sender = letter.sender
    logo = f'<img src="https://images.{sender.domain}/logo.png" alt="{escape(sender.company)}" width="120">'
    signature = f'<div style="color:#666666">{escape(sender.name)}<br>{escape(sender.title)}<br>{logo}</div>'
    shown = f'<div dir="ltr">{_lines(letter.text)}</div>\n<br>\n{signature}'
    if letter.answers is None:
        return shown
    before = escape(letter.answers.text).replace("\n", "<br>\n")
    style = "margin:0 0 0 8px;border-left:1px solid #cccccc;padding-left:8px"
    above = f"<div>{escape(wrote(letter.answers))}</div>"
    return f'{shown}\n{above}\n<blockquote type="cite" style="{style}">{before}</blockquote>'


def _office(letter: Letter) -> str:
    shown = f"{_paragraphs(letter.text)}\n{_card(letter.sender)}"
    if letter.answers is None:
        return shown
    head = "<br>".join(escape(line) for line in header_of(letter.answers))
    before = _paragraphs(letter.answers.text)
    return (
        f'{shown}\n<blockquote style="border-top:1px solid #b5c4df">'
        f"<p><b>{head}</b></p>\n{before}</blockquote>"
    )


def _card(sender: Correspondent) -> str:
    """The signature as a small table with a logo."""
    logo = f'<img src="https://images.{sender.domain}/mark.gif" alt="" width="48" height="48">'
    said = f"<b>{escape(sender.name)}</b><br>{escape(sender.title)}<br>{escape(sender.company)}"
    return f'<table cellpadding="4"><tr><td>{logo}</td><td>{said}</td></tr></table>'


def newsletter(name: str, domain: str, title: str, items: list[str], number: int) -> str:
    """A mailing: tables, a picture at the top, and a pixel that would tell who opened it."""
    rows = "\n".join(
        f'<tr><td style="padding:12px;border-bottom:1px solid #dddddd">{escape(item)}</td></tr>'
        for item in items
    )
    banner = f'<img src="https://images.{domain}/banner-{number}.jpg" alt="{escape(name)}" width="560">'
    pixel = f'<img src="https://images.{domain}/open?issue={number}" alt="" width="1" height="1">'
    leave = f'<a href="https://www.{domain}/unsubscribe">Unsubscribe</a>'
    return _PAGE.format(
        f'<table width="560" align="center" bgcolor="#ffffff"><tr><td>{banner}</td></tr>\n'
        f"<tr><td><h1>{escape(title)}</h1></td></tr>\n{rows}\n<tr><td>{leave}</td></tr></table>\n{pixel}"
    )
