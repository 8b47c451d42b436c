"""The examples in the API's document: one story, told over all of its objects. Tests check each against its schema."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

_JOB_ID = "c41b7d3a90e84f62b5a1d7e3"
_RUN_ID = "5f0c2a9be1d34c7f8a6b0e21"
_EARLIER_RUN_ID = "0a4e17c2b95d4d3fa0c8e6f1"
_FILE_ID = "3b8f06d7a1c94e2f9d5b7a60"
_NOW = "2026-11-22T09:01:16Z"

_Object = dict[str, Any]
_OF_RUN: _Object = {"job_run_id": _RUN_ID}


def shown(*examples: _Object) -> ConfigDict:
    """The configuration of a schema that is documented by these examples."""
    return ConfigDict(json_schema_extra={"examples": list(examples)})


FIELDS: list[_Object] = [
    {"name": "invoice_number"},
    {"name": "date", "type": "date", "description": "The day the invoice was issued"},
    {"name": "total", "type": "amount", "description": "Amount due", "required": True},
]
OPTIONS: _Object = {
    "row_mode": "file",
    "engine": "embedded",
    "retry": {"max_retries": 3},
    "review_below": 0.9,
    "model_tokens": None,
    "persist_data": True,
}
RULES: list[_Object] = [
    {"name": "sum", "check": "net + tax = total", "tolerance": 0.02, "message": ""},
    {"name": "invoice once", "check": "unique(seller, invoice_number)", "tolerance": 0.01, "message": "This invoice is there already."},
]
_BROKEN_ROW: _Object = {"file_id": _FILE_ID, "file": "invoices/2026-10.pdf", "row": 0, "message": "119.00 EUR is not 118.00 EUR."}
VIOLATIONS: _Object = _OF_RUN | {
    "rows_judged": 12,
    "rules": [{"rule": "sum", "check": "net + tax = total", "rows": 1, "first": [_BROKEN_ROW]}],
    "next_cursor": None,
}
USAGE: _Object = {"files": 12, "pages": 31, "bytes": 4_812_030, "rows": 12, "model_tokens": 0}

FIELD_SET: _Object = _OF_RUN | {"fields": FIELDS}
RULE_SET: _Object = _OF_RUN | {"rules": RULES}
OPTION_SET: _Object = _OF_RUN | {"options": OPTIONS}
RUN_USAGE: _Object = _OF_RUN | {"run": USAGE, "job": USAGE}
_NO_MONEY: _Object = {"amount": "0.000000", "currency": "USD"}
_NO_COST: _Object = {"files": 0, "pages": 0, "tokens_in": 0, "tokens_out": 0, "tokens_unpriced": 0, "cost": _NO_MONEY}
RUN_COST: _Object = _OF_RUN | {
    "engine": "gemini",
    "charge": "tokens",
    "model": "gemini/gemini-2.5-flash",
    "price": {"tokens_in": "0.30", "tokens_out": "2.50"},
    "budget": 500_000,
    "estimate": {
        "files": 12,
        "files_listed": 12,
        "files_opened": 4,
        "files_counted": 4,
        "files_unknown": 0,
        "pages": 31,
        "tokens_in": 52_400,
        "tokens_out": 4_320,
        "capped": False,
        "cost": {"amount": "0.026520", "currency": "USD"},
    },
    "spent": _NO_COST,
    "remarks": ["Tokens are guessed from above; answers that are kept from before cost nothing."],
}
MONTH_USAGE: _Object = {"month": "2026-11", "usage": USAGE}

COUNTERS: _Object = {"tasks_total": 12, "tasks_completed": 11, "tasks_failed": 1, "tasks_cancelled": 0, "last_active_at": _NOW}
RUN_SUMMARY: _Object = {
    **_OF_RUN,
    **COUNTERS,
    "id": _RUN_ID,
    "job_id": _JOB_ID,
    "number": 2,
    "type": "extraction",
    "status": "partially_completed",
    "phase": None,
    "config_step": "submitted",
    "origin": "clone",
    "cloned_from": _EARLIER_RUN_ID,
    "template_id": None,
    "persist_data": True,
    "round": 1,
    "created_at": "2026-11-22T09:00:00Z",
    "submitted_at": "2026-11-22T09:01:10Z",
    "started_at": "2026-11-22T09:01:10Z",
    "completed_at": _NOW,
    "cancel_requested_at": None,
    "error_message": "1 of 12 files could not be read.",
}
RUN: _Object = RUN_SUMMARY | {"fields": FIELDS, "rules": [], "options": OPTIONS, "learned": 2}
RUN_LIST: _Object = {"runs": [RUN_SUMMARY], "total": 2, "latest_run_id": _RUN_ID, "next_cursor": None}
RUN_INPUT: _Object = {"clone_from_run_id": _EARLIER_RUN_ID}
FAILURE_COUNTS: list[_Object] = [{"category": "encrypted", "count": 1}]
PROGRESS: _Object = {
    **_OF_RUN,
    **COUNTERS,
    "job_id": _JOB_ID,
    "status": "partially_completed",
    "phase": None,
    "tasks_open": 0,
    "percent": 100.0,
    "failures": FAILURE_COUNTS,
    "usage": USAGE,
    "started_at": "2026-11-22T09:01:10Z",
    "completed_at": _NOW,
}
STEP: _Object = _OF_RUN | {"config_step": "fields", "steps": ["upload", "fields", "review", "submitted"]}
STEP_INPUT: _Object = {"config_step": "review"}
CANCELLATION: _Object = _OF_RUN | {"status": "cancelled", "finished": 7, "stopped": 5, "stopping": 0}

JOB_INPUT: _Object = {"name": "Supplier invoices", "fields": FIELDS}
JOB_CHANGE: _Object = {"name": "Invoices of suppliers", "active": False}
JOB: _Object = {
    "id": _JOB_ID,
    "name": "Supplier invoices",
    "type": "extraction",
    "description": "What our suppliers bill us each month",
    "status": "FINISHED",
    "active": True,
    "archived": False,
    "fields": FIELDS,
    "rules": [],
    "options": OPTIONS,
    "learned": 2,
    "latest_run_id": _RUN_ID,
    "run_count": 2,
    "last_run_started_at": "2026-11-22T09:01:10Z",
    "last_run_finished_at": _NOW,
    "error_message": None,
    "created_at": "2026-11-20T14:00:00Z",
    "updated_at": "2026-11-22T09:00:00Z",
}
JOB_LIST: _Object = {"jobs": [JOB], "total": 1, "next_cursor": None}

TEMPLATE_INPUT: _Object = {"name": "Invoice", "fields": FIELDS}
TEMPLATE_CHANGE: _Object = {"description": "For every supplier"}
TEMPLATE: _Object = {
    "id": "9d2e61f0a3b74c58b1c4e7d0",
    "name": "Invoice",
    "description": "What every invoice has",
    "fields": FIELDS,
    "created_at": "2026-11-20T14:00:00Z",
    "updated_at": "2026-11-20T14:00:00Z",
}
TEMPLATE_LIST: _Object = {"templates": [TEMPLATE], "next_cursor": None}

FILE: _Object = {
    **_OF_RUN,
    "id": _FILE_ID,
    "job_id": _JOB_ID,
    "filename": "invoices/2026-10.pdf",
    "file_url": "upload:invoices/2026-10.pdf",
    "file_version": None,
    "file_size": 148_233,
    "format": "pdf",
    "content_type": "application/pdf",
    "uploaded": True,
    "status": "completed",
    "record_id": None,
    "field_id": None,
    "attachment_id": None,
    "parent_id": None,
    "depth": 0,
    "options": {},
    "created_at": "2026-11-22T09:00:30Z",
}
UPLOAD: _Object = {
    "url": "http://127.0.0.1:8321/blobs/tenants/default/…?expires=1795342230&signature=…",
    "method": "PUT",
    "headers": {"Content-Type": "application/pdf"},
    "expires_at": "2026-11-22T10:00:30Z",
    "max_bytes": 209_715_200,
}
RUN_FILE: _Object = FILE | {"uploaded": False, "status": "pending", "upload": UPLOAD}
ADDED_FILES: _Object = _OF_RUN | {"files": [RUN_FILE], "imported": 0}
FILE_LIST: _Object = _OF_RUN | {"files": [FILE | {"upload": None}], "total": 12, "next_cursor": None}
ANNOUNCEMENT: _Object = {"files": [{"name": "invoices/2026-10.pdf", "size": 148_233}]}
IMPORT: _Object = {"import": {"from_run_id": _EARLIER_RUN_ID}}

FOLDER_INPUT: _Object = {"url": "s3://acme-inbox/invoices/2026/", "pattern": "*.pdf"}
FOLDER_IMPORT: _Object = {
    **_OF_RUN,
    "id": "5d2c7b0e9f1a4c3db6a87e10",
    "job_id": _JOB_ID,
    **FOLDER_INPUT,
    "max_files": 200_000,
    "status": "completed",
    "imported": 1_204,
    "bytes": 98_213_771,
    "known": 0,
    "refused": 1,
    "refused_files": [{"name": "scans/all.pdf", "reason": "scans/all.pdf is larger than the 209715200 bytes a file may have."}],
    "more": False,
    "error_message": None,
    "created_at": "2026-11-22T09:00:00Z",
    "last_active_at": "2026-11-22T09:01:40Z",
    "completed_at": "2026-11-22T09:01:40Z",
}
FOLDER_IMPORT_LIST: _Object = _OF_RUN | {"imports": [FOLDER_IMPORT]}

TASK: _Object = {
    **FILE,
    "status": "completed",
    "retry_count": 1,
    "max_retries": 3,
    "next_retry_at": None,
    "started_at": "2026-11-22T09:01:12Z",
    "completed_at": "2026-11-22T09:01:13Z",
    "lease_expires_at": None,
    "lost_count": 0,
    "outage_count": 0,
    "round": 1,
    "error_message": None,
    "error_category": None,
    "attempts": [
        {
            "number": 1,
            "round": 1,
            "started_at": "2026-11-22T09:01:10Z",
            "ended_at": "2026-11-22T09:01:10Z",
            "category": "unavailable",
            "message": "The object store did not answer.",
        }
    ],
    "result": {"rows": 1, "rows_in": None, "pages": 2, "engine": "embedded/1", "notes": []},
}
TASK_LIST: _Object = _OF_RUN | {"tasks": [TASK], "next_cursor": None}
FOUND_TASKS: _Object = {"tasks": [TASK], "next_cursor": None}
FAILURES: _Object = {
    **_OF_RUN,
    "tasks_failed": 1,
    "failures": [
        {
            "category": "encrypted",
            "count": 1,
            "examples": [{"file_id": _FILE_ID, "filename": "secret.pdf", "error_message": "The file is protected by a password."}],
        }
    ],
}
CELL: _Object = {
    "value": {"amount": "1250.00", "currency": "EUR"},
    "state": "found",
    "confidence": 0.97,
    "evidence": {"text": "1.250,00 €", "page": 1, "box": [412.5, 640.1, 470.0, 652.3], "label": "Total"},
}
EDIT: _Object = {
    "id": "5b1f0c9ad2e84f7f9c3e6a10",
    "verdict": "corrected",
    "value": {"amount": "1350.00", "currency": "EUR"},
    "by": "owner",
    "at": _NOW,
    "run_id": _RUN_ID,
}
ROW: _Object = {
    "file_id": _FILE_ID,
    "file": "invoices/2026-10.pdf",
    "row": 0,
    "source": "",
    "values": {"total": EDIT["value"]},
    "cells": {"total": CELL},
    "edits": {"total": EDIT},
    "doubts": {},
    "violations": [],
    "matches": [],
    "notes": [],
    "error": None,
}
RESULTS: _Object = _OF_RUN | {"rows": [ROW], "next_cursor": None}
EDITS_INPUT: _Object = {
    "edits": [{"file_id": _FILE_ID, "row": 0, "field": "total", "verdict": "corrected", "value": EDIT["value"], "seen": ""}]
}
_EDITED_ROW: _Object = {key: ROW[key] for key in ("file_id", "file", "row", "values", "edits", "doubts", "violations")}
EDITED_ROWS: _Object = _OF_RUN | {"rows": [_EDITED_ROW]}
EDIT_HISTORY: _Object = {
    "cells": [{"file": ROW["file"], "task_id": _FILE_ID, "row": 0, "field": "total", "edits": [EDIT]}],
    "updated_at": _NOW,
    "next_cursor": None,
}
LEARNED_VERSION: _Object = {
    "version": 2,
    "status": "accepted",
    "documents": 10,
    "left_out": {"corrupt": 1, "row_mode": 2},
    "fields": [{"field": "total", "labels": ["Net payable"], "ranked": True, "tried": 10, "right_before": 7, "right_after": 10}],
    "created_at": _NOW,
    "ended_at": _NOW,
    "error_message": None,
}
LEARNED_LIST: _Object = {"in_use": 2, "versions": [LEARNED_VERSION], "next_cursor": None}
SUGGESTIONS: _Object = _OF_RUN | {
    "status": "ready",
    "samples": 12,
    "failed": 0,
    "row_mode": "file",
    "suggestions": [
        {
            "field": {"name": "total_due", "type": "amount", "description": "Total", "examples": ["2,611.60 EUR"]},
            "samples": 11,
            "confidence": 0.914,
        }
    ],
    "requested_at": _NOW,
    "ended_at": _NOW,
}
_SCORE: _Object = {
    "cells": 12,
    "found": 11,
    "open": 2,
    "judged": 8,
    "right": 7,
    "wrong": 1,
    "accuracy": 0.875,
    "precision": 0.875,
    "recall": 1.0,
    "coverage": 0.8182,
    "sure_precision": 1.0,
}
EVALUATION: _Object = _OF_RUN | {
    "review_below": 0.9,
    "engines": [
        {"engine": "embedded/embedded/1", "files": 12, "rows": 12, "reviewed_rows": 8, "fields": {"total": _SCORE}, "all": _SCORE},
    ],
}
COMPARISON: _Object = _OF_RUN | {
    "other_run_id": _EARLIER_RUN_ID,
    "totals": {
        "rows": 12,
        "rows_only_this": 0,
        "rows_only_other": 0,
        "fields": {"total": {"same": 11, "different": 1, "only_this": 0, "only_other": 0, "judged": 8, "right": 8, "other_right": 7}},
    },
    "cells": [
        {
            "file": "invoice-17.pdf",
            "file_id": _FILE_ID,
            "other_file_id": "7d2e5b90c41a4f83b6e0a1d7",
            "row": 0,
            "field": "total",
            "outcome": "different",
            "this": {"value": {"amount": "119.00", "currency": "EUR"}, "state": "found", "confidence": 0.98, "right": True},
            "other": {"value": {"amount": "100.00", "currency": "EUR"}, "state": "found", "confidence": 0.71, "right": False},
        }
    ],
    "next_cursor": None,
}
LOG: _Object = {
    **_OF_RUN,
    "events": [
        {
            "id": "7c0d9b3e51f84a6c8e2b4d19",
            "at": _NOW,
            "kind": "finished",
            "level": "warning",
            "message": "The run is partially completed: 11 read, 1 failed, 0 cancelled.",
            "context": {"round": 1, "status": "partially_completed"},
        }
    ],
    "next_cursor": None,
}

JOB_TYPES: _Object = {
    "job_types": [
        {
            "type": "extraction",
            "label": "Extraction",
            "icon": "table",
            "colour": "indigo",
            "queue": "files",
            "timeout_s": 240.0,
            "phases": ["preparing", "extracting", "finalizing"],
            "can_cancel": True,
            "can_retry": True,
        }
    ]
}
FIELD_TYPES: _Object = {
    "field_types": [
        {
            "type": "amount",
            "label": "Amount",
            "description": "A sum of money.",
            "example": CELL["value"],
            "columns": ["", "_currency"],
            "format": "number",
            "default": True,
            "pattern": True,
        }
    ]
}
ENGINES: _Object = {"engines": [{"engine": "embedded", "version": "1", "default": True, "ready": True, "reason": None}]}
HEALTH: _Object = {"status": "ok", "ready": True, "version": "0.1.0", "checks": {"store": "ok"}}
PROBLEM: _Object = {
    "type": "urn:sheaf:problem:not_found",
    "title": "Not found",
    "status": 404,
    "code": "not_found",
    "detail": "There is no job 'c41b7d3a'.",
    "request_id": "4f4b1bd5a06d4ee2b37f8ea0d9b6c0a1",
    "what": "job",
    "id": "c41b7d3a",
}
