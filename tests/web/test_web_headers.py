"""The headers that stand on every answer, and the stricter ones of a mail's own HTML (S2, S3)."""

from __future__ import annotations

import pytest
from django.test import Client
from shelf import RICH, Shelf

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
PAGES = [
    "/",
    "/sign-in",
    "/accounts",
    "/decisions",
    "/set-aside",
    "/explain",
    "/workspaces",
    "/security",
    "/security/confirm",
    "/sign-in/code",
    "/invitation/x",
    "/nothing",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/", "/sign-out", "/api/v1/accounts"])
def test_refusals_have_them_too(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code in (303, 401, 405)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path", [*PAGES, "/engagements/{}", "/engagements/{}?as=text", "/engagements/{}/delete"]
)
def test_no_page_has_a_style_or_script_in_it(shelf: Shelf, browser: Client, path: str) -> None:
    body = browser.get(path.format(shelf.engagement(RICH).pk)).content.decode()
    for forbidden in ("<style", " style=", "<script>", " onclick=", "javascript:"):
        assert forbidden not in body


def test_a_mails_html_stands_under_a_policy_that_loads_nothing_S3(shelf: Shelf, browser: Client) -> None:
    answer = browser.get(f"/engagements/{shelf.engagement(RICH).pk}/mail")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts(shelf: Shelf) -> None:
    user = shelf.user("Viewer")
    client = Client()
    cookie = client.post("/sign-in", {"email": user.email, "password": "a quiet evening in june"}).cookies[
        "postroom"
    ]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
