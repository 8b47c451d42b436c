"""Text bodies of shapes and cells: paragraphs with their size, broken where their author broke them.

See ECMA-376 part 1, 21.1.2 (text).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sheaf.documents.model import Place
from sheaf.documents.pptx.geometry import children, find, whole
from sheaf.documents.slides import USUAL_SIZE, TextLine
from sheaf.documents.xml.parsing import local

_BREAK = "\n"
_TAB = 4
#: Sizes are stated in hundredths of a point.
_HUNDREDTHS = 100
_ON = frozenset({"1", "true"})


def lines_of(body: Any | None, path: str, usual: float = USUAL_SIZE) -> Iterator[TextLine]:
    """The lines of a text body; those without text are left out."""
    paragraphs = [child for child in children(body) if local(child) == "p"]
    for number, paragraph in enumerate(paragraphs, start=1):
        runs = list(_runs(paragraph))
        size = max((found for _text, found, _bold in runs if found), default=usual)
        bold = bool(runs) and all(is_bold for text, _size, is_bold in runs if text.strip())
        for text in "".join(text for text, _size, _bold in runs).expandtabs(_TAB).split(_BREAK):
            if text.strip():
                yield TextLine(text.rstrip(), Place(path=f"{path}/p[{number}]"), size, bold)


def _runs(paragraph: Any) -> Iterator[tuple[str, float, bool]]:
    """Text, size (0 where unstated) and boldness of each run."""
    for child in children(paragraph):
        match local(child):
            case "r" | "fld":
                look = find(child, "rPr")
                text = find(child, "t")
                yield (text.text or "" if text is not None else ""), _size(look), look is not None and look.get("b") in _ON
            case "br":
                yield _BREAK, 0.0, False
            case "m":
                yield "".join(child.itertext("{*}t")), 0.0, False
            case _:
                pass


def _size(look: Any | None) -> float:
    return whole(look.get("sz", "")) / _HUNDREDTHS if look is not None else 0.0
