"""Faults that were met and repairs that were made, counted where operators see them: sums over all processes, since the installation began.

A process counts in memory and writes its counts at most once a second, as increments of one of a few documents; nothing is written while
nothing goes wrong. A process that dies takes what it counted in its last second with it: the counts are for people and their alerts, and
no decision of the engine rests on them.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from sheaf.domain import paths
from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.store import Create, Increment, Update
from sheaf.services.kernel import Kernel

_log = logging.getLogger(__name__)

#: At least so long between two writes of one process.
PAUSE = timedelta(seconds=1)
#: Documents that the counts are spread over, so that many processes in trouble do not wait for each other.
SPREAD = 16


class Metric(StrEnum):
    """Everything that is counted; in a healthy installation all of it stays zero."""

    LOST_LEASES = "lost_leases"
    LOST_RETRIES = "lost_retries"
    LOST_DISPATCHES = "lost_dispatches"
    UNCLOSED_SHARDS = "unclosed_shards"
    STALLED_STEPS = "stalled_steps"
    FAILED_REPAIRS = "failed_repairs"

    DUPLICATE_DELIVERIES = "duplicate_deliveries"
    REPEATED_DELIVERIES = "repeated_deliveries"
    FAILED_DELIVERIES = "failed_deliveries"
    LOST_ATTEMPTS = "lost_attempts"
    LATE_WORKERS = "late_workers"
    OUTAGES = "outages"

    @property
    def is_repair(self) -> bool:
        """Whether the sweeper put it right; the others are met, and dealt with, by whoever does the work."""
        return self in REPAIRS


REPAIRS = tuple(Metric)[:6]

#: What each stands for, for people.
MEANINGS: Mapping[Metric, str] = {
    Metric.LOST_LEASES: "Files called for again because their worker had not answered when its lease was over.",
    Metric.LOST_RETRIES: "Further attempts called for again because their message was gone.",
    Metric.LOST_DISPATCHES: "Files called for again because their first message was gone.",
    Metric.UNCLOSED_SHARDS: "Counter shards closed for a worker that died right after it counted their last file.",
    Metric.STALLED_STEPS: "Steps of runs (prepare, dispatch, cancel, finalize) called for again.",
    Metric.FAILED_REPAIRS: "Repairs that raised an error; the next sweep tries again.",
    Metric.DUPLICATE_DELIVERIES: "Deliveries that started nothing because another had done, or was doing, the work.",
    Metric.REPEATED_DELIVERIES: "Deliveries made again by the queue because an earlier one failed or was not answered.",
    Metric.FAILED_DELIVERIES: "Deliveries that ended in an error and were given back to the queue.",
    Metric.LOST_ATTEMPTS: "Attempts at a file that were taken over from a worker which had not answered.",
    Metric.LATE_WORKERS: "Workers that came with a success or a failure after another had taken their file over; nothing of it counted.",
    Metric.OUTAGES: "Attempts at a file that found a service away and wait for it, at no cost to the file's own retries.",
}


def read(kernel: Kernel) -> dict[Metric, int]:
    """Every count so far, zeros too."""
    documents = kernel.store.get_many([paths.metrics(number) for number in range(SPREAD)])
    sums: Counter[str] = Counter()
    for document in documents:
        sums.update({name: int(count) for name, count in document.data.items()} if document else {})
    return {metric: sums[metric.value] for metric in Metric}


def write(kernel: Kernel, *, pause: timedelta = PAUSE) -> None:
    """Write down what this process has counted, unless it did so a moment ago; that this fails must not fail the work it follows."""
    counts = kernel.tally.take(kernel.clock.now(), pause)
    if not counts:
        return
    _log.warning("met: %s", ", ".join(f"{name} {count}" for name, count in counts.items()), extra={"metrics": counts})
    try:
        _add(kernel, paths.metrics(kernel.tally.place % SPREAD), counts)
    except Exception:  # noqa: BLE001 - whatever it is, the counts are kept for the next time
        _log.exception("the counts of faults could not be written")
        kernel.tally.give_back(counts)


def _add(kernel: Kernel, path: str, counts: Mapping[str, int]) -> None:
    update = Update(path=path, fields={name: Increment(count) for name, count in counts.items()})
    try:
        kernel.store.commit([update])
    except PreconditionFailed:
        _create(kernel, path, counts, update)


def _create(kernel: Kernel, path: str, counts: Mapping[str, int], update: Update) -> None:
    try:
        kernel.store.commit([Create(path=path, data=dict(counts))])
    except PreconditionFailed:  # another process was first
        kernel.store.commit([update])


def open_metrics(counts: Mapping[Metric, int]) -> str:
    """The counts as OpenMetrics text (https://prometheus.io/docs/specs/om/open_metrics_spec/), in families of repairs and faults."""
    families = {
        "sheaf_repairs": ("What the sweeper put right, by what had been lost.", [metric for metric in Metric if metric.is_repair]),
        "sheaf_faults": ("What went wrong and was dealt with on the spot.", [metric for metric in Metric if not metric.is_repair]),
    }
    lines = []
    for name, (meaning, members) in families.items():
        lines += [f"# TYPE {name} counter", f"# HELP {name} {meaning}"]
        lines += [f'{name}_total{{kind="{metric.value}"}} {counts[metric]}' for metric in members]
    return "\n".join([*lines, "# EOF", ""])
