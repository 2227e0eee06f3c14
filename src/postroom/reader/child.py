"""The reading process: takes requests from a pipe, answers them, and ends when its parent does.

Started by ``process``. Must not load Django, print, or log: what it reads is private.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from multiprocessing.connection import Connection

from postroom.core.seal import Seal
from postroom.reader.limits import Guard, Whereabouts, be_the_first_to_go
from postroom.reader.open_chunk import OpenChunk
from postroom.reader.request import Begin, Fetch, Meet, Read, Refused, Reply, Request


def main(connection_fd: int, whereabouts_fd: int) -> None:
    """Serve the parent at the other end of the connection until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_the_first_to_go()
    connection: Connection = Connection(connection_fd)
    # Mails make many small objects and no cycles: looking for cycles less often saves a quarter of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        begin: Begin = connection.recv()
        sys.path[:] = begin.import_path
        guard = Guard(begin.limits, Whereabouts(whereabouts_fd))
        # From here on a traceback could quote a mail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        chunk = OpenChunk(Seal(begin.key), guard)
        while True:
            answer = _answer(connection, chunk)
            guard.idle()
            connection.send(answer)
    except (EOFError, ConnectionError):
        return


def _answer(connection: Connection, chunk: OpenChunk) -> Reply:
    try:
        request: Request = connection.recv()
    except (EOFError, ConnectionError):
        raise
    except Exception as error:
        return Refused(f"{type(error).__name__}: {error}")
    match request:
        case Meet():
            return chunk.meet(request)
        case Read():
            return chunk.read(request)
        case Fetch():
            return chunk.fetch(request)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
