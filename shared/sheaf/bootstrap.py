"""The composition root: builds the product from settings. Every collaborator can be handed in; nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from sheaf import catalog
from sheaf.services.kernel import Kernel, Policy
from sheaf.services.ondemand import OnDemand
from sheaf.settings import Settings, packed, unpacked

if TYPE_CHECKING:
    from sheaf.documents.limits import Limits
    from sheaf.documents.reading import Formats
    from sheaf.domain.costs import Costing
    from sheaf.domain.runs import Run
    from sheaf.extraction.engine import Engine
    from sheaf.ports.blobs import BlobStore
    from sheaf.ports.clock import Clock
    from sheaf.ports.folders import Folder
    from sheaf.ports.identity import TokenVerifier
    from sheaf.ports.jobtype import Elsewhere, JobType


def formats(limits: Limits | None = None, settings: Settings | None = None) -> Formats:
    """Every file format of the catalogue, within these bounds; pictures are read as the settings say.

    Raises InvalidInput for a language that cannot be recognised.
    """
    from sheaf.documents.limits import Limits
    from sheaf.documents.reading import Formats
    from sheaf.documents.recognition.options import Recognition

    recognition = Recognition.of(settings.ocr_languages, settings.ocr_threads) if settings else Recognition()
    return Formats(catalog.FORMATS, limits or Limits(), recognition)


def kernel(settings: Settings, *, on_demand: bool = False, **given: Any) -> Kernel:
    """The engine on the stores and the queue that the settings name; ``given`` replaces any part of it.

    Every part is opened now, or with ``on_demand`` when it is first asked for. Raises InvalidInput for a kind that is not known.
    """
    parts = {name: make for name, make in _parts(settings, given.get("clock")).items() if name not in given}
    return OnDemand.of(parts, given) if on_demand else Kernel(**{name: make() for name, make in parts.items()}, **given)


def _parts(settings: Settings, clock: Clock | None) -> Mapping[str, Callable[[], Any]]:
    """How each part of an engine is made."""
    from sheaf.adapters.clock import RandomIds, SystemClock

    time = clock or SystemClock()
    readable = cache(partial(_formats_within, settings))
    return {
        "store": _opening(catalog.entry(catalog.STORES, settings.store, "store"), settings, time),
        "blobs": _opening(catalog.entry(catalog.BLOBS, settings.blobs, "object_store"), settings, time),
        "queue": _opening(catalog.entry(catalog.QUEUES, settings.queue, "queue"), settings, time),
        "clock": lambda: time,
        "ids": RandomIds,
        "reading": readable,
        "folders": lambda: partial(folder, settings),
        "job_types": lambda: cache(partial(_job_type, readable(), settings)),
        "elsewhere": lambda: cache(partial(_elsewhere, settings)),
        "policy": lambda: Policy(max_file_bytes=settings.max_file_bytes),
    }


def _opening(adapter: str, settings: Settings, clock: Clock) -> Callable[[], Any]:
    return lambda: catalog.load(adapter)(settings, clock)


def _formats_within(settings: Settings) -> Formats:
    from sheaf.documents.limits import Limits

    return formats(Limits(max_bytes=settings.max_file_bytes), settings)


def verifier(settings: Settings) -> TokenVerifier:
    """What tells whether the identity tokens of callers are genuine."""
    from sheaf.adapters.clock import SystemClock
    from sheaf.adapters.identity import google

    return google.opened(settings, SystemClock())


def folder(settings: Settings, url: str) -> Folder:
    """The folder elsewhere at an address; raises InvalidInput for an address of no known kind, or that is none."""
    opened: Folder = catalog.find(catalog.FOLDERS, url.partition("://")[0], "folder")(url, settings)
    return opened


def _job_type(readable: Formats, settings: Settings, kind: str) -> JobType:
    engines = partial(_engine_by, settings)
    parts = {"engines": engines, "formats": readable, "kept": _kept(settings), "costs": partial(_costing, settings)}
    made: JobType = catalog.find(catalog.JOB_TYPES, kind, "job_type")(**parts)
    return made


def _costing(settings: Settings, run: Run) -> Costing:
    from sheaf.extraction.models.costing import costing

    return costing(settings, run)


@cache
def _kept(settings: Settings) -> Callable[[str], bytes | None]:
    """What reads small objects of the installation; opens its object store with the first of them."""

    def read_object(path: str) -> bytes | None:
        from sheaf.domain.errors import NotFound

        try:
            with _blobs(settings).open(path) as file:
                return file.read()
        except NotFound:
            return None

    return read_object


def _elsewhere(settings: Settings) -> Elsewhere:
    from sheaf.adapters.processes.pool import shared
    from sheaf.jobtypes.apart import Apart

    # Nothing is answered there, so nobody shows a key there.
    told = packed(replace(settings, data_dir=settings.data_dir.absolute(), api_key=""))
    return Apart(processes=shared(), entry=f"{__name__}:{perform.__name__}", settings=told, memory=settings.max_file_memory)


def perform(argument: bytes) -> Iterator[bytes]:
    """What is called in the processes that tasks are done in: see :mod:`sheaf.jobtypes.apart`."""
    from sheaf.jobtypes import apart

    return apart.perform(argument, _job_type_by)


@lru_cache(maxsize=8)
def _job_type_by(kind: str, told: bytes) -> JobType:
    """A job type in a process of its own, by the settings of the installation that called it."""
    from sheaf import logs

    settings = unpacked(told)
    logs.configure(settings)
    return _job_type(_formats_within(settings), settings, kind)


def _engine_by(settings: Settings, kind: str) -> Engine:
    return engine(kind, settings)


@cache
def engine(kind: str, settings: Settings) -> Engine:
    """An engine of the catalogue, by these settings; raises InvalidInput for one that is unknown or not set up."""
    from sheaf.adapters.clock import SystemClock
    from sheaf.extraction.models.memo import BlobMemo

    age = timedelta(days=settings.model_answers_days)
    memo = BlobMemo(blobs=lambda: _blobs(settings), now=SystemClock().now, age=age, size=settings.model_answers_bytes)
    made: Engine = catalog.find(catalog.ENGINES, kind, "engine")(settings, memo)
    return made


@cache
def _blobs(settings: Settings) -> BlobStore:
    from sheaf.adapters.clock import SystemClock

    opened: BlobStore = catalog.find(catalog.BLOBS, settings.blobs, "object_store")(settings, SystemClock())
    return opened
