"""The table of what other systems return, measured anew where the measured versions are installed."""

import importlib
import importlib.metadata
import importlib.util
import math

import pytest

from adcore.peers import MEASURED, VERSIONS

OTHER_NAMES = {"asin": "arcsin", "acos": "arccos", "acosh": "arccosh", "atan2": "arctan2"}


def installed(name):
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    version = importlib.metadata.version(name).partition("+")[0]
    if version != VERSIONS[name]:
        pytest.skip(f"the table was measured with {name} {VERSIONS[name]}, and {version} is installed")
    return importlib.import_module(name)


def functions(library, number):
    """The names of our language, in a library like NumPy."""
    elementary = "abs sign sqrt cbrt hypot atan2 floor ceil asin acos acosh sin log".split()
    names = {name: getattr(library, OTHER_NAMES.get(name, name), None) for name in elementary}
    pair = {"max": library.maximum, "min": library.minimum}
    names |= {name: lambda a, b, f=f: f(*(number(v) for v in (a, b))) for name, f in pair.items()}
    return names | {"where": lambda c, a, b: library.where(c, number(a), number(b))}


def same(found, row):
    return all(math.isclose(a, b) or (math.isnan(a) and math.isnan(b)) for a, b in zip(found, row, strict=True))


@pytest.mark.parametrize("row", [row for row in MEASURED if row.jax], ids=lambda row: row.program)
def test_jax(row):
    jax = installed("jax")
    with jax.enable_x64(True):
        names = functions(jax.numpy, jax.numpy.asarray) | {"relu": jax.nn.relu}
        program = eval(f"lambda x, y=None: 1.0*({row.program})", names)
        found = jax.grad(program, tuple(range(len(row.point))))(*map(jax.numpy.float64, row.point))
    assert same(map(float, found), row.jax)


@pytest.mark.parametrize("row", [row for row in MEASURED if row.torch], ids=lambda row: row.program)
def test_torch(row):
    torch = installed("torch")
    names = functions(torch, lambda v: torch.as_tensor(v, dtype=torch.float64)) | {"relu": torch.relu}
    point = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in row.point]
    eval(f"lambda x, y=None: {row.program}", names)(*point).backward()
    assert same([float(x.grad) for x in point], row.torch)
