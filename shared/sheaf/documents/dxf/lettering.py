"""Text entities as lines of text with their place, size and direction; fonts are not looked at, widths are those of common lettering."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: Width of a character on average, in text heights (ISO 3098, type B: 0.6 to 0.7 with its gap).
CHARACTER = 0.65
#: From one baseline to the next, in text heights, at a line spacing factor of one (AutoCAD's 5/3).
SPACING = 5 / 3
#: Coordinates beyond are damage.
_FARTHEST = 1e12
_MAX_CHARACTERS = 20_000
#: How characters beyond a drawing's code page are written before version R2007.
_ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its baseline's left end, its direction in radians, and its size, in the drawing's units."""

    text: str
    x: float
    y: float
    angle: float
    height: float
    #: Of one character.
    pitch: float

    def span(self, start: int, end: int) -> tuple[float, float, float, float]:
        """Left, lower, right and upper bound of some of its characters, however they are turned; y grows upwards."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        corners = [(along * self.pitch, across * self.height) for along in (start, end) for across in (-0.25, 1.0)]
        xs = [self.x + along * cos - across * sin for along, across in corners]
        ys = [self.y + along * sin + across * cos for along, across in corners]
        return min(xs), min(ys), max(xs), max(ys)


def lines_of(entity: Any) -> list[Line]:
    """The lines of a TEXT, MTEXT or ATTRIB; none where its numbers make no sense."""
    if entity.dxftype() == "MTEXT":
        found = _of_mtext(entity)
    elif entity.dxftype() == "ATTRIB" and entity.has_embedded_mtext_entity:
        found = _of_mtext(entity.virtual_mtext_entity())
    else:
        found = _of_text(entity)
    return [line for line in found if line.text.strip() and _is_sound(line)]


def _is_sound(line: Line) -> bool:
    numbers = (line.x, line.y, line.angle, line.height, line.pitch)
    return all(math.isfinite(number) and abs(number) < _FARTHEST for number in numbers) and line.height > 0 and line.pitch > 0


def _of_text(entity: Any) -> Iterator[Line]:
    text = cleaned(entity.plain_text())
    alignment, first, second = entity.get_placement()
    height = abs(float(entity.dxf.get("height", 1.0))) or 1.0
    angle = math.radians(float(entity.dxf.get("rotation", 0.0)))
    pitch = height * CHARACTER * abs(float(entity.dxf.get("width", 1.0)) or 1.0)
    if second is not None and text and first.distance(second) > 0:
        angle, pitch = (second - first).angle, first.distance(second) / len(text)
    right, up = _anchor(alignment.name)
    ocs = entity.ocs()
    origin, along = ocs.to_wcs(first), ocs.to_wcs((math.cos(angle), math.sin(angle), 0.0))
    turned = math.atan2(along[1], along[0])
    yield _moved(Line(text, float(origin[0]), float(origin[1]), turned, height, pitch), -right * pitch * len(text), -up * height)


def _anchor(alignment: str) -> tuple[float, float]:
    """Where the point that a text is placed by lies in it: share of its width from the left, of its height above the baseline."""
    right = 0.5 if alignment.endswith("CENTER") or alignment == "MIDDLE" else 1.0 if alignment.endswith("RIGHT") else 0.0
    up = 1.0 if alignment.startswith("TOP") else 0.5 if alignment.startswith("MIDDLE") else 0.0
    return right, up


def _of_mtext(entity: Any) -> Iterator[Line]:
    height = abs(float(entity.dxf.get("char_height", 1.0))) or 1.0
    pitch = height * CHARACTER
    lines = list(_wrapped(entity.all_columns_plain_text(split=True), float(entity.dxf.get("width", 0.0) or 0.0), pitch))
    step = height * SPACING * float(entity.dxf.get("line_spacing_factor", 1.0) or 1.0)
    attachment = min(max(int(entity.dxf.get("attachment_point", 1)), 1), 9) - 1
    right, below = (attachment % 3) / 2, (attachment // 3) / 2
    angle = math.radians(float(entity.get_rotation()))
    insert = entity.dxf.insert
    top = below * ((len(lines) - 1) * step + height) - height
    for number, text in enumerate(lines):
        line = Line(text, float(insert[0]), float(insert[1]), angle, height, pitch)
        yield _moved(line, -right * pitch * len(text), top - number * step)


def _wrapped(lines: list[str], width: float, pitch: float) -> Iterator[str]:
    """The lines as a column of that width breaks them; one that is hardly wider is left whole, since widths are estimates."""
    fits = int(width / pitch) if width > 0 else 0
    for line in lines:
        text = cleaned(line)
        yield from (textwrap.wrap(text, fits) or [""]) if fits > 4 and len(text) > 1.3 * fits else [text]


def _moved(line: Line, along: float, across: float) -> Line:
    cos, sin = math.cos(line.angle), math.sin(line.angle)
    x, y = line.x + along * cos - across * sin, line.y + along * sin + across * cos
    return Line(line.text, x, y, line.angle, line.height, line.pitch)


def plain(text: str) -> str:
    """Formatted text (MTEXT) in one line without its codes."""
    from ezdxf.tools.text import plain_mtext

    return cleaned(str(plain_mtext(text))).strip()


def cleaned(text: str) -> str:
    r"""The text, ``\U+03B1`` spelled out, without what cannot be stored: bytes that stood for no character, and control characters."""
    spelled = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text[:_MAX_CHARACTERS])
    sound = spelled.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if character.isspace() else character for character in sound if character.isprintable() or character.isspace())
