"""The operations of the API: one module per resource. Entry points decode, make one call, encode."""

from __future__ import annotations

from sheaf.http.routes import exports, files, jobs, kinds, progress, results, runs, service, setup, tasks, templates

#: Every resource, in the order of the document.
ROUTES = (
    jobs.routes,
    runs.routes,
    setup.routes,
    files.routes,
    progress.routes,
    tasks.routes,
    results.routes,
    exports.routes,
    templates.routes,
    kinds.routes,
    service.routes,
)
OPERATIONS = tuple(operation for routes in ROUTES for operation in routes.operations)
