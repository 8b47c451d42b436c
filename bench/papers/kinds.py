"""Kinds of documents: what each says and what is asked of it, with the asked names in one language whatever the document's is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bench.papers.paper import Column, Paper
from bench.papers.tongue import Tongue, some_day

#: What is asked of each kind, as an inline spec of fields.
SPECS = {
    "invoice": "issuer,customer,invoice_number,invoice_date:date,due_date:date,order_number,customer_number,net_total:amount,"
    "tax_amount:amount,total:amount,iban,vat_id,items:table(description;quantity:number;unit_price:number;amount:number)",
    "statement": "kontoinhaber,iban,zeitraum_von:date,zeitraum_bis:date,anfangssaldo:amount,endsaldo:amount,"
    "buchungen:table(datum:date;buchungstext;betrag:number)",
    "form": "last_name,first_name,date_of_birth:date,nationality,phone,email,occupation",
    "payslip": "employeur,salarie,matricule,date_de_paiement:date,salaire_brut:amount,net_a_payer:amount",
    "bill": "numero_contrato,numero_contador,periodo_desde:date,periodo_hasta:date,fecha_vencimiento:date,importe_a_pagar:amount",
    "delivery": "pakbonnummer,leverdatum:date,ordernummer,klant,regels:table(omschrijving;aantal:number)",
    "confirmation": "numero_ordine,data_ordine:date,data_consegna:date,cliente,totale:amount",
    "ticket": "passenger,booking_reference,departure_date:date,total_price:amount",
    "certificate": "numero_certificado,data_emissao:date",
}


def _sides(tongue: Tongue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who issues and who receives: firm and person or firm, each with an address, the issuer with how to reach him."""
    dice, words = tongue.dice, tongue.word
    firm, other = words("names", "firms"), words("names", "firms")
    person = words("names", "people")
    contact = (f"Tel. {tongue.digits('0## ######')}",) if dice.random() < 0.7 else ()
    issuer = (firm, words("names", "streets"), words("names", "towns"), *contact)
    name = other if dice.random() < 0.5 and other != firm else person
    return issuer, (name, words("names", "streets"), words("names", "towns"))


def _goods(tongue: Tongue, count: int) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """(what, how many, price, amount) of ``count`` lines."""
    found = []
    for _ in range(count):
        quantity = Decimal(tongue.dice.choice((1, 2, 3, 4, 10, 12)))
        price = Decimal(tongue.dice.randrange(295, 48_000)) / 100
        found.append((tongue.word("names", "goods"), quantity, price, quantity * price))
    return found


def _cents(value: Decimal) -> str:
    return f"{value:.2f}"


def _amount(tongue: Tongue, value: Decimal) -> dict[str, str] | str:
    """The true sum, with its currency where the document prints one."""
    return {"amount": _cents(value), "currency": tongue.currency} if tongue.sum_form != "{}" else _cents(value)


_RATES = {"en": "0.20", "de": "0.19", "fr": "0.20", "es": "0.21", "it": "0.22", "nl": "0.21", "pt": "0.23"}


