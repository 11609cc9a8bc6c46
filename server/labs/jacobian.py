"""Jacobians: column by column, row by row, by eliminating vertices, and several columns in one sweep."""

from __future__ import annotations

from typing import Any

import adcore
from adcore.errors import ADError
from adcore.labels import Labels
from adcore.modes.elimination import ORDERS, Elimination, accumulate
from adcore.modes.sparse import SparseJacobian, compress
from adcore.problem import Problem
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

WAYS = ("elimination", "columns by forward", "rows by reverse", "coloured columns", "coloured rows")
MOST_VERTICES = 60
"""A linearised graph with more is counted, not drawn."""
MOST_SHOWN = 24
"""Rows and columns of the matrix that are shown."""


def jacobian(asked: Asked) -> Answer:
    """The matrix, what each way costs, and the steps of the chosen way."""
    problem, way = adcore.record(asked.source, asked.point, asked.limits), asked.options["way"]
    sparse = compress(problem, "rows" if way == "coloured rows" else "columns")
    found = {order: _eliminated(problem, order) for order in ORDERS}
    chosen = found[asked.options["order"]]
    if chosen is None:
        raise ADError("limit", "This graph is too large for the best order.", None, "The Markowitz order is near it.")
    matrix = sparse.dense()
    inputs, outputs = _names(problem)
    costs = _costs(chosen, found, sparse, len(inputs), len(outputs))
    return {
        "way": way,
        "order": chosen.order,
        "inputs": inputs,
        "outputs": outputs,
        "matrix": matrix[:MOST_SHOWN, :MOST_SHOWN],
        "shape": sparse.shape,
        "pattern": sparse.pattern[:MOST_SHOWN],
        "colours": sparse.colours,
        "passes": sparse.passes,
        "costs": costs,
        "elimination": _steps(chosen, problem),
        "summary": _summary(sparse, chosen),
        "tables": [
            table("The Jacobian", ["", *inputs], [[o, *row] for o, row in zip(outputs, matrix.tolist(), strict=True)]),
            table("What it costs", ["way", "sweeps", "multiplications"], [list(cost.values()) for cost in costs]),
        ],
    }


def _eliminated(problem: Problem, order: str) -> Elimination | None:
    """The Jacobian by an order, unless the search for it would take too long."""
    try:
        return accumulate(problem, order)
    except ADError as error:
        if error.kind != "limit":
            raise
        return None


def _names(problem: Problem) -> tuple[list[str], list[str]]:
    labels = Labels(problem.graph)
    return [labels.name(i) for i in problem.graph.inputs], list(problem.recording.output_names)


def _costs(
    chosen: Elimination, found: dict[str, Elimination | None], sparse: SparseJacobian, n: int, m: int
) -> list[dict[str, Any]]:
    """What each way takes. A sweep costs one multiplication for each edge of the linearised graph."""
    edges = len(chosen.linearised.edges)
    rows = [
        {"way": "columns by forward", "sweeps": n, "multiplications": chosen.linearised.forward_multiplications},
        {"way": "rows by reverse", "sweeps": m, "multiplications": chosen.linearised.reverse_multiplications},
        {"way": f"coloured {sparse.by}", "sweeps": sparse.passes, "multiplications": sparse.passes * edges},
    ]
    orders = [
        {"way": f"elimination, {order} order", "sweeps": None, "multiplications": each and each.multiplications}
        for order, each in found.items()
    ]
    return rows + orders


def _steps(chosen: Elimination, problem: Problem) -> dict[str, Any] | None:
    """The linearised graph and what each elimination does to it; None where there is too much to draw."""
    linearised, labels = chosen.linearised, Labels(problem.graph)
    vertices = sorted({*linearised.inputs, *linearised.outputs, *(v for edge in linearised.edges for v in edge)})
    if len(vertices) > MOST_VERTICES:
        return None
    names = dict(zip(linearised.outputs, problem.recording.output_names, strict=True))
    return {
        "vertices": [
            {
                "id": v,
                "name": names.get(v) or labels.name(v),
                "operation": labels.text(v) if v < len(problem.graph) else "",
                "input": v in linearised.inputs,
                "output": v in linearised.outputs,
            }
            for v in vertices
        ],
        "edges": [{"source": a, "target": b, "value": value} for (a, b), value in linearised.edges.items()],
        "steps": [
            {
                "node": step.node,
                "multiplications": step.multiplications,
                "total": step.total,
                "changes": [
                    {"source": f.source, "target": f.target, "value": f.value, "fresh": f.fresh} for f in step.fill_ins
                ],
            }
            for step in chosen.steps
        ],
    }


def _summary(sparse: SparseJacobian, chosen: Elimination) -> str:
    m, n = sparse.shape
    entries = sum(map(len, sparse.pattern))
    return (
        f"The Jacobian has {m} rows and {n} columns, and {entries} of its {m * n} entries are not zero by structure. "
        f"Forward mode needs {n} sweeps, reverse mode {m}, coloured {sparse.by} {sparse.passes}. Eliminating vertices "
        f"in the {chosen.order} order takes {chosen.multiplications} multiplications."
    )


LAB = Lab(
    name="jacobian",
    title="Jacobian",
    idea="Many derivatives",
    seen="A forward sweep gives a column of the Jacobian, a reverse sweep a row, and columns that never meet in a row "
    "share a sweep. Or the graph is emptied vertex by vertex, every path through one replaced by an edge, until only "
    "the Jacobian is left: the order decides what it costs.",
    source="a = x1*x2\nb = sin(a)\nc = exp(a + x3)\nreturn [b*c, c/x3, b]",
    point={"x1": 1.5, "x2": 0.5, "x3": 2.0},
    answer=jacobian,
    options=(
        Option("way", "Way", "choice", "elimination", choices=WAYS),
        Option("order", "Order of elimination", "choice", "markowitz", choices=tuple(ORDERS)),
        Option("step", "Step", "whole", 0, 0, 10_000, asked=False, shown=False),
    ),
    starts=(
        Start(
            "three diagonals",
            "def f(x):\n    n = len(x)\n    y = []\n    for i in range(n):\n"
            "        left = x[i - 1] if i > 0 else 0\n        right = x[i + 1] if i < n - 1 else 0\n"
            "        y.append((3 - 2*x[i])*x[i] - left - 2*right + 1)\n    return y",
            {"x": [0.5, -0.5, 1.0, 0.2, -0.7, 0.4, 0.9]},
            {"way": "coloured columns"},
        ),
        Start("a bottleneck", "t = x*y*z\nreturn [sin(t), cos(t), exp(t)]", {"x": 1.0, "y": 0.5, "z": 2.0}),
        Start("one output", "sin(x*y) + z*w", {"x": 1, "y": 2, "z": 3, "w": 4}, {"way": "rows by reverse"}),
        Start("a full row", "[x + y + z, x**2, y**2, z**2]", {"x": 1, "y": 2, "z": 3}, {"way": "coloured rows"}),
    ),
)
