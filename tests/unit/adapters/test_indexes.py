"""The list of indexes: what its format may hold, and what is said of a file that is none."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from sheaf.adapters.store import indexes
from sheaf.adapters.store.indexes import Indexes, parse
from sheaf.adapters.store.shape import normalise
from sheaf.ports.store import MissingIndex, Order, Query, Where


def composite(*fields: tuple[str, str], scope: str = "COLLECTION") -> dict[str, Any]:
    """An entry of the list."""
    return {
        "collectionGroup": "things",
        "queryScope": scope,
        "fields": [{"fieldPath": field, "order": order} for field, order in fields],
    }


def listed(*entries: dict[str, Any], overrides: tuple[dict[str, Any], ...] = ()) -> Indexes:
    """A list of these entries."""
    return parse({"indexes": list(entries), "fieldOverrides": list(overrides)})


def test_the_product_has_one_list_in_its_package() -> None:
    """It lies beside the code, is what is loaded, and names each index once."""
    content = json.loads(resources.files("sheaf").joinpath("firestore.indexes.json").read_text(encoding="utf-8"))
    assert indexes.load() == parse(content)
    assert set(content) == {"indexes", "fieldOverrides"}
    texts = [json.dumps(entry, sort_keys=True) for entry in content["indexes"] + content["fieldOverrides"]]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"indexes": [], "fieldOverrides": [{}]},
        {"indexes": [{"collectionGroup": "a", "queryScope": "EVERYWHERE", "fields": []}], "fieldOverrides": []},
        {"indexes": [composite(("a", "UP"), ("b", "ASCENDING"))], "fieldOverrides": []},
        {"indexes": [composite(("a", "ASCENDING"))], "fieldOverrides": []},
        {"indexes": [composite(("a", "ASCENDING"), ("x') --", "ASCENDING"))], "fieldOverrides": []},
        {"indexes": [], "fieldOverrides": [{"collectionGroup": "a", "fieldPath": "x'", "indexes": []}]},
        {"indexes": [{**composite(), "fields": []}], "fieldOverrides": []},
    ],
)
def test_what_is_no_list_is_refused(content: Any) -> None:
    """A file that is not of Firestore's format, or names what no query can, is a ValueError."""
    with pytest.raises(ValueError, match="indexes"):
        parse(content)


def test_an_index_covers_exactly_its_fields() -> None:
    """Not a part of them, not more, not in another direction; equalities in any order."""
    found = listed(composite(("a", "DESCENDING"), ("b", "ASCENDING"), ("c", "DESCENDING")))
    query = Query(collection="things", where=[Where("b", "==", 1), Where("a", "in", [1, 2])], order=[Order("c", descending=True)])
    assert found.cover(normalise(query)) == found.composite[0]
    for where, order in (
        ([Where("a", "==", 1), Where("b", "==", 1)], []),
        ([Where("a", "==", 1), Where("b", "==", 1)], [Order("c")]),
        ([Where("a", "==", 1), Where("c", "==", 1)], [Order("b")]),
        ([Where("b", "==", 1)], [Order("c", descending=True)]),
    ):
        with pytest.raises(MissingIndex):
            found.cover(normalise(Query(collection="things", where=where, order=order)))


def test_scopes_are_apart() -> None:
    """An index of the group does not cover one collection, nor the other way round."""
    fields = (("a", "ASCENDING"), ("b", "ASCENDING"))
    where = [Where("a", "==", 1), Where("b", "==", 1)]
    for scope, group in (("COLLECTION", True), ("COLLECTION_GROUP", False)):
        with pytest.raises(MissingIndex):
            listed(composite(*fields, scope=scope)).cover(normalise(Query(collection="things", where=where, group=group)))


def test_the_address_can_be_named() -> None:
    """``__name__`` at the end says which way the address runs; without it, it runs as the last field does."""
    down = listed(composite(("a", "ASCENDING"), ("b", "ASCENDING"), ("__name__", "DESCENDING")))
    query = Query(collection="things", where=[Where("a", "==", 1)], order=[Order("b"), Order("__id__", descending=True)])
    assert down.cover(normalise(query)) == down.composite[0]
    with pytest.raises(MissingIndex):
        down.cover(normalise(Query(collection="things", where=[Where("a", "==", 1)], order=[Order("b")])))


def test_an_override_replaces_the_automatic_indexes() -> None:
    """Of an overridden field only the listed orders are there; of the others, both, inside one collection."""
    found = listed(
        overrides=({"collectionGroup": "things", "fieldPath": "a", "indexes": [{"order": "DESCENDING", "queryScope": "COLLECTION"}]},)
    )
    assert found.cover(normalise(Query(collection="things", order=[Order("a", descending=True)]))) is not None
    assert found.cover(normalise(Query(collection="things", order=[Order("b")]))) is None
    with pytest.raises(MissingIndex) as caught:
        found.cover(normalise(Query(collection="things", order=[Order("a")])))
    assert json.loads(str(caught.value)) == {
        "collectionGroup": "things",
        "fieldPath": "a",
        "indexes": [{"order": order, "queryScope": "COLLECTION"} for order in ("DESCENDING", "ASCENDING")],
    }


def test_the_message_is_the_entry() -> None:
    """It names the query's fields in its order, ready to be put in the list."""
    query = Query(collection="things", group=True, where=[Where("a", "==", 1), Where("b", ">", 1)], order=[Order("b", descending=True)])
    with pytest.raises(MissingIndex) as caught:
        listed().cover(normalise(query))
    assert json.loads(str(caught.value)) == composite(("a", "ASCENDING"), ("b", "DESCENDING"), scope="COLLECTION_GROUP")
