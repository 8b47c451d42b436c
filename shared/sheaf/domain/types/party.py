"""Somebody that a document speaks of: a name, with the address and the numbers that belong to it where they are told.

``{"name": "Acme GmbH", "address": {...} or null, "ids": {"vat": "DE123456789"}}``. A grid has all of it on one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.domain.types import address, loading
from sheaf.domain.types.address import Address
from sheaf.domain.types.base import Json, Structured, ValueType

_SUCH_AS = '{"name": "Acme GmbH", "address": null, "ids": {"vat": "DE123456789"}}'


@record(frozen=True, kw_only=True, slots=True)
class Party(Structured):
    """Somebody, by name."""

    name: str
    address: Address | None = None
    #: Scheme → number, such as ``vat`` → ``DE123456789``; see :mod:`sheaf.domain.schemes`.
    ids: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Json:
        """Name, address and numbers."""
        return {"name": self.name, "address": self.address.json() if self.address else None, "ids": dict(self.ids)}

    def __str__(self) -> str:
        numbers = (f"{scheme.upper()} {number}" for scheme, number in self.ids.items())
        return "; ".join(part for part in (self.name, str(self.address or ""), *numbers) if part)


def _load(json: object, _: object) -> Party:
    if isinstance(json, str):
        return Party(name=json)
    parts = loading.members(json, ("name", "address", "ids"), "A party", _SUCH_AS)
    if "name" not in parts:
        raise InvalidInput(f"A party cannot be {loading.shown(json)}: it needs a name.")
    ids = parts.get("ids") or {}
    if not isinstance(ids, Mapping):
        raise InvalidInput(f"A party's ids cannot be {loading.shown(ids)}: give an object such as {{'vat': 'DE123456789'}}.")
    where = None if parts.get("address") is None else address.load(parts["address"])
    return Party(name=loading.text(parts["name"]), address=where, ids={str(name): loading.text(number) for name, number in ids.items()})


def _schema(_: object) -> dict[str, Json]:
    where: dict[str, Json] = {**address.schema(), "type": ["object", "null"]}
    ids: Json = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "type": "object",
        "properties": {"name": {"type": "string"}, "address": where, "ids": ids},
        "required": ["name", "address", "ids"],
    }


TYPE = ValueType(
    label="Party",
    description="Somebody by name, with address and numbers where they are told.",
    example={"name": "Acme GmbH", "address": address.TYPE.example, "ids": {"vat": "DE136695976"}},
    schema=_schema,
    load=_load,
    pattern=False,
)
