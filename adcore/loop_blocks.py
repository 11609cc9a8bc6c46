"""Loops in blocks: reverse mode with the states before every √n-th turn stored instead of all n.

A loop of ten turns becomes a loop of three blocks of three turns and a loop of the one turn that is left:

    for i in range(10): y = g(y, i)        for t in range(0, 9, 3):
                                               for j in range(3): y = g(y, t + 1*j)
                                           for i in range(9, 10): y = g(y, i)

The way back stores what each block begins with, then runs a block again, storing its turns, and sweeps it: every turn
is run twice and at most 2√n states are held. (Griewank & Walther, Evaluating Derivatives, 2008, section 12.3.)
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import isqrt

from adcore.graph import CONST, INPUT, GraphBuilder
from adcore.loops import Elements, Looped, Repeated, Straight

SHORTEST = 16
"""Turns from which blocks save memory."""


def in_blocks(program: Looped) -> Looped:
    """The same program with its loops in blocks; loops within loops stay as they are."""
    segments: list[Straight | Repeated] = []
    fresh = _fresh(program)
    for segment in program.segments:
        if isinstance(segment, Repeated) and len(segment.turns) >= SHORTEST:
            between = tuple(range(fresh, fresh + len(segment.starts)))
            fresh += len(between)
            segments += _divide(segment, between)
        else:
            segments.append(segment)
    return replace(program, segments=tuple(segments))


def _fresh(program: Looped) -> int:
    """The first slot that is not used."""
    used = [*program.inputs, *program.outputs]
    for segment in program.segments:
        used += segment.writes if isinstance(segment, Straight) else segment.results
    return max(used, default=-1) + 1


def _divide(loop: Repeated, between: tuple[int, ...]) -> list[Repeated]:
    """The blocks, and the turns that are left, if any."""
    size = isqrt(len(loop.turns))
    whole = len(loop.turns) // size * size
    starts = loop.turns[:whole:size]
    elements = [Elements(e.holder, e.start + j * e.stride, e.stride * size) for e in loop.elements for j in range(size)]
    blocks = replace(loop, body=_block(loop, size), turns=starts, elements=tuple(elements))
    if whole == len(loop.turns):
        return [blocks]
    left = tuple(replace(e, start=e.start + e.stride * whole) for e in loop.elements)
    return [
        replace(blocks, results=between),
        replace(loop, turns=loop.turns[whole:], starts=between, elements=left),
    ]


def _block(loop: Repeated, size: int) -> Looped:
    """A block of turns as the body of a loop. Its inputs are those of a turn, with each element once for each turn."""
    counts = (len(loop.starts), 1, len(loop.invariants), size * len(loop.elements), len(loop.starts))
    ends = [sum(counts[:k]) for k in range(len(counts) + 1)]
    carried, turn, invariants, elements, results = (tuple(range(first, end)) for first, end in pairwise(ends))
    turns = Repeated(
        _counted(loop),
        range(size),
        carried,
        results,
        (*invariants, *turn),
        tuple(elements[size * k : size * (k + 1)] for k in range(len(loop.elements))),
        tuple(Elements(k, 0, 1) for k in range(len(loop.elements))),
    )
    return Looped((turns,), (*carried, *turn, *invariants, *elements), results)


def _counted(loop: Repeated) -> Looped:
    """The body with its variable computed from the block's first, one more invariant, and the turn's number."""
    body, fixed = loop.body, len(loop.starts)
    first, count = _fresh(body), _fresh(body) + 1
    nodes = GraphBuilder()
    begins, counted = nodes.add(INPUT), nodes.add(INPUT)
    steps = nodes.add("mul", (nodes.add(CONST, constant=float(loop.turns.step)), counted))
    graph = nodes.graph([nodes.add("add", (begins, steps))])
    variable = Straight(graph, (first, count), (body.inputs[fixed],))
    invariants = body.inputs[fixed + 1 : fixed + 1 + len(loop.invariants)]
    elements = body.inputs[fixed + 1 + len(loop.invariants) :]
    return Looped(
        (variable, *body.segments), (*body.inputs[:fixed], count, *invariants, first, *elements), body.outputs
    )
