"""The engine of Wengert: programs recorded into Wengert lists, and their derivatives by every mode.

One idea carries it: a primitive is one row of one table (`adcore.primitives`), its partial derivatives written as text
in our own language; a program is recorded into a graph (`adcore.graph`); and one function, `run`, evaluates a graph
over any algebra (`adcore.interpreter`). Numbers, dual numbers, formulas and derivative programs are algebras.
"""

from typing import TYPE_CHECKING, Any

from adcore.accumulate import checkpoint, eliminate, eliminate_edges, linearize, sparse_jacobian, tape
from adcore.algebras.staging import Passes
from adcore.compare import compare
from adcore.differentiate import gradient, jacobian, jvp, trace, value, vjp
from adcore.errors import ADError, Caution, Span
from adcore.higher import derivatives, hessian, hessian_pattern, hvp
from adcore.kinks import kinks
from adcore.limits import Limits, Setting
from adcore.modes import MODES
from adcore.modes.linear import transpose
from adcore.problem import pose as record
from adcore.program import Program, parse
from adcore.rules import PRIMITIVES
from adcore.trace import Trace, retrace

if TYPE_CHECKING:
    from adcore.deferred import (
        METHODS,
        Compiled,
        Enclosure,
        Step,
        Tuning,
        check,
        check_program,
        check_rules,
        compile,  # noqa: A004 - the name that users expect
        diagnose,
        enclose,
        export,
        optimise,
        orders,
        propagate,
        show,
        step_through,
        swell,
        transform,
        write,
    )

__all__ = [
    "METHODS",
    "MODES",
    "PRIMITIVES",
    "ADError",
    "Caution",
    "Compiled",
    "Enclosure",
    "Limits",
    "Passes",
    "Program",
    "Setting",
    "Span",
    "Step",
    "Trace",
    "Tuning",
    "check",
    "check_program",
    "check_rules",
    "checkpoint",
    "compare",
    "compile",
    "derivatives",
    "diagnose",
    "eliminate",
    "eliminate_edges",
    "enclose",
    "export",
    "gradient",
    "hessian",
    "hessian_pattern",
    "hvp",
    "jacobian",
    "jvp",
    "kinks",
    "linearize",
    "optimise",
    "orders",
    "parse",
    "propagate",
    "record",
    "retrace",
    "show",
    "sparse_jacobian",
    "step_through",
    "swell",
    "tape",
    "trace",
    "transform",
    "transpose",
    "value",
    "vjp",
    "write",
]


def __getattr__(name: str) -> Any:
    """A public name that is imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'adcore' has no attribute {name!r}")
    if name == "compile":  # who wants code does not wait for everything else
        from adcore.backends import compile_source

        return compile_source
    import adcore.deferred as deferred

    return vars(deferred)[name]
