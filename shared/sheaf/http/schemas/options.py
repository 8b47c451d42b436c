"""How a run is carried out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Bound
from pydantic import StringConstraints

from sheaf import bootstrap, catalog
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import RowMode
from sheaf.domain.jobs import RunOptions as Record
from sheaf.domain.retries import RetryPolicy as PolicyRecord
from sheaf.domain.runs import Run as RunRecord
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import OfRun, Schema, Whole
from sheaf.settings import Settings

#: The document names the engines there are; a run that another one read stays readable.
Engine = Annotated[str, StringConstraints(min_length=1, max_length=64), Bound(json_schema_extra={"enum": sorted(catalog.ENGINES)})]
Seconds = Annotated[float, Bound(ge=0, le=86_400)]


class RetryPolicy(Schema):
    """Exponential back-off with jitter, for failures that a further attempt can mend."""

    max_retries: Annotated[int, Bound(ge=0, le=100), Whole] = 3
    """Further attempts of one file."""
    base_s: Seconds = 2.0
    """Longest wait before the first of them, in seconds."""
    factor: Annotated[float, Bound(ge=1, le=10)] = 2.0
    """How much longer each further wait may be."""
    cap_s: Seconds = 600.0
    """No wait is longer, in seconds."""


class RunOptions(Schema):
    """How a run is carried out."""

    model_config = examples.shown(examples.OPTIONS)

    row_mode: RowMode = RowMode.FILE
    """What becomes a row of the result: a file, a page of it, or a row of its table."""
    engine: Engine = "embedded"
    """What reads the documents; `GET /api/engines` lists them."""
    retry: RetryPolicy = RetryPolicy()
    review_below: Annotated[float, Bound(ge=0, le=1)] = 0.9
    """Values found with less confidence than this are for a person to look at."""
    model_tokens: Annotated[int, Bound(ge=0, le=10**12), Whole] | None = None
    """Most tokens that models may use in one run, shared evenly among its files; null for no bound."""
    persist_data: bool = True
    """False: uploads and results may be deleted once exported."""

    @classmethod
    def of(cls, options: Record) -> RunOptions:
        """The options as they are answered."""
        policy = options.retry
        return cls(
            row_mode=options.row_mode,
            engine=options.engine,
            retry=RetryPolicy(max_retries=policy.max_retries, base_s=policy.base_s, factor=policy.factor, cap_s=policy.cap_s),
            review_below=options.review_below,
            model_tokens=options.model_tokens,
            persist_data=options.persist_data,
        )

    def record(self, settings: Settings) -> Record:
        """The options as the domain has them; raises InvalidInput for an engine that is not there, or not set up."""
        if self.engine not in catalog.ENGINES:
            known = sorted(catalog.ENGINES)
            raise InvalidInput(f"There is no engine {self.engine!r}. Known: {', '.join(known)}.", code="unknown_engine", known=known)
        bootstrap.engine(self.engine, settings)
        given = {name: getattr(self, name) for name in ("row_mode", "engine", "review_below", "model_tokens", "persist_data")}
        return Record(retry=PolicyRecord(**self.retry.model_dump()), **given)


class OptionSet(OfRun):
    """A run's options."""

    model_config = examples.shown(examples.OPTION_SET)

    options: RunOptions

    @classmethod
    def of(cls, run: RunRecord) -> OptionSet:
        """The run's options."""
        return cls(job_run_id=run.id, options=RunOptions.of(run.options))


class OptionSetInput(Schema):
    """A run's options; they replace those it has, what is left out becomes its default."""

    model_config = examples.shown({"options": examples.OPTIONS})

    options: RunOptions
