"""The independent Cloud Tasks emulator (PyPI ``gcloud-tasks-emulator``), in an environment of its own, as it needs an older protobuf.

It shows that the wire is understood by somebody else, and no more: it accepts names twice, has no GetTask and no DeleteTask, knows neither
back-off nor rates nor tokens, and tells a queue by its full name where the service tells the short one.
"""

from __future__ import annotations

from tools import environments
from tools.emulators import process

#: By itself it listens on every address of the machine, and it calls whatever URL it is given.
_ON_LOOPBACK = """
import sys
import grpc
from gcloud_tasks_emulator.server import create_server

made = grpc.server

def on_loopback(*arguments, **options):
    server = made(*arguments, **options)
    listen = server.add_insecure_port
    server.add_insecure_port = lambda address: listen("127.0.0.1:" + address.rpartition(":")[2])
    return server

grpc.server = on_loopback
create_server("127.0.0.1", int(sys.argv[1])).run()
"""


def start() -> process.Running:
    """The emulator on a free port; raises Missing where its environment cannot be made."""
    port = process.free_port()
    return process.start("tasks-wire", [environments.environment("tasks-emulator"), "-c", _ON_LOOPBACK, str(port)], port)
