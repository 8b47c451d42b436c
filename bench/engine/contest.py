"""The ground that contestants meet on: a folder on one disk, the peers' servers, and each contestant in turn, started and warmed up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.engine import settings, trees
from bench.engine.contestants import CONTESTANTS, module
from tools import environments
from tools.emulators import postgres, redis

ROOT = Path(__file__).parents[2]

#: Enough for every worker to have done some, and what is loaded on first use to be there.
_WARM_UP_TASKS, _WARM_UP_PATIENCE_S = 50, 60.0
SETTLE_S = 2.0
_GRACE_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What lasts for the whole contest."""

    folder: Path
    environment: Mapping[str, str]
    #: The processes of the servers.
    servers: tuple[int, ...] = ()
    #: Seconds of rest between the warm-up and what is measured.
    settle_s: float


@contextmanager
def ground(names: Iterable[str], *, workers: int = 0, settle_s: float = SETTLE_S) -> Iterator[Ground]:
    """A folder, and PostgreSQL and Redis when a peer is to take part; raises Missing where they cannot be had."""
    common = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "shared"))), settings.WORKERS: str(workers)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sheaf-bench-", ignore_cleanup_errors=True)))
        if all(CONTESTANTS[name] is None for name in names):
            yield Ground(folder=folder, environment=common, settle_s=settle_s)
            return
        database, store = stack.enter_context(postgres.start(folder)), stack.enter_context(redis.start(folder))
        places = {settings.DSN: postgres.dsn(database), settings.REDIS: redis.url(store)}
        servers = database.process.pid, store.process.pid
        yield Ground(folder=folder, environment=common | places, servers=servers, settle_s=settle_s)


class Entrant:
    """A contestant that is up: its driver's process, and everything that works for it."""

    def __init__(self, process: subprocess.Popen[str], servers: Iterable[int]) -> None:
        self._process = process
        self._roots = (process.pid, *servers)
        self.about: str = self._answer()

    def ask(self, do: str, **arguments: Any) -> Any:
        """Have the driver do something; answers what it answers."""
        if self._process.stdin is None:
            raise RuntimeError("a pipe was asked for")
        print(json.dumps({"do": do, **arguments}), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"the driver ended with {self._process.wait()}; its last words are above")
        return json.loads(line)

    def cpu_s(self) -> float:
        """Processor seconds used so far, by the driver, the workers and the servers."""
        return trees.cpu_s(self._roots)

    def peak_bytes(self) -> int:
        """The most memory that any one process of its own has had resident; the servers' shared buffers are not its."""
        return max(trees.peaks(self._roots[:1]).values(), default=0)

    def held_bytes(self) -> int:
        """Memory of all processes together at the moment."""
        return trees.shared_out(self._roots)


@contextmanager
def entered(ground: Ground, name: str, *, nap_s: float = 0.0) -> Iterator[Entrant]:
    """A contestant, started anew and warmed up, while the block runs; its tasks take ``nap_s``."""
    environment = CONTESTANTS[name]
    python = Path(sys.executable) if environment is None else environments.environment(environment)
    with tempfile.TemporaryDirectory(dir=ground.folder, ignore_cleanup_errors=True) as folder:
        own = {settings.FOLDER: folder, settings.NAP: str(nap_s)}
        process = subprocess.Popen(
            [python, "-m", "bench.engine.driver", module(name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, **ground.environment, **own},
        )
        try:
            entrant = Entrant(process, ground.servers if environment else ())
            _warm_up(entrant, ground.settle_s)
            yield entrant
        finally:
            _end(process)


def _warm_up(entrant: Entrant, settle_s: float) -> None:
    entrant.ask("stock", tasks=_WARM_UP_TASKS)
    entrant.ask("run", patience_s=_WARM_UP_PATIENCE_S)
    time.sleep(settle_s)


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin and process.stdout:
        process.stdin.close()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
