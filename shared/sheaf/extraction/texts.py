"""Candidates of free text: what labels point at, and lines that look like the kind asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sheaf.domain.schemes import SCHEMES
from sheaf.extraction.blocks import MAX_LINES, AddressBlock, address_blocks, best_run, issuer_signs, joined, next_below
from sheaf.extraction.candidates import MAX_TEXT_WORDS, Candidate, make
from sheaf.extraction.concepts import Reading
from sheaf.extraction.labels import Labels
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.parse import bare_name
from sheaf.extraction.parsing.currencies import currency_of
from sheaf.extraction.parsing.dates import fold_in_place
from sheaf.extraction.prose.terms import durations
from sheaf.extraction.reach import Target
from sheaf.extraction.rules import rule
from sheaf.extraction.traits import goes_on, has_legal_form, is_bare_form, may_name, plain

#: Kinds whose values are read as text from the places their labels point at.
TEXT_KINDS = frozenset({"text", "org", "person", "address", "place", "duration", "currency"})
#: Kinds that prove themselves, but fall back to what their label points at.
CODE_KINDS = frozenset({"code", "vat_id", "phone", *SCHEMES})
#: Kinds whose values name somebody or some place: letters more than digits.
NAME_KINDS = frozenset({"org", "person", "place"})
#: How plainly an address with its issuer's contact lines says whose the document is.
ISSUER = 0.35
#: The same of an address that is told from the other side's only by standing before it.
OPPOSITE = 0.12
#: The rest of a line to write on.
_RULE = re.compile(r"[\s._\u2026\u00b7]*(?:\.{4,}|_{3,}|\u2026{2,})[\s._\u2026\u00b7]*$")
_EDGES = " \t:;|=#*\u2022\u00b7_\u2013\u2014-"
_REGISTRATION = re.compile(
    r"\s*[\[({]\s*(?:co\.?\s*(?:reg)?\.?\s*no\.?:?)?\s*[\w./-]*\d[\w./ -]*[\])}]\s*$|"
    r"\s*\(?\s*(?:co\.?\s*reg\.?|reg\.?|company)\s*no\.?.*$|\s+\d{5,}-?[A-Z]?$|"
    r"\s+au capital (?:social )?de\b.*$|\s+cap(?:itale)?\.? soc.*$",
    re.IGNORECASE,
)


def pointed(layout: Layout, kind: str, places: Iterable[Target]) -> Iterator[Candidate]:
    """Text candidates for what labels point at."""
    for place in places:
        one = _trimmed(place, kind)
        if one is None:
            continue
        yield one
        if kind in ("org", "text", "person") and place.relation != "above" and one.end == len(place.segment.text):
            yield from _continued(layout, one)
        if kind == "address" and place.relation != "above":
            yield from _lines_from(layout, one)


def _trimmed(place: Target, kind: str) -> Candidate | None:
    """The pointed-at stretch without separators around it; None when nothing worth a value is left."""
    raw = place.segment.text[place.start : place.end]
    text = _RULE.sub("", raw).strip(_EDGES).rstrip(",")
    if not text or not any(character.isalnum() for character in text) or len(text.split()) > MAX_TEXT_WORDS:
        return None
    start = place.start + raw.index(text[0]) if text else place.start
    start = place.segment.text.index(text, place.start)
    if kind in CODE_KINDS:
        return _code(place.segment, start, text)
    if kind == "duration":
        return _lasting(place.segment, start, text)
    if kind == "currency":
        code = currency_of(text)
        return make(place.segment, start, start + len(text), code, 0.9) if code and len(text) <= 20 else None
    if kind == "org":
        text = _REGISTRATION.sub("", bare_name(text)) or text
    if kind in NAME_KINDS and not may_name(text, lower=kind == "place" and (place.relation in ("same", "right") or place.strength >= 0.8)):
        return None
    return make(place.segment, start, start + len(text), text, _text_quality(text, kind))


def _lasting(segment: Segment, start: int, text: str) -> Candidate | None:
    """A duration in what a label points at, or the text itself when it is short."""
    found = durations(fold_in_place(text))
    if found:
        first, last, value = found[0]
        return make(segment, start + first, start + last, value, 0.7)
    return make(segment, start, start + len(text), text, 0.3) if len(text.split()) <= 4 else None


@rule("values-over-two-lines", otherwise=lambda *_: iter(()))
def _continued(layout: Layout, head: Candidate) -> Iterator[Candidate]:
    """The value with the next line of its cell, when the first cannot end there.

    Assumes that a name does not end in a comma or a joining word, and that a legal form alone is no name.
    """
    below = next_below(layout, head.segment)
    if below is not None and (goes_on(head.text) or is_bare_form(below.text)) and len(below.words) <= 6:
        one = joined([head.segment, below], head.quality + 0.3, head.start)
        yield replace(one, value=f"{head.value} {below.text.strip()}")


def _code(segment: Segment, start: int, text: str) -> Candidate | None:
    """A code of several short words, such as ``AB 12 345``."""
    words = text.split()
    short = [word for word in words if any(c.isdigit() for c in word) or (word.isupper() and len(word) <= 4)]
    if not 1 < len(words) <= 4 or len(short) != len(words) or not any(c.isdigit() for c in text):
        return None
    return make(segment, start, start + len(text), text, 0.7)


def _text_quality(text: str, kind: str) -> float:
    if kind not in NAME_KINDS:
        return 0.5
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return 0.7 - 0.5 * digits / max(letters + digits, 1)


@rule("addresses-of-several-lines", otherwise=lambda *_: iter(()))
def _lines_from(layout: Layout, head: Candidate) -> Iterator[Candidate]:
    """The address that begins at the head or in the lines below it.

    Assumes that an address goes on in lines that share their left edge or middle with its first.
    """
    stack = [head.segment]
    while len(stack) <= MAX_LINES and (below := next_below(layout, stack[-1])) is not None:
        stack.append(below)
    run, score = best_run(stack)
    if run and len(run) > 1:
        yield joined(run, min(1.0, 0.5 + score / 6), head.start if run[0] is head.segment else 0)


@rule("names-without-a-label", otherwise=lambda *_: [])
def unlabelled(layout: Layout, labels: Labels, reading: Reading) -> list[Candidate]:
    """Lines that may be the value without any label: letterhead names, recipients and address blocks.

    Assumes that the issuer's name or address stands in the letterhead and that an address of someone else is the recipient's.
    """
    blocks = address_blocks(layout, labels.is_label) if reading.kind in ("address", "org") else []
    match reading.concepts[:1]:
        case ("address",):
            theirs = _recipients(layout, blocks)
            return [
                block.address for block in (theirs if reading.side == "buyer" else [one for one in blocks if one not in theirs] or blocks)
            ]
        case ("buyer" | "account_holder" as side,):
            placed = side == "buyer" and is_order(layout)
            return _issuers(layout, labels, blocks) if placed else _names(_recipients(layout, blocks))
        case ("seller",) if is_order(layout):
            return _names(_recipients(layout, blocks))
        case ("seller" | "employer",):
            return _issuers(layout, labels, blocks)
        case ("bank",):
            return [replace(one, told=ISSUER) for one in _letterhead(layout, labels) if _BANK.search(plain(one.text))]
        case _:
            return []


_BANK = re.compile(r"\b(?:bank|banque|banca|banco|sparkasse|caisse|caixa|caja|credit union)\b|\w+(?:bank|sparkasse|kasse)\b")
_ORDER = re.compile(
    r"(?:purchase order|bestellung|bon de commande|orden de compra|(?:hoja de )?pedido|ordine d.? ?acquisto|inkooporder|"
    r"nota de encomenda|ordem de compra|inkopsorder|indkobsordre|rekvisition)(?: (?:no|nr|n)\b.*|\s*[#:].*|\s+\S*\d\S*)?$"
)


@rule("orders-come-from-the-buyer", otherwise=lambda _: False)
def is_order(layout: Layout) -> bool:
    """Whether the first page is headed as an order, which the buyer issues.

    Assumes that the title of an order stands in the upper part of its first page.
    """
    return any(_ORDER.match(plain(segment.text)) for segment in _head(layout))


def _names(blocks: list[AddressBlock]) -> list[Candidate]:
    return [block.name for block in blocks if block.name is not None]


def _issuers(layout: Layout, labels: Labels, blocks: list[AddressBlock]) -> list[Candidate]:
    """Whose address bears an issuer's signs, and names in the letterhead."""
    theirs = _recipients(layout, blocks)
    senders = [
        replace(
            block.name,
            value=_REGISTRATION.sub("", block.name.text) or block.name.text,
            told=ISSUER if issuer_signs(layout, block) >= 1.0 else OPPOSITE if theirs else 0.0,
        )
        for block in blocks
        if block not in theirs and block.name is not None
    ]
    return [*senders, *_letterhead(layout, labels)]


