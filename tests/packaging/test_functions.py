"""Each function's bundle stands on its own: its folder with the package beside it, and nothing from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from tools import check_locks, stage

if TYPE_CHECKING:
    from packaging.requirements import Requirement

#: Imports the entry point as the platform does, from the bundle alone, and tells where the package came from.
IMPORTS = """
import sys
bundle = sys.argv[1]
sys.path.insert(0, bundle)
import main, sheaf
strays = [name for name, module in sys.modules.items() if name.startswith("sheaf") and not (module.__file__ or bundle).startswith(bundle)]
print(main.__file__, sheaf.__file__, *strays, sep="\\n")
"""

#: Tells which of some libraries the entry point has loaded.
LOADS = """
import sys
bundle, *libraries = sys.argv[1:]
sys.path.insert(0, bundle)
import main
print(*(name for name in libraries if name in sys.modules))
"""

#: What takes its time to load, and is needed by some requests alone: Google's and Amazon's clients, readers and writers of files.
HEAVY = """
google.auth google.cloud.firestore_v1 google.cloud.storage google.cloud.tasks_v2 grpc boto3 botocore requests httpx cryptography
charset_normalizer cv2 lxml numpy onnxruntime openpyxl PIL pypdfium2 rapidfuzz stdnum xlsxwriter
""".split()

#: Serves it as the platform does, under the name of its folder, and asks it for what it does not do.
SERVES = """
import sys
bundle, name = sys.argv[1:]
sys.path.insert(0, bundle)
import functions_framework
answer = functions_framework.create_app(name, bundle + "/main.py").test_client().delete("/no/such/page")
import sheaf
print(answer.mimetype, sheaf.__file__)
"""


#: Asks it for its first answer as its own caller does, and tells what is loaded by then.
ANSWERS = """
import sys
from pathlib import Path
bundle, name, method, path, key, data = sys.argv[1:]
sys.path.insert(0, bundle)
import functions_framework
headers = {"X-CloudTasks-QueueName": "files", "X-CloudTasks-TaskName": "first"}
Path(key).parent.mkdir()
Path(key).write_bytes(bytes(32))
headers["Authorization"] = "Bearer " + bytes(32).hex()
client = functions_framework.create_app(name, bundle + "/main.py").test_client()
print(client.open(path, method=method, headers=headers, data=data).status_code)
print(*sys.modules)
"""

GONE = '{"kind": "task", "tenant": "default", "run_id": "none", "task_id": "none"}'
#: The first answer of each function, as ``bench.start`` times it, and the most of our own modules that it may take.
FIRST_ANSWERS = {
    "api": ("GET", "/api/health", "", 58),
    "worker": ("POST", "/", GONE, 66),
    "trigger": ("POST", "/sweep", "", 58),
}
#: What a first answer has no use for: libraries, and our own modules by where they stand.
NOT_AT_FIRST = (
    "pydantic numpy google.auth google.cloud.firestore grpc boto3 httpx "
    "sheaf.extraction sheaf.exports sheaf.jobtypes sheaf.connectors sheaf.documents.reading sheaf.http.schemas "
    "sheaf.adapters.blobs sheaf.adapters.queue sheaf.services.recovery sheaf.services.execute"
).split()


def test_there_are_the_three_functions() -> None:
    """The front end's, the scheduler's and the queue's."""
    assert stage.functions() == ["api", "trigger", "worker"]


@pytest.mark.parametrize("name", stage.functions())
def test_a_staged_function_imports_in_a_clean_process(tmp_path: Path, name: str) -> None:
    """Nothing of the checkout, the environment or the user's own packages is needed."""
    staged = stage.stage(name, tmp_path / name)
    answer = _alone(IMPORTS, str(staged), folder=tmp_path)
    assert answer.stdout.splitlines() == [str(staged / "main.py"), str(staged / "sheaf" / "__init__.py")], answer.stderr


@pytest.mark.parametrize("name", stage.functions())
def test_a_staged_function_loads_no_heavy_library(tmp_path: Path, name: str) -> None:
    """They are loaded by the first request that needs them, so that an instance answers soon after its start."""
    staged = stage.stage(name, tmp_path / name)
    answer = _alone(LOADS, str(staged), *HEAVY, folder=tmp_path)
    assert (answer.stdout.split(), answer.returncode) == ([], 0), answer.stderr


