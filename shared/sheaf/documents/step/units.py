"""Units as people write them, from the instances of ISO 10303-41 and of IFC, whose SI units have the same prefixes and names."""

from __future__ import annotations

from sheaf.documents.step.nodes import exact
from sheaf.documents.step.parameters import Ref, Value, Word
from sheaf.documents.step.part21 import Exchange, at, ref_at, refs, text_at

_PREFIXES = {
    "EXA": "E",
    "PETA": "P",
    "TERA": "T",
    "GIGA": "G",
    "MEGA": "M",
    "KILO": "k",
    "HECTO": "h",
    "DECA": "da",
    "DECI": "d",
    "CENTI": "c",
    "MILLI": "m",
    "MICRO": "\u00b5",
    "NANO": "n",
    "PICO": "p",
    "FEMTO": "f",
    "ATTO": "a",
}
_NAMES = {
    "METRE": "m",
    "GRAM": "g",
    "SECOND": "s",
    "AMPERE": "A",
    "KELVIN": "K",
    "MOLE": "mol",
    "CANDELA": "cd",
    "RADIAN": "rad",
    "STERADIAN": "sr",
    "HERTZ": "Hz",
    "NEWTON": "N",
    "PASCAL": "Pa",
    "JOULE": "J",
    "WATT": "W",
    "COULOMB": "C",
    "VOLT": "V",
    "FARAD": "F",
    "OHM": "\u03a9",
    "SIEMENS": "S",
    "WEBER": "Wb",
    "TESLA": "T",
    "HENRY": "H",
    "DEGREE_CELSIUS": "\u00b0C",
    "LUMEN": "lm",
    "LUX": "lx",
    "BECQUEREL": "Bq",
    "GRAY": "Gy",
    "SIEVERT": "Sv",
    "SQUARE_METRE": "m\u00b2",
    "CUBIC_METRE": "m\u00b3",
}
_CONVERTED = {"INCH": "in", "FOOT": "ft", "MILLIMETRE": "mm", "DEGREE": "\u00b0", "POUND": "lb", "YARD": "yd", "MILE": "mi"}
_POWERS = str.maketrans("0123456789-", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b")
#: Factors of a derived unit; more than any has.
_MAX_FACTORS = 8


def unit_of(exchange: Exchange, number: int) -> str:
    """The unit that an instance is, such as ``mm`` or ``kg·m²``; "" where it is none that is known."""
    parts = exchange.parts(number)
    for name, values in parts.items():
        match name:
            case "SI_UNIT":
                return _si(at(values, len(values) - 2), at(values, len(values) - 1))
            case "IFCSIUNIT":
                return _si(at(values, 2), at(values, 3))
            case "CONVERSION_BASED_UNIT":
                return _converted(text_at(values, 0))
            case "IFCCONVERSIONBASEDUNIT" | "IFCCONVERSIONBASEDUNITWITHOFFSET" | "IFCCONTEXTDEPENDENTUNIT":
                return _converted(text_at(values, 2))
            case "DERIVED_UNIT" | "IFCDERIVEDUNIT":
                return "\u00b7".join(filter(None, (_factor(exchange, one) for one in list(refs(at(values, 0)))[:_MAX_FACTORS])))
            case "IFCMONETARYUNIT":
                return _monetary(at(values, 0))
            case _:
                continue
    return ""


def _si(prefix: Value, name: Value) -> str:
    word = name.text if isinstance(name, Word) else ""
    small = _PREFIXES.get(prefix.text, "") if isinstance(prefix, Word) else ""
    return f"{small}{_NAMES[word]}" if word in _NAMES else ""


def _converted(name: str) -> str:
    return _CONVERTED.get(name.strip("'").upper(), name.lower())


def _factor(exchange: Exchange, number: int) -> str:
    values = exchange.values(number)
    base = exchange.type_of(Ref(ref_at(values, 0)))
    if base in {"DERIVED_UNIT", "IFCDERIVEDUNIT"}:
        return ""
    power = exact(at(values, 1))
    unit = unit_of(exchange, ref_at(values, 0))
    return unit if power == 1 or not unit else f"{unit}{str(power).rstrip('.').translate(_POWERS)}"


def _monetary(value: Value) -> str:
    return value.text if isinstance(value, Word) else value if isinstance(value, str) else ""
