"""The engine of Wengert: programs recorded into Wengert lists, and their derivatives by every mode.

One idea carries it: a primitive is one row of one table (`adcore.primitives`), its partial derivatives written as text
in our own language; a program is recorded into a graph (`adcore.graph`); and one function, `run`, evaluates a graph
over any algebra (`adcore.interpreter`). Numbers, dual numbers, formulas and derivative programs are algebras.
"""

from adcore.accumulate import checkpoint, eliminate, linearize, sparse_jacobian, tape
from adcore.algebras.staging import Passes
from adcore.backends import Compiled
from adcore.backends import compile_source as compile  # noqa: A004 - the name that users expect
from adcore.backends.transforming import export, orders, transform
from adcore.backends.written import write
from adcore.checking import check, check_rules
from adcore.compare import compare
from adcore.diagnosis import diagnose
from adcore.differentiate import gradient, jacobian, jvp, trace, value, vjp
from adcore.enclosures import enclose
from adcore.errors import ADError, Caution, Span
from adcore.higher import derivatives, hessian, hessian_pattern, hvp
from adcore.kinks import kinks
from adcore.limits import Limits, Setting
from adcore.modes import MODES
from adcore.modes.enclosing import Enclosure
from adcore.modes.linear import transpose
from adcore.modes.swell import swell
from adcore.optimise import METHODS, Step, Tuning, optimise
from adcore.problem import pose as record
from adcore.program import Program, parse
from adcore.rules import PRIMITIVES
from adcore.trace import Trace, retrace
from adcore.uncertainty import propagate

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
    "check_rules",
    "checkpoint",
    "compare",
    "compile",
    "derivatives",
    "diagnose",
    "eliminate",
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
    "sparse_jacobian",
    "swell",
    "tape",
    "trace",
    "transform",
    "transpose",
    "value",
    "vjp",
    "write",
]