def invoice(tongue: Tongue) -> Paper:
    """An invoice with its lines and sums."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    day = some_day(dice)
    due = day + timedelta(days=dice.choice((14, 30, 45)))
    number = tongue.digits(dice.choice(("RE-2026-####", "#######", "F26/####", "INV-#####")))
    customer, order = (
        tongue.digits(dice.choice(("C-####", "#####", "K######"))),
        tongue.digits(dice.choice(("PO-#####", "45########", "B-####/##"))),
    )
    lines = _goods(tongue, dice.choice((2, 4, 7, 38)))
    net = sum((line[3] for line in lines), Decimal(0))
    tax = (net * Decimal(_RATES[tongue.language])).quantize(Decimal("0.01"))
    iban, vat_id = tongue.iban(), tongue.vat_id()
    facts = [("inv_no", number), ("inv_date", tongue.date(day)), ("due", tongue.date(due)), ("cust_no", customer), ("order_no", order)]
    truth: dict[str, Any] = {
        "issuer": issuer[0],
        "customer": recipient[0],
        "invoice_number": number,
        "invoice_date": day.isoformat(),
        "due_date": due.isoformat(),
        "customer_number": customer,
        "order_number": order,
        "net_total": _amount(tongue, net),
        "tax_amount": _amount(tongue, tax),
        "total": _amount(tongue, net + tax),
        "iban": iban,
        "vat_id": vat_id,
        "items": [
            {"description": what, "quantity": str(count), "unit_price": _cents(price), "amount": _cents(amount)}
            for what, count, price, amount in lines
        ],
    }
    states = {}
    for name, key in (("customer_number", "cust_no"), ("order_number", "order_no")):
        if dice.random() < 0.35:
            facts = [one for one in facts if one[0] != key]
            truth[name], states[name] = None, "missing"
    sums = (
        (tongue.label("net"), tongue.money(net)),
        (tongue.label("tax"), tongue.money(tax)),
        (tongue.label("gross"), tongue.money(net + tax)),
    )
    columns, rows = _lines_of(tongue, lines)
    return Paper(
        kind="invoice", title=tongue.word("titles", "invoice"), issuer=issuer, recipient=recipient,
        recipient_label=tongue.word("words", "recipient") if dice.random() < 0.6 else "",
        facts=tuple((tongue.label(key), value) for key, value in facts), columns=columns, rows=rows, sums=sums,
        subtotal=tongue.word("words", "subtotal") if dice.random() < 0.5 else "",
        foot=((tongue.label("iban"), iban), (tongue.label("vat"), vat_id)), truth=truth, states=states,
    )  # fmt: skip


def _lines_of(tongue: Tongue, lines: list[tuple[str, Decimal, Decimal, Decimal]]) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    """The table of an invoice: with or without line numbers, article numbers and units, in headers of one line or two."""
    dice = tongue.dice
    two = dice.random() < 0.3

    def head(name: str) -> str:
        return tongue.word("columns", f"{name}2") if two else tongue.word("columns", name)

    numbered, coded = dice.random() < 0.4, dice.random() < 0.4
    columns = [Column(header=tongue.word("columns", "pos"), share=0.6)] if numbered else []
    columns += [Column(header=tongue.word("columns", "article"), share=1.1)] if coded else []
    columns += [Column(header=tongue.word("columns", "desc"), share=3.2), Column(header=head("qty"), share=1.1, right=dice.random() < 0.7)]
    columns += [Column(header=head("price"), share=1.5, right=True), Column(header=head("total"), share=1.5, right=True)]
    rows = []
    for index, (what, count, price, amount) in enumerate(lines, start=1):
        cells = [str(index)] if numbered else []
        cells += [tongue.digits("A-####")] if coded else []
        rows.append((*cells, what, str(count), _plain(tongue, price), _plain(tongue, amount)))
    return tuple(columns), tuple(rows)


def _plain(tongue: Tongue, value: Decimal) -> str:
    """A sum without its currency, as columns have it."""
    return replace(tongue, sum_form="{}").money(value)


def statement(tongue: Tongue) -> Paper:
    """A bank statement with its movements."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    first = some_day(dice).replace(day=1)
    last = first + timedelta(days=27)
    opening = Decimal(dice.randrange(20_000, 900_000)) / 100
    moves = [
        (first + timedelta(days=index), tongue.word("names", "moves"), Decimal(dice.randrange(-40_000, 60_000)) / 100)
        for index in sorted(dice.sample(range(27), dice.choice((5, 9, 14))))
    ]
    closing = opening + sum((amount for _, _, amount in moves), Decimal(0))
    holder, iban = tongue.word("names", "people"), tongue.iban()
    facts = (
        (tongue.label("holder"), holder),
        (tongue.label("iban"), iban),
        (tongue.label("period"), f"{tongue.date(first)} - {tongue.date(last)}"),
        (tongue.label("opening"), tongue.money(opening)),
        (tongue.label("closing"), tongue.money(closing)),
    )
    columns = (
        Column(header=tongue.word("columns", "when"), share=1.2),
        Column(header=tongue.word("columns", "text"), share=3.5),
        Column(header=tongue.word("columns", "amount"), share=1.3, right=True),
    )
    truth = {
        "kontoinhaber": holder,
        "iban": iban,
        "zeitraum_von": first.isoformat(),
        "zeitraum_bis": last.isoformat(),
        "anfangssaldo": _amount(tongue, opening),
        "endsaldo": _amount(tongue, closing),
        "buchungen": [{"datum": day.isoformat(), "buchungstext": what, "betrag": _cents(amount)} for day, what, amount in moves],
    }
    rows = tuple((tongue.date(day), what, _plain(tongue, amount)) for day, what, amount in moves)
    return Paper(
        kind="statement", title=tongue.word("titles", "statement"), issuer=(f"{issuer[0].split()[0]} Bank", *issuer[1:]),
        recipient=(holder, *recipient[1:]), facts=facts, columns=columns, rows=rows, truth=truth,
    )  # fmt: skip


