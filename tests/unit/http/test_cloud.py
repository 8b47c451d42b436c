"""The three applications with the settings of the cloud: built without a folder, without a network and without credentials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from sheaf import bootstrap, settings
from sheaf.domain.errors import InvalidInput
from sheaf.http import api, trigger, worker
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

GIVEN = {
    "K_SERVICE": "worker",
    "SHEAF_STORE": "firestore",
    "SHEAF_BLOBS": "gcs",
    "SHEAF_QUEUE": "cloud_tasks",
    "SHEAF_PROJECT": "p",
    "SHEAF_LOCATION": "l",
    "SHEAF_BUCKET": "b",
    "SHEAF_WORKER_URL": "https://worker.example/",
    "SHEAF_WORKER_CALLER": "tasks@p.iam.gserviceaccount.com",
    "SHEAF_TRIGGER_URL": "https://trigger.example/",
    "SHEAF_TRIGGER_CALLER": "scheduler@p.iam.gserviceaccount.com",
    "SHEAF_API_KEY": "key",
}
APPLICATIONS = {"api": api.create_app, "worker": worker.create_app, "trigger": trigger.create_app}

Make = Callable[[Kernel, Settings], Flask]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Reads the cloud's settings, without some of them; the folder that is named is not there."""

    def given(*left_out: str) -> Settings:
        variables = {name: value for name, value in GIVEN.items() if name not in left_out} | {"SHEAF_DATA_DIR": str(tmp_path / "none")}
        for name in (*GIVEN, "FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return settings.read()

    return given


@pytest.mark.parametrize("make", APPLICATIONS.values(), ids=list(APPLICATIONS))
def test_nothing_is_laid_down_in_the_cloud(read: Callable[..., Settings], make: Make) -> None:
    """The file system of a function may be read-only, and its folder is nobody's."""
    given = read()
    make(bootstrap.kernel(given), given)
    assert not given.data_dir.exists()


@pytest.mark.parametrize(
    ("name", "missing"), [("api", "SHEAF_API_KEY"), ("worker", "SHEAF_WORKER_CALLER"), ("trigger", "SHEAF_TRIGGER_CALLER")]
)
def test_an_application_that_strangers_reach_does_not_start_open(read: Callable[..., Settings], name: str, missing: str) -> None:
    """It names what is not set, rather than answering whoever calls."""
    given = read(missing)
    kernel = bootstrap.kernel(read())
    with pytest.raises(InvalidInput, match=missing):
        APPLICATIONS[name](kernel, given)
