"""What compiled code computes: the values, and the entries of a Jacobian or a Hessian that are no constants.

Of the 2500 entries of the Jacobian of a function from R^50 to R^50 with three inputs in each row, 148 may differ from
zero, and those of linear terms are numbers known beforehand: only the others are staged, and put in place afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.adjoints import Adjoints
from adcore.algebras.staging import StagingAlgebra
from adcore.graph import Graph
from adcore.staged import stage_reverse


@dataclass(frozen=True, slots=True)
class Entries:
    """A program whose outputs are results, then the tests of its decisions.

    `places` says where each result belongs among all numbers, the values first and then a matrix row by row;
    `constants` are all these numbers, 0 where a result belongs.
    """

    graph: Graph
    places: tuple[int, ...]
    constants: tuple[float, ...]

    @property
    def is_sparse(self) -> bool:
        """Whether most numbers are known beforehand, so that the results have to be put in place."""
        return 2 * len(self.places) < len(self.constants)


def stage_jacobian(graph: Graph) -> Entries:
    """The values of a function, then its Jacobian row by row; a custom rule is asked in the recorded graph."""
    if graph.customs:
        return _entries_of(stage_reverse(graph), len(graph.decisions))
    staging, values = _stage(graph)
    outputs = [values[i] for i in graph.outputs]
    adjoints = Adjoints(staging)
    rows = {i: adjoints.row(i) for i in outputs}
    wanted = [*outputs, *(entry for i in outputs for entry in rows[i])]
    return _entries(staging, wanted, [values[d.node] for d in graph.decisions])


def _stage(graph: Graph) -> tuple[StagingAlgebra, list[int]]:
    staging = StagingAlgebra()
    return staging, staging.write(graph, [staging.input(graph.names[i] or "") for i in graph.inputs])


def _entries(staging: StagingAlgebra, wanted: Sequence[int], tests: Sequence[int]) -> Entries:
    """Keep the constants apart if they are most of the numbers."""
    numbers = [staging.number(i) for i in wanted]
    sparse = 2 * sum(number is None for number in numbers) < len(numbers)
    places = [place for place, number in enumerate(numbers) if number is None or not sparse]
    graph = staging.graph([*(wanted[place] for place in places), *tests])
    return Entries(graph, tuple(places), tuple(number or 0.0 for number in numbers))


def _entries_of(graph: Graph, tests: int) -> Entries:
    count = len(graph.outputs) - tests
    return Entries(graph, tuple(range(count)), (0.0,) * count)
