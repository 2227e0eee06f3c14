"""Uploading mail over HTTP, 1, 100 and 1,000 mails a call, from 1 and from 8 connections: answered, and so durable."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from statistics import median

from bench import upload_servers
from bench.row import Row
from bench.setting import Setting, say
from bench.upload_bare import Bare
from bench.upload_mails import calls, send

CLIENTS = (1, 8)
A_CALL = (1, 100, 1_000)
LARGEST = A_CALL[-1]
PEER = "FastAPI, SQLAlchemy"
BARE = "bare insert"

Cell = tuple[int, int]
"""How many mails a call has, and how many send at once."""
Figures = dict[Cell, dict[str, list[float]]]
"""Mails a second of each round, by whose they are."""


def run(setting: Setting) -> list[Row]:
    """Measure ours, the peer and the bare insert in turn, round after round."""
    figures: Figures = defaultdict(lambda: defaultdict(list))
    processor: Figures = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        say("A server to upload to")
        servers = {"ours": stack.enter_context(upload_servers.ours(setting))}
        if setting.peers:
            servers[PEER] = stack.enter_context(upload_servers.peer(setting))
        bare = Bare(servers["ours"].database, setting.folder / "upload-bare.sqlite3")
        stack.callback(bare.close)
        number = 0
        for server in servers.values():
            # Each process has met a call before any counts.
            send(server.port, server.path, server.token, calls(10**9, 64, 1), 8)
        bare.insert_what_is_new()
        for turn in range(setting.repeats):
            say(f"Uploads, round {turn + 1} of {setting.repeats}")
            for cell in [(a_call, clients) for a_call in A_CALL for clients in CLIENTS]:
                count = mails_of(cell, setting.uploads)
                bodies = calls(number, count, cell[0])
                number += count
                for name, server in servers.items():
                    before = server.cpu_seconds()
                    seconds = send(server.port, server.path, server.token, bodies, cell[1])
                    figures[cell][name].append(count / seconds)
                    processor[cell][name].append(count / max(server.cpu_seconds() - before, 0.01))
                figures[cell][BARE].append(bare.insert_what_is_new())
    return [*rows(figures), *processor_rows(processor)]


def mails_of(cell: Cell, uploads: int) -> int:
    """How many mails are sent in a round: ``uploads`` where they go fastest, fewer where they go slower."""
    a_call, clients = cell
    return max(a_call * clients, uploads * a_call // (a_call + 20) // (a_call * clients) * a_call * clients)


def rows(figures: Figures) -> list[Row]:
    """The medians side by side; the targets are for the largest calls."""
    found = []
    for (a_call, clients), taken in figures.items():
        work = f"upload, {a_call:,} a call, {clients} at once"
        ours = median(taken["ours"])
        for peer, least in ((BARE, 0.5), (PEER, 5.0)):
            if peer in taken and (peer == PEER or a_call == LARGEST):
                theirs = median(taken[peer])
                is_judged = a_call == LARGEST
                found.append(
                    Row(
                        work,
                        "msg/s",
                        ours,
                        peer,
                        theirs,
                        ours / theirs,
                        f"≥ {least:g} ×" if is_judged else "",
                        ours / theirs >= least if is_judged else None,
                    )
                )
        if a_call != LARGEST and PEER not in taken:
            found.append(Row(work, "msg/s", ours))
    return found


def processor_rows(processor: Figures) -> list[Row]:
    """Mails a second of the servers' processor time, which a busy machine changes less."""
    found = []
    for (a_call, clients), taken in processor.items():
        work, ours = f"upload, {a_call:,} a call, {clients} at once", median(taken["ours"])
        if PEER in taken:
            theirs = median(taken[PEER])
            found.append(Row(work, "msg/cpu-s", ours, PEER, theirs, ours / theirs))
        else:
            found.append(Row(work, "msg/cpu-s", ours))
    return found
