"""Labelled folders: documents and what is true of them.

A folder holds ``truth.jsonl``, ``expected.jsonl`` or ``expected.csv`` with a ``file`` column and the documents beside it or in ``pdf/``,
``images/`` or ``files/``; or a ``*.jsonl`` of recognised words with boxes (``words``, ``bboxes``, ``image_size``, ``entities``), as SROIE
has it. A ``file`` such as ``archive.zip/x.pdf`` is a member of a container; ``rows`` beside the values are what a table of the file
holds, and the file is then read row by row; ``states`` says of fields without a value whether they are blank, missing or unreadable.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from bench.accuracy.held import held
from sheaf import bootstrap
from sheaf.documents.model import Document, Page, Word
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box
from sheaf.ports.files import Member

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

    @property
    def half(self) -> str:
        """``tuned`` or ``held_out``, by the hash of the file's name."""
        return "tuned" if hashlib.sha256(self.file.encode()).digest()[0] % 2 == 0 else "held_out"


def load(folder: Path) -> list[Labelled]:
    """Every labelled document of ``folder``; raises SystemExit with a sentence when there is no truth in it."""
    for name, reader in (("truth.jsonl", _jsonl), ("expected.jsonl", _jsonl), ("expected.csv", _csv)):
        if (folder / name).exists():
            return [_labelled(folder, row) for row in reader(folder / name)]
    words = sorted(folder.glob("text_*.jsonl"))
    if not words:
        raise SystemExit(f"{folder} holds neither truth.jsonl, expected.jsonl, expected.csv nor text_*.jsonl.")
    return [labelled for path in words for labelled in _words(path)]


def _labelled(folder: Path, row: dict[str, Any]) -> Labelled:
    rows = tuple(_values(one) for one in row.get("rows") or ())
    return Labelled(row["file"], _values(row), _opener(folder, row["file"]), rows, row.get("states") or {})


def _csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {key: value for key, value in row.items() if value and value.strip()}


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _NOT_VALUES and value not in (None, "", [])}


def _opener(folder: Path, name: str) -> Callable[[], Document]:
    path = next((folder / place / name for place in _PLACES if (folder / place / name).exists()), folder / name)
    if path.exists():
        return lambda: bootstrap.formats().read(path, name=path.name)
    return partial(_read_member, folder, PurePosixPath(name))


def _read_member(folder: Path, name: PurePosixPath) -> Document:
    """The document inside the file that the first part of ``name`` is, and so on for containers in containers.

    Raises:
        FileProblem: as :meth:`Formats.read`, and ``file_missing`` when there is no such file or member.
    """
    for parent in reversed(name.parents):
        if (folder / parent).is_file():
            inside = str(name.relative_to(parent))
            members = bootstrap.formats().members(folder / parent, parent.name)
            found = next((one for one in members if inside in (one.name, *_above(one.name, inside))), None)
            if found is not None:
                return _unpacked(found, PurePosixPath(inside))
    raise FileProblem(FailureCategory.FILE_MISSING, f"There is no {name}.")


def _above(container: str, inside: str) -> tuple[str, ...]:
    """``inside`` itself when it is in a member that is a container, else nothing."""
    return (inside,) if inside.startswith(f"{container}/") else ()


def _unpacked(member: Member, inside: PurePosixPath) -> Document:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / PurePosixPath(member.name).name
        with member.open() as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        if str(inside) == member.name:
            return bootstrap.formats().read(path, name=path.name)
        return _read_member(Path(place), PurePosixPath(path.name) / inside.relative_to(member.name))


def _words(path: Path) -> Iterator[Labelled]:
    for item in _jsonl(path):
        yield Labelled(item["file_name"], _as_given(item), lambda item=item: page_of_words(item))  # type: ignore[misc]


def _as_given(item: dict[str, Any]) -> dict[str, Any]:
    """The true values; of one with a comma, where the lines of some sets end, also what the given lines hold of it."""
    values = _values(item["entities"])
    cut = {name: held(value, item["words"]) for name, value in values.items() if isinstance(value, str) and "," in value}
    return values | {name: [values[name], part] for name, part in cut.items() if part}


def page_of_words(item: dict[str, Any]) -> Document:
    """A one-page document of recognised lines, each cut into words in proportion to their letters."""
    words = [word for text, box in zip(item["words"], item["bboxes"], strict=True) for word in _cut(text, Box(*box))]
    size = item["image_size"]
    return Document(format="words", pages=(Page(1, float(size["width"]), float(size["height"]), tuple(words)),))


def _cut(text: str, box: Box) -> Iterator[Word]:
    """Words in proportion to their letters, each up to the next: a recognised line has no wide gaps, whatever was cut from its end."""
    parts = list(re.finditer(r"\S+", text))
    width = (box.x1 - box.x0) / max(len(text), 1)
    ends = [match.start() for match in parts[1:]] + [len(text)]
    for match, end in zip(parts, ends, strict=True):
        yield Word(match[0], Box(box.x0 + width * match.start(), box.y0, box.x0 + width * end, box.y1))
