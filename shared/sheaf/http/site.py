"""The whole installation as one WSGI application: the API and its pages, signed URLs, worker, trigger."""

from __future__ import annotations

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sheaf.http import api, trigger, worker
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings


def create_site(kernel: Kernel, settings: Settings) -> DispatcherMiddleware:
    """Everything on one address; raises InvalidInput when it would answer others than this machine without asking for a key."""
    front = api.create_app(kernel, settings)
    return DispatcherMiddleware(front, {"/worker": worker.create_app(kernel, settings), "/trigger": trigger.create_app(kernel, settings)})
