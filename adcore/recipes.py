"""Partials as recipes: a row's text split into a number, a numerator and a denominator, ready to be staged often.

    row             text                     factor   over         under
    sub, second     -1                       -1       1            1
    mul, first      y                        1        y            1
    div, second     -out/y                   -1       out          y
    sqrt            1/(2*out)                0.5      1            out
    tanh            1 - out**2               1        1 - out**2   1

What a factor is known to be is multiplied while the program is written, and a quotient of which the numerator is 1 is
one division instead of a division and a product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.row_texts import SMALL_NUMBERS
from adcore.rules import Rule, keep_with_rule
from adcore.simplify import prune
from adcore.staged import stage_function

Split = tuple[float, int | None, int | None]
"""A number, and the nodes that are numerator and denominator; None is 1."""
Step = tuple[str, tuple[int, ...], float | None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """factor * over / under: each a letter of the row, counted from 0, one of the steps after them, or None for 1.

    A step is an operation, the places of its arguments, and its constant.
    """

    factor: float
    letters: int
    steps: tuple[Step, ...]
    over: int | None
    under: int | None


@keep_with_rule
def recipes_of(rule: Rule) -> tuple[Recipe, ...]:
    """The recipe of the partial for each argument."""
    if rule.custom is None and all(text in SMALL_NUMBERS or text in rule.letters for text in rule.row.partials):
        return tuple(_short(text, rule.letters) for text in rule.row.partials)
    return tuple(_plain(text) or _recipe(stage_function(text)) for text in rule.partials)


def _short(text: str, letters: tuple[str, ...]) -> Recipe:
    """The recipe of a text that is a letter or a small number; it is not even read."""
    place = letters.index(text) if text in letters else None
    return Recipe(1.0 if text in letters else float(text), len(letters), (), place, None)


def _plain(text: Graph) -> Recipe | None:
    """The recipe of a text in which nothing but letters is left once numbers are split off: nothing to stage."""
    factor, over, under = split(text, text.outputs[0])
    left = [text.ops[i] for i in (over, under) if i is not None]
    return Recipe(factor, len(text.inputs), (), over, under) if all(op == INPUT for op in left) else None


def _recipe(text: Graph) -> Recipe:
    factor, over, under = split(text, text.outputs[0])
    needed = [i for i in (over, under) if i is not None]
    pruned = prune(replace(text, outputs=tuple(needed)))
    places, letters = iter(pruned.outputs), len(text.inputs)
    columns = zip(pruned.ops, pruned.args, pruned.constants, strict=True)
    steps = tuple(columns)[letters:]
    over, under = (None if i is None else next(places) for i in (over, under))
    return Recipe(factor, letters, steps, over, under)


def split(text: Graph, i: int) -> Split:
    """Node i of a folded text as factor * numerator / denominator.

    >>> split(graph_of("-x/(2*y)"), 4)  # -0.5 * x/y
    (-0.5, 0, 1)
    """
    op, args, whole = text.ops[i], text.args[i], (1.0, i, None)
    if op == CONST:
        return number_of(text.constants[i]), None, None
    if op == "neg":
        factor, over, under = split(text, args[0])
        return -factor, over, under
    if op not in ("mul", "div"):
        return whole
    (c1, over1, under1), (c2, over2, under2) = split(text, args[0]), split(text, args[1])
    if op == "div":
        c2, over2, under2 = (1 / c2 if c2 else math.nan), under2, over2
    clash = (over1 is not None and over2 is not None) or (under1 is not None and under2 is not None)
    if clash or not math.isfinite(c1 * c2):
        return whole
    return c1 * c2, over2 if over1 is None else over1, under2 if under1 is None else under1
