"""What the runs of a job type can do: the registry says it, and every service that is asked for it holds to it (C2)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sheaf.domain.errors import InvalidInput, WrongState
from sheaf.domain.runs import Run
from sheaf.services.kernel import Kernel

if TYPE_CHECKING:
    from sheaf.ports.jobtype import JobType


def job_type(kernel: Kernel, run: Run) -> JobType | None:
    """The job type of a stored run; None where this installation does not know it (any more)."""
    with suppress(InvalidInput):
        return kernel.job_types(run.type)
    return None


def check_can_cancel(kernel: Kernel, run: Run) -> None:
    """Raise WrongState when runs of this type cannot be cancelled; one of an unknown type can."""
    known = job_type(kernel, run)
    if known is not None and not known.info.can_cancel:
        raise WrongState(f"Runs of the type {known.info.label} cannot be cancelled; wait for its end.", code="cannot_cancel", type=run.type)


def check_can_retry(kernel: Kernel, run: Run) -> None:
    """Raise WrongState when runs of this type cannot be retried."""
    known = job_type(kernel, run)
    if known is not None and not known.info.can_retry:
        message = f"Runs of the type {known.info.label} cannot be tried again; create a further run of the job."
        raise WrongState(message, code="cannot_retry", type=run.type)
