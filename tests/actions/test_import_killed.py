"""An import that is killed loses nothing and doubles nothing; two at once do not disturb each other (F3)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from mail_world import K1, K2, NOON, S1, S2, L, N, U, mail

MAILS = 1_200
REPEATED = 50
DAY = 86400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of many small mails, some of them twice, some unreadable."""
    folder = tmp_path_factory.mktemp("many")
    senders = [K1, K2, N, U, L, S2, "Ann <ann@beta.io>"]
    for number in range(MAILS):
        which = number % (MAILS - REPEATED)
        chance = random.Random(which)
        raw = mail(
            chance.choice(senders),
            chance.sample([S1, S2, K1, U, L, "bob@acme.com"], 2),
            id=f"{which}@x",
            at=NOON - (which) * DAY // 2,
            subject=f"Mail {number}",
            text="words " * 50,
        )
        (folder / f"{number:05}.eml").write_bytes(raw if number % 200 else b"\0\0\0")
    return folder


class Installation:
    """A data folder with the company in it, worked on by commands of its own processes."""

    def __init__(self, data: Path) -> None:
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_DATABASE")
        } | {
            "POSTROOM_DATA_DIR": str(data),
            "DJANGO_SETTINGS_MODULE": "postroom.settings",
            "PYTHONPATH": f"{Path(__file__).parent}:{Path(__file__).parents[1]}",
        }
        made = self.python("import mail_world; print(mail_world.the_company().name)", migrate=True)
        self.workspace = made.strip()

    def python(self, code: str, *, migrate: bool = False) -> str:
        """What a program prints that has Django set up."""
        start = "import django; django.setup(); "
        if migrate:
            start += "from postroom.store.upgrade import upgrade; upgrade(); "
        done = subprocess.run(
            [sys.executable, "-c", start + code], env=self.environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def importing(self, folder: Path) -> subprocess.Popen[bytes]:
        """A running import, in a process group of its own."""
        return subprocess.Popen(
            [
                *(sys.executable, "-c", "from postroom.cli.main import main; main()", "import", str(folder)),
                *("--workspace", self.workspace, "--user", S1, "--label", "inbox", "--json"),
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def state(self) -> Any:
        """All that the mails came to, and whether the database is sound."""
        return json.loads(
            self.python(
                "import json, mail_world; from postroom.store.models import Workspace;"
                "from postroom.store.read.decisions import summary;"
                "from postroom.store.models import Copy, SetAside;"
                "from django.db import connection; c = connection.cursor();"
                "c.execute('PRAGMA integrity_check'); sound = c.fetchall();"
                "w = Workspace.objects.get();"
                "print(json.dumps([mail_world.state_of(w, ['Mail', 'words', 'ann']), summary(w), "
                "Copy.objects.count(), SetAside.objects.count(), sound]))"
            )
        )


def summary_of(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What an import that ended well printed."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err.decode()) == (0, "")
    summary: dict[str, Any] = json.loads(out)
    return summary


def counted(summary: dict[str, Any]) -> int:
    """The sum of all outcomes."""
    return sum(Counter(summary["outcomes"]["customer"][o]).total() for o in summary["outcomes"]["customer"])


def children_of(group: int) -> list[int]:
    """The processes that still run in a process group."""
    alive = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            alive.append(int(entry.parent.name))
    return alive


def test_killed_and_doubled_imports_come_to_the_same_as_one_F3(folder: Path, tmp_path: Path) -> None:
    undisturbed = Installation(tmp_path / "undisturbed")
    summary = summary_of(undisturbed.importing(folder))
    assert summary["messages"] == counted(summary) == MAILS
    expected = undisturbed.state()

    killed = Installation(tmp_path / "killed")
    chance = random.Random(7)
    for turn in range(8):
        process = killed.importing(folder)
        time.sleep(0.6 + chance.random() * (0.4 + turn * 0.1))
        if turn % 2:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()  # The children find out by themselves.
        process.communicate()
    last = summary_of(killed.importing(folder))
    assert last["outcomes"] == summary["outcomes"]
    assert killed.state() == expected

    doubled = Installation(tmp_path / "doubled")
    both = [doubled.importing(folder), doubled.importing(folder)]
    summaries = [summary_of(process) for process in both]
    assert [s["outcomes"] for s in summaries] == [summary["outcomes"]] * 2
    assert sum(s["new_copies"] for s in summaries) == summary["new_copies"]
    assert doubled.state() == expected


def test_reading_processes_end_with_their_parent(folder: Path, tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    process = installation.importing(folder)
    deadline = time.monotonic() + 60
    while len(children_of(process.pid)) < 2 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    while children_of(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert children_of(process.pid) == []
