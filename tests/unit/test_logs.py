"""Log lines: for people, and for collectors."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from sheaf import logs
from sheaf.settings import Settings

_log = logging.getLogger("sheaf.test")


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_json_lines_say_whose_work_they_are_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is one object with tenant, run and task, whatever the message holds."""
    logs.configure(Settings(log_format="json"))
    with logs.about(tenant="acme", run="r1"), logs.about(task="t1"):
        _log.warning("line one\nline %s", 'two "quoted"')
    line = json.loads(capsys.readouterr().err)
    assert (line["tenant"], line["run"], line["task"]) == ("acme", "r1", "t1")
    assert line["message"] == 'line one\nline two "quoted"'
    assert (line["level"], line["severity"]) == ("warning", "WARNING")


def test_context_ends_with_its_block(capsys: pytest.CaptureFixture[str]) -> None:
    """A later line is not taken for another task's."""
    logs.configure(Settings(log_format="text"))
    with logs.about(task="t1"):
        _log.warning("within")
    _log.warning("behind")
    within, behind = capsys.readouterr().err.splitlines()
    assert within.endswith("warning within task=t1")
    assert behind.endswith("warning behind")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_failure_is_logged_with_its_trace(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Both forms carry it."""
    logs.configure(Settings(log_format=form))
    try:
        int("broken")
    except ValueError:
        _log.exception("it failed")
    assert "ValueError: invalid literal" in capsys.readouterr().err


def test_the_level_is_kept_to(capsys: pytest.CaptureFixture[str]) -> None:
    """What is below it is not written."""
    logs.configure(Settings(log_level="error"))
    _log.warning("unseen")
    assert capsys.readouterr().err == ""
