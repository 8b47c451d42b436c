"""The licences of what Sheaf runs on."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest

from tools import check_licences


def test_everything_sheaf_runs_on_is_freely_licensed() -> None:
    """Each distribution of the runtime lock may be used, and each exception is still needed."""
    names = check_licences.runtime_names()
    assert list(check_licences.problems(map(distribution, names))) == []
    assert set(check_licences.EXCEPTIONS) <= set(names)


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later OR MIT", True),
        ("MIT AND GPL-2.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("(GPL-2.0-only OR AGPL-3.0-only) AND MIT", False),
        ("MIT AND (BSD-3-Clause AND (GPL-2.0-only OR Zlib))", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("", False),
        ("whatever (c) 2009", False),
    ],
)
def test_a_licence_expression_is_weighed(expression: str, verdict: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    """One side of an OR is enough, an AND needs all, and what is not understood is refused."""
    assert check_licences.allowed(expression) is verdict


def _distribution(folder: Path, *fields: str) -> Distribution:
    (folder / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", "Name: thing", "Version: 1", *fields]), encoding="utf-8")
    return PathDistribution(folder)


@pytest.mark.parametrize(
    "field",
    [
        "License-Expression: GPL-3.0-or-later",
        "License: GNU AGPL 3",
        "Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "Summary: says nothing of its licence",
    ],
)
def test_a_distribution_that_is_not_free_is_named(tmp_path: Path, field: str) -> None:
    """Whichever way the metadata says it, or when it says nothing at all."""
    (problem,) = check_licences.problems([_distribution(tmp_path, field)])
    assert problem.startswith("thing 1: ")


@pytest.mark.parametrize("field", ["License: Apache 2.0", "Classifier: License :: OSI Approved :: MIT License"])
def test_older_metadata_is_understood(tmp_path: Path, field: str) -> None:
    """A distribution from before SPDX expressions is not refused for its age."""
    assert list(check_licences.problems([_distribution(tmp_path, field)])) == []
