"""XML from outside, parsed with nothing fetched, nothing expanded and its depth bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from sheaf.documents.bounds import MAX_TREE_BYTES, too_large
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem

#: Going through an element's attributes takes time that grows with the square of their number.
_MAX_ATTRIBUTES = 1_000
#: What libxml2's complaints about nesting and entities have in them.
_SUSPICIOUS = ("depth", "entity", "entities", "amplification")


def parsed(data: bytes, limits: Limits) -> Any:
    """The root element of an XML file.

    Raises:
        FileProblem: ``corrupt``, ``too_large``, or ``unsafe`` when it declares entities or nests too deeply.
    """
    if len(data) > MAX_TREE_BYTES:
        raise too_large("The XML", len(data), MAX_TREE_BYTES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise problem(str(error)) from error
    _check(root, limits)
    return root


def problem(message: str) -> FileProblem:
    """What is wrong with XML of which the parser complains so: ``unsafe`` or ``corrupt``."""
    if any(word in message.lower() for word in _SUSPICIOUS):
        return FileProblem(FailureCategory.UNSAFE, "The XML declares entities or nests deeper than real files do.")
    return FileProblem(FailureCategory.CORRUPT, "The XML is not well-formed.", reason=message[:200])


def _check(root: Any, limits: Limits) -> None:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise FileProblem(FailureCategory.UNSAFE, "The XML declares entities, which are not read from outside.")
    deepest = depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        if len(element.attrib) > _MAX_ATTRIBUTES:
            raise FileProblem(FailureCategory.UNSAFE, f"An element has more than {_MAX_ATTRIBUTES} attributes, which real files have not.")
    if deepest > limits.max_depth:
        raise FileProblem(FailureCategory.UNSAFE, f"The XML nests {deepest} levels deep; at most {limits.max_depth} are read.")


def local(element: Any) -> str:
    """The element's name without its namespace."""
    name: str = etree.QName(element).localname
    return name


def children(element: Any, path: str) -> Iterator[tuple[Any, str]]:
    """Child elements with their XPaths by local names; a position stands where siblings share a name."""
    inner = [child for child in element if isinstance(child.tag, str)]
    names = [local(child) for child in inner]
    total, seen = Counter(names), Counter[str]()
    for child, name in zip(inner, names, strict=True):
        seen[name] += 1
        yield child, f"{path}/{name}[{seen[name]}]" if total[name] > 1 else f"{path}/{name}"


def text_of(element: Any) -> str:
    """The element's own text, entity references left out, white space at its ends dropped."""
    return (element.text or "").strip()
