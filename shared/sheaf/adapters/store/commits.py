"""What a commit does, decided apart from any file: from prepared writes and what is there, to what will be there and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from sheaf.adapters.store import addresses, values
from sheaf.domain.errors import InvalidInput, PreconditionFailed
from sheaf.domain.record import record
from sheaf.ports.store import MAX_WRITES, Create, Delete, Increment, Put, Update, Write, Written

#: Collection and id.
Address = tuple[str, str]


@record(frozen=True, slots=True)
class Stored:
    """A document as it lies there: its encoded fields, the JSON of them, and its version."""

    fields: Mapping[str, Any]
    data: bytes
    version: int


#: What will be at each address that a commit changes; None for a document that will be gone.
Changes = dict[Address, Stored | None]
#: Looks up what is at an address now.
Look = Callable[[Address], Stored | None]


@record(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A write checked and encoded as far as it can be without knowing what is there."""

    write: Write
    address: Address
    #: The JSON of the whole document of a create or put.
    data: bytes = b""
    #: All fields of a create or put, the changed ones of an update; encoded.
    fields: Mapping[str, Any] = field(default_factory=dict)
    increments: Mapping[str, int | float] = field(default_factory=dict)

    @property
    def blind(self) -> bool:
        """Whether it does the same whatever is there."""
        return isinstance(self.write, Put) or (isinstance(self.write, Delete) and self.write.version is None)


def prepare(writes: Sequence[Write]) -> list[Prepared]:
    """Check and encode the writes of one commit; raises InvalidInput."""
    if len(writes) > MAX_WRITES:
        raise InvalidInput(f"A commit takes at most {MAX_WRITES} writes, not {len(writes)}.", writes=len(writes))
    return [_prepare(write) for write in writes]


def plan(writes: Sequence[Prepared], look: Look, token: int) -> tuple[Changes, list[Written]]:
    """Return what the writes change and their answers; their versions are counted up from ``token``.

    Each write sees what those before it did. Raises PreconditionFailed or InvalidInput; then the whole commit is to be forgotten.
    """
    changes: Changes = {}
    answers = []
    for version, prepared in enumerate(writes, token):
        address = prepared.address
        there = None if prepared.blind else changes[address] if address in changes else look(address)
        changes[address], sums = _apply(prepared, there, version)
        answers.append(Written("" if changes[address] is None else str(version), sums))
    return changes, answers


def _prepare(write: Write) -> Prepared:
    address = addresses.split(write.path)
    match write:
        case Create() | Put():
            fields = values.encode(write.data)
            return Prepared(write=write, address=address, data=values.dump(fields), fields=fields)
        case Delete():
            return Prepared(write=write, address=address)
        case Update():
            increments = {
                values.check_name(name): values.check_increment(value.by)
                for name, value in write.fields.items()
                if isinstance(value, Increment)
            }
            fields = values.encode({name: value for name, value in write.fields.items() if name not in increments})
            values.dump(fields)
            return Prepared(write=write, address=address, fields=fields, increments=increments)


def _apply(prepared: Prepared, there: Stored | None, version: int) -> tuple[Stored | None, Mapping[str, int | float]]:
    match prepared.write:
        case Create():
            _check(there is None, prepared.write, "is there already")
            return Stored(prepared.fields, prepared.data, version), {}
        case Put():
            return Stored(prepared.fields, prepared.data, version), {}
        case Delete() as write:
            _check_version(write, there)
            return None, {}
        case Update() as write:
            return _update(prepared, _check_there(write, there), version)


def _update(prepared: Prepared, there: Stored, version: int) -> tuple[Stored, Mapping[str, int | float]]:
    sums = {name: _sum(there.fields.get(name), by) for name, by in prepared.increments.items()}
    fields = {**there.fields, **prepared.fields, **sums}
    return Stored(fields, values.dump(fields), version), sums


def _sum(there: Any, by: float) -> int | float:
    """As Firestore adds: anything but a number counts as 0, and 64-bit integers stop at their ends."""
    total = there + by if isinstance(there, int | float) else by
    return max(values.MIN_INTEGER, min(total, values.MAX_INTEGER)) if isinstance(total, int) else total


def _check_there(write: Update, there: Stored | None) -> Stored:
    if there is None:
        raise PreconditionFailed(f"{write.path} is not there.", path=write.path)
    _check_version(write, there)
    return there


def _check_version(write: Update | Delete, there: Stored | None) -> None:
    _check(write.version is None or (there is not None and write.version == str(there.version)), write, "has changed since it was read")


def _check(holds: bool, write: Write, what: str) -> None:  # noqa: FBT001 — a condition reads best in first place
    if not holds:
        raise PreconditionFailed(f"{write.path} {what}.", path=write.path)
