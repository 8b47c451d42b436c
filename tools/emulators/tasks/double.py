"""The double as a whole: the API on a port of loopback, the keys of its tokens on another, and what delivers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import grpc

from tools.emulators.tasks.dispatcher import Clock, Dispatcher, WallClock, generator
from tools.emulators.tasks.faults import NONE, Faults
from tools.emulators.tasks.keys import Keys, KeyServer
from tools.emulators.tasks.registry import Registry
from tools.emulators.tasks.sending import HttpSender
from tools.emulators.tasks.service import Service

_CALLS_AT_ONCE = 8


class Double:
    """A running double, also a context manager that stops it.

    ``hands`` bounds the deliveries under way over all queues, ``task_names_remembered_s`` says for how long the name of a task that is
    gone stays taken, and ``seed`` fixes what the faults draw.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        keys_port: int = 0,
        clock: Clock | None = None,
        hands: int = 256,
        task_names_remembered_s: float = 3_600,
        queue_names_remembered_s: float = 0,
        seed: int | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.keys = keys or Keys()
        self.key_server = KeyServer(self.keys, port=keys_port)
        registry = Registry(
            task_names_remembered_s=task_names_remembered_s,
            queue_names_remembered_s=queue_names_remembered_s,
            rng=generator(seed),
        )
        self._sender = HttpSender(self.keys)
        self.dispatcher = Dispatcher(registry, self._sender, clock or WallClock(), hands=hands)
        self.service = Service(self.dispatcher)
        self._server = grpc.server(ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="call"))
        self._server.add_generic_rpc_handlers((self.service.handlers(),))
        self.port = self._server.add_insecure_port(f"127.0.0.1:{port}")
        self._server.start()

    @property
    def address(self) -> str:
        """Host and port of the API: what SHEAF_TASKS_ENDPOINT is set to."""
        return f"127.0.0.1:{self.port}"

    @property
    def certificates_url(self) -> str:
        """Where the tokens' keys are: what SHEAF_CERTIFICATES_URL is set to."""
        return f"{self.key_server.url}/certs"

    def go_wrong(self, faults: Faults = NONE) -> None:
        """Have calls and deliveries go wrong from now on; without faults, no more."""
        self.dispatcher.faults = faults

    def stop(self) -> None:
        """Answer and deliver nothing more."""
        self._server.stop(grace=None).wait()
        self.dispatcher.stop()
        self._sender.close()
        self.key_server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
