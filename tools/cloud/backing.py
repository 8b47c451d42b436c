"""The stand-ins of Google's services that an installation stands on: documents, objects, queues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tools.emulators import firestore, gcs
from tools.emulators.tasks import Double


@dataclass(frozen=True, kw_only=True, slots=True)
class Backing:
    """The stand-ins, running; any number of installations stand on them apart from each other."""

    #: Host and port of the Firestore emulator.
    firestore: str
    #: The address of Cloud Storage's stand-in.
    storage: str
    tasks: Double

    @property
    def environment(self) -> dict[str, str]:
        """What the adapters find the emulators by, as Google's own clients do."""
        return {"FIRESTORE_EMULATOR_HOST": self.firestore, "STORAGE_EMULATOR_HOST": self.storage}


@contextmanager
def running() -> Iterator[Backing]:
    """Empty stand-ins while the block runs; raises Missing, which says what this machine lacks for one of them."""
    with ExitStack() as stack:
        documents, objects = stack.enter_context(firestore.start()), stack.enter_context(gcs.start())
        yield Backing(firestore=documents.address, storage=objects.url, tasks=stack.enter_context(Double()))
