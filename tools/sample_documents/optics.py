"""What a scanner and a camera make of a page: turned, noisy, in another light. The same bytes each time."""

from __future__ import annotations

import io
from typing import TypeAlias

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Floats: TypeAlias = NDArray[np.float64]

POINTS = 72


def scanned(pdf: bytes, *, dpi: int = 150, angle: float = 1.1, noise: int = 9, title: str) -> bytes:
    """The first page as a scanner hands it over: a grey picture in a PDF without text, laid in a little askew."""
    page = _drawn(pdf, dpi).convert("L")
    askew = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.4))
    grey = _noisy(np.asarray(askew, dtype=np.float64) * 0.88 + 18, noise)
    buffer = io.BytesIO()
    width, height = page.width * POINTS / dpi, page.height * POINTS / dpi
    canvas = Canvas(buffer, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.drawImage(ImageReader(io.BytesIO(_jpeg(Image.fromarray(grey), 45))), 0, 0, width, height)
    canvas.save()
    return buffer.getvalue()


def photographed(pdf: bytes, *, dpi: int = 170, angle: float = -4.0, noise: int = 14) -> bytes:
    """The first page as a telephone sees it: on a dark table, in a light that falls off, held sideways as its EXIF data says."""
    page = _drawn(pdf, dpi)
    table = Image.new("RGB", (page.width + 160, page.height + 140), (92, 68, 52))
    table.paste(page, (80, 70))
    seen = _leaning(table.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(92, 68, 52)))
    light = _light(seen.width, seen.height)[:, :, np.newaxis]
    pixels = _noisy(np.asarray(seen.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64) * light * np.array([1.0, 0.97, 0.9]), noise)
    exif = Image.Exif()
    exif[274] = 6
    return _jpeg(Image.fromarray(pixels).transpose(Image.Transpose.ROTATE_90), 62, exif)


def _drawn(pdf: bytes, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pixels = document[0].render(scale=dpi / POINTS).to_numpy()
        return Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))
    finally:
        document.close()


def _leaning(image: Image.Image) -> Image.Image:
    """Seen from a little below: the far edge is shorter than the near one."""
    width, height, lean = image.width, image.height, 0.03
    # x' = (ax + by + c) / (gx + hy + 1), as Pillow takes it: from the result back to the picture.
    a = 1 + 2 * lean
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, (a, lean * width / height, -lean * width, 0, a, 0, 0, 2 * lean / height)
    )


def _light(width: int, height: int) -> Floats:
    """How bright each place is: brightest near the top left, darkest at the lower right."""
    down, across = np.mgrid[0:height, 0:width]
    light: Floats = 1.02 - 0.38 * (0.45 * across / width + 0.55 * down / height)
    return light


def _noisy(values: Floats, noise: int) -> NDArray[np.uint8]:
    grain = np.random.default_rng(7).integers(-noise, noise, values.shape, endpoint=True)
    return np.clip(values + grain, 0, 255).astype(np.uint8)


def _jpeg(image: Image.Image, quality: int, exif: Image.Exif | None = None) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **({"exif": exif} if exif is not None else {}))
    return buffer.getvalue()
