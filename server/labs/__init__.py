"""The labs, in the order in which they are shown. A new lab is one module here and one in static/js/labs/."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from server.labs import (
    code,
    four_ways,
    jacobian,
    kinks,
    memory,
    my_rule,
    nan,
    optimise,
    second_order,
    slopes,
    step_size,
    swell,
    taylor,
    uncertainty,
)
from server.labs.lab import Lab

_MODULES = (
    slopes,
    four_ways,
    step_size,
    swell,
    jacobian,
    second_order,
    taylor,
    memory,
    code,
    my_rule,
    optimise,
    uncertainty,
    nan,
    kinks,
)
LABS: Mapping[str, Lab] = MappingProxyType({each.LAB.name: each.LAB for each in _MODULES})
