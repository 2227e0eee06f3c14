"""The sample connector against a running server: killed at any moment, nothing is missing and nothing doubled."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from json_lines import Limits, batches
from live_server import Installation, environment, installed, serving
from postroom_client import LISTS
from stand_in import Got, Said, handed_on, standing_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "connector"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that is never served itself."""
    return installed(tmp_path_factory.mktemp("made"))


@pytest.fixture
def postroom(fresh: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A running installation without an item."""
    made = replace(fresh, data=Path(shutil.copytree(fresh.data, tmp_path / "data")))
    with serving(made):
        yield made


def started(made: Installation, folder: Path, *options: str, url: str = "") -> subprocess.Popen[str]:
    command = [
        sys.executable,
        str(EXAMPLE / "connector.py"),
        str(folder),
        "--server",
        url or made.url,
        *options,
    ]
    return subprocess.Popen(
        command, env=environment(made.data, POSTROOM_TOKEN=made.token), stderr=subprocess.PIPE, text=True
    )


def run(made: Installation, folder: Path, *options: str) -> tuple[int, str]:
    """Its exit code and what it said."""
    running = started(made, folder, *options)
    said = running.communicate(timeout=120)[1]
    return running.returncode, said


def chat(number: int, **changed: Any) -> str:
    item = {
        "id": str(number),
        "chat_id": "c",
        "chat_type": "direct",
        "author": "ana@acme.example",
        "date": "2026-11-16T10:00:00Z",
        "text": f"Message {number}",
    }
    return json.dumps(item | changed) + "\n"


def refused(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / "rejected.jsonl").read_text().splitlines()]


def test_the_sample_is_sent_once_and_what_is_refused_says_why(postroom: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(EXAMPLE / "sample", folder)
    assert run(postroom, folder) == (0, "Done: 14 held, 1 rejected, 1 updated.\n")
    kinds = {"mail": 8, "chat": 3, "reaction": 1, "activity": 2}
    there = {(kind, "waiting"): count for kind, count in kinds.items()}
    assert postroom.items() == there
    found = [(line["id"], line["reason"], line["field"]) for line in refused(folder)]
    assert found == [("mail-8", "unknown_user", "user")]
    sent = (folder / "mail-messages-2026-11.jsonl").read_text().splitlines()
    assert refused(folder)[0]["item"] == json.loads(sent[7])

    assert run(postroom, folder) == (0, "Done: nothing new.\n")
    (folder / "connector-state.json").unlink()
    assert run(postroom, folder) == (0, "Done: 15 duplicate, 1 rejected.\n")
    assert postroom.items() == there
    assert len(refused(folder)) == 1


def test_killed_at_any_moment_it_goes_on_where_it_stopped_K6_K7(
    postroom: Installation, tmp_path: Path
) -> None:
    folder, count, chance = tmp_path / "out", 100, random.Random(7)
    folder.mkdir()
    lines = [
        chat(number, **({"author": "u@nowhere.example"} if number % 10 == 3 else {}))
        for number in range(count)
    ]
    (folder / "chat-messages-a.jsonl").write_text("".join(lines[:55]))
    (folder / "chat-messages-b.jsonl").write_text("".join(lines[55:]))
    running: list[subprocess.Popen[str]] = []
    moments: list[str] = []

    def answer(got: Got) -> Said:
        """Kill whoever asks: before the server sees the call, before its answer arrives, or just after it did."""
        moment = (
            chance.choice(["before", "unanswered", "after", "never"]) if got.method == "POST" else "never"
        )
        moments.append(moment)
        if moment == "before":
            running[-1].kill()
            return Said(0)
        said = handed_on(postroom.port, got)
        if moment == "unanswered":
            running[-1].kill()
        elif moment == "after":
            threading.Timer(chance.uniform(0, 0.005), running[-1].kill).start()
        return said

    with standing_in(answer) as url:
        while not running or running[-1].returncode == -signal.SIGKILL:
            running.append(started(postroom, folder, "--max-items", "7", url=url))
            running[-1].communicate(timeout=60)
    assert running[-1].returncode == 0
    assert set(moments) == {"before", "unanswered", "after", "never"}
    assert postroom.items() == {("chat", "waiting"): 90}
    assert [line["id"] for line in refused(folder)] == [str(number) for number in range(3, count, 10)]
    assert run(postroom, folder) == (0, "Done: nothing new.\n")


def test_only_what_the_crawling_depth_wants_is_sent_K4(postroom: Installation, tmp_path: Path) -> None:
    (tmp_path / "chat-messages-a.jsonl").write_text(chat(1) + chat(2, date="2026-10-31T23:59:59Z") + chat(3))
    got: list[int] = []
    depths: list[str | None] = ["2026-11-01", None]

    def answer(call: Got) -> Said:
        said = handed_on(postroom.port, call)
        if call.path.endswith("/settings"):
            return said._replace(
                body=json.dumps(json.loads(said.body) | {"crawling_depth": depths[0]}).encode()
            )
        got.append(len(json.loads(call.body)["messages"]))
        return said

    with standing_in(answer) as url:
        done = started(postroom, tmp_path, url=url).communicate(timeout=60)[1]
        assert (done, got) == ("Done: 1 before the crawling depth, 2 held.\n", [2])
        # Another depth: all is looked at again.
        del depths[0]
        done = started(postroom, tmp_path, url=url).communicate(timeout=60)[1]
        assert (done, got) == ("Done: 2 duplicate, 1 held.\n", [2, 3])


def test_a_wrong_line_and_a_call_that_is_refused_whole_spoil_nothing_else(
    postroom: Installation, tmp_path: Path
) -> None:
    deep = '{"id": "deep", "text": ' + "[" * 600 + "]" * 600 + "}\n"
    lines = chat(1) + "{nonsense\n\n" + chat(2) + deep + '["no item"]\n' + chat(3) + '{"id": "half'
    file = tmp_path / "chat-messages-a.jsonl"
    file.write_text(lines)

    def answer(call: Got) -> Said:
        if b'"deep"' in call.body:
            return Said(400, b'{"code": "malformed_json", "detail": "Too deep."}')
        return handed_on(postroom.port, call)

    with standing_in(answer) as url:
        done = started(postroom, tmp_path, url=url).communicate(timeout=60)[1]
        assert done == "Done: 3 held, 3 rejected.\n"
        found = [(line["offset"], line["reason"]) for line in refused(tmp_path)]
        assert found == [
            (lines.index("{nonsense"), "malformed_json"),
            (lines.index('{"id": "deep"'), "malformed_json"),
            (lines.index('["no'), "not_an_object"),
        ]
        # The line that was being written is whole now.
        file.write_text(lines.removesuffix('{"id": "half') + chat(4).rstrip())
        done = started(postroom, tmp_path, url=url).communicate(timeout=60)[1]
        assert done == "Done: 1 held.\n"
    assert postroom.items() == {("chat", "waiting"): 4}


def test_a_batch_is_full_by_count_or_by_bytes(tmp_path: Path) -> None:
    file = tmp_path / "chat-messages.jsonl"
    file.write_text("".join(chat(number) for number in range(7)) + chat(7, text="x" * 2_000) + chat(8))
    by_count = list(batches(file, 0, Limits(3, 1_000_000, None)))
    assert [len(batch.items) for batch in by_count] == [3, 3, 3]
    by_bytes = list(batches(file, 0, Limits(1_000, 1_000, None)))
    assert [len(batch.items) for batch in by_bytes] == [6, 1, 1, 1]
    assert by_bytes[-1].end == file.stat().st_size
    assert list(batches(file, by_bytes[1].end, Limits(1_000, 1_000, None))) == by_bytes[2:]
    assert list(batches(file, file.stat().st_size, Limits(3, 1_000_000, None))) == []


def test_without_a_valid_token_it_says_so_at_once(postroom: Installation, tmp_path: Path) -> None:
    wrong = replace(postroom, token="ps_wrong")
    (tmp_path / "out").mkdir()
    code, said = run(wrong, tmp_path / "out")
    assert code == 1
    assert said == (
        "\n401, unauthorized: Send the access token of a source. What was sent is noted; run it again.\n"
    )


def test_every_kind_of_file_is_in_the_sample() -> None:
    files = [file.name for file in (EXAMPLE / "sample").glob("*.jsonl")]
    assert [kind for kind in LISTS if not any(name.startswith(kind) for name in files)] == []
