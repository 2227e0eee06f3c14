"""A hostile mail is shown in a real browser: nothing runs, nothing is loaded, nothing leaves its frame (S3)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from driving import sign_in
from playwright.sync_api import Page, expect

from postroom.core.message import Content
from postroom.store.models import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import PASSWORD, Shelf, a_shelf

pytestmark = pytest.mark.browser


class Canary(ThreadingHTTPServer):
    """A server that should never be asked anything; ``asked`` is what it was."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


PAYLOADS = """
<p id="said">Good day</p>
<img src="{0}/img"><img srcset="{0}/srcset 2x"><image src="{0}/image"><img src=x onerror="fetch('{0}/onerror')">
<script src="{0}/script"></script><script>fetch("{0}/inline"); top.document.title = "taken"</script>
<svg onload="fetch('{0}/svg')"><image href="{0}/svgimage"/><use href="{0}/use"/></svg>
<style>@import "{0}/import"; body {{ background: url({0}/css) }}
@font-face {{ font-family: x; src: url({0}/font) }}</style>
<link rel="stylesheet" href="{0}/link"><link rel="preload" as="image" href="{0}/preload">
<link rel="dns-prefetch" href="{0}">
<p style="background: url({0}/style)">a</p><p style="background:\\75\\72\\6c({0}/escaped)">b</p>
<table background="{0}/table"><tr><td background="{0}/td">c</td></tr></table>
<iframe src="{0}/iframe"></iframe><iframe srcdoc="<img src='{0}/srcdoc'>"></iframe>
<object data="{0}/object"></object><embed src="{0}/embed">
<video src="{0}/video" poster="{0}/poster" autoplay></video><audio src="{0}/audio" autoplay></audio>
<input type="image" src="{0}/input"><form action="{0}/form">
<button autofocus onfocus="this.form.submit()">d</button></form>
<meta http-equiv="refresh" content="0;url={0}/refresh"><base href="{0}/"><a href="{0}/link" ping="{0}/ping">e</a>
<details open ontoggle="fetch('{0}/toggle')"><summary>f</summary></details>
<marquee onstart="fetch('{0}/start')">g</marquee>
<noscript><p title="</noscript><img src={0}/noscript onerror=1>"></noscript>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src={0}/mutation onerror=1&gt;">
"""


@pytest.fixture
def shelf(transactional_db: None, workspace: Workspace) -> Shelf:
    return a_shelf(workspace)


def test_a_hostile_mail_loads_runs_and_sends_nothing_S3(
    shelf: Shelf, canary: Canary, open_browser: Callable[..., Page]
) -> None:
    engagement = shelf.engagement(Content("A hostile mail", "", PAYLOADS.format(canary.url)))
    user = shelf.user("Viewer")
    page = open_browser()
    sign_in(page, user.email, PASSWORD)
    page.goto(f"/engagements/{engagement.pk}")
    page.frame_locator("iframe").get_by_text("Good day").wait_for()
    page.wait_for_load_state("networkidle")
    assert canary.asked == []
    expect(page).to_have_title("A hostile mail · Postroom")


def test_the_frame_alone_stops_what_cleaning_would_have_missed_S3(
    shelf: Shelf, canary: Canary, complaints: list[str], open_browser: Callable[..., Page]
) -> None:
    """The second and third fence: the frame's sandbox and policy, tried with what attackers write, as it is."""
    engagement = shelf.engagement(Content("A mail", "", "<p>Good day</p>"))
    page = open_browser()
    sign_in(page, shelf.user("Viewer").email, PASSWORD)
    body = f"<!doctype html><body>{PAYLOADS.format(canary.url)}</body>"

    def uncleaned(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=body)

    page.route("**/mail?*", uncleaned)
    page.goto(f"/engagements/{engagement.pk}")
    page.frame_locator("iframe").get_by_text("Good day").wait_for()
    page.wait_for_load_state("networkidle")
    assert canary.asked == []
    expect(page).to_have_title("A mail · Postroom")
    assert complaints != []
    complaints.clear()
