"""Attributes of inserted blocks as data: a title block's fields by their tags and prompts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheaf.documents.dxf.lettering import Line, cleaned, lines_of
from sheaf.documents.dxf.sheet import Frame
from sheaf.documents.model import Datum
from sheaf.documents.values import in_words
from sheaf.domain.rows import Box

#: Tags of title blocks that AutoCAD Mechanical and drawings made after it share, by what they stand for.
_TAGS = {
    "GEN-TITLE-DWG": "drawing.number",
    "GEN-TITLE-NR": "drawing.number",
    "GEN-TITLE-DES1": "drawing.title",
    "GEN-TITLE-NAME": "drawing.author",
    "GEN-TITLE-DAT": "drawing.date",
    "GEN-TITLE-CHKM": "drawing.checker",
    "GEN-TITLE-APPM": "drawing.approver",
    "GEN-TITLE-MAT1": "drawing.material",
    "GEN-TITLE-SCA": "drawing.scale",
    "GEN-TITLE-SIZ": "drawing.size",
    "GEN-TITLE-REV": "drawing.revision",
    "GEN-TITLE-SHEET": "drawing.sheet",
}
_WIDTH = re.compile(r"\{[\d.,]*\}$")
#: How prompts ask for what they name.
_ASKING = re.compile(
    r"(?:please )?(?:enter|type|input|geben sie|bitte|saisir|entrez|introduzca|inserire)(?: (?:the|le|la|el|die|den|das))?\s+",
    re.IGNORECASE,
)
_MAX_PROMPT = 50


def data_of(drawing: Any, inserts: Iterable[Any], layout: str, frame: Frame, page: int) -> Iterator[Datum]:
    """A datum for each attribute, in order; those of a block that is shown more than once are numbered, as rows of one table.

    Paths are ``LAYOUT/BLOCK.TAG`` and ``LAYOUT/BLOCK[0].TAG``.
    """
    listed = [insert for insert in inserts if insert.attribs]
    times = Counter(str(insert.dxf.name) for insert in listed)
    prompts = {block: _prompts(drawing.blocks.get(block)) for block in times}
    seen: Counter[str] = Counter()
    for insert in listed:
        block = str(insert.dxf.name)
        index = f"[{seen[block]}]" if times[block] > 1 else ""
        seen[block] += 1
        for datum, lines in _of_insert(insert, prompts[block], f"{named(layout)}/{named(block)}{index}"):
            boxes = [frame.box(*line.span(0, len(line.text))) for line in lines]
            yield replace(datum, page=page, box=around(boxes)) if boxes else datum


def _of_insert(insert: Any, prompts: Mapping[str, str], path: str) -> Iterator[tuple[Datum, list[Line]]]:
    used: Counter[str] = Counter()
    for attribute in insert.attribs:
        tag = _WIDTH.sub("", str(attribute.dxf.get("tag", ""))).strip()
        used[tag] += 1
        again = f" {used[tag]}" if used[tag] > 1 else ""
        label = prompts.get(tag) or in_words(tag)
        lines = _lines(attribute)
        text = " ".join(line.text.strip() for line in lines) or cleaned(str(attribute.dxf.get("text", ""))).strip()
        shown = [] if attribute.is_invisible else lines
        yield Datum(f"{path}.{named(tag)}{again}", text, cleaned(label), _TAGS.get(tag.upper(), "")), shown


def _prompts(block: Any) -> dict[str, str]:
    """What the block's definition calls each attribute, where that is a name rather than a sentence."""
    found: dict[str, str] = {}
    for definition in block.query("ATTDEF") if block is not None else ():
        asked = str(definition.dxf.get("prompt", "")).strip()
        prompt = asked[match.end() if (match := _ASKING.match(asked)) else 0 :].strip(" :?.")
        if 0 < len(prompt) <= _MAX_PROMPT:
            found[_WIDTH.sub("", str(definition.dxf.get("tag", ""))).strip()] = prompt
    return found


def _lines(attribute: Any) -> list[Line]:
    """Where it is shown; nowhere where a damaged one does not say."""
    try:
        return lines_of(attribute)
    except (AttributeError, TypeError, ValueError, ArithmeticError):
        return []


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around some."""
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def named(name: str) -> str:
    """A name as one step of a path, where brackets number and slashes part."""
    return cleaned(name).translate(str.maketrans("[]/", "()\u2215"))
