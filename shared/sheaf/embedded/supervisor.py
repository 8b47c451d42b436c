"""The one process of a data folder that serves it: HTTP, workers and tick, from a start that resumes to a stop that loses nothing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from sheaf.domain.errors import InvalidInput
from sheaf.embedded import pool, serverfile, web
from sheaf.embedded.installation import Installation, opened
from sheaf.embedded.serverfile import Server
from sheaf.embedded.work import Workforce
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

#: Builds the WSGI application; handed in, since HTTP and this runtime stand side by side.
Site = Callable[[Kernel, Settings], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Started:
    """What is up."""

    server: Server
    workers: int
    installation: Installation


@contextmanager
def serve(settings: Settings, site: Site, *, command: Sequence[str] = pool.COMMAND) -> Iterator[Started]:
    """Everything on one address while the block runs; work that was there goes on by itself.

    Raises Conflict when the folder or the port is taken, and InvalidInput when the address can be reached from elsewhere without a key.
    """
    _check_exposure(settings)
    with serverfile.hold(settings.data_dir) as file, web.listen(settings.host, settings.port) as sock, opened(settings) as installation:
        server = Server(url=web.url_of(settings.host, sock), pid=os.getpid(), started_at=datetime.now(UTC))
        http = web.WebServer(site(installation.kernel, settings), sock)
        with Workforce(installation, command=command) as force:
            http.start()
            file.publish(server)
            yield Started(server, force.pool.size, installation)
        http.stop()


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets while the block runs; a second signal ends the process at once."""
    told = threading.Event()

    def tell(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    yield told
    for number, handler in before.items():
        signal.signal(number, handler)


def _check_exposure(settings: Settings) -> None:
    if not settings.on_loopback and not settings.api_key:
        raise InvalidInput(
            f"{settings.host} can be reached from other machines: set SHEAF_API_KEY to a long random text first.", field="api_key"
        )
