"""What the benchmarks share: where they work, how much, and the workspace they import into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench import corpus
from bench.measure import Measured, measured

USER = "me@bench.example"
WORKSPACE = "Bench"
POSTROOM = (sys.executable, "-c", "from postroom.cli.main import main; main()")


@dataclass
class Setting:
    """One call of the benchmarks."""

    folder: Path
    mails: int
    repeats: int
    peers: bool
    decisions: int
    engagements: int
    """So large is the workspace whose pages are opened."""
    openings: int
    """So often each page is opened."""
    uploads: int
    """So many mails are uploaded in a round of the largest calls."""
    synced: int
    """So many mails are in the mailbox that is synced."""
    mailboxes: int
    """So many unchanged mailboxes are looked into."""
    pushed: int
    """So many users have the default synced labels applied to them, in the largest workspace."""
    interactions: int
    """Of so many interactions roll-ups are made."""
    known: dict[str, Measured] = field(default_factory=dict)
    """Runs that later benchmarks compare with."""

    @cached_property
    def maildir(self) -> Path:
        """A Maildir of ``mails`` mails, in the file cache."""
        say(f"A Maildir of {self.mails:,} mails")
        maildir = corpus.maildir(self.mails)
        for path in (maildir / "cur").iterdir():
            path.read_bytes()
        return maildir

    @cached_property
    def _template(self) -> Path:
        """A data folder with a workspace in which about half of the corpus is imported."""
        say("A workspace")
        template = self.folder / "template"
        template.mkdir()
        (self.folder / "domains.json").write_text(json.dumps(corpus.domains()))
        subprocess.run(
            [sys.executable, "-m", "bench.workspace", str(self.folder / "domains.json")],
            env={**os.environ, **self.env(template)},
            check=True,
        )
        return template

    def env(self, data: Path) -> dict[str, str]:
        """The environment in which Postroom works in ``data``."""
        return {
            "POSTROOM_DATA_DIR": str(data),
            "POSTROOM_DATABASE_URL": "",
            # Whoever runs it has its modules compiled, whatever the shell of the benchmark says.
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def fresh_data(self, name: str) -> Path:
        """A data folder with the workspace and no mail."""
        data = self.folder / name
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self._template, data)
        return data

    def import_into(self, data: Path, path: Path, *, one_core: bool = False) -> Measured:
        """Import ``path`` as the command line does."""
        return measured(
            [
                *POSTROOM,
                "import",
                str(path),
                "--workspace",
                WORKSPACE,
                "--user",
                USER,
                "--label",
                "inbox",
                "--json",
            ],
            env=self.env(data),
            one_core=one_core,
        )


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"→ {text}", file=sys.stderr, flush=True)
