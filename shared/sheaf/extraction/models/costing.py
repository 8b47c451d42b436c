"""What asking a model costs, before it is asked."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from sheaf.domain.costs import Charge, Costing
from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.runs import Run
from sheaf.extraction.models.asking import PICTURE, question
from sheaf.extraction.models.chain import price_of, vendor_of
from sheaf.extraction.models.windows import MAX_CHARACTERS, MAX_WINDOWS, Window
from sheaf.settings import Settings

#: Tokens of one value in an answer, with its quote, state and page; values of a list or lines of a table that a document has.
_VALUE, _MANY = 60, 10
#: Rows that a page of a table is taken to have.
_ROWS = 30


def costing(settings: Settings, run: Run) -> Costing:
    """What the engine that the run names costs; of an engine that is not known, nothing is."""
    kind = run.options.engine
    vendor = vendor_of(kind, settings)
    if vendor is None:
        return Costing(engine=kind, charge=_charge(kind))
    mode = run.options.row_mode
    return Costing(
        engine=kind,
        charge=Charge.TOKENS,
        model=f"{kind}/{vendor.model_name}" if vendor.model_name else "",
        price=price_of(kind, vendor.model_name, settings),
        asked=question(Window(text="", pages=()), run.fields, mode).size,
        answered=sum(map(_answered, run.fields)),
        window=MAX_CHARACTERS,
        windows=MAX_WINDOWS,
        picture=PICTURE if settings.model_pictures else 0,
        apart=mode is not RowMode.FILE,
        rows=_ROWS if mode is RowMode.TABLE_ROW else 0,
    )


def _charge(kind: str) -> Charge:
    """What an engine without a model says of itself."""
    module = f"sheaf.extraction.engines.{kind}"
    if not (kind.isidentifier() and find_spec(module)):
        return Charge.SERVICE
    found: Charge = getattr(import_module(module), "CHARGE", Charge.SERVICE)
    return found


def _answered(of: Field) -> int:
    """Tokens that one field's value is answered with."""
    match of.type:
        case FieldType.LIST:
            return _MANY * _VALUE
        case FieldType.TABLE:
            return _MANY * _VALUE * max(1, len(of.columns))
        case _:
            return _VALUE
