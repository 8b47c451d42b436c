"""Which operation a request means, and that asking for one loads no other resource."""

from __future__ import annotations

import subprocess
import sys

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from sheaf.http import application, routes, routing
from sheaf.http.operations import Operation

#: Answers a health check and a list of jobs, and tells which resources were loaded for each.
LOADS = """
import sys
from sheaf.http import routing
for path in ("/api/health", "/api/jobs"):
    routing.find("GET", path)
    print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("sheaf.http.routes.")))
"""


@pytest.mark.parametrize("operation", routes.operations(), ids=lambda operation: operation.id)
def test_every_operation_is_found_by_its_own_path(operation: Operation) -> None:
    """The word of its path leads to its module, and the ids come out under their names."""
    ids = {name: f"{name}-1" for name in operation.parameters}
    assert routing.find(operation.method, operation.path.format(**ids)) == (operation, ids)


def test_head_is_asked_where_get_is() -> None:
    """Whoever may read may ask for the head alone."""
    assert routing.find("HEAD", "/api/jobs")[0].id == "list_jobs"


def test_a_method_that_a_path_has_not_is_told_those_it_has() -> None:
    """405 carries what would have worked."""
    with pytest.raises(MethodNotAllowed) as refused:
        routing.find("PUT", "/api/jobs/j1")
    assert refused.value.valid_methods == ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]
    assert application.allowed(routing.methods("/api/jobs/j1")) == refused.value.valid_methods


@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/jobs/", "/api/jobs//runs", "/api/jobs/j1/runs/", "/api/jobs/j1/jobs", "/api/runs"]
)
def test_a_path_of_no_operation_is_not_found(path: str) -> None:
    """Neither an empty id nor a word in the wrong place leads anywhere."""
    with pytest.raises(NotFound):
        routing.find("GET", path)
    with pytest.raises(NotFound):
        routing.methods(path)


def test_a_resource_is_loaded_when_it_is_asked_for() -> None:
    """A process that has just started answers its first request before it has loaded what others will ask for."""
    answer = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["service", "jobs service"]
