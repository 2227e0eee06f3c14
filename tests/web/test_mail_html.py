"""A mail's HTML is cleaned: no script, no form, nothing that loads by itself (S3)."""

from __future__ import annotations

import re

import nh3
import pytest

from postroom.web.mail_html import MAX_CHARS, MAX_TAGS, SafeHtml, TooCostly, safe_html, show_html

PIXEL = "data:image/png;base64,iVBORw0KGgo="
LINK = ' target="_blank" rel="noopener noreferrer"'

HARMLESS = [
    ("<p>Good <b>day</b></p>", "<p>Good <b>day</b></p>"),
    ('<a href="https://acme.com/x?y=1">x</a>', f'<a href="https://acme.com/x?y=1"{LINK}>x</a>'),
    ('<a href="mailto:k@acme.com">x</a>', f'<a href="mailto:k@acme.com"{LINK}>x</a>'),
    (f'<img src="{PIXEL}" alt="x">', f'<img src="{PIXEL}" alt="x">'),
    ('<p style="color:red;text-align:center">x</p>', '<p style="color:red;text-align:center">x</p>'),
    ('<td bgcolor="#fff" width="50%">x', "x"),
    (
        '<table><tr><td bgcolor="#fff" width="50%">x</table>',
        '<table><tbody><tr><td bgcolor="#fff" width="50%">x</td></tr></tbody></table>',
    ),
]
HOSTILE = [
    ("<script>alert(1)</script>x", "x"),
    ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
    ("<img src=x onerror=alert(1)>", "<img>"),
    ("<p onclick=alert(1) onmouseover='x'>x</p>", "<p>x</p>"),
    ('<a href="javascript:alert(1)">x</a>', f"<a{LINK}>x</a>"),
    ('<a href=" jAvA\tscript:alert(1)">x</a>', f"<a{LINK}>x</a>"),
    ('<a href="&#106;avascript:alert(1)">x</a>', f"<a{LINK}>x</a>"),
    ('<a href="data:text/html,<script>alert(1)</script>">x</a>', f"<a{LINK}>x</a>"),
    ('<a href="vbscript:x">x</a>', f"<a{LINK}>x</a>"),
    ('<a href="/sign-out" target="_top">x</a>', f"<a{LINK}>x</a>"),
    ('<svg onload=alert(1)><use href="data:x"/><script>1</script></svg>x', "x"),
    ("<math><mtext><img src=x onerror=1></mtext></math>x", "x"),
    ('<form action="https://evil.example"><input name=a><button>x</button></form>', ""),
    ('<iframe src="https://evil.example"></iframe>x', "x"),
    ('<object data="https://evil.example"><embed src="https://evil.example"></object>x', "x"),
    ('<meta http-equiv=refresh content="0;url=https://evil.example">x', "x"),
    ('<link rel=stylesheet href="https://evil.example/a.css">x', "x"),
    ('<base href="https://evil.example/">x', "x"),
    ('<style>@import "https://evil.example/a.css"; b{color:red}</style>x', "x"),
    ('<p style="background:url(https://evil.example/a.png)">x</p>', "<p>x</p>"),
    ('<p style="background-image:\\75\\72\\6c(https://evil.example)">x</p>', "<p>x</p>"),
    ('<p style="color:red;position:fixed;top:0">x</p>', '<p style="color:red">x</p>'),
    ('<p style="width:expression(alert(1))">x</p>', "<p>x</p>"),
    ('<p style="color:/**/red">x</p>', "<p>x</p>"),
    ('<table background="https://evil.example/a.png"><tr><td>x</table>', None),
    ('<body background="https://evil.example/a.png" onload=alert(1)>x</body>', "x"),
    ('<video src="https://evil.example" poster="https://evil.example"></video>x', "x"),
    ('<audio src="https://evil.example"></audio><source srcset="https://evil.example">x', "x"),
    ('<img srcset="https://evil.example/2x.png 2x" lowsrc="https://evil.example/l">', "<img>"),
    ('<img src="https://evil.example/a.png" width=1>', '<img width="1">'),
    ('<img src="//evil.example/a.png">', "<img>"),
    ('<image src="https://evil.example/a.png">', "<img>"),
    ('<img src="data:image/svg+xml;base64,PHN2Zz4=">', "<img>"),
    ('<input type=image src="https://evil.example/a.png">x', "x"),
    ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</noscript>', None),
    ('<template><img src="https://evil.example"></template>x', "x"),
    ("<!--[if mso]><img src='https://evil.example'><![endif]-->x", "x"),
    ("<xmp><img src=x onerror=1></xmp>x", "x"),
    ('<p id=main class=btn name=csrf data-copy="#x" hx-get="/">x</p>', "<p>x</p>"),
    (
        "<a href='https://a.example' ping='https://evil.example'>x</a>",
        f'<a href="https://a.example"{LINK}>x</a>',
    ),
    ('<font color="red" size="expression(1)">x</font>', '<font color="red">x</font>'),
    ("<table><td style='width:9px'><img/src='https://evil.example'/onerror=1></table>", None),
]
DANGER = re.compile(
    r"<\s*/?(script|style|svg|math|form|input|button|iframe|object|embed|meta|link|base|video|audio|source|template)\b"
    r"|\son\w+\s*=|\b(srcset|background|poster|ping|action|id|class)\s*=|url\s*\(|javascript:|evil\.example",
    re.IGNORECASE,
)


