"""What :class:`sheaf.ports.store.DocumentStore` says of queries, sentence by sentence."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.adapters.store.indexes import Indexes, parse
from sheaf.adapters.store.shape import normalise
from sheaf.domain.errors import InvalidInput
from sheaf.ports.store import Create, Delete, DocumentStore, MissingIndex, Order, Put, Query, Update, Where
from tests.contract.adapters import StoreAdapter
from tests.contract.model import moment

THINGS = Query(collection="things")


@pytest.fixture
def things(store: DocumentStore) -> DocumentStore:
    """A store with nine things: three colours, sizes 0 to 8, every third without a shape."""
    writes = []
    for n in range(9):
        shape = {} if n % 3 == 2 else {"shape": "round"}
        writes.append(Create(path=f"things/t{n}", data={"colour": ["blue", "green", "red"][n % 3], "size": n, **shape}))
    store.commit(writes)
    return store


def ids(store: DocumentStore, query: Query) -> list[str]:
    """The ids a query finds, joined, in order."""
    return [document.id for document in store.query(query).documents]


def test_without_order_by_address(things: DocumentStore) -> None:
    """A collection is listed by address, with all its data and versions."""
    found = things.query(THINGS).documents
    assert [document.path for document in found] == [f"things/t{n}" for n in range(9)]
    assert list(found) == things.get_many([document.path for document in found])


def test_a_collection_ends_at_its_own_documents(store: DocumentStore) -> None:
    """Neither deeper collections nor ones whose names begin alike are listed with it."""
    store.commit([Create(path=path, data={"colour": "red"}) for path in ("things/a", "things/a/things/b", "things2/c", "shops/s/things/d")])
    assert ids(store, THINGS) == ["a"]
    assert ids(store, Query(collection="shops/s/things")) == ["d"]
    assert ids(store, replace(THINGS, where=[Where("colour", "==", "red")])) == ["a"]


def test_a_group_is_every_collection_of_the_name(store: DocumentStore) -> None:
    """A group query finds documents at any depth, by address part by part; others are not found."""
    paths = ["things/b", "shops/a/things/b", "shops/a-b/things/a", "shops/a/things/b/things/c", "things2/x", "shops/a"]
    store.commit([Create(path=path, data={"colour": "red"}) for path in paths])
    for where in ([], [Where("colour", "==", "red")]):
        found = store.query(Query(collection="things", group=True, where=where)).documents
        assert [document.path for document in found] == ["shops/a/things/b", "shops/a/things/b/things/c", "shops/a-b/things/a", "things/b"]


def test_conditions_hold_together(things: DocumentStore) -> None:
    """Equalities, a list of values, and a range are all fulfilled by what is found."""
    assert ids(things, replace(THINGS, where=[Where("colour", "==", "green")])) == ["t1", "t4", "t7"]
    assert ids(things, replace(THINGS, where=[Where("colour", "==", "blue"), Where("shape", "==", "round")])) == ["t0", "t3", "t6"]
    both = [Where("colour", "in", ["blue", "red", "blue"]), Where("size", ">", 1), Where("size", "<=", 6)]
    assert ids(things, replace(THINGS, where=both)) == ["t2", "t3", "t5", "t6"]
    assert ids(things, replace(THINGS, where=both, order=[Order("size", descending=True)])) == ["t6", "t5", "t3", "t2"]


def test_what_lacks_a_field_is_not_found(things: DocumentStore) -> None:
    """A document without the field that is filtered or sorted by is left out; one with null in it is not."""
    things.commit([Update(path="things/t2", fields={"shape": None})])
    assert ids(things, replace(THINGS, order=[Order("shape")])) == ["t2", "t0", "t1", "t3", "t4", "t6", "t7"]
    assert ids(things, replace(THINGS, where=[Where("shape", "==", None)])) == ["t2"]
    assert ids(things, replace(THINGS, where=[Where("absent", "==", None)])) == []


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("==", 1, "bc"),
        ("==", True, "f"),
        ("==", None, "a"),
        ("==", "1", "k"),
        ("==", "", "j"),
        ("==", moment(1), "h"),
        ("<", 5, "bcd"),
        (">=", 1, "bcde"),
        (">", "", "kl"),
        (">=", "", "jkl"),
        ("<=", "a", "jk"),
        ("<=", True, "fg"),
        (">", moment(0), "hi"),
        ("in", [1, "1", None, False], "abcgk"),
    ],
)
def test_a_comparison_stays_in_its_type(store: DocumentStore, op: Any, value: Any, found: str) -> None:
    """Null, numbers, booleans, datetimes and texts never equal or compare with each other; 1 and 1.0 are one number."""
    values = [None, 1, 1.0, 2.5, 9, True, False, moment(1), moment(2), "", "1", "b"]
    store.commit([Create(path=f"things/{chr(97 + n)}", data={"value": value}) for n, value in enumerate(values)])
    where = Where("value", op, value)
    assert "".join(sorted(ids(store, replace(THINGS, where=[where])))) == found


def test_types_sort_apart(store: DocumentStore) -> None:
    """Null, then numbers, datetimes and texts; every adapter promises that much (booleans' place is the medium's own)."""
    values = ["b", moment(2), 3, None, 2.5, moment(1), "", "\x01", -1, "é", "Z"]
    store.commit([Create(path=f"things/{n}", data={"value": value}) for n, value in enumerate(values)])
    found = store.query(replace(THINGS, order=[Order("value")])).documents
    expected = [None, -1, 2.5, 3, moment(1), moment(2), "", "\x01", "Z", "b", "é"]
    assert [document.data["value"] for document in found] == expected
    found = store.query(replace(THINGS, order=[Order("value", descending=True)])).documents
    assert [document.data["value"] for document in found] == expected[::-1]


def test_lists_and_objects_are_not_found_by_value(store: DocumentStore) -> None:
    """A condition or a text range never takes a list or an object for a text."""
    store.commit([Create(path=f"things/{n}", data={"value": value}) for n, value in enumerate(["[1]", [1], '{"a":1}', {"a": 1}])])
    assert ids(store, replace(THINGS, where=[Where("value", "==", "[1]")])) == ["0"]
    assert ids(store, replace(THINGS, where=[Where("value", "in", ['{"a":1}', "[1]"])])) == ["0", "2"]
    assert ids(store, replace(THINGS, where=[Where("value", ">=", "")])) == ["0", "2"]


def test_close_numbers_are_told_apart(store: DocumentStore) -> None:
    """Neighbouring floats and integers beyond 2**53 are neither mixed up nor out of order."""
    values = [0.1 + 0.2, 0.3, 2**53, 2**53 + 1, 2**63 - 1, 2**63 - 2, -(2**63), 5e-324, 1e308, 123456789.12345679]
    store.commit([Create(path=f"things/{n}", data={"value": value}) for n, value in enumerate(values)])
    for n, value in enumerate(values):
        assert ids(store, replace(THINGS, where=[Where("value", "==", value)])) == [str(n)]
    found = store.query(replace(THINGS, order=[Order("value")])).documents
    assert [document.data["value"] for document in found] == sorted(values)


@pytest.mark.parametrize(("descending", "expected"), [(False, ["a", "b", "c"]), (True, ["c", "b", "a"])])
def test_ties_are_broken_by_address(store: DocumentStore, *, descending: bool, expected: list[str]) -> None:
    """Equal sort values follow the address, in the direction of the last key."""
    store.commit([Create(path=f"things/{n}", data={"colour": "red", "size": 1}) for n in "cab"])
    order = [Order("size", descending=descending)]
    for where in ([], [Where("colour", "==", "red")]):
        assert ids(store, replace(THINGS, where=where, order=order)) == expected


def test_ids_are_compared_inside_a_collection(things: DocumentStore) -> None:
    """Ranges, equality and lists of ids find just those, with an equality on another field too."""
    assert ids(things, replace(THINGS, where=[Where("__id__", ">=", "t3"), Where("__id__", "<", "t5")])) == ["t3", "t4"]
    assert ids(things, replace(THINGS, where=[Where("__id__", "==", "t3")])) == ["t3"]
    assert ids(things, replace(THINGS, where=[Where("__id__", "in", ["t8", "t3", "x"])])) == ["t3", "t8"]
    assert ids(things, replace(THINGS, where=[Where("colour", "==", "red"), Where("__id__", ">", "t2")])) == ["t5", "t8"]


def test_pages_follow_each_other(things: DocumentStore) -> None:
    """Pages of any size add up to the whole; the last has no cursor."""
    for limit in range(1, 11):
        query, seen = replace(THINGS, order=[Order("size", descending=True)], limit=limit), []
        while True:
            page = things.query(query)
            seen += [document.id for document in page.documents]
            if page.cursor is None:
                break
            assert len(page.documents) == limit
            query = replace(query, after=page.cursor)
        assert seen == [f"t{n}" for n in reversed(range(9))]


def test_paging_goes_on_when_its_place_is_gone(things: DocumentStore) -> None:
    """Behind a cursor, documents come by their values, whether or not the last one is still there."""
    query = replace(THINGS, order=[Order("size")], limit=3)
    first = things.query(query)
    things.commit([Delete(path="things/t2"), Delete(path="things/t3"), Put(path="things/new", data={"size": 2.5})])
    assert ids(things, replace(query, after=first.cursor)) == ["new", "t4", "t5"]


def test_count_counts_all_that_match(things: DocumentStore) -> None:
    """Order, limit and cursor do not count."""
    query = replace(THINGS, where=[Where("colour", "in", ["red", "blue"])], order=[Order("size")], limit=2)
    cursor = things.query(query).cursor
    assert things.count(replace(query, after=cursor)) == 6
    assert things.count(replace(THINGS, where=[Where("size", ">=", 3)])) == 6
    assert things.count(Query(collection="things", group=True)) == 9
    assert things.count(Query(collection="nothing")) == 0


def test_count_stops_where_it_is_told_to(things: DocumentStore) -> None:
    """Who wants to know whether there are many does not pay for all of them."""
    assert [things.count(THINGS, up_to=bound) for bound in (1, 5, 9, 10)] == [1, 5, 9, 9]
    either = replace(THINGS, where=[Where("size", "in", [1, 2, 3, 4, 5, 6])])
    assert things.count(either, up_to=2) == 2


@pytest.mark.parametrize(
    "query",
    [
        replace(THINGS, where=[Where("colour", "==", "red"), Where("seen", "==", 1)]),
        replace(THINGS, where=[Where("colour", "==", "red")], order=[Order("seen")]),
        replace(THINGS, where=[Where("shape", "==", "red")], order=[Order("size", descending=True)]),
        replace(THINGS, order=[Order("seen"), Order("size")]),
        replace(THINGS, order=[Order("size"), Order("seen")]),
        replace(THINGS, where=[Where("size", ">", 1)], order=[Order("size"), Order("colour")]),
        replace(THINGS, where=[Where("shape", "==", 1)], order=[Order("__id__", descending=True)]),
        replace(THINGS, where=[Where("note", "==", 1)]),
        Query(collection="things", group=True, where=[Where("size", "==", 1)]),
        Query(collection="things", group=True, order=[Order("colour", descending=True)]),
        Query(collection="things", group=True, where=[Where("colour", "==", 1)], order=[Order("size")]),
        Query(collection="others", where=[Where("colour", "==", 1)], order=[Order("size")]),
    ],
)
def test_what_no_index_covers_is_missing_one(store: DocumentStore, query: Query) -> None:
    """Every other query, and counting by it, raises MissingIndex whose message is the entry that covers it."""
    with pytest.raises(MissingIndex) as caught:
        store.query(query)
    entry = json.loads(str(caught.value))
    kind = "fieldOverrides" if "fieldPath" in entry else "indexes"
    extended = _with(entry, kind)
    extended.cover(normalise(query))
    if not query.order:
        with pytest.raises(MissingIndex):
            store.count(query)


def _with(entry: dict[str, Any], kind: str) -> Indexes:
    content = json.loads(Path(__file__).with_name("indexes.json").read_text(encoding="utf-8"))
    same_field = [e for e in content[kind] if "fieldPath" in e and e["fieldPath"] == entry.get("fieldPath")]
    content[kind] = [e for e in content[kind] if e not in same_field] + [entry]
    return parse(content)


@pytest.mark.parametrize(
    ("where", "order", "limit"),
    [
        ([], [], 0),
        ([], [], -1),
        ([Where("colour", "in", [])], [], None),
        ([Where("colour", "in", "red")], [], None),
        ([Where("colour", "in", list(range(31)))], [], None),
        ([Where("colour", "in", list(range(6))), Where("shape", "in", list(range(6)))], [], None),
        ([Where("colour", "==", [1])], [], None),
        ([Where("colour", "==", {"a": 1})], [], None),
        ([Where("colour", "==", float("nan"))], [], None),
        ([Where("colour", "==", 2**63)], [], None),
        ([Where("colour", "==", "\ud800")], [], None),
        ([Where("colour", "==", b"x")], [], None),
        ([Where("colour", ">", None)], [], None),
        ([Where("colour", "!=", 1)], [], None),  # type: ignore[arg-type]  # not an Operator
        ([Where("colour", ">", 1), Where("size", ">", 1)], [], None),
        ([Where("colour", ">", 1), Where("colour", "<", "a")], [], None),
        ([Where("colour", "==", 1), Where("colour", "==", 2)], [], None),
        ([Where("colour", "==", 1), Where("colour", ">", 0)], [], None),
        ([Where("colour", ">", 1)], [Order("size")], None),
        ([Where("colour", "in", [1, 2])], [Order("colour")], None),
        ([], [Order("size"), Order("size")], None),
        ([], [Order("__id__"), Order("size")], None),
        ([], [Order("__id__", descending=True)], None),
        ([Where("__id__", ">", "a")], [Order("size")], None),
        ([Where("__id__", ">", "")], [], None),
        ([Where("__id__", "==", "a/b")], [], None),
        ([Where("__id__", "==", 1)], [], None),
        ([Where("a.b", "==", 1)], [], None),
        ([Where("a'b", "==", 1)], [], None),
        ([Where("", "==", 1)], [], None),
        ([Where("__name__", "==", 1)], [], None),
        ([], [Order('a"b')], None),
    ],
)
def test_what_is_no_query_is_refused(store: DocumentStore, where: Sequence[Where], order: Sequence[Order], limit: int | None) -> None:
    """A query that no store could run is InvalidInput, not an empty answer."""
    with pytest.raises(InvalidInput):
        store.query(replace(THINGS, where=where, order=order, limit=limit))


@pytest.mark.parametrize(("collection", "group"), [("", False), ("things/a", False), ("a//b", False), ("shops/a/things", True), ("", True)])
def test_a_collection_that_cannot_be_is_refused(store: DocumentStore, collection: str, *, group: bool) -> None:
    """What is no collection's address is InvalidInput."""
    with pytest.raises(InvalidInput):
        store.query(Query(collection=collection, group=group))


