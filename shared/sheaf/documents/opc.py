"""The parts of an office package: which XML part is the main one, and what it relates to, such as headers, slides and notes.

See ECMA-376 part 2 (packages) and part 1, 11.3 and 13.3 (parts). Elements go by local names: strict and transitional files differ in
namespaces.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from sheaf.documents.limits import Limits
from sheaf.documents.xml.parsing import local, parsed, text_of
from sheaf.domain.errors import FailureCategory, FileProblem

_METADATA = {"title": "title", "creator": "author", "subject": "subject", "created": "created"}


class Package:
    """An open package and what its relationships say."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits, usual_main: str) -> None:
        self._archive, self._limits = archive, limits
        self._names = set(archive.namelist())
        #: Name of the main part: the one that is declared, else the usual one.
        self.main_name = next(self.related("", "officeDocument"), usual_main)

    def main(self) -> Any:
        """The root of the main part.

        Raises:
            FileProblem: ``corrupt`` when there is none, or as parsing it.
        """
        root = self.part(self.main_name)
        if root is None:
            raise FileProblem(FailureCategory.CORRUPT, "The file has no main part; it is damaged.")
        return root

    def part(self, name: str) -> Any | None:
        """The root of one part, or None where the package has none of that name.

        Raises:
            FileProblem: as parsing it.
        """
        return parsed(self._archive.read(name), self._limits) if name in self._names else None

    def parts(self, kind: str) -> list[tuple[str, Any]]:
        """Name and root of every part that the main text relates to as ``header``, ``footer``, ``footnotes`` or ``endnotes``."""
        names = sorted(name for name in self.related(self.main_name, kind) if name in self._names)
        return [(posixpath.splitext(posixpath.basename(name))[0], self.part(name)) for name in names]

    def metadata(self) -> dict[str, str]:
        """Title, author and subject, where given."""
        roots = (self.part(name) for name in self.related("", "core-properties"))
        found = {_METADATA[local(item)]: text_of(item) for root in roots if root is not None for item in root if _is_known(item)}
        return {key: value for key, value in found.items() if value}

    def related(self, source: str, kind: str) -> Iterator[str]:
        """Names of the parts that ``source`` ("" for the package) relates to as ``kind``."""
        return (target for found, _identity, target in self._relations(source) if found == kind)

    def by_id(self, source: str) -> dict[str, str]:
        """Names of the parts that ``source`` relates to, by the relations' ids."""
        return {identity: target for _kind, identity, target in self._relations(source)}

    def _relations(self, source: str) -> Iterator[tuple[str, str, str]]:
        """Kind, id and target of each relation; what lies outside the package is left out."""
        folder, name = posixpath.split(source)
        relations = self.part(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in relations if relations is not None else ():
            if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                yield relation.get("Type", "").rpartition("/")[2], relation.get("Id", ""), target


def _is_known(item: Any) -> bool:
    return isinstance(item.tag, str) and local(item) in _METADATA
