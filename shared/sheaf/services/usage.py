"""What was used: added up per run, per job and per tenant and month when runs end (A14)."""

from __future__ import annotations

from sheaf.domain import paths
from sheaf.domain.counters import Usage
from sheaf.services.kernel import Kernel


def of_job(kernel: Kernel, tenant: str, job_id: str) -> Usage:
    """What a job's ended runs used together."""
    return _sum(kernel, paths.job_usage(tenant, job_id))


def of_month(kernel: Kernel, tenant: str, month: str) -> Usage:
    """What a tenant's runs that ended in a month (``2026-11``) used."""
    return _sum(kernel, paths.month_usage(tenant, month))


def _sum(kernel: Kernel, path: str) -> Usage:
    document = kernel.store.get(path)
    return Usage(**{name: int(amount) for name, amount in document.data.items()}) if document else Usage()
