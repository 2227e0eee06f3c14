"""What the tutorial and the README tell people to type works, in the order it is told."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pages import ROOT, read

CURL = """#!{python}
import sys, urllib.request
arguments, headers, data, method, address = sys.argv[1:], {{}}, None, None, ""
while arguments:
    word = arguments.pop(0)
    if word == "-H":
        name, _, value = arguments.pop(0).partition(": ")
        headers[name] = value
    elif word == "-d":
        data = arguments.pop(0).encode()
    elif word == "-X":
        method = arguments.pop(0)
    elif not word.startswith("-"):
        address = word
request = urllib.request.Request(address, data, headers, method=method)
print(urllib.request.urlopen(request, timeout=60).read().decode())
"""
"""As much of curl as the documents use, for machines without it; an answer that is an error ends it with 1."""

UNTIL_COUNTED = """for _ in $(seq 300); do
  if call "decisions?lens=people" | grep counted >/dev/null; then break; fi
  sleep 0.2
done
"""
"""In place of a pause: the worker takes up what is due when it comes to it."""


class Desk(NamedTuple):
    """Where somebody types: a folder, an environment with the programs, and the address of the server."""

    folder: Path
    environment: dict[str, str]
    address: str


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a server that runs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {
        "curl": CURL.format(python=sys.executable),
        "postroom": f'#!/bin/sh\nexec {sys.executable} -m postroom "$@"\n',
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_")}
    environment |= {"POSTROOM_DATA_DIR": str(tmp_path / "data"), "PATH": f"{programs}:{os.environ['PATH']}"}
    server = subprocess.Popen(
        [programs / "postroom", "up", "--port", port, "--processes", "1", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    yield Desk(tmp_path, environment, json.loads(server.stdout.readline())["address"])
    server.terminate()
    assert server.wait(60) == 0


def _typed(text: str) -> str:
    """All indented blocks of a document, as one script."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    return "\n".join(re.sub(r"^ {4}(?:   )?", "", line) for block in blocks for line in block.splitlines())


def _run(desk: Desk, script: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=desk.folder,
        env=desk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tutorial_works_as_it_stands_there(desk: Desk) -> None:
    script = _typed(read("tutorial/first-import.md"))
    for instead in ("make setup\n", 'export PATH="$PWD/.venv/bin:$PATH"\n', "postroom up\n"):
        assert instead in script
        script = script.replace(instead, "")
    # The doctor ends with 1 before there is a data folder; here the server that runs has made one.
    said = _run(desk, script.replace("http://127.0.0.1:8400", desk.address))
    assert "Mails met: 1, of them new messages: 1." in said
    assert "import: imported. This message was imported" in said
    assert "jane@elsewhere.example is not known." in said


def test_the_tutorial_of_uploading_works_as_it_stands_there(desk: Desk) -> None:
    script = _typed(read("tutorial/first-upload.md"))
    for instead in ("make setup\n", 'export PATH="$PWD/.venv/bin:$PATH"\n', "postroom up\n"):
        assert instead in script
        script = script.replace(instead, "")
    assert script.count("sleep 3\n") == 1
    script = script.replace("sleep 3\n", UNTIL_COUNTED)
    said = _run(desk, script.replace("http://127.0.0.1:8400", desk.address))
    answers = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    results = [answer["results"][0] for answer in answers if "accepted" in answer]
    assert [result["status"] for result in results] == ["held", "duplicate", "queued"]
    assert {who: told["reason"] for who, told in results[2]["lenses"]["people"].items()} == {
        "ana@ourcompany.example": "counted",
        "ben@ourcompany.example": "no_consent",
    }
    counts = [answer["counts"]["chat"] for answer in answers if "counts" in answer]
    assert [(count["held"], sum(count.values())) for count in counts] == [(1, 1), (0, 0)]
    decided = [answer["items"] for answer in answers if "items" in answer and "next_cursor" in answer]
    assert [[(d["user"], d["reason"]) for d in items] for items in decided] == [
        [("ana@ourcompany.example", "counted")],
        [("ana@ourcompany.example", "taken_back")],
    ]


def test_the_tour_of_the_readme_works_as_it_stands_there(desk: Desk) -> None:
    (desk.folder / "archive.mbox").write_text(
        "From john@acme.example Tue Nov  3 10:00:00 2026\n"
        "From: John Doe <john@acme.example>\nTo: me@ourcompany.example\nSubject: Our order\n"
        "Date: Tue, 3 Nov 2026 10:00:00 +0000\nMessage-ID: <order-1@acme.example>\n\nHello\n"
    )
    tour = (ROOT / "README.md").read_text().partition("## Five minutes")[2]
    script = _typed(tour).replace("~/mail/", "").replace(".venv/bin/postroom", "postroom")
    said = _run(desk, script.replace("http://localhost:8400", desk.address))
    assert "Mails met: 1, of them new messages: 1." in said
    assert "john@acme.example is known: John Doe of Acme." in said
    assert '"results": [{"index": 0, "id": "1", "status": "held", "reason": null, "field": null}]' in said
