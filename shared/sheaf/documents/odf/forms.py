"""Form controls of OpenDocument as data.

See OpenDocument 1.3 part 3, 13 (forms).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sheaf.documents.model import Datum
from sheaf.documents.odf.elements import attribute, elements
from sheaf.documents.values import in_words
from sheaf.documents.xml.parsing import local

_VALUES = frozenset({"text", "textarea", "formatted-text", "number", "date", "time", "combobox"})
_TICKED = "checked"


def data_of(root: Any) -> Iterator[Datum]:
    """One datum per named control: its current value, else the one it started with."""
    counts: Counter[str] = Counter()
    for form in root.iter("{*}form"):
        for control, kind in elements(form):
            name = attribute(control, "name")
            if not name or kind not in {*_VALUES, "checkbox", "listbox"}:
                continue
            counts[name] += 1
            path = f"form/{name}" if counts[name] == 1 else f"form/{name}[{counts[name]}]"
            yield Datum(path, _value(control, kind), attribute(control, "label") or in_words(name))


def _value(control: Any, kind: str) -> str:
    if kind == "checkbox":
        return "true" if (attribute(control, "current-state") or attribute(control, "state")) == _TICKED else "false"
    if kind == "listbox":
        return "\n".join(attribute(option, "label") for option in control if isinstance(option.tag, str) and _is_chosen(option))
    return attribute(control, "current-value") or attribute(control, "value")


def _is_chosen(option: Any) -> bool:
    return local(option) == "option" and "true" in {attribute(option, "current-selected"), attribute(option, "selected")}
