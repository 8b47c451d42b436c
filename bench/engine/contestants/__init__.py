"""THE list of contestants: one module and one line each."""

from __future__ import annotations

from collections.abc import Mapping

#: Module of this package to the environment that it runs in: the project's own, or a lock's (see :mod:`tools.environments`).
CONTESTANTS: Mapping[str, str | None] = {
    "sheaf": None,
    "pgqueuer": "peers",
    "dramatiq": "peers",
    "huey": "peers",
    "celery": "peers",
    "procrastinate": "peers",
    "rq": "peers",
}

OURS = "sheaf"


def module(name: str) -> str:
    """Where a contestant is."""
    return f"{__name__}.{name}"
