"""What every worker process needs, imported once in the process that workers are forked from.

Importing SymPy takes half a second, SciPy's optimisers take a third; a worker that replaces a killed one must be there
at once. `FORKED_FROM` is how a
worker knows that it inherited these imports: elsewhere it equals the worker's own process id.
"""

import gc
import os

import scipy.optimize  # noqa: F401
import sympy  # noqa: F401

import adcore.deferred  # noqa: F401
from adcore.limits import Limits
from server import gallery, jobs

FORKED_FROM = os.getpid()

# The first trace of a process fills what is made on first use; here it does so for every worker.
jobs.trace_lines({**gallery.OPENING.to_json(), "shared": False}, 0, 1, Limits())

# Objects that exist now are never garbage; leaving them alone keeps their pages shared with the workers.
gc.freeze()
