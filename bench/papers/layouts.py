"""Ways of laying out a document, as issuers do; each picks one at random for every part."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.papers.paper import Paper
from bench.papers.sheet import HEIGHT, MARGIN, WIDTH, Sheets
from bench.papers.tables import draw_table

Facts = Sequence[tuple[str, str]]
RIGHT = WIDTH - MARGIN


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a group of facts goes: the sheets, the chance that draws it, and its left and right edge."""

    sheets: Sheets
    dice: random.Random
    x0: float
    x1: float


def print_paper(paper: Paper, sheets: Sheets, dice: random.Random) -> None:
    """Print ``paper``."""
    dice.choice(_HEADS)(paper, sheets, dice)
    if paper.prose:
        _prose(paper, sheets)
    if paper.columns:
        draw_table(paper, sheets, dice)
    if paper.sums:
        _sums(paper.sums, sheets, dice)
    if paper.foot:
        _foot(paper.foot, sheets)
    sheets.save()


def _letterhead(paper: Paper, sheets: Sheets, dice: random.Random) -> None:
    """Issuer on top, recipient at the left, facts at the right, title over the table."""
    align, x = dice.choice((("left", MARGIN), ("right", RIGHT), ("middle", WIDTH / 2)))
    _lines(paper.issuer, sheets, x, MARGIN, align=align, head=dice.choice((12, 15, 20)))
    top = MARGIN + 90
    bottom = _recipient(paper, sheets, MARGIN, top)
    _facts(paper, Spot(sheets, dice, MARGIN + 270, RIGHT), top, max_bottom=bottom)
    sheets.text(MARGIN, sheets.y, paper.title, 16, bold=True)
    sheets.y += 30


def _window(paper: Paper, sheets: Sheets, dice: random.Random) -> None:
    """A letter for a window envelope: the sender in one small line over the recipient, facts beside, contact at the foot."""
    if paper.issuer:
        sheets.text(RIGHT, MARGIN, paper.issuer[0], 15, bold=True, align="right")
        sheets.text(MARGIN, 130, dice.choice((" · ", " - ", " | ")).join(paper.issuer[:3]), 7)
    bottom = _recipient(paper, sheets, MARGIN, 146)
    _facts(paper, Spot(sheets, dice, MARGIN + 290, RIGHT), 140, max_bottom=bottom)
    sheets.text(MARGIN, sheets.y, paper.title, 14, bold=True)
    sheets.y += 28


def _titled(paper: Paper, sheets: Sheets, dice: random.Random) -> None:
    """The title on top, issuer and recipient side by side, facts across the page."""
    sheets.text(MARGIN, MARGIN, paper.title, 20, bold=True)
    _lines(paper.issuer, sheets, MARGIN, MARGIN + 34, head=11)
    bottom = _recipient(paper, sheets, MARGIN + 280, MARGIN + 34)
    sheets.y = max(bottom, MARGIN + 40 + 13 * len(paper.issuer)) + 16
    _facts(paper, Spot(sheets, dice, MARGIN, RIGHT), sheets.y, wide=True)
    sheets.y += 10


_HEADS: tuple[Callable[[Paper, Sheets, random.Random], None], ...] = (_letterhead, _window, _titled)


def _lines(lines: Sequence[str], sheets: Sheets, x: float, y: float, *, align: str = "left", head: float = 10) -> None:
    for index, line in enumerate(lines):
        sheets.text(x, y, line, head if index == 0 else 9, bold=index == 0 and head > 10, align=align)
        y += max(head, 10) + 3 if index == 0 else 12


def _recipient(paper: Paper, sheets: Sheets, x: float, y: float) -> float:
    if paper.recipient_label and paper.recipient:
        sheets.text(x, y, paper.recipient_label, 8, bold=True)
        y += 13
    for line in paper.recipient:
        sheets.text(x, y, line)
        y += 13
    return y


def _facts(paper: Paper, spot: Spot, y: float, *, wide: bool = False, max_bottom: float = 0.0) -> None:
    """The facts in one of the ways that fit: narrow beside the recipient, wide across the page; forms have their own."""
    if paper.form:
        ways: tuple[Callable[[Facts, Spot, float], float], ...] = (_boxes, _fill_in, _boxes, _colon)
        spot, y, max_bottom = replace(spot, x0=MARGIN), max(y, max_bottom) + 10, 0.0
        spot.sheets.text(MARGIN, y, paper.title, 15, bold=True)
        y += 30
    else:
        ways = (_strip, _boxes, _two_columns) if wide else (_colon, _gap, _ends, _over, _leaders)
    bottom = spot.dice.choice(ways)(paper.facts, spot, y)
    spot.sheets.y = max(bottom, max_bottom) + 24


def _colon(facts: Facts, spot: Spot, y: float) -> float:
    for label, value in facts:
        spot.sheets.text(spot.x0, y, f"{label}: {value}", 9)
        y += 14
    return y


def _gap(facts: Facts, spot: Spot, y: float) -> float:
    """Labels in one column, values in another; with or without colons."""
    colon = spot.dice.choice(("", ":"))
    middle = spot.x0 + max(spot.sheets.width(label, 9) for label, _ in facts) + spot.dice.choice((14, 24))
    for label, value in facts:
        spot.sheets.text(spot.x0, y, label + colon, 9)
        spot.sheets.text(middle, y, value, 9)
        y += 14
    return y


