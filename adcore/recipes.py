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
from functools import lru_cache

from adcore.graph import CONST, Graph
from adcore.rules import KEPT, Rule
from adcore.simplify import prune
from adcore.staged import stage_function

Split = tuple[float, int | None, int | None]
"""A number, and the nodes that are numerator and denominator; None is 1."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """factor * over / under: two nodes of `text`, a graph over the row's letters, or None for 1."""

    factor: float
    text: Graph
    over: int | None
    under: int | None


@lru_cache(maxsize=KEPT)
def recipes_of(rule: Rule) -> tuple[Recipe, ...]:
    """The recipe of the partial for each argument."""
    return tuple(_recipe(stage_function(text)) for text in rule.partials)


def _recipe(text: Graph) -> Recipe:
    factor, over, under = split(text, text.outputs[0])
    needed = [i for i in (over, under) if i is not None]
    pruned = prune(replace(text, outputs=tuple(needed)))
    places = iter(pruned.outputs)
    return Recipe(factor, pruned, None if over is None else next(places), None if under is None else next(places))


def split(text: Graph, i: int) -> Split:
    """Node i of a folded text as factor * numerator / denominator.

    >>> split(graph_of("-x/(2*y)"), 4)  # -0.5 * x/y
    (-0.5, 0, 1)
    """
    op, args, whole = text.ops[i], text.args[i], (1.0, i, None)
    if op == CONST:
        return text.constants[i] or 0.0, None, None
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
