"""THE list: every kind of thing that Sheaf can be extended with, and the module that is it.

A new job type, format, engine, connector, export or adapter is one module and one line here. Entries are ``module:attribute`` and are
imported when first asked for, so that listing kinds costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from sheaf.documents.format import Format
from sheaf.domain.errors import InvalidInput

FORMATS: Mapping[str, Format] = {
    "csv": Format("sheaf.documents.formats.csv"),
    "docx": Format("sheaf.documents.formats.docx"),
    "dxf": Format("sheaf.documents.formats.dxf"),
    "eml": Format("sheaf.documents.formats.eml", container=True),
    "heic": Format("sheaf.documents.formats.heic"),
    "html": Format("sheaf.documents.formats.html"),
    "image": Format("sheaf.documents.formats.image"),
    "ifc": Format("sheaf.documents.formats.ifc"),
    "json": Format("sheaf.documents.formats.json"),
    "msg": Format("sheaf.documents.formats.msg", container=True),
    "odp": Format("sheaf.documents.formats.odp"),
    "ods": Format("sheaf.documents.formats.ods"),
    "odt": Format("sheaf.documents.formats.odt"),
    "pdf": Format("sheaf.documents.formats.pdf"),
    "pptx": Format("sheaf.documents.formats.pptx"),
    "rtf": Format("sheaf.documents.formats.rtf"),
    "step": Format("sheaf.documents.formats.step"),
    "text": Format("sheaf.documents.formats.text"),
    "tiff": Format("sheaf.documents.formats.tiff"),
    "xls": Format("sheaf.documents.formats.xls"),
    "xlsx": Format("sheaf.documents.formats.xlsx"),
    "xml": Format("sheaf.documents.formats.xml"),
    "zip": Format("sheaf.documents.formats.zip", archive=True),
}

JOB_TYPES: Mapping[str, str] = {
    "extraction": "sheaf.jobtypes.extraction:Extraction",
}

#: Functions of the settings and of what engines keep between documents.
ENGINES: Mapping[str, str] = {
    "embedded": "sheaf.extraction.engines.embedded:opened",
    "anthropic": "sheaf.extraction.engines.anthropic:opened",
    "gemini": "sheaf.extraction.engines.gemini:opened",
    "openai": "sheaf.extraction.engines.openai:opened",
    "vertex": "sheaf.extraction.engines.vertex:opened",
    "werk24": "sheaf.extraction.engines.werk24:opened",
}

EXPORTS: Mapping[str, str] = {
    "csv": "sheaf.exports.csv:CsvExporter",
    "xlsx": "sheaf.exports.excel:ExcelExporter",
    "json": "sheaf.exports.json:JsonExporter",
    "jsonl": "sheaf.exports.jsonl:JsonlExporter",
}

#: Adapters: functions of the settings and the clock that open what is named by ``SHEAF_STORE``, ``SHEAF_BLOBS`` and ``SHEAF_QUEUE``.
STORES: Mapping[str, str] = {
    "sqlite": "sheaf.adapters.store.sqlite:opened",
    "firestore": "sheaf.adapters.store.firestore:opened",
}

BLOBS: Mapping[str, str] = {
    "disk": "sheaf.adapters.blobs.disk:opened",
    "gcs": "sheaf.adapters.blobs.gcs:opened",
}

QUEUES: Mapping[str, str] = {
    "embedded": "sheaf.adapters.queue.embedded:opened",
    "cloud_tasks": "sheaf.adapters.queue.cloud_tasks:opened",
}

#: Folders elsewhere, by the scheme of their addresses: functions of an address and the settings that open one.
FOLDERS: Mapping[str, str] = {
    "gs": "sheaf.connectors.gcs:opened",
    "s3": "sheaf.connectors.s3:opened",
}


@cache
def load(named: str) -> Any:
    """The object behind a ``module:attribute`` entry."""
    module, _, attribute = named.partition(":")
    return getattr(import_module(module), attribute)


def entry(kinds: Mapping[str, str], kind: str, what: str) -> str:
    """The entry of a kind; raises InvalidInput that lists the known ones."""
    if kind not in kinds:
        raise InvalidInput(f"There is no {what} {kind!r}. Known: {', '.join(sorted(kinds))}.", code=f"unknown_{what}", known=sorted(kinds))
    return kinds[kind]


def find(kinds: Mapping[str, str], kind: str, what: str) -> Any:
    """The object of a kind; raises InvalidInput that lists the known ones."""
    return load(entry(kinds, kind, what))
