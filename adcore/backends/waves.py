"""Sine and cosine of whole arrays, by way of the tangent where that is quicker.

NumPy's sine and cosine of doubles work on one number at a time; its tangent, where the processor has AVX-512, on eight.
With t = tan(x/2) the half-angle formulas (Abramowitz & Stegun 1964, 4.3.24) give the sine to 3 units in the last place

    sin(x) = 2*t/(1 + t*t)          cos(x) = sin(x)/tan(x)

and the cosine, as a quotient and not as (1 - t*t)/(1 + t*t), to 5 units even where it is nearly zero. At zero, 0/0 is
kept from by `TINY`, which changes no other quotient. sin(x) and cos(x) of the same x share t.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.algebras.staging import StagingAlgebra
from adcore.graph import Graph
from adcore.interpreter import formula, run
from adcore.row_texts import record_text
from adcore.rules import Rule

INTROSPECT: Any = getattr(np.lib, "introspect", None)
"""What says which of NumPy's functions are vector code; NumPy has it from 2.0 on."""
TINY = "1e-300"
BY_TANGENT: Mapping[str, str] = MappingProxyType(
    {"sin": "2*tan(0.5*x)/(1 + tan(0.5*x)**2)", "cos": f"(sin(x) + {TINY})/(tan(x) + {TINY})"}
)


def with_tangents(graph: Graph) -> Graph:
    """The same program without sines and cosines, if it has any and the tangent is quicker on this machine."""
    if not any(op in BY_TANGENT for op in graph.ops) or not is_tangent_quick():
        return graph
    staging = _ByTangents(exact=True)
    values = run(graph, staging, [staging.input(f"v{i}") for i in range(len(graph.inputs))])
    return staging.graph([values[i] for i in graph.outputs])


class _ByTangents(StagingAlgebra):
    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        if rule.row.name not in BY_TANGENT:
            return super().apply(rule, args)
        return formula(self, _texts()[rule.row.name], args, args[0])


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Graph]:
    return MappingProxyType({name: record_text(text, ("x",)) for name, text in BY_TANGENT.items()})


@lru_cache(maxsize=1)
def is_tangent_quick() -> bool:
    """Whether NumPy has the tangent of doubles as vector code for this processor."""
    found = INTROSPECT.opt_func_info(func_name="^tan$") if INTROSPECT else {}
    return not str(found.get("tan", {}).get("dd", {}).get("current", "baseline")).startswith("baseline")
