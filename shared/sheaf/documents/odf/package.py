"""An OpenDocument package: opened within bounds, its parts parsed, what it says of itself.

See OASIS OpenDocument 1.3, part 2 (packages) and part 3, 3.1 (document structure) and 4.3 (metadata).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sheaf.documents.archives import check_parts, opened
from sheaf.documents.limits import Limits
from sheaf.documents.odf.elements import elements
from sheaf.documents.xml.parsing import local, parsed, text_of
from sheaf.domain.errors import FailureCategory, FileProblem

CONTENT = "content.xml"
_STYLES, _META, _MANIFEST = "styles.xml", "meta.xml", "META-INF/manifest.xml"
#: Older programs declare a document type in the manifest, of which nothing but one word is looked for.
_UNREAD = ("META-INF/",)
_MANIFEST_BYTES = 4 * 2**20
_METADATA = {"title": "title", "creator": "author", "initial-creator": "author", "subject": "subject", "creation-date": "created"}


@contextmanager
def package(path: Path, limits: Limits, *, streamed: bool = False) -> Iterator[Package]:
    """The package at ``path``, checked; ``streamed``: its content is read as a stream, and may be larger than a tree.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``too_large`` or ``unsafe``; also for what is read of it in the block.
    """
    with opened(path, limits) as archive:
        check_parts(archive, streamed=(CONTENT,) if streamed else (), unread=_UNREAD)
        found = Package(archive, limits)
        found.check()
        yield found


class Package:
    """An open package."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive, self._limits = archive, limits
        self._names = set(archive.namelist())

    def check(self) -> None:
        """Refuse a package without content, or with content that is encrypted.

        Raises:
            FileProblem: ``encrypted`` or ``corrupt``.
        """
        if _MANIFEST in self._names:
            with self.archive.open(_MANIFEST) as manifest:
                if b"encryption-data" in manifest.read(_MANIFEST_BYTES):
                    raise FileProblem(FailureCategory.ENCRYPTED, "The file is protected by a password; save it without one and try again.")
        if CONTENT not in self._names:
            raise FileProblem(FailureCategory.CORRUPT, "The file has no content part; it is damaged.")

    def content(self) -> Any:
        """The root of the content."""
        return self._root(CONTENT)

    def styles(self) -> Any | None:
        """The root of the shared styles, or None where there are none."""
        return self._root(_STYLES) if _STYLES in self._names else None

    def metadata(self) -> dict[str, str]:
        """Title, author and subject, where given."""
        found: dict[str, str] = {}
        for item in self._root(_META).iter() if _META in self._names else ():
            name = _METADATA.get(local(item), "") if isinstance(item.tag, str) else ""
            if name and text_of(item):
                found.setdefault(name, text_of(item))
        return found

    def _root(self, name: str) -> Any:
        return parsed(self.archive.read(name), self._limits)


def body_of(content: Any, kind: str) -> list[Any]:
    """What the content's body holds of a kind: ``text`` or ``presentation``."""
    return [child for body, name in elements(content) if name == "body" for child, inner in elements(body) if inner == kind]
