"""The product's queues on a double, set up by the same settings that a deployment uses."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import grpc
from google.api_core.exceptions import AlreadyExists
from google.cloud.tasks_v2 import CloudTasksClient, types
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from sheaf.adapters.queue.cloud_rules import cloud_queues
from sheaf.ports.queue import QueueRule
from sheaf.services.messages import QUEUES


def client(address: str) -> CloudTasksClient:
    """Google's own client, speaking to what listens on ``host:port`` of loopback."""
    return CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(address)))


def create(address: str, *, project: str, location: str, rules: Sequence[QueueRule] = QUEUES) -> list[str]:
    """Create the queues that are not there yet, and answer their full names."""
    parent = f"projects/{project}/locations/{location}"
    asked = [queue.message(parent) for queue in cloud_queues(rules)]
    with client(address) as opened:
        for queue in asked:
            with suppress(AlreadyExists):
                opened.create_queue(parent=parent, queue=types.Queue(queue))
    return [str(queue["name"]) for queue in asked]
