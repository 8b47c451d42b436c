"""Addresses of documents and paths of objects: the one place that spells them.

Everything is below its tenant, so a query or a path cannot leave it.
"""

from __future__ import annotations

import functools
import hashlib
import re
from typing import IO

from sheaf.domain.errors import InvalidInput

#: Path below which signed URLs are served, where the object store does not serve them itself.
SIGNED = "/blobs/"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def check_id(value: str, what: str) -> str:
    """The value, if it can be an id; raises InvalidInput otherwise, so that no address is built from anything else."""
    if not _ID.fullmatch(value):
        raise InvalidInput(f"{what} {value[:80]!r} is not an id.", field=what)
    return value


def tenant(tenant_id: str) -> str:
    """The tenant's own document."""
    return f"tenants/{check_id(tenant_id, 'tenant')}"


def jobs(tenant_id: str) -> str:
    """The tenant's jobs."""
    return f"{tenant(tenant_id)}/jobs"


def job(tenant_id: str, job_id: str) -> str:
    """One job."""
    return f"{jobs(tenant_id)}/{check_id(job_id, 'job_id')}"


def unique_name(tenant_id: str, kind: str, name: str) -> str:
    """The marker that holds a name of a kind of record (``jobs``, ``templates``) once per tenant, whatever its case."""
    return f"{tenant(tenant_id)}/{kind}_names/{digest(' '.join(name.casefold().split()))}"


def templates(tenant_id: str) -> str:
    """The tenant's templates."""
    return f"{tenant(tenant_id)}/templates"


def template(tenant_id: str, template_id: str) -> str:
    """One template."""
    return f"{templates(tenant_id)}/{check_id(template_id, 'template_id')}"


def runs(tenant_id: str) -> str:
    """The tenant's runs, of all jobs."""
    return f"{tenant(tenant_id)}/runs"


@functools.lru_cache(maxsize=1024)
def run(tenant_id: str, run_id: str) -> str:
    """One run; asked for many times for each of its files."""
    return f"{runs(tenant_id)}/{check_id(run_id, 'run_id')}"


def intake(tenant_id: str, run_id: str) -> str:
    """The run's file intake: there while files may be added, gone once the run is submitted."""
    return f"{run(tenant_id, run_id)}/intake/open"


def imports(tenant_id: str, run_id: str) -> str:
    """What is imported into the run from elsewhere."""
    return f"{run(tenant_id, run_id)}/imports"


def import_(tenant_id: str, run_id: str, import_id: str) -> str:
    """One import."""
    return f"{imports(tenant_id, run_id)}/{check_id(import_id, 'import_id')}"


def tasks(tenant_id: str, run_id: str) -> str:
    """The run's tasks."""
    return f"{run(tenant_id, run_id)}/tasks"


def task(tenant_id: str, run_id: str, task_id: str) -> str:
    """One task."""
    return f"{tasks(tenant_id, run_id)}/{check_id(task_id, 'file_id')}"


def shard(tenant_id: str, run_id: str, round_: int, number: int) -> str:
    """One counter shard of a round."""
    return f"{run(tenant_id, run_id)}/shards/{round_}-{number}"


def fan_in(tenant_id: str, run_id: str, round_: int) -> str:
    """Where a round counts its shards whose every task has ended: apart from the run, which is written seldom."""
    return f"{run(tenant_id, run_id)}/shards/{round_}-closed"


def unpack_gate(tenant_id: str, run_id: str) -> str:
    """The gate that containers' members come through: there while some are to come, gone once the run is sealed."""
    return f"{run(tenant_id, run_id)}/shards/unpack"


def suggested(tenant_id: str, run_id: str) -> str:
    """What was suggested for the run from its files."""
    return f"{run(tenant_id, run_id)}/suggestions/latest"


def events(tenant_id: str, run_id: str) -> str:
    """The run's log."""
    return f"{run(tenant_id, run_id)}/events"


def edits(tenant_id: str, job_id: str) -> str:
    """What people said of values that the job's runs read."""
    return f"{job(tenant_id, job_id)}/edits"


def edited_rows(tenant_id: str, job_id: str, content: str, block: int) -> str:
    """The edits of some neighbouring rows of one content."""
    return f"{edits(tenant_id, job_id)}/{check_id(content, 'content')}-{block}"


def learned(tenant_id: str, job_id: str) -> str:
    """The versions of what a job has learned."""
    return f"{job(tenant_id, job_id)}/learned"


def learned_version(tenant_id: str, job_id: str, number: int) -> str:
    """One version."""
    return f"{learned(tenant_id, job_id)}/v{number}"


def learned_object(tenant_id: str, job_id: str, number: int) -> str:
    """Where the bytes of a version lie."""
    return f"{tenant(tenant_id)}/jobs/{check_id(job_id, 'job_id')}/learned/v{number}.json"


def model_answers(tenant_id: str) -> str:
    """Where lies what models answered about the tenant's documents."""
    return f"{tenant(tenant_id)}/models/answers"


def month_usage(tenant_id: str, month: str) -> str:
    """What a tenant used in a month (``2026-11``)."""
    return f"{tenant(tenant_id)}/usage/month-{month}"


def job_usage(tenant_id: str, job_id: str) -> str:
    """What a job's runs used together."""
    return f"{tenant(tenant_id)}/usage/job-{check_id(job_id, 'job_id')}"


def idempotency(tenant_id: str, key: str) -> str:
    """The first answer given to an idempotency key."""
    return f"{tenant(tenant_id)}/idempotency/{digest(key)}"


def metrics(number: int) -> str:
    """One of the documents that count faults and repairs, of all tenants together."""
    return f"metrics/{number}"


def digest(*parts: object) -> str:
    """A 32-digit hash of the parts: for ids that follow from their content, and for queue names, which must not be a sequence."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def content_digest(file: IO[bytes]) -> str:
    """A digest of a file's bytes, which are read in pieces."""
    return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()  # type: ignore[arg-type]  # any hash will do


def member_id(parent_id: str, name: str, index: int) -> str:
    """The id of a container's member: the same on every delivery."""
    return digest("member", parent_id, index, name)[:24]


def _run_objects(tenant_id: str, job_id: str, run_id: str) -> str:
    return f"{tenant(tenant_id)}/jobs/{check_id(job_id, 'job_id')}/runs/{check_id(run_id, 'run_id')}"


def upload_object(tenant_id: str, job_id: str, run_id: str, file_id: str) -> str:
    """Where an uploaded file's bytes lie (A13)."""
    return f"{_run_objects(tenant_id, job_id, run_id)}/uploads/{check_id(file_id, 'file_id')}"


def member_object(tenant_id: str, run_id: str, file_id: str) -> str:
    """Where the bytes of a file lie that was unpacked or imported (A13)."""
    return f"{tenant(tenant_id)}/imports/{check_id(run_id, 'run_id')}/extracted_{check_id(file_id, 'file_id')}"


def values_object(tenant_id: str, job_id: str, run_id: str, round_: int, key: str) -> str:
    """Where the sorted digests of a run's values lie that a rule wants unique or looks up, as they were read up to a round."""
    return f"{_run_objects(tenant_id, job_id, run_id)}/values/{round_}-{check_id(key, 'key')}"


def results_prefix(tenant_id: str, job_id: str, run_id: str, task_id: str, lease_token: int) -> str:
    """Where one attempt's rows lie; each attempt has its own, so that a late worker overwrites nothing."""
    return f"{_run_objects(tenant_id, job_id, run_id)}/results/{check_id(task_id, 'file_id')}/{lease_token}"
