"""``python -m bench.api [--small N] [--large N] [--requests N] [--seconds S]``: pages over few and many records, and answers a second."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.api import filling
from bench.api.filling import BUSY, ENDED, HISTORY
from bench.api.load import Client, rate
from bench.command import Bench
from bench.report import Row, at_most
from bench.servers import ROOT, Request, Server, function, serving
from bench.timing import alternating, middle, p95, spread

_RUNS, _RESULTS = f"/api/jobs/{HISTORY}/runs", f"/api/jobs/{HISTORY}/results?run_id={ENDED}"
_BUSY_RESULTS = f"/api/jobs/{BUSY}/results"
#: What is asked, by what it is called.
PAGES = {
    "jobs": "/api/jobs?limit=50",
    "runs": f"{_RUNS}?limit=50",
    "runs that failed": f"{_RUNS}?limit=50&status=failed",
    "progress of an ended run": f"/api/jobs/{HISTORY}/progress?run_id={ENDED}",
    "progress of a run at work": f"/api/jobs/{BUSY}/progress",
    "job": f"/api/jobs/{BUSY}",
    "files": f"/api/jobs/{HISTORY}/files?limit=50",
    "tasks that were cancelled": f"/api/jobs/{HISTORY}/tasks?limit=50&status=cancelled",
    "results": f"{_RESULTS}&limit=50",
    "results, of failed files": f"{_RESULTS}&limit=50&failed=true",
    "results, none such": f"{_RESULTS}&limit=50&state=missing",
    "results of a run at work": f"{_BUSY_RESULTS}?limit=50",
}
#: Lists that are also asked for far behind their start.
_DEEP = {"jobs": "jobs", "runs": "runs", "results": "rows"}
_CLIENTS = 4

#: Asks for one page: milliseconds, and what came.
_Page = Callable[[], tuple[float, bytes]]


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--small", type=int, default=1_000, help="jobs, runs and files of the small store (default: %(default)s)")
    parser.add_argument("--large", type=int, default=100_000, help="and of the large one (default: %(default)s)")
    parser.add_argument("--stores", type=Path, help="keep the filled stores in this folder, and use those that are there")
    parser.add_argument("--requests", type=int, default=200, help="requests for each page (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round of answers a second (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of answers a second (default: %(default)s)")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Time the pages, then the rate of answers."""
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
        with ExitStack() as stack:
            stores = given.stores or Path(folder)
            small, large = (stack.enter_context(_site(stores / f"of-{size}", size)) for size in (given.small, given.large))
            yield from _pages(given, stack.enter_context(Client(small)), stack.enter_context(Client(large)))
        yield from _rates(given, Path(folder))


@contextmanager
def _site(folder: Path, size: int) -> Iterator[Server]:
    filled = filling.fill(folder, size)
    command = [sys.executable, "-m", "bench.api.serve", "--data", str(filled.settings.data_dir)]
    with serving(command, Request(path="/api/health"), {"SHEAF_LOG_LEVEL": "WARNING"}) as server:
        yield server


def _pages(given: argparse.Namespace, small: Client, large: Client) -> Iterator[Row]:
    for what, path in PAGES.items():
        yield _row(given, what, partial(small.get, path), partial(large.get, path))
    for what, member in _DEEP.items():
        sizes = ((small, given.small), (large, given.large))
        pages = [partial(client.get, _middle(client, PAGES[what], member, size)) for client, size in sizes]
        yield _row(given, f"{what}, from the middle", *pages)


def _row(given: argparse.Namespace, what: str, small: _Page, large: _Page) -> Row:
    small(), large()
    taken = alternating({"small": lambda: small()[0], "large": lambda: large()[0]}, given.requests)
    return Row(
        bench="api",
        what=f"{what}: p95 among {given.large:,}",
        measured=p95(taken["large"]),
        unit="ms",
        peer=f"among {given.small:,}",
        beside=p95(taken["small"]),
        goal=at_most(1.5),
        note=f"medians {middle(taken['large']):.2g} and {middle(taken['small']):.2g}",
    )


def _middle(client: Client, path: str, member: str, size: int) -> str:
    """The address that continues ``path`` from the middle of its list."""
    cursor, seen, step = "", 0, max(1, min(500, size // 4))
    while seen < size // 2:
        page = json.loads(client.get(f"{path.replace('limit=50', f'limit={step}')}{cursor}")[1])
        seen, cursor = seen + len(page[member]), f"&cursor={page['next_cursor']}"
    return path + cursor


def _rates(given: argparse.Namespace, folder: Path) -> Iterator[Row]:
    sources = {"hello": ROOT / "bench/start/hello.py", "api": ROOT / "functions/api/main.py"}
    first = {"hello": Request(), "api": Request(path="/api/health")}
    environment = {"SHEAF_DATA_DIR": str(folder / "rates"), "SHEAF_LOG_LEVEL": "WARNING"}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(function(sources[name], name), first[name], environment)) for name in sources}
        asked = {name: partial(rate, servers[name], first[name].path, clients=_CLIENTS, seconds=given.seconds) for name in sources}
        taken = alternating(asked, given.rounds)
    yield Row(
        bench="api",
        what=f"GET /api/health, {_CLIENTS} clients",
        measured=middle(taken["api"]),
        unit="answers/s",
        peer="functions-framework hello",
        beside=middle(taken["hello"]),
        note=spread(taken["api"]),
    )


BENCH = Bench(
    name="api",
    about="Time the API's pages over few and over many records, and answers a second beside a bare function.",
    options=options,
    measure=measure,
    tiny=("--small", "20", "--large", "120", "--requests", "2", "--seconds", "0.2", "--rounds", "1"),
    libraries=("flask", "waitress", "functions-framework"),
)

if __name__ == "__main__":
    BENCH.main()
