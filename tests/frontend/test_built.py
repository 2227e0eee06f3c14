"""What `make setup` built of the front end is small, named by its content, and tells whose work is in it."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import Client

import postroom.web

DIST = Path(postroom.web.__file__).parent / "static" / "dist"
NAMES = ["app.css", "app.js", "theme.js"]


def test_everything_is_built() -> None:
    assert sorted(json.loads((DIST / "manifest.json").read_text())) == NAMES


def test_style_and_scripts_leave_a_page_room_below_100_kilobytes() -> None:
    assert sum(len(path.read_bytes()) for path in DIST.glob("*.gz")) < 60_000


@pytest.mark.parametrize("name", NAMES)
def test_a_name_carries_the_digest_of_its_content(name: str) -> None:
    built = DIST / json.loads((DIST / "manifest.json").read_text())[name]
    stem, ending = name.split(".")
    assert built.name == f"{stem}.{hashlib.sha256(built.read_bytes()).hexdigest()[:12]}.{ending}"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_served_packed_and_may_be_kept_for_ever(name: str) -> None:
    answer = Client().get(static(name), headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert gzip.decompress(b"".join(answer)) == (DIST / Path(static(name)).name).read_bytes()


def test_the_licenses_of_what_is_bundled_are_beside_it() -> None:
    text = (DIST / "licenses.txt").read_text()
    assert [
        name for name in ("The Tabler Authors", "The Bootstrap Authors", "htmx") if name not in text
    ] == []
    assert "The above copyright notice and this permission notice shall be included" in text
