"""A formula of a tariff: numbers, + - * / and brackets over a few named values, worked out exactly, never executed."""

from __future__ import annotations

import ast
import operator
import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMES = frozenset({"area", "floor", "price", "count"})
"""Square metres, the floor's number, the tariff's price in yuan, and how many were ordered."""

_LONGEST = 200
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class FormulaWrong(Invalid):
    """The formula cannot be read, divides by zero, or names a value that is not there."""

    code = "formula_wrong"
    message = "计费公式有误：只能使用 area、floor、price、count、数字和 + - * / ( )，请检查。"


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.expr:
    try:
        tree = ast.parse(text, mode="eval") if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None:
        raise FormulaWrong
    for node in ast.walk(tree.body):
        _check(node, text)
    return tree.body


def _check(node: ast.AST, text: str) -> None:
    """Let through only what a formula consists of; a number is written with digits, not as True, 0x10 or 1e9."""
    match node:
        case ast.BinOp() | ast.UnaryOp(op=ast.USub()) | ast.USub() | ast.Load():
            known = True
        case ast.Constant():
            known = _NUMBER.fullmatch(_digits(node, text)) is not None
        case ast.Name(id=name):
            known = name in NAMES
        case _:
            known = type(node) in _OPERATORS
    if not known:
        raise FormulaWrong


def names_in(text: str) -> frozenset[str]:
    """Return the values that a formula names; an empty text names none.

    Raises:
        FormulaWrong: it cannot be read.
    """
    if not text:
        return frozenset()
    return frozenset(node.id for node in ast.walk(_parsed(text.strip())) if isinstance(node, ast.Name))


def evaluate(text: str, values: Mapping[str, Fraction]) -> Fraction:
    """Return what a formula comes to, exactly: ``0.1`` is one tenth.

    Raises:
        FormulaWrong: it cannot be read, divides by zero, or names a value that is not given.
    """
    try:
        return _value(_parsed(text.strip()), text.strip(), values)
    except (ZeroDivisionError, KeyError):
        raise FormulaWrong from None


def _value(node: ast.expr, text: str, values: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, text, values), _value(right, text, values))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, text, values)
        case ast.Name(id=name):
            return values[name]
        case _:
            return Fraction(_digits(node, text))


def _digits(node: ast.expr, text: str) -> str:
    """Return a number as it is written: through a float, 0.1 would no longer be a tenth."""
    return ast.get_source_segment(text, node) or ""
