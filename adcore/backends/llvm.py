"""The optional backend: machine code, through llvmlite.

LLVM compiles the text of `ir` without optimisation passes: the staged graph is shared and folded already, so they would
gain little time and cost much. The machine code is a built-in function of Python, which is the cheapest call there is:
floats in, a tuple of floats out. (Python/C API: METH_FASTCALL, PyCFunction_NewEx.)
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcore.backends import ir
from adcore.errors import ADError
from adcore.graph import Graph

METH_FASTCALL = 0x0080
NAME = b"program"


class MethodDef(ctypes.Structure):
    """Python's PyMethodDef: what a built-in function is made from."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("documentation", ctypes.c_char_p),
    )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Answers where the code cannot, and keeps alive what the code needs as long as Python can call it."""

    answer: Callable[..., tuple[float, ...]]
    engine: Any
    method: MethodDef
    called_back: Sequence[Any]

    def __call__(self, *leaves: float) -> tuple[float, ...]:
        return self.answer(*leaves)


def is_installed() -> bool:
    """Whether llvmlite can be imported."""
    try:
        return importlib.util.find_spec("llvmlite") is not None
    except ValueError:  # it is kept from being imported
        return False


def build(
    graph: Graph, taken: Sequence[bool], answer: Callable[..., tuple[float, ...]]
) -> tuple[str, Callable[..., tuple[float, ...]]]:
    """The text of a staged program and a function of floats; `answer` serves where the code cannot."""
    binding = _binding()
    draft = ir.write(graph, taken)
    called_back = {name: _callable(row.value, len(row.args)) for name, row in draft.called_back.items()}
    engine = _link(binding, draft, called_back)
    address = engine.get_function_address(NAME.decode())
    method = MethodDef(NAME, address, METH_FASTCALL, b"The value, then the Jacobian row by row.")
    return draft.text, _built_in(method, Otherwise(answer, engine, method, tuple(called_back.values())))


def _binding() -> Any:
    try:
        from llvmlite import binding
    except ImportError as missing:
        raise ADError(
            "backend", "The backend llvm needs llvmlite, which is not installed.", None, 'pip install "wengert[jit]"'
        ) from missing
    return binding


def _link(binding: Any, draft: ir.Draft, called_back: Mapping[str, Any]) -> Any:
    """Compile the text and give every function that it calls an address."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    module = binding.parse_assembly(draft.text)
    machine = binding.Target.from_default_triple().create_target_machine(opt=0, jit=True)
    engine = binding.create_mcjit_compiler(module, machine)
    outside = {name: _outside(name) for name in (*ir.INTERPRETER, *draft.library())}
    for name, function in {**outside, **called_back}.items():
        engine.add_global_mapping(module.get_function(name), ctypes.cast(function, ctypes.c_void_p).value)
    engine.finalize_object()
    return engine


def _outside(name: str) -> Any:
    """A function of Python itself or of the C library that it is linked with."""
    try:
        return ctypes.pythonapi[name]
    except AttributeError as missing:
        raise ADError("backend", f"This system has no {name}.", None, "Use the backend python.") from missing


def _callable(value: Callable[..., float], arity: int) -> Any:
    """A function of Python that machine code can call."""
    return ctypes.PYFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * arity)(value)


def _built_in(method: MethodDef, itself: Otherwise) -> Callable[..., tuple[float, ...]]:
    shape = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.POINTER(MethodDef), ctypes.py_object, ctypes.c_void_p)
    made: Callable[..., tuple[float, ...]] = shape(("PyCFunction_NewEx", ctypes.pythonapi))(method, itself, None)
    return made
