"""What format a file is in, told from its first bytes; its name decides only where the content leaves it open."""

from __future__ import annotations

import codecs
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

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
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams of an OLE2 file, by the format they give away, the telling ones first.
_OLE2_STREAMS = (
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/epub+zip": "epub",
}
_OFFICE_FOLDERS = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_LOCAL_HEADER = b"PK\x03\x04"

#: Endings that settle what plain text or an unrecognised container holds.
_ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "text", ".md": "text", ".markdown": "text", ".log": "text",
    ".htm": "html", ".html": "html", ".xhtml": "html", ".xml": "xml", ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".eml": "eml", ".doc": "doc", ".xls": "xls", ".ppt": "ppt", ".msg": "msg",
}  # fmt: skip
_OLE2_ENDINGS = ("doc", "xls", "ppt", "msg")

_STEP = re.compile(rb"\s*ISO-10303-21\s*;")
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)")
_DXF = re.compile(rb"\s*(?:999\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s*\r?\n")
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
_HTML_TAG = re.compile(r"</?(?:html|head|body|table|tr|td|div|span|p|br|h[1-6]|ul|ol|li|a|form|img|meta|script|style)(?:\s[^<>]*)?/?>", re.I)
_XML = re.compile(r"\s*(?:<\?xml\s|<!--|<!DOCTYPE\s|<[A-Za-z_][\w.:-]*(?:\s[^<>]*)?/?>)")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?: |\t|$)")
_MAIL_HEADERS = frozenset(
    "from to cc bcc subject date message-id received return-path mime-version content-type content-transfer-encoding reply-to sender "
    "delivered-to in-reply-to references dkim-signature x-mailer".split()
)
_MIN_MAIL_HEADERS = 3


def sniff(head: bytes, name: str = "") -> str:
    """The format of a file that starts with ``head`` (up to :data:`HEAD_BYTES` of it) and is called ``name``.

    The answer is a name such as ``pdf``, ``csv`` or ``image``, whether or not a reader exists for it, or ``unknown``.
    """
    head = head[:HEAD_BYTES]
    return _of_binary(head, name) or _of_text(head, name) or UNKNOWN


def sniff_file(path: Path, name: str = "") -> str:
    """The same for a file on disk, looking at all members' names where it is an archive."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = sniff(head, name or path.name)
    if found == "zip":
        return _of_archive(path)
    if found == "unknown" and zipfile.is_zipfile(path):
        return _of_archive(path)
    return found


def _of_binary(head: bytes, name: str) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, found in _MAGICS:
        if head.startswith(magic):
            return found
    if head.startswith(_OLE2):
        return _of_ole2(head, name)
    if head.startswith((_LOCAL_HEADER, b"PK\x05\x06", b"PK\x07\x08")):
        return _of_zip_names(_local_names(head), head)
    return _of_less_sure(head)


def _of_less_sure(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image"
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"avif"}:
        return "image"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image"
    if re.match(rb"AC10\d\d\0", head):
        return "dwg"
    if head[257:262] == b"ustar":
        return "tar"
    return _of_cad(head)


def _of_cad(head: bytes) -> str | None:
    if _STEP.match(head):
        schema = _SCHEMA.search(head)
        return "ifc" if schema and schema[1].upper().startswith(b"IFC") else "step"
    return "dxf" if _DXF.match(head) else None


def _of_ole2(head: bytes, name: str) -> str:
    for stream, found in _OLE2_STREAMS:
        if (stream + "\0").encode("utf-16-le") in head:
            return found
    ending = _ending(name)
    return ending if ending in _OLE2_ENDINGS else "ole2"


def _local_names(head: bytes) -> Iterable[str]:
    """Names in the local file headers that the head shows."""
    start = head.find(_LOCAL_HEADER)
    while start >= 0:
        length = int.from_bytes(head[start + 26 : start + 28], "little")
        yield head[start + 30 : start + 30 + length].decode("utf-8", "replace")
        start = head.find(_LOCAL_HEADER, start + 30)


def _of_zip_names(names: Iterable[str], head: bytes) -> str:
    packed = head[:256]
    for mime, found in _ODF.items():
        if b"mimetype" + mime in packed:
            return found
    for name in names:
        folder, slash, _rest = name.partition("/")
        if slash and folder in _OFFICE_FOLDERS:
            return _OFFICE_FOLDERS[folder]
    return "zip"


def _of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    # An archive of unpacked office files is still an archive: only the real thing declares its content types.
    return _of_zip_names(names, b"") if "[Content_Types].xml" in names else "zip"


def _of_text(head: bytes, name: str) -> str | None:
    text = _decoded(head)
    if text is None:
        return None
    if not text.strip():
        return "text"
    for looks_like, found in _TEXT_RULES:
        if looks_like(text):
            return found
    return _ending_of_text(name) or ("csv" if _delimited(text) else "text")


def _decoded(head: bytes) -> str | None:
    """The head as text, or None where it is not text in any encoding told apart here."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if b"\0" in head:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _decoded_as_single_bytes(head)


