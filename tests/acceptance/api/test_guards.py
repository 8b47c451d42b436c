"""Edits guarded by the version that was read (If-Match)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.api.harness import FIELDS, Api

EDITS: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "", {"description": "new"}),
    ("PUT", "/fields", {"fields": [{"name": "new"}]}),
    ("PUT", "/options", {"options": {"row_mode": "table_row"}}),
    ("POST", "/config-step", {"config_step": "fields"}),
]


@pytest.mark.parametrize(("method", "path", "body"), EDITS)
def test_an_edit_of_what_was_read_is_made_once(api: Api, method: str, path: str, body: dict[str, Any]) -> None:
    """The second one finds another version and changes nothing."""
    at = f"/jobs/{api.job()['id']}{path}"
    read = api.send("GET", at).headers["ETag"]
    changed = api.send(method, at, json=body, headers={"If-Match": read})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != read
    api.refused(method, at, 412, "changed_since_read", json=body, headers={"If-Match": read})
    assert api.send("GET", at).headers["ETag"] == changed.headers["ETag"]


def test_a_template_is_guarded_too(api: Api) -> None:
    """By a version of its own."""
    created = api.send("POST", "/templates", json={"name": "T", "fields": FIELDS})
    at = f"/templates/{created.json()['id']}"
    headers = {"If-Match": created.headers["ETag"]}
    assert api.send("PATCH", at, json={"name": "U"}, headers=headers).status_code == 200
    api.refused("PATCH", at, 412, "changed_since_read", json={"name": "V"}, headers=headers)


@pytest.mark.parametrize(
    ("header", "status"), [("*", 200), ('"other"', 412), ('W/"{tag}"', 412), ('"other", "{tag}"', 200), ("{tag}", 412), ("", 412)]
)
def test_the_header_is_read_as_the_standard_has_it(api: Api, header: str, status: int) -> None:
    """Any version, several, and never a weak one."""
    at = f"/jobs/{api.job()['id']}"
    tag = api.send("GET", at).headers["ETag"].strip('"')
    assert api.send("PATCH", at, json={"description": "new"}, headers={"If-Match": header.format(tag=tag)}).status_code == status


def test_an_edit_without_a_guard_is_made(api: Api) -> None:
    """Whoever asks for no guard gets none."""
    at = f"/jobs/{api.job()['id']}"
    for text in ("one", "two"):
        assert api.send("PATCH", at, json={"description": text}).json()["description"] == text