def _recipients(layout: Layout, blocks: list[AddressBlock]) -> list[AddressBlock]:
    """Addresses that are not the sender's: all but those that most look like an issuer's own."""
    if not blocks:
        return []
    own = [issuer_signs(layout, block) for block in blocks]
    if len(blocks) == 1:
        return blocks if own[0] < 0.9 and _has_letterhead_above(layout, blocks[0]) else []
    return [block for block, signs in zip(blocks, own, strict=True) if signs < max(own)] or blocks[1:]


def _has_letterhead_above(layout: Layout, block: AddressBlock) -> bool:
    """Whether a name stands over an address and apart from it, so that the address is whom the document goes to."""
    top = (block.name or block.address).segment
    above = [layout.segments[index] for row in range(max(top.row - 1, 0)) for index in layout.rows[row]]
    return any(one.page == top.page and may_name(one.text) for one in above)


def _letterhead(layout: Layout, labels: Labels) -> list[Candidate]:
    """Names in the first rows."""
    if not layout.rows:
        return []
    named = [(segment, one) for segment in _head(layout) if (one := _name(labels, segment)) is not None]
    return [candidate for segment, one in named for candidate in (one, *_wider(layout, segment))]


def _head(layout: Layout) -> Iterator[Segment]:
    """Segments of the first page's upper part: its first fifteen rows."""
    first = layout.segments[0].page if layout.segments else 0
    for row in layout.rows[:15]:
        for index in row:
            if layout.segments[index].page == first:
                yield layout.segments[index]


def _name(labels: Labels, segment: Segment) -> Candidate | None:
    """A segment that may be a name as it stands."""
    bare = segment.text.strip(_EDGES)
    text = _REGISTRATION.sub("", bare).strip(_EDGES) or bare
    if labels.is_label(segment) or not may_name(text) or len(text) < 3 or len(text.split()) > 9:
        return None
    start = max(segment.text.find(text), 0)
    return make(segment, start, start + len(text), text, _text_quality(text, "org"))


def _wider(layout: Layout, segment: Segment) -> Iterator[Candidate]:
    """A name broken by a gap or a line: with what follows it, when either half cannot stand alone."""
    row = [layout.segments[index] for index in layout.rows[segment.row]]
    following = row[1] if len(row) == 2 and segment is row[0] else next_below(layout, segment)
    if following is not None and not has_legal_form(segment.text) and (is_bare_form(following.text) or goes_on(segment.text)):
        yield _together([segment, following])


def _together(parts: list[Segment]) -> Candidate:
    text = " ".join(part.text.strip() for part in parts)
    value = _REGISTRATION.sub("", text).strip(_EDGES)
    words = tuple(word for part in parts for word in part.words)
    return Candidate(value, text, parts[0], 0, len(parts[0].text), words, 0.75, 2)
