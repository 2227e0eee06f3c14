"""A network that fails, in tests: hands bytes between a client and a server on this machine, and spoils what the server
sends."""

from __future__ import annotations

import random
import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass
class Faults:
    """What goes wrong with what comes from the server; counted in bytes since the connection began."""

    cut: int | None = None
    """After so many the connection ends."""
    reset: int | None = None
    """After so many it is torn down."""
    stall: int | None = None
    """After so many nothing comes any more, and the connection stays."""
    drip: float | None = None
    """From ``drip_after`` on they come one by one, so many seconds apart."""
    drip_after: int = 0
    corrupt: int | None = None
    """The byte at this place is another one."""
    slice: int | None = None
    """They come in pieces of 1 to so many."""


class FaultProxy:
    """Listens at ``port`` and connects each client to the server at another."""

    def __init__(self, to: int) -> None:
        self.faults = Faults()
        self.connections = 0
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._closing = threading.Event()
        self._random = random.Random(1)

    def serve(self) -> None:
        """Serve until it is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self.connections += 1
            self._open += [client, server]
            faults = self.faults
            threading.Thread(target=self._hand_on, args=(client, server), daemon=True).start()
            threading.Thread(target=self._spoil, args=(server, client, faults), daemon=True).start()

    def close(self) -> None:
        """End all of it."""
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            one.close()

    def _hand_on(self, client: socket.socket, server: socket.socket) -> None:
        # Nobody waits in ``recv``: a socket that somebody waits at is not closed.
        with suppress(OSError, ValueError):
            while not self._closing.is_set():
                if not select.select([client], [], [], 0.01)[0]:
                    continue
                data = client.recv(65536)
                if not data:
                    break
                server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _spoil(self, server: socket.socket, client: socket.socket, faults: Faults) -> None:
        sent = 0
        with suppress(OSError):
            while data := server.recv(65536):
                if faults.corrupt is not None and sent <= faults.corrupt < sent + len(data):
                    at = faults.corrupt - sent
                    data = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
                ends = [
                    end
                    for end in (faults.cut, faults.reset, faults.stall)
                    if end is not None and end < sent + len(data)
                ]
                self._send(client, data[: min(ends) - sent] if ends else data, sent, faults)
                sent += len(data)
                if ends:
                    self._end(client, faults)
                    return
        client.close()

    def _send(self, client: socket.socket, data: bytes, sent: int, faults: Faults) -> None:
        if faults.drip is not None and sent + len(data) > faults.drip_after:
            at_once = max(0, faults.drip_after - sent)
            client.sendall(data[:at_once])
            for byte in data[at_once:]:
                if self._closing.wait(faults.drip):
                    return
                client.sendall(bytes([byte]))
            return
        while data:
            size = self._random.randint(1, faults.slice) if faults.slice else len(data)
            client.sendall(data[:size])
            data = data[size:]

    def _end(self, client: socket.socket, faults: Faults) -> None:
        if faults.stall is not None:
            self._closing.wait()
        if faults.reset is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


@contextmanager
def fault_proxy(to: int) -> Iterator[FaultProxy]:
    """A proxy to the server at this port, gone at the end."""
    proxy = FaultProxy(to)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
