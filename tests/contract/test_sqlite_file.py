"""The embedded store's file, looked at past the adapter."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sheaf.adapters.clock import SystemClock
from sheaf.adapters.store import cursors, indexes, sql, statements
from sheaf.adapters.store.indexes import Indexes, Key
from sheaf.adapters.store.shape import normalise
from sheaf.adapters.store.sqlite import SqliteStore, opened
from sheaf.domain.errors import Unavailable
from sheaf.ports.store import Create, Increment, MissingIndex, Order, Query, Update, Where
from sheaf.settings import Settings
from tests.contract.adapters import sound, suite_indexes
from tests.contract.model import moment

NO_INDEXES = Indexes(composite=(), overrides={})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store's file lies."""
    return tmp_path / "deep" / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store with the suite's indexes."""
    opened = SqliteStore(path, declared=suite_indexes())
    yield opened
    opened.close()


def test_a_document_is_a_row(store: SqliteStore, path: Path) -> None:
    """Address, kind, version, and JSON in which times, booleans and odd texts are marked."""
    (written,) = store.commit([Create(path="shops/a/things/b", data={"at": moment(1), "yes": True, "none": "", "n": [-0.0]})])
    with closing(sound(path)) as connection:
        rows = connection.execute("SELECT collection, id, kind, data, version FROM documents").fetchall()
    data = {"at": "\x01t2026-11-22T00:00:01.000001Z", "yes": "\x01b1", "none": "\x01z", "n": [-0.0]}
    assert [(*row[:3], json.loads(row[3]), str(row[4])) for row in rows] == [("shops/a/things", "b", "things", data, written.version)]


def test_the_file_is_in_wal_mode_and_synced_in_full(store: SqliteStore, path: Path) -> None:
    """The journal mode is in the file; each of the store's connections writes out what it commits."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    for block in (store._database.reading(), store._database.writing()):
        with block as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize(("asked", "synchronous"), [("full", 2), ("process", 1)])
def test_an_installation_says_what_its_file_is_to_survive(tmp_path: Path, asked: str, synchronous: int) -> None:
    """A power cut, or the end of the processes alone; see https://www.sqlite.org/pragma.html#pragma_synchronous."""
    store = opened(Settings(data_dir=tmp_path / "data", durability=asked), SystemClock())
    with store._database.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
    store.close()


def _queries(index: indexes.Index) -> Iterator[Query]:
    """Queries that the index is there for: with one value and several, over a range, and each both whole and page by page."""
    base = Query(collection=index.kind if index.group else f"tenants/t/{index.kind}", group=index.group, limit=10)
    for equal in range(len(index.keys) + 1):
        sorts = [Order(key.field, key.descending) for key in index.keys[equal:]]
        if index.id_descending != (sorts[-1].descending if sorts else False):
            sorts.append(Order("__id__", index.id_descending))
        fields = [key.field for key in index.keys[:equal]]
        wheres = [
            [Where(f, "==", "x") for f in fields],
            [Where(f, "in", ["x", None, 1]) for f in fields[:1]] + [Where(f, "==", 1) for f in fields[1:]],
        ]
        for where in wheres:
            yield replace(base, where=where, order=sorts)
            for value in (5, "m", moment(1), True) if sorts and sorts[0].field != "__id__" else ():
                yield replace(base, where=[*where, Where(sorts[0].field, ">=", value)], order=sorts)
                yield replace(base, where=[*where, Where(sorts[0].field, "<", value)], order=sorts)


@pytest.mark.parametrize("listed", [suite_indexes(), indexes.load()], ids=["suite", "product"])
def test_queries_read_their_index_in_order(listed: Indexes, tmp_path: Path) -> None:
    """SQLite searches the declared index for every covered query, and neither scans a table nor sorts, also behind a cursor."""
    store = SqliteStore(tmp_path / "store.sqlite3", declared=listed)
    seen: set[str] = set()
    for query in [query for index in listed.declared() for query in _queries(index)]:
        try:
            index = listed.cover(normalise(query))
        except MissingIndex:
            continue
        if index is None:
            continue
        for plan in _plans(store, query, index):
            seen.add(sql.index_name(index))
            assert all(_is_search(step) for step in plan), (query, plan)
    store.close()
    assert seen == {sql.index_name(index) for index in listed.declared()}


