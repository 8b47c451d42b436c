"""The service itself."""

from __future__ import annotations

import logging

import orjson
from flask import Response

from sheaf import __version__
from sheaf.domain import paths
from sheaf.http.operations import Call, Routes
from sheaf.services import metrics
from sheaf.services.kernel import Kernel

routes = Routes("service", "The service itself.")

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_log = logging.getLogger(__name__)


@routes.get("/health", public=True, answer="health:Health")
def get_health(call: Call) -> Response:
    """Tell whether the service is there and able to work.

    That this is answered at all is liveness; `ready` is readiness.
    """
    checks = {"store": _store(call.kernel, call.settings.tenant)}
    ready = set(checks.values()) == {"ok"}
    health = {"status": "ok" if ready else "unavailable", "ready": ready, "version": __version__, "checks": checks}
    return Response(orjson.dumps(health), status=200 if ready else 503, content_type="application/json")


@routes.get("/metrics", media={OPEN_METRICS: "Counters by kind: `sheaf_repairs_total` and `sheaf_faults_total`."})
def get_metrics(call: Call) -> Response:
    """Count the faults that were met and the repairs that were made, as OpenMetrics text.

    Sums over all processes and tenants since the installation began. In a healthy installation all of them stay as they are.
    """
    return Response(metrics.open_metrics(metrics.read(call.kernel)), content_type=OPEN_METRICS)


def _store(kernel: Kernel, tenant: str) -> str:
    try:
        kernel.store.get(paths.tenant(tenant))
    except Exception:  # noqa: BLE001 - whatever it is, it is not ready
        _log.exception("the document store did not answer a health check")
        return "failed"
    return "ok"
