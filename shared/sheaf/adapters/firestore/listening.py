"""Watches on Firestore: one stream a store, on which each watched document is a target of its own.

Firestore ends such streams now and then; the next one is opened by itself, and begins with the state of every document
(https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#listenresponse).
"""

from __future__ import annotations

import itertools
import logging
import random
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from sheaf.adapters.firestore import encoding
from sheaf.adapters.firestore.wire import Wire
from sheaf.adapters.store.watch import Changed, OneWatch
from sheaf.domain.retries import RetryPolicy

#: Pauses before a stream that broke off is opened again.
_PAUSES = RetryPolicy(base_s=0.1, cap_s=10.0)
_REMOVE, _CURRENT = 2, 3

_LOG = logging.getLogger(__name__)


class Listening:
    """All watches of one store."""

    def __init__(self, wire: Callable[[], Wire]) -> None:
        self._wire = wire
        self._guard = threading.Condition()
        self._ids = itertools.count(1)
        self._watches: dict[int, OneWatch] = {}
        self._thread: threading.Thread | None = None
        #: The stream that is open, and what is to be sent on it; None ends it.
        self._stream: Any = None
        self._requests: SimpleQueue[Any] = SimpleQueue()
        #: Streams opened since the last that told something.
        self._attempts = 0
        #: Targets that the open stream has told of.
        self._heard_of: set[int] = set()
        self._ended = threading.Event()

    def add(self, path: str, changed: Changed) -> OneWatch:
        """Watch one document; raises InvalidInput for what is no address."""
        target = next(self._ids)
        watch = OneWatch(path, changed, lambda _: self._forget(target))
        wire = self._wire()
        with self._guard:
            self._watches[target] = watch
            if self._stream is not None:
                self._requests.put(_addition(wire, target, path))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=[wire], name="sheaf-watches", daemon=True)
                self._thread.start()
            self._guard.notify()
        return watch

    def close(self) -> None:
        """Close every watch, and end the stream and the thread."""
        with self._guard:
            self._ended.set()
            watches = list(self._watches.values())
            self._break_off()
            self._guard.notify()
        for watch in watches:
            watch.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _forget(self, target: int) -> None:
        with self._guard:
            if self._watches.pop(target, None) is None or self._stream is None:
                return
            if self._watches:
                self._requests.put(_removal(self._wire(), target))
            else:
                self._break_off()

    def _break_off(self) -> None:
        if self._stream is not None:
            self._requests.put(None)
            self._stream.cancel()

    def _run(self, wire: Wire) -> None:
        while self._is_wanted():
            self._attempts += 1
            try:
                for answer in self._opened(wire):
                    self._heard(answer, wire)
            except wire.error as error:
                _LOG.info("The watches on Firestore broke off, and begin again: %s", error)
            finally:
                self._give_up()
            pause = _PAUSES.delay(self._attempts, random.Random())  # noqa: S311 — keeps no secret
            self._ended.wait(pause.total_seconds())

    def _is_wanted(self) -> bool:
        with self._guard:
            self._guard.wait_for(lambda: self._watches or self._ended.is_set())
            return not self._ended.is_set()

    def _opened(self, wire: Wire) -> Any:
        """A new stream with every watch that there is."""
        with self._guard:
            self._requests = SimpleQueue()
            self._heard_of = set()
            for target, watch in self._watches.items():
                self._requests.put(_addition(wire, target, watch.path))
            self._stream = wire.listen(iter(self._requests.get, None))
            if self._ended.is_set():
                self._break_off()
            return self._stream

    def _give_up(self) -> None:
        with self._guard:
            self._break_off()
            self._stream = None

    def _heard(self, answer: Any, wire: Wire) -> None:
        match answer.WhichOneof("response_type"):
            case "document_change":
                change = answer.document_change
                self._tell(change.target_ids, encoding.document(change.document, wire.documents))
                self._tell(change.removed_target_ids, None)
            case "document_delete":
                self._tell(answer.document_delete.removed_target_ids, None)
            case "document_remove":
                self._tell(answer.document_remove.removed_target_ids, None)
            case "target_change" if answer.target_change.target_change_type == _CURRENT:
                # All that is there has been told; of what was not spoken there is nothing.
                self._tell([target for target in answer.target_change.target_ids if target not in self._heard_of], None)
            case "target_change" if answer.target_change.target_change_type == _REMOVE and answer.target_change.HasField("cause"):
                _LOG.warning("Firestore ended a watch: %s", answer.target_change.cause.message)
                self._break_off()

    def _tell(self, targets: Any, document: Any) -> None:
        self._attempts = 0
        for target in targets:
            self._heard_of.add(target)
            if (watch := self._watches.get(target)) is not None:
                watch.tell(document)


def _addition(wire: Wire, target: int, path: str) -> Any:
    request = wire.message("ListenRequest")
    request.database = wire.database
    request.add_target.target_id = target
    request.add_target.documents.documents.append(f"{wire.documents}/{path}")
    return request


def _removal(wire: Wire, target: int) -> Any:
    request = wire.message("ListenRequest")
    request.database = wire.database
    request.remove_target = target
    return request
