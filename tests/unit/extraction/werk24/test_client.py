"""The vendor's client against a double of Werk24: whole, broken, wrong and late answers; played in the environment that has the client."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sheaf.extraction.werk24.client import MAX_BYTES, Service
from tools.environments import environment

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What came of each scenario, all of them played once."""
    paths = os.pathsep.join([str(ROOT / "shared"), str(ROOT)])
    result = subprocess.run(
        [environment("werk24"), Path(__file__).with_name("asking.py"), tmp_path_factory.mktemp("werk24")],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    told: Mapping[str, Any] = json.loads(result.stdout)
    return told


def kinds(told: Mapping[str, Any]) -> list[str]:
    """What was asked in the answers that came."""
    return [answer["ask_type"] for answer in told["answers"]]


def test_a_drawing_is_sent_once_and_every_answer_comes_back(played: Mapping[str, Any]) -> None:
    """The title block and the features are asked for, in one request, of the bytes of the file."""
    whole = played["whole"]
    assert kinds(whole) == ["META_DATA", "FEATURES"]
    assert whole["asked"] == [["META_DATA", "FEATURES"]]
    assert whole["uploads"] == ["%PDF-1.4 a drawing"]
    assert whole["problems"] == []


@pytest.mark.parametrize("scenario", ["dropped", "unknown_message"])
def test_what_came_before_a_failure_is_kept(played: Mapping[str, Any], scenario: str) -> None:
    """A connection that drops, and a message that nobody knows: the answers before them stand, with a word on it."""
    assert "META_DATA" in kinds(played[scenario])
    assert played[scenario]["problems"] == ["Werk24 did not finish (ServerException)."]


def test_an_answer_of_another_shape_is_handed_on_as_it_is(played: Mapping[str, Any]) -> None:
    """The client lets it through; what reads it passes over what it cannot use."""
    [answer] = played["malformed"]["answers"]
    assert answer["identifiers"] == "nonsense"


@pytest.mark.parametrize(
    ("scenario", "problem"),
    [
        ("late", "Werk24 did not finish within 1 seconds."),
        ("not_understood", "Werk24 says drawing content not understood."),
        ("nothing", "Werk24 answered nothing."),
        ("refused", "Werk24 did not finish (ApiTokenRejectedException)."),
    ],
)
def test_a_failure_says_what_it_was_and_tells_no_secret(played: Mapping[str, Any], scenario: str, problem: str) -> None:
    """Silence, refusals and emptiness each have their sentence, in which no key and nothing that a server wrote appears."""
    assert played[scenario]["problems"] == [problem]
    assert played[scenario]["answers"] == []


def test_no_payload_is_fetched_from_this_machine(played: Mapping[str, Any]) -> None:
    """An answer that points at loopback is refused; the one before it stands."""
    assert kinds(played["payload_on_loopback"]) == ["META_DATA"]
    assert played["payload_on_loopback"]["problems"] == ["Werk24 did not finish (RuntimeError)."]


def test_a_drawing_that_is_too_large_is_not_sent(tmp_path: Path) -> None:
    """The service's own bound is held before anything is loaded or called."""
    path = tmp_path / "drawing"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert Service(key="k").ask(path).problems == ["Werk24 takes drawings of at most 10 MiB."]


def test_the_key_is_not_shown() -> None:
    """What is logged of a service does not have its key."""
    assert "secret" not in repr(Service(key="secret"))
