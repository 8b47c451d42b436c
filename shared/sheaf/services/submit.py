"""Submitting a run: the check that its set-up can work, and the moment after which it is final."""

from __future__ import annotations

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, InvalidInput, PreconditionFailed, Unavailable, WrongState
from sheaf.domain.runs import Run
from sheaf.domain.states import ConfigStep, RunStatus, check_run_move
from sheaf.domain.tasks import Task
from sheaf.ports.store import Delete, Query, Update, Where
from sheaf.services import imports, messages, runs
from sheaf.services.events import entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, Stored, dump, fetch, load


def submit(kernel: Kernel, tenant: str, run_id: str) -> Run:
    """Make a run's set-up final and start it.

    Submitting a run that is submitted or at work changes nothing and answers it as it is. Raises InvalidInput when it has no fields or
    files, Conflict when an announced file has not arrived or an import is at work, and WrongState when the run has ended.
    """
    for _ in range(MAX_RACES):
        stored = fetch(kernel.store, paths.run(tenant, run_id), Run, "run")
        if stored.value.status is not RunStatus.PENDING:
            _check_open(stored.value)
            break
        if _close(kernel, stored):
            break
    else:
        raise Unavailable("Files of this run are being added at the moment. Try again.")
    run = runs.get(kernel, tenant, run_id)
    if run.status is RunStatus.SUBMITTED:
        # A power cut that undoes this leaves a submitted run, which the sweeper finds.
        kernel.queue.enqueue([messages.step("prepare", run)], lasting=False)
    return run


def _check_open(run: Run) -> None:
    if run.ended:
        is_ = run.status.value
        message = f"The run has ended and cannot be submitted again: it is {is_}. Create a further run: sheaf runs create JOB"
        raise WrongState(message, status=is_)


def _close(kernel: Kernel, stored: Stored[Run]) -> bool:
    """Take the run from pending to submitted, unless its files changed while they were checked."""
    run = stored.value
    check_run_move(run.status, RunStatus.SUBMITTED)
    intake = kernel.store.get(paths.intake(run.tenant, run.id))
    if intake is None:
        return False
    _check_ready(kernel, run)
    now = kernel.clock.now()
    change = {"status": RunStatus.SUBMITTED, "config_step": ConfigStep.SUBMITTED, "submitted_at": now, "last_active_at": now}
    try:
        kernel.store.commit(
            [
                Update(path=paths.run(run.tenant, run.id), fields=dump(change), version=stored.version),
                Delete(path=intake.path, version=intake.version),
                entry(kernel, run.tenant, run.id, "submitted", "The run was submitted."),
            ]
        )
    except PreconditionFailed:
        return False
    return True


def _check_ready(kernel: Kernel, run: Run) -> None:
    tasks = paths.tasks(run.tenant, run.id)
    if not run.fields:
        raise InvalidInput("The run has no fields. Say what to read from the files first.", code="no_fields", field="fields")
    imports.check_done(kernel, run)
    if not kernel.store.count(Query(collection=tasks), up_to=1):
        raise InvalidInput("The run has no files. Add at least one first.", code="no_files", field="files")
    not_there = Where("uploaded", "==", value=False)
    waiting = kernel.store.query(Query(collection=tasks, where=(not_there,), limit=5)).documents
    if waiting:
        missing = [load(document, Task).value.filename for document in waiting]
        raise Conflict(
            f"Files were announced but have not arrived: {', '.join(missing)}. Upload or remove them.", code="not_uploaded", files=missing
        )