def _plans(store: SqliteStore, query: Query, index: indexes.Index) -> Iterator[list[str]]:
    shape = normalise(query)
    collection = "a/b/" * query.group + query.collection
    in_range = [where.value for where in shape.ranges if ">" in where.op]
    sort_values: list[list[Any]] = [[value] * len(shape.sorts) for value in (in_range or ([] if shape.ranges else [None, 7, "x"]))]
    positions = [cursors.Position(tuple(values), f"{collection}/a") for values in sort_values]
    for position in (None, *positions):
        for statement, bound in statements.select(shape, index, position):
            with store._database.reading() as connection:
                yield [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", [*bound, 10])]


def _is_search(step: str) -> bool:
    """A step that reads a range of an index, or merges such steps."""
    merges = ("MERGE (UNION ALL)", "LEFT", "RIGHT", "COMPOUND QUERY", "UNION ALL")
    return step in merges or ("USING INDEX declared_" in step and "TEMP B-TREE" not in step and step.startswith(("SEARCH", "SCAN")))


def test_counting_reads_the_index_alone(store: SqliteStore) -> None:
    """Counting by an equality searches the declared index."""
    query = Query(collection="things", where=[Where("colour", "==", "red"), Where("shape", "in", ["a", "b"])])
    shape = normalise(query)
    statement, bound = statements.count(shape, suite_indexes().cover(shape))
    with store._database.reading() as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", [*bound, 10])]
    assert [step for step in plan if step.startswith("SCAN documents")] == []
    assert len([step for step in plan if "INDEX declared_" in step]) == 2


def test_the_file_follows_the_list(path: Path) -> None:
    """Opened with another list, the file gets the indexes that are new and loses those that are gone; its documents stay."""
    for listed in (NO_INDEXES, suite_indexes(), indexes.load(), NO_INDEXES):
        store = SqliteStore(path, declared=listed)
        store.commit(
            [Create(path=f"things/{len(listed.declared())}", data={"colour": "red", "size": 1})] if listed is not NO_INDEXES else []
        )
        store.close()
        with closing(sound(path)) as connection:
            names = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB 'declared_*'")
            }
        assert names == {sql.index_name(index) for index in listed.declared()}
    store = SqliteStore(path, declared=suite_indexes())
    assert len(store.query(Query(collection="things", where=[Where("colour", "==", "red")], order=[Order("size")])).documents) == 2
    store.close()


@pytest.mark.parametrize("group", [False, True])
def test_counting_looks_no_document_up(path: Path, *, group: bool) -> None:
    """A count never looks a document up, which would cost it a page for each."""
    listed = Indexes(
        composite=(indexes.Index(kind="things", group=group, keys=(Key("colour"), Key("size")), id_descending=False),), overrides={}
    )
    store = SqliteStore(path, declared=listed)
    shape = normalise(Query(collection="things", group=group, where=[Where("colour", "==", "red"), Where("size", "==", 1)]))
    statement, bound = statements.count(shape, listed.cover(shape))
    with closing(sqlite3.connect(path)) as connection:
        plan = [detail for (*_, detail) in connection.execute(f"EXPLAIN QUERY PLAN {statement}", [*bound, 10])]
    assert any("COVERING INDEX" in detail for detail in plan)
    store.close()


_FIRST_LAYOUT = """
CREATE TABLE documents (
    collection TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (collection, id)
);
CREATE INDEX documents_by_kind ON documents (kind, replace(collection || '/' || id, '/', char(1)));
CREATE INDEX declared_things_0123 ON documents (collection, json_extract(data, '$.colour'), id) WHERE kind = 'things';
"""


