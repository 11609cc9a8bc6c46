"""What differentiating does not need: imported when first asked for, so that `import adcore` is quick."""

from adcore.backends import Compiled
from adcore.backends import compile_source as compile  # noqa: A004 - the name that users expect
from adcore.backends.transforming import export, orders, transform
from adcore.backends.written import write
from adcore.backward import check_program
from adcore.checking import check, check_rules
from adcore.diagnosis import diagnose
from adcore.enclosures import enclose
from adcore.modes.enclosing import Enclosure
from adcore.modes.swell import swell
from adcore.notebook import show
from adcore.optimisers import METHODS, Step, Tuning, optimise
from adcore.stepping import step_through
from adcore.uncertainty import propagate

__all__ = [
    "METHODS",
    "Compiled",
    "Enclosure",
    "Step",
    "Tuning",
    "check",
    "check_program",
    "check_rules",
    "compile",
    "diagnose",
    "enclose",
    "export",
    "optimise",
    "orders",
    "propagate",
    "show",
    "step_through",
    "swell",
    "transform",
    "write",
]
