"""Sets up .venv from the hash-locked requirements, so that it holds them and nothing else; instant where nothing changed.

Usage: python tools/install.py runtime|dev

pip installs the locked uv, and uv, many times faster, the rest; where uv cannot work pip does it all.
uv does not read pip's configuration, so what that says of indexes, certificates and proxies is handed on to it.
Runs on any Python >= 3.11 with nothing installed.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "installed.json"

#: What each kind of set-up holds; dev holds all of runtime, at the same versions.
PROFILES = {"runtime": ("uv", "build", "runtime"), "dev": ("uv", "build", "dev")}

#: pip's setting to uv's variable.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def main(profile: str) -> int:
    """Make .venv match ``profile``; answers the exit code."""
    wanted = stamps()
    if profile in fresh(wanted):
        return 0
    make_venv()
    try:
        install(profile)
    except subprocess.CalledProcessError as error:
        print(f"set-up failed: {' '.join(map(str, error.cmd))} ended with {error.returncode}", file=sys.stderr)
        return 1
    done = PROFILES if profile == "dev" else ("runtime",)
    STAMPS.write_text(json.dumps({name: wanted[name] for name in done}), encoding="utf-8")
    return 0


def lock(name: str) -> Path:
    """The lock of that name."""
    return ROOT / "requirements" / f"{name}.txt"


def stamps() -> dict[str, str]:
    """What each profile depends on, as a digest: the interpreter, the place, the package's declaration and the locks."""
    return {profile: _digest(names) for profile, names in PROFILES.items()}


def _digest(names: tuple[str, ...]) -> str:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [sys.version, sys.base_prefix, str(ROOT), json.dumps([declared["project"], declared["tool"]["hatch"]], sort_keys=True)]
    parts += [lock(name).read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def fresh(wanted: Mapping[str, str]) -> set[str]:
    """The profiles that .venv already holds."""
    if not (PYTHON.exists() and STAMPS.exists()):
        return set()
    found = json.loads(STAMPS.read_text(encoding="utf-8"))
    return {profile for profile, digest in found.items() if wanted.get(profile) == digest}


def make_venv() -> None:
    """Lay .venv anew unless it is of this very interpreter; an interrupted set-up leaves no stamp and is taken up again."""
    STAMPS.unlink(missing_ok=True)
    if PYTHON.exists() and _venv_version() == sys.version:
        return
    print(f"making .venv with Python {sys.version.split()[0]}", flush=True)
    venv.create(VENV, clear=True, with_pip=True, symlinks=os.name == "posix")


def _venv_version() -> str:
    asked = subprocess.run([PYTHON, "-c", "import pip, sys; print(sys.version, end='')"], capture_output=True, text=True, check=False)
    return asked.stdout


def install(profile: str) -> None:
    """Install the locks of ``profile`` and the package itself, editable.

    Raises:
        CalledProcessError: neither uv nor pip could.
    """
    print(f"installing {profile} requirements", flush=True)
    try:
        pip("--require-hashes", "-r", lock("uv"))
        uv_install(profile)
    except (subprocess.CalledProcessError, OSError):
        print("uv cannot be used here; pip installs instead, which takes longer", file=sys.stderr, flush=True)
        pip("--require-hashes", *(part for name in PROFILES[profile] if name != "uv" for part in ("-r", lock(name))))
        pip("--no-deps", "--no-build-isolation", "-e", ROOT)


def uv_install(profile: str) -> None:
    """Make .venv hold exactly the locks of ``profile`` and the package."""
    environment = uv_environment(pip_config(), os.environ)
    _uv(environment, "sync", "--require-hashes", *(lock(name) for name in PROFILES[profile]))
    _uv(environment, "install", "--no-deps", "--no-build-isolation", "-e", ROOT)


def _uv(environment: Mapping[str, str], command: str, *arguments: str | Path) -> None:
    subprocess.run([VENV / "bin" / "uv", "pip", command, "--quiet", "--python", PYTHON, *arguments], check=True, env=environment)


def pip(*arguments: str | Path, into: Path | None = None) -> None:
    """Run .venv's pip install, for .venv or for the environment of another interpreter."""
    command: list[str | Path] = [PYTHON, "-m", "pip", "--python", into or PYTHON, "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *arguments], check=True)


def pip_config() -> dict[str, str]:
    """What pip is set to on this machine, by the settings' bare names, the environment's before any file's."""
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    return dict(_settings(listed.stdout))


def _settings(listed: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in listed.splitlines() if "=" in line]
    for line in sorted(lines, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        yield name.rpartition(".")[2], " ".join(ast.literal_eval(value).split())


def uv_environment(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which uv finds packages where pip would; what is set for uv itself stands."""
    hints = {PIP_TO_UV[name]: value for name, value in settings.items() if name in PIP_TO_UV}
    # pip takes the best version of any index; the hashes say whether it is the right one.
    hints |= {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    return {**hints, **environment}


if __name__ == "__main__":
    if sys.argv[1:] not in (["runtime"], ["dev"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