def _ends(facts: Facts, spot: Spot, y: float) -> float:
    """Labels at the left edge, values at the right one."""
    for label, value in facts:
        spot.sheets.text(spot.x0, y, label, 9, bold=True)
        if spot.sheets.width(label, 9, bold=True) + spot.sheets.width(value, 9) + 12 > spot.x1 - spot.x0:
            y += 12
        spot.sheets.text(spot.x1, y, value, 9, align="right")
        y += 14
    return y


def _over(facts: Facts, spot: Spot, y: float) -> float:
    """Each label in small letters over its value."""
    for label, value in facts:
        spot.sheets.text(spot.x0, y, label, 7)
        spot.sheets.text(spot.x0, y + 11, value, 10)
        y += 26
    return y


def _leaders(facts: Facts, spot: Spot, y: float) -> float:
    """Dots from the label to the value."""
    for label, value in facts:
        dots = max(int((spot.x1 - spot.x0 - spot.sheets.width(label, 9) - spot.sheets.width(value, 9) - 8) / spot.sheets.width(".", 9)), 3)
        spot.sheets.text(spot.x0, y, f"{label} {'.' * dots} {value}", 9)
        y += 14
    return y


def _strip(facts: Facts, spot: Spot, y: float) -> float:
    """Rows of labels with their values under them, four to a row."""
    ruled = spot.dice.random() < 0.5
    for start in range(0, len(facts), 4):
        part = facts[start : start + 4]
        step = (spot.x1 - spot.x0) / 4
        for index, (label, value) in enumerate(part):
            size = min(9.0, 9.0 * (step - 8) / max(spot.sheets.width(value, 9), 1))
            spot.sheets.text(spot.x0 + index * step, y, label, min(8.0, 8.0 * (step - 8) / spot.sheets.width(label, 8)), bold=True)
            spot.sheets.text(spot.x0 + index * step, y + 14, value, size)
        if ruled:
            spot.sheets.line(spot.x0, y + 4, spot.x1, y + 4)
        y += 36
    return y


def _boxes(facts: Facts, spot: Spot, y: float) -> float:
    """A grid of boxes with the label small in the corner and the value under it; no colons, and blank ones stay empty."""
    count = spot.dice.choice((2, 3))
    step = (spot.x1 - spot.x0) / count
    for start in range(0, len(facts), count):
        for index, (label, value) in enumerate(facts[start : start + count]):
            left = spot.x0 + index * step
            spot.sheets.box(left, y - 9, left + step, y + 21)
            spot.sheets.text(left + 3, y - 1, label, 6.5)
            spot.sheets.text(left + 6, y + 14, value, min(10.0, 10.0 * (step - 12) / max(spot.sheets.width(value, 10), 1)))
        y += 30
    return y


def _two_columns(facts: Facts, spot: Spot, y: float) -> float:
    """Labels with their values in two columns side by side."""
    half = (len(facts) + 1) // 2
    middle = (spot.x0 + spot.x1) / 2
    left = _gap(facts[:half], replace(spot, x1=middle), y)
    right = _gap(facts[half:], replace(spot, x0=middle + 10), y) if facts[half:] else y
    return max(left, right)


def _fill_in(facts: Facts, spot: Spot, y: float) -> float:
    """Labels with a line to write on: a rule, underscores or dots."""
    way = spot.dice.choice(("rule", "_", "."))
    for label, value in facts:
        width = spot.sheets.text(spot.x0, y, label, 10)
        start = spot.x0 + max(width + 10, 130)
        if way == "rule":
            spot.sheets.line(start, y + 2, spot.x1, y + 2)
            spot.sheets.text(start + 6, y, value, 10)
        else:
            filler = way * int((spot.x1 - start - spot.sheets.width(value, 10)) / spot.sheets.width(way, 10) - 3)
            spot.sheets.text(start, y, f"{value} {filler}" if value else filler, 10)
        y += 24
    return y


def _sums(sums: Facts, sheets: Sheets, dice: random.Random) -> None:
    if sheets.y + 16 * len(sums) > HEIGHT - MARGIN - 60:
        sheets.turn()
    way = dice.choice(("right", "colon", "boxes"))
    x0 = MARGIN if way == "boxes" else MARGIN + dice.choice((230, 280))
    sheets.y += 16
    if way == "boxes":
        sheets.y = _boxes(sums, Spot(sheets, dice, x0, RIGHT), sheets.y)
        return
    for label, value in sums:
        sheets.text(x0, sheets.y, label + (":" if way == "colon" else ""), 10, bold=label == sums[-1][0])
        sheets.text(RIGHT, sheets.y, value, 10, align="right", bold=label == sums[-1][0])
        sheets.y += 16


def _prose(paper: Paper, sheets: Sheets) -> None:
    for line in sheets.wrapped(paper.prose, RIGHT - MARGIN, 11):
        sheets.text(MARGIN, sheets.y, line, 11)
        sheets.y += 16
    sheets.y += 14


def _foot(foot: Facts, sheets: Sheets) -> None:
    text = "   ".join(f"{label}: {value}" for label, value in foot)
    for index, line in enumerate(sheets.wrapped(text, RIGHT - MARGIN, 8)):
        sheets.text(MARGIN, HEIGHT - MARGIN + 12 * index, line, 8)
