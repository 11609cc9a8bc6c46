"""The functions of the language that are not primitives (`range`, `len`, `sum`, ...), and how arguments are checked."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from types import MappingProxyType
from typing import Any, Protocol

from adcore.containers import members
from adcore.errors import ADError, Span
from adcore.language import BUILTINS
from adcore.primitives import FUNCTIONS, ROWS
from adcore.tape import Tape
from adcore.values import Traced, describe, is_number

LARGEST_COUNT = 2**60
WIDEST_EXTREME = 16
"""The largest of more numbers than this is found pair by pair."""


class Caller(Protocol):
    """Who calls: the evaluator, which knows the tape and the places."""

    tape: Tape

    def span(self, node: ast.AST) -> Span: ...


def call_builtin(caller: Caller, name: str, args: list[Any], node: ast.Call) -> Any:
    """Call `name`, a primitive or a function of the language, with values."""
    special = _BUILTIN.get(name)
    if special:
        fewest, most, function = special
        if not fewest <= len(args) <= most:
            raise _wrong_count(name, len(args), fewest, most, caller.span(node))
        return function(caller, args, node)
    expected = len(ROWS[name].args)
    if len(args) != expected:
        raise _wrong_count(name, len(args), expected, expected, caller.span(node))
    return caller.tape.apply(name, args, caller.span(node))


def is_primitive(name: str) -> bool:
    """Whether a call of `name` is one operation of the table, whatever its arguments are."""
    return name in ROWS and name not in _BUILTIN


def _wrong_count(name: str, got: int, fewest: int, most: int, span: Span) -> ADError:
    wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}" if most < 100 else f"at least {fewest}"
    noun = "argument" if wanted == "1" else "arguments"
    return ADError("argument", f"{name} takes {wanted} {noun}; here it gets {got}.", span)


def _sequence(caller: Caller, value: Any, node: ast.Call) -> list[Any]:
    return list(members(value, caller.span(node), caller.tape.limits))


def _range(caller: Caller, args: list[Any], node: ast.Call) -> range:
    for value, argument in zip(args, node.args, strict=True):
        if isinstance(value, Traced):
            words = "The number of turns cannot depend on the inputs."
            hint = "Write a number, as in range(10), or use while with a condition."
            raise ADError("argument", words, caller.span(argument), hint)
        if not isinstance(value, int):
            words = f"range takes whole numbers, not {describe(value)}."
            raise ADError("argument", words, caller.span(argument), "Divide with //, or write 1000 for 1e3.")
        if abs(value) > LARGEST_COUNT:
            caller.tape.limits.refuse("statements", caller.span(argument))
    if len(args) == 3 and args[2] == 0:
        raise ADError("argument", "The step of a range cannot be 0.", caller.span(node.args[2]))
    return range(*args)


def _len(caller: Caller, args: list[Any], node: ast.Call) -> int:
    if isinstance(args[0], list | tuple | range | dict):
        return len(args[0])
    raise ADError("shape", f"len takes a list; this is {describe(args[0])}.", caller.span(node))


def _zip(caller: Caller, args: list[Any], node: ast.Call) -> list[Any]:
    return list(zip(*(_sequence(caller, a, node) for a in args), strict=False))


def _enumerate(caller: Caller, args: list[Any], node: ast.Call) -> list[Any]:
    start = args[1] if len(args) == 2 and isinstance(args[1], int) else 0
    return list(enumerate(_sequence(caller, args[0], node), start))


def _reversed(caller: Caller, args: list[Any], node: ast.Call) -> list[Any]:
    return list(reversed(_sequence(caller, args[0], node)))


def _sorted(caller: Caller, args: list[Any], node: ast.Call) -> list[Any]:
    """Sorting decides by comparisons, so they are recorded like those of an `if`; text is sorted as in Python."""
    tape, span = caller.tape, caller.span(node)

    def order(a: Any, b: Any) -> int:
        if isinstance(a, str) and isinstance(b, str):
            return -1 if a < b else 1
        return -1 if tape.truth(tape.apply("lt", [a, b], span), span) else 1

    return sorted(_sequence(caller, args[0], node), key=cmp_to_key(order))


def _list(caller: Caller, args: list[Any], node: ast.Call) -> list[Any]:
    made = _sequence(caller, args[0], node) if args else []
    caller.tape.limits.check("vector_length", len(made), caller.span(node))
    return made


def _sum(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    terms = _sequence(caller, args[0], node)
    total: Any = args[1] if len(args) == 2 else 0
    for i, term in enumerate(terms):
        begins = i == 0 and total == 0 and len(args) == 1
        total = (
            _number(term, caller.span(node)) if begins else caller.tape.apply("add", [total, term], caller.span(node))
        )
    return total


def _number(value: Any, span: Span) -> Any:
    if not is_number(value):
        raise ADError("shape", f"sum adds numbers; here it gets {describe(value)}.", span)
    return value


def _extreme(caller: Caller, args: list[Any], node: ast.Call, name: str) -> Any:
    numbers: Sequence[Any] = _sequence(caller, args[0], node) if len(args) == 1 else args
    span = caller.span(node)
    if not numbers:
        raise ADError("argument", f"{name} of an empty list has no value.", span)
    while len(numbers) > WIDEST_EXTREME:
        pairs = [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
        numbers = [caller.tape.apply(name, pair, span) if len(pair) == 2 else pair[0] for pair in pairs]
    return caller.tape.apply(name, numbers, span) if len(numbers) > 1 else numbers[0]


def _max(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    return _extreme(caller, args, node, "max")


def _min(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    return _extreme(caller, args, node, "min")


def _pow(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    return caller.tape.power(args[0], args[1], caller.span(node))


def _digamma(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    return caller.tape.apply("polygamma", args, caller.span(node), constant=0)


def _polygamma(caller: Caller, args: list[Any], node: ast.Call) -> Any:
    order = args[0]
    if not isinstance(order, int) or not 0 <= order <= HIGHEST_POLYGAMMA:
        words = f"The order of polygamma is a whole number from 0 to {HIGHEST_POLYGAMMA}."
        raise ADError("argument", words, caller.span(node.args[0]))
    return caller.tape.apply("polygamma", args[1:], caller.span(node), constant=order)


HIGHEST_POLYGAMMA = 60
"""Each derivative of gamma, or of a polygamma, asks for the next one."""
_MANY = 10**9
_BUILTIN: Mapping[str, tuple[int, int, Callable[[Caller, list[Any], ast.Call], Any]]] = MappingProxyType(
    {
        "range": (1, 3, _range),
        "len": (1, 1, _len),
        "zip": (1, _MANY, _zip),
        "enumerate": (1, 2, _enumerate),
        "reversed": (1, 1, _reversed),
        "sorted": (1, 1, _sorted),
        "list": (0, 1, _list),
        "sum": (1, 2, _sum),
        "max": (1, _MANY, _max),
        "min": (1, _MANY, _min),
        "pow": (2, 2, _pow),
        "digamma": (1, 1, _digamma),
        "polygamma": (2, 2, _polygamma),
    }
)
CALLED = frozenset((*FUNCTIONS, *BUILTINS))
"""What the language itself gives to call."""
