"""Pictures and scans: every kind of picture, pages in TIFF and PDF, and what cannot or must not be read."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin
from reportlab.lib.utils import ImageReader

from sheaf import bootstrap
from sheaf.documents import heif
from sheaf.documents.limits import Limits
from sheaf.documents.reading import Formats
from sheaf.documents.recognition import models
from sheaf.documents.recognition.options import Recognition
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.heic import PICTURE as HEIC
from tests.unit.documents.making import drawn, lines, pdf, picture, read

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

TEXT = "Total 2,611.60"


@pytest.fixture
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were not installed."""
    monkeypatch.setattr(models, "_LIBRARIES", ("no_such_library",))


def _as(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _scan(canvas: Canvas, text: str, *, width: float = 480, height: float = 112) -> None:
    canvas.drawImage(ImageReader(drawn([text])), 0, 0, width, height)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_pictures_of_every_kind_are_one_page(tmp_path: Path, kind: str) -> None:
    """Whatever the file is called, its picture is read, in pixels."""
    page = read(tmp_path, picture([TEXT], kind), "attachment").pages[0]
    assert lines(page) == [TEXT]
    assert (page.width, page.height) == (480, 112)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_depth_are_read(tmp_path: Path, mode: str) -> None:
    """Fax black and white, greys of sixteen bits, printers' inks, and print on a see-through sheet."""
    plain = drawn([TEXT])
    if mode == "I;16":
        image = Image.fromarray(np.asarray(plain.convert("L"), dtype=np.uint16) * 16)
    elif mode in {"RGBA", "LA"}:
        image = Image.new(mode, plain.size, 0)
        image.paste("black", mask=plain.convert("L").point(lambda value: 255 - value))
    else:
        image = plain.convert(mode)
    assert lines(read(tmp_path, _as(image, "TIFF" if mode == "CMYK" else "PNG"), "a").pages[0]) == [TEXT]


@pytest.mark.parametrize(("orientation", "turned"), [(3, 180), (6, 90), (8, 270)])
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path, kind: str, orientation: int, turned: int) -> None:
    """What viewers show upright is upright: its size, its words, and no further turn is needed."""
    exif = Image.Exif()
    exif[274] = orientation
    page = read(tmp_path, _as(drawn([TEXT]).rotate(turned, expand=True), kind, exif=exif), "a").pages[0]
    assert (lines(page), page.width, page.height, page.turn) == ([TEXT], 480, 112, None)


def test_a_telephones_photograph_is_read_upright(tmp_path: Path) -> None:
    """HEIC lies in the file as the camera was held; its page and words are as viewers show it."""
    page = read(tmp_path, HEIC, "IMG_0001").pages[0]
    assert (lines(page), page.width, page.height, page.turn) == (["Total 5"], 200, 84, None)


def test_without_its_library_a_heic_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install, and what to do without."""
    heif._library.cache_clear()
    monkeypatch.setattr(heif, "_MODULE", "no_such_library")
    with pytest.raises(FileProblem, match=r"pip install 'sheaf\[heic,ocr\]'.*JPEG") as problem:
        read(tmp_path, HEIC, "a.heic")
    assert problem.value.category is FailureCategory.UNSUPPORTED


def test_a_heic_of_another_depth_than_it_says_is_read_as_it_is(tmp_path: Path) -> None:
    """The header is not believed where memory depends on it: here it says ten bits of a picture of eight."""
    start = HEIC.index(b"hvcC") + 4
    claimed = bytearray(HEIC)
    claimed[start + 17 : start + 19] = bytes([0xFA, 0xFA])
    assert lines(read(tmp_path, bytes(claimed), "a").pages[0]) == ["Total 5"]


def test_a_heic_of_a_coding_that_is_not_read_says_so(tmp_path: Path) -> None:
    """Its container may hold pictures of other coders."""
    with pytest.raises(FileProblem, match="Save it as JPEG") as problem:
        read(tmp_path, HEIC.replace(b"hvc1", b"jpeg"), "a.heic")
    assert problem.value.category is FailureCategory.UNSUPPORTED


def test_a_heic_of_too_many_pixels_is_not_opened(tmp_path: Path) -> None:
    """It is measured before it is decoded, by us and by the library."""
    for content in (HEIC, HEIC.replace(struct.pack(">II", 84, 200), struct.pack(">II", 60_000, 60_000))):
        with pytest.raises(FileProblem) as problem:
            read(tmp_path, content, "a.heic", Limits(max_pixels=200 * 84 - 1))
        assert problem.value.category is FailureCategory.TOO_LARGE


def test_every_page_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    """Each with its number, size and words; files of the format are counted by pages."""
    document = read(tmp_path, picture(["First 11"], "TIFF", ["Second 22", "of two"]), "fax")
    assert [(page.number, lines(page)) for page in document.pages] == [(1, ["First 11"]), (2, ["Second 22", "of two"])]


def test_a_damaged_page_of_a_tiff_leaves_the_others(tmp_path: Path) -> None:
    """What can be read is read, and the notes name what cannot."""
    content = picture(["First 11"], "TIFF", ["Second 22"])
    # Strips are written in the pages' order: the second page's are cut off, its directory is not.
    with Image.open(io.BytesIO(content)) as image:
        image.seek(1)
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        offset = image.tag_v2[273][0]
    document = read(tmp_path, content.replace(struct.pack("<L", offset), struct.pack("<L", 2**31)), "fax")
    assert lines(document.pages[0]) == ["First 11"]
    assert [page.needs_recognition for page in document.pages] == [False, True]
    assert document.notes == ["Page 2 was not read: the picture is damaged."]


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    """Pages with text keep it, pages that are pictures are recognised, in points and in place, below what is stamped on them."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 60, "This page has all the text it needs.")
        canvas.showPage()
        _scan(canvas, TEXT, width=240, height=56)
        canvas.drawString(20, 90, "p. 2")

    text, scan = read(tmp_path, pdf(draw, size=(300, 112)), "a.pdf").pages
    assert lines(text) == ["This page has all the text it needs."]
    assert lines(scan) == ["p. 2", TEXT]
    total = next(word for word in scan.words if word.text == "Total")
    assert (scan.width, scan.height) == (300, 112)
    assert total.box.x0 == pytest.approx(14, abs=2)
    assert total.box.y1 == pytest.approx(88, abs=4)
    assert total.confidence > 0.9


