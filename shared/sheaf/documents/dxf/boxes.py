"""Boxes that rules draw, and the tables and labelled boxes among them: parts lists and title blocks as drawings have them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from sheaf.documents.dxf.sheet import Lettered, Placed, Rule
from sheaf.documents.model import Table, TableCell
from sheaf.domain.rows import Box

#: Rules of one layout that boxes are looked for among; more are hatchings and contours.
MAX_RULES = 20_000
#: Distinct heights of rules that hang together: rows that one table may have.
MAX_LEVELS = 2_000
#: Pairs of boxes and lines of text that are looked at.
MAX_PAIRS = 20_000_000
#: A label's letters are at most this high beside its value's, where a box holds both (ISO 7200 fields are headed so).
SMALLER = 0.85
MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Labelled:
    """A box with a small text over a larger one."""

    label: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Bar:
    """Rules in one line, joined: at ``at`` across, from ``low`` to ``high`` along."""

    at: float
    low: float
    high: float


def boxes_of(placed: Placed) -> list[Box]:
    """The boxes that rules draw, top down, left to right; empty where there are too many rules to tell."""
    if not placed.lines or len(placed.rules) > MAX_RULES:
        return []
    slack = 0.4 * median(line.height for line in placed.lines)
    across = _bars(((rule.y0, rule.x0, rule.x1) for rule in placed.rules if _is_level(rule)), slack)
    down = _bars(((rule.x0, rule.y0, rule.y1) for rule in placed.rules if not _is_level(rule)), slack)
    found = [box for bars, posts in _connected(across, down, slack) for box in _cells(bars, posts, slack)]
    return sorted(set(found), key=lambda box: (box.y0, box.x0))


def _is_level(rule: Rule) -> bool:
    return rule.y1 - rule.y0 <= rule.x1 - rule.x0


def _bars(rules: Iterable[tuple[float, float, float]], slack: float) -> list[_Bar]:
    """Rules in one line joined where they touch."""
    bars: list[_Bar] = []
    rows: list[list[tuple[float, float, float]]] = []
    for rule in sorted(rules):
        if rows and rule[0] - rows[-1][0][0] <= slack:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    for row in rows:
        at = row[0][0]
        low = high = None
        for _, start, end in sorted(row, key=lambda rule: rule[1]):
            if low is None or high is None:
                low, high = start, end
            elif start <= high + slack:
                high = max(high, end)
            else:
                bars.append(_Bar(at, low, high))
                low, high = start, end
        if low is not None and high is not None:
            bars.append(_Bar(at, low, high))
    return bars


def _connected(across: Sequence[_Bar], down: Sequence[_Bar], slack: float) -> Iterator[tuple[list[_Bar], list[_Bar]]]:
    """Bars and posts that hang together by touching."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    places = [post.at for post in down]
    for i, bar in enumerate(across):
        for j in range(bisect_left(places, bar.low - slack), bisect_right(places, bar.high + slack)):
            if down[j].low - slack <= bar.at <= down[j].high + slack:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[_Bar], list[_Bar]]] = defaultdict(lambda: ([], []))
    for index in range(len(parent)):
        groups[root(index)][index >= len(across)].append(across[index] if index < len(across) else down[index - len(across)])
    return (group for group in groups.values() if len(group[0]) > 1 and len(group[1]) > 1)


def _cells(bars: Sequence[_Bar], posts: Sequence[_Bar], slack: float) -> Iterator[Box]:
    """The boxes of one group: band by band from rule to rule, each box reaching down to the bar that closes it."""
    levels = _distinct([bar.at for bar in bars], slack)
    if len(levels) > MAX_LEVELS:
        return
    at = {level: [bar for bar in bars if abs(bar.at - level) <= slack] for level in levels}
    open_: dict[tuple[float, float], float] = {}
    for top, bottom in pairwise(levels):
        inner = _distinct((post.at for post in posts if post.low <= top + slack and post.high >= bottom - slack), slack)
        spans = list(pairwise(inner))
        open_ = {span: open_.get(span, top) for span in spans if span in open_ or _closes(at[top], span, slack)}
        for span in spans:
            if span in open_ and _closes(at[bottom], span, slack):
                yield Box(span[0], open_.pop(span), span[1], bottom)