@pytest.mark.parametrize("name", stage.functions())
def test_a_first_answer_takes_few_modules(tmp_path: Path, name: str) -> None:
    """What an instance that has just started is asked first is answered without what only other requests need."""
    method, path, data, most = FIRST_ANSWERS[name]
    staged = stage.stage(name, tmp_path / name)
    answer = _alone(ANSWERS, str(staged), name, method, path, str(tmp_path / "data" / "internal.key"), data, folder=tmp_path)
    status, _, modules = answer.stdout.partition("\n")
    loaded = modules.split()
    assert status == "200", answer.stderr
    assert [name for name in loaded if name.startswith(tuple(f"{each}." for each in NOT_AT_FIRST)) or name in NOT_AT_FIRST] == []
    assert len([name for name in loaded if name.startswith("sheaf.")]) <= most


@pytest.mark.parametrize("name", stage.functions())
def test_a_staged_function_is_served_by_the_framework(tmp_path: Path, name: str) -> None:
    """The bundle answers for itself: what it does not do is a problem document, not the framework's own error."""
    staged = stage.stage(name, tmp_path / name)
    answer = _alone(SERVES, str(staged), name, folder=tmp_path)
    assert answer.stdout.split() == ["application/problem+json", str(staged / "sheaf" / "__init__.py")], answer.stderr


def _alone(program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"SHEAF_DATA_DIR": str(folder / "data"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-I", "-W", "error", "-c", program, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", stage.functions())
def test_a_staged_function_brings_the_versions_it_was_tested_with(tmp_path: Path, name: str) -> None:
    """Its requirements are those of the runtime lock, hashes and all, with no reference to a file that is not in the bundle."""
    brought = _brought(tmp_path, name)
    tested = check_locks.pins((check_locks.REQUIREMENTS / "runtime.txt").read_text(encoding="utf-8"))
    assert {key: str(pin) for key, pin in brought.items()}.items() <= {key: str(pin) for key, pin in tested.items()}.items()
    assert {canonicalize_name(each.name) for each in check_locks.declared()["core"]} <= set(brought)


def test_only_the_function_that_reads_files_brings_text_recognition(tmp_path: Path) -> None:
    """The models and what runs them are as large as all else together, and of no use to those that answer people and schedules."""
    assert [name for name in stage.functions() if "onnxruntime" in _brought(tmp_path, name)] == ["worker"]


def _brought(folder: Path, name: str) -> dict[str, Requirement]:
    text = (stage.stage(name, folder / name) / "requirements.txt").read_text(encoding="utf-8")
    assert not re.search(r"^-", text, re.MULTILINE)
    return check_locks.pins(text)


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one function and a small package."""
    for path in (
        "functions/hello/main.py",
        "functions/hello/requirements.txt",
        "shared/sheaf/__init__.py",
        "shared/sheaf/__pycache__/old.pyc",
        "functions/notes/README.md",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"# {path}\n", encoding="utf-8")
    monkeypatch.setattr(stage, "FUNCTIONS", tmp_path / "functions")
    monkeypatch.setattr(stage, "PACKAGE", tmp_path / "shared" / "sheaf")
    return tmp_path


def test_a_bundle_holds_the_function_and_the_package(made_up: Path) -> None:
    """The entry point lies at the top, the package beside it, and no leavings of an interpreter."""
    with zipfile.ZipFile(stage.bundle("hello", made_up / "build")) as archive:
        assert archive.namelist() == ["main.py", "requirements.txt", "sheaf/__init__.py"]


def test_the_same_sources_make_the_same_bundle(made_up: Path) -> None:
    """Neither the time nor the place shows, so nothing is deployed again for nothing."""
    first = stage.bundle("hello", made_up / "one")
    (made_up / "functions" / "hello" / "main.py").touch()
    second = stage.bundle("hello", made_up / "two")
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())


def test_a_changed_source_changes_the_bundle_s_name(made_up: Path) -> None:
    """A change anywhere in the package is deployed."""
    first = stage.bundle("hello", made_up / "build")
    (made_up / "shared" / "sheaf" / "__init__.py").write_text("# changed\n", encoding="utf-8")
    assert stage.bundle("hello", made_up / "build").name != first.name


@pytest.mark.usefixtures("made_up")
def test_a_function_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen bundles nothing."""
    assert stage.main(["helo"]) == 2
    assert "there are hello" in capsys.readouterr().err
