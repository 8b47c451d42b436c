"""The entities of a layout that carry text or rules, those in blocks and dimensions put where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sheaf.documents.bounds import too_large

TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB"})
RULES = frozenset({"LINE", "LWPOLYLINE", "POLYLINE"})
#: Entities that are drawn by others, which ezdxf makes for them.
_MADE = frozenset({"DIMENSION", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION", "ACAD_TABLE", "MULTILEADER", "MLEADER"})
#: Entities that are looked at in one file, those of blocks each time that they are shown.
MAX_ENTITIES = 1_000_000
#: Blocks in blocks.
MAX_DEPTH = 12
#: Rows times columns of one inserted array.
MAX_COPIES = 10_000


@dataclass(slots=True)
class Walk:
    """A way through a drawing's layouts, which counts what it passes."""

    drawing: Any
    passed: int = 0
    #: Inserts that blocks in blocks, or too many copies, kept from being shown.
    skipped: int = 0
    #: Entities on layers that are off or frozen.
    hidden: int = 0
    _shown: dict[str, bool] = field(default_factory=dict)
    _texts: dict[str, bool] = field(default_factory=dict)

    def of(self, entities: Iterable[Any], depth: int = 0) -> Iterator[Any]:
        """Texts, rules, tolerances and inserts, in the drawing's order.

        Raises:
            FileProblem: ``too_large``.
        """
        for entity in entities:
            self.passed += 1
            if self.passed > MAX_ENTITIES:
                raise too_large("The drawing", self.passed, MAX_ENTITIES, "entities")
            kind = entity.dxftype()
            if not self._is_visible(entity):
                self.hidden += 1
            elif kind == "INSERT":
                yield entity
                yield from self._inserted(entity, depth)
            elif kind in _MADE:
                yield entity
                yield from (one for one in self.of(_virtual(entity), depth + 1) if one.dxftype() in TEXTS or kind == "ACAD_TABLE")
            elif kind in TEXTS or kind in RULES or kind == "TOLERANCE":
                yield entity

    def _inserted(self, insert: Any, depth: int) -> Iterator[Any]:
        """Its attributes, and what its block shows if there is text in it: symbols without are shapes only."""
        yield from self.of((one for one in insert.attribs if not one.is_invisible), depth)
        if not self.has_text(str(insert.dxf.name)):
            return
        if depth >= MAX_DEPTH or insert.mcount > MAX_COPIES:
            self.skipped += 1
            return
        for each in insert.multi_insert() if insert.mcount > 1 else (insert,):
            yield from self.of(_virtual(each), depth + 1)

    def has_text(self, block: str) -> bool:
        """Whether a block, or one in it, holds text."""
        if block not in self._texts:
            self._texts[block] = False  # a block within itself ends here
            self._texts[block] = any(self._speaks(entity) for entity in self.drawing.blocks.get(block) or ())
        return self._texts[block]

    def _speaks(self, entity: Any) -> bool:
        kind = entity.dxftype()
        return kind in TEXTS or (kind == "INSERT" and (bool(entity.attribs) or self.has_text(str(entity.dxf.name))))

    def _is_visible(self, entity: Any) -> bool:
        name = str(entity.dxf.get("layer", "0"))
        if name not in self._shown:
            layers = self.drawing.layers
            layer = layers.get(name) if name in layers else None
            self._shown[name] = layer is None or not (layer.is_off() or layer.is_frozen())
        return self._shown[name] and not entity.dxf.get("invisible", 0)


def _virtual(entity: Any) -> Iterator[Any]:
    """What stands for an entity where it is shown; nothing where ezdxf cannot say, as of damaged ones."""
    try:
        yield from entity.virtual_entities()
    except Exception:  # noqa: BLE001 - whatever a damaged definition makes it raise, the rest of the drawing is sound
        return
