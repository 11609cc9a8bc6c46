"""Plain numbers that a kept loop has as floats: where that could tell, the loop is not kept.

Unrolled, the variable of a loop and what is computed from it alone are plain whole numbers: exact however large, and
as exponents the choice of another primitive. In a kept loop they are floats. That is the same up to 2**53, and for
`x**i` but at 0**0, whose slope in x is 0 for a whole exponent and has no value for any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcore.graph import CONST, Graph
from adcore.loop_tape import BodyTape, UnkeptError
from adcore.loops import Looped, Repeated, vary
from adcore.primitives import TESTS

EXACT = 2.0**53
JUMPING = ("mod", "floordiv", "floor", "ceil", "sign", *TESTS)
"""Operations whose value jumps, so that a rounded argument may change it altogether."""


def check_plain(body: BodyTape, plain: Sequence[bool]) -> None:
    """Raise UnkeptError where a plain number of a body must be exact and may not be, or is an exponent."""
    nodes, bounds = body.nodes, list(_bounds(body))
    for i, (op, args) in enumerate(zip(nodes.ops, nodes.args, strict=True)):
        if op in JUMPING and plain[i] and any(bounds[a] > EXACT for a in args):
            raise UnkeptError
        if op == "pow" and plain[args[1]] and not plain[args[0]] and nodes.ops[args[1]] != CONST:
            raise UnkeptError


def _bounds(body: BodyTape) -> Iterator[float]:
    """How large each node can be in any turn, as far as it is a whole number made of the variable."""
    bounds: list[float] = []
    turn = float(max(abs(body.turns[0]), abs(body.turns[-1])))
    nodes = body.nodes
    for i, (op, args, constant) in enumerate(zip(nodes.ops, nodes.args, nodes.constants, strict=True)):
        known = [bounds[a] for a in args]
        if op == CONST:
            bounds.append(abs(constant or 0.0))
        elif op in ("add", "sub", "neg", "abs"):
            bounds.append(sum(known))
        elif op == "mul":
            bounds.append(known[0] * known[1])
        elif op in JUMPING:
            bounds.append(known[-1] if op == "mod" else max(known))
        else:
            bounds.append(turn if i == body.turn.id else float("inf"))
        yield bounds[-1]


def check_after(program: Looped, graph: Graph, leaves: Sequence[int]) -> None:
    """The same for exponents outside loops: what a loop results in without the inputs is plain if unrolled."""
    changing = vary(program, [True] * len(leaves))
    results = [i for loop in program.segments if isinstance(loop, Repeated) for i in loop.results]
    varied = graph.varied([*leaves, *(i for i in results if changing[i])])
    fixed = graph.varied([i for i in results if not changing[i]])
    for op, args in zip(graph.ops, graph.args, strict=True):
        if op == "pow" and fixed[args[1]] and not varied[args[1]] and varied[args[0]]:
            raise UnkeptError
