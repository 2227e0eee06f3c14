"""Makes a mail's HTML safe to be shown: an allow-list of tags, attributes and properties, and nothing remote.

The result stands in a sandboxed frame under its own policy; this is the first of three fences, not the only one.
Must not load anything and must not trust anything.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Final

import nh3

MAX_CHARS: Final = 1_000_000
MAX_TAGS: Final = 20_000
MAX_DEPTH: Final = 256
MAX_LINKS: Final = 5_000
CLEANING_SECONDS: Final = 2
_CLEANING_BYTES: Final = 1 << 30
_QUICK_CHARS: Final = 20_000
"""Up to here even the worst HTML is cleaned in a few hundredths of a second."""
_MAX_COST: Final = 400_000
"""Tags times open formatting tags: each block repeats the formatting that is open, so cost grows with both."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CELL: Final = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "style"}
_TEXT: Final = {"style", "align", "dir", "lang", "title"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title", "style", "dir"},
    "img": {"src", "alt", "width", "height", "style", "align", "title"},
    "table": {*_CELL, "border", "cellpadding", "cellspacing"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type", "style"},
    **dict.fromkeys(_words("tr td th tbody thead tfoot"), _CELL),
    **dict.fromkeys(
        _words(
            "abbr b big blockquote br caption center cite code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins "
            "kbd li p pre q s samp small span strike strong sub sup tt u ul var"
        ),
        _TEXT,
    ),
}
_DROPPED_WHOLE: Final = _words(
    "script style svg math title head template noscript noembed noframes iframe object embed audio video canvas "
    "form select textarea button map applet frameset xmp plaintext"
)
_PROPERTIES: Final = _words(
    "color background-color font-weight font-style font-size font-family text-align text-decoration line-height "
    "vertical-align white-space padding padding-top padding-right padding-bottom padding-left margin margin-top "
    "margin-right margin-bottom margin-left border border-top border-right border-bottom border-left "
    "border-collapse border-color border-style border-width border-radius width max-width height display"
)
_LOADS: Final = re.compile(r"[\\@<]|/\*|url|image|expression|import|var\s*\(|attr\s*\(|//", re.IGNORECASE)
"""What makes a style load, hide or compute something; a style that has any of it is left out whole."""
_PICTURE: Final = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?\d{1,5}(\.\d{1,3})?(%|px)?")
_COLOUR: Final = re.compile(r"#?[0-9a-z]{1,30}", re.IGNORECASE)
_QUOTATION: Final = re.compile(r"<(/?)blockquote\b")
_FOLD_FROM_CHARS: Final = 300
"""A shorter quotation is read as part of the answer."""
_FOLD: Final = "<details><summary>Quoted text</summary>"
_WITH_REMOTE: Final = "--with-remote"
_MARKUP: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")

_FORMATTING: Final = _words("a b big code em font i nobr s small strike strong tt u")
_CLOSES_ITSELF: Final = _words(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dd dt option"
)


class TooCostly(Exception):
    """This HTML is made so that showing it takes too long: its text is shown instead."""


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that may be shown, and what was left out of it."""

    html: str
    remote_images: int = 0
    """Pictures that would have been loaded from elsewhere."""
    own_images: int = 0
    """Pictures that came as attachments, which are never kept."""


def looks_affordable(html: str) -> bool:
    """Whether cleaning this HTML may be tried at all; cheap, nothing is cleaned for it."""
    try:
        _guard(html)
    except TooCostly:
        return False
    return True


def show_html(html: str, *, with_remote: bool = False) -> SafeHtml:
    """Clean a mail's HTML, in a process that is killed where it takes too long; raises ``TooCostly``.

    ``with_remote``: the reader asked for the pictures that lie elsewhere.
    """
    _guard(html)
    if len(html) <= _QUICK_CHARS:
        return safe_html(html, with_remote=with_remote)
    try:
        # The file is run by itself, so that the process starts without the rest of Postroom.
        ran = subprocess.run(
            [sys.executable, "-I", __file__, *([_WITH_REMOTE] if with_remote else [])],
            input=html.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=CLEANING_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        raise TooCostly from None
    return SafeHtml(**json.loads(ran.stdout))


def safe_html(html: str, *, with_remote: bool = False) -> SafeHtml:
    """Clean a mail's HTML, however long it takes, and fold what it quotes."""
    left_out = {"remote": 0, "own": 0}

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src" and with_remote and value.strip().lower().startswith("https://"):
            return value
        if attribute == "src":
            return _picture(value, left_out)
        return _attribute(attribute, value)

    cleaned = nh3.clean(
        html,
        tags=set(_ATTRIBUTES),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        filter_style_properties=set(_PROPERTIES),
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        url_relative="pass_through",
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return SafeHtml(_quotes_folded(cleaned), left_out["remote"], left_out["own"])


def _quotes_folded(cleaned: str) -> str:
    """Fold the outermost long quotations; cleaned HTML is well-formed, so each has its end."""
    folded: list[str] = []
    depth = start = done = 0
    for match in _QUOTATION.finditer(cleaned):
        if not match[1]:
            start = match.start() if depth == 0 else start
            depth += 1
            continue
        depth -= 1
        if depth == 0 and match.end() - start >= _FOLD_FROM_CHARS:
            end = match.end() + 1
            folded += [cleaned[done:start], _FOLD, cleaned[start:end], "</details>"]
            done = end
    return "".join([*folded, cleaned[done:]])


def _picture(source: str, left_out: dict[str, int]) -> str | None:
    """A picture that is in the mail's text itself; all others are counted and left out."""
    if _PICTURE.fullmatch(source):
        return source
    left_out["own" if source.strip().lower().startswith("cid:") else "remote"] += 1
    return None


def _attribute(attribute: str, value: str) -> str | None:
    """The value where it can do nothing but look; ``None``: left out."""
    if attribute == "href":
        return value if value.strip().lower().startswith(("http:", "https:", "mailto:", "tel:")) else None
    if attribute == "style":
        return None if _LOADS.search(value) else value
    if attribute in ("color", "bgcolor"):
        return value if _COLOUR.fullmatch(value) else None
    if attribute in ("width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "size"):
        return value if _NUMBER.fullmatch(value) else None
    return value


def _guard(html: str) -> None:
    """Estimate what building the tree costs, in one walk over the text; raises ``TooCostly``."""
    if len(html) > MAX_CHARS:
        raise TooCostly
    tags = links = depth = formatting = deepest = most = 0
    for match in _MARKUP.finditer(html):
        name = match[2].lower()
        tags += 1
        links += name == "a"
        step = -1 if match[1] else 1
        if name in _FORMATTING:
            formatting = max(formatting + step, 0)
            most = max(most, formatting)
        if name not in _CLOSES_ITSELF:
            depth = max(depth + step, 0)
            deepest = max(deepest, depth)
    cost = tags * max(most, 1)
    if tags > MAX_TAGS or links > 2 * MAX_LINKS or deepest > MAX_DEPTH or cost > _MAX_COST:
        raise TooCostly


def _main() -> None:
    """Clean what comes in, for ``show_html``."""
    resource.setrlimit(resource.RLIMIT_AS, (_CLEANING_BYTES, _CLEANING_BYTES))
    html = sys.stdin.buffer.read().decode("utf-8", "replace")
    cleaned = safe_html(html, with_remote=_WITH_REMOTE in sys.argv[1:])
    sys.stdout.write(json.dumps(asdict(cleaned)))


if __name__ == "__main__":
    _main()
