"""Reading any file: its format told, the format's module loaded, its pages and members handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from sheaf.documents.bounds import check_size
from sheaf.documents.model import Document, Limits, Member
from sheaf.documents.sniff import sniff_file
from sheaf.domain.errors import FailureCategory, FileProblem

#: Format name → the module that reads it, imported on first use.
FORMATS: dict[str, str] = {
    "csv": "sheaf.documents.formats.csv",
    "docx": "sheaf.documents.formats.docx",
    "eml": "sheaf.documents.formats.eml",
    "html": "sheaf.documents.formats.html",
    "json": "sheaf.documents.formats.json",
    "pdf": "sheaf.documents.formats.pdf",
    "text": "sheaf.documents.formats.text",
    "xml": "sheaf.documents.formats.xml",
    "xlsx": "sheaf.documents.formats.xlsx",
    "zip": "sheaf.documents.formats.zip",
}
#: The formats whose files hold files; their modules have ``members`` too.
CONTAINERS = frozenset({"zip", "eml"})
#: The containers that hold nothing but their members.
ARCHIVES = frozenset({"zip"})

_DEFAULTS = Limits()


def read_document(path: Path, *, name: str, limits: Limits = _DEFAULTS) -> Document:
    """Read the file at ``path``, which its owner calls ``name``, into the page model.

    Raises:
        FileProblem: and nothing else, with the category that fits: ``empty``, ``unsupported``, ``encrypted``, ``corrupt``,
            ``too_large`` or ``unsafe``.
    """
    found = format_of(path, name=name, limits=limits)
    read: Callable[[Path, Limits], Document] = _module(found).read
    return read(path, limits)


def members(path: Path, *, name: str, limits: Limits = _DEFAULTS) -> Iterator[Member]:
    """The files inside the file at ``path``, one level deep; none where its format holds no files.

    Raises:
        FileProblem: as :func:`read_document`; also while iterating and while reading a member, when a bound is hit.
    """
    found = format_of(path, name=name, limits=limits)
    if not is_container(found):
        return iter(())
    inside: Iterator[Member] = _module(found).members(path, limits)
    return inside


def is_container(format_name: str) -> bool:
    """Does a file of this format hold files?"""
    return format_name in CONTAINERS


def is_archive(format_name: str) -> bool:
    """Does a file of this format hold files and nothing else to read?"""
    return format_name in ARCHIVES


def format_of(path: Path, *, name: str, limits: Limits = _DEFAULTS) -> str:
    """The name of the file's format, whether or not it can be read.

    Raises:
        FileProblem: ``file_missing``, ``empty`` or ``too_large``.
    """
    check_size(path, limits)
    try:
        return sniff_file(path, name)
    except OSError as error:
        raise FileProblem(FailureCategory.FILE_MISSING, "The file cannot be opened.") from error


def _module(format_name: str) -> Any:
    if format_name == "encrypted_office":
        raise FileProblem(FailureCategory.ENCRYPTED, "The office file is protected by a password; save it without one and try again.")
    if format_name not in FORMATS:
        readable = ", ".join(sorted(FORMATS))
        message = f"Files of the format {format_name} cannot be read; these can: {readable}."
        raise FileProblem(FailureCategory.UNSUPPORTED, message, format=format_name)
    return import_module(FORMATS[format_name])
