"""What format a file is in, told from its first bytes; its name decides only where the content leaves it open."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sheaf.documents.archives import ERRORS, zipfile_of
from sheaf.documents.limits import Limits
from sheaf.documents.sniff_text import format_of_text
from sheaf.domain.errors import FileProblem

#: How much of a file :func:`sniff` looks at.
HEAD_BYTES = 64 * 1024

UNKNOWN = "unknown"

_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"AutoCAD Binary DXF", "dxf"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\x00", "sqlite"),
)
_LATER_MAGICS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image"),
    (re.compile(rb".{4}ftyp(?:avif|avis)", re.DOTALL), "image"),
    (re.compile(rb".{4}ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.DOTALL), "heic"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "image"),
    (re.compile(rb"AC10\d\d\0"), "dwg"),
    (re.compile(rb".{257}ustar", re.DOTALL), "tar"),
    (re.compile(rb"\s*(?:999\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s*\r?\n"), "dxf"),
)
_PDF_WITHIN = 1024
_STEP = re.compile(rb"\s*ISO-10303-21\s*;")
_STEP_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)")

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams of an OLE2 file by the format they give away, the telling ones first. A word file in one may hold a sheet in another.
_OLE2_STREAMS = (
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_OLE2_ENDINGS = {".doc": "doc", ".xls": "xls", ".ppt": "ppt", ".msg": "msg"}

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_LOCAL_HEADER = b"PK\x03\x04"
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/epub+zip": "epub",
}
_LONGEST_TYPE = 200
_OFFICE_FOLDERS = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_OFFICE_MAIN_PARTS = {"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"}
_OFFICE_MARK = "[Content_Types].xml"


def sniff(head: bytes, name: str = "") -> str:
    """The format of a file that starts with ``head`` (up to :data:`HEAD_BYTES` of it) and is called ``name``.

    The answer is a name such as ``pdf``, ``csv`` or ``image``, whether or not a reader exists for it, or ``unknown``.
    """
    head = head[:HEAD_BYTES]
    return _of_binary(head, name) or format_of_text(head, name, whole=len(head) < HEAD_BYTES) or UNKNOWN


def sniff_file(path: Path, name: str = "") -> str:
    """The same for a file on disk; where it holds parts, all of their names decide, not only the first ones."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = sniff(head, name or path.name)
    if head.startswith(_OLE2):
        return _of_compound(path) or found
    return _of_archive(path) if found == "zip" else found


def _of_binary(head: bytes, name: str) -> str | None:
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "pdf"
    if head.startswith(_OLE2):
        return _of_ole2(head, name)
    if head.startswith(_ZIP_STARTS):
        return _of_zip(head)
    if _STEP.match(head):
        schema = _STEP_SCHEMA.search(head)
        return "ifc" if schema and schema[1].upper().startswith(b"IFC") else "step"
    return _of_magic(head)


def _of_magic(head: bytes) -> str | None:
    for magic, found in _MAGICS:
        if head.startswith(magic):
            return found
    return next((found for pattern, found in _LATER_MAGICS if pattern.match(head)), None)


def _of_ole2(head: bytes, name: str) -> str:
    for stream, found in _OLE2_STREAMS:
        if f"{stream}\0".encode("utf-16-le") in head:
            return found
    return _OLE2_ENDINGS.get(PurePosixPath(name.lower()).suffix, "ole2")


def _of_compound(path: Path) -> str | None:
    """A compound file by the streams in it, whose names may stand at its very end."""
    from sheaf.documents import compound

    try:
        with compound.opened(path, Limits()) as (_file, names):
            streams = {name[0] for name in names}
    except FileProblem:
        # Whoever reads it will say what is wrong with it.
        return None
    return next((found for stream, found in _OLE2_STREAMS if stream in streams), None)


def _of_zip(head: bytes) -> str:
    start = head[:256]
    for mimetype, found in _MIMETYPES.items():
        if b"mimetype" + mimetype in start:
            return found
    return _of_members(set(_local_names(head)))


def _of_members(names: set[str]) -> str:
    """An office file by its parts; an archive that merely has a folder called ``word`` stays an archive."""
    if _OFFICE_MARK not in names and not names & _OFFICE_MAIN_PARTS:
        return "zip"
    folders = (name.partition("/")[0] for name in sorted(names) if "/" in name)
    return next((_OFFICE_FOLDERS[folder] for folder in folders if folder in _OFFICE_FOLDERS), "zip")


def _local_names(head: bytes) -> Iterator[str]:
    """Names in the local file headers that the head shows."""
    start = head.find(_LOCAL_HEADER)
    while start >= 0:
        length = int.from_bytes(head[start + 26 : start + 28], "little")
        yield head[start + 30 : start + 30 + length].decode("utf-8", "replace")
        start = head.find(_LOCAL_HEADER, start + 30)


def _of_archive(path: Path) -> str:
    try:
        with zipfile_of(path, Limits()) as archive:
            return _of_type(archive) or _of_members(set(archive.namelist()))
    except (*ERRORS, FileProblem):
        # Whoever reads it as an archive will say what is wrong with it.
        return "zip"


def _of_type(archive: zipfile.ZipFile) -> str | None:
    """An OpenDocument file by the type inside it, wherever and however that is packed."""
    if "mimetype" not in archive.namelist():
        return None
    with archive.open("mimetype") as file:
        declared = file.read(_LONGEST_TYPE)
    return next((found for mimetype, found in _MIMETYPES.items() if declared.startswith(mimetype)), None)
