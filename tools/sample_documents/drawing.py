"""An Italian workshop drawing as DXF: a title block of attributes, a ruled parts list that grows upwards, a dimension's text."""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_documents.sample import Sample, Truth

COMPANY = "Officine Brenta S.r.l."
NUMBER = "OB-20417-03"
#: Tag, prompt, value, and where it stands in the block.
TITLE_BLOCK = (
    ("DITTA", "Proprietario legale", COMPANY, 5, 36),
    ("TITOLO", "Denominazione", "Supporto cuscinetto", 5, 26),
    ("NUMERO", "Numero disegno", NUMBER, 5, 16),
    ("MATERIALE", "Materiale", "EN-GJL-250", 5, 6),
    ("SCALA", "Scala", "1:2", 95, 36),
    ("REV", "Indice di revisione", "B", 95, 26),
    ("DATA", "Data", "14/09/2026", 95, 16),
    ("DISEGNATO", "Disegnato da", "G. Ferraro", 95, 6),
)
PARTS = (
    ("Pos.", "Denominazione", "Materiale", "Quantita"),
    ("1", "Corpo supporto", "EN-GJL-250", "1"),
    ("2", "Coperchio", "S235JR", "2"),
    ("3", "Vite ISO 4762 M8x25", "8.8", "12"),
)
COLUMNS = (0, 14, 74, 114, 140)
NOTES = (("Tolleranze generali ISO 2768-mK", 10, 150), ("Rugosita Ra 3.2", 10, 142))

Tag = tuple[int, object]


def sample() -> Sample:
    """Return the drawing of a bearing support by Officine Brenta."""
    return Sample(
        name="disegno-supporto.dxf",
        data="".join(f"{code:3}\n{value}\n" for code, value in _tags()).encode("ascii"),
        truth=Truth(document_number=NUMBER, date="2026-09-14", issuer=COMPANY),
        about="Italian workshop drawing (DXF) with a title block of attributes and a ruled parts list",
    )


def _tags() -> Iterator[Tag]:
    yield from ((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"), (9, "$INSUNITS"), (70, 4), (0, "ENDSEC"))
    yield from ((0, "SECTION"), (2, "BLOCKS"), *_block(), (0, "ENDSEC"))
    yield from ((0, "SECTION"), (2, "ENTITIES"), *_title_block(), *_parts_list(), *_notes(), (0, "ENDSEC"), (0, "EOF"))


def _block() -> Iterator[Tag]:
    yield from ((0, "BLOCK"), (8, "0"), (2, "CARTIGLIO"), (70, 2), (10, 0.0), (20, 0.0), (30, 0.0))
    for y in (0, 10, 20, 30, 45):
        yield from _line(0, y, 180, y)
    for x in (0, 90, 180):
        yield from _line(x, 0, x, 45)
    for tag, prompt, _, x, y in TITLE_BLOCK:
        yield from ((0, "ATTDEF"), (8, "0"), *_point(x, y), (40, 3.5), (1, ""), (3, prompt), (2, tag), (70, 0))
    yield from ((0, "ENDBLK"), (8, "0"))


def _title_block() -> Iterator[Tag]:
    yield from ((0, "INSERT"), (8, "0"), (66, 1), (2, "CARTIGLIO"), *_point(220, 10))
    for tag, _, value, x, y in TITLE_BLOCK:
        yield from ((0, "ATTRIB"), (8, "0"), *_point(220 + x, 10 + y), (40, 3.5), (1, value), (2, tag), (70, 0))
    yield from ((0, "SEQEND"), (8, "0"))


def _parts_list() -> Iterator[Tag]:
    for step in range(len(PARTS) + 1):
        yield from _line(260, 60 + 8 * step, 400, 60 + 8 * step)
    for column in COLUMNS:
        yield from _line(260 + column, 60, 260 + column, 60 + 8 * len(PARTS))
    for step, row in enumerate(PARTS):
        for column, text in zip(COLUMNS, row, strict=False):
            yield from _text(text, 262 + column, 62 + 8 * step, 3.0)


def _notes() -> Iterator[Tag]:
    for text, x, y in NOTES:
        yield from _text(text, x, y, 3.5)


def _text(text: str, x: float, y: float, height: float) -> Iterator[Tag]:
    yield from ((0, "TEXT"), (8, "0"), *_point(x, y), (40, height), (1, text))


def _line(x0: float, y0: float, x1: float, y1: float) -> Iterator[Tag]:
    yield from ((0, "LINE"), (8, "0"), *_point(x0, y0), (11, float(x1)), (21, float(y1)), (31, 0.0))


def _point(x: float, y: float) -> Iterator[Tag]:
    yield from ((10, float(x)), (20, float(y)), (30, 0.0))
