"""Clients that keep their connections: one that times each answer, and several that ask as fast as they are answered."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from bench.servers import HOST, Request, Server, ask


class Client:
    """One connection."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was there, and its body; raises RuntimeError unless it is a 200."""
        began = time.perf_counter()
        status, body = ask(self._connection, Request(path=path))
        taken = 1000 * (time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}: {body[:500]!r}")
        return taken, body


def rate(server: Server, path: str, *, clients: int, seconds: float) -> float:
    """Answers a second to so many clients at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(lambda client: _ask_until(began + seconds, client, path), [Client(server) for _ in range(clients)]))
        return done / (time.perf_counter() - began)


def _ask_until(until: float, client: Client, path: str) -> int:
    done = 0
    with client:
        while time.perf_counter() < until:
            client.get(path)
            done += 1
    return done
