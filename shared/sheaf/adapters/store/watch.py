"""One watch on one document, as every adapter hands it out: it is told what is there, and passes on what is new."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sheaf.adapters.store import addresses
from sheaf.ports.store import Document

#: What no document's version is: nothing has been told yet.
_UNTOLD = "untold"

_LOG = logging.getLogger(__name__)

Changed = Callable[[Document | None], None]


class OneWatch:
    """A watch on one document; the contract is :class:`sheaf.ports.store.Watch`."""

    def __init__(self, path: str, changed: Changed, forget: Callable[[OneWatch], None]) -> None:
        self.path = path
        self.address = addresses.split(path)
        self._changed = changed
        self._forget = forget
        #: Held while ``changed`` runs, so that a close waits for it; its own thread may close too.
        self._turn = threading.RLock()
        self._open = True
        self._told: str | None = _UNTOLD

    def close(self) -> None:
        """Stop; waits for a call that is under way, unless it is made from within that call."""
        with self._turn:
            self._open = False
        self._forget(self)

    def is_news(self, version: str | None) -> bool:
        """Whether another version than this was told last."""
        return version != self._told

    def tell(self, document: Document | None) -> None:
        """Call ``changed``, unless this was told already or the watch is closed."""
        version = None if document is None else document.version
        with self._turn:
            if not self._open or version == self._told:
                return
            self._told = version
            try:
                self._changed(document)
            except Exception:  # noqa: BLE001 — the caller's own, which ends nothing
                _LOG.exception("A watch on %s failed; it goes on.", self.path)
