"""Rows in equal rows out, from every format that holds tables."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from reportlab.platypus import SimpleDocTemplate
from reportlab.platypus import Table as Drawn

from sheaf.domain.fields import RowMode
from sheaf.extraction.engines.embedded import EmbeddedEngine
from sheaf.extraction.spec import parse_fields
from tests.unit.documents.compound import compound, message, workbook
from tests.unit.documents.making import docx, odf, paragraph, pptx, read

_ROWS = [["Article", "Units", "Remark"], ["Größe XL", "3", "first line\nsecond line"], ["Bolt", "12", "plain"], ["Größe XL", "3", "again"]]
Maker = Callable[[list[list[str]]], bytes]


def _delimited(delimiter: str, encoding: str) -> Maker:
    def made(rows: list[list[str]]) -> bytes:
        return "\r\n".join(delimiter.join(f'"{cell}"' if "\n" in cell else cell for cell in row) for row in rows).encode(encoding)

    return made


def _xlsx(rows: list[list[str]]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def _html(rows: list[list[str]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell.replace(chr(10), '<br>')}" for cell in row) for row in rows)
    return f"<!doctype html><meta charset=utf-8><p>List<table>{body}</table>".encode()


def _docx(rows: list[list[str]]) -> bytes:
    cells = ("".join(f"<w:tc>{''.join(map(paragraph, cell.split(chr(10))))}</w:tc>" for cell in row) for row in rows)
    return docx(paragraph("List") + "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>")


def _open(kind: str, before: str = "", after: str = "") -> Maker:
    def made(rows: list[list[str]]) -> bytes:
        texts = ((f"<text:p>{line}</text:p>" for line in cell.split("\n")) for row in rows for cell in row)
        cells = [f"<table:table-cell>{''.join(lines)}</table:table-cell>" for lines in texts]
        body = "".join(f"<table:table-row>{''.join(cells[i : i + 3])}</table:table-row>" for i in range(0, len(cells), 3))
        return odf(kind, f'{before}<table:table table:name="Data">{body}</table:table>{after}')

    return made


def _rtf(rows: list[list[str]]) -> bytes:
    cells = ("".join(cell.replace("\n", r"\par ") + r"\cell " for cell in row) for row in rows)
    body = "".join(rf"\trowd\cellx1000\cellx2000\cellx3000\pard\intbl {row}\row " for row in cells)
    return rb"{\rtf1\ansi\ansicpg1252 List\par " + body.encode("cp1252") + rb"\pard end\par}"


def _pptx(rows: list[list[str]]) -> bytes:
    cells = [
        "<a:tc><a:txBody>" + "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in cell.split("\n")) + "</a:txBody></a:tc>"
        for row in rows
        for cell in row
    ]
    body = "".join(f'<a:tr h="254000">{"".join(cells[i : i + 3])}</a:tr>' for i in range(0, len(cells), 3))
    grid = '<a:tblPr firstRow="1"/><a:tblGrid><a:gridCol w="900000"/><a:gridCol w="900000"/><a:gridCol w="900000"/></a:tblGrid>'
    frame = '<p:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></p:xfrm>'
    return pptx(
        [f"<p:graphicFrame>{frame}<a:graphic><a:graphicData><a:tbl>{grid}{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"]
    )


def _pdf(*style: tuple[object, ...]) -> Maker:
    def made(rows: list[list[str]]) -> bytes:
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer).build([Drawn(rows, style=list(style), repeatRows=1, colWidths=120)])
        return buffer.getvalue()

    return made


_BLACK = (0, 0, 0)
_MAKERS: Mapping[str, Maker] = {
    "csv": _delimited(";", "cp1252"),
    "csv-comma-utf16": _delimited(",", "utf-16"),
    "tsv": _delimited("\t", "utf-8"),
    "xlsx": _xlsx,
    "xls": lambda rows: workbook(*rows),
    "ods": _open("spreadsheet"),
    "html": _html,
    "docx": _docx,
    "odt": _open("text", "<text:p>List</text:p>"),
    "odp": _open("presentation", "<draw:page><draw:frame>", "</draw:frame></draw:page>"),
    "rtf": _rtf,
    "pptx": _pptx,
    "msg": lambda rows: compound(message({0x0037: "List"}, binaries={0x1013: _html(rows)})),
    "pdf-grid": _pdf(("GRID", (0, 0), (-1, -1), 0.5, _BLACK)),
    "pdf-lines": _pdf(("LINEBELOW", (0, 0), (-1, 0), 0.5, _BLACK)),
}


@pytest.mark.parametrize("name", sorted(_MAKERS))
def test_as_many_rows_come_out_as_went_in(tmp_path: Path, name: str) -> None:
    """Repeated rows, cells of several lines and letters beyond ASCII are kept, and the run says how many rows there were."""
    document = read(tmp_path, _MAKERS[name](_ROWS), "attachment")
    found = EmbeddedEngine().extract(document, parse_fields("article,units:integer,remark"), rows=RowMode.TABLE_ROW)
    out = list(found.rows)
    assert found.rows_in == len(out) == 3
    assert [row.cells["article"].value for row in out] == ["Größe XL", "Bolt", "Größe XL"]
    assert [row.cells["units"].value for row in out] == [3, 12, 3]
    assert [" ".join(str(row.cells["remark"].value).split()) for row in out] == ["first line second line", "plain", "again"]
    evidence = out[1].cells["article"].evidence
    assert evidence is not None
    assert evidence.box or evidence.cell or evidence.line or evidence.path


@pytest.mark.parametrize("name", ["pdf-grid", "pdf-lines", "docx", "rtf", "html", "ods"])
def test_long_tables_keep_every_row(tmp_path: Path, name: str) -> None:
    """A hundred rows, over three pages where there are pages, are a hundred rows."""
    rows = [["Article", "Units", "Remark"], *[[f"Bolt M{index}", str(index), f"remark {index}"] for index in range(1, 101)]]
    document = read(tmp_path, _MAKERS[name](rows), "attachment")
    found = EmbeddedEngine().extract(document, parse_fields("article,units:integer,remark"), rows=RowMode.TABLE_ROW)
    assert [row.cells["units"].value for row in found.rows] == list(range(1, 101))
    assert found.rows_in == 100
