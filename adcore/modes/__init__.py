"""Ways to differentiate, one file each. `MODES` is the list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adcore.modes import elimination, forward, numerical, reverse, symbolic
from adcore.modes.second import SECOND_MODES


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to differentiate: `jacobian(problem, **options)` gives rows = outputs, columns = inputs.

    `traced` modes can be stepped.
    """

    name: str
    label: str
    help: str
    jacobian: Callable[..., list[list[float]]]
    traced: bool = False
    options: tuple[str, ...] = ()


MODES: Mapping[str, Mode] = MappingProxyType(
    {
        mode.name: mode
        for mode in (
            Mode(
                "forward", "forward AD", "tangents along with the values, one sweep per input", forward.jacobian, True
            ),
            Mode(
                "reverse", "reverse AD", "adjoints back from the outputs, one sweep per output", reverse.jacobian, True
            ),
            Mode("symbolic", "symbolic", "the formula is differentiated, then evaluated", symbolic.jacobian),
            Mode(
                "numerical",
                "central difference",
                "two evaluations around the point per input",
                numerical.jacobian,
                False,
                ("formula", "h"),
            ),
            Mode(
                "complex-step",
                "complex step",
                "one evaluation per input, moved along the imaginary axis",
                numerical.complex_jacobian,
            ),
        )
    }
)
ACCUMULATIONS: Mapping[str, Mode] = MappingProxyType(
    {
        mode.name: mode
        for mode in (
            Mode(
                "elimination",
                "vertex elimination",
                "the linearised graph is emptied node by node",
                elimination.jacobian,
                False,
                ("order",),
            ),
        )
    }
)
"""Ways to combine the same local partials in another order: not independent of forward and reverse mode."""

TRACED = tuple(mode.name for table in (MODES, SECOND_MODES) for mode in table.values() if mode.traced)
"""The modes that can be stepped: the order of the table, first order before second."""
