"""What differentiating does not need: imported when first asked for, so that `import adcore` is quick."""

from adcore.backends import Compiled
from adcore.backends import compile_source as compile  # noqa: A004 - the name that users expect
from adcore.backends.transforming import export, orders, transform
from adcore.backends.written import write
from adcore.checking import check, check_rules
from adcore.diagnosis import diagnose
from adcore.enclosures import enclose
from adcore.modes.enclosing import Enclosure
from adcore.modes.swell import swell
from adcore.uncertainty import propagate

__all__ = [
    "Compiled",
    "Enclosure",
    "check",
    "check_rules",
    "compile",
    "diagnose",
    "enclose",
    "export",
    "orders",
    "propagate",
    "swell",
    "transform",
    "write",
]
