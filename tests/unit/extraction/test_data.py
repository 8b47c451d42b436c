"""Machine-readable data comes first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sheaf.documents.model import Datum, Document
from sheaf.domain.rows import Amount, CellState
from tests.unit.extraction.pages import page_of, read

PAGE = page_of("Invoice No: WRONG-1\nDate: 01.01.2020\nTotal: 1,00 EUR")


def document(*data: Datum) -> Document:
    """A page that contradicts the data inside the file."""
    return Document(format="pdf", pages=[PAGE], data=data)


def test_a_canonical_role_beats_the_page() -> None:
    """The role says which datum it is; its path is the evidence."""
    source = document(
        Datum("/Invoice/ID", "A-1", "Invoice number", "invoice.number"), Datum("/Invoice/Date", "2024-05-01", "", "invoice.date")
    )
    cells = read(source, "invoice_number,date:date")
    assert (cells["invoice_number"].value, cells["date"].value) == ("A-1", date(2024, 5, 1))
    assert cells["invoice_number"].evidence is not None
    assert cells["invoice_number"].evidence.path == "/Invoice/ID"


def test_an_amount_takes_its_currency_from_the_data() -> None:
    """The qualifier is the amount's currency; what is due and what is gross are kept apart."""
    source = document(
        Datum("/T/Gross", "119.00", "", "totals.gross", "EUR"),
        Datum("/T/Due", "100.00", "", "totals.due", "EUR"),
        Datum("/C", "EUR", "", "invoice.currency"),
    )
    cells = read(source, "total:amount,amount_due:amount")
    assert cells["total"].value == Amount(amount=Decimal("119.00"), currency="EUR")
    assert cells["amount_due"].value == Amount(amount=Decimal("100.00"), currency="EUR")


def test_a_side_is_never_taken_for_the_other() -> None:
    """A buyer's tax number is not the seller's."""
    source = document(Datum("/s", "DE136695976", "", "seller.vat_id"), Datum("/b", "FR40303265045", "", "buyer.vat_id"))
    cells = read(source, "vat_id,buyer_vat_id")
    assert (cells["vat_id"].value, cells["buyer_vat_id"].value) == ("DE136695976", "FR40303265045")


def test_members_are_found_by_their_own_names() -> None:
    """JSON members and form fields without any role."""
    source = document(Datum("/customer/name", "Ann Lee"), Datum("/plan", "Gold", "Plan"), Datum("/note", "", "Note"))
    cells = read(source, "customer_name,plan,note")
    assert (cells["customer_name"].value, cells["plan"].value) == ("Ann Lee", "Gold")
    assert cells["note"].state is CellState.BLANK


def test_data_that_contradicts_itself_decides_nothing() -> None:
    """Two different values of one name leave the page to say."""
    source = document(Datum("/a/code", "1", "Code"), Datum("/b/code", "2", "Code"))
    assert read(source, "code")["code"].state is CellState.MISSING


def test_repeated_groups_are_a_table() -> None:
    """Members of a list become rows."""
    data = [
        Datum(f"/items/{index}/{name}", value)
        for index, row in enumerate((("Hammer", "2"), ("Saw", "1")))
        for name, value in zip(("name", "quantity"), row, strict=True)
    ]
    cell = read(document(*data), "items:table(name;quantity:number)")["items"]
    assert cell.value == ({"name": "Hammer", "quantity": Decimal(2)}, {"name": "Saw", "quantity": Decimal(1)})
