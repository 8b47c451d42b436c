"""The HTTP server's socket."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sheaf.domain.errors import Conflict, InvalidInput
from sheaf.embedded import web


def _hello(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def test_it_answers_on_a_free_port() -> None:
    """Port 0 finds one, and the address says which."""
    with web.listen("127.0.0.1", 0) as sock:
        server = web.WebServer(_hello, sock)
        server.start()
        with urllib.request.urlopen(web.url_of("127.0.0.1", sock)) as answer:  # noqa: S310 - our own address
            assert answer.read() == b"hello"
        server.stop()


def test_a_taken_port_is_said_to_be_taken() -> None:
    """The message says what to do."""
    with web.listen("127.0.0.1", 0) as sock, pytest.raises(Conflict, match="--port"):
        web.listen("127.0.0.1", sock.getsockname()[1])


def test_an_address_of_elsewhere_is_refused() -> None:
    """One cannot listen on another machine's address."""
    with pytest.raises(InvalidInput, match="cannot listen"):
        web.listen("192.0.2.1", 0)


@pytest.mark.parametrize(("host", "start"), [("0.0.0.0", "http://127.0.0.1:"), ("127.0.0.1", "http://127.0.0.1:")])  # noqa: S104
def test_the_address_can_be_called(host: str, start: str) -> None:
    """Every interface is called through loopback."""
    with web.listen("127.0.0.1", 0) as sock:
        assert web.url_of(host, sock).startswith(start)
