"""What tests do with an installation on stand-ins: empty it, and hold its queues."""

from __future__ import annotations

import httpx
from google.cloud.tasks_v2 import types

from sheaf.services.kernel import Kernel
from tools.cloud.installation import Installation


def wipe(installation: Installation, kernel: Kernel) -> None:
    """Take away everything that the installation holds; nothing may be under way."""
    plan, stands = installation.plan, installation.backing
    database = f"http://{stands.firestore}/emulator/v1/projects/{plan.project}/databases/(default)/documents"
    httpx.delete(database, timeout=60).raise_for_status()
    for blob in list(kernel.blobs.list("")):
        kernel.blobs.delete(blob.path)
    now = stands.tasks.dispatcher.now()
    with stands.tasks.dispatcher.changing() as registry:
        for queue in registry.list_queues(parent(installation), 0, "")[0]:
            registry.queue(queue.name).purge(now)


def deliver(installation: Installation, *, on: bool) -> None:
    """Let every queue of the installation run, or hold it."""
    with installation.backing.tasks.dispatcher.changing() as registry:
        for queue in registry.list_queues(parent(installation), 0, "")[0]:
            queue.state = types.Queue.State.RUNNING if on else types.Queue.State.PAUSED


def parent(installation: Installation) -> str:
    """Where its queues are."""
    return f"projects/{installation.plan.project}/locations/{installation.plan.location}"
