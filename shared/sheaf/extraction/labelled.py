"""Labelled folders: documents and what is true of them, for scoring engines.

A folder holds ``truth.jsonl``, ``expected.jsonl`` or ``expected.csv`` with a ``file`` column and the documents beside it or in ``pdf/``,
``images/``, ``files/`` or ``documents/``. A ``file`` such as ``archive.zip/x.pdf`` is a member of a container; ``rows`` beside the values
are what a table of the file holds, and the file is then read row by row; ``states`` says of fields without a value whether they are
blank, missing or unreadable.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path, PurePosixPath
from typing import Any

from sheaf.documents.model import Document
from sheaf.documents.reading import Formats
from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import Row
from sheaf.extraction.engine import Engine, SourceFile
from sheaf.extraction.parsing.dates import Order
from sheaf.extraction.parsing.order import infer_order
from sheaf.ports.files import Member

#: Files that hold the truth of a folder, in the order they are looked for.
TRUTHS = ("truth.jsonl", "expected.jsonl", "expected.csv")
_PLACES = ("", "pdf", "files", "images", "documents")
_NOT_VALUES = ("file", "rows", "states")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One document with its truth: field name → text, list, or absent where the document has no value."""

    file: str
    truth: dict[str, Any]
    read: Callable[[], Document]
    #: Truth of every row, where the file is read row by row; empty where it is one row.
    rows: tuple[dict[str, Any], ...] = ()
    #: Fields without a value whose state is known: blank, missing or unreadable.
    states: dict[str, str] = field(default_factory=dict)
    #: Where it lies, unless it is inside another file.
    path: Path | None = None


def has_truth(folder: Path) -> bool:
    """Whether a folder says what is true of its documents."""
    return any((folder / name).is_file() for name in TRUTHS)


def load(folder: Path, formats: Formats) -> list[Labelled]:
    """Every labelled document of ``folder``; raises InvalidInput for a truth that cannot be read, or none."""
    truth = next((folder / name for name in TRUTHS if (folder / name).is_file()), None)
    if truth is None:
        raise InvalidInput(f"{folder} says nothing of what is true: it holds neither of {', '.join(TRUTHS)}.", field="folder")
    try:
        return [_labelled(folder, formats, row) for row in (_csv(truth) if truth.suffix == ".csv" else _jsonl(truth))]
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise InvalidInput(f"{truth.name} is no truth: each line names a file and its values ({error}).", field="folder") from error


def _labelled(folder: Path, formats: Formats, row: Mapping[str, Any]) -> Labelled:
    rows = tuple(values_of(one) for one in row.get("rows") or ())
    path = _place(folder, str(row["file"]))
    read = partial(formats.read, path, name=path.name) if path.exists() else partial(_member, folder, PurePosixPath(row["file"]), formats)
    return Labelled(str(row["file"]), values_of(row), read, rows, row.get("states") or {}, path if path.exists() else None)


def _place(folder: Path, name: str) -> Path:
    return next((folder / place / name for place in _PLACES if (folder / place / name).exists()), folder / name)


def _csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {key: value for key, value in row.items() if value and value.strip()}


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a line of a truth gives, those left empty left out."""
    return {key: value for key, value in row.items() if key not in _NOT_VALUES and value not in (None, "", [])}


def _member(folder: Path, name: PurePosixPath, formats: Formats) -> Document:
    """The document inside the file that the first part of ``name`` is, and so on for containers in containers.

    Raises:
        FileProblem: as :meth:`Formats.read`, and ``file_missing`` when there is no such file or member.
    """
    for parent in reversed(name.parents):
        if (folder / parent).is_file():
            inside = str(name.relative_to(parent))
            members = formats.members(folder / parent, parent.name)
            found = next((one for one in members if inside == one.name or inside.startswith(f"{one.name}/")), None)
            if found is not None:
                return _unpacked(found, PurePosixPath(inside), formats)
    raise FileProblem(FailureCategory.FILE_MISSING, f"There is no {name}.")


def _unpacked(member: Member, inside: PurePosixPath, formats: Formats) -> Document:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / PurePosixPath(member.name).name
        with member.open() as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        if str(inside) == member.name:
            return formats.read(path, name=path.name)
        return _member(Path(place), PurePosixPath(path.name) / inside.relative_to(member.name), formats)


def order_of(documents: Iterable[Labelled]) -> Order:
    """How the truth of a set writes its dates."""
    return infer_order("\n".join(str(value) for one in documents for value in one.truth.values()))


def names_of(documents: Iterable[Labelled]) -> list[str]:
    """Every name that the truth gives a value to, in its order."""
    return list(dict.fromkeys(name for one in documents for row in (one.truth, *one.rows) for name in row))


def beside(engine: Engine, document: Document, fields: Sequence[Field], labelled: Labelled) -> list[tuple[dict[str, Any], Row | None]]:
    """The truth of every row beside the row that an engine read, None where it did not come out."""
    mode = RowMode.TABLE_ROW if labelled.rows else RowMode.FILE
    truths = labelled.rows or (labelled.truth,)
    source = SourceFile(path=labelled.path, name=labelled.file) if labelled.path else None
    return list(zip_longest(truths, islice(engine.extract(document, fields, rows=mode, source=source).rows, len(truths))))
