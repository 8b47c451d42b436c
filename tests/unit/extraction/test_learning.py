"""Learning from corrected documents: labels of a job's own papers, trees that rank, and nothing accepted that does not read better."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.rows import CellState
from sheaf.extraction.engine import SourceFile
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning.labels import beside, learned, seen, spots
from sheaf.extraction.learning.learned import Learned, OfField
from sheaf.extraction.learning.training import Example, train
from sheaf.extraction.learning.trees import MOST, Listed, Manner, fit
from sheaf.extraction.scoring import NOTHING
from sheaf.extraction.spec import parse_fields
from tests.unit.extraction.pages import document_of

FIELDS = parse_fields("kunnr,wert:amount")


def paper(number: int) -> str:
    """A paper whose labels no lexicon has, with numbers around that might be meant."""
    return f"""
        Zentrale Ablage                      Vorgang 77{number}12

        Kennwort:    QX-{4000 + number}
        Ablagefach:  LM-{100 + 7 * number}

        Verrechnet   {30 + number},50 EUR
        Vorgemerkt   {900 - number},00 EUR
        Rest         {3 * number + 1},25 EUR
    """


def examples(count: int, **also: Any) -> list[Example]:
    """Papers, each with what is true of it."""
    return [
        Example(document_of(paper(at)), {"kunnr": f"QX-{4000 + at}", "wert": {"amount": f"{30 + at}.50", "currency": "EUR"}, **also})
        for at in range(count)
    ]


def read(text: str, known: Learned | None) -> dict[str, Any]:
    """What the engine reads with what was learned."""
    source = SourceFile(path=__file__, name="x", learned=known)  # type: ignore[arg-type]  # nothing is read from it
    row = next(iter(EmbeddedEngine().extract(document_of(text), FIELDS, source=source).rows))
    return {name: cell.value for name, cell in row.cells.items() if cell.state is CellState.FOUND}


def test_labels_of_ones_own_papers_are_learned() -> None:
    """Fields that rules cannot find are found after a few corrected documents, in papers that were not learned from."""
    known = train(examples(6), FIELDS)
    unseen = paper(40)
    assert read(unseen, None).get("kunnr") != "QX-4040"
    found = read(unseen, known)
    assert found["kunnr"] == "QX-4040"
    assert str(found["wert"].amount) == "70.50"
    assert "Kennwort" in known.fields["kunnr"].labels


def test_nothing_is_learned_from_too_little() -> None:
    """Two documents teach nothing, and what nothing taught reads as the rules do."""
    known = train(examples(2), FIELDS)
    assert known.fields == {}
    assert read(paper(3), known) == read(paper(3), None)


def test_what_does_not_read_better_is_not_accepted() -> None:
    """Where the truth is noise, every field keeps reading as it did."""
    noise = [Example(document_of(paper(at)), {"kunnr": f"not there {at}"}) for at in range(6)]
    known = train(noise, FIELDS[:1])
    assert known.fields["kunnr"] == OfField(tried=6, right_before=0, right_after=0)


def test_what_rules_read_rightly_is_left_alone() -> None:
    """No labels and no trees for a field that needs none."""
    fields = parse_fields("invoice_number")
    made = [Example(document_of(f"Invoice number: A-{at}77\nOrder number: B-{at}12"), {"invoice_number": f"A-{at}77"}) for at in range(5)]
    known = train(made, fields)
    assert known.fields["invoice_number"] == OfField(tried=5, right_before=5, right_after=5)


def test_it_is_the_same_after_a_trip_through_the_store() -> None:
    """Encoded and decoded it reads alike, and says what it was tried on."""
    known = train(examples(6), FIELDS)
    again = Learned.decoded(known.encoded())
    assert again == known
    assert read(paper(41), again) == read(paper(41), known)
    assert len(known.encoded()) < 60_000
    assert json.loads(known.encoded())["documents"] == 6


def test_trees_over_other_features_are_not_used() -> None:
    """A ranker that was trained on another list of features keeps its labels and loses its trees."""
    known = train(examples(6), FIELDS)
    old = Learned(fields=known.fields, documents=6, names=("label",))
    assert all(reading.ranker is None for reading in old.readings(FIELDS))


def test_spots_and_what_stands_beside_them() -> None:
    """A value is found over several words; what stands before it in its row or above it may label it, other numbers may not."""
    layout = document_of("Keeper  of the light:   Maud Penhallow\n\nNo   Place\n12   Cape Verity")
    laid = lay_out(layout)
    (segment, start), *rest = spots(laid, ["maud penhallow"])
    assert not rest
    assert segment.text[start:] == "Maud Penhallow"
    assert any("light" in text for text in beside(laid, segment, start))
    (place, at), *_ = spots(laid, ["Cape Verity"])
    assert "12" not in beside(laid, place, at)


def test_a_label_needs_two_documents_that_agree() -> None:
    """What one document of several says is an accident; of one that is left out nothing counts."""
    layouts = [lay_out(document_of(f"Kennwort: QX-{at}\nZufall{at}: LM-{at}")) for at in range(4)]
    found = seen(layouts, [[f"QX-{at}"] for at in range(3)] + [["LM-3"]])
    assert learned(found, 4) == ("Kennwort",)
    assert learned(found, 4, left_out=0) == ("Kennwort",)
    assert learned(found[:0], 4) == ()


def _lists(rng: np.random.Generator, count: int, columns: int = 4) -> list[Listed]:
    made = []
    for _ in range(count):
        rows = rng.random((6, columns))
        best = int(np.argmax(rows[:, 1]))
        made.append(Listed(rows, np.full(6, NOTHING), np.arange(6) == best))
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_trees_learn_which_feature_matters(seed: int) -> None:
    """Of lists they have not seen they choose the right member far more often than chance."""
    rng = np.random.default_rng(seed)
    trees = fit(_lists(rng, 30), NOTHING)
    unseen = _lists(rng, 100)
    right = sum(bool(one.right[int(np.argmax(trees.of(one.rows)))]) for one in unseen)
    assert right > 60


def test_trees_that_found_nothing_to_split_survive_the_store() -> None:
    """Of too few rows to split trees are made, stored and read again as they were."""
    rows = np.arange(4.0).reshape(2, 2)
    lists = [Listed(rows[:1], np.zeros(1), np.array([True])), Listed(rows[1:], np.zeros(1), np.array([False]))]
    trees = fit(lists, NOTHING, Manner(rounds=2))
    known = Learned(fields={"kunnr": OfField(trees=trees)})
    assert Learned.decoded(known.encoded()) == known


@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.booleans())
def test_trees_are_bounded_whatever_they_are_taught(seed: int, count: int, constant: bool) -> None:  # noqa: FBT001 - drawn
    """Random, constant and contradictory lists give finite additions within bounds."""
    rng = np.random.default_rng(seed)
    lists = [Listed(np.ones((3, 2)) if constant else rng.random((3, 2)), rng.normal(size=3), rng.random(3) > 0.5) for _ in range(count)]
    added = fit(lists, NOTHING, Manner(rounds=5)).of(rng.normal(size=(20, 2)) * 100)
    assert np.isfinite(added).all()
    assert (np.abs(added) <= MOST).all()
