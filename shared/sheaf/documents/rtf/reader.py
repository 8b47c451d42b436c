"""RTF as a stream of texts and marks: groups, destinations, code pages and Unicode resolved.

See the Rich Text Format Specification 1.9.1, and [MS-OXRTFEX] for HTML carried inside RTF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sheaf.documents.rtf.charsets import WESTERN, of_charset, of_name, of_number
from sheaf.documents.rtf.tokens import Kind, Token, tokens
from sheaf.domain.errors import FailureCategory, FileProblem

#: Real files nest a few dozen groups.
_MAX_GROUPS = 1_000
_MAX_FONTS = 10_000
_CHARACTERS = {
    "tab": "\t", "emdash": "\u2014", "endash": "\u2013", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "\u2022",
    "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "~": "\u00a0", "_": "-", "line": "\n",
}  # fmt: skip
#: Destinations whose contents are no text of the document; those marked by a star are left out unless they are known.
_LEFT_OUT = frozenset(
    (
        "colortbl stylesheet pict objdata fldinst datafield xe tc rxe bkmkstart bkmkend sp annotation atnid atnauthor atntime atnref "
        "atnparent atnicn listtable listoverridetable revtbl rsidtbl filetbl themedata colorschememapping latentstyles datastore upr "
        "nonesttables template operator buptim creatim revtim printim private generator ftnsep ftnsepc aftnsep aftnsepc mhtmltag"
    ).split()
)
_STARRED = frozenset({"shpinst", "ud", "nesttableprops", "htmltag", "pgdsctbl"})
#: Destinations that are read apart, and the name under which they are.
ASIDE = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer",
    "footerr": "footer", "footerf": "footer", "footnote": "footnote", "shptxt": "box", "title": "title", "author": "author",
    "subject": "subject",
}  # fmt: skip
#: Control words handed on as marks.
MARKS = frozenset(
    (
        "par sect page cell row nestcell nestrow trowd cellx clmgf clmrg clvmgf clvmrg intbl pard trhdr"
    ).split()
)  # fmt: skip
_HIDING = frozenset({"v", "deleted"})


class Piece(NamedTuple):
    """Text, or a mark with its number; ``aside`` names the destination it stands in, "" for the document's own text."""

    text: str = ""
    mark: str = ""
    number: int | None = None
    aside: str = ""
    #: Tells one destination of a kind from the next.
    place: int = 0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until its group closes."""

    left_out: bool = False
    aside: str = ""
    place: int = 0
    in_fonts: bool = False
    hidden: bool = False
    bold: bool = False
    #: Inside HTML carried by RTF: markup; and what only RTF's readers are to see.
    markup: bool = False
    rtf_only: bool = False
    font: int = -1
    #: Characters that stand for each Unicode character where it is not known.
    spare: int = 1


@dataclass(slots=True)
class Reader:
    """One pass over a file."""

    source: bytes
    #: Read the HTML that the RTF was made from, rather than the RTF.
    html: bool = False
    carries_html: bool = False
    _group: _Group = field(default_factory=_Group)
    _outer: list[_Group] = field(default_factory=list)
    _code_page: str = WESTERN
    _fonts: dict[int, str] = field(default_factory=dict)
    _pending: bytearray = field(default_factory=bytearray)
    _starred: bool = False
    _opened: bool = False
    _skip: int = 0
    _places: int = 0

    def pieces(self) -> Iterator[Piece]:
        """Texts and marks in order.

        Raises:
            FileProblem: ``unsafe`` when groups nest too deeply.
        """
        for token in tokens(self.source):
            if token.kind is Kind.BYTES:
                self._bytes(token)
                continue
            if self._skipped(token):
                continue
            yield from self._flushed()
            match token.kind:
                case Kind.OPEN:
                    self._open()
                case Kind.CLOSE:
                    self._close()
                case _:
                    yield from self._word(token)
                    self._opened = self._opened and token.word == "*"
        yield from self._flushed()

    def _skipped(self, token: Token) -> bool:
        """Is this one of the characters that stand for a Unicode one? Groups end them."""
        if token.kind is not Kind.WORD or token.word not in _CHARACTERS:
            self._skip = 0
        elif self._skip:
            self._skip -= 1
            return True
        return False

    def _bytes(self, token: Token) -> None:
        skipped = min(self._skip, len(token.data))
        self._skip -= skipped
        self._opened = self._starred = False
        if not self._group.left_out and not self._group.in_fonts:
            self._pending += token.data[skipped:]

    def _flushed(self) -> Iterator[Piece]:
        if self._pending:
            data = bytes(self._pending)
            self._pending.clear()
            yield from self._text(data.decode(self._fonts.get(self._group.font, self._code_page), "replace"))

    def _text(self, text: str) -> Iterator[Piece]:
        group = self._group
        if group.left_out or group.hidden or group.in_fonts or (self.html and group.rtf_only and not group.markup):
            return
        yield Piece(text, aside=group.aside, place=group.place, bold=group.bold)

    def _open(self) -> None:
        if len(self._outer) >= _MAX_GROUPS:
            raise FileProblem(FailureCategory.UNSAFE, "The file's groups nest deeper than real files do.")
        self._outer.append(self._group)
        self._opened, self._starred = True, False

    def _close(self) -> None:
        if self._outer:
            rtf_only = self._group.rtf_only
            self._group = self._outer.pop()
            if self.html:
                # This one switch, unlike all others, outlives its group ([MS-OXRTFEX] 2.1.3.1.2).
                self._group = replace(self._group, rtf_only=rtf_only)

    def _word(self, token: Token) -> Iterator[Piece]:
        word, number = token.word, token.number
        if word == "*":
            self._starred = True
        elif self._opened and self._is_destination(word):
            self._enter(word)
        elif word in _HIDING:
            self._group = replace(self._group, hidden=number != 0)
        elif word == "u":
            yield from self._unicode(number or 0)
        elif word in _CHARACTERS:
            yield from self._text(_CHARACTERS[word])
        elif word in MARKS:
            yield from self._mark(word, number)
        else:
            self._setting(word, number)
        if word != "*":
            self._starred = False

    def _is_destination(self, word: str) -> bool:
        return self._starred or word in _LEFT_OUT or word in ASIDE or word == "fonttbl"

    def _enter(self, word: str) -> None:
        """Take the group just opened for the destination that it is."""
        group = self._group
        if word == "fonttbl":
            self._group = replace(group, in_fonts=True)
        elif word == "htmltag" and self.html:
            self._group = replace(group, markup=True)
        elif word == "ud":
            self._group = replace(group, left_out=False)
        elif word in ASIDE:
            self._places += 1
            self._group = replace(group, aside=ASIDE[word], place=self._places)
        elif word in _LEFT_OUT or word == "htmltag" or (self._starred and word not in _STARRED):
            self._group = replace(group, left_out=True)

    def _unicode(self, number: int) -> Iterator[Piece]:
        self._skip = self._group.spare
        code = number + 0x10000 if number < 0 else number
        yield from self._text(chr(code) if 0 < code <= 0x10FFFF else "\ufffd")

    def _mark(self, word: str, number: int | None) -> Iterator[Piece]:
        group = self._group
        if self.html:
            yield from self._text("\n" if word == "par" else "")
        elif not group.left_out and not group.hidden:
            yield Piece(mark=word, number=number, aside=group.aside, place=group.place)

    def _setting(self, word: str, number: int | None) -> None:
        match word:
            case "f" | "deff" if number is not None:
                self._group = replace(self._group, font=number)
            case "fcharset" if self._group.in_fonts and len(self._fonts) < _MAX_FONTS:
                self._name_font(of_charset(number or 0))
            case "cpg" if self._group.in_fonts and number is not None:
                self._name_font(of_number(number))
            case "ansicpg" if number:
                self._code_page = of_number(number)
            case "uc" if number is not None:
                self._group = replace(self._group, spare=max(min(number, 100), 0))
            case "b":
                self._group = replace(self._group, bold=number != 0)
            case "plain":
                self._group = replace(self._group, bold=False, hidden=False)
            case "htmlrtf":
                self._group = replace(self._group, rtf_only=number != 0)
            case "fromhtml":
                self.carries_html = True
            case _:
                self._code_page = of_name(word) or self._code_page

    def _name_font(self, code_page: str | None) -> None:
        if code_page is not None:
            self._fonts[self._group.font] = code_page


def whole(text: str) -> str:
    """Text with the halves of characters beyond the first 65,536 joined."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def carried_html(source: bytes) -> str | None:
    """The HTML from which the RTF was made, or None where it carries none.

    Raises:
        FileProblem: as :meth:`Reader.pieces`.
    """
    reader = Reader(source, html=True)
    text = "".join(piece.text for piece in reader.pieces() if not piece.aside)
    return whole(text) if reader.carries_html else None
