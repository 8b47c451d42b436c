"""The API against its own document: whatever a client makes of the document, it gets what the document says.

HYPOTHESIS_PROFILE=deep tries longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from sheaf.domain import paths
from sheaf.domain.imports import Import, ImportStatus, RefusedFile
from sheaf.http.api import create_app
from sheaf.http.authentication import Identity
from sheaf.http.operations import Operation
from sheaf.http.routes import operations
from sheaf.ports.store import Create
from sheaf.services.records import dump
from tests.acceptance.api.harness import FIELDS, Api, Json, install
from tests.faults.kit import fast_folder

pytestmark = pytest.mark.embedded("it plays the document's schema in process")

if TYPE_CHECKING:
    from flask import Request

#: Requests made up for each operation, of the good kind and of the bad, by how hard Hypothesis tries at all.
EXAMPLES = {50: 5, 100: 20, 2000: 300}[settings().max_examples]


class Everyone:
    """Answers whoever asks."""

    def identify(self, _: Request) -> Identity:
        """See :class:`sheaf.http.authentication.Authenticator`."""
        return Identity("default", "everyone")


@pytest.fixture(scope="module")
def installed() -> Iterator[Api]:
    """An installation that all requests of this module go to."""
    with fast_folder() as folder:
        made = install(Path(folder))
        yield made
        made.kernel.store.close()


@pytest.fixture(scope="module")
def ids(installed: Api) -> Json:
    """Ids that lead to something: a made-up one seldom does."""
    job = installed.finished(b"rows 3", b"corrupt")
    template = installed.post("/templates", {"name": "T", "fields": FIELDS})
    file = installed.get(f"/jobs/{job['id']}/files")["files"][0]
    return {
        "job_id": job["id"],
        "run_id": job["latest_run_id"],
        "file_id": file["id"],
        "task_id": file["id"],
        "template_id": template["id"],
        "import_id": past_import(installed, job),
    }


def past_import(installed: Api, job: Json) -> str:
    """An import into the job's run, as if it had been made."""
    now = installed.clock.now()
    made = Import(
        id="import-1",
        tenant=installed.settings.tenant,
        run_id=job["latest_run_id"],
        job_id=job["id"],
        url="s3://bucket/in",
        max_files=10,
        status=ImportStatus.COMPLETED,
        refused=1,
        refused_files=(RefusedFile(name="a", reason="It is gone."),),
        created_at=now,
        last_active_at=now,
    )
    installed.kernel.store.commit([Create(path=paths.import_(made.tenant, made.run_id, made.id), data=dump(made))])
    return made.id


@pytest.fixture(scope="module")
def document(installed: Api) -> schemathesis.BaseSchema:
    """The document, as it is served."""
    app = create_app(installed.kernel, installed.settings, authenticator=Everyone())
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


CASES = [
    pytest.param(operation, mode, id=f"{operation.id}-{mode.value}")
    for operation in operations()
    for mode in GenerationMode
    # What takes nothing can be asked for in one way only.
    if mode is GenerationMode.POSITIVE or operation.parameters or operation.takes("query") or operation.takes("body")
]


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_every_answer_is_as_the_document_says(
    document: schemathesis.BaseSchema, ids: Json, operation: Operation, mode: GenerationMode
) -> None:
    """Status, media type, headers and shape, for requests that fit the document and for those that do not."""
    described = document[operation.path][operation.method]

    @given(described.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def check(case: schemathesis.Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters.update({name: ids[name] for name in operation.parameters})
            case.query.pop("cursor", None)
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()
