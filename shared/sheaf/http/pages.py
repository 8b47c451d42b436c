"""Pages for people: the API's document to browse, and the page at the root. Plain HTML without scripts, so they work offline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from flask import Response, current_app, render_template, send_from_directory
from markupsafe import Markup, escape

from sheaf import __version__

_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


def _document() -> Response:
    from sheaf.http import openapi

    return Response(openapi.encoded(), content_type="application/json")


def _docs() -> Response:
    from sheaf.http import openapi

    current_app.jinja_env.filters |= {"prose": _prose, "pretty": _pretty, "type_of": _type_of}
    document = openapi.document()
    return Response(render_template("docs.html", document=document, operations=_by_tag(document)))


def _style() -> Response:
    return send_from_directory(f"{current_app.root_path}/static", "pages.css")


def _landing() -> Response:
    return Response(render_template("landing.html", version=__version__))


def _by_tag(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            grouped[operation["tags"][0]].append({"method": method.upper(), "path": path, **operation})
    return grouped


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: ``string``, ``Job``, ``list of Field``, ``integer or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_of(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type_of(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _prose(text: str) -> Markup:
    """The little Markdown that descriptions are written in: paragraphs, lists, ``code`` and **strong**."""
    return Markup("\n").join(_block(block) for block in text.strip().split("\n\n"))


def _block(block: str) -> Markup:
    if not block.startswith("* "):
        return Markup("<p>{}</p>").format(_inline(block))
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(_inline(item)) for item in _items(block)))


def _items(block: str) -> Iterator[str]:
    return (" ".join(item.split()) for item in re.split(r"(?m)^\* ", block) if item.strip())


def _inline(text: str) -> Markup:
    marked = _STRONG.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", str(escape(text))))
    return Markup(marked)  # noqa: S704 - escaped above; the marks are ours


#: The OpenAPI document, its page with its style, and a page at the root that leads on.
PAGES: Mapping[str, Callable[[], Response]] = {
    "/": _landing,
    "/api/docs": _docs,
    "/api/docs/pages.css": _style,
    "/api/openapi.json": _document,
}
