"""Which textual format a text is in: HTML, XML, JSON, mail, delimited values or plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple

from sheaf.documents.encoding import encoding_of

#: Endings that settle what the content leaves open.
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".md": "text",
    ".markdown": "text",
    ".log": "text",
    ".html": "html",
    ".htm": "html",
    ".xml": "xml",
    ".json": "json",
    ".jsonl": "json",
    ".jsonld": "json",
    ".ndjson": "json",
    ".eml": "eml",
}
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"</?(?:html|head|body|title|table|tr|td|th|div|span|p|b|br|hr|h[1-6]|ul|ol|li|a|form|img|meta|link|script|style)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_MIN_HTML_TAGS = 3
_XML_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>")
_JSON_START = re.compile(r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*[\[{"\d\-\]tfn]')
_QUOTED = re.compile(r'"[^"]*"')
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?:\s|$)")
_MAIL_HEADERS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "reply-to",
        "sender",
        "delivered-to",
        "in-reply-to",
        "references",
        "dkim-signature",
        "x-mailer",
    }
)
_MIN_MAIL_HEADERS = 3
_MAX_LINES = 50


class _Start(NamedTuple):
    """The beginning of a text, white space stripped; ``whole``: there is no more of it."""

    text: str
    whole: bool
    #: The file name's, such as ``.csv``.
    ending: str


def format_of_text(head: bytes, name: str, *, whole: bool) -> str | None:
    """The textual format of a file that starts with ``head``, or None where that is not text; ``whole``: there is no more of it."""
    encoding = encoding_of(head)
    if encoding is None:
        return None
    ending = PurePosixPath(name.lower()).suffix
    start = _Start(head.decode(encoding, "ignore").lstrip(), whole, ending)
    for looks_like, found in _RULES:
        if looks_like(start):
            return found
    return _ENDINGS.get(ending) or ("csv" if _is_delimited(start, 3 if ending == ".txt" else 2) else "text")


def _is_html(start: _Start) -> bool:
    body = _past_prolog(start.text)
    if _HTML_START.match(body):
        return True
    # Elements called like HTML's are found in XML too.
    is_xml = start.ending == ".xml" or start.text.startswith("<?xml")
    return not is_xml and bool(_HTML_TAG.match(body)) and len(_HTML_TAG.findall(body)) >= _MIN_HTML_TAGS


def _past_prolog(text: str) -> str:
    """The text after an XML declaration and leading comments."""
    for opening, closing in (("<?xml", "?>"), ("<!--", "-->")):
        while text.startswith(opening) and closing in text:
            text = text.partition(closing)[2].lstrip()
    return text


def _is_xml(start: _Start) -> bool:
    body = _past_prolog(start.text)
    if start.text.startswith("<?xml") or body.startswith("<!DOCTYPE"):
        return True
    root = _XML_ROOT.match(body)
    return root is not None and (not start.whole or body.rstrip().endswith((f"</{root[1]}>", "/>")))


def _is_json(start: _Start) -> bool:
    if not _JSON_START.match(start.text):
        return False
    return not start.whole or _parses(start.text) or all(_parses(line) for line in _lines(start.text)[:2])


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _is_mail(start: _Start) -> bool:
    lines = start.text.splitlines()
    if start.text.startswith("From "):
        lines = lines[1:]
    found: set[str] = set()
    for line in lines:
        header = _HEADER.match(line)
        if header is not None:
            found.add(header[1].lower())
        elif not line.startswith((" ", "\t")):
            break
    return len(found & _MAIL_HEADERS) >= _MIN_MAIL_HEADERS


_RULES: tuple[tuple[Callable[[_Start], bool], str], ...] = ((_is_html, "html"), (_is_xml, "xml"), (_is_json, "json"), (_is_mail, "eml"))


def _is_delimited(start: _Start, least: int) -> bool:
    """Has every line seen the same number of delimiters, in enough lines and columns to be no accident?"""
    lines = _lines(_QUOTED.sub("", start.text))[: None if start.whole else -1][:_MAX_LINES]
    # Commas stand in prose too.
    return any(len(lines) >= (3 if delimiter == "," else least) and _is_constant(lines, delimiter) for delimiter in ",;\t|")


def _is_constant(lines: list[str], delimiter: str) -> bool:
    counts = {line.count(delimiter) for line in lines}
    return len(counts) == 1 and counts.pop() >= (2 if delimiter == "," else 1)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