def test_a_file_of_the_first_layout_is_brought_over(path: Path) -> None:
    """Its documents keep their versions, and are found by the indexes of today."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as former, former:
        former.executescript(_FIRST_LAYOUT)
        rows = [("things", f"{n:04}", "things", json.dumps({"colour": "red" if n % 2 else None, "size": n / 7}), n) for n in range(2500)]
        former.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", rows)
    store = SqliteStore(path, declared=suite_indexes())
    red = Query(collection="things", where=[Where("colour", "==", "red"), Where("size", "==", 99 / 7)])
    assert [(document.id, document.version) for document in store.query(red).documents] == [("0099", "99")]
    assert store.count(Query(collection="things", where=[Where("colour", "==", None), Where("size", "<", 10.0)])) == 35
    store.close()
    sound(path).close()


def test_names_that_differ_in_their_letters_size_alone_are_apart(path: Path) -> None:
    """SQLite takes ``Size`` and ``size`` for one column; documents do not."""
    keys = [[Key("Size"), Key("shape")], [Key("size"), Key("shape")]]
    composite = tuple(indexes.Index(kind="things", group=False, keys=tuple(each), id_descending=False) for each in keys)
    store = SqliteStore(path, declared=Indexes(composite=composite, overrides={}))
    store.commit([Create(path="things/a", data={"Size": 1, "size": 2, "shape": "round"})])
    for name, found in (("Size", 1), ("size", 0)):
        assert store.count(Query(collection="things", where=[Where(name, "==", 1), Where("shape", "==", "round")])) == found
    store.close()


def test_a_busy_file_is_waited_for(store: SqliteStore, path: Path) -> None:
    """Someone who writes past the gate makes the store wait, not fail; reading goes on meanwhile."""
    store.commit([Create(path="things/a", data={"n": 0})])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.get("things/a") is not None
        other.execute("ROLLBACK")
        assert store.commit([Update(path="things/a", fields={"n": Increment(1)})])[0].sums == {"n": 1}


def test_what_is_no_database_is_unavailable(tmp_path: Path) -> None:
    """A file that SQLite cannot read is Unavailable, by its name, and is left as it is."""
    (tmp_path / "store.sqlite3").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(Unavailable, match="store.sqlite3"):
        SqliteStore(tmp_path / "store.sqlite3", declared=NO_INDEXES)
    assert (tmp_path / "store.sqlite3").read_bytes().startswith(b"not a database")


def test_whatever_a_power_cut_leaves_of_the_log_is_whole_commits(tmp_path: Path) -> None:
    """Cut off at any byte, the write-ahead log holds the first so many commits, each whole."""
    store = SqliteStore(tmp_path / "store.sqlite3", declared=suite_indexes())
    for n in range(20):
        store.commit([Create(path=f"things/{n:02}-{part}", data={"colour": "red", "size": n}) for part in range(3)])
    log, file = (tmp_path / "store.sqlite3-wal").read_bytes(), (tmp_path / "store.sqlite3").read_bytes()
    seen = set()
    for cut in range(0, len(log), len(log) // 37):
        left = tmp_path / f"cut-{cut}"
        left.mkdir()
        (left / "store.sqlite3").write_bytes(file)
        (left / "store.sqlite3-wal").write_bytes(log[:cut])
        after = SqliteStore(left / "store.sqlite3", declared=suite_indexes())
        found = [document.id for document in after.query(Query(collection="things", where=[Where("colour", "==", "red")])).documents]
        after.close()
        sound(left / "store.sqlite3").close()
        assert found == [f"{n:02}-{part}" for n in range(len(found) // 3) for part in range(3)]
        seen.add(len(found))
    store.close()
    assert len(seen) > 5


def test_a_full_disk_is_unavailable_and_nothing_is_half_written(store: SqliteStore, path: Path) -> None:
    """When the file cannot grow, the commit is Unavailable, earlier ones are there, and later ones work once there is room."""
    store.commit([Create(path="things/a", data={"n": 1})])
    with store._database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        store.commit([Create(path=f"things/b{n}", data={"pad": "x" * 10_000}) for n in range(100)])
    with store._database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    assert store.query(Query(collection="things")).documents == [store.get("things/a")]
    store.commit([Create(path="things/b", data={})])
    with closing(sound(path)) as raw:
        assert raw.execute("SELECT count(*) FROM documents").fetchone() == (2,)