def cleaned(html: str) -> str:
    """What is shown of this HTML, the two attributes that are added in one order."""
    return safe_html(html).html.replace(' rel="noopener noreferrer" target="_blank"', LINK)


@pytest.mark.parametrize(("html", "shown"), HARMLESS)
def test_what_only_looks_is_kept(html: str, shown: str) -> None:
    assert cleaned(html) == shown


@pytest.mark.parametrize(("html", "shown"), HOSTILE)
def test_what_acts_or_loads_is_left_out_S3(html: str, shown: str | None) -> None:
    once = cleaned(html)
    assert DANGER.search(once) is None
    if shown is not None:
        assert once == shown


@pytest.mark.parametrize("html", [html for html, _ in HARMLESS + HOSTILE])
def test_cleaning_again_changes_nothing(html: str) -> None:
    once = cleaned(html)
    assert cleaned(once) == once
    # Nor does what another reading of the same text would make of it.
    assert DANGER.search(nh3.clean(once)) is None


def test_what_is_left_out_is_counted() -> None:
    html = (
        f'<img src="https://e.example/1"><img src="//e.example/2"><img src="cid:a"><img src="{PIXEL}"><img>'
    )
    assert safe_html(html) == SafeHtml(f'<img><img><img><img src="{PIXEL}"><img>', 2, 1)


def test_long_html_is_cleaned_in_a_process_of_its_own_with_the_same_outcome() -> None:
    html = '<p onclick=x>Good day ☀</p><img src="https://e.example/1">' * 1_000
    assert show_html(html) == safe_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<b>" * 300,
        "<p>" * (MAX_TAGS + 1),
        "<a href=x>x</a>" * 6_000,
        "".join(f"<font size={n}>" for n in range(200)) + "<p>x" * 15_000,
        "x" * (MAX_CHARS + 1),
    ],
    ids=["deep", "formatted", "tags", "links", "formatted blocks", "long"],
)
def test_html_that_costs_too_much_is_refused_before_it_is_read(html: str) -> None:
    with pytest.raises(TooCostly):
        show_html(html)


@pytest.mark.parametrize(
    "html",
    ["&" * 900_000, "<img " + " ".join(f"a{n}=b" for n in range(90_000)) + ">"],
    ids=["ampersands", "attributes"],
)
def test_html_that_takes_too_long_is_given_up(html: str) -> None:
    with pytest.raises(TooCostly):
        show_html(html)


# Remote pictures


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://e.example/1.png", '<img src="https://e.example/1.png">'),
        (" HTTPS://E.example/1.png", '<img src=" HTTPS://E.example/1.png">'),
        ("http://e.example/1.png", "<img>"),
        ("//e.example/1.png", "<img>"),
        ("/static/1.png", "<img>"),
        ("ftp://e.example/1.png", "<img>"),
        ("javascript:alert(1)", "<img>"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "<img>"),
        (PIXEL, f'<img src="{PIXEL}">'),
    ],
)
def test_pictures_are_loaded_by_https_alone_and_only_when_asked_for_S3(source: str, shown: str) -> None:
    html = f"<img src='{source}'>"
    assert safe_html(html, with_remote=True).html == shown
    assert safe_html(html).html == (shown if source == PIXEL else "<img>")


