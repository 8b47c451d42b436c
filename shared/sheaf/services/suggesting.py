"""Suggesting fields from a run's first files (X11): asked for over the API, read by the worker, kept with the run."""

from __future__ import annotations

import logging
from datetime import timedelta

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, FileProblem, InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.domain.runs import Run
from sheaf.domain.suggestions import MAX_SAMPLES, Sample, SuggestingStatus, Suggestions, SuggestionSet
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import Suggester
from sheaf.ports.store import Create, Update
from sheaf.services import files, messages, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import change, dump, fetch, load

_log = logging.getLogger(__name__)

#: Seconds that one file may take, and all of them together: the step answers before its delivery is repeated.
PER_FILE, TOGETHER = 30.0, 90.0
#: A request that is not answered by then is lost, and may be made again.
PATIENCE = timedelta(minutes=10)
#: Files listed to find those that can be looked at.
_LISTED = 100


def request(kernel: Kernel, run: Run) -> SuggestionSet:
    """Have the worker look at the run's first files; what was suggested before is replaced.

    Raises:
        InvalidInput: code ``no_samples``, when no file's bytes have arrived.
        Conflict: code ``suggesting``, when they are being looked at, ``cannot_suggest`` for a type of job that has no fields to suggest.
    """
    _suggester(kernel, run.type)
    if not _samples(kernel, run):
        raise InvalidInput("Add a file first: fields are suggested from what the run's files hold.", code="no_samples")
    path, now = paths.suggested(run.tenant, run.id), kernel.clock.now()
    document = kernel.store.get(path)
    before = load(document, SuggestionSet).value if document else None
    if before and before.status is SuggestingStatus.READING and now - before.requested_at < PATIENCE:
        raise Conflict("The files are being looked at. Ask for what is suggested in a moment.", code="suggesting")
    wanted = SuggestionSet(run_id=run.id, number=before.number + 1 if before else 1, requested_at=now)
    data = dump(wanted) | ({"ended_at": None} if before else {})
    try:
        kernel.store.commit([Update(path=path, fields=data, version=document.version) if document else Create(path=path, data=data)])
    except PreconditionFailed as error:
        raise Conflict("Somebody else has just asked. Ask for what is suggested in a moment.", code="suggesting") from error
    kernel.queue.enqueue([messages.step("suggest", run, nonce=wanted.number, number=wanted.number)])
    return wanted


def get(kernel: Kernel, run: Run) -> SuggestionSet:
    """What was suggested for a run; raises NotFound where nobody asked."""
    return fetch(kernel.store, paths.suggested(run.tenant, run.id), SuggestionSet, "suggestions").value


def look(kernel: Kernel, tenant: str, run_id: str, number: int) -> None:
    """Look at a run's first files, in the worker, and keep what they suggest. Done again, it changes nothing."""
    run = runs.get(kernel, tenant, run_id)
    wanted = get(kernel, run)
    if (wanted.number, wanted.status) != (number, SuggestingStatus.READING):
        return
    suggester = _suggester(kernel, run.type)
    tasks = _samples(kernel, run)
    samples = _looked_at(kernel, suggester, run, tasks)
    told = {
        "status": SuggestingStatus.READY if samples else SuggestingStatus.FAILED,
        "samples": len(samples),
        "failed": len(tasks) - len(samples),
        "suggestions": suggester.suggest(samples) if samples else Suggestions(),
        "ended_at": kernel.clock.now(),
    }
    change(kernel.store, paths.suggested(tenant, run_id), SuggestionSet, lambda now: told if now.number == number else None)


def _samples(kernel: Kernel, run: Run) -> list[Task]:
    """The run's first files whose bytes are there."""
    listed = files.listing(kernel, run.tenant, run.id, limit=_LISTED).files
    return [task for task in listed if task.uploaded and task.problem is None][:MAX_SAMPLES]


def _looked_at(kernel: Kernel, suggester: Suggester, run: Run, tasks: list[Task]) -> list[Sample]:
    """What the files say, those that cannot be read left out, and those that there is no time for."""
    begun = kernel.clock.now()
    samples: list[Sample] = []
    for task in tasks:
        left = TOGETHER - (kernel.clock.now() - begun).total_seconds()
        if left <= 0:
            break
        try:
            samples.append(_look(kernel, suggester, run, task, min(PER_FILE, left)))
        except (FileProblem, NotFound) as error:
            _log.info("%s suggests nothing: %s", task.filename, error)
        except Unavailable:  # to be delivered again
            raise
        except Exception:  # noqa: BLE001 - a document may lead a reader to raise anything; the others still suggest what they hold
            _log.exception("%s suggests nothing", task.filename)
    return samples


def _look(kernel: Kernel, suggester: Suggester, run: Run, task: Task, seconds: float) -> Sample:
    with kernel.blobs.local(task.blob) as path:
        if suggester.info.apart and kernel.elsewhere is not None:
            return kernel.elsewhere().look(suggester.info, run, task, path, seconds=seconds)
        return suggester.look(run, task, path)


def _suggester(kernel: Kernel, kind: str) -> Suggester:
    job_type = kernel.job_types(kind)
    if not isinstance(job_type, Suggester):
        raise Conflict(f"Jobs of the type {kind!r} suggest no fields.", code="cannot_suggest")
    return job_type
