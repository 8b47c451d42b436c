"""What a run costs, estimated from its files before they are read. Money is in millionths of a US dollar.

It is guessed from above: a text is taken to have as many tokens as it can, and a model to be asked about every file that is not a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from sheaf.domain.counters import Usage
from sheaf.domain.prices import Price, tokens_of
from sheaf.domain.record import record

#: Characters of a page of running text, and of one whose layout leaves more blank.
_PAGE, _PRINTED = 3_000, 2_500
_PDF_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


class Charge(StrEnum):
    """What reading with an engine is charged by."""

    #: It runs on the installation's own machines.
    NOTHING = "nothing"
    TOKENS = "tokens"
    #: By a contract with a service, which this installation does not know.
    SERVICE = "service"


@record(frozen=True, kw_only=True, slots=True)
class Costing:
    """What reading with a run's engine costs, as far as it can be told beforehand."""

    engine: str
    charge: Charge = Charge.NOTHING
    #: The model that is asked first; "" where none is set up.
    model: str = ""
    #: None where it is not known.
    price: Price | None = None
    #: Tokens of every question beside the document's text, and of a row that is answered.
    asked: int = 0
    answered: int = 0
    #: Characters of one question, and questions about one file at most.
    window: int = 40_000
    windows: int = 25
    #: Tokens of a picture of a page without text; 0 where models are shown none.
    picture: int = 0
    #: Whether every page is a question of its own.
    apart: bool = False
    #: Rows that an answer about a page is taken to have; 0 for one row of a whole question.
    rows: int = 0


@record(frozen=True, kw_only=True, slots=True)
class Holds:
    """What a byte of a file holds, on the average."""

    pages: float
    characters: float
    #: Tokens of a character.
    density: float = 1 / 3
    #: Whether its pages are pictures.
    pictured: bool = False


#: By format: pages and characters of a byte, where no file was looked into.
_USUAL: Mapping[str, Holds] = {
    "text": Holds(pages=1 / _PAGE, characters=1.0),
    "json": Holds(pages=1 / _PAGE, characters=0.8),
    "eml": Holds(pages=1 / _PAGE, characters=0.7),
    "msg": Holds(pages=1 / 30_000, characters=0.1),
    "xml": Holds(pages=1 / 8_000, characters=0.4),
    "html": Holds(pages=1 / 8_000, characters=0.4),
    "rtf": Holds(pages=1 / 8_000, characters=0.4),
    "pdf": Holds(pages=1 / 60_000, characters=_PRINTED / 60_000),
    "docx": Holds(pages=1 / 12_000, characters=_PAGE / 12_000),
    "odt": Holds(pages=1 / 12_000, characters=_PAGE / 12_000),
    "pptx": Holds(pages=1 / 40_000, characters=800 / 40_000),
    "odp": Holds(pages=1 / 40_000, characters=800 / 40_000),
    "dxf": Holds(pages=0.0, characters=0.02),
    "ifc": Holds(pages=0.0, characters=0.05),
    "step": Holds(pages=0.0, characters=0.05),
    "image": Holds(pages=0.0, characters=0.0, pictured=True),
    "tiff": Holds(pages=1 / 100_000, characters=0.0, pictured=True),
}
_OTHER = Holds(pages=0.0, characters=0.1)
#: Formats that are tables by nature: no model is asked about them.
TABLES = frozenset({"csv", "ods", "xls", "xlsx"})
#: Formats that hold other files, and text of their own.
MESSAGES = frozenset({"eml", "msg"})
#: Formats whose bytes are their text, which is all that is looked into, and that whose pages can be counted without reading it.
TEXTS = frozenset({"text", "json", "eml", "xml", "html"})
COUNTED = "pdf"


def looked_into(format_: str, head: bytes, size: int) -> Holds | None:
    """What a file of so many bytes holds that begins like this; None where that does not show."""
    usual = _USUAL.get(format_, _OTHER)
    if format_ == COUNTED:
        pages = len(_PDF_PAGE.findall(head)) if len(head) == size else 0
        return Holds(pages=pages / size, characters=_PRINTED * pages / size) if pages else None
    if format_ not in TEXTS or not head:
        return None
    text = head.decode("utf-8", "replace")
    share = len(text) / len(head)
    return Holds(pages=usual.pages, characters=usual.characters * share, density=tokens_of(text) / len(text))


@record(frozen=True, kw_only=True, slots=True)
class FileSize:
    """A file as it is listed."""

    format: str
    bytes: int
    #: What was found by looking into it; None where nobody did, or nothing shows.
    holds: Holds | None = None

    @property
    def counted(self) -> bool:
        """Whether its pages were counted, or are one by nature."""
        return self.format == "image" or (self.format == COUNTED and self.holds is not None)


@record(frozen=True, kw_only=True, slots=True)
class Files:
    """A run's files, as far as they were looked at."""

    #: All there are.
    count: int
    #: Those that were listed, without archives; an estimate is stretched to all.
    sizes: Sequence[FileSize] = ()
    #: Files listed; and archives and messages among them, whose members nobody knows before they are unpacked.
    listed: int
    unknown: int = 0


