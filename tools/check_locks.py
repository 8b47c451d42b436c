"""Checks that the locks fit what pyproject.toml declares, agree with each other, and carry hashes but no addresses.

Usage: python -m tools.check_locks
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.findings import ROOT, report
from tools.lock import APART

REQUIREMENTS = ROOT / "requirements"

_ADDRESS = re.compile(r"://|^\s*-(?:i|f|-index-url|-extra-index-url|-find-links|-trusted-host)\b|\s@\s", re.MULTILINE)


def main() -> int:
    """Run the check; answers the exit code."""
    return report(problems(), fine="locks: they fit what is declared and carry no address")


def problems() -> Iterator[str]:
    """Everything wrong with the locks, a sentence each."""
    for path in [*REQUIREMENTS.glob("*.txt"), *ROOT.glob("functions/*/requirements.txt")]:
        text = path.read_text(encoding="utf-8")
        yield from (f"{path.relative_to(ROOT)}: {problem}" for problem in text_problems(text))
    locked = {path.stem: pins(path.read_text(encoding="utf-8")) for path in REQUIREMENTS.glob("*.txt")}
    yield from (f"dev.txt: {problem}" for problem in disagreements(locked["runtime"], locked["dev"]))
    for name, requirements in declared().items():
        yield from (f"{name}.txt: {problem}; run: make lock" for problem in unmet(requirements, locked[name]))


def text_problems(text: str) -> Iterator[str]:
    """What a lock must not say, and what it must."""
    if _ADDRESS.search(text):
        yield "names where packages come from, which is each machine's own affair"
    for entry in _entries(text):
        if "--hash=sha256:" not in entry:
            yield f"{entry.split()[0]} has no hash"


def pins(text: str) -> dict[str, Requirement]:
    """The pinned requirements of a lock, by canonical name."""
    pinned = (Requirement(entry.partition("--hash")[0].strip()) for entry in _entries(text))
    return {canonicalize_name(pin.name): pin for pin in pinned}


def _entries(text: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", text)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith(("#", " ", "-r "))]


def _version(pin: Requirement) -> Version:
    (pinned,) = pin.specifier
    return Version(pinned.version)


def disagreements(runtime: Mapping[str, Requirement], dev: Mapping[str, Requirement]) -> Iterator[str]:
    """Where the tests would not run on what users run on."""
    for name, pin in runtime.items():
        if name not in dev or _version(dev[name]) != _version(pin):
            yield f"must hold {pin} as runtime.txt does"


def declared() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks of each lock."""
    table = tomllib.loads(Path(ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = table["project"].get("optional-dependencies", {})
    core = table["project"]["dependencies"]
    runtime = core + [text for texts in extras.values() for text in texts]
    groups = table["dependency-groups"]
    asked = {"core": core, "runtime": runtime, "dev": runtime + groups["dev"], "build": groups["build"], "uv": groups["uv"]}
    asked |= {name: groups[name] for name in APART}
    return {name: [Requirement(text) for text in texts] for name, texts in asked.items()}


def unmet(requirements: list[Requirement], locked: Mapping[str, Requirement]) -> Iterator[str]:
    """The declared requirements that no pin satisfies."""
    for requirement in requirements:
        pin = locked.get(canonicalize_name(requirement.name))
        if pin is None or _version(pin) not in requirement.specifier:
            yield f"nothing in it satisfies {requirement}"


if __name__ == "__main__":
    sys.exit(main())
