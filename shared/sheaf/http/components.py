"""The schemas of the OpenAPI document, as pydantic describes them, and how operations refer to them."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core.core_schema import ModelSchema

from sheaf.http.operations import Operation
from sheaf.http.schemas.base import Schema

_Json = dict[str, Any]
_Mode = Literal["validation", "serialization"]
_MODES: dict[str, _Mode] = {"query": "validation", "body": "validation", "return": "serialization"}

_REFERENCE = "#/components/schemas/"
_SUFFIX = re.compile(r"-(Input|Output)$")


class _Described(GenerateJsonSchema):
    """With the docstrings below the members, and without titles that only repeat the members' names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return False

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """A model's schema; pydantic could describe its members too, but would read its source for that wherever it is imported."""
        described, members = super().model_schema(schema), schema["cls"].model_fields
        for name, text in _docstrings(schema["cls"]).items():
            described["properties"][members[name].alias or name].setdefault("description", text)
        return described


def _docstrings(model: type[Any]) -> dict[str, str]:
    """The docstrings below the members of a model and of those it extends, by the members' names."""
    found: dict[str, str] = {}
    for schema in reversed([base for base in model.__mro__ if issubclass(base, Schema)]):
        declared = ast.parse(textwrap.dedent(inspect.getsource(schema))).body[0]
        body = declared.body if isinstance(declared, ast.ClassDef) else []
        found |= {name: text for member, below in pairwise(body) if (name := _name_of(member)) and (text := _text_of(below))}
    return found


def _name_of(statement: ast.stmt) -> str | None:
    return statement.target.id if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) else None


def _text_of(statement: ast.stmt) -> str | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return inspect.cleandoc(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


class Components:
    """Every schema that the operations take or answer; one that comes in otherwise than it goes out is there twice."""

    def __init__(self, operations: Sequence[Operation], problem: type[Schema]) -> None:
        used = {(schema, mode) for operation in operations for part, mode in _MODES.items() if (schema := operation.schema(part))}
        wanted = sorted(used | {(problem, _MODES["return"])}, key=lambda pair: (pair[0].__name__, pair[1]))
        references, defined = models_json_schema(wanted, ref_template=f"{_REFERENCE}{{model}}", schema_generator=_Described)
        self._references = {key: _renamed(value) for key, value in references.items()}
        schemas: _Json = _renamed(defined["$defs"])
        queries = {schema.__name__ for schema, _ in used if schema.__name__.endswith(("Query", "Filter"))}
        self._queries = {name: schemas.pop(name) for name in sorted(queries)}
        self._examples = {name: examples for name, schema in schemas.items() if (examples := schema.pop("examples", None))}
        #: By name, as the document lists them.
        self.schemas = dict(sorted(schemas.items()))
        self.problem = self._content(problem, "return")

    def content(self, operation: Operation, part: str) -> _Json:
        """The content of a body, with its examples."""
        schema = operation.schema(part)
        if schema is None:
            raise TypeError(f"{operation.id} has no {part}")
        return self._content(schema, part)

    def _content(self, schema: type[Schema], part: str) -> _Json:
        reference = self._references[schema, _MODES[part]]
        examples = self._examples.get(reference["$ref"].removeprefix(_REFERENCE), [])
        shown = {f"example-{number}": {"value": example} for number, example in enumerate(examples, 1)}
        return {"schema": reference, "examples": shown} if shown else {"schema": reference}

    def query(self, operation: Operation) -> Iterator[_Json]:
        """The query's parameters."""
        schema = operation.schema("query")
        if schema is None:
            return
        described = self._queries[schema.__name__]
        for name, member in described["properties"].items():
            yield _parameter(name, dict(member), schema.model_fields[name])


def _parameter(name: str, member: _Json, field: FieldInfo) -> _Json:
    """A parameter; that null stands for its absence says nothing to a caller."""
    description = member.pop("description", name.replace("_", " ").capitalize())
    schemas = [schema for schema in member.pop("anyOf", []) if schema != {"type": "null"}]
    if member.get("default", ...) is None:
        del member["default"]
    schema = member | schemas[0] if schemas else member
    return {"name": name, "in": "query", "required": field.is_required(), "description": description, "schema": schema}


def _renamed(value: Any) -> Any:
    """Schemas that differ by direction are called by their own name going out, and by that and Input coming in."""
    if isinstance(value, dict):
        return {_name(key): _name(part) if key == "$ref" else _renamed(part) for key, part in value.items()}
    return [_renamed(part) for part in value] if isinstance(value, list) else value


def _name(name: str) -> str:
    return _SUFFIX.sub(lambda found: "" if found[1] == "Output" else "Input", name)
