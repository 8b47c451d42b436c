"""The parts of a word-processing package: which XML part is the text, which are headers, footers and notes.

See ECMA-376 part 2 (packages) and part 1, 11.3 (parts). Elements go by local names: strict and transitional files differ in namespaces.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from sheaf.documents.limits import Limits
from sheaf.documents.xml.parsing import local, parsed, text_of
from sheaf.domain.errors import FailureCategory, FileProblem

_DEFAULT_MAIN = "word/document.xml"
_METADATA = {"title": "title", "creator": "author", "subject": "subject", "created": "created"}


class Package:
    """An open package and what its relationships say."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._names = set(archive.namelist())
        self._main = next(self._related("", "officeDocument"), _DEFAULT_MAIN)

    def main(self) -> Any:
        """The root of the main text.

        Raises:
            FileProblem: ``corrupt`` when there is none, or as parsing it.
        """
        if self._main not in self._names:
            raise FileProblem(FailureCategory.CORRUPT, "The document has no text part; it is damaged.")
        return self._root(self._main)

    def parts(self, kind: str) -> list[tuple[str, Any]]:
        """Name and root of every part that the main text relates to as ``header``, ``footer``, ``footnotes`` or ``endnotes``."""
        names = sorted(name for name in self._related(self._main, kind) if name in self._names)
        return [(posixpath.splitext(posixpath.basename(name))[0], self._root(name)) for name in names]

    def metadata(self) -> dict[str, str]:
        """Title, author and subject, where given."""
        for name in self._related("", "core-properties"):
            if name in self._names:
                found = {_METADATA[local(item)]: text_of(item) for item in self._root(name) if _is_known(item)}
                return {key: value for key, value in found.items() if value}
        return {}

    def _root(self, name: str) -> Any:
        return parsed(self._archive.read(name), self._limits)

    def _related(self, source: str, kind: str) -> Iterator[str]:
        """Names of the parts that ``source`` ("" for the package) relates to as ``kind``; what lies outside the package is left out."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._names:
            return
        for relation in self._root(relations):
            if isinstance(relation.tag, str) and relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
                yield posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")


def _is_known(item: Any) -> bool:
    return isinstance(item.tag, str) and local(item) in _METADATA