def form(tongue: Tongue) -> Paper:
    """A form filled in by hand: some places blank, one perhaps illegible."""
    dice = tongue.dice
    person = tongue.word("names", "people").split(" ", 1)
    day = some_day(dice).replace(year=dice.randrange(1950, 2006))
    values = {
        "last_name": ("last_name", person[1], person[1]),
        "first_name": ("first_name", person[0], person[0]),
        "date_of_birth": ("birth", tongue.date(day), day.isoformat()),
        "nationality": ("nation", nation := tongue.word("names", "nations"), nation),
        "phone": ("phone", number := tongue.digits("0### ######"), number),
        "email": ("mail", mail := f"{person[0].casefold().encode('ascii', 'ignore').decode()}@example.org", mail),
        "occupation": ("job", job := tongue.word("names", "jobs"), job),
    }
    blank = set(dice.sample([*values][2:], dice.choice((0, 1, 2))))
    absent = set(dice.sample([one for one in [*values][3:] if one not in blank], dice.choice((0, 1))))
    smudged = {"date_of_birth"} if dice.random() < 0.2 and "date_of_birth" not in blank else set()
    facts = [
        (tongue.label(key), "" if name in blank else "~\u00a7/?#/1\u00a4" if name in smudged else shown)
        for name, (key, shown, _) in values.items()
        if name not in absent
    ]
    states = dict.fromkeys(blank, "blank") | dict.fromkeys(absent, "missing") | dict.fromkeys(smudged, "unreadable")
    truth = {name: None if name in states else true for name, (_, _, true) in values.items()}
    issuer = (tongue.word("names", "firms"), tongue.word("names", "streets"), tongue.word("names", "towns"))
    title = tongue.word("titles", "form")
    return Paper(kind="form", title=title, issuer=issuer, facts=tuple(facts), truth=truth, states=states, form=True)


def payslip(tongue: Tongue) -> Paper:
    """A payslip with its lines."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    person, number, day = tongue.word("names", "people"), tongue.digits("0####"), some_day(dice)
    gross = Decimal(dice.randrange(180_000, 720_000)) / 100
    tax, social = (gross * Decimal("0.17")).quantize(Decimal("0.01")), (gross * Decimal("0.12")).quantize(Decimal("0.01"))
    net = gross - tax - social
    facts = ((tongue.label("employee"), person), (tongue.label("staff_no"), number), (tongue.label("pay_date"), tongue.date(day)))
    sums = ((tongue.label("gross_pay"), tongue.money(gross)), (tongue.label("net_pay"), tongue.money(net)))
    truth = {
        "employeur": issuer[0],
        "salarie": person,
        "matricule": number,
        "date_de_paiement": day.isoformat(),
        "salaire_brut": _amount(tongue, gross),
        "net_a_payer": _amount(tongue, net),
    }
    columns = (
        Column(header=tongue.word("columns", "text"), share=4),
        Column(header=tongue.word("columns", "amount"), share=1.3, right=True),
    )
    rows = tuple((code, _plain(tongue, value)) for code, value in (("100", gross), ("310", -tax), ("420", -social)))
    return Paper(
        kind="payslip", title=tongue.word("titles", "payslip"), issuer=issuer, recipient=(person, *recipient[1:]), facts=facts,
        columns=columns, rows=rows, sums=sums, truth=truth,
    )  # fmt: skip


def bill(tongue: Tongue) -> Paper:
    """A bill for electricity or gas."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    first = some_day(dice)
    last, due = first + timedelta(days=89), first + timedelta(days=110)
    contract, meter, owed = (
        tongue.digits("2########"),
        tongue.digits(dice.choice(("1EMH00########", "E##K#####"))),
        Decimal(dice.randrange(3_000, 60_000)) / 100,
    )
    facts = (
        (tongue.label("contract_no"), contract),
        (tongue.label("meter"), meter),
        (tongue.label("period"), f"{tongue.date(first)} - {tongue.date(last)}"),
        (tongue.label("due"), tongue.date(due)),
    )
    net = (owed / Decimal("1.2")).quantize(Decimal("0.01"))
    sums = (
        (tongue.label("net"), tongue.money(net)),
        (tongue.label("tax"), tongue.money(owed - net)),
        (tongue.label("amount_due"), tongue.money(owed)),
    )
    truth = {
        "numero_contrato": contract,
        "numero_contador": meter,
        "periodo_desde": first.isoformat(),
        "periodo_hasta": last.isoformat(),
        "fecha_vencimiento": due.isoformat(),
        "importe_a_pagar": _amount(tongue, owed),
    }
    return Paper(
        kind="bill", title=tongue.word("titles", "bill"), issuer=issuer, recipient=recipient, facts=facts, sums=sums, truth=truth
    )  # fmt: skip


