"""Checks that every distribution Sheaf runs on, and what that needs in turn, is freely licensed: no GPL, no AGPL.

Usage: python -m tools.check_licences
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution

from packaging.utils import canonicalize_name

from tools.check_locks import REQUIREMENTS, pins
from tools.findings import report

#: SPDX identifiers of the licences that ask for no more than notice and, for MPL, for changes to its own files.
ALLOWED = frozenset({
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Unicode-3.0",
    "Unlicense",
    "ZPL-2.1",
    "Zlib",
})  # fmt: skip

#: Distributions, by canonical name, whose metadata says something else, each with why it may be used.
EXCEPTIONS = {
    "pi-heif": "LGPL-3.0 libraries in an extra, loaded as they are, so a user can put others in their place or leave them out",
    "python-stdnum": "LGPL-2.1-or-later: imported as it is, never changed nor built in, so a user can put another in its place",
}

#: What older metadata says, in SPDX's words.
SPDX = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "zope public license": "ZPL-2.1",
    "bsd-3-clause, apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}


def main() -> int:
    """Run the check; answers the exit code."""
    found = [distribution(name) for name in runtime_names()]
    return report(problems(found), fine=f"licences: all {len(found)} distributions may be used by anyone for anything")


def runtime_names() -> list[str]:
    """The distributions of the runtime lock that this platform installs."""
    locked = pins((REQUIREMENTS / "runtime.txt").read_text(encoding="utf-8"))
    return [name for name, pin in locked.items() if pin.marker is None or pin.marker.evaluate()]


def problems(distributions: Iterable[Distribution]) -> Iterator[str]:
    """The distributions that may not be used as they stand."""
    for dist in distributions:
        if canonicalize_name(dist.name) not in EXCEPTIONS and not allowed(licence(dist)):
            yield f"{dist.name} {dist.version}: the licence {licence(dist)!r} is not among the allowed ones in tools/check_licences.py"


def licence(dist: Distribution) -> str:
    """The SPDX expression that a distribution's metadata gives, made from its older fields where it has no newer; may be empty."""
    return " ".join(_said(dist, "License-Expression")) or _old_style(dist)


def _said(dist: Distribution, field: str) -> list[str]:
    return dist.metadata.get_all(field) or []


def _old_style(dist: Distribution) -> str:
    classifiers = [text.rpartition(" :: ")[2] for text in _said(dist, "Classifier") if text.startswith("License ::")]
    stated = " ".join(_said(dist, "License"))
    # The classifiers come first: the free text is at times the licence itself, whose first line is its name.
    named = stated.partition("\n")[0].strip()
    return " OR ".join(SPDX.get(text.lower(), text) for text in classifiers) or SPDX.get(named.lower(), named)


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone: one side of an OR, every part of an AND."""
    while inner := re.search(r"\(([^()]*)\)", expression):
        verdict = "MIT" if _flat(inner[1]) else "refused"
        expression = expression[: inner.start()] + verdict + expression[inner.end() :]
    return _flat(expression)


def _flat(expression: str) -> bool:
    return any(all(term.strip() in ALLOWED for term in side.split(" AND ")) for side in expression.split(" OR "))


if __name__ == "__main__":
    sys.exit(main())
