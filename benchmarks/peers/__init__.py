"""Every way of differentiating a task: ours, and each peer in the form that it likes best."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from benchmarks.built import Built
from benchmarks.tasks import Task


@dataclass(frozen=True)
class Way:
    """How a task can be done: `build` is the name of a function in a module of this folder, `needs` a package.

    The module is imported only by the process that measures the way. `largest` is the number of operations above which
    the way is not tried, because it takes minutes or much memory there. Without what is optional a run is still whole.
    """

    name: str
    needs: str
    module: str
    build: str
    largest: int = 10**9
    wall: bool = False
    optional: bool = False

    def load(self) -> Callable[[Task], Built]:
        """Import what the way needs and return the function that makes a task ready."""
        found: Callable[[Task], Built] = getattr(import_module(f"benchmarks.peers.{self.module}"), self.build)
        return found

    def is_installed(self) -> bool:
        """Tell whether this machine has what the way needs."""
        if self.needs == "gcc":
            return shutil.which("gcc") is not None
        return importlib.util.find_spec(self.needs) is not None


OURS = (
    Way("ours, python", "numpy", "ours", "python"),
    Way("ours, llvm", "llvmlite", "machine_code", "llvm"),
    Way("ours, llvm buffers", "llvmlite", "machine_code", "buffers"),
    Way("ours, numpy", "numpy", "ours", "arrays"),
    Way("ours, interpreted", "numpy", "ours", "interpreted"),
    Way("ours, llvm from the graph", "llvmlite", "machine_code", "llvm_from_graph"),
    Way("ours, python from the graph", "numpy", "ours", "python_from_graph"),
)
PEERS = (
    Way("C -O2", "gcc", "c", "compiled"),
    Way("NumPy by hand", "numpy", "by_hand", "arrays"),
    Way("CasADi buffers", "casadi", "casadi_forms", "buffers"),
    Way("CasADi floats", "casadi", "casadi_forms", "floats"),
    Way("CasADi gcc", "casadi", "casadi_forms", "jitted", largest=2_000),
    Way("CasADi nonzeros", "casadi", "casadi_forms", "nonzeros"),
    Way("CasADi call", "casadi", "casadi_forms", "call"),
    Way("CasADi arrays", "casadi", "casadi_forms", "arrays"),
    Way("CasADi fold", "casadi", "casadi_forms", "fold"),
    Way("heyoka", "heyoka", "heyoka_forms", "compiled", largest=9_000),
    Way("SymEngine LLVM", "symengine", "symengine_forms", "llvm", largest=5_000),
    Way("SymPy lambdify", "sympy", "sympy_forms", "lambdified", largest=400),
    Way("JAX jit", "jax", "jax_forms", "arrays", wall=True),
    Way("JAX unrolled", "jax", "jax_forms", "unrolled", largest=9_000, wall=True),
    Way("PyTorch", "torch", "torch_forms", "arrays", largest=90_000),
    Way("PyTorch scalars", "torch", "torch_forms", "scalars", largest=4_000),
    Way("torch.compile", "torch", "torch_forms", "compiled"),
    Way("PyTensor", "pytensor", "pytensor_forms", "arrays", largest=400, optional=True),
    Way("XAD", "xad", "xad_forms", "scalars", largest=90_000, optional=True),
    Way("num_dual", "num_dual", "num_dual_forms", "scalars", largest=4_000, optional=True),
    Way("micrograd", "micrograd", "micrograd_forms", "scalars", largest=4_000, optional=True),
    Way("Dr.Jit", "drjit", "drjit_forms", "arrays", optional=True),
    Way("autograd", "autograd", "autograd_forms", "arrays", largest=90_000),
    Way("autograd scalars", "autograd", "autograd_forms", "scalars", largest=4_000),
)
WAYS: Mapping[str, Way] = MappingProxyType({way.name: way for way in (*OURS, *PEERS)})
PACKAGES = (
    "numpy",
    "llvmlite",
    "casadi",
    "heyoka",
    "symengine",
    "sympy",
    "jax",
    "torch",
    "autograd",
    "pytensor",
    "xad",
    "num_dual",
    "micrograd",
    "drjit",
)


def missing() -> list[str]:
    """Return what some way needs and this machine does not have."""
    return list(dict.fromkeys(way.needs for way in WAYS.values() if not (way.optional or way.is_installed())))


def version(package: str) -> str:
    """Return a package with its version, or that it is not installed."""
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} not installed"
