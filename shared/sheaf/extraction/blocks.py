"""Stacks of lines that share a column: addresses, letterheads, cells of several lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sheaf.extraction.candidates import Candidate, make
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.parsing.found import squash
from sheaf.extraction.rules import rule
from sheaf.extraction.traits import (
    address_score,
    closes_address,
    has_legal_form,
    has_postal_code,
    is_contact,
    is_unit,
    may_be_address,
    may_name,
    opens_address,
)

MAX_LINES = 7
#: Widest gap inside a stack, in text heights.
LEADING = 0.95


def stacks(layout: Layout, page: int | None = None) -> list[list[Segment]]:
    """Every segment in exactly one stack: each continues with the nearest unclaimed segment below in its column."""
    taken: set[int] = set()
    found = []
    for segment in layout.segments:
        if segment.index in taken or (page is not None and segment.page != page):
            continue
        stack = [segment]
        while (below := next_below(layout, stack[-1], taken)) is not None:
            stack.append(below)
            taken.add(below.index)
        found.append(stack)
    return found


def next_below(layout: Layout, segment: Segment, taken: set[int] | frozenset[int] = frozenset()) -> Segment | None:
    """The line that continues ``segment`` in its column, or None."""
    height = layout.height(segment)
    for row in range(segment.row + 1, min(segment.row + 3, len(layout.rows))):
        for index in layout.rows[row]:
            other = layout.segments[index]
            close = other.page == segment.page and -0.6 * height <= other.box.y0 - segment.box.y1 <= LEADING * height
            if close and index not in taken and _shares_column(segment, other, height):
                return other
    return None


def _shares_column(one: Segment, other: Segment, height: float) -> bool:
    left = abs(one.box.x0 - other.box.x0) <= 1.2 * height
    centred = abs(one.box.x0 + one.box.x1 - other.box.x0 - other.box.x1) / 2 <= 1.5 * height
    return left or centred


def joined(lines: Sequence[Segment], quality: float, start: int = 0) -> Candidate:
    """A candidate over several lines, from ``start`` in the first; its value has them parted by commas."""
    texts = [lines[0].text[start:].strip(" :"), *(line.text.strip() for line in lines[1:])]
    words = (*lines[0].between(start + 1, len(lines[0].text)), *(word for line in lines[1:] for word in line.words))
    value = " ".join(text if text.endswith((",", "-")) or index == len(texts) - 1 else f"{text}," for index, text in enumerate(texts))
    return Candidate(value.strip(" ,"), "\n".join(texts), lines[0], start, len(lines[0].text), words, quality, len(lines))


@dataclass(frozen=True, eq=False)
class AddressBlock:
    """An address, and the line above it that names whose it is, where there is one."""

    address: Candidate
    name: Candidate | None
    #: True when it is printed on one line with its owner's name, as senders are over a window.
    sender: bool = False


def address_blocks(layout: Layout, is_label: Callable[[Segment], bool]) -> list[AddressBlock]:
    """Runs of lines that look like addresses, the best run of each stack, and senders' lines; a label above is nobody's name."""
    found = [block for segment in layout.segments if (block := _sender_line(segment)) is not None]
    taken = {block.address.segment.index for block in found}
    for stack in stacks(layout):
        run, score = _whole_run([line for line in stack if line.index not in taken], is_label)
        if run and (_has_town(run) or score >= 2.0) and any(_WORD.search(line.text) for line in run):
            above = stack[: stack.index(run[0])][-3:]
            names = [line for line in above if may_name(line.text) and not is_label(line) and line.index not in taken]
            name = next((line for line in names if has_legal_form(line.text)), names[0] if names else None)
            found.append(_block(run, score, name))
    return sorted(found, key=lambda block: block.address.segment.index)


_WORD = re.compile(r"[^\W\d_]{3,}")
HEAD_ROWS = 12


def _has_town(run: Sequence[Segment]) -> bool:
    return any(has_postal_code(line.text) for line in run)


def _whole_run(stack: Sequence[Segment], is_label: Callable[[Segment], bool]) -> tuple[list[Segment], float]:
    """The best run of a stack with the lines that open and close it, or the part of a letterhead that holds it."""
    run, score = best_run(stack)
    head, signs = _letterhead_run(stack, is_label)
    if head and (not run or set(run) <= set(head) or run[0].row > head[-1].row):
        return head, max(signs, score)
    if not run:
        return run, score
    whole = _extended(stack, run, is_label)
    return whole, score + 0.6 * (whole[0] is not run[0])


@rule("letterhead-addresses", otherwise=lambda *_: ([], 0.0))
def _letterhead_run(stack: Sequence[Segment], is_label: Callable[[Segment], bool]) -> tuple[list[Segment], float]:
    """The address of a letterhead: the lines between a name and the contact lines, from its first house number or street on.

    Assumes that in the first lines of a paper nothing but the address stands between the issuer's name and how to reach him.
    """
    run: list[Segment] = []
    for index, line in enumerate(stack):
        if line.row >= HEAD_ROWS or not may_be_address(line.text) or is_label(line):
            if _is_letterhead(run) and line.row < HEAD_ROWS + 2:
                return run, 2.0 + 0.5 * _has_town(run)
            run = []
        elif index and (run or opens_address(line.text) or is_unit(line.text) or address_score(line.text) > 0):
            run.append(line)
    return (run, 2.5) if _is_letterhead(run) and _has_town(run) else ([], 0.0)


def _is_letterhead(run: Sequence[Segment]) -> bool:
    """Whether a run is an address: a number in it, and either several lines or one with a street and its house."""
    numbered = any(character.isdigit() for line in run for character in line.text)
    return numbered and len(run) <= MAX_LINES and (len(run) > 1 or any(len(one.words) > 2 and address_score(one.text) > 0 for one in run))


@rule("open-and-closing-lines", otherwise=lambda _, run, __: run)
def _extended(stack: Sequence[Segment], run: list[Segment], is_label: Callable[[Segment], bool]) -> list[Segment]:
    """A run of an address with the bare house numbers over it and the region or country under it.

    Assumes that a short line that begins with a number belongs to the street under it, and that a line of few words right under the
    town, with nothing but a contact line, a label or nothing after it, is its region or country.
    """
    first, last = stack.index(run[0]), stack.index(run[-1])
    while first and last - first + 1 < MAX_LINES and opens_address(stack[first - 1].text) and not is_label(stack[first - 1]):
        first -= 1
    while last + 1 < len(stack) and last - first + 1 < MAX_LINES and closes_address(stack[last + 1].text) and not is_label(stack[last + 1]):
        last += 1
    return list(stack[first : last + 1])


def _block(run: list[Segment], score: float, name: Segment | None) -> AddressBlock:
    """A block whose name is the line above or, where there is none, a first line that holds no number: "Praxis Dr. Vogt"."""
    if name is None and len(run) > 2 and may_name(run[0].text) and not any(character.isdigit() for character in run[0].text):
        run, name = run[1:], run[0]
    return AddressBlock(joined(run, min(1.0, score / 3)), _whole(name) if name else None)


def _whole(segment: Segment) -> Candidate:
    text = segment.text.strip()
    return make(segment, segment.text.index(text), segment.text.index(text) + len(text), text, 0.6)


_SEPARATOR = re.compile(r"\s*[\u00b7\u2022|*\u25aa]\s*|\s+[-\u2013\u2014]\s+|,\s+")


@rule("sender-over-the-window", otherwise=lambda _: None)
def _sender_line(segment: Segment) -> AddressBlock | None:
    """Name and address on one line: "Muster GmbH · Hauptstr. 5 · 80331 München".

    Assumes that a name, a street and a town on one line, parted by marks, are the sender's, printed for a window envelope.
    """
    cuts = list(_SEPARATOR.finditer(segment.text))
    if len(cuts) < 2 or len(segment.words) > 20 or is_contact(segment.text) or not has_postal_code(segment.text):
        return None
    head = segment.text[: cuts[0].start()].strip()
    rest = segment.text[cuts[0].end() :].strip()
    if not may_name(head) or address_score(head) > 0 or address_score(rest) <= 0:
        return None
    name = make(segment, 0, cuts[0].start(), head, 0.6)
    address = make(segment, cuts[0].end(), len(segment.text), ", ".join(part for part in _SEPARATOR.split(rest) if part), 0.7)
    return AddressBlock(address, name, sender=True)


def best_run(stack: Sequence[Segment]) -> tuple[list[Segment], float]:
    """The contiguous lines whose address scores sum highest (Kadane), at most :data:`MAX_LINES`."""
    best: tuple[list[Segment], float] = ([], 0.0)
    for first in range(len(stack)):
        total = 0.0
        for last in range(first, min(first + MAX_LINES, len(stack))):
            total += address_score(stack[last].text)
            if total > best[1]:
                best = (list(stack[first : last + 1]), total)
    return best


_ATTENTION = re.compile(
    r"\b(?:attn|attention|t\.?a\.?v|z\. ?hd|c/o|herrn?|frau|mr|mrs|ms|monsieur|madame|spett|de heer|mevrouw)\b\.?", re.IGNORECASE
)


def issuer_signs(layout: Layout, block: AddressBlock) -> float:
    """How much an address looks like the issuer's own: a window line, contact lines close by, its name in a mail or web address."""
    head = (block.name or block.address).segment
    last = block.address.segment.row + block.address.lines
    near = [layout.segments[index] for row in layout.rows[head.row : last + 4] for index in row]
    beside = [one.text for one in near if one.page == head.page and abs(one.box.x0 - head.box.x0) < 12 * layout.height(head)]
    signs = 3.0 * block.sender + 1.0 * any(is_contact(text) for text in beside) - 1.5 * any(_ATTENTION.search(text) for text in beside)
    if block.name is not None:
        word = max(squash(block.name.text.split()[0]), "", key=len)
        signs += 0.4 * has_legal_form(block.name.text)
        signs += 1.0 * (len(word) > 3 and any(word in squash(text) for text in _addresses(layout.text)))
    return signs - 0.02 * head.row


def _addresses(text: str) -> list[str]:
    """Mail and web addresses, whose domain is usually the issuer's."""
    return re.findall(r"\S+@\S+|www\.\S+", text)
