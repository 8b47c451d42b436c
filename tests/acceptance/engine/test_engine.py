"""The engine as it is shipped, on both homes: stores, a queue that delivers by itself, processes that work, the real job type."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.states import RunStatus
from sheaf.embedded.installation import Installation, opened
from sheaf.embedded.work import Workforce
from sheaf.services import cancel, events, files, jobs, results, retry, runs, submit
from sheaf.services.files import NewFile
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings
from tests.faults.promises import check_ended
from tests.homes.choice import on_both_homes
from tests.homes.shipped import shipped

TENANT = "acme"
FIELDS = (Field(name="invoice_number"), Field(name="total", type=FieldType.AMOUNT))
STUCK_S = 300.0


class Site(Protocol):
    """An installation that somebody works on when asked to."""

    @property
    def kernel(self) -> Kernel:
        """Its engine, in this process."""
        ...

    def working(self) -> AbstractContextManager[object]:
        """Have work done while the block runs; what is begun is finished."""
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embedded home, worked on by two processes."""

    installation: Installation

    @property
    def kernel(self) -> Kernel:
        """See :class:`Site`."""
        return self.installation.kernel

    def working(self) -> Workforce:
        """See :class:`Site`."""
        return Workforce(self.installation, workers=2)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a scenario on both homes."""
    on_both_homes(metafunc, "site")


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """An installation that nobody works on yet."""
    if request.param == "cloud":
        home = shipped()
        home.empty()
        yield home
    else:
        with opened(Settings(data_dir=tmp_path / "data", sweep_seconds=1.0)) as installation:
            yield Embedded(installation)


def invoice(number: int) -> bytes:
    """A small document with both fields."""
    return f"ACME Ltd\n\nInvoice number: INV-{number:04d}\nTotal: {number}.50 EUR\n".encode()


def set_up(site: Site, contents: dict[str, bytes]) -> str:
    """A submitted run of a new job."""
    run = jobs.create(site.kernel, TENANT, name=f"job {time.monotonic_ns()}", fields=FIELDS).latest
    assert run is not None
    for name, data in contents.items():
        files.add(site.kernel, TENANT, run.id, NewFile(name=name), io.BytesIO(data))
    submit.submit(site.kernel, TENANT, run.id)
    return run.id


def until(done: Callable[[], bool]) -> None:
    """Wait for a state; fails as stuck where it never comes."""
    deadline = time.monotonic() + STUCK_S
    while not done():
        assert time.monotonic() < deadline, "stuck"
        time.sleep(0.05)


def ended(site: Site, run_id: str) -> bool:
    """Whether the run is over."""
    return runs.get(site.kernel, TENANT, run_id).ended


def archive(members: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return data.getvalue()


def test_documents_in_a_table_out(site: Site) -> None:
    """Texts, an archive and a broken file become rows with their values, and one failure with its reason, in the order given."""
    run_id = set_up(site, {"1.txt": invoice(1), "2.zip": archive({"a.txt": invoice(2), "b.txt": invoice(3)}), "3.pdf": b"%PDF-1.7 broken"})
    with site.working():
        until(lambda: ended(site, run_id))
    check_ended(site.kernel, TENANT, run_id)
    run = runs.get(site.kernel, TENANT, run_id)
    assert (run.status, run.counts.failed) == (RunStatus.PARTIALLY_COMPLETED, 1)
    shown = list(results.stream(site.kernel, run))
    assert [row.row.cells["invoice_number"].value for row in shown if row.error is None] == ["INV-0001", "INV-0002", "INV-0003"]
    assert [row.task.filename for row in shown if row.error] == ["3.pdf"]


def test_work_goes_on_where_it_stopped(site: Site) -> None:
    """Workers that are stopped in order and started again finish what was submitted, a retry and a cancel too."""
    contents = {f"{number}.txt": invoice(number) for number in range(30)}
    first, second = set_up(site, contents), set_up(site, {"x.pdf": b"%PDF-1.7 broken"})
    with site.working():
        until(lambda: runs.get(site.kernel, TENANT, first).sealed)
    third = set_up(site, contents)
    cancel.cancel(site.kernel, TENANT, third)
    with site.working():
        until(lambda: all(ended(site, run_id) for run_id in (first, second, third)))
        retry.retry_failed(site.kernel, TENANT, second)
        until(lambda: ended(site, second))
    statuses = [runs.get(site.kernel, TENANT, run_id).status for run_id in (first, second, third)]
    assert statuses == [RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED]
    for run_id in (first, second, third):
        check_ended(site.kernel, TENANT, run_id)
    kinds = [event.kind for event in events.log(site.kernel, TENANT, second).events]
    assert kinds == ["created", "submitted", "sealed", "files_failed", "finished", "retried", "sealed", "files_failed", "finished"]