def test_nothing_but_pictures_is_loaded_when_they_are_asked_for_S3() -> None:
    for html, _ in HOSTILE:
        shown = safe_html(html, with_remote=True).html
        assert DANGER.search(re.sub(r'<img src="https://evil\.example[^"]*"', "<img", shown)) is None


def test_what_is_left_out_is_counted_where_the_rest_is_loaded() -> None:
    html = '<img src="https://e.example/1"><img src="http://e.example/2"><img src="cid:a">'
    assert safe_html(html, with_remote=True) == SafeHtml(
        '<img src="https://e.example/1"><img><img>', remote_images=1, own_images=1
    )


def test_long_html_keeps_the_pictures_that_are_asked_for() -> None:
    html = '<p>Good day ☀</p><img src="https://e.example/1"><img src="http://e.example/2">' * 1_000
    assert show_html(html, with_remote=True) == safe_html(html, with_remote=True)
    assert show_html(html, with_remote=True).remote_images == 1_000
    assert show_html(html).remote_images == 2_000


# Quotations

LONG = "words " * 60
FOLD = "<details><summary>Quoted text</summary>"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            f"<p>Yes</p><blockquote>{LONG}</blockquote><p>Kim</p>",
            f"<p>Yes</p>{FOLD}<blockquote>{LONG}</blockquote></details><p>Kim</p>",
        ),
        ("<blockquote>short</blockquote>", "<blockquote>short</blockquote>"),
        # Of nested ones the outermost is folded, once.
        (
            f"<blockquote>a<blockquote>{LONG}</blockquote>b</blockquote>c",
            f"{FOLD}<blockquote>a<blockquote>{LONG}</blockquote>b</blockquote></details>c",
        ),
        (
            f"<blockquote>{LONG}</blockquote>and<blockquote>{LONG}</blockquote>",
            f"{FOLD}<blockquote>{LONG}</blockquote></details>and{FOLD}<blockquote>{LONG}</blockquote></details>",
        ),
        (
            f"<blockquote>short</blockquote><blockquote>{LONG}</blockquote>",
            f"<blockquote>short</blockquote>{FOLD}<blockquote>{LONG}</blockquote></details>",
        ),
        # What is not closed, or never opened.
        (f"<blockquote>{LONG}", f"{FOLD}<blockquote>{LONG}</blockquote></details>"),
        (
            f"<blockquote><blockquote>{LONG}</blockquote>",
            f"{FOLD}<blockquote><blockquote>{LONG}</blockquote></blockquote></details>",
        ),
        (
            f"</blockquote></blockquote><blockquote>{LONG}</blockquote></blockquote>",
            f"{FOLD}<blockquote>{LONG}</blockquote></details>",
        ),
        (
            f"<BLOCKQUOTE type=cite class=x>{LONG}</BLOCKQUOTE >",
            f"{FOLD}<blockquote>{LONG}</blockquote></details>",
        ),
        # A mail's own fold is not ours.
        (f"<details><summary>x</summary>{LONG}</details>", f"x{LONG}"),
    ],
)
def test_long_quotations_are_folded_once(html: str, shown: str) -> None:
    assert safe_html(html).html == shown


@pytest.mark.parametrize(
    "html",
    [
        f'<p title="<blockquote>">a</p>{LONG}<p title="</blockquote" dir="<img src=x>">b</p>',
        f'<p title="</blockquote>">a</p><p lang="<blockquote ">{LONG}</p>',
        f"&lt;blockquote&gt;{LONG}&lt;/blockquote&gt;",
        f"<blockquotes>{LONG}</blockquotes><!--<blockquote>-->{LONG}<!--</blockquote>-->",
    ],
    ids=["attributes", "the other way round", "text", "comments"],
)
def test_what_only_looks_like_a_quotation_is_left_as_it_is_S3(html: str) -> None:
    shown = safe_html(html).html
    assert "<details>" not in shown
    assert set(re.findall(r"<[^p/]", shown)) == set()
    assert cleaned(shown) == cleaned(html)
