"""The OpenAPI document: whole, described, exemplified, and kept current."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from sheaf import catalog
from sheaf.domain.fields import FieldType
from sheaf.http import openapi
from sheaf.http.operations import Operation
from sheaf.http.routes import operations
from sheaf.http.schemas.base import Schema

DOCUMENT = openapi.document()
KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"


def described(operation: Operation) -> dict[str, Any]:
    """An operation as the document has it."""
    found: dict[str, Any] = DOCUMENT["paths"][operation.path][operation.method.lower()]
    return found


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def schemas(base: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every schema there is."""
    for schema in base.__subclasses__():
        yield schema
        yield from schemas(schema)


EXAMPLES = [
    (schema, example)
    for schema in dict.fromkeys(schemas())
    for example in schema.__dict__.get("model_config", {}).get("json_schema_extra", {}).get("examples", [])
]


def test_the_kept_document_is_current() -> None:
    """As the operations are now; python -m sheaf.http.openapi writes it."""
    assert KEPT.read_bytes() == openapi.encoded()


def test_the_document_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    """The same on every call."""
    for name in ("one.json", "two.json"):
        assert openapi.main([str(tmp_path / name)]) == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes() == openapi.encoded()


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_every_operation_says_what_it_does(operation: Operation) -> None:
    """In a sentence, and more; with a name, a resource, and why it may be refused."""
    found = described(operation)
    assert found["operationId"] == operation.id
    assert found["summary"].endswith((".", ":")) or "." in found["summary"]
    assert len(found["summary"]) <= 140
    assert found["description"]
    assert found["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert "422" in found["responses"]


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_every_body_that_is_json_has_an_example(operation: Operation) -> None:
    """Coming in and going out."""
    found = described(operation)
    bodies = [found.get("requestBody", {}), found["responses"][str(operation.status)]]
    for body in bodies:
        content = body.get("content", {}).get("application/json")
        assert content is None or content.get("examples") or operation.media


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_every_parameter_is_described(operation: Operation) -> None:
    """What it means, and what it may be."""
    for parameter in described(operation)["parameters"]:
        known = DOCUMENT["components"]["parameters"].get(parameter.get("$ref", "").rpartition("/")[2], parameter)
        assert known["schema"]
        assert known.get("description") or known["in"] == "path"


def test_operations_have_names_of_their_own() -> None:
    """No two share one, or a path and method."""
    assert len({operation.id for operation in operations()}) == len(operations())
    assert len({(operation.path, operation.method) for operation in operations()}) == len(operations())


def test_every_reference_leads_somewhere() -> None:
    """And nothing is defined that is not referred to."""
    references = {part["$ref"] for part in parts(DOCUMENT) if isinstance(part.get("$ref"), str)}
    defined = {
        f"#/components/{kind}/{name}" for kind in ("schemas", "responses", "parameters", "headers") for name in DOCUMENT["components"][kind]
    }
    assert references == defined


def test_schemas_have_plain_names_of_their_own() -> None:
    """What clients are made of should not tell where we keep our classes."""
    names = set(DOCUMENT["components"]["schemas"])
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", name) for name in names)
    assert {schema.__name__ for operation in operations() if (schema := operation.schema("return"))} <= names


def test_every_schema_is_one() -> None:
    """By the dialect of OpenAPI 3.1, JSON Schema 2020-12."""
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


@pytest.mark.parametrize(("schema", "example"), EXAMPLES, ids=lambda value: value.__name__ if isinstance(value, type) else "")
def test_every_example_is_what_it_exemplifies(schema: type[Schema], example: Any) -> None:
    """By the schema that requests and answers are checked with."""
    schema.model_validate_json(orjson.dumps(example), strict=True)


def test_choices_follow_from_the_catalogue() -> None:
    """A new engine or job type is in the document without being written there."""
    components = DOCUMENT["components"]["schemas"]
    assert components["RunOptionsInput"]["properties"]["engine"]["enum"] == sorted(catalog.ENGINES)
    assert components["JobInput"]["properties"]["type"]["enum"] == sorted(catalog.JOB_TYPES)
    assert components["FieldType"]["enum"] == [kind.value for kind in FieldType]
