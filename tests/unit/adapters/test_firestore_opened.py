"""How a store on Firestore is opened: by settings, without a call, and with credentials or for an emulator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sheaf.adapters.clock import SystemClock
from sheaf.adapters.store.firestore import EMULATOR, FirestoreStore, opened
from sheaf.domain.errors import AccessDenied, InvalidInput
from sheaf.settings import Settings
from tools.findings import ROOT

SETTINGS = Settings(project="a-project")

LAZILY = """
import sys
sys.path.insert(0, sys.argv[1])
from sheaf.adapters.store.firestore import FirestoreStore
store = FirestoreStore("a-project")
assert not {"grpc", "google.protobuf", "google.auth", "google.cloud.firestore_v1"} & set(sys.modules)
store.close()
"""


def test_a_project_is_needed() -> None:
    """Without one it is said which setting names it."""
    with pytest.raises(InvalidInput, match="SHEAF_PROJECT"):
        opened(Settings(), SystemClock())


def test_an_emulator_is_none_of_the_clouds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents would leave the cloud unencrypted, for a process that keeps them in memory."""
    monkeypatch.setenv(EMULATOR, "127.0.0.1:1")
    opened(SETTINGS, SystemClock()).close()
    monkeypatch.setenv("K_SERVICE", "api")
    with pytest.raises(InvalidInput, match=EMULATOR):
        opened(SETTINGS, SystemClock())


def test_nothing_is_loaded_before_the_first_call() -> None:
    """Neither Google's libraries nor gRPC, which take a second."""
    subprocess.run([sys.executable, "-c", LAZILY, str(ROOT / "shared")], check=True)


def test_without_credentials_access_is_denied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error says what the credentials were looked for, and every call meets it anew."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    store = FirestoreStore("a-project")
    for _ in range(2):
        with pytest.raises(AccessDenied, match="none.json"):
            store.get("things/a")
    store.close()
