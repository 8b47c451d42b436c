"""The locks: what is installed is what was declared and nothing else, from wherever a machine takes its packages."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from tools import check_locks

GOOD = "flask==3.1.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via sheaf\n"


def test_the_locks_fit_what_is_declared() -> None:
    """Every declared requirement is pinned, with hashes, at the same version for users and for tests."""
    assert list(check_locks.problems()) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index-url file:///srv/packages",
        "-i mirror",
        "--find-links wheels",
        "flask @ https://packages.example/flask.whl --hash=sha256:aa",
    ],
)
def test_a_lock_that_says_where_packages_come_from_is_refused(line: str) -> None:
    """An index, a folder or a direct address would work on one machine only."""
    assert list(check_locks.text_problems(f"{line}\n{GOOD}"))


def test_a_pin_without_a_hash_is_refused() -> None:
    """A pin that any file of that version could meet is named."""
    assert list(check_locks.text_problems(GOOD + "click==8.5.1\n")) == ["click==8.5.1 has no hash"]


def test_a_pin_is_read_with_its_marker() -> None:
    """A requirement of one platform stays one of that platform."""
    pins = check_locks.pins("Colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:aa\n")
    assert pins["colorama"].marker is not None
    assert str(pins["colorama"].specifier) == "==0.4.6"


def test_tests_may_not_run_on_other_versions_than_users() -> None:
    """A version that differs between the locks, or is missing from one, is named."""
    runtime = {"flask": Requirement("flask==3.1.3"), "click": Requirement("click==8.5.1")}
    dev = {"flask": Requirement("flask==3.1.2")}
    assert list(check_locks.disagreements(runtime, dev)) == [
        "must hold flask==3.1.3 as runtime.txt does",
        "must hold click==8.5.1 as runtime.txt does",
    ]


def test_a_declaration_that_the_lock_does_not_meet_is_named() -> None:
    """A line added to pyproject.toml without a new lock is noticed."""
    locked = {"flask": Requirement("flask==3.1.3")}
    asked = [Requirement("Flask>=3.2"), Requirement("lxml>=6.0")]
    assert list(check_locks.unmet(asked, locked)) == ["nothing in it satisfies Flask>=3.2", "nothing in it satisfies lxml>=6.0"]
