"""Windows: a long document cut into pieces that a model reads one at a time, at the ends of pages and lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheaf.extraction.layout import Layout

#: Characters of one window: well within every model's context, few enough that nothing in its middle is overlooked.
MAX_CHARACTERS = 40_000
#: Windows of one document; what lies behind them is not read by the model, and the result says so.
MAX_WINDOWS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A piece of a document, with its pages named."""

    text: str
    #: Numbers of the pages that it touches, in order.
    pages: tuple[int, ...]
    pictures: tuple[tuple[int, bytes], ...] = ()


def windows(layout: Layout, pictures: Mapping[int, bytes], *, apart: bool = False) -> list[Window]:
    """The document's windows, one more than :data:`MAX_WINDOWS` where there are more; with ``apart`` no two pages share one."""
    made: list[Window] = []
    waiting: list[tuple[int, str]] = []
    for number, text in _pieces(_texts(layout, pictures)):
        if waiting and (apart or sum(len(one) for _, one in waiting) + len(text) > MAX_CHARACTERS):
            made.append(_window(waiting, pictures))
            waiting = []
            if len(made) > MAX_WINDOWS:
                return made
        waiting.append((number, text))
    return [*made, _window(waiting, pictures)] if waiting else made


def _texts(layout: Layout, pictures: Mapping[int, bytes]) -> dict[int, str]:
    """The text of each page, a line per row; pages without any count where there is a picture of them."""
    lines: dict[int, list[str]] = {number: [] for number in layout.pages if number in pictures}
    for row, segments in enumerate(layout.rows):
        lines.setdefault(layout.segments[segments[0]].page, []).append(layout.row_text(row))
    return {number: "\n".join(lines[number]) for number in sorted(lines)}


def _pieces(texts: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Pages, those that are longer than a window cut between lines."""
    for number, text in texts.items():
        if len(text) <= MAX_CHARACTERS:
            yield number, text
            continue
        start = 0
        while start < len(text):
            end = text.rfind("\n", start, start + MAX_CHARACTERS)
            end = end if end > start and len(text) - start > MAX_CHARACTERS else min(start + MAX_CHARACTERS, len(text))
            yield number, text[start:end]
            start = end


def _window(pieces: Sequence[tuple[int, str]], pictures: Mapping[int, bytes]) -> Window:
    numbers = tuple(dict.fromkeys(number for number, _ in pieces))
    return Window(
        text="\n".join(f"[page {number}]\n{text}" for number, text in pieces),
        pages=numbers,
        pictures=tuple((number, pictures[number]) for number in numbers if number in pictures),
    )
