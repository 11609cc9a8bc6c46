"""What a caller gives beside a program, points, directions, weights and counts: checked, and as plain numbers."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adcore.errors import ADError
from adcore.values import plain


def check_named(at: object) -> None:
    """Refuse what does not give values by name."""
    if not isinstance(at, Mapping) or not all(isinstance(name, str) for name in at):
        words = "A point or a direction gives numbers by the names of inputs."
        raise ADError("point", words, None, 'For example {"x": 1.5, "v": [1, 2]}.')


def as_float(number: float, name: str) -> float:
    """A number as a float. Raises ADError for a whole number beyond all floats."""
    try:
        return float(number)
    except OverflowError as error:
        raise ADError("point", f"{name} is too large for a float.", None, "Use at most 1.8e308.") from error


def as_weights(given: Sequence[float], outputs: int) -> list[float]:
    """The weights of so many outputs as floats. Raises ADError for another number of them, and for what is no number.

    >>> as_weights(np.array([1, 2]), 2)
    [1.0, 2.0]
    """
    weights = plain(given)
    if not isinstance(weights, list | tuple):
        raise ADError("point", "The weights of the outputs are a list of numbers.", None, "Give one weight per output.")
    if len(weights) != outputs:
        words = f"There are {outputs} outputs and {len(weights)} weights."
        raise ADError("point", words, None, "Give one weight per output.")
    if not all(isinstance(weight, int | float) for weight in weights):
        raise ADError("point", "A weight of an output is a number.", None, "Give one weight per output.")
    return [as_float(weight, f"Weight {k + 1}") for k, weight in enumerate(weights)]


def as_direction(given: object, inputs: int) -> list[float]:
    """A direction without names: one number for each input number. Raises ADError for another number of them.

    >>> as_direction(np.array([1, 0]), 2)
    [1.0, 0.0]
    """
    rates = plain(given)
    if not isinstance(rates, list | tuple) or not all(isinstance(rate, int | float) for rate in rates):
        words = "A direction gives numbers by the names of inputs, or one for each input number."
        raise ADError("point", words, None, 'For example {"x": 1.5, "v": [1, 2]}, or a gradient as it is.')
    if len(rates) != inputs:
        words = f"There are {inputs} input numbers and {len(rates)} numbers in the direction."
        raise ADError("point", words, None, "Give one for each, in the order of the gradient, or give them by name.")
    return [as_float(rate, f"Number {k + 1} of the direction") for k, rate in enumerate(rates)]


def as_numbers(given: object, count: int, what: str) -> list[float]:
    """So many numbers as floats. Raises ADError for another number of them; `what` they are is for the error.

    >>> as_numbers((1, 2), 2, "input numbers")
    [1.0, 2.0]
    """
    numbers = plain(given)
    if not isinstance(numbers, list | tuple) or not all(isinstance(number, int | float) for number in numbers):
        raise ADError("point", f"The {what} are a list of numbers.", None, f"There are {count}.")
    if len(numbers) != count:
        raise ADError("point", f"There are {count} {what}; {len(numbers)} were given.", None, "Give them in order.")
    return [as_float(number, f"Number {k + 1}") for k, number in enumerate(numbers)]


def one_or_more(given: object) -> list[Any]:
    """What is given as a list or alone, as a list of plain values.

    >>> one_or_more(3), one_or_more(range(1, 4)), one_or_more(None)
    ([3], [1, 2, 3], [None])
    """
    found = plain(given)
    several = isinstance(found, Iterable) and not isinstance(found, str | bytes)
    return [plain(each) for each in found] if several else [found]


def as_turns(count: object) -> int:
    """How many turns: a whole number from 0 on, which may be written as a float. Raises ADError for all else."""
    number = plain(count)
    if (isinstance(number, int) or (isinstance(number, float) and number.is_integer())) and number >= 0:
        return int(number)
    words = f"The count is {number}; it must be a whole number from 0 on."
    raise ADError("point", words, None, "For several counts give a list of them: [1, 2, 3].")


def as_count(given: int, what: str) -> int:
    """A whole number, NumPy's too. Raises ADError for any other; `what` it counts is for the error."""
    try:
        return operator.index(given)
    except TypeError as error:
        raise ADError("point", f"{what} is a whole number, not {given}.", None, "For example 3.") from error
