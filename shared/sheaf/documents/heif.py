"""HEIF pictures coded as HEVC, which telephones call HEIC (ISO/IEC 23008-12), by the C interface of libheif.

See https://github.com/strukturag/libheif, libheif/api/libheif/heif*.h. Only the libraries in pi-heif's wheel are used, not its own code:
that believes what the file's header says of the depth of colours, and writes beyond its memory where the picture has another. libheif
says what its planes are, and so is asked itself. Everything heavy is loaded with the first picture.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_uint8, c_void_p
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.recognition.picture import Pixels
from sheaf.domain.errors import FailureCategory, FileProblem

#: The extension module of pi-heif: it finds the libraries that lie beside it.
_MODULE = "_pi_heif"
_DISTRIBUTION = "pi-heif"
#: heif_colorspace_RGB, and heif_chroma_interleaved_RGB with heif_channel_interleaved: eight bits each, whatever the file has.
_RGB, _INTERLEAVED, _CHANNEL = 1, 10, 10
#: heif_error_Unsupported_filetype, …_Unsupported_feature, …_Plugin_loading_error (a coder that was not built in);
#: heif_suberror_Security_limit_exceeded.
_UNSUPPORTED = frozenset({3, 4, 11})
_LIMIT_EXCEEDED = 1000


class _Error(ctypes.Structure):
    """``struct heif_error``."""

    _fields_ = [("code", c_int), ("subcode", c_int), ("message", c_char_p)]  # type: ignore[mutable-override]  # as ctypes wants them


#: Function to what it answers and takes.
_FUNCTIONS: dict[str, tuple[type | None, tuple[Any, ...]]] = {
    "heif_context_alloc": (c_void_p, ()),
    "heif_context_free": (None, (c_void_p,)),
    "heif_context_set_max_decoding_threads": (None, (c_void_p, c_int)),
    "heif_context_set_maximum_image_size_limit": (None, (c_void_p, c_int)),
    "heif_context_read_from_file": (_Error, (c_void_p, c_char_p, c_void_p)),
    "heif_context_get_primary_image_handle": (_Error, (c_void_p, POINTER(c_void_p))),
    "heif_image_handle_get_width": (c_int, (c_void_p,)),
    "heif_image_handle_get_height": (c_int, (c_void_p,)),
    "heif_image_handle_release": (None, (c_void_p,)),
    "heif_decode_image": (_Error, (c_void_p, POINTER(c_void_p), c_int, c_int, c_void_p)),
    "heif_image_get_width": (c_int, (c_void_p, c_int)),
    "heif_image_get_height": (c_int, (c_void_p, c_int)),
    "heif_image_get_plane_readonly": (c_void_p, (c_void_p, c_int, POINTER(c_int))),
    "heif_image_release": (None, (c_void_p,)),
}


def installed() -> bool:
    """Whether the extra is there, without loading it."""
    return find_spec(_MODULE) is not None


def size_of(path: Path, limits: Limits) -> tuple[int, int]:
    """Width and height of the file's main picture as it is shown, in pixels.

    Raises:
        FileProblem: ``corrupt``, ``too_large``, or ``unsupported`` for a coding that is not read.
    """
    with _main_picture(path, limits) as (_, size):
        return size


def pixels_of(path: Path, limits: Limits) -> Pixels:
    """The main picture as it is shown: height × width × red, green and blue; raises FileProblem as :func:`size_of`."""
    with _main_picture(path, limits) as (handle, _):
        image = c_void_p()
        _check(_library().heif_decode_image(handle, byref(image), _RGB, _INTERLEAVED, None))
        try:
            return _plane(image)
        finally:
            _library().heif_image_release(image)


@contextmanager
def _main_picture(path: Path, limits: Limits) -> Iterator[tuple[c_void_p, tuple[int, int]]]:
    """The handle of the main picture and its size, nothing decoded yet."""
    library = _library()
    context = library.heif_context_alloc()
    try:
        library.heif_context_set_max_decoding_threads(context, 1)
        library.heif_context_set_maximum_image_size_limit(context, math.isqrt(limits.max_pixels))
        _check(library.heif_context_read_from_file(context, os.fsencode(path), None))
        handle = c_void_p()
        _check(library.heif_context_get_primary_image_handle(context, byref(handle)))
        try:
            yield handle, _size(handle, limits)
        finally:
            library.heif_image_handle_release(handle)
    finally:
        library.heif_context_free(context)


def _size(handle: c_void_p, limits: Limits) -> tuple[int, int]:
    width, height = _library().heif_image_handle_get_width(handle), _library().heif_image_handle_get_height(handle)
    if width * height > limits.max_pixels:
        raise too_large("The picture", width * height, limits.max_pixels, "pixels")
    if width <= 0 or height <= 0:
        raise _damaged()
    return width, height


def _plane(image: c_void_p) -> Pixels:
    """A copy of the decoded pixels: rows lie ``stride`` bytes apart."""
    library, stride = _library(), c_int()
    width, height = library.heif_image_get_width(image, _CHANNEL), library.heif_image_get_height(image, _CHANNEL)
    start = library.heif_image_get_plane_readonly(image, _CHANNEL, byref(stride))
    if not start or width <= 0 or height <= 0 or stride.value < 3 * width:
        raise _damaged()
    rows = np.frombuffer((c_uint8 * (stride.value * height)).from_address(start), dtype=np.uint8).reshape(height, stride.value)
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def _check(error: _Error) -> None:
    """Raise FileProblem for anything but success; what the library says of it may quote the file, and is not repeated."""
    if error.code == 0:
        return
    if error.subcode == _LIMIT_EXCEEDED:
        raise FileProblem(FailureCategory.TOO_LARGE, "The picture has more pixels or parts than are read.")
    if error.code in _UNSUPPORTED:
        raise FileProblem(
            FailureCategory.UNSUPPORTED, "The HEIC picture is coded in a way that is not read. Save it as JPEG and try again."
        )
    raise _damaged()


def _damaged() -> FileProblem:
    return FileProblem(FailureCategory.CORRUPT, "The picture is damaged and cannot be opened.")


@cache
def _library() -> Any:
    """libheif, with its functions declared.

    Raises:
        FileProblem: ``unsupported`` where it is not installed.
    """
    if not installed():
        message = (
            "HEIC pictures are read by a library that is not installed. Install it with: pip install 'sheaf[heic,ocr]'. "
            "Or save the picture as JPEG and try again."
        )
        raise FileProblem(FailureCategory.UNSUPPORTED, message)
    import_module(_MODULE)
    found = next(file for file in metadata.files(_DISTRIBUTION) or () if file.name.startswith("libheif"))
    library = ctypes.CDLL(str(found.locate()))
    for name, (answer, takes) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, takes
    return library
