"""A small file that waits for its worker, made anew for each start."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from typing import Any

from sheaf.domain.fields import Field
from sheaf.embedded.installation import opened
from sheaf.ports.queue import Delivery
from sheaf.services import files, jobs, messages, runs, submit, worker
from sheaf.services.files import NewFile
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

_CONTENT = b"Invoice 2026-11\nInvoice date: 22 November 2026\nTotal: 1,250.00 EUR\n"
_FIELDS = (Field(name="number", description="Invoice number"), Field(name="total", description="Total"))


def waiting(settings: Settings) -> Mapping[str, Any]:
    """The call for the one file of a run that has been prepared: what the queue would deliver next."""
    with opened(settings) as installation:
        kernel, tenant = installation.kernel, settings.tenant
        job = jobs.create(kernel, tenant, name=secrets.token_hex(8), fields=_FIELDS).job
        run = runs.of_job(kernel, tenant, job.id, None)
        task = files.add(kernel, tenant, run.id, NewFile(name="invoice.txt", size=len(_CONTENT)), io.BytesIO(_CONTENT))
        _prepare(kernel, submit.submit(kernel, tenant, run.id).id, tenant)
        return messages.task_call(runs.get(kernel, tenant, run.id), task).payload


def _prepare(kernel: Kernel, run_id: str, tenant: str) -> None:
    step = messages.step("prepare", runs.get(kernel, tenant, run_id))
    worker.handle(kernel, Delivery(queue=step.queue, name=step.name, payload=step.payload))
