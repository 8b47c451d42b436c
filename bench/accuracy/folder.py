"""Labelled folders: documents and what is true of them.

A folder holds ``expected.csv`` or ``expected.jsonl`` with a ``file`` column and the documents beside it or in ``pdf/``, ``images/`` or
``files/``; or a ``*.jsonl`` of recognised words with boxes (``words``, ``bboxes``, ``image_size``, ``entities``), as SROIE has it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheaf.documents.model import Document, Page, Word
from sheaf.documents.reading import read_document
from sheaf.domain.rows import Box

_PLACES = ("", "pdf", "files", "images", "documents")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One document with its truth: field name → text, list, or absent where the document has no value."""

    file: str
    truth: dict[str, Any]
    read: Callable[[], Document]

    @property
    def half(self) -> str:
        """``tuned`` or ``held_out``, by the hash of the file's name."""
        return "tuned" if hashlib.sha256(self.file.encode()).digest()[0] % 2 == 0 else "held_out"


def load(folder: Path) -> list[Labelled]:
    """Every labelled document of ``folder``; raises SystemExit with a sentence when there is no truth in it."""
    for name, reader in (("expected.csv", _csv), ("expected.jsonl", _jsonl)):
        if (folder / name).exists():
            return [Labelled(row["file"], _without_file(row), _opener(folder, row["file"])) for row in reader(folder / name)]
    words = sorted(folder.glob("text_*.jsonl"))
    if not words:
        raise SystemExit(f"{folder} holds neither expected.csv, expected.jsonl nor text_*.jsonl.")
    return [labelled for path in words for labelled in _words(path)]


def _csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {key: value for key, value in row.items() if value and value.strip()}


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _without_file(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "file" and value not in (None, "", [])}


def _opener(folder: Path, name: str) -> Callable[[], Document]:
    path = next((folder / place / name for place in _PLACES if (folder / place / name).exists()), folder / name)
    return lambda: read_document(path, name=path.name)


def _words(path: Path) -> Iterator[Labelled]:
    for item in _jsonl(path):
        yield Labelled(item["file_name"], _without_file(item["entities"]), lambda item=item: page_of_words(item))  # type: ignore[misc]


def page_of_words(item: dict[str, Any]) -> Document:
    """A one-page document of recognised lines, each cut into words in proportion to their letters."""
    words = [word for text, box in zip(item["words"], item["bboxes"], strict=True) for word in _cut(text, Box(*box))]
    size = item["image_size"]
    return Document(format="words", pages=(Page(1, float(size["width"]), float(size["height"]), tuple(words)),))


def _cut(text: str, box: Box) -> Iterator[Word]:
    width, position = (box.x1 - box.x0) / max(len(text), 1), 0
    for part in text.split():
        position = text.index(part, position)
        yield Word(part, Box(box.x0 + width * position, box.y0, box.x0 + width * (position + len(part)), box.y1))
        position += len(part)
