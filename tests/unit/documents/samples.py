"""A small sound file of every format: what the tests damage, and what ``tools.fuzz`` begins with.

A format of the catalogue has its line in :data:`MAKERS`; the tests that read every format, damage its files and bound what they cost
follow from it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache

import openpyxl

from tests.unit.documents.compound import compound, message, part, workbook
from tests.unit.documents.heic import PICTURE
from tests.unit.documents.making import docx, odf, paragraph, pdf, picture, pptx, shape, zipped


@cache
def sample(name: str) -> bytes:
    """The sample of a format."""
    return MAKERS[name]()


def _mail() -> bytes:
    head = "From: a@b\nTo: c@d\nSubject: =?utf-8?q?x?=\nContent-Type: multipart/mixed; boundary=b\n\n"
    return (head + "--b\n\ntext\n--b\nContent-Type: text/html\n\n<p>x</p>\n--b--\n").encode()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Sum"])
    book.active.append(["Bolt", 5])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(name: str) -> str:
    return f"<w:tbl><w:tr><w:tc>{paragraph(name)}</w:tc></w:tr></w:tbl>"


_P = '<text:p text:style-name="x">one<text:s text:c="2"/>two</text:p>'
_SHEET = (
    '<table:table table:name="Data"><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" '
    'office:value="1.5"><text:p>1,5</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2"/>'
    "<table:covered-table-cell/></table:table-row></table:table>"
)


def _drawing() -> bytes:
    tags = [
        (0, "SECTION"), (2, "ENTITIES"),
        (0, "TEXT"), (8, "0"), (10, 1.0), (20, 2.0), (40, 2.5), (1, "Scale 1:5"),
        (0, "LINE"), (8, "0"), (10, 0.0), (20, 0.0), (11, 50.0), (21, 0.0),
        (0, "ENDSEC"), (0, "EOF"),
    ]  # fmt: skip
    return "".join(f"{code:3}\n{value}\n" for code, value in tags).encode()


def exchange(schema: str, *instances: str) -> bytes:
    """A file in the syntax of ISO 10303-21 with these instances."""
    head = f"FILE_DESCRIPTION((''),'2;1');\nFILE_NAME('a','2026-01-02',('b'),('c'),'','d','');\nFILE_SCHEMA(('{schema}'));"
    return f"ISO-10303-21;\nHEADER;\n{head}\nENDSEC;\nDATA;\n{chr(10).join(instances)}\nENDSEC;\nEND-ISO-10303-21;\n".encode()


def _part() -> bytes:
    return exchange("AUTOMOTIVE_DESIGN", "#1=PRODUCT('A-1','Plate','',(#9));", "#2=PRODUCT_DEFINITION_FORMATION('B','',#1);")


def _model() -> bytes:
    wall = "#2=IFCWALL('7YvctVUKr0kugbFTf53O9L',$,'W1',$,$,#3,$,'T');"
    storey = "#4=IFCBUILDINGSTOREY('8YvctVUKr0kugbFTf53O9L',$,'EG',$,$,#3,$,$,.ELEMENT.,0.);"
    inside = "#5=IFCRELCONTAINEDINSPATIALSTRUCTURE('9YvctVUKr0kugbFTf53O9L',$,$,$,(#2),#4);"
    return exchange("IFC4", wall, "#3=IFCLOCALPLACEMENT($,$);", storey, inside)


MAKERS: Mapping[str, Callable[[], bytes]] = {
    "csv": lambda: b'a;b\n"x\ny";1\n',
    "docx": lambda: docx(paragraph("text") + _table("cell")),
    "dxf": _drawing,
    "eml": _mail,
    "heic": lambda: PICTURE,
    "html": lambda: b"<!doctype html><style>p{display:flex}</style><table><tr><td rowspan=2>a<td>b<tr><td>c</table><p>d",
    "ifc": _model,
    "image": lambda: picture(["Total 5"], "PNG"),
    "json": lambda: b'{"a": [{"b": 1.5, "c": null}, {"b": "x"}]}',
    "msg": lambda: compound(message({0x0037: "x", 0x1000: "text"}, attachments=[part({0x3707: "a.txt"}, binaries={0x3701: b"a"})])),
    "odp": lambda: odf("presentation", f"<draw:page><draw:frame><draw:text-box>{_P}</draw:text-box></draw:frame></draw:page>"),
    "ods": lambda: odf("spreadsheet", _SHEET),
    "odt": lambda: odf("text", _P + _SHEET),
    "pdf": lambda: pdf(lambda canvas: canvas.drawString(20, 100, "Total 5")),
    "pptx": lambda: pptx([shape("Title", place=(50, 50, 300, 60), kind="title"), shape("two\nlines")]),
    "step": _part,
    "tiff": lambda: picture(["Total 5"], "TIFF", ["Page 2"]),
    "rtf": lambda: rb"{\rtf1\ansi Gr\'f6\u8364?\par\trowd\cellx9\cellx99\clvmgf a\cell b\cell\row{\header h}}",
    "text": lambda: "Größe: 5\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode("cp1252"),
    "xls": lambda: workbook(["Item", "Sum"], ["Bolt", 5.5, True]),
    "xlsx": _workbook,
    "xml": lambda: b'<?xml version="1.0"?><a x="1"><b>1</b><b>2</b></a>',
    "zip": lambda: zipped({"a.txt": "x", "b/c.txt": "y"}),
}