def test_a_scan_beneath_a_header_of_text_is_read_too(tmp_path: Path) -> None:
    """A picture that fills the page is a scan, though somebody printed a line of text over it."""

    def draw(canvas: Canvas) -> None:
        _scan(canvas, TEXT)
        canvas.drawString(20, 100, "Case 1:26-cv-00117 Document 14-2 Page 3 of 9")

    assert lines(read(tmp_path, pdf(draw, size=(480, 112)), "a.pdf").pages[0]) == ["Case 1:26-cv-00117 Document 14-2 Page 3 of 9", TEXT]


@pytest.mark.usefixtures("without_recognition")
def test_without_recognition_pages_with_text_are_read(tmp_path: Path) -> None:
    """The notes name the pages that were not read, and what to install."""

    def draw(canvas: Canvas) -> None:
        for _ in range(2):
            _scan(canvas, TEXT)
            canvas.showPage()
        canvas.drawString(20, 60, "This page has all the text it needs.")

    document = read(tmp_path, pdf(draw), "a.pdf")
    assert lines(document.pages[2]) == ["This page has all the text it needs."]
    assert document.notes == ["Pages 1-2 were not read: text recognition is not installed. Install it with: pip install 'sheaf[ocr]'."]


@pytest.mark.usefixtures("without_recognition")
@pytest.mark.parametrize("name", ["png", "tiff", "pdf"])
def test_without_recognition_a_picture_says_so(tmp_path: Path, name: str) -> None:
    """Reading nothing of it must not look like reading nothing in it."""
    content = pdf(lambda canvas: _scan(canvas, TEXT)) if name == "pdf" else picture([TEXT], name.upper())
    with pytest.raises(FileProblem, match="text recognition is not installed") as problem:
        read(tmp_path, content, f"a.{name}")
    assert problem.value.category is FailureCategory.UNSUPPORTED


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a kilobyte that claims to be as large as this."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(2**16))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_001, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_not_opened(tmp_path: Path, size: tuple[int, int]) -> None:
    """A few bytes cannot ask for gigabytes."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, _bomb(*size), "a.png")
    assert problem.value.category is FailureCategory.TOO_LARGE


def test_a_tiff_of_too_many_pages_is_not_read(tmp_path: Path) -> None:
    """Pages are bounded as in every other format."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, picture(["a"], "TIFF", ["b"], ["c"]), "a.tif", Limits(max_pages=2))
    assert problem.value.category is FailureCategory.TOO_LARGE


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "HEIC"])
def test_a_truncated_picture_is_corrupt(tmp_path: Path, kind: str) -> None:
    """Half a file is no picture."""
    content = HEIC if kind == "HEIC" else picture([TEXT], kind)
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content[: len(content) // 2], "a")
    assert problem.value.category is FailureCategory.CORRUPT


def test_more_words_than_a_file_may_hold_are_refused(tmp_path: Path) -> None:
    """Recognised words count as any others."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, picture([TEXT], "PNG"), "a.png", Limits(max_words=1))
    assert problem.value.category is FailureCategory.TOO_LARGE


def test_what_time_is_left_over_for_is_told(tmp_path: Path) -> None:
    """With no time at all a scan fails as late; a page is not begun that there is no time for."""
    path = tmp_path / "input"
    path.write_bytes(picture([TEXT], "TIFF", ["Page 2"]))
    known = bootstrap.formats()
    with pytest.raises(FileProblem, match="Pages 1-2 were not read") as problem:
        Formats(known.table, recognition=Recognition(document_seconds=-1.0)).read(path, name="a.tif")
    assert problem.value.category is FailureCategory.TIMEOUT
    document = Formats(known.table, recognition=Recognition(page_seconds=-1.0)).read(path, name="a.tif")
    assert document.notes == ["Pages 1-2 were not read to the end: recognition took too long."]
