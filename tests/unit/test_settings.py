"""Settings: read from the environment, refused with the variable's name, documented."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from sheaf import settings
from sheaf.domain.errors import InvalidInput

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default() -> None:
    """The table of docs/settings.md lists each setting once, with the default it really has."""
    rows = dict(re.findall(r"^\| `SHEAF_(\w+)` \| (.*?) \|", DOCS.read_text(), re.MULTILINE))
    defaults = settings.Settings()
    real = {f.name.upper(): f"`{value}`" if (value := getattr(defaults, f.name)) != "" else "none" for f in fields(settings.Settings)}
    assert rows == real


def test_values_are_read_and_typed() -> None:
    """Each variable reaches its setting in the setting's type."""
    read = settings.read({"SHEAF_PORT": "0", "SHEAF_DATA_DIR": "/srv/sheaf", "SHEAF_SWEEP_SECONDS": "2.5", "OTHER": "x"})
    assert (read.port, read.data_dir, read.sweep_seconds) == (0, Path("/srv/sheaf"), 2.5)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SHEAF_PORT", "http"), ("SHEAF_PORT", "70000"), ("SHEAF_WORKERS", "two"), ("SHEAF_LOG_FORMAT", "xml"), ("SHEAF_DURABILITY", "off")],
)
def test_an_impossible_value_is_refused_by_name(variable: str, value: str) -> None:
    """A value that cannot be meant is refused with a sentence that names its variable."""
    with pytest.raises(InvalidInput, match=variable):
        settings.read({variable: value})


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.7", False), ("sheaf.example", False)]
)
def test_loopback_is_told_from_the_rest(host: str, loopback: object) -> None:
    """Only addresses that this machine alone can reach count as loopback."""
    assert settings.Settings(host=host).on_loopback is loopback


@pytest.mark.parametrize("reachable", [{"K_SERVICE": "worker"}, {"SHEAF_HOST": "0.0.0.0"}])  # noqa: S104 - not bound
def test_unsigned_tokens_are_for_this_machine_alone(reachable: dict[str, str]) -> None:
    """Google's libraries take them for genuine while that variable is set."""
    emulated = {"FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099"}
    settings.read(emulated)
    settings.read(reachable)
    with pytest.raises(InvalidInput, match="FIREBASE_AUTH_EMULATOR_HOST"):
        settings.read(emulated | reachable)


def test_settings_reach_another_process_as_they_are() -> None:
    """Whatever each of them is set to, empty text where there is a default too."""
    others = {int: 7, float: 2.5, bool: False, str: "json"}
    defaults = settings.Settings()
    changed: dict[str, object] = {f.name: others.get(type(getattr(defaults, f.name))) for f in fields(defaults)}
    changed |= {"host": "127.0.0.1", "durability": "process", "data_dir": Path("/srv/sheaf"), "openai_url": "", "model_prices": "small=1/2"}
    given = settings.Settings(**changed)  # type: ignore[arg-type]  # each of its own field's type
    assert settings.unpacked(settings.packed(given)) == given
