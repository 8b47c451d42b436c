"""Whatever a reader lets through, the engine reads: it never fails on account of a document."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.catalog import FORMATS
from sheaf.domain.errors import FileProblem
from sheaf.domain.fields import RowMode
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.spec import parse_fields
from tests.unit.documents.damage import Edit, edited, inside
from tests.unit.documents.samples import sample
from tests.unit.documents.soundness import SMALL

_FIELDS = parse_fields("item,sum:amount,date:date,count:integer,paid:boolean,names:list,items:table(item;sum:amount)")
_EDITS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 12), st.binary(max_size=12)), max_size=4)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(edits=_EDITS, part=st.integers(0, 20), rows=st.sampled_from(RowMode))
def test_every_document_has_a_cell_for_every_field(tmp_path: Path, name: str, edits: list[Edit], part: int, rows: RowMode) -> None:
    """Sound and damaged files of every format, row by row or as a whole: each row has a cell for each field."""
    (tmp_path / "input").write_bytes(inside(sample(name), part, lambda data: edited(data, edits)) or b"\0")
    try:
        document = import_module(FORMATS[name].module).read(tmp_path / "input", SMALL)
    except FileProblem:
        return
    for row in EmbeddedEngine().extract(document, _FIELDS, rows=rows).rows:
        assert row.cells.keys() == {field.name for field in _FIELDS}
