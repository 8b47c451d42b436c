"""What models answered, kept in the object store with the rest of their tenant: the same question is not paid for twice.

Answers lie on shelves, by the first digits of their key. Whoever puts one on a shelf takes off what is too old or too much there, so that
what a tenant keeps is bounded and nobody has to go through all of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sheaf.domain import paths
from sheaf.domain.errors import NotFound, SheafError
from sheaf.ports.blobs import BlobInfo, BlobStore

_log = logging.getLogger(__name__)

#: Digits of a key that name its shelf, and how many shelves that makes.
_DIGITS = 2
SHELVES: int = 16**_DIGITS


@dataclass(frozen=True, kw_only=True, slots=True)
class BlobMemo:
    """A :class:`sheaf.extraction.engine.Memo` in an object store that is opened when it is first needed."""

    blobs: Callable[[], BlobStore]
    now: Callable[[], datetime]
    #: An older answer is asked for anew; nothing is kept at all where it is nothing.
    age: timedelta
    #: Most bytes that are kept for one tenant.
    size: int

    def get(self, tenant: str, key: str) -> bytes | None:
        """See :class:`sheaf.extraction.engine.Memo`."""
        try:
            return self._read(_path(tenant, key)) if self.age and tenant else None
        except NotFound:
            return None
        except SheafError as error:
            _log.warning("what a model answered before cannot be read: %s", error)
            return None

    def put(self, tenant: str, key: str, data: bytes) -> None:
        """See :class:`sheaf.extraction.engine.Memo`."""
        if not (self.age and tenant) or len(data) > self._room:
            return
        try:
            self.blobs().put(_path(tenant, key), data, content_type="application/json")
            for one in self._too_much(tenant, key):
                self.blobs().delete(one.path, generation=one.generation)
        except SheafError as error:
            _log.warning("what a model answered cannot be kept: %s", error)

    @property
    def _room(self) -> int:
        """Bytes of one shelf."""
        return self.size // SHELVES

    def _read(self, path: str) -> bytes | None:
        store = self.blobs()
        info = store.info(path)
        if info is None or self._is_old(info):
            return None
        with closing(store.open(path, end=self._room)) as file:
            return file.read()

    def _is_old(self, info: BlobInfo) -> bool:
        return info.updated_at <= self.now() - self.age

    def _too_much(self, tenant: str, key: str) -> Iterator[BlobInfo]:
        """What is to be taken off the shelf of a key: whatever is too old, and of the others the oldest as far as they are too many."""
        left = self._room
        for one in sorted(self.blobs().list(_shelf(tenant, key)), key=lambda info: info.updated_at, reverse=True):
            left -= one.size
            if left < 0 or self._is_old(one):
                yield one


def _shelf(tenant: str, key: str) -> str:
    return f"{paths.model_answers(tenant)}/{key[:_DIGITS]}/"


def _path(tenant: str, key: str) -> str:
    return f"{_shelf(tenant, key)}{key}.json"
