"""Faults and repairs as an operator's collector reads them."""

from __future__ import annotations

import re

from sheaf.services import metrics
from sheaf.services.metrics import MEANINGS, Metric
from tests.acceptance.api.harness import Api

_SAMPLE = re.compile(r'(sheaf_(?:repairs|faults))_total\{kind="(\w+)"\} (\d+)')


def samples(api: Api) -> dict[str, int]:
    """Every counter by its kind; whatever else stands there is a comment of the format."""
    answer = api.client.get("/api/metrics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/openmetrics-text; version=1.0.0; charset=utf-8")
    *lines, end, nothing = answer.text.split("\n")
    assert (end, nothing) == ("# EOF", "")
    told = [line for line in lines if not line.startswith(("# TYPE sheaf_", "# HELP sheaf_"))]
    found = [match for line in told if (match := _SAMPLE.fullmatch(line))]
    assert len(found) == len(told)
    return {match[2]: int(match[3]) for match in found}


def test_a_healthy_installation_shows_zeros(api: Api) -> None:
    """Every kind is there from the start, so that its first growth can be told."""
    api.finished(b"ok", b"corrupt")
    assert samples(api) == dict.fromkeys(map(str, Metric), 0)


def test_what_was_met_is_shown(api: Api) -> None:
    """What any process has counted is there for whoever asks another."""
    api.kernel.tally.add(Metric.OUTAGES, 2)
    metrics.write(api.kernel)
    assert samples(api)[Metric.OUTAGES] == 2


def test_every_metric_is_explained() -> None:
    """In a sentence, for people."""
    assert all(MEANINGS[metric].endswith(".") for metric in Metric)