@record(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a run is expected to take."""

    files: int
    #: Files that it rests on; of those, the ones that were looked into, and those whose pages were counted.
    listed: int
    opened: int
    counted: int
    #: Archives and messages: what is in them is in no sum.
    unknown: int
    pages: int
    tokens_in: int
    tokens_out: int
    #: The run's budget cuts the tokens.
    capped: bool
    #: Millionths of a dollar; None where the price is not known.
    micros: int | None


def estimate(costing: Costing, files: Files, budget: int | None) -> Estimate:
    """What a run over these files is expected to take, with so many tokens for all of its files together, or as many as it needs."""
    usual = {name: _usual(name, files.sizes) for name in {size.format for size in files.sizes}}
    held = [(size, size.holds or usual[size.format]) for size in files.sizes]
    share = None if budget is None else budget // max(1, files.count)
    taken = [_capped(*_tokens(costing, size, holds), share) for size, holds in held]
    stretch = files.count / files.listed if files.listed else 1.0
    asked, answered = (math.ceil(sum(one[part] for one in taken) * stretch) for part in (0, 1))
    return Estimate(
        files=files.count,
        listed=files.listed,
        opened=sum(size.holds is not None for size in files.sizes),
        counted=sum(size.counted for size in files.sizes),
        unknown=math.ceil(files.unknown * stretch),
        pages=math.ceil(sum(_pages(size, holds) for size, holds in held) * stretch),
        tokens_in=asked,
        tokens_out=answered,
        capped=any(one[2] for one in taken),
        micros=_micros(costing, asked, answered),
    )


def _usual(name: str, sizes: Sequence[FileSize]) -> Holds:
    """What files of a format hold by those that were looked into, each as good as any other."""
    found = [size.holds for size in sizes if size.format == name and size.holds is not None]
    if not found:
        return _USUAL.get(name, _OTHER)
    pages, characters, density = (_mean([getattr(each, part) for each in found]) for part in ("pages", "characters", "density"))
    return Holds(pages=pages, characters=characters, density=density)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _pages(size: FileSize, holds: Holds) -> int:
    return max(1, round(size.bytes * holds.pages))


def _tokens(costing: Costing, size: FileSize, holds: Holds) -> tuple[int, int]:
    """Tokens that a file is asked about with, and answered."""
    if costing.charge is not Charge.TOKENS or size.format in TABLES:
        return 0, 0
    pages, characters = _pages(size, holds), size.bytes * holds.characters
    questions = min(costing.windows, pages if costing.apart else max(1, math.ceil(characters / costing.window)))
    text = min(characters, questions * costing.window) * holds.density
    pictures = min(pages, costing.windows) * costing.picture if holds.pictured else 0
    rows = questions if not costing.rows else max(questions, min(pages, questions * _pages_of_question(costing, size)) * costing.rows)
    return math.ceil(questions * costing.asked + text + pictures), rows * costing.answered


def _pages_of_question(costing: Costing, size: FileSize) -> int:
    """Pages that one question can be about: what is behind the last question is read by rules alone. A text is one page, however long."""
    return 1 if costing.apart and size.format not in TEXTS else max(1, math.ceil(costing.window / _PAGE))


def _capped(asked: int, answered: int, share: int | None) -> tuple[int, int, bool]:
    """A file's tokens within its share of the run's budget."""
    if share is None or asked + answered <= share:
        return asked, answered, False
    kept = min(asked, share)
    return kept, share - kept, True


def _micros(costing: Costing, asked: int, answered: int) -> int | None:
    if costing.charge is Charge.NOTHING:
        return 0
    return costing.price.micros(asked, answered) if costing.price and costing.charge is Charge.TOKENS else None


def remarks(costing: Costing, files: Estimate | None, spent: Usage) -> Iterator[str]:
    """What people have to know to take the figures for what they are."""
    yield from _of_engine(costing)
    if unpriced := spent.model_tokens - spent.model_tokens_priced:
        yield f"What {unpriced:,} of the tokens cost is not known: their models had no price here when they were asked."
    if files is None:
        return
    if files.listed < files.files:
        yield f"Estimated from the first {files.listed:,} files."
    if files.unknown:
        yield f"{files.unknown:,} of the files are archives or messages: what is in them is not counted before it is unpacked."
    if files.counted < files.listed:
        yield "Pages are guessed from the files' sizes where they could not be counted without reading the files."
    if files.capped:
        yield "The run's budget of tokens is too small for some files: the rest of them would be read by rules alone."


def _of_engine(costing: Costing) -> Iterator[str]:
    match costing.charge:
        case Charge.NOTHING:
            yield "Nothing is charged: the engine runs on this installation's own machines."
        case Charge.SERVICE:
            yield "The engine's service charges by a contract that is not known here."
        case Charge.TOKENS if not costing.model:
            yield "No model is set up here for this engine."
        case Charge.TOKENS if costing.price is None:
            yield f"The price of {costing.model} is not known here. Name it with SHEAF_MODEL_PRICES."
        case Charge.TOKENS:
            yield "Tokens are guessed from above; answers that are kept from before cost nothing."
