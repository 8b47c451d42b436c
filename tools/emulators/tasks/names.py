"""Resource names: ``projects/P/locations/L/queues/Q/tasks/T`` and what may stand in each place (google.cloud.tasks.v2, Task.name)."""

from __future__ import annotations

import re

from tools.emulators.tasks.refusals import invalid

_LOCATION = r"projects/[A-Za-z0-9:.-]+/locations/[a-z0-9-]+"
_QUEUE = rf"{_LOCATION}/queues/[A-Za-z0-9-]{{1,100}}"
_LOCATION_NAME = re.compile(_LOCATION, re.ASCII)
_QUEUE_NAME = re.compile(_QUEUE, re.ASCII)
_TASK_NAME = re.compile(rf"{_QUEUE}/tasks/[A-Za-z0-9_-]{{1,500}}", re.ASCII)


def location(name: str) -> str:
    """The name of a location, unless it is none."""
    return _checked(_LOCATION_NAME, name, "location")


def queue(name: str, *, within: str | None = None) -> str:
    """The name of a queue, unless it is none or lies elsewhere than ``within``."""
    return _within(_checked(_QUEUE_NAME, name, "queue"), within)


def task(name: str, *, within: str | None = None) -> str:
    """The name of a task, unless it is none or lies elsewhere than ``within``."""
    return _within(_checked(_TASK_NAME, name, "task"), within)


def queue_of(task_name: str) -> str:
    """The queue that a task's name lies in."""
    return task(task_name).rpartition("/tasks/")[0]


def short(name: str) -> str:
    """The last part of a name."""
    return name.rpartition("/")[2]


def _checked(pattern: re.Pattern[str], name: str, what: str) -> str:
    if not pattern.fullmatch(name):
        invalid(f"{name[:200]!r} is no name of a {what}.")
    return name


def _within(name: str, parent: str | None) -> str:
    if parent is not None and not name.startswith(f"{parent}/"):
        invalid(f"{name!r} does not lie in {parent!r}.")
    return name
