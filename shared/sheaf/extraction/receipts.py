"""Till receipts: how they are told from other papers, and where on them the issuer's name and address may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from sheaf.extraction.blocks import MAX_LINES, joined
from sheaf.extraction.candidates import Candidate, make
from sheaf.extraction.concepts import Reading
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.rules import rule

#: Concept → the role that its value plays on a receipt; other fields are read there as everywhere.
ROLES = {"seller": "company", "invoice_date": "date", "address": "address", "total": "total"}
#: Form of the values of each role.
_KINDS = {"company": "org", "date": "date", "address": "address", "total": "amount"}
#: Widest row of a paper roll, in text heights: a roll of 80 mm takes 48 characters; a page of A4 is over 37 wide at its least.
WIDEST = 33.0
FEWEST_ROWS, MOST_ROWS = 10, 400
#: Least height of the print, in its widths, and the fewest sums with cents.
TALLEST, FEWEST_SUMS = 1.0, 2
_CENTS = re.compile(r"(?<![\d.,])\d{1,3}(?:[., ]?\d{3})*[.,]\d\d(?![\d.,])")
#: Rows in which a shop says who it is, at the top and, where it does so under its greeting or at the end, at the foot.
HEAD, FOOT = 14, 6
#: Lines of a name, and of what is looked at in a row.
NAME_LINES, WORDS = 3, 12
#: A firm's number in a register, behind its name: "(306295-X)", "273500-U".
_REGISTERED = re.compile(r"\s*[(\[]?\s*(?<![\w.,/-])[A-Za-z]{0,3}-?\d{5,}\s*-?\s*[A-Za-z]?(?![\w.,/])")
_EDGES = " \t:;|=#*_-"


@rule("till-receipts", otherwise=lambda _: False)
def is_till_receipt(layout: Layout) -> bool:
    """Whether a document is the receipt of a till.

    Assumes that tills print on a narrow roll: one page, rows of at most some fifty characters, many for their width, and sums with cents.
    """
    if len(layout.pages) != 1 or not FEWEST_ROWS <= len(layout.rows) <= MOST_ROWS:
        return False
    boxes = [one.box for one in layout.segments]
    width = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
    height = max(box.y1 for box in boxes) - min(box.y0 for box in boxes)
    text = next(iter(layout.heights.values()))
    narrow = 0 < width <= WIDEST * text and height >= TALLEST * width
    return narrow and len(list(islice(_CENTS.finditer(layout.text), FEWEST_SUMS))) == FEWEST_SUMS


def role_of(reading: Reading) -> str:
    """The role on a receipt of what a field asks for, or ""; nothing that is the buyer's plays one."""
    role = ROLES.get(reading.concepts[0], "") if reading.concepts and not reading.edge else ""
    return role if role and reading.side != "buyer" and reading.kind == _KINDS[role] else ""


def stated(layout: Layout, role: str) -> list[Candidate]:
    """Whatever may be a shop's name or address: the lines of its head and foot, alone and with those that follow."""
    if role not in ("company", "address"):
        return []
    lines = [line for block in _blocks(layout) for line in block]
    most = NAME_LINES if role == "company" else MAX_LINES
    return [one for first in range(len(lines)) for one in _runs(lines[first : first + most], role)]


def _blocks(layout: Layout) -> Iterator[list[Segment]]:
    rows = layout.rows
    yield [layout.segments[index] for row in rows[:HEAD] for index in row]
    yield [layout.segments[index] for row in rows[max(HEAD, len(rows) - FOOT) :] for index in row]


def _runs(lines: Sequence[Segment], role: str) -> Iterator[Candidate]:
    for size in range(1, len(lines) + 1):
        run = lines[:size]
        if len(run[-1].words) > WORDS or not any(character.isalnum() for character in run[-1].text):
            return
        if run[-1].row - run[0].row > size:
            return
        yield from _names(run) if role == "company" else (joined(run, 0.3),)


def _names(run: Sequence[Segment]) -> Iterator[Candidate]:
    """The lines as one name, and as far as the number in a register that their last one goes on with."""
    yield _name(run)
    number = _REGISTERED.search(run[-1].text)
    if number and number.start() > 2:
        last = run[-1].text[: number.start()].strip(_EDGES)
        text = " ".join([*(line.text.strip() for line in run[:-1]), last])
        words = tuple(word for line in run[:-1] for word in line.words) + run[-1].between(0, len(last))
        yield Candidate(text.strip(_EDGES), text, run[0], 0, len(run[0].text) if len(run) > 1 else len(last), words, 0.3, len(run))


def _name(run: Sequence[Segment]) -> Candidate:
    text = " ".join(line.text.strip() for line in run)
    if len(run) == 1:
        return make(run[0], 0, len(run[0].text), text.strip(_EDGES) or text, 0.3)
    words = tuple(word for line in run for word in line.words)
    return Candidate(text.strip(_EDGES), text, run[0], 0, len(run[0].text), words, 0.3, len(run))
