"""What the readers read: made-up papers in nine kinds and seven languages, a folder of one's own, and the pictures of samples/."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from bench.extract.work import Work
from bench.papers.__main__ import write
from bench.papers.kinds import KINDS

SAMPLES = Path(__file__).parents[2] / "samples"
#: Papers that are no longer tuned on (see :mod:`bench.papers`).
_SEED = 7
_INVOICE = "invoice"
#: What stands on each picture, as it is printed.
_PICTURES: Mapping[Work, tuple[str, Sequence[str]]] = {
    Work.PHOTOGRAPH: (
        "photo-gasthaus.jpg",
        ("Gasthaus", "Mühle", "2026-41877", "24.10.2026", "Käsespätzle", "21,90", "87,90", "73,87", "14,03", "DE298415763"),
    ),
    Work.SCAN: (
        "scan-fattura-tre-pini.pdf",
        ("Mobilificio", "318/2026", "06/10/2026", "05/11/2026", "Forlì", "1.644,00", "949,50", "4.069,50", "4.964,79", "0731"),
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """Files for one kind of work, and what is true of each: none where nobody wrote that down."""

    paths: Sequence[Path]
    pages: int
    truths: Sequence[Mapping[str, Any]] = ()


def digital(folder: Path, count: int, kinds: Collection[str] = tuple(KINDS)) -> dict[Work, Material]:
    """Made-up papers, ``count`` of each kind in each language, written into ``folder``; tables and fields are asked of the invoices."""
    for kind in {*kinds, _INVOICE}:
        write(folder / kind, kind, _SEED, count)
    invoices = _of([folder / _INVOICE / truth["file"] for truth in _truths(folder)], _truths(folder))
    return {Work.WORDS: _of(sorted(folder.glob("*/*.pdf"))), Work.TABLES: invoices, Work.FIELDS: invoices}


def own(folder: Path) -> dict[Work, Material]:
    """All PDFs of somebody's folder, for every work on digital pages."""
    material = _of(sorted(folder.glob("*.pdf")))
    return {Work.WORDS: material, Work.TABLES: material, Work.FIELDS: material}


def pictures(times: int) -> dict[Work, Material]:
    """One photograph and one scan, each to be read so many times."""
    return {
        work: Material(paths=[SAMPLES / name] * times, pages=times, truths=[{"printed": printed}] * times)
        for work, (name, printed) in _PICTURES.items()
    }


def _truths(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / _INVOICE / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _of(paths: Sequence[Path], truths: Sequence[Mapping[str, Any]] = ()) -> Material:
    return Material(paths=paths, pages=sum(map(pages_of, paths)), truths=truths)


def pages_of(path: Path) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(path) as document:
        return len(document)
