"""The engine with a model: rules read first, a model is asked, and only what the page bears out counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sheaf.documents.model import Document
from sheaf.domain.errors import Unavailable
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.prices import Price
from sheaf.domain.rows import MISSING, Cell, Row
from sheaf.extraction.candidates import customs_of
from sheaf.extraction.concepts import understand
from sheaf.extraction.engine import Extraction, Memo, Source
from sheaf.extraction.layout import lay_out
from sheaf.extraction.models import answers, merging
from sheaf.extraction.models.asking import Question, question
from sheaf.extraction.models.client import Asking, Reply
from sheaf.extraction.models.grounding import Ground
from sheaf.extraction.models.windows import MAX_WINDOWS, Window, windows

#: Pictures that one document's pages are shown as.
MAX_PICTURES = 20
#: Seconds after which no further question is asked about a document: with the last answer it is still read in the time of a task.
PATIENCE_S = 90.0


class BudgetSpent(Exception):
    """The file's share of the run's tokens is used up, or its time is."""


@dataclass(slots=True)
class _Purse:
    """Tokens of one file."""

    left: int | None
    spent: int = 0
    #: Of the tokens spent: those of answers, those whose price is known, and what these cost in millionths of a dollar.
    answered: int = 0
    priced: int = 0
    micros: int = 0

    def check(self, question: Question) -> None:
        if self.left is not None and question.size > self.left:
            raise BudgetSpent("The run's budget of tokens")

    def pay(self, tokens: int, answered: int, price: Price | None) -> None:
        self.spent += tokens
        self.answered += answered
        self.left = None if self.left is None else max(0, self.left - tokens)
        if price is not None:
            self.priced += tokens
            self.micros += price.micros(tokens - answered, answered)

    def usage(self) -> dict[str, int]:
        return {"tokens": self.spent, "tokens_out": self.answered, "tokens_priced": self.priced, "micros": self.micros}


def _no_price(_model: str) -> Price | None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelEngine:
    """Reads with the first of ``chain`` that answers; without an answer, what the rules have read stands."""

    name: str
    chain: Sequence[Asking]
    memo: Memo
    clock: Callable[[], float] = time.monotonic
    #: The price of a model of the chain by its name; None where it is not known.
    price: Callable[[str], Price | None] = _no_price

    @property
    def version(self) -> str:
        """Every model that may answer, in order."""
        return " ".join(model.name for model in self.chain)

    def extract(
        self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE, source: Source | None = None
    ) -> Extraction:
        """See :class:`sheaf.extraction.engine.Engine`. Tables by nature are read as tables: no model is asked about them."""
        from sheaf.extraction.assemble import extract

        learned = source.learned if source else None
        by_rules = extract(document, learned.readings(fields) if learned else understand(fields), rows)
        if document.tabular:
            return replace(by_rules, notes=(*by_rules.notes, "A table is read as one; no model was asked."))
        return _Reading(self, document, fields, rows, source).beside(by_rules)


class _Reading:
    """One document on its way through the models."""

    def __init__(self, engine: ModelEngine, document: Document, fields: Sequence[Field], mode: RowMode, source: Source | None) -> None:
        self.engine, self.document, self.fields, self.mode = engine, document, fields, mode
        self.layout = lay_out(document)
        self.ground = Ground(self.layout.pages, customs_of(self.layout.text))
        self.source = source
        self.tenant = source.tenant if source else ""
        self.purse = _Purse(source.tokens if source else None)
        self.until = engine.clock() + PATIENCE_S
        self.notes: list[str] = []

    def beside(self, by_rules: Extraction) -> Extraction:
        """What the models read, laid beside what the rules have."""
        asked = windows(self.layout, self._pictures(), apart=self.mode is not RowMode.FILE)
        if len(asked) > MAX_WINDOWS:
            self.notes.append(f"The document is long: a model read its first {MAX_WINDOWS} parts.")
        told = [(window, rows) for window in asked[:MAX_WINDOWS] if (rows := self._of(window)) is not None]
        kept = list(by_rules.rows)
        return replace(
            by_rules,
            rows=self._rows(kept, told) if told else kept,
            notes=(*by_rules.notes, *dict.fromkeys(self.notes)),
            usage={**by_rules.usage, **self.purse.usage()},
        )

    def _pictures(self) -> dict[int, bytes]:
        """Pictures of the pages that hold no text, or only what was recognised, where the first model is shown any."""
        if self.source is None or not self.engine.chain[0].sees:
            return {}
        unread = [page.number for page in self.document.pages if not page.grid and all(word.confidence < 1.0 for word in page.words)]
        return dict(self.source.pictures(unread[:MAX_PICTURES])) if unread else {}

    def _of(self, window: Window) -> list[dict[str, Cell]] | None:
        """A window's rows; None where no model answered."""
        try:
            answer = self._answer(question(window, self.fields, self.mode))
        except BudgetSpent as spent:
            self.notes.append(f"{spent} is used up; the rest was read by rules alone.")
            return None
        if answer is None:
            return None
        told = answers.rows(answer, self.fields)
        return [{of.name: merging.cell_of(self.ground, of, row[of.name]) for of in self.fields} for row in told]

    def _answer(self, asked: Question) -> Any:
        """The first answer of the chain; what was answered before to the same question costs nothing."""
        for model in self.engine.chain:
            key = asked.key(model.name)
            kept = self._kept(key)
            if kept is not None:
                return kept
            self.purse.check(asked)
            if self.engine.clock() > self.until:
                raise BudgetSpent("The time for models")
            try:
                reply = model.ask(asked, tokens=self.purse.left)
            except Unavailable as error:
                self._pay(model, error.details.get("tokens", 0), error.details.get("answered", 0))
                self.notes.append(f"A model did not answer ({error.message}).")
                continue
            self._pay(model, reply.tokens, reply.answered)
            self._keep(key, reply)
            return reply.answer
        self.notes.append("No model answered; what the rules have read is kept.")
        return None

    def _kept(self, key: str) -> Any:
        """What was answered before to the same question; None where nothing was, or nothing that can be read."""
        data = self.engine.memo.get(self.tenant, key)
        try:
            return None if data is None else orjson.loads(data)
        except orjson.JSONDecodeError:
            return None

    def _pay(self, model: Asking, tokens: int, answered: int) -> None:
        self.purse.pay(tokens, answered, self.engine.price(model.name) if tokens else None)

    def _keep(self, key: str, reply: Reply) -> None:
        """Keep a reply that says something: whoever asks again may be told more than nothing."""
        if answers.says_anything(answers.rows(reply.answer, self.fields)):
            self.engine.memo.put(self.tenant, key, orjson.dumps(reply.answer))

    def _rows(self, kept: Sequence[Row], told: Sequence[tuple[Window, list[dict[str, Cell]]]]) -> list[Row]:
        if self.mode is RowMode.FILE:
            return [self._whole(kept, [row for _, rows in told for row in rows[:1]])]
        if self.mode is RowMode.TABLE_ROW:
            return self._table(kept, [row for _, rows in told for row in rows])
        parts: dict[int, list[Mapping[str, Cell]]] = {}
        for window, rows in told:
            parts.setdefault(window.pages[0], []).extend(rows[:1])
        return self._by_page(kept, {number: self._merged(of_page) for number, of_page in parts.items() if of_page})

    def _whole(self, kept: Sequence[Row], parts: Sequence[Mapping[str, Cell]]) -> Row:
        return self._beside(kept[0] if kept else Row(cells={}), self._merged(parts) if parts else {})

    def _merged(self, parts: Sequence[Mapping[str, Cell]]) -> dict[str, Cell]:
        """What the windows of one row say of it together."""
        return {of.name: merging.merged(of, [part[of.name] for part in parts]) for of in self.fields}

    def _table(self, kept: Sequence[Row], told: Sequence[Mapping[str, Cell]]) -> list[Row]:
        """Rows that the rules took from a printed table stand: rows in are rows out. Else the model's, those that the page bears out."""
        if len(kept) >= len(told):
            return [*kept]
        grounded = [cells for cells in told if any(cell.evidence for cell in cells.values())]
        return [Row(cells=cells, index=index) for index, cells in enumerate(grounded)] if len(grounded) > len(kept) else [*kept]

    def _by_page(self, kept: Sequence[Row], told: Mapping[int, Mapping[str, Cell]]) -> list[Row]:
        numbers = sorted(self.layout.pages)
        return [self._beside(row, told.get(numbers[at], {}) if at < len(numbers) else {}) for at, row in enumerate(kept)]

    def _beside(self, by_rules: Row, by_model: Mapping[str, Cell]) -> Row:
        cells = {
            of.name: merging.combined(self.document, by_rules.cells[of.name], by_model[of.name])
            if of.name in by_rules.cells and of.name in by_model
            else by_rules.cells.get(of.name, by_model.get(of.name, MISSING))
            for of in self.fields
        }
        return replace(by_rules, cells=cells)