def delivery(tongue: Tongue) -> Paper:
    """A delivery note: goods without prices."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    day, number, order = some_day(dice), tongue.digits("LS-#####"), tongue.digits("#######")
    lines = _goods(tongue, dice.choice((3, 6, 11)))
    facts = ((tongue.label("note_no"), number), (tongue.label("note_date"), tongue.date(day)), (tongue.label("order_no"), order))
    columns = (
        Column(header=tongue.word("columns", "article"), share=1.1),
        Column(header=tongue.word("columns", "desc"), share=4),
        Column(header=tongue.word("columns", "qty"), share=1, right=True),
    )
    truth = {
        "pakbonnummer": number,
        "leverdatum": day.isoformat(),
        "ordernummer": order,
        "klant": recipient[0],
        "regels": [{"omschrijving": what, "aantal": str(count)} for what, count, _, _ in lines],
    }
    rows = tuple((tongue.digits("####-#"), what, str(count)) for what, count, _, _ in lines)
    return Paper(
        kind="delivery", title=tongue.word("titles", "delivery"), issuer=issuer, recipient=recipient, facts=facts, columns=columns,
        rows=rows, truth=truth,
    )  # fmt: skip


def confirmation(tongue: Tongue) -> Paper:
    """A seller's confirmation of an order."""
    dice, issuer, recipient = tongue.dice, *_sides(tongue)
    day = some_day(dice)
    when, number = day + timedelta(days=21), tongue.digits("AB-#####")
    lines = _goods(tongue, dice.choice((2, 5)))
    total = sum((line[3] for line in lines), Decimal(0))
    facts = (
        (tongue.label("conf_no"), number),
        (tongue.label("order_date"), tongue.date(day)),
        (tongue.label("delivery_date"), tongue.date(when)),
    )
    columns, rows = _lines_of(tongue, lines)
    truth = {
        "numero_ordine": number,
        "data_ordine": day.isoformat(),
        "data_consegna": when.isoformat(),
        "cliente": recipient[0],
        "totale": _amount(tongue, total),
    }
    return Paper(
        kind="confirmation", title=tongue.word("titles", "confirmation"), issuer=issuer, recipient=recipient, facts=facts, columns=columns,
        rows=rows, sums=((tongue.label("gross"), tongue.money(total)),), truth=truth,
    )  # fmt: skip


def ticket(tongue: Tongue) -> Paper:
    """A ticket for a journey."""
    dice = tongue.dice
    person, day = tongue.word("names", "people"), some_day(dice)
    code = "".join(dice.choice("ABCDEFGHJKLMNPQRSTUVWXYZ2345679") for _ in range(5)) + str(dice.randint(2, 9))
    fare = Decimal(dice.randrange(1_900, 42_000)) / 100
    facts = (
        (tongue.label("passenger"), person),
        (tongue.label("booking"), code),
        (tongue.label("departure"), f"{tongue.date(day)} {dice.randint(6, 22):02d}:{dice.choice(('05', '20', '45'))}"),
        (tongue.label("fare"), tongue.money(fare)),
    )
    truth = {"passenger": person, "booking_reference": code, "departure_date": day.isoformat(), "total_price": _amount(tongue, fare)}
    return Paper(kind="ticket", title=tongue.word("titles", "ticket"), issuer=("Rapida",), facts=facts, truth=truth)


def certificate(tongue: Tongue) -> Paper:
    """A certificate: a sentence, a number and a day."""
    day, number = some_day(tongue.dice), tongue.digits("Z-####-##")
    prose = tongue.word("words", "certify").format(holder=tongue.word("names", "people"), course=tongue.word("names", "courses"))
    facts = ((tongue.label("cert_no"), number), (tongue.label("issued"), tongue.date(day)))
    truth = {"numero_certificado": number, "data_emissao": day.isoformat()}
    issuer = (tongue.word("names", "firms"), tongue.word("names", "streets"), tongue.word("names", "towns"))
    return Paper(kind="certificate", title=tongue.word("titles", "certificate"), issuer=issuer, facts=facts, prose=prose, truth=truth)


KINDS: dict[str, Callable[[Tongue], Paper]] = {
    one.__name__: one for one in (invoice, statement, form, payslip, bill, delivery, confirmation, ticket, certificate)
}


def dice_of(*parts: object) -> random.Random:
    """Chance that is the same for the same parts in every process."""
    return random.Random("/".join(map(str, parts)))
