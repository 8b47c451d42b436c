"""The header section (ISO 10303-21, clause 8): who wrote the file, when, with what, and in which schema."""

from __future__ import annotations

from sheaf.documents.step.nodes import group, leaf, shown
from sheaf.documents.step.part21 import Exchange, at
from sheaf.documents.tree import Node

#: Entity, place in it, attribute, label, and meaning where drawings have one.
_FIELDS = (
    ("FILE_NAME", 0, "name", "File name", ""),
    ("FILE_DESCRIPTION", 0, "description", "File description", ""),
    ("FILE_NAME", 1, "time_stamp", "Time stamp", "file.date"),
    ("FILE_NAME", 2, "author", "Author", "file.author"),
    ("FILE_NAME", 3, "organization", "Organization", "file.organization"),
    ("FILE_NAME", 4, "preprocessor_version", "Preprocessor", ""),
    ("FILE_NAME", 5, "originating_system", "Originating system", ""),
    ("FILE_NAME", 6, "authorization", "Authorization", ""),
    ("FILE_SCHEMA", 0, "schema_identifiers", "Schema", ""),
)
_METADATA = {"name": "title", "author": "author", "time_stamp": "date", "schema_identifiers": "schema"}
#: What programs write where they have nothing to say.
_NOTHING = frozenset({"", "none", "unknown", "unspecified", "not specified", "$"})


def header_node(exchange: Exchange) -> Node:
    """What the header says, as labelled values."""
    leaves = [
        leaf(label, text, f"{entity}.{attribute}", role=role)
        for entity, place, attribute, label, role in _FIELDS
        if (text := _said(exchange, entity, place))
    ]
    return group("File", "", leaves)


def metadata(exchange: Exchange) -> dict[str, str]:
    """The same as the document's metadata, where it has common names."""
    found = {_METADATA.get(attribute, ""): _said(exchange, entity, place) for entity, place, attribute, _, _ in _FIELDS}
    return {name: text for name, text in found.items() if name and text}


def _said(exchange: Exchange, entity: str, place: int) -> str:
    text = shown(at(exchange.header.get(entity, ()), place))
    return "" if text.casefold() in _NOTHING else text
