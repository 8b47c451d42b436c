"""The service itself."""

from __future__ import annotations

import logging

from sheaf import __version__
from sheaf.domain import paths
from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.health import Health
from sheaf.services.kernel import Kernel

routes = Routes("service", "The service itself.")

_log = logging.getLogger(__name__)


@routes.get("/health", public=True)
def get_health(call: Call) -> Answer[Health]:
    """Tell whether the service is there and able to work.

    That this is answered at all is liveness; `ready` is readiness.
    """
    checks = {"store": _store(call.kernel, call.settings.tenant)}
    ready = set(checks.values()) == {"ok"}
    health = Health(status="ok" if ready else "unavailable", ready=ready, version=__version__, checks=checks)
    return Answer(body=health, status=200 if ready else 503)


def _store(kernel: Kernel, tenant: str) -> str:
    try:
        kernel.store.get(paths.tenant(tenant))
    except Exception:  # noqa: BLE001 - whatever it is, it is not ready
        _log.exception("the document store did not answer a health check")
        return "failed"
    return "ok"
