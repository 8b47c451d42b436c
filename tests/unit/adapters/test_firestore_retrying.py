"""When a call to Firestore is made again, and what its failures are told as."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sheaf.adapters.firestore.mutations import Nature, nature
from sheaf.adapters.firestore.retrying import READ, Persistence
from sheaf.domain.errors import AccessDenied, InvalidInput, PreconditionFailed, SheafError, Unavailable
from sheaf.ports.store import Create, Delete, Increment, Put, Update, Write

GUARDED = Nature(guarded=True, repeatable=True)
COUNTING = Nature(guarded=True, repeatable=False)
UNCLEAR = ["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "CANCELLED"]
REFUSED = ["ABORTED", "RESOURCE_EXHAUSTED"]
GUARDS = ["FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND"]


class Failed(Exception):
    """A call that ended with a gRPC status."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self._status = status

    def code(self) -> Any:
        """As gRPC's errors have it."""
        return SimpleNamespace(name=self._status)

    def details(self) -> str:
        """What the service said."""
        return f"it is {self._status}"


class Service:
    """Answers with these statuses in turn, the last one for ever; time passes while it is not called."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.calls = 0
        self.now = 0.0
        self.pauses: list[float] = []

    def call(self, nature: Nature = READ) -> str:
        """Call it as persistently as calls are."""
        return Persistence(sleep=self._sleep, seconds=lambda: self.now).call(self._attempt, Failed, nature)

    def _attempt(self, timeout: float) -> str:
        assert timeout > 0
        self.calls += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status != "OK":
            raise Failed(status)
        return "answer"

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("status", [*UNCLEAR, *REFUSED])
@pytest.mark.parametrize("kind", [READ, GUARDED])
def test_what_passes_is_tried_again(status: str, kind: Nature) -> None:
    """A passing failure is followed by another attempt, after a pause that grows."""
    service = Service(status, status, status, "OK")
    assert service.call(kind) == "answer"
    assert len(service.pauses) == 3
    assert all(0.05 / 2 * 2**n <= pause <= 0.05 * 2**n for n, pause in enumerate(service.pauses))


@pytest.mark.parametrize("status", [*UNCLEAR, *REFUSED])
def test_it_is_given_up_within_bounds(status: str) -> None:
    """A service that stays away is Unavailable after ten seconds of attempts that grow rarer, not before two."""
    service = Service(status)
    with pytest.raises(Unavailable):
        service.call()
    assert 2 < service.now <= 10
    assert service.calls < 20


@pytest.mark.parametrize("status", ["INVALID_ARGUMENT", "PERMISSION_DENIED", "UNAUTHENTICATED", "UNIMPLEMENTED", "DATA_LOSS", *GUARDS])
def test_what_stays_is_told_at_once(status: str) -> None:
    """A failure that another attempt would meet again is told after the first."""
    service = Service(status)
    with pytest.raises(SheafError):
        service.call()
    assert service.calls == 1


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        *[(status, GUARDED, PreconditionFailed) for status in GUARDS],
        *[(status, READ, Unavailable) for status in GUARDS],
        ("INVALID_ARGUMENT", GUARDED, InvalidInput),
        ("PERMISSION_DENIED", READ, AccessDenied),
        ("UNAUTHENTICATED", GUARDED, AccessDenied),
        ("DATA_LOSS", READ, Unavailable),
    ],
)
def test_what_a_status_is_told_as(status: str, kind: Nature, told: type[Exception]) -> None:
    """A failed guard is only told where there is one: a database that does not exist is NOT_FOUND too."""
    with pytest.raises(told, match=status if told is not AccessDenied else "credentials"):
        Service(status).call(kind)


@pytest.mark.parametrize("status", UNCLEAR)
def test_what_must_not_count_twice_is_not_sent_twice(status: str) -> None:
    """After an unclear end a commit that adds, and that no guard of its own stops, is Unavailable at once."""
    service = Service(status, "OK")
    with pytest.raises(Unavailable):
        service.call(COUNTING)
    assert service.calls == 1


def test_a_refusal_has_written_nothing() -> None:
    """Contention and exhaustion are known to have changed nothing, so that any commit is sent again; not after an unclear end."""
    assert Service("ABORTED", "RESOURCE_EXHAUSTED", "OK").call(COUNTING) == "answer"
    service = Service("ABORTED", "UNAVAILABLE", "OK")
    with pytest.raises(Unavailable):
        service.call(COUNTING)
    assert service.calls == 2


@pytest.mark.parametrize("status", GUARDS)
def test_a_guard_that_fails_after_doubt_proves_nothing(status: str) -> None:
    """The failing guard may be the doing of the very commit whose answer was lost: nobody is told that it was not written."""
    with pytest.raises(Unavailable, match="not known"):
        Service("UNAVAILABLE", status).call(GUARDED)
    with pytest.raises(Unavailable, match="not known"):
        Service("UNAVAILABLE", "ABORTED", status).call(GUARDED)
    with pytest.raises(PreconditionFailed):
        Service("ABORTED", status).call(GUARDED)


ADD = Update(path="counters/a", fields={"n": Increment(1)})


@pytest.mark.parametrize(
    ("writes", "expected"),
    [
        ([Put(path="a/b", data={})], Nature(guarded=False, repeatable=True)),
        ([Delete(path="a/b")], Nature(guarded=False, repeatable=True)),
        ([Update(path="a/b", fields={"n": 1})], Nature(guarded=True, repeatable=True)),
        ([ADD], Nature(guarded=True, repeatable=False)),
        ([ADD, Put(path="a/b", data={})], Nature(guarded=True, repeatable=False)),
        ([ADD, Create(path="a/b", data={})], Nature(guarded=True, repeatable=True)),
        ([ADD, Update(path="a/b", fields={}, version="1")], Nature(guarded=True, repeatable=True)),
        ([ADD, Delete(path="a/b", version="1")], Nature(guarded=True, repeatable=True)),
        ([Update(path="a/b", fields={"n": Increment(1)}, version="1")], Nature(guarded=True, repeatable=True)),
        ([Create(path="a/b", data={}), Delete(path="a/b"), ADD], Nature(guarded=True, repeatable=False)),
        ([Create(path="a/b", data={}), Delete(path="a/b"), Create(path="a/b", data={}), ADD], Nature(guarded=True, repeatable=True)),
    ],
)
def test_what_sending_twice_would_do(writes: list[Write], expected: Nature) -> None:
    """A commit may be sent again if it adds nothing, or if having been written makes one of its own guards fail."""
    assert nature(writes) == expected
