"""Many points at once: a row for the value and for each entry of the Jacobian, a column for each point.

The code fills the table; a point at which a number leaves the floats or a decision changes is the interpreter's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Fill = Callable[[Sequence[Array], Array], Array]
"""Takes the inputs, each an array (points,), and a table to fill (n_results, points); returns the points it leaves."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Called with one array or number for each input; `code` is made when first asked for.

    answer   the interpreter's numbers at one point
    results  how many rows there are
    """

    code: Callable[[], Fill]
    answer: Callable[..., Sequence[float]]
    results: int

    def __call__(self, *leaves: Any) -> Array:
        """Shape (n_results, *the common shape of the inputs); inputs that do not fit together are a ValueError."""
        shape = np.broadcast_shapes(*(np.shape(leaf) for leaf in leaves))
        flat = [np.broadcast_to(np.asarray(leaf, float), shape).reshape(-1) for leaf in leaves]
        table = np.empty((self.results, int(np.prod(shape))))
        for k in self.code()(flat, table):
            table[:, k] = self.answer(*(float(leaf[k]) for leaf in flat))
        return table.reshape(-1, *shape)
