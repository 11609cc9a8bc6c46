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
from dataclasses import replace
from types import MappingProxyType

from adcore.algebras.staging import USUAL, Kind, StagingAlgebra, find_kind
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph, GraphBuilder
from adcore.interpreter import formula
from adcore.row_texts import SMALL_NUMBERS, write_text
from adcore.rules import Rule, keep_with_rule
from adcore.simplify import prune
from adcore.staged import stage_function

Split = tuple[float, int | None, int | None]
"""A number, and the nodes that are numerator and denominator; None is 1."""
Step = tuple[Kind, tuple[int, ...]]


Recipe = tuple[float, int | None, int | None, int, tuple[Step, ...]]
"""factor * over / under, how many letters there are, and steps; a plain tuple, which is taken apart soonest.

`over` and `under` are each a letter of the row, counted from 0, one of the steps after them, or None for 1. A step is
a kind of operation, and the places of its arguments.
"""


@keep_with_rule
def recipes_of(rule: Rule) -> tuple[Recipe, ...]:
    """The recipe of the partial for each argument."""
    if rule.custom is not None:
        texts = [_with_letters(rule, text) for text in rule.partials]
        return tuple([_recipe(text, len(text.inputs), text.outputs[0]) for text in texts])
    return tuple([_short(text, rule.letters) or _read(rule, k) for k, text in enumerate(rule.row.partials)])


def _with_letters(rule: Rule, text: Graph) -> Graph:
    """A user's text with all letters as its inputs, read or not; what other rules of users mean is written out."""
    staging = StagingAlgebra()
    *args, out = [staging.input(letter) for letter in rule.letters]
    return staging.graph([formula(staging, text, args, out)])


def _short(text: str, letters: tuple[str, ...]) -> Recipe | None:
    """The recipe of a text that is a letter or a small number; it is not even read."""
    if text in letters:
        return 1.0, letters.index(text), None, 0, ()
    return (float(text), None, None, 0, ()) if text in SMALL_NUMBERS else None


def _read(rule: Rule, k: int) -> Recipe:
    written = write_text(rule.row.partials[k], rule.letters)
    if written is not None:
        nodes, end = written
        return _recipe(nodes, nodes.ops.count(INPUT), end)
    text = rule.partials[k]
    return _recipe(text, len(text.inputs), text.outputs[0])


def _recipe(text: Graph | GraphBuilder, letters: int, end: int) -> Recipe:
    """Where an operation of letters is left, or a letter, once numbers are split off, there is nothing to stage."""
    steps: list[Step] = []
    factor, *ends = split(text, end)
    for k, i in enumerate(ends):
        if i is not None and text.ops[i] != INPUT:
            if any(text.ops[a] != INPUT for a in text.args[i]):
                return _staged(text if isinstance(text, Graph) else text.graph([end]))
            ends[k] = letters + len(steps)
            steps.append(_step(text.ops[i], text.args[i], text.constants[i]))
    over, under = ends
    return factor, over, under, letters, tuple(steps)


def _step(op: str, args: tuple[int, ...], constant: float | None) -> Step:
    return (Kind(CONST, number_of(constant)) if op == CONST else find_kind(op, constant, len(args))), args


def _staged(unfolded: Graph) -> Recipe:
    """The recipe of any text."""
    text = stage_function(unfolded)
    factor, over, under = split(text, text.outputs[0])
    needed = [i for i in (over, under) if i is not None]
    pruned = prune(replace(text, outputs=tuple(needed)))
    places, letters = iter(pruned.outputs), len(text.inputs)
    columns = zip(pruned.ops, pruned.args, pruned.constants, strict=True)
    steps = tuple([_step(*row) for row in tuple(columns)[letters:]])
    over, under = (None if i is None else next(places) for i in (over, under))
    return factor, over, under, letters, steps


def split(text: Graph | GraphBuilder, i: int) -> Split:
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


READ: MappingProxyType[Kind, tuple[Recipe, ...]] = MappingProxyType(
    {kind: recipes_of(kind.rule) for kind in USUAL.values() if kind.rule is not None}
)
"""What nearly every program uses is read when this is imported, in half a millisecond; the rest when needed."""
