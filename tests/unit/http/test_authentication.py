"""Who is calling, by the request alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from sheaf.domain.errors import InvalidInput
from sheaf.http import authentication
from sheaf.http.authentication import BearerKey, Identity, LoopbackOwner
from sheaf.http.errors import Forbidden, Unauthenticated
from sheaf.settings import Settings

OWNER = LoopbackOwner(Identity("acme", "owner"))


def request(remote: str = "127.0.0.1", **given: Any) -> Request:
    """A request from an address."""
    builder = EnvironBuilder(base_url=given.pop("base_url", "http://localhost:8321"), environ_base={"REMOTE_ADDR": remote}, **given)
    return Request(builder.get_environ())


@pytest.mark.parametrize("remote", ["127.0.0.1", "127.0.0.9", "::1"])
def test_this_machine_is_the_owner(remote: str) -> None:
    """By any of its loopback addresses."""
    assert OWNER.identify(request(remote)).tenant == "acme"


@pytest.mark.parametrize("remote", ["192.0.2.1", "", "unix", "::ffff:192.0.2.1"])
def test_another_address_is_nobody(remote: str) -> None:
    """Also one that is none."""
    with pytest.raises(Unauthenticated):
        OWNER.identify(request(remote))


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_behind_a_proxy_nobody_is_the_owner(header: str) -> None:
    """Whoever it calls for, it calls from this machine."""
    with pytest.raises(Unauthenticated, match="SHEAF_API_KEY"):
        OWNER.identify(request(headers={header: "192.0.2.1"}))


@pytest.mark.parametrize("base", ["http://[::1]:8321", "http://localhost", "https://127.0.0.1:1"])
def test_loopback_has_several_names(base: str) -> None:
    """With and without a port."""
    assert OWNER.identify(request(base_url=base, headers={"Origin": base})).subject == "owner"


@pytest.mark.parametrize(
    ("base", "origin"),
    [("http://evil.example", None), ("http://localhost", "http://evil.example"), ("http://localhost:1", "http://localhost:2")],
)
def test_what_a_browser_was_tricked_into_is_forbidden(base: str, origin: str | None) -> None:
    """By a name, or from a page."""
    with pytest.raises(Forbidden):
        OWNER.identify(request(base_url=base, headers={"Origin": origin} if origin else {}))


def test_a_key_is_compared_whole() -> None:
    """No beginning of it, and nothing behind it."""
    key = BearerKey("secret", Identity("acme", "key"))
    assert key.identify(request("192.0.2.1", headers={"Authorization": "Bearer secret"})).tenant == "acme"
    for shown in ("Bearer secre", "Bearer secret1", "Bearer", "Bearer\tsecret", "Basic secret", "secret", "Bearer s\u00e9cret"):
        with pytest.raises(Unauthenticated):
            key.identify(request(headers={"Authorization": shown}))


def test_the_settings_decide_who_may_use_the_api() -> None:
    """A key asks everyone, this machine too; no key and no loopback is refused."""
    assert isinstance(authentication.of_users(Settings()), LoopbackOwner)
    assert isinstance(authentication.of_users(Settings(api_key="k")), BearerKey)
    with pytest.raises(InvalidInput, match="SHEAF_API_KEY"):
        authentication.of_users(Settings(host="0.0.0.0"))  # noqa: S104 - not bound


def test_in_the_cloud_a_key_is_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever address the function believes it listens on."""
    monkeypatch.setenv("K_SERVICE", "api")
    with pytest.raises(InvalidInput, match="SHEAF_API_KEY"):
        authentication.of_users(Settings())
    assert isinstance(authentication.of_users(Settings(api_key="k")), BearerKey)
