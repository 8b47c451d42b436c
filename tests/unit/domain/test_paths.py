"""Addresses: built of ids alone, below their tenant, without a way out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain import paths
from sheaf.domain.errors import InvalidInput

GOOD = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)
EVIL = ["", ".", "..", "a/b", "../x", "a\\b", "a\x00", "-a", "_a", "a b", "ä", "a" * 65, "a\n", "%2e%2e", "{}", "a.b"]

Builder = Callable[[str], str]
ONE_PART: list[Builder] = [
    paths.tenant,
    paths.jobs,
    paths.templates,
    paths.runs,
    lambda part: paths.job("t", part),
    lambda part: paths.template("t", part),
    lambda part: paths.run("t", part),
    lambda part: paths.intake("t", part),
    lambda part: paths.tasks("t", part),
    lambda part: paths.task("t", "r", part),
    lambda part: paths.events("t", part),
    lambda part: paths.shard("t", part, 1, 0),
    lambda part: paths.job_usage("t", part),
    lambda part: paths.upload_object("t", "j", "r", part),
    lambda part: paths.upload_object("t", part, "r", "f"),
    lambda part: paths.member_object("t", "r", part),
    lambda part: paths.results_prefix("t", "j", "r", part, 1),
]


@pytest.mark.parametrize("build", ONE_PART)
@pytest.mark.parametrize("evil", EVIL)
def test_nothing_but_an_id_becomes_part_of_an_address(build: Builder, evil: str) -> None:
    """Separators, dots, control characters and overlong parts are refused wherever they stand."""
    with pytest.raises(InvalidInput):
        build(evil)


@given(part=GOOD, number=st.integers(0, len(ONE_PART) - 1))
def test_an_id_is_one_part_of_its_address(part: str, number: int) -> None:
    """A good id stands in the address as it is, below a tenant, and adds no level."""
    address = ONE_PART[number](part)
    assert address.startswith("tenants/")
    assert address.count("/") == ONE_PART[number]("x").count("/")


@given(text=st.text(max_size=200))
def test_names_and_keys_are_hashed(text: str) -> None:
    """Whatever a name or key holds, its marker's address is two plain parts behind the tenant."""
    for address in (paths.unique_name("t", "jobs", text), paths.idempotency("t", text)):
        assert re.fullmatch(r"tenants/t/[a-z_]+/[0-9a-f]{32}", address)


@given(name=st.text(max_size=50))
def test_a_name_is_unique_whatever_its_case_and_space(name: str) -> None:
    """Case and outer or doubled space do not make another name."""
    assert paths.unique_name("t", "jobs", name) == paths.unique_name("t", "jobs", f"  {name} ")
    assert paths.unique_name("t", "jobs", "My  Job") == paths.unique_name("t", "jobs", "my job")


@given(a=st.lists(st.text(max_size=5), max_size=4), b=st.lists(st.text(max_size=5), max_size=4))
def test_a_digest_keeps_parts_apart(a: list[str], b: list[str]) -> None:
    """Different parts have different digests; where one ends and the next begins matters."""
    if not any("\x1f" in part for part in a + b) and (a or [""]) != (b or [""]):
        assert paths.digest(*a) != paths.digest(*b)


@given(parent=GOOD, name=st.text(max_size=20), index=st.integers(0, 10_000))
def test_a_members_id_is_an_id_like_any_other(parent: str, name: str, index: int) -> None:
    """Members' ids are hexadecimal digits that follow from their place, so that a repeat finds the same ones."""
    id_ = paths.member_id(parent, name, index)
    assert re.fullmatch(r"[0-9a-f]{24}", id_)
    assert id_ == paths.member_id(parent, name, index)
    assert id_ != paths.member_id(parent, name, index + 1)
