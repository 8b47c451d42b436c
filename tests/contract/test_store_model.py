"""Any sequence of writes and queries, run against each store and against a dict: the two never differ."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.store import Create, Delete, DocumentStore, Increment, Order, Put, Query, Update, Where, Write
from tests.contract.adapters import STORES, StoreAdapter
from tests.contract.machines import run
from tests.contract.model import Model, moment, rank

COLLECTIONS = ("things", "shops/a/things", "shops/a-b/things", "shops/a/rooms/1/things", "others")
PATHS = st.builds("{}/{}".format, st.sampled_from(COLLECTIONS), st.sampled_from(["a", "b", "b-1", "b.c", "B", "é", "𝔸", "zz"]))
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1, 0.0, -0.0, 0.1 + 0.2, 1e300, -1e-300, float(2**53)]),
    st.sampled_from(["", "red", "blue", "\x01", "\x01b1", "\x01t2026", "[1]", "{}", "Ä", "𝔸", "\n", '"', "red "]),
    st.integers(0, 3).map(moment),
)
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(("colour", "shape", "size", "seen"), SCALARS))
PUTS = st.builds(lambda path, data: Put(path=path, data=data), PATHS, FIELDS)
CREATES = st.builds(lambda path, data: Create(path=path, data=data), PATHS, FIELDS)
NUMBERS = st.one_of(st.integers(-5, 5), st.floats(-5, 5))

#: Queries that the suite's indexes cover; the values are drawn apart.
EQUAL: tuple[tuple[str, tuple[str, ...], tuple[Order, ...]], ...] = (
    ("COLLECTION", (), ()),
    ("COLLECTION", ("colour",), ()),
    ("COLLECTION", ("colour",), (Order("__id__", descending=True),)),
    ("COLLECTION", (), (Order("size"),)),
    ("COLLECTION", (), (Order("seen", descending=True),)),
    ("COLLECTION", ("colour",), (Order("size"),)),
    ("COLLECTION", ("colour",), (Order("size", descending=True),)),
    ("COLLECTION", ("shape", "colour"), ()),
    ("COLLECTION", ("shape", "colour"), (Order("size"), Order("seen", descending=True))),
    ("COLLECTION", (), (Order("size"), Order("seen", descending=True))),
    ("COLLECTION_GROUP", (), ()),
    ("COLLECTION_GROUP", ("colour",), ()),
    ("COLLECTION_GROUP", (), (Order("colour"),)),
    ("COLLECTION_GROUP", ("colour",), (Order("size", descending=True),)),
)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A query that the suite's indexes cover."""
    scope, equal, order = draw(st.sampled_from(EQUAL))
    where = [draw(_equality(field)) for field in equal]
    if order and order[0].field != "__id__":
        where += draw(_range(order[0].field))
    elif not order and scope == "COLLECTION":
        where += [replace(bound, field="__id__") for bound in draw(_range("__id__", st.sampled_from(["a", "b", "b-2", "z"])))]
    group = scope == "COLLECTION_GROUP"
    collection = "things" if group else draw(st.sampled_from(COLLECTIONS[:4]))
    return Query(collection=collection, where=where, order=order, group=group)


def _equality(field: str) -> st.SearchStrategy[Where]:
    several = st.lists(SCALARS, min_size=1, max_size=4)
    return st.one_of(st.builds(Where, st.just(field), st.just("=="), SCALARS), st.builds(Where, st.just(field), st.just("in"), several))


def _range(field: str, values: st.SearchStrategy[Any] = SCALARS) -> st.SearchStrategy[list[Where]]:
    bound = values.filter(lambda value: value is not None)
    lower = st.builds(Where, st.just(field), st.sampled_from([">", ">="]), bound)
    upper = st.builds(Where, st.just(field), st.sampled_from(["<", "<="]), bound)
    both = st.tuples(upper, lower).map(list).filter(lambda pair: rank(pair[0].value) == rank(pair[1].value))
    return st.one_of(st.just([]), st.tuples(lower).map(list), st.tuples(upper).map(list), both)


