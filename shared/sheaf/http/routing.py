"""From a method and a path to the operation that is meant, without loading the others."""

from __future__ import annotations

from werkzeug.exceptions import MethodNotAllowed, NotFound

from sheaf.http import routes
from sheaf.http.application import allowed, asked
from sheaf.http.operations import Operation


def find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation and the ids in its path; raises werkzeug's 404, or its 405 that tells the methods which the path has."""
    there = {operation.method: (operation, ids) for operation, ids in _at(path)}
    if not there:
        raise NotFound
    wanted = asked(method)
    if wanted not in there:
        raise MethodNotAllowed(valid_methods=allowed(there))
    return there[wanted]


def methods(path: str) -> list[str]:
    """The methods of a path's operations; raises werkzeug's 404."""
    there = [operation.method for operation, _ in _at(path)]
    if not there:
        raise NotFound
    return there


def _at(path: str) -> list[tuple[Operation, dict[str, str]]]:
    found = ((operation, _ids(operation.path, path)) for operation in routes.of_word(routes.word_of(path)))
    return [(operation, ids) for operation, ids in found if ids is not None]


def _ids(template: str, path: str) -> dict[str, str] | None:
    """The ids of a path that has the template's shape, else None."""
    pattern, parts = template.split("/"), path.split("/")
    if len(pattern) != len(parts):
        return None
    pairs = list(zip(pattern, parts, strict=True))
    if any(part != given for part, given in pairs if not part.startswith("{")):
        return None
    ids = {part[1:-1]: given for part, given in pairs if part.startswith("{")}
    return ids if all(ids.values()) else None
