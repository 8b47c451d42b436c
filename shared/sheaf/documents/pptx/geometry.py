"""Where shapes stand on a slide: their own place, their layout's or its master's, moved and scaled by the groups around them.

See ECMA-376 part 1, 20.1.7 (positions) and 19.3.1.36 (placeholders). Lengths in files are English metric units, 12,700 to the point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.documents.slides import box_at
from sheaf.documents.xml.parsing import local
from sheaf.domain.rows import Box

#: English metric units of a point.
EMU = 12_700.0
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Moved:
    """What the groups around a shape make of its coordinates: scaled, then moved, in points."""

    x: float = 0.0
    y: float = 0.0
    wide: float = 1.0
    tall: float = 1.0

    def box(self, box: Box) -> Box:
        """The box on the slide."""
        width, height = (box.x1 - box.x0) * self.wide, (box.y1 - box.y0) * self.tall
        return box_at(self.x + box.x0 * self.wide, self.y + box.y0 * self.tall, width, height)

    def into(self, group: Any) -> Moved:
        """What a group inside makes of its own shapes' coordinates."""
        transform = find(group, "grpSpPr", "xfrm")
        outer, inner = (_rectangle(transform, *names) for names in (("off", "ext"), ("chOff", "chExt")))
        if outer is None or inner is None:
            return self
        wide, tall = (_ratio(outer.x1 - outer.x0, inner.x1 - inner.x0), _ratio(outer.y1 - outer.y0, inner.y1 - inner.y0))
        corner = self.box(outer)
        wide, tall = self.wide * wide, self.tall * tall
        return Moved(corner.x0 - inner.x0 * wide, corner.y0 - inner.y0 * tall, wide, tall)


def _ratio(outer: float, inner: float) -> float:
    return outer / inner if outer > 0 and inner > 0 else 1.0


class Layouts:
    """The placeholders of the layout and the master behind a slide, the layout's first."""

    def __init__(self, roots: Sequence[Any]) -> None:
        self._places = [_placeholders(root) for root in roots]

    def box(self, shape: Any) -> Box | None:
        """Where a shape stands by itself, or as the placeholder that it fills; None where nothing says."""
        own = _rectangle(find(shape, "spPr", "xfrm"), "off", "ext")
        mark = placeholder(shape)
        if own is not None or mark is None:
            return own
        keys = (("idx", mark.get("idx")), ("type", mark.get("type", "body")))
        boxes = (places.get(key) for places in self._places for key in keys if key[1] is not None)
        return next((box for box in boxes if box is not None), None)


def _placeholders(root: Any) -> dict[tuple[str, str | None], Box]:
    places: dict[tuple[str, str | None], Box] = {}
    for shape in root.iter("{*}sp"):
        mark = placeholder(shape)
        box = _rectangle(find(shape, "spPr", "xfrm"), "off", "ext")
        if mark is not None and box is not None:
            places.setdefault(("idx", mark.get("idx")), box)
            places.setdefault(("type", mark.get("type", "body")), box)
    return places


def placeholder(shape: Any) -> Any | None:
    """The mark by which a shape says that it fills a placeholder, or None."""
    return find(shape, "nvSpPr", "nvPr", "ph")


def frame_box(frame: Any) -> Box:
    """Where a frame with a table stands."""
    return _rectangle(find(frame, "xfrm"), "off", "ext") or Box(0, 0, 0, 0)


def _rectangle(transform: Any | None, corner: str, extent: str) -> Box | None:
    """A box from an offset and an extent, or None where either is absent."""
    offset, size = find(transform, corner), find(transform, extent)
    if offset is None or size is None:
        return None
    return box_at(points(offset, "x"), points(offset, "y"), points(size, "cx"), points(size, "cy"))


def points(element: Any, name: str) -> float:
    """A length in points, 0 where it is missing or no number."""
    return whole(element.get(name, "")) / EMU


def whole(text: str) -> int:
    """A whole number, 0 where the text is none or longer than any length."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else 0


def find(element: Any | None, *names: str) -> Any | None:
    """The first child of each name in turn, or None."""
    for name in names:
        if element is None:
            return None
        element = next((child for child in children(element) if local(child) == name), None)
    return element


def children(element: Any | None) -> Iterator[Any]:
    """Child elements; none of None."""
    return (child for child in element if isinstance(child.tag, str)) if element is not None else iter(())