def _closes(bars: Iterable[_Bar], span: tuple[float, float], slack: float) -> bool:
    return any(bar.low <= span[0] + slack and bar.high >= span[1] - slack for bar in bars)


def _distinct(values: Iterable[float], slack: float) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > slack:
            found.append(value)
    return found


def tables_of(boxes: Sequence[Box], lines: Sequence[Lettered], page: int) -> list[Table]:
    """Rows of boxes with the same columns, one below the other, as tables; a list that grows upwards is turned over."""
    filled = _filled(boxes, lines)
    levels = (list(row) for _, row in groupby(boxes, key=lambda box: (round(box.y0, 1), round(box.y1, 1))))
    runs: list[list[list[Box]]] = []
    for row in (run for level in levels for run in _unbroken(level)):
        if runs and _continues(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return [_table(run, filled, page) for run in runs if len(run) > 1 and sum(bool(filled[box]) for row in run for box in row) > 3]


def _unbroken(row: list[Box]) -> Iterator[list[Box]]:
    """Boxes side by side, two at least."""
    run = row[:1]
    for before, box in pairwise(row):
        if abs(box.x0 - before.x1) > 0.5:
            if len(run) > 1:
                yield run
            run = []
        run.append(box)
    if len(run) > 1:
        yield run


def _continues(above: list[Box], row: list[Box]) -> bool:
    same = len(above) == len(row) and all(abs(a.x0 - b.x0) <= 0.5 and abs(a.x1 - b.x1) <= 0.5 for a, b in zip(above, row, strict=True))
    return same and abs(above[0].y1 - row[0].y0) <= 0.5


def _table(run: list[list[Box]], filled: dict[Box, list[Lettered]], page: int) -> Table:
    upwards = _is_header(run[-1], filled) and not _is_header(run[0], filled)
    rows = [[_cell(box, filled[box]) for box in row] for row in (reversed(run) if upwards else run)]
    return Table(rows, page=page, header_rows=int(upwards or _is_header(run[0], filled)), name="Parts list" if upwards else "")


def _is_header(row: Sequence[Box], filled: dict[Box, list[Lettered]]) -> bool:
    """Whether all boxes of a row hold words and none of them a number."""
    texts = [_text(filled[box]) for box in row]
    return all(texts) and not any(character.isdigit() for text in texts for character in text)


def _cell(box: Box, lines: list[Lettered]) -> TableCell | None:
    text = _text(lines)
    return TableCell(text, box) if text else None


def labelled_boxes(boxes: Sequence[Box], lines: Sequence[Lettered]) -> Iterator[Labelled]:
    """Boxes that hold one small text over larger ones: the label of a field and its value."""
    for box, inside in _filled(boxes, lines).items():
        if len(inside) < 2:
            continue
        head, *rest = inside
        if head.height <= SMALLER * min(line.height for line in rest) and len(head.text) <= MAX_LABEL:
            yield Labelled(head.text.strip(" :"), _text(rest), box)


def _filled(boxes: Sequence[Box], lines: Sequence[Lettered]) -> dict[Box, list[Lettered]]:
    """The lines whose middle lies in each box, top down; of boxes in boxes the smallest has them."""
    filled: dict[Box, list[Lettered]] = {box: [] for box in boxes}
    tops = [box.y0 for box in boxes]
    for line in lines if len(lines) * len(boxes) <= MAX_PAIRS else ():
        x, y = (line.box.x0 + line.box.x1) / 2, (line.box.y0 + line.box.y1) / 2
        around = [box for box in boxes[: bisect_right(tops, y)] if box.y1 >= y and box.x0 <= x <= box.x1]
        if around:
            filled[min(around, key=lambda box: (box.x1 - box.x0) * (box.y1 - box.y0))].append(line)
    return {box: sorted(inside, key=lambda line: (round(line.box.y0, 1), line.box.x0)) for box, inside in filled.items()}


def _text(lines: Iterable[Lettered]) -> str:
    return " ".join(line.text.strip() for line in lines)
