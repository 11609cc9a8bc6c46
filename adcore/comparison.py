"""What is held against a gradient, at every point where it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adcore.errors import Span
from adcore.graph import Graph
from adcore.kinks import Slope
from adcore.oracles import Source, refuted, unrounded
from adcore.slips import Situation

LARGEST = 400
"""Nodes up to which slips are looked for; of a larger program only the numbers are described."""
CANCELLED = 1e3
"""From how many times a derivative the size of its terms may hide a mistake in the rounding of floats."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is held against a gradient at a point: a number for each input number, and where each comes from."""

    numbers: Sequence[float]
    sources: Sequence[Source | None]


@dataclass(frozen=True, slots=True)
class Place:
    """One point of the comparison: the situation there, the second oracle's gradient and what is given."""

    at: Situation
    oracle: Sequence[float]
    compared: Given

    @property
    def given(self) -> Sequence[float]:
        return self.compared.numbers

    def unrounded(self, j: int) -> tuple[float, float] | None:
        """The number given and the right one, where they are the same but for what floats did to them."""
        source = self._source(j)
        return unrounded(self._output(), j, source) if source else None

    def refuted(self, j: int) -> tuple[float, float] | None:
        """The number given and the right one, where they differ though floats may not tell."""
        source, size = self._source(j), float(self.at.magnitudes[j])
        if source is None or not size > CANCELLED * max(abs(self.given[j]), abs(self.at.gradient[j])):
            return None
        return refuted(self._output(), j, source, size)

    def _source(self, j: int) -> Source | None:
        """Where a number comes from, if it is worth while to work it out without rounding."""
        source = self.compared.sources[j]
        return source if source and max(len(self.at.graph), len(source.graph)) <= LARGEST else None

    def _output(self) -> Source:
        return Source(self.at.graph, self.at.values, self.at.graph.outputs[0])


@dataclass(frozen=True, slots=True)
class Task:
    """What is checked, at every point where it can be; `broken` tells for which names there is no derivative.

    `ways` are the graphs of the program where it decides its branches in another way.
    """

    subject: str
    names: tuple[str, ...]
    places: tuple[Place, ...]
    oracle: str
    labels: Mapping[int, Span | None] = field(default_factory=dict)
    broken: Callable[[], Mapping[int, Sequence[Slope]]] = dict
    ways: Callable[[], Iterable[Graph]] = tuple
