"""Reading any file: its format told, the format's module loaded, its pages and members handed out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheaf.documents.bounds import check_size
from sheaf.documents.format import Format
from sheaf.documents.limits import Limits
from sheaf.documents.recognition.options import Recognition
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member

if TYPE_CHECKING:
    from sheaf.documents.model import Document

_DEFAULTS = Limits()
_RECOGNITION = Recognition()
#: What to do with a file whose format is known and not read.
_ADVICE = {
    "doc": "Save it as DOCX, ODT or PDF and try again.",
    "ppt": "Save it as PPTX, ODP or PDF and try again.",
    "dwg": "Save it as DXF and try again.",
    "gzip": "Unpack it and try again.",
    "7z": "Unpack it, or pack it as ZIP, and try again.",
    "rar": "Unpack it, or pack it as ZIP, and try again.",
    "tar": "Unpack it, or pack it as ZIP, and try again.",
}


@dataclass(frozen=True, slots=True)
class Formats:
    """Every format there is, and the bounds on what one file may cost; a :class:`sheaf.ports.files.FileReading`."""

    table: Mapping[str, Format]
    limits: Limits = _DEFAULTS
    #: How pages are read that are pictures.
    recognition: Recognition = _RECOGNITION

    def read(self, path: Path, *, name: str) -> Document:
        """Read the file at ``path``, which its owner calls ``name``, into the page model.

        Raises:
            FileProblem: and nothing else, with the category that fits: ``empty``, ``unsupported``, ``encrypted``, ``corrupt``,
                ``too_large`` or ``unsafe``.
        """
        module = self._module(self._format_of(path, name))
        document: Document = module.read(path, self.limits)
        return self._recognised(document, module, path) if any(page.needs_recognition for page in document.pages) else document

    def _recognised(self, document: Document, module: Any, path: Path) -> Document:
        from sheaf.documents.recognition.pages import completed

        return completed(document, lambda numbers: module.pictures(path, numbers, self.limits), self.recognition, self.limits)

    def pictures(self, path: Path, name: str, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Pages of a file (1-based) as they are seen, as PNG, each with its number; none of a format without a look of its own.

        Pages that are damaged are left out, and so are all where the library that draws pictures is not installed.
        """
        module = self._module(self._format_of(path, name))
        if not hasattr(module, "pictures") or find_spec("PIL") is None:
            return
        from sheaf.documents.recognition.picture import png

        for number, picture in zip(numbers, module.pictures(path, numbers, self.limits), strict=False):
            if picture is not None:
                yield number, png(picture)

    def sniff(self, head: bytes, name: str) -> str:
        """The name of a format by a file's first bytes and name."""
        from sheaf.documents import sniff

        return sniff.sniff(head, name)

    def sniff_file(self, path: Path, name: str) -> str:
        """The name of a file's format by the whole of it, whether or not it can be read."""
        from sheaf.documents import sniff

        return sniff.sniff_file(path, name)

    def is_container(self, format_: str) -> bool:
        """Does a file of this format hold files?"""
        return format_ in self.table and (self.table[format_].container or self.table[format_].archive)

    def is_archive(self, format_: str) -> bool:
        """Does a file of this format hold files and nothing else to read?"""
        return format_ in self.table and self.table[format_].archive

    def members(self, path: Path, name: str) -> Iterator[Member]:
        """The files inside the file at ``path``, one level deep; none where its format holds no files.

        Raises:
            FileProblem: as :meth:`read`; also while iterating and while reading a member, when a bound is hit.
        """
        found = self._format_of(path, name)
        if not self.is_container(found):
            return iter(())
        inside: Iterator[Member] = self._module(found).members(path, self.limits)
        return inside

    def _format_of(self, path: Path, name: str) -> str:
        """The format of a file that is there, not empty and not too large."""
        check_size(path, self.limits)
        try:
            return self.sniff_file(path, name)
        except OSError as error:
            raise FileProblem(FailureCategory.FILE_MISSING, "The file cannot be opened.") from error

    def _module(self, format_: str) -> Any:
        if format_ == "encrypted_office":
            raise FileProblem(FailureCategory.ENCRYPTED, "The office file is protected by a password; save it without one and try again.")
        if format_ not in self.table:
            readable = ", ".join(sorted(self.table))
            kind = "this format" if format_ == "unknown" else f"the format {format_}"
            advice = f" {_ADVICE[format_]}" if format_ in _ADVICE else ""
            message = f"Files of {kind} cannot be read; these can: {readable}.{advice}"
            raise FileProblem(FailureCategory.UNSUPPORTED, message, format=format_)
        return import_module(self.table[format_].module)
