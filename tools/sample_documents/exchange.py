"""Writing files in the syntax of ISO 10303-21, which STEP and IFC share."""

from __future__ import annotations

from collections.abc import Sequence


def written(head: tuple[str, str, str, str, str], instances: Sequence[str]) -> bytes:
    """The file; ``head`` is its name, time stamp, author, organization and schema."""
    name, time, author, organization, schema = head
    lines = [
        "ISO-10303-21;",
        "HEADER;",
        "FILE_DESCRIPTION((''),'2;1');",
        f"FILE_NAME('{name}','{time}',('{author}'),('{organization}'),'','made by hand','');",
        f"FILE_SCHEMA(('{schema}'));",
        "ENDSEC;",
        "DATA;",
        *instances,
        "ENDSEC;",
        "END-ISO-10303-21;",
    ]
    return ("\n".join(lines) + "\n").encode("ascii")
