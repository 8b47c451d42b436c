"""The operations of the API: one module per resource, loaded when it is first asked for. Entry points decode, make one call, encode."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from sheaf.http.operations import PREFIX, Operation, Routes

#: The word that a path is known by, and the module that has its operations; the modules come in the order of the document.
MODULES: Mapping[str, str] = {
    "jobs": "jobs",
    "runs": "runs",
    "submit": "runs",
    "cancel": "runs",
    "retry": "runs",
    "fields": "setup",
    "rules": "setup",
    "options": "setup",
    "config-step": "setup",
    "files": "files",
    "imports": "imports",
    "progress": "progress",
    "logs": "progress",
    "usage": "progress",
    "cost": "costs",
    "tasks": "tasks",
    "failures": "tasks",
    "results": "results",
    "violations": "results",
    "edits": "edits",
    "suggestions": "suggestions",
    "learned": "learning",
    "evaluation": "evaluation",
    "comparison": "evaluation",
    "export": "exports",
    "templates": "templates",
    "job-types": "kinds",
    "field-types": "kinds",
    "engines": "kinds",
    "health": "service",
    "metrics": "service",
}


def word_of(path: str) -> str:
    """What a path is known by: its first word, and below a job's id the one behind that (``/api/jobs/j1/runs/r1``: runs)."""
    parts = path.removeprefix(f"{PREFIX}/").split("/")
    return parts[2] if parts[0] == "jobs" and len(parts) > 2 else parts[0]  # noqa: PLR2004 - jobs, the id, the word


def is_known(path: str) -> bool:
    """Whether a path begins as those of operations do."""
    return path.startswith(f"{PREFIX}/") and word_of(path) in MODULES


def of_word(word: str) -> list[Operation]:
    """The operations of the module that has a word's paths; none for a word that is not known."""
    return _routes(MODULES[word]).operations if word in MODULES else []


def resources() -> list[Routes]:
    """Every resource, in the order of the document."""
    return [_routes(module) for module in dict.fromkeys(MODULES.values())]


def operations() -> list[Operation]:
    """Every operation, in the order of the document."""
    return [operation for routes in resources() for operation in routes.operations]


def _routes(module: str) -> Routes:
    found: Routes = import_module(f"{__name__}.{module}").routes
    return found
