"""Operations: what each route takes and answers, declared once by its handler's signature and docstring.

The binder reads requests by it, the application routes by it, and the OpenAPI document is written from it. A handler's first line of
docstring is the operation's summary and the rest its description. Its parameters are the path's ids by their names, and as they are
needed ``call``, ``query``, ``body`` and ``uploads``; its return type says what goes out: a schema, an :class:`Answer` of one, nothing, or
a Flask ``Response`` whose ``media`` the decorator names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from flask import Request

from sheaf.domain.record import record
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

if TYPE_CHECKING:
    from sheaf.http.schemas.base import Schema

Handler = TypeVar("Handler", bound=Callable[..., Any])
Body = TypeVar("Body", bound="Schema")

#: What every path of the API starts with.
PREFIX = "/api"


@record(frozen=True, kw_only=True, slots=True)
class Call:
    """One request, as handlers see it."""

    kernel: Kernel
    settings: Settings
    tenant: str
    #: Who is calling, as the caller's credential names it.
    caller: str = ""
    request: Request
    #: Versions of the record, any of which the caller read before (``If-Match``); None when it does not mind.
    expected: frozenset[str] | None = None

    def absolute(self, url: str) -> str:
        """A URL for the caller: one that this service serves itself gets the address that the caller used."""
        return self.request.host_url.rstrip("/") + url if url.startswith("/") else url


@record(frozen=True, kw_only=True, slots=True)
class Answer(Generic[Body]):
    """An answer with headers of its own."""

    body: Body
    #: Version of the record that it shows; goes out as ``ETag``.
    tag: str | None = None
    #: Where a created record is found.
    location: str | None = None
    #: Where it is not the operation's own.
    status: int | None = None


@record(frozen=True, kw_only=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    #: With ids in braces: ``/api/jobs/{job_id}``.
    path: str
    tag: str
    handler: Callable[..., Any]
    status: int
    #: Takes an ``Idempotency-Key``.
    keyed: bool = False
    #: Takes ``If-Match`` and answers an ``ETag``.
    guarded: bool = False
    #: Answers whoever asks.
    public: bool = False
    #: Media types of a streamed answer, each with what it is.
    media: Mapping[str, str] = field(default_factory=dict)
    #: The schema of an answer that its handler writes without it, as ``module:name`` in the schemas: loaded for the document alone.
    answer: str = ""

    @property
    def id(self) -> str:
        """The handler's name; unique."""
        return self.handler.__name__

    @property
    def summary(self) -> str:
        """One sentence."""
        return self._doc.partition("\n\n")[0].replace("\n", " ")

    @property
    def description(self) -> str:
        """What else there is to know; Markdown."""
        return self._doc.partition("\n\n")[2]

    @property
    def _doc(self) -> str:
        return inspect.cleandoc(self.handler.__doc__ or "")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The ids in the path, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def schema(self, part: str) -> type[Schema] | None:
        """The schema of ``query``, ``body`` or ``return``, where there is one."""
        if part == "return" and self.answer:
            return _loaded(self.answer)
        return _schema(_hints(self.handler)[part]) if self.takes(part) else None

    def takes(self, part: str) -> bool:
        """Whether the handler has such a parameter."""
        return part in self.handler.__annotations__

    @property
    def body_optional(self) -> bool:
        """Whether a request without a body is as good as one with an empty object."""
        schema = self.schema("body")
        return schema is not None and not any(member.is_required() for member in schema.model_fields.values())


@cache
def _hints(handler: Callable[..., Any]) -> Mapping[str, Any]:
    return get_type_hints(handler)


def _loaded(entry: str) -> type[Schema]:
    module, _, name = entry.partition(":")
    found: type[Schema] = getattr(import_module(f"sheaf.http.schemas.{module}"), name)
    return found


def _schema(hint: Any) -> type[Schema] | None:
    """The schema in a type: itself, ``Answer[schema]`` or ``schema | None``."""
    from sheaf.http.schemas.base import Schema

    if get_origin(hint) is None:
        return hint if isinstance(hint, type) and issubclass(hint, Schema) else None
    return next((found for part in get_args(hint) if (found := _schema(part))), None)


@record(frozen=True, slots=True)
class Routes:
    """The operations of one resource, in the order they are documented."""

    tag: str
    description: str
    operations: list[Operation] = field(default_factory=list)

    def add(self, method: str, path: str, *, status: int = 200, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare the decorated handler as an operation; see :class:`Operation` for ``properties``."""

        def declare(handler: Handler) -> Handler:
            made = Operation(method=method, path=PREFIX + path, tag=self.tag, handler=handler, status=status, **properties)
            self.operations.append(made)
            return handler

        return declare

    def get(self, path: str, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare an operation that changes nothing."""
        return self.add("GET", path, **properties)

    def post(self, path: str, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare an operation that creates or starts something."""
        return self.add("POST", path, **properties)

    def put(self, path: str, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare an operation that replaces something."""
        return self.add("PUT", path, **properties)

    def patch(self, path: str, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare an operation that changes what it is given."""
        return self.add("PATCH", path, **properties)

    def delete(self, path: str, **properties: Any) -> Callable[[Handler], Handler]:
        """Declare an operation that removes something."""
        return self.add("DELETE", path, status=204, **properties)
