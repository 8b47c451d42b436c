"""What :class:`sheaf.ports.store.DocumentStore` says of reading and writing documents, sentence by sentence."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput, PreconditionFailed
from sheaf.ports.store import MAX_DOCUMENT_BYTES, MAX_WRITES, Create, Delete, Document, DocumentStore, Increment, Put, Update
from tests.contract.adapters import StoreAdapter

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
    lambda name: not (name.startswith("__") and name.endswith("__"))
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.timezones()),  # noqa: DTZ001 — Hypothesis wants naive bounds
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12)


class Colour(StrEnum):
    """A text with a type of its own."""

    RED = "red"


class Level(IntEnum):
    """A number with a type of its own."""

    HIGH = 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(NAMES, VALUES, max_size=6))
@example(data={"a": -0.0, "b": "\x01", "c": "", "d": "\x01t", "e": [[], {}, [[]]], "f": 2**63 - 1, "g": -(2**63), "h": 1e-320})
def test_what_is_written_is_read(store: DocumentStore, data: dict[str, Any]) -> None:
    """Every storable value comes back as it was: same type, same sign of zero, times in UTC to the microsecond."""
    store.commit([Put(path="things/a", data=data)])
    found = store.get("things/a")
    assert found is not None
    assert _exactly(found.data) == _exactly(data)


def _exactly(value: Any) -> Any:
    """The value with its type, a float's sign, and a time's zone made visible to ``==``."""
    if isinstance(value, dict):
        return {name: _exactly(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_exactly(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return type(value), value, math.copysign(1, value) if isinstance(value, float) else 0


def test_times_are_returned_in_utc(store: DocumentStore) -> None:
    """A time written in another zone comes back as the same moment, in UTC."""
    moment = datetime(2026, 3, 1, 12, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    store.commit([Create(path="things/a", data={"at": [moment]})])
    found = store.get("things/a")
    assert found is not None
    assert found.data["at"][0] == moment
    assert found.data["at"][0].tzinfo is UTC


def test_enumerations_are_kept_as_what_they_derive_from(store: DocumentStore) -> None:
    """A StrEnum member is stored as text and an IntEnum member as a number."""
    store.commit([Create(path="things/a", data={"colour": Colour.RED, "level": Level.HIGH})])
    found = store.get("things/a")
    assert found is not None
    assert {name: type(value) for name, value in found.data.items()} == {"colour": str, "level": int}
    assert found.data == {"colour": "red", "level": 3}


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**63,
        -(2**63) - 1,
        "a\0b",
        "\x01\0",
        "\ud800",
        ["\udfff"],
        b"bytes",
        Decimal(1),
        date(2026, 1, 1),
        datetime(2026, 1, 1),  # noqa: DTZ001 — naive on purpose
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
        {1: "a"},
        {"": 1},
        {"__a__": 1},
        {"a\0": 1},
        {"\ud800": 1},
        {"x" * 1501: 1},
        {1, 2},
        object,
        [Increment(1)],
    ],
    ids=lambda value: repr(value)[:30].encode("ascii", "replace").decode(),
)
@pytest.mark.parametrize("nest", [lambda value: {"a": value}, lambda value: {"a": [{"b": value}]}], ids=["flat", "nested"])
@pytest.mark.parametrize(
    "write",
    [
        lambda data: Create(path="things/new", data=data),
        lambda data: Put(path="things/a", data=data),
        lambda data: Update(path="things/a", fields=data),
    ],
    ids=["create", "put", "update"],
)
def test_what_cannot_be_stored_is_refused(
    store: DocumentStore, value: Any, nest: Callable[[Any], dict[str, Any]], write: Callable[[dict[str, Any]], Any]
) -> None:
    """A value that no store keeps is InvalidInput in every write, at every depth, and the commit does nothing."""
    store.commit([Put(path="things/a", data={"a": 1})])
    with pytest.raises(InvalidInput):
        store.commit([Put(path="things/a", data={"a": 2}), write(nest(value))])
    assert [d and d.data for d in store.get_many(["things/a", "things/new"])] == [{"a": 1}, None]


def test_an_increment_stands_in_updates_only(store: DocumentStore) -> None:
    """A create or put with an Increment is InvalidInput."""
    for write in (Create(path="things/a", data={"n": Increment(1)}), Put(path="things/a", data={"n": Increment(1)})):
        with pytest.raises(InvalidInput):
            store.commit([write])


def test_nesting_ends_at_twenty_levels(store: DocumentStore) -> None:
    """Twenty levels are stored, one more is refused, and a thousand are no crash."""

    def nested(levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return {"a": value}

    store.commit([Put(path="things/a", data=nested(20))])
    for levels in (21, 900):
        with pytest.raises(InvalidInput):
            store.commit([Put(path="things/a", data=nested(levels))])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "a/b/c",
        "/a/b",
        "a/b/",
        "a//b/c",
        "a/.",
        "a/..",
        "../b",
        "a/__b__",
        "__a__/b",
        "a/b\0",
        "a/\n",
        "a/\ud800",
        "a/" + "x" * 1501,
    ],
)
def test_an_address_that_cannot_be_is_refused(store: DocumentStore, path: str) -> None:
    """Reading or writing at what is no address is InvalidInput."""
    for act in (lambda: store.get(path), lambda: store.get_many([path]), lambda: store.commit([Put(path=path, data={})])):
        with pytest.raises(InvalidInput):
            act()


def test_nothing_is_found_where_nothing_is(store: DocumentStore) -> None:
    """A document that was never written, or lies above or below one that was, is None."""
    store.commit([Create(path="shops/a/things/b", data={})])
    assert [store.get(path) for path in ("shops/a", "shops/a/things/c", "shops/a/things/b/parts/x")] == [None, None, None]


def test_many_come_in_the_order_asked(store: DocumentStore) -> None:
    """get_many answers in order, None where nothing is, twice what is asked twice."""
    store.commit([Create(path=f"things/{n}", data={"n": n}) for n in range(5)])
    found = store.get_many(["things/3", "things/x", "things/0", "things/3"])
    assert [document and document.data["n"] for document in found] == [3, None, 0, 3]
    assert store.get_many([]) == []


def test_a_document_knows_its_address(store: DocumentStore) -> None:
    """Path and id are those it was written under."""
    store.commit([Create(path="shops/ä b/things/c.d", data={})])
    found = store.get("shops/ä b/things/c.d")
    assert found is not None
    assert (found.path, found.id) == ("shops/ä b/things/c.d", "c.d")


def test_create_only_where_nothing_is(store: DocumentStore) -> None:
    """A second create of an address fails and leaves the first."""
    store.commit([Create(path="things/a", data={"n": 1})])
    with pytest.raises(PreconditionFailed):
        store.commit([Create(path="things/a", data={"n": 2})])
    assert _data(store, "things/a") == {"n": 1}


def test_put_writes_whole(store: DocumentStore) -> None:
    """A put leaves nothing of what was there, and needs nothing to be there."""
    store.commit([Put(path="things/a", data={"n": 1, "m": 1})])
    store.commit([Put(path="things/a", data={"n": 2})])
    assert _data(store, "things/a") == {"n": 2}


def test_update_changes_top_level_fields(store: DocumentStore) -> None:
    """Named fields are replaced whole, whatever they are called; the others stay."""
    store.commit([Create(path="things/a", data={"a": {"x": 1, "y": 2}, "b.c": 1, "d": 1})])
    store.commit([Update(path="things/a", fields={"a": {"x": 3}, "b.c": 2, "`": 4})])
    assert _data(store, "things/a") == {"a": {"x": 3}, "b.c": 2, "d": 1, "`": 4}


def test_update_needs_the_document(store: DocumentStore) -> None:
    """An update, with or without a version, fails where nothing is."""
    for version in (None, "1"):
        with pytest.raises(PreconditionFailed):
            store.commit([Update(path="things/a", fields={"n": 1}, version=version)])
    assert store.get("things/a") is None


def test_a_version_guards(store: DocumentStore) -> None:
    """Update and delete with a version work once, and not after any other write."""
    (first,) = store.commit([Create(path="things/a", data={"n": 1})])
    (second,) = store.commit([Update(path="things/a", fields={"n": 2}, version=first.version)])
    for write in (Update(path="things/a", fields={"n": 3}, version=first.version), Delete(path="things/a", version=first.version)):
        with pytest.raises(PreconditionFailed):
            store.commit([write])
    assert _data(store, "things/a") == {"n": 2}
    store.commit([Delete(path="things/a", version=second.version)])
    assert store.get("things/a") is None


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1e3", "\0", "9" * 400])
def test_a_made_up_version_is_never_the_one(store: DocumentStore, version: str) -> None:
    """A version that the store did not give fails the precondition, whatever it looks like."""
    store.commit([Create(path="things/a", data={})])
    with pytest.raises(PreconditionFailed):
        store.commit([Update(path="things/a", fields={}, version=version)])


def test_every_write_changes_the_version(store: DocumentStore) -> None:
    """No version of a document comes twice: not by an empty update, the same data, or deleting and creating it again."""
    versions = [store.commit([Create(path="things/a", data={})])[0].version]
    for _ in range(20):
        versions.append(store.commit([Update(path="things/a", fields={})])[0].version)
        versions.append(store.commit([Put(path="things/a", data={})])[0].version)
        store.commit([Delete(path="things/a")])
        versions.append(store.commit([Create(path="things/a", data={})])[0].version)
    found = store.get("things/a")
    assert found is not None
    assert found.version == versions[-1]
    assert len(set(versions)) == len(versions)


def test_delete_without_a_version_needs_nothing(store: DocumentStore) -> None:
    """Deleting what is not there is no error without a version, and a failed guard with one."""
    store.commit([Delete(path="things/a")])
    with pytest.raises(PreconditionFailed):
        store.commit([Delete(path="things/a", version="1")])


def test_increments_add_and_answer_the_sum(store: DocumentStore) -> None:
    """Sums start at 0 where the field is absent or no number, are answered by field, and are stored."""
    store.commit([Create(path="things/a", data={"n": 1, "x": "text", "b": True, "f": 0.5})])
    (written,) = store.commit([Update(path="things/a", fields={name: Increment(2) for name in ("n", "x", "b", "f", "new")} | {"m": 1})])
    assert written.sums == {"n": 3, "x": 2, "b": 2, "f": 2.5, "new": 2}
    assert _data(store, "things/a") == {**written.sums, "m": 1}
    assert store.commit([Update(path="things/a", fields={"n": Increment(-4)})])[0].sums == {"n": -1}


def test_sums_of_integers_stop_at_64_bits(store: DocumentStore) -> None:
    """An integer counts up to the largest there is, and no further, as on Firestore."""
    store.commit([Create(path="things/a", data={"n": 2**63 - 2, "m": -(2**63)})])
    assert store.commit([Update(path="things/a", fields={"n": Increment(5), "m": Increment(-1)})])[0].sums == {
        "n": 2**63 - 1,
        "m": -(2**63),
    }


@pytest.mark.parametrize("by", [math.nan, math.inf, 2**63, "1", True, None])
def test_only_numbers_are_added(store: DocumentStore, by: Any) -> None:
    """An increment by anything but a storable number is InvalidInput."""
    store.commit([Create(path="things/a", data={})])
    with pytest.raises(InvalidInput):
        store.commit([Update(path="things/a", fields={"n": Increment(by)})])


def test_a_sum_beyond_all_numbers_is_refused(store: DocumentStore) -> None:
    """A sum that would be infinite is InvalidInput, and the document stays."""
    store.commit([Create(path="things/a", data={"n": 1.7e308})])
    with pytest.raises(InvalidInput):
        store.commit([Update(path="things/a", fields={"n": Increment(1.7e308)})])
    assert _data(store, "things/a") == {"n": 1.7e308}


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize(
    "failing",
    [
        Create(path="things/there", data={}),
        Update(path="things/absent", fields={}),
        Update(path="things/there", fields={}, version="0"),
        Delete(path="things/there", version="0"),
        Delete(path="things/absent", version="0"),
    ],
    ids=["create", "absent", "version", "delete", "delete absent"],
)
def test_all_or_nothing(store: DocumentStore, place: int, failing: Any) -> None:
    """One failing guard, first, in the middle or last, and nothing of the commit is there: no document, no sum, no deletion."""
    store.commit([Create(path="things/there", data={"n": 1}), Create(path="things/gone", data={})])
    before = store.get_many(["things/there", "things/gone", "things/new"])
    writes: list[Any] = [
        Update(path="things/there", fields={"n": Increment(1)}),
        Create(path="things/new", data={}),
        Delete(path="things/gone"),
        Put(path="things/new", data={"m": 1}),
    ]
    writes.insert(place, failing)
    with pytest.raises(PreconditionFailed):
        store.commit(writes)
    assert store.get_many(["things/there", "things/gone", "things/new"]) == before


def test_writes_take_effect_in_order(store: DocumentStore) -> None:
    """Each write of a commit sees those before it; each is answered in its place."""
    written = store.commit(
        [
            Create(path="things/a", data={"n": 1}),
            Update(path="things/a", fields={"n": Increment(1)}),
            Delete(path="things/a"),
            Create(path="things/a", data={"n": 5}),
            Update(path="things/a", fields={"n": Increment(2), "m": Increment(0.5)}),
        ]
    )
    assert [answer.sums for answer in written] == [{}, {"n": 2}, {}, {}, {"n": 7, "m": 0.5}]
    found = store.get("things/a")
    assert found is not None
    assert (found.data, found.version) == ({"n": 7, "m": 0.5}, written[-1].version)


def test_a_commit_of_nothing(store: DocumentStore) -> None:
    """No writes, no answers, no error."""
    assert store.commit([]) == []


def test_a_commit_has_a_size(store: DocumentStore) -> None:
    """The most writes there may be are made; one more is InvalidInput, and none is made."""
    store.commit([Put(path=f"things/{n}", data={}) for n in range(MAX_WRITES)])
    with pytest.raises(InvalidInput):
        store.commit([Delete(path=f"things/{n}") for n in range(MAX_WRITES + 1)])
    assert store.get("things/0") is not None


def test_a_document_has_a_size(store: DocumentStore) -> None:
    """Up to the limit it is stored; beyond, InvalidInput, whether written whole or grown by updates, which the medium measures."""
    store.commit([Create(path="things/a", data={"a": "x" * (MAX_DOCUMENT_BYTES - 100)})])
    for write in (Put(path="things/a", data={"a": "x" * MAX_DOCUMENT_BYTES}), Update(path="things/a", fields={"b": "x" * 2000})):
        with pytest.raises(InvalidInput):
            store.commit([write])
    found = store.get("things/a")
    assert found is not None
    assert list(found.data) == ["a"]


def test_several_commits_each_stand_alone(store: DocumentStore) -> None:
    """One that fails changes nothing and keeps none from being made; each sees what those before it did."""
    made, again, nothing, odd, sum_, last = store.commit_each(
        [
            [Create(path="things/a", data={"n": 1}), Create(path="things/b", data={})],
            [Put(path="things/c", data={}), Create(path="things/a", data={})],
            [],
            [Put(path="things/c", data={"n": object()})],
            [Update(path="things/a", fields={"n": Increment(2)})],
            [Update(path="things/a", fields={"n": Increment(3)}), Delete(path="things/b")],
        ]
    )
    assert isinstance(made, list)
    assert [bool(written.version) for written in made] == [True, True]
    assert (type(again), nothing, type(odd)) == (PreconditionFailed, [], InvalidInput)
    assert isinstance(sum_, list)
    assert isinstance(last, list)
    assert (sum_[0].sums, last[0].sums) == ({"n": 3}, {"n": 6})
    assert store.get("things/a") == Document("things/a", {"n": 6}, last[0].version)
    assert store.get_many(["things/b", "things/c"]) == [None, None]
    assert store.commit_each([]) == []
    [written] = store.commit_each([[Update(path="things/a", fields={"n": 7})]], lasting=False)
    assert isinstance(written, list)
    assert store.get("things/a") == Document("things/a", {"n": 7}, written[0].version)


def test_what_was_committed_is_there_when_opened_again(store: DocumentStore, store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """Another store on the same medium, opened before or after the first is closed, reads all that was committed."""
    (written,) = store.commit([Create(path="things/a", data={"n": 1})])
    for _ in range(2):
        other = store_adapter.open(tmp_path)
        found = other.get("things/a")
        other.close()
        assert found is not None
        assert (found.data, found.version) == ({"n": 1}, written.version)
    assert store_adapter.raw(tmp_path) == {"things/a"}


def _data(store: DocumentStore, path: str) -> Any:
    found = store.get(path)
    assert found is not None
    return found.data