def test_ids_are_not_compared_in_a_group(store: DocumentStore) -> None:
    """A condition on the id stands inside one collection only."""
    with pytest.raises(InvalidInput):
        store.query(Query(collection="things", group=True, where=[Where("__id__", "==", "a")]))


def test_a_cursor_belongs_to_its_query(things: DocumentStore) -> None:
    """Under other conditions, another order or another collection it is InvalidInput; another limit is the same query."""
    query = replace(THINGS, where=[Where("colour", "==", "red")], order=[Order("size")], limit=1)
    cursor = things.query(query).cursor
    assert ids(things, replace(query, after=cursor, limit=5)) == ["t5", "t8"]
    for other in (
        replace(query, where=[Where("colour", "==", "blue")]),
        replace(query, order=[Order("size", descending=True)]),
        replace(query, collection="shops/a/things"),
        replace(THINGS, limit=1),
    ):
        with pytest.raises(InvalidInput, match="cursor"):
            things.query(replace(other, after=cursor))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_cursor_is_refused_or_stays_inside(things: DocumentStore, data: st.DataObject) -> None:
    """Whatever is handed in as a cursor, the answer is InvalidInput or documents that fulfil the query."""
    query = replace(THINGS, where=[Where("colour", "==", "red"), Where("size", ">", 1)], limit=1)
    cursor = things.query(query).cursor or ""
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    changed = data.draw(st.one_of(st.just(base64.urlsafe_b64encode(raw).decode().rstrip("=")), st.text(), st.just(cursor * 3000)))
    try:
        found = things.query(replace(query, after=changed)).documents
    except InvalidInput:
        return
    assert all(document.data["colour"] == "red" and document.data["size"] > 1 for document in found)


@pytest.mark.parametrize("content", [[], 1, None, {}, {"query": 1}, {"query": [], "values": {}, "path": 0}])
def test_a_made_up_cursor_is_refused(things: DocumentStore, content: Any) -> None:
    """Well-formed JSON that is no cursor is InvalidInput too."""
    made_up = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(InvalidInput):
        things.query(replace(THINGS, after=made_up))


def test_a_page_is_read_at_one_moment(things: DocumentStore, store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """A store opened apart sees a commit whole in its next query."""
    other = store_adapter.open(tmp_path)
    assert other.count(THINGS) == 9
    things.commit([Delete(path=f"things/t{n}") for n in range(9)])
    assert other.query(THINGS).documents == []
    other.close()
