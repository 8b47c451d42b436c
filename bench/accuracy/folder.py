"""Labelled folders: those that :mod:`sheaf.extraction.labelled` takes, and recognised words as SROIE has them.

These are a ``*.jsonl`` of words with boxes (``words``, ``bboxes``, ``image_size``, ``entities``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.accuracy.held import held
from sheaf import bootstrap
from sheaf.documents.model import Document, Page, Word
from sheaf.domain.errors import InvalidInput
from sheaf.domain.rows import Box
from sheaf.extraction import labelled
from sheaf.extraction.labelled import Labelled, values_of

__all__ = ["Labelled", "half_of", "load", "page_of_words"]


def half_of(one: Labelled) -> str:
    """``tuned`` or ``held_out``, by the hash of the file's name."""
    return "tuned" if hashlib.sha256(one.file.encode()).digest()[0] % 2 == 0 else "held_out"


def load(folder: Path) -> list[Labelled]:
    """Every labelled document of ``folder``; raises SystemExit with a sentence when there is no truth in it."""
    if labelled.has_truth(folder):
        try:
            return labelled.load(folder, bootstrap.formats())
        except InvalidInput as error:
            raise SystemExit(str(error)) from None
    words = sorted(folder.glob("text_*.jsonl"))
    if not words:
        raise SystemExit(f"{folder} holds neither {', '.join(labelled.TRUTHS)} nor text_*.jsonl.")
    return [one for path in words for one in _words(path)]


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _words(path: Path) -> Iterator[Labelled]:
    for item in _jsonl(path):
        yield Labelled(item["file_name"], _as_given(item), lambda item=item: page_of_words(item))  # type: ignore[misc]


def _as_given(item: dict[str, Any]) -> dict[str, Any]:
    """The true values; of one with a comma, where the lines of some sets end, also what the given lines hold of it."""
    values = values_of(item["entities"])
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
