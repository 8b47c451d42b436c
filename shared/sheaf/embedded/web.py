"""The HTTP server of the embedded runtime: waitress, a production server of pure Python, in threads of this process."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from sheaf.domain.errors import Conflict, InvalidInput

#: An event stream holds one for as long as it is open.
_THREADS = 48
_MAX_REQUEST_BYTES = 2**40
_LAST_MOMENT_S = 1
_ADDRESS_ERRORS = {errno.EADDRINUSE, errno.EACCES}


class WebServer:
    """Serves a WSGI application from the moment it is started until the process ends."""

    def __init__(self, application: Callable[..., Any], sock: socket.socket) -> None:
        from waitress.server import create_server

        # One socket makes one server; its stubs know neither that nor its trigger.
        self._server: Any = create_server(
            application,
            sockets=[sock],
            threads=_THREADS,
            ident="sheaf",
            # The application bounds each kind of body itself.
            max_request_body_size=_MAX_REQUEST_BYTES,
            clear_untrusted_proxy_headers=True,
        )

    def start(self) -> None:
        """Answer requests, in threads."""
        threading.Thread(target=self._server.run, daemon=True).start()

    def stop(self) -> None:
        """Take no further connection, and give what is being answered a moment to end."""
        closed = threading.Event()
        self._server.trigger.pull_trigger(partial(self._close, closed))
        closed.wait(_LAST_MOMENT_S)
        self._server.task_dispatcher.shutdown(timeout=_LAST_MOMENT_S)

    def _close(self, closed: threading.Event) -> None:
        """Close the listening socket alone, in the thread that watches it: the others' ends would break under their owners."""
        from waitress import wasyncore

        wasyncore.dispatcher.close(self._server)
        closed.set()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises Conflict when the port is taken, InvalidInput for an address of no use."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        if error.errno in _ADDRESS_ERRORS:
            raise Conflict(f"Port {port} of {host} is not free. Choose another with --port, or 0 for any.", code="port_taken") from error
        raise InvalidInput(f"Sheaf cannot listen on {host}: {error.strerror or error}.", field="host") from error


def url_of(host: str, sock: socket.socket) -> str:
    """The address to call, as a URL of this machine when the socket listens on every interface."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - translated, not bound
    return f"http://[{shown}]:{sock.getsockname()[1]}" if ":" in shown else f"http://{shown}:{sock.getsockname()[1]}"
