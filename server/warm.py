"""What every worker process needs, imported once in the process that workers are forked from.

Importing SymPy takes half a second; a worker that replaces a killed one must be there at once. `FORKED_FROM` is how a
worker knows that it inherited these imports: elsewhere it equals the worker's own process id.
"""

import gc
import os

import sympy  # noqa: F401

import adcore  # noqa: F401
import server.jobs  # noqa: F401

FORKED_FROM = os.getpid()

# Objects that exist now are never garbage; leaving them alone keeps their pages shared with the workers.
gc.freeze()