def _decoded_as_single_bytes(head: bytes) -> str | None:
    controls = sum(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return head.decode("latin-1") if controls * 100 <= len(head) else None


def _is_html(text: str) -> bool:
    return bool(_HTML.match(text)) or (text.lstrip().startswith("<") and not text.lstrip().startswith("<?xml") and _has_html_tags(text))


def _has_html_tags(text: str) -> bool:
    first = _HTML_TAG.match(text.lstrip())
    return first is not None and sum(1 for _ in zip(range(3), _HTML_TAG.finditer(text), strict=False)) == 3  # noqa: PLR2004 - three tags: said here once


def _is_xml(text: str) -> bool:
    return bool(_XML.match(text))


def _is_json(text: str) -> bool:
    stripped = text.lstrip()
    if not stripped.startswith(("{", "[")):
        return False
    first, _newline, rest = stripped.partition("\n")
    return _parses(first) if rest else _parses(stripped) or bool(_JSON_START.match(stripped))


_JSON_START = re.compile(r'\s*(?:\[\s*)*(?:\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|"(?:[^"\\]|\\.)*"\s*[,\]]|-?\d[\d.eE+-]*\s*[,\]]|\]|null|true|false)')


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return bool(_JSON_START.match(text))
    return True


def _is_mail(text: str) -> bool:
    lines = text.lstrip("\r\n").splitlines()
    if lines and lines[0].startswith("From "):
        lines = lines[1:]
    found: set[str] = set()
    for line in lines:
        header = _HEADER.match(line)
        if header is None and not line.startswith((" ", "\t")):
            break
        if header is not None:
            found.add(header[1].lower())
    return len(found & _MAIL_HEADERS) >= _MIN_MAIL_HEADERS


_TEXT_RULES: tuple[tuple[Callable[[str], bool], str], ...] = ((_is_html, "html"), (_is_xml, "xml"), (_is_json, "json"), (_is_mail, "eml"))


def _delimited(text: str) -> bool:
    """Does every line seen have the same number of delimiters, enough lines and columns to be no accident?"""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(text) >= HEAD_BYTES - 1 or len(lines) > 3:
        lines = lines[: max(len(lines) - 1, 1)]
    return len(lines) >= 2 and any(_constant(lines, delimiter) for delimiter in ",;\t|")  # noqa: PLR2004 - two lines make a pattern


def _constant(lines: list[str], delimiter: str) -> bool:
    counts = {_outside_quotes(line).count(delimiter) for line in lines}
    least = 2 if delimiter == "," else 1
    return len(counts) == 1 and counts.pop() >= least


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _ending_of_text(name: str) -> str | None:
    ending = _ending(name)
    return ending if ending in {"csv", "text", "eml"} else None


def _ending(name: str) -> str:
    return _ENDINGS.get(PurePosixPath(name.lower()).suffix, "")
