"""Idempotency keys: a creating call that is repeated under its key gets the first call's answer and does nothing.

A key is taken by creating its marker, so of several callers one does the work. A call that failed gives its key back. One that died
half way keeps it for :data:`HELD`; after that the next call under the key does the work anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, InvalidInput, PreconditionFailed
from sheaf.domain.record import record
from sheaf.ports.store import Create, Delete, Document, Order, Query, Update, Where
from sheaf.services.kernel import Kernel
from sheaf.services.records import Stored, dump, load

#: How long an answer is given again.
KEPT = timedelta(hours=24)
#: How long a call is believed to be at work.
HELD = timedelta(minutes=2)
#: Answers up to this many characters lie in the marker, longer ones in the object store.
_INLINE = 200_000
_FORGET_AT_ONCE = 200


@record(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a call was answered."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@record(frozen=True, kw_only=True, slots=True)
class _Marker:
    """A key in use: by which request, and what that was answered once it is done."""

    tenant: str
    #: Tells one request from another: a digest of all that it asks for.
    request: str
    expires_at: datetime
    held_until: datetime
    answer: Answer | None = None
    #: Where the answer's body lies instead.
    blob: str = ""


def once(kernel: Kernel, tenant: str, key: str, request: str, perform: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Perform a call, or give the answer that it was given before; the second item tells which.

    Raises InvalidInput when the key was used for another request, and Conflict while a call under it is at work.
    """
    path = paths.idempotency(tenant, key)
    now = kernel.clock.now()
    taken = _take(kernel, path, _Marker(tenant=tenant, request=request, expires_at=now + KEPT, held_until=now + HELD))
    if isinstance(taken, Answer):
        return taken, True
    try:
        answer = perform()
    except BaseException:
        _give_back(kernel, path, taken)
        raise
    _keep(kernel, path, taken, answer)
    return answer, False


def forget_expired(kernel: Kernel) -> int:
    """Remove markers whose time is over, as many as one call can; says how many."""
    query = Query(
        collection="idempotency",
        group=True,
        where=(Where("expires_at", "<", kernel.clock.now()),),
        order=(Order("expires_at"),),
        limit=_FORGET_AT_ONCE,
    )
    return sum(_forget(kernel, document) for document in kernel.store.query(query).documents)


def _forget(kernel: Kernel, document: Document) -> bool:
    """Remove one marker, unless a call took its key over since it was read."""
    if document.data["blob"]:
        kernel.blobs.delete(str(document.data["blob"]))
    try:
        kernel.store.commit([Delete(path=document.path, version=document.version)])
    except PreconditionFailed:
        return False
    return True


def _take(kernel: Kernel, path: str, wanted: _Marker) -> str | Answer:
    """The version under which the key is held now, or the answer that was given under it."""
    try:
        return kernel.store.commit([Create(path=path, data=dump(wanted))])[0].version
    except PreconditionFailed:
        document = kernel.store.get(path)
    if document is None:
        raise _in_use()
    held = load(document, _Marker)
    return _held(kernel, path, held, wanted)


def _held(kernel: Kernel, path: str, held: Stored[_Marker], wanted: _Marker) -> str | Answer:
    marker, now = held.value, kernel.clock.now()
    expired = marker.expires_at <= now
    if not expired and marker.request != wanted.request:
        raise InvalidInput("This idempotency key was used for another request. Take a new one.", code="idempotency_key_reused")
    if not expired and marker.answer is not None:
        return _given(kernel, marker, marker.answer)
    if not expired and marker.held_until > now:
        raise _in_use()
    try:
        return kernel.store.commit([Update(path=path, fields=dump(wanted), version=held.version)])[0].version
    except PreconditionFailed:
        raise _in_use() from None


def _in_use() -> Conflict:
    return Conflict("A request with this idempotency key is being carried out. Ask again in a moment.", code="idempotency_key_in_use")


def _given(kernel: Kernel, marker: _Marker, answer: Answer) -> Answer:
    if not marker.blob:
        return answer
    with kernel.blobs.open(marker.blob) as body:
        return Answer(status=answer.status, headers=answer.headers, body=body.read().decode())


def _keep(kernel: Kernel, path: str, version: str, answer: Answer) -> None:
    """Store the answer; should another call have taken the key over meanwhile, that one's counts."""
    fields: dict[str, object] = {"answer": answer}
    if len(answer.body) > _INLINE:
        kernel.blobs.put(_blob(path), answer.body.encode(), content_type="application/json")
        fields = {"answer": Answer(status=answer.status, headers=answer.headers, body=""), "blob": _blob(path)}
    try:
        kernel.store.commit([Update(path=path, fields=dump(fields), version=version)])
    except PreconditionFailed:
        return


def _blob(path: str) -> str:
    """Where the body of a long answer lies: beside nothing else."""
    return f"{path}/answer.json"


def _give_back(kernel: Kernel, path: str, version: str) -> None:
    try:
        kernel.store.commit([Delete(path=path, version=version)])
    except PreconditionFailed:
        return
