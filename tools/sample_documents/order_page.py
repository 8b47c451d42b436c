"""A web shop's order confirmation, saved as a page, with its JSON-LD."""

from __future__ import annotations

import json
from decimal import Decimal

from tools.sample_documents.money import cents
from tools.sample_documents.sample import Sample, Truth

GOODS = [
    ("Linen notebook, A5, dotted", "Moss green", 3, "18.50"),
    ("Brass fountain pen, medium nib", "Gift wrapped", 1, "64.00"),
    ("Ink bottle, 50 ml", "Atlantic blue", 2, "13.25"),
    ("Desk calendar 2027", "", 1, "21.00"),
]
SUBTOTAL = sum((Decimal(price) * count for *_, count, price in GOODS), Decimal(0))
SHIPPING = Decimal("6.95")
TAX = cents(SUBTOTAL * Decimal("0.0725"))
TOTAL = SUBTOTAL + SHIPPING + TAX
STYLE = """
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #2b2b2b; background: #f4f1ea; margin: 0; }
main { max-width: 640px; margin: 32px auto; background: #fff; padding: 36px 44px; border-radius: 8px; }
header { display: flex; justify-content: space-between; border-bottom: 2px solid #b5852b; padding-bottom: 14px; }
.brand { font: 600 24px Georgia, serif; color: #b5852b; }
dl { display: grid; grid-template-columns: 160px 1fr; gap: 4px 12px; margin: 24px 0; }
dt { color: #777; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; } th { text-align: left; color: #777; font-weight: 400; border-bottom: 1px solid #ddd; }
td, th { padding: 9px 4px; } td { border-bottom: 1px solid #eee; } .n { text-align: right; } small { color: #888; display: block; }
tfoot td { border: 0; padding: 4px; } tfoot .total td { font-weight: 700; font-size: 18px; border-top: 2px solid #2b2b2b; }
footer { color: #888; font-size: 12px; margin-top: 32px; }
"""


def sample() -> Sample:
    """Return the order confirmation of Lumen & Oak Stationers."""
    truth = Truth(
        document_number="LO-58213",
        date="2026-10-03",
        issuer="Lumen & Oak Stationers",
        recipient="Dana Whitfield",
        total=str(TOTAL),
        currency="USD",
    )
    return Sample(
        name="order-confirmation.html", data=_page().encode(), truth=truth, about="American web shop's order confirmation with JSON-LD"
    )


def _page() -> str:
    return f"""<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Order LO-58213 confirmed · Lumen &amp; Oak Stationers</title>
<style>{STYLE}</style>
<script type="application/ld+json">
{json.dumps(_linked_data(), indent=1)}
</script>
</head>
<body>
<main>
<header><span class="brand">Lumen &amp; Oak</span><span>Order confirmation</span></header>
<h1>Thank you for your order, Dana!</h1>
<p>We are packing it now and will write again when it ships.</p>
<dl>
<dt>Order number</dt><dd>LO-58213</dd>
<dt>Order date</dt><dd>October 3, 2026</dd>
<dt>Payment</dt><dd>Visa ending in 4417, charged October 3, 2026</dd>
<dt>Ship to</dt><dd>Dana Whitfield<br>418 Juniper Street, Apt 2B<br>Boulder, CO 80302</dd>
<dt>Delivery</dt><dd>Standard, October 8 to October 10</dd>
</dl>
<table>
<thead><tr><th>Item</th><th class="n">Qty</th><th class="n">Price</th><th class="n">Amount</th></tr></thead>
<tbody>
{_goods()}
</tbody>
<tfoot>
<tr><td colspan="3">Subtotal</td><td class="n">${SUBTOTAL}</td></tr>
<tr><td colspan="3">Shipping</td><td class="n">${SHIPPING}</td></tr>
<tr><td colspan="3">Sales tax (7.25%)</td><td class="n">${TAX}</td></tr>
<tr class="total"><td colspan="3">Order total</td><td class="n">${TOTAL}</td></tr>
</tfoot>
</table>
<footer>Lumen &amp; Oak Stationers, Inc., 77 Foundry Street, Portland, ME 04101 · help@lumenandoak.example · Returns are free within 30 days.</footer>
</main>
</body>
</html>
"""


def _goods() -> str:
    return "\n".join(
        f'<tr><td>{name}{f"<small>{note}</small>" if note else ""}</td><td class="n">{count}</td><td class="n">${price}</td><td class="n">${Decimal(price) * count}</td></tr>'
        for name, note, count, price in GOODS
    )


def _linked_data() -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Order",
        "orderNumber": "LO-58213",
        "orderDate": "2026-10-03",
        "orderStatus": "https://schema.org/OrderProcessing",
        "seller": {"@type": "Organization", "name": "Lumen & Oak Stationers"},
        "customer": {"@type": "Person", "name": "Dana Whitfield"},
        "price": str(TOTAL),
        "priceCurrency": "USD",
    }
