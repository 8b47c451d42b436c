"""An installation on stand-ins: its bucket and queues made, its three functions served, its scheduler at work."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sheaf import settings
from sheaf.settings import PREFIX, Settings
from tools.cloud import functions
from tools.cloud.backing import Backing
from tools.cloud.scheduler import Scheduler
from tools.emulators import gcs, process
from tools.emulators.process import LOOPBACK, Running
from tools.emulators.tasks import queues

#: Every function, with the port that it is to listen on; 0 is any free one.
ANY_PORTS: Mapping[str, int] = {"api": 0, "worker": 0, "trigger": 0}

_DOMAIN = "sheaf.iam.gserviceaccount.invalid"
WORKER_CALLER = f"tasks@{_DOMAIN}"
TRIGGER_CALLER = f"scheduler@{_DOMAIN}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What an installation is to be; those of different projects share nothing."""

    project: str = "demo-sheaf"
    bucket: str = "demo-sheaf-objects"
    location: str = "europe-west1"
    ports: Mapping[str, int] = field(default_factory=lambda: ANY_PORTS)
    #: An entry point to serve instead of the functions' own.
    source: Path | None = None
    #: Further variables for the functions' processes.
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """A running installation."""

    plan: Plan
    backing: Backing
    environment: Mapping[str, str]
    addresses: Mapping[str, str]
    #: The process of each function, by its name.
    functions: dict[str, Running] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the api answers."""
        return self.addresses["api"]

    @property
    def key(self) -> str:
        """The API key."""
        return self.environment[f"{PREFIX}API_KEY"]

    @property
    def settings(self) -> Settings:
        """The settings that the functions read."""
        return settings.read(self.environment)

    def start(self, name: str) -> None:
        """Serve a function, again where it was ended."""
        port = int(self.addresses[name].rpartition(":")[2])
        self.functions[name] = functions.start(name, self.environment, port=port, source=self.plan.source)

    def stop(self) -> None:
        """End every function; all are told before any is waited for."""
        for each in self.functions.values():
            each.process.terminate()
        for each in self.functions.values():
            each.stop()

    def await_health(self, patience_s: float = 60.0) -> None:
        """Wait until the api is able to work; raises RuntimeError that tells what it says instead."""
        deadline = time.monotonic() + patience_s
        while not (answer := httpx.get(f"{self.url}/api/health", timeout=patience_s)).is_success:
            if time.monotonic() > deadline:
                raise RuntimeError(f"The api function is not able to work: {answer.text[:500]}")
            time.sleep(0.1)

    def scheduler(self, *, seconds: float) -> Scheduler:
        """Who calls the trigger, with a token that the stand-in of the queues signs."""
        audience = self.environment[f"{PREFIX}TRIGGER_URL"]
        keys = self.backing.tasks.keys
        return Scheduler(f"{audience}/tick", lambda: keys.token(TRIGGER_CALLER, audience), seconds=seconds)


@contextmanager
def running(backing: Backing, plan: Plan) -> Iterator[Installation]:
    """An installation while the block runs. Raises RuntimeError, with what it printed, when a function does not come up."""
    addresses = {name: f"http://{LOOPBACK}:{port or process.free_port()}" for name, port in plan.ports.items()}
    made = Installation(plan=plan, backing=backing, environment=_environment(backing, plan, addresses), addresses=addresses)
    gcs.make_bucket(backing.storage, plan.bucket)
    queues.create(backing.tasks.address, project=plan.project, location=plan.location)
    try:
        with ThreadPoolExecutor(len(addresses)) as pool:
            list(pool.map(made.start, addresses))
        made.await_health()
        yield made
    finally:
        made.stop()


def _environment(backing: Backing, plan: Plan, addresses: Mapping[str, str]) -> dict[str, str]:
    """The variables of the functions' processes, as a deployment sets them; each installation has a key of its own."""
    given = {
        "STORE": "firestore",
        "BLOBS": "gcs",
        "QUEUE": "cloud_tasks",
        "PROJECT": plan.project,
        "BUCKET": plan.bucket,
        "LOCATION": plan.location,
        "WORKER_URL": addresses["worker"],
        "WORKER_CALLER": WORKER_CALLER,
        "TRIGGER_URL": addresses["trigger"],
        "TRIGGER_CALLER": TRIGGER_CALLER,
        "TASKS_ENDPOINT": backing.tasks.address,
        "CERTIFICATES_URL": backing.tasks.certificates_url,
        "API_KEY": secrets.token_hex(16),
        "LOG_FORMAT": "json",
    }
    return backing.environment | {f"{PREFIX}{name}": value for name, value in given.items()} | dict(plan.environment)
