"""The grammar of rules' checks.

Text becomes tokens of a closed list first; Python's parser then sees names that are ours, operators and brackets alone, and only arranges
them by precedence. Nothing is compiled or run, no number passes through floating point, and field names may be Python's own words.
"""

from __future__ import annotations

import ast
import re
from datetime import date
from decimal import Decimal
from typing import NoReturn

from sheaf.domain.errors import InvalidInput
from sheaf.domain.expressions import FUNCTIONS, Arithmetic, Check, Comparison, Demand, Function, Literal, Name, Node, Pair, Search
from sheaf.domain.record import record
from sheaf.domain.rules import RuleKind

#: Levels of a check: more is no rule that people wrote.
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)?)
          | (?P<number>\d+(?:\.\d+)?(?![\w.]))
          | (?P<text>'[^']*'|"[^"]*")
          | (?P<operator><=|>=|!=|==|[=<>+\-*/(),]))""",
    re.ASCII | re.VERBOSE,
)
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_DEMANDS = {kind.value: kind for kind in RuleKind if kind is not RuleKind.COMPARE}


def parse(text: str) -> Check:
    """The check that a text stands for; raises InvalidInput (``bad_rule``) with the position at fault."""
    return _Parser(text).check()


def refuse(why: str, position: int) -> NoReturn:
    """Say what is wrong with a check, and where."""
    raise InvalidInput(f"at character {position}, {why}", code="bad_rule", field="rules", position=position)


@record(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    #: 1-based.
    position: int


def _tokens(text: str) -> list[_Token]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            refuse(f"{text[at : at + 20]!r} is nothing that a rule can hold.", at + 1)
        tokens.append(_Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1))
        place = found.end()
    return tokens


class _Parser:
    """A check on its way from text to tree; each token becomes ``v0``, ``v1`` … or an operator, with blanks between."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._starts: dict[int, _Token] = {}
        self._end = len(text) + 1

    def check(self) -> Check:
        if not self._tokens:
            refuse("it is empty.", 1)
        top = self._arranged()
        if isinstance(top, ast.Compare):
            sides = tuple(self._node(side, 1) for side in (top.left, *top.comparators))
            return Comparison(sides, tuple(self._operator(operator, top) for operator in top.ops))
        if isinstance(top, ast.Call) and self._called(top).text in _DEMANDS:
            return self._demanded(top)
        known = ", ".join(_DEMANDS)
        refuse(f"write a comparison such as net + tax = total, or one of {known} with fields in brackets.", self._at(top).position)

    def _arranged(self) -> ast.expr:
        parts, column = [], 0
        for number, token in enumerate(self._tokens):
            self._starts[column] = token
            parts.append(token.text.replace("=", "==") if token.text == "=" else token.text if token.kind == "operator" else f"v{number}")
            column += len(parts[-1]) + 1
        try:
            return ast.parse(" ".join(parts), mode="eval").body
        except SyntaxError as error:
            column = (error.offset or column) - 1
            at = max((start for start in self._starts if start <= column), default=0)
            past = column >= sum(map(len, parts)) + len(parts) - 1
            refuse("something is missing or too much here.", self._end if past else self._starts[at].position)
        except (RecursionError, MemoryError):
            refuse("it is too deep.", 1)

    def _at(self, node: ast.expr) -> _Token:
        """The token that a part begins with."""
        return self._starts.get(node.col_offset, self._tokens[0])

    def _atom(self, node: ast.Name) -> _Token:
        return self._tokens[int(node.id[1:])]

    def _node(self, node: ast.expr, depth: int) -> Node:
        position = self._at(node).position
        if depth > MAX_DEPTH:
            refuse("it is too deep.", position)
        match node:
            case ast.Name():
                return _leaf(self._atom(node))
            case ast.BinOp(left=left, op=operator, right=right):
                return Arithmetic(self._operator(operator, node), self._node(left, depth + 1), self._node(right, depth + 1), position)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Arithmetic("-", Literal(Decimal(0), position), self._node(operand, depth + 1), position)
            case ast.Call():
                return self._function(node, depth)
            case _:
                refuse("a rule compares sums, differences, products and quotients of fields.", position)

    def _operator(self, operator: ast.AST, node: ast.expr) -> str:
        if type(operator) not in _OPERATORS:
            refuse("this operator is not known.", self._at(node).position)
        return _OPERATORS[type(operator)]

    def _called(self, call: ast.Call) -> _Token:
        if not isinstance(call.func, ast.Name):
            refuse("brackets stand behind a function's name.", self._at(call).position)
        return self._atom(call.func)

    def _function(self, call: ast.Call, depth: int) -> Function:
        called = self._called(call)
        if called.text not in FUNCTIONS:
            refuse(f"{called.text!r} is no function. Known: {', '.join(sorted(FUNCTIONS))}.", called.position)
        if len(call.args) != 1:
            refuse(f"{called.text} takes one value in brackets.", called.position)
        return Function(called.text, self._node(call.args[0], depth + 1), called.position)

    def _demanded(self, call: ast.Call) -> Demand | Search:
        kind = _DEMANDS[self._called(call).text]
        return self._search(kind, call) if kind.looks_up else self._demand(call)

    def _search(self, kind: RuleKind, call: ast.Call) -> Search:
        """Fields that have to be found, then where, then fields that have to agree."""
        arguments = [self._sought(argument) for argument in call.args]
        where = [number for number, argument in enumerate(arguments) if not isinstance(argument, Pair)]
        first, last = (where[0], where[-1]) if where else (len(arguments), len(arguments))
        pairs = [(number, argument) for number, argument in enumerate(arguments) if isinstance(argument, Pair)]
        if any(first < number < last for number, _ in pairs):
            refuse("the files and texts to look for stand together, behind the fields that have to be found.", self._at(call).position)
        return Search(
            kind,
            keys=tuple(pair for number, pair in pairs if number < first),
            files=tuple(argument for argument in arguments if isinstance(argument, str)),
            having=tuple(argument for argument in arguments if isinstance(argument, tuple)),
            agree=tuple(pair for number, pair in pairs if number > last),
        )

    def _sought(self, node: ast.expr) -> Pair | str | tuple[Name, str]:
        """One argument of a search: ``order``, ``order = number``, ``'orders*.csv'`` or ``kind = 'order'``."""
        match [self._node(side, 1) for side in _sides(node)]:
            case [Name() as name]:
                return Pair(name, name)
            case [Name() as mine, Name() as theirs]:
                return Pair(mine, theirs)
            case [Literal(str() | date() as text)]:
                return str(text)
            case [Name() as name, Literal(str() | date() as text)]:
                return name, str(text)
            case _:
                refuse(
                    "this takes fields, such as order or order = number, and texts: lookup(order = number, 'orders*.csv').",
                    self._at(node).position,
                )

    def _demand(self, call: ast.Call) -> Demand:
        kind, leaves = _DEMANDS[self._called(call).text], [self._node(argument, 1) for argument in call.args]
        names = tuple(leaf for leaf in leaves if isinstance(leaf, Name))
        texts = tuple(leaf.value for leaf in leaves if isinstance(leaf, Literal) and isinstance(leaf.value, str))
        if len(names) + len(texts) < len(leaves):
            refuse(f"{kind} takes names of fields{', then texts' if kind is RuleKind.LISTED else ''}.", self._at(call).position)
        return Demand(kind, names, texts)


def _sides(node: ast.expr) -> list[ast.expr]:
    """The sides of an equation, or what stands alone."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return [left, right]
        case _:
            return [node]


def _leaf(token: _Token) -> Name | Literal:
    if token.kind == "number":
        return Literal(Decimal(token.text), token.position)
    if token.kind == "text":
        return Literal(_day_or_text(token.text[1:-1]), token.position)
    field, _, part = token.text.partition(".")
    return Name(field, part, token.position)


def _day_or_text(text: str) -> date | str:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else text
    except ValueError:
        return text
