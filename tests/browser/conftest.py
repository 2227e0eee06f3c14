"""What the tests in a real browser stand on: Debian's Chromium, a server of its own, and axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_server import ADMIN, DemoServer, made_once, serving
from driving import DESKTOP, sign_in
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# Playwright runs an event loop in this thread; the rows that the tests make are made between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PATIENCE = 15_000
"""For how many milliseconds a test waits for what it expects of a page."""
expect.set_options(timeout=PATIENCE)

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains about; what is left in it at the end fails the test."""
    return []


@pytest.fixture
def open_window(chromium: Browser, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a fresh browser window on a server; whatever the pages complain about fails the test."""
    contexts: list[BrowserContext] = []

    def make(
        url: str,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        javascript: bool = True,
        signed_in: Any = None,
    ) -> Page:
        context = chromium.new_context(
            base_url=url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            storage_state=signed_in,
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_browser(open_window: Callable[..., Page], live_server) -> Callable[..., Page]:
    """Opens a fresh browser window on a server with the rows that the test made."""

    def make(size: tuple[int, int] = DESKTOP, scheme: str = "light", javascript: bool = True) -> Page:
        return open_window(live_server.url, size, scheme, javascript)

    return make


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demo, made once for all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    return made_once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """The demo, served for all tests of this process; they change nothing in it."""
    with serving(made_demo, tmp_path_factory.getbasetemp() / "served") as server:
        yield server


@pytest.fixture
def own_demo(made_demo: Path, tmp_path: Path) -> Iterator[DemoServer]:
    """A demo for one test, which may change it."""
    with serving(made_demo, tmp_path / "served") as server:
        yield server


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, demo: DemoServer) -> Callable[[str], Any]:
    """What a browser keeps of somebody who signed in to the demo; each signs in once."""
    kept: dict[str, Any] = {}

    def state(email: str) -> Any:
        if email not in kept:
            context = chromium.new_context(base_url=demo.url)
            sign_in(context.new_page(), email, demo.password)
            kept[email] = context.storage_state()
            context.close()
        return kept[email]

    return state


@pytest.fixture
def open_demo(
    open_window: Callable[..., Page], demo: DemoServer, signed_in: Callable[[str], Any]
) -> Callable[..., Page]:
    """Opens a fresh browser window on the demo, in which somebody is signed in."""

    def make(
        size: tuple[int, int] = DESKTOP, scheme: str = "light", javascript: bool = True, who: str = ADMIN
    ) -> Page:
        return open_window(demo.url, size, scheme, javascript, signed_in(who))

    return make
