"""``python -m bench.start [--rounds N]``: from the start of a process to its first answer, beside a bare functions-framework hello.

What is started is what is deployed: each function's bundle (:mod:`tools.stage`), compiled as the platform's build compiles it, on the
stores of the embedded installation. The first answers are whole ones: the api's, that it is there and its store answers; the worker's, to
its own caller, that the task of a delivery is gone, which it has looked for in the store; the trigger's, that a sweep by its own caller
went through every query and found nothing lost. The goal speaks of these. Below them stand answers that do the work, each with what only
that work needs: a list of jobs, and a file claimed, read in a process of its own, stored and counted.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.command import Bench
from bench.report import Goal, Row, at_most
from bench.servers import ROOT, Request, function, serving, sheaf
from bench.start import bundles, work
from bench.timing import alternating, in_process, middle, spread
from sheaf.http.machinery import internal_key
from sheaf.settings import Settings

_HELLO = "hello"
_PEER = "functions-framework hello"
_GOAL = at_most(1.3)
_GONE = {"kind": "task", "tenant": "default", "run_id": "none", "task_id": "none"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Start:
    """One start that is timed."""

    what: str
    seconds: Callable[[], float]
    goal: Goal | None = field(default=None)
    beside_hello: bool = True


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--rounds", type=int, default=9, help="starts of each, alternating (default: %(default)s)")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Time every start, in alternating rounds."""
    with tempfile.TemporaryDirectory() as folder:
        starts = {start.what: start for start in _starts(Path(folder))}
        taken = alternating({what: start.seconds for what, start in starts.items()}, given.rounds)
        for what, start in starts.items():
            yield _row(start, taken[what], middle(taken[_HELLO]))


def _row(start: _Start, taken: list[float], hello: float) -> Row:
    row = Row(bench="start", what=start.what, measured=middle(taken), unit="s", note=spread(taken))
    if start.what == _HELLO or not start.beside_hello:
        return row
    return Row(bench="start", what=row.what, measured=row.measured, unit="s", peer=_PEER, beside=hello, goal=start.goal, note=row.note)


def _starts(folder: Path) -> Iterator[_Start]:
    settings = Settings(data_dir=folder / "functions")
    machinery = {"Authorization": f"Bearer {internal_key(settings)}"}
    yield _Start(what=_HELLO, seconds=_answer(bundles.bare(folder / _HELLO, ROOT / "bench/start/hello.py"), Request, settings))
    staged = {name: bundles.compiled(name, folder / name) for name in ("api", "worker", "trigger")}
    for name, what, request, goal in (
        ("api", "api, GET /api/health", lambda: Request(path="/api/health"), _GOAL),
        ("worker", "worker, a delivery whose task is gone", lambda: _delivery(machinery, _GONE), _GOAL),
        ("trigger", "trigger, POST /sweep", lambda: Request(method="POST", path="/sweep", headers=machinery), _GOAL),
        ("api", "api, GET /api/jobs", lambda: Request(path="/api/jobs"), None),
        ("worker", "worker, a delivery whose file is read", lambda: _delivery(machinery, work.waiting(settings)), None),
    ):
        yield _Start(what=what, seconds=_answer(staged[name], request, settings), goal=goal)
    command = {"PYTHONPATH": str(staged["api"])}
    yield _Start(what="sheaf --help", seconds=lambda: in_process(sheaf("--help"), environment=command).seconds, beside_hello=False)
    up = partial(_up, command | {"SHEAF_DATA_DIR": str(folder / "up")})
    yield _Start(what="sheaf up, GET /api/health", seconds=up, beside_hello=False)


def _delivery(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Request:
    queue = {"X-CloudTasks-QueueName": "files", "X-CloudTasks-TaskName": "bench", "Content-Type": "application/json"}
    return Request(method="POST", body=json.dumps(payload).encode(), headers={**headers, **queue})


def _answer(bundle: Path, request: Callable[[], Request], settings: Settings) -> Callable[[], float]:
    environment = {"SHEAF_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(bundle)}

    def start() -> float:
        with serving(function(bundle / "main.py", bundle.name), request(), environment) as server:
            return server.ready_s

    return start


def _up(environment: Mapping[str, str]) -> float:
    with serving(sheaf("up", "--workers", "1"), Request(path="/api/health"), environment) as server:
        return server.ready_s


BENCH = Bench(
    name="start",
    about="Time the start of each function and of the command.",
    options=options,
    measure=measure,
    tiny=("--rounds", "1"),
    libraries=("functions-framework", "flask", "gunicorn", "pydantic"),
)

if __name__ == "__main__":
    BENCH.main()
