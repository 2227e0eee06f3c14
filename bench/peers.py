"""The peers: notmuch and mu, Debian's packages, each indexing the same Maildir into an index of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bench.measure import Measured, measured
from bench.setting import say

PACKAGES = {"notmuch": "notmuch", "mu": "maildir-utils"}


class PeerMissing(RuntimeError):
    """A peer is not installed and cannot be."""


def ensure(program: str) -> None:
    """Install the peer by apt where it is missing. Raises ``PeerMissing``."""
    if shutil.which(program):
        return
    say(f"Installing {PACKAGES[program]}")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", PACKAGES[program]]):
        subprocess.run([*sudo, "apt-get", "-qq", *command], check=False, capture_output=True)
    if not shutil.which(program):
        raise PeerMissing(
            f"{program} is missing: apt-get install {PACKAGES[program]}, or leave out with --no-peers"
        )


def notmuch_new(maildir: Path, folder: Path) -> Measured:
    """Index the Maildir with ``notmuch new``; again where ``folder`` has the index."""
    ensure("notmuch")
    config = folder / "notmuch-config"
    index = folder / "notmuch"
    index.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f"[database]\npath={index}\nmail_root={maildir}\n[user]\nname=Bench\nprimary_email=me@bench.example\n"
        "[new]\ntags=new\n[maildir]\nsynchronize_flags=false\n"
    )
    return measured(["notmuch", "new", "--quiet"], env={"NOTMUCH_CONFIG": str(config)})


def mu_index(maildir: Path, folder: Path) -> Measured:
    """Index the Maildir with ``mu init`` and ``mu index``; again where ``folder`` has the index."""
    ensure("mu")
    home = folder / "mu"
    if not home.exists():
        home.mkdir(parents=True)
        subprocess.run(
            ["mu", "init", "--quiet", f"--muhome={home}", f"--maildir={maildir}"],
            check=True,
            capture_output=True,
        )
    return measured(["mu", "index", "--quiet", f"--muhome={home}"])
