"""Applications behind the request that a function was called with."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, Request, request
from werkzeug.test import EnvironBuilder

from sheaf.domain.errors import InvalidInput
from sheaf.http.serving import Function
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHEAF_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("K_SERVICE", raising=False)


def telling(_: Kernel, __: Settings) -> Flask:
    """An application that says under which address it was asked."""
    app = Flask("told")
    app.add_url_rule("/<path:path>", "tell", lambda path: f"{request.host_url}{path}")
    return app


def asked(**headers: str) -> Request:
    """A request as the framework hands it over."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(EnvironBuilder("/a/b", base_url="http://sheaf.example", headers=list(named.items())).get_environ())


def test_many_first_requests_build_one_application() -> None:
    """A burst of deliveries on a fresh instance opens the stores once."""
    built = []
    together = threading.Barrier(8)

    def make(kernel: Kernel, settings: Settings) -> Flask:
        built.append(settings)
        return telling(kernel, settings)

    function = Function(make)

    def ask(_: int) -> int:
        together.wait()
        return function.answer(asked()).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {200}
    assert len(built) == 1


def test_a_build_that_failed_is_made_again() -> None:
    """What was away at the first request may be there at the second."""
    answers = iter([InvalidInput("Not yet."), None])

    def make(kernel: Kernel, settings: Settings) -> Flask:
        if error := next(answers):
            raise error
        return telling(kernel, settings)

    function = Function(make)
    with pytest.raises(InvalidInput):
        function.answer(asked())
    assert function.answer(asked()).status_code == 200


@pytest.mark.parametrize(
    ("service", "said", "address"),
    [
        ("", "https", "http://sheaf.example/a/b"),
        ("api", "https", "https://sheaf.example/a/b"),
        ("api", "", "http://sheaf.example/a/b"),
        ("api", "javascript", "http://sheaf.example/a/b"),
    ],
)
def test_the_platform_s_front_end_says_how_it_was_asked(monkeypatch: pytest.MonkeyPatch, service: str, said: str, address: str) -> None:
    """It ends TLS in front of the function; where there is none, the same header is anybody's and means nothing."""
    monkeypatch.setenv("K_SERVICE", service)
    assert Function(telling).answer(asked(X_Forwarded_Proto=said)).get_data(as_text=True) == address
