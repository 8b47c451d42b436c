"""Pictures from outside, opened within bounds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.recognition.picture import Picture
from sheaf.domain.errors import FailureCategory, FileProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

#: A picture with more pixels than this is made smaller on opening: an A4 page at 400 dpi has as many.
_KEPT = 16_000_000
_WHITE = (255, 255, 255)
_ORIENTATION = 274
#: The transposition (``PIL.Image.Transpose``) that undoes each orientation.
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
_SIDEWAYS = frozenset({5, 6, 7, 8})


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Image.Image]:
    """The picture at ``path``, its first frame chosen and nothing decoded yet.

    Raises:
        FileProblem: ``corrupt`` or ``too_large``, also for what is done with it inside the block.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        # A picture of many pixels is measured below; until then nothing of it is in memory.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                check_pixels(image, limits)
                yield image
    except Image.DecompressionBombError as error:
        raise FileProblem(FailureCategory.TOO_LARGE, "The picture has far more pixels than are read.") from error
    except UnidentifiedImageError as error:
        raise _damaged() from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, ArithmeticError) as error:
        # Pillow's readers of some forty formats fail in as many ways on damaged files.
        raise _damaged() from error


def check_pixels(image: Image.Image, limits: Limits) -> None:
    """Raise FileProblem (``too_large``) for more pixels than are read."""
    pixels = image.width * image.height
    if pixels > limits.max_pixels:
        raise too_large("The picture", pixels, limits.max_pixels, "pixels")


def shown_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as viewers show it, in pixels."""
    width, height = image.size
    return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def picture_of(image: Image.Image) -> Picture:
    """The frame that is chosen, upright as its camera says, on white, and no larger than is worth reading; in units of its own pixels."""
    from PIL import Image

    size, orientation = image.size, _orientation(image)
    factor = min((_KEPT / (image.width * image.height)) ** 0.5, 1.0)
    image.draft("RGB", (math.ceil(image.width * factor), math.ceil(image.height * factor)))
    plain = _smaller(_plain(image))
    turn = _TURNS.get(orientation)
    upright = plain.transpose(Image.Transpose(turn)) if turn is not None else plain
    return Picture(np.ascontiguousarray(np.asarray(upright)[:, :, ::-1]), size[0] / plain.width)


def _orientation(image: Image.Image) -> int:
    """How the camera was held: EXIF 2.32, tag 274; a TIFF is turned by Pillow itself."""
    return 1 if image.format == "TIFF" else int(image.getexif().get(_ORIENTATION, 1))


def _smaller(image: Image.Image) -> Image.Image:
    from PIL import Image

    factor = (_KEPT / (image.width * image.height)) ** 0.5
    if factor >= 1:
        return image
    size = (max(round(image.width * factor), 1), max(round(image.height * factor), 1))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _plain(image: Image.Image) -> Image.Image:
    """Red, green and blue of eight bits, on white paper."""
    from PIL import Image

    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _from_depth(np.asarray(image, dtype=np.float32))
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", image.size, _WHITE)
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _from_depth(values: NDArray[np.float32]) -> Image.Image:
    """A picture of more than 256 greys, from its darkest to its lightest."""
    from PIL import Image

    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    greys = ((finite - low) * (255.0 / ((high - low) or 1.0))).astype(np.uint8)
    return Image.fromarray(greys).convert("RGB")


def _damaged() -> FileProblem:
    return FileProblem(FailureCategory.CORRUPT, "The picture is damaged and cannot be opened.")
