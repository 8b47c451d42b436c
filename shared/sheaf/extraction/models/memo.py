"""What models answered, kept in the object store: the same question of the same tenant is not paid for twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sheaf.domain.errors import NotFound, SheafError
from sheaf.ports.blobs import BlobStore

_log = logging.getLogger(__name__)

#: Most bytes of an answer that are read back.
_MAX_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class BlobMemo:
    """A :class:`sheaf.extraction.engine.Memo` in an object store that is opened when it is first needed; keys name the tenant already."""

    blobs: Callable[[], BlobStore]

    def get(self, key: str) -> bytes | None:
        """See :class:`sheaf.extraction.engine.Memo`."""
        try:
            with self.blobs().open(_path(key), end=_MAX_BYTES) as file:
                return file.read()
        except NotFound:
            return None
        except SheafError as error:
            _log.warning("what a model answered before cannot be read: %s", error)
            return None

    def put(self, key: str, data: bytes) -> None:
        """See :class:`sheaf.extraction.engine.Memo`."""
        try:
            self.blobs().put(_path(key), data, content_type="application/json")
        except SheafError as error:
            _log.warning("what a model answered cannot be kept: %s", error)


def _path(key: str) -> str:
    return f"models/answers/{key}.json"
