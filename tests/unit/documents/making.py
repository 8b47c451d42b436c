"""Small files of every format, made on the spot, and ways to look at what was read from them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from sheaf import bootstrap
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Table
from sheaf.documents.reading_order import lines_of

_WORD_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def read(folder: Path, content: bytes | str, name: str, limits: Limits | None = None) -> Document:
    """Write the content to a file whose own name tells nothing, and read it as ``name``."""
    path = folder / "input"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return bootstrap.formats(limits or Limits()).read(path, name=name)


def lines(page: Page) -> list[str]:
    """The page's lines of words."""
    return [" ".join(word.text for word in line) for line in lines_of(page.words)]


def texts(table: Table) -> list[list[str]]:
    """The table's texts, "" where a cell is absent."""
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """An archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A word-processing document of this body (elements prefixed ``w:``)."""
    document = f"<w:document {_WORD_NAMESPACE}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(parts or {})})


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def pdf(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 200), **options: Any) -> bytes:
    """A PDF drawn by ``draw``; its last page is ended here."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """A PDF after ``change`` has been at it; options are those of saving."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        document.save(buffer, **options)
    return buffer.getvalue()


def odf(kind: str, body: str, parts: Mapping[str, str] | None = None, *, styles: str = "") -> bytes:
    """An OpenDocument file of a kind (``text``, ``spreadsheet``, ``presentation``) with this body and these automatic styles."""
    names = "office text table style draw presentation form svg fo number meta dc manifest".split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    others = {
        name: text.replace("<root", f"<office:root {spaces}").replace("</root", "</office:root") for name, text in (parts or {}).items()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        for name, text in {"content.xml": content, **others}.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def pptx(
    slides: Sequence[str], parts: Mapping[str, str] | None = None, *, relations: Mapping[int, Mapping[str, str]] | None = None
) -> bytes:
    """A presentation whose slides have these shapes (elements prefixed ``p:`` and ``a:``) and relations (kind → target), by number."""
    main = "http://schemas.openxmlformats.org"
    spaces = (
        f'xmlns:p="{main}/presentationml/2006/main" xmlns:a="{main}/drawingml/2006/main" xmlns:r="{main}/officeDocument/2006/relationships"'
    )
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="r{i}"/>' for i, _ in enumerate(slides, start=1))
    size = '<p:sldSz cx="9144000" cy="6858000"/>'
    files = {
        "[Content_Types].xml": _TYPES,
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst>{size}</p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations({f"slide{i}": f"slides/slide{i}.xml" for i, _ in enumerate(slides, start=1)}),
    }
    for i, shapes in enumerate(slides, start=1):
        hidden = ' show="0"' if shapes.startswith("hidden") else ""
        tree = shapes.removeprefix("hidden")
        files[f"ppt/slides/slide{i}.xml"] = f"<p:sld {spaces}{hidden}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"
        files[f"ppt/slides/_rels/slide{i}.xml.rels"] = _relations((relations or {}).get(i, {}))
    others = {name: text.replace("<root", f"<p:root {spaces}").replace("</root", "</p:root") for name, text in (parts or {}).items()}
    return zipped({**files, **others})


def _relations(targets: Mapping[str, str]) -> str:
    kinds = ((kind.rstrip("0123456789"), target) for kind, target in targets.items())
    inner = "".join(f'<Relationship Id="r{i}" Type="x/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(kinds, start=1))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def shape(text: str, *, place: tuple[int, int, int, int] | None = None, kind: str = "") -> str:
    """A slide's shape with paragraphs of text, at left, top, width and height in points, or filling a placeholder of that kind."""
    mark = f'<p:ph type="{kind}"/>' if kind else ""
    x, y, wide, tall = (length * 12_700 for length in place or (0, 0, 0, 0))
    where = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{tall}"/></a:xfrm>' if place else ""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr>{where}</p:spPr>'
        f"<p:txBody>{lines}</p:txBody></p:sp>"
    )


def drawn(lines: Sequence[str], *, size: int = 28, width: int = 480) -> Image.Image:
    """A white picture with these lines of black print under each other."""
    font = ImageFont.truetype(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf", size)
    image = Image.new("RGB", (width, 2 * size * (len(lines) + 1)), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((size, size * (2 * number + 1)), line, font=font, fill="black")
    return image


def picture(lines: Sequence[str], kind: str, *more: Sequence[str]) -> bytes:
    """A file with a picture of these lines, and one of each further page's where the kind (``PNG``, ``TIFF`` …) holds many."""
    buffer = io.BytesIO()
    further = [drawn(page) for page in more]
    drawn(lines).save(buffer, kind, **({"save_all": True, "append_images": further} if further else {}))
    return buffer.getvalue()
