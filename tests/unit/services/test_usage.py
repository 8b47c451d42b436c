"""Usage: added up once, per run, job and month, whatever is repeated."""

from __future__ import annotations

from sheaf.domain.counters import Usage
from sheaf.services import finalize, retry, usage
from tests.faults.kit import TENANT, Bench

ONE = Usage(files=1, pages=2, rows=1, model_tokens=3)


def times(number: int, *, bytes_: int) -> Usage:
    """What so many one-row files used."""
    return Usage(files=number, pages=2 * number, rows=number, model_tokens=3 * number, bytes=bytes_)


def test_usage_is_the_sum_of_what_was_read(engine: Bench) -> None:
    """A run's usage counts its completed files alone, and goes to its job and to the month."""
    job = engine.job()
    run_id = engine.run([b"ok", b"ok", b"corrupt"], job_id=job)
    engine.submit(run_id)
    engine.heal()
    expected = times(2, bytes_=4)
    assert engine.get(run_id).counts.usage == expected
    assert usage.of_job(engine.kernel, TENANT, job) == expected
    assert usage.of_month(engine.kernel, TENANT, "2026-11") == expected
    assert usage.of_month(engine.kernel, TENANT, "2026-10") == Usage()


def test_rounds_and_runs_add_up_once(engine: Bench) -> None:
    """A retry adds what it used, a repeated finalizer nothing, and a further run its own."""
    job = engine.job()
    for _ in range(2):
        run_id = engine.run([b"ok", b"corrupt"], job_id=job)
        engine.submit(run_id)
        engine.heal()
        engine.kernel.blobs.put(engine.tasks(run_id)[1].blob, b"ok")
        retry.retry_failed(engine.kernel, TENANT, run_id)
        engine.heal()
        for _ in range(3):
            finalize.finalize(engine.kernel, TENANT, run_id)
    total = usage.of_job(engine.kernel, TENANT, job)
    assert (total.files, total.pages, total.rows, total.model_tokens) == (4, 8, 4, 12)
    assert usage.of_month(engine.kernel, TENANT, "2026-11") == total


def test_tenants_are_metered_apart(engine: Bench) -> None:
    """Another tenant's month is its own."""
    engine.finished([b"ok"])
    assert usage.of_month(engine.kernel, "other", "2026-11") == Usage()
