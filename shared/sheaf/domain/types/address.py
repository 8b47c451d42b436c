"""Where somebody is: the lines as they stand there, and the parts that could be told.

``{"text": "Lindenweg 7, 35037 Marburg", "lines": […], "street": "Lindenweg 7", "postcode": "35037", "city": "Marburg", …}``, null where
a part is not told. A grid has the text in one column.
"""

from __future__ import annotations

from dataclasses import asdict

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, Structured, ValueType

_SUCH_AS = '{"text": "Lindenweg 7, 35037 Marburg", "street": "Lindenweg 7", "postcode": "35037", "city": "Marburg", "country": "DE"}'
_PARTS = ("street", "postcode", "city", "region", "country")


@record(frozen=True, kw_only=True, slots=True)
class Address(Structured):
    """An address; parts that the document does not tell are None."""

    #: The whole on one line, its lines parted by commas.
    text: str
    #: The lines as printed.
    lines: tuple[str, ...] = ()
    #: Street and house number, or the post-office box.
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    #: State or province, as printed.
    region: str | None = None
    #: ISO 3166-1 alpha-2.
    country: str | None = None

    def json(self) -> Json:
        """Every part, null where it is not told."""
        return {**asdict(self), "lines": list(self.lines)}

    def __str__(self) -> str:
        return self.text


def load(json: object, _: object = ()) -> Address:
    """The address that a JSON object, or its text alone, stands for."""
    if isinstance(json, str):
        return Address(text=json)
    parts = loading.members(json, ("text", "lines", *_PARTS), "An address", _SUCH_AS)
    if "text" not in parts:
        raise InvalidInput(f"An address cannot be {loading.shown(json)}: it needs a text.")
    told = {name: None if parts.get(name) is None else loading.text(parts[name]) for name in _PARTS}
    lines = tuple(loading.text(line) for line in loading.array(parts.get("lines") or []))
    return Address(text=loading.text(parts["text"]), lines=lines, **told)


def schema(_: object = None) -> dict[str, Json]:
    """The schema of an address."""
    part: Json = {"type": ["string", "null"]}
    properties: dict[str, Json] = {"text": {"type": "string"}, "lines": {"type": "array", "items": {"type": "string"}}}
    return {"type": "object", "properties": properties | dict.fromkeys(_PARTS, part), "required": ["text", *_PARTS]}


TYPE = ValueType(
    label="Address",
    description="Where somebody is, with street, postcode, city and country where they are told.",
    example={
        "text": "Lindenweg 7, 35037 Marburg, Germany",
        "lines": ["Lindenweg 7", "35037 Marburg", "Germany"],
        "street": "Lindenweg 7",
        "postcode": "35037",
        "city": "Marburg",
        "region": None,
        "country": "DE",
    },
    schema=schema,
    load=load,
    pattern=False,
)