class StoreMachine(RuleBasedStateMachine):
    """A store and a dict, given the same."""

    adapter: StoreAdapter
    versions = Bundle("versions")

    @initialize()
    def open(self) -> None:
        """A fresh installation."""
        self.root = Path(tempfile.mkdtemp())
        self.store: DocumentStore = self.adapter.open(self.root)
        self.model = Model(booleans_first=self.adapter.booleans_first)
        self.current: dict[str, str] = {}
        self.seen: set[str] = set()

    def teardown(self) -> None:
        """Compare the medium with the dict, and leave nothing behind."""
        if not hasattr(self, "store"):
            return
        self.store.close()
        assert self.adapter.raw(self.root) == set(self.model.documents)
        shutil.rmtree(self.root)

    @rule(target=versions, path=PATHS)
    def remember(self, path: str) -> tuple[str, str]:
        """Keep the version a document has now, to guard a later write with."""
        return path, self.current.get(path, "0")

    @rule(blind=st.lists(PUTS, max_size=3), guarded=st.lists(CREATES, max_size=2))
    def write(self, blind: list[Write], guarded: list[Write]) -> None:
        """Put and create some."""
        self._commit([*blind, *guarded])

    @rule(paths=st.lists(PATHS, min_size=1, max_size=3), fields=FIELDS, by=NUMBERS, delete=PATHS)
    def change(self, paths: list[str], fields: dict[str, Any], by: float, delete: str) -> None:
        """Change some, adding to a number, and delete one."""
        changes: list[Write] = [Update(path=path, fields={**fields, "count": Increment(by)}) for path in paths]
        self._commit([*changes, Delete(path=delete)])

    @rule(known=versions, data=FIELDS, delete=st.booleans(), path=PATHS)
    def guarded(self, known: tuple[str, str], data: dict[str, Any], delete: bool, path: str) -> None:  # noqa: FBT001 — drawn
        """Write two documents, the second guarded by a version that may be old."""
        guard: Write = Delete(path=known[0], version=known[1]) if delete else Update(path=known[0], fields=data, version=known[1])
        self._commit([Put(path=path, data=data), guard])

    @rule(query=queries(), limit=st.integers(1, 4))
    def page(self, query: Query, limit: int) -> None:
        """Read a query page by page, and count it."""
        expected = self.model.run(query)
        found, after = [], None
        while True:
            page = self.store.query(replace(query, limit=limit, after=after))
            found += [document.path for document in page.documents]
            after = page.cursor
            assert len(page.documents) == limit or after is None
            if after is None:
                break
        assert found == expected
        assert [document.path for document in self.store.query(query).documents] == expected
        if len({where.field for where in query.where} - {order.field for order in query.order}) == len(query.where):
            assert self.store.count(query) == len(self.model.run(replace(query, order=())))

    @invariant()
    def same_documents(self) -> None:
        """Every address holds the same here and there."""
        if not hasattr(self, "store"):
            return
        paths = sorted(self.seen)
        found = self.store.get_many(paths)
        assert {path: document and (document.data, document.version) for path, document in zip(paths, found, strict=True)} == {
            path: (self.model.documents[path], self.current[path]) if path in self.model.documents else None for path in paths
        }

    def _commit(self, writes: list[Write]) -> None:
        try:
            sums = self.model.commit(writes, self.current)
        except PreconditionFailed:
            with pytest.raises(PreconditionFailed):
                self.store.commit(writes)
            return
        written = self.store.commit(writes)
        assert [answer.sums for answer in written] == sums
        for write, answer in zip(writes, written, strict=True):
            assert answer.version != self.current.pop(write.path, None)
            self.seen.add(write.path)
            if not isinstance(write, Delete):
                self.current[write.path] = answer.version


@pytest.mark.parametrize("adapter", STORES.values(), ids=STORES)
def test_a_store_is_a_dict(adapter: StoreAdapter) -> None:
    """Whatever is written and asked, in whatever order, a store answers as a dict would."""
    run(StoreMachine, adapter, remote=adapter.thrift > 1)
