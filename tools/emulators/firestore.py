"""The official Firestore emulator: its jar, started with java on loopback.

It comes with the Google Cloud SDK (``gcloud components install cloud-firestore-emulator``, or Debian's package
``google-cloud-cli-firestore-emulator`` of Google's own archive). Projects are apart from each other and made by being named, so that one
emulator serves any number of tests. It enforces neither composite indexes nor the size of a commit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tools.emulators import process
from tools.emulators.process import LOOPBACK, Missing, Running

#: Where the jar is, when it is not in the SDK.
JAR = "SHEAF_FIRESTORE_EMULATOR_JAR"
#: What Google's own clients look for an emulator by.
HOST = "FIRESTORE_EMULATOR_HOST"

_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_IN_SDK = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
_HEAP = "-Xmx1g"
_PATIENCE_S = 120.0


def start() -> Running:
    """Start an empty emulator; raises Missing where there is no java or no jar."""
    java = shutil.which("java")
    if java is None:
        raise Missing("The Firestore emulator needs java (Debian: default-jre-headless).")
    port = process.free_port()
    command = [java, _HEAP, "-cp", str(jar()), _MAIN, "start", f"--host={LOOPBACK}", f"--port={port}"]
    return process.start("firestore", command, port, patience_s=_PATIENCE_S)


def jar() -> Path:
    """The emulator's jar: the one that :data:`JAR` names, else the SDK's; raises Missing."""
    named = os.environ.get(JAR)
    found = Path(named) if named else _in_sdk()
    if found is None or not found.is_file():
        raise Missing(f"There is no Firestore emulator: install the SDK's component cloud-firestore-emulator, or name its jar in {JAR}.")
    return found


@cache
def _in_sdk() -> Path | None:
    """The jar above the SDK's gcloud, or where that says that the SDK is, which takes a second."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    beside = Path(gcloud).resolve().parent.parent / _IN_SDK
    return beside if beside.is_file() else _root_of(gcloud) / _IN_SDK


def _root_of(gcloud: str) -> Path:
    command = [gcloud, "info", "--format=value(installation.sdk_root)"]
    return Path(subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip())
