"""The optional backend: machine code, through llvmlite.

LLVM compiles the text of `ir` without optimisation passes: the staged graph is shared and folded already, so they would
gain little time and cost much. The machine code is two built-in functions of Python, which are the cheapest calls there
are: floats in and a tuple out, or an array in and an array out. (Python/C API: METH_FASTCALL, PyCFunction_NewEx.)
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.backends import entry_points, ir
from adcore.entries import Entries
from adcore.errors import ADError
from adcore.graph import Graph

METH_FASTCALL = 0x0080
Numbers = Callable[..., tuple[float, ...]]
Into = Callable[[Any, Any], Any]


class MethodDef(ctypes.Structure):
    """Python's PyMethodDef: what a built-in function is made from."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("documentation", ctypes.c_char_p),
    )


@dataclass(frozen=True, slots=True)
class Linked:
    """Compiled text, and what must live as long: the functions that it calls back, the arrays that it reads."""

    engine: Any
    needed: Sequence[Any]

    def address(self, name: str) -> int:
        found: int = self.engine.get_function_address(name)
        return found


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Answers where the code cannot, and keeps alive what the code needs as long as Python can call it."""

    answer: Callable[..., Any]
    method: MethodDef
    code: Linked

    def __call__(self, *arguments: Any) -> Any:
        return self.answer(*arguments)


def is_installed() -> bool:
    """Whether llvmlite can be imported, by a Python whose objects the text knows how to read."""
    known = sys.implementation.name == "cpython" and sys.maxsize > 2**32
    try:
        return known and importlib.util.find_spec("llvmlite") is not None
    except ValueError:  # it is kept from being imported
        return False


def build(
    graph: Graph, taken: Sequence[bool], answer: Numbers, fill: Into, entries: Entries | None = None, level: int = 0
) -> tuple[str, Numbers, Into]:
    """The text of a staged program, a function of floats to its results, and one of an array that fills another.

    `answer` and `fill` are the same functions without code, which serve where the code cannot; `level` is the effort.
    """
    sparse = entries if entries and entries.is_sparse else None
    draft = ir.write(graph, taken, places=sparse.places if sparse else None, tabled=level == 0)
    return build_draft(draft, answer, fill, level, sparse)


def build_draft(
    draft: ir.Draft, answer: Numbers, fill: Into, level: int = 0, entries: Entries | None = None
) -> tuple[str, Numbers, Into]:
    """The same for a draft, whose results may have places among constants."""
    arrays: dict[str, Any] = {}
    if entries:
        arrays = {"constants": np.array(entries.constants), "places": np.array(entries.places, np.int64)}
    text = f"{draft.text}\n{entry_points.write_calls(draft, entries.constants if entries else ())}"
    code = link(text, draft, entry_points.INTERPRETER, arrays=arrays, level=level)
    numbers = _built_in(code, entry_points.FLOATS, answer, b"The results at a point.")
    into = _built_in(code, entry_points.ARRAYS, fill, b"Fill an array with all numbers at a point.")
    return text, numbers, into


def link(
    text: str,
    draft: ir.Draft,
    interpreter: Sequence[str] = (),
    vectors: Any = None,
    arrays: Mapping[str, Any] = MappingProxyType({}),
    level: int = 0,
) -> Linked:
    """Compile the text and give every name in it an address; `level` is the effort of code generation.

    interpreter   names of Python's functions; `vectors` the library of vector functions; `arrays` what has a name
    """
    binding = _binding()
    module = binding.parse_assembly(text)
    engine = binding.create_mcjit_compiler(module, _machine(binding, level))
    called_back = {name: _callable(row.value, len(row.args)) for name, row in draft.called_back.items()}
    outside = {name: _outside(name, vectors) for name in (*interpreter, *draft.library)}
    for name, function in {**outside, **called_back}.items():
        engine.add_global_mapping(module.get_function(name), ctypes.cast(function, ctypes.c_void_p).value)
    places = {name: array.ctypes.data for name, array in arrays.items()}
    if interpreter:
        places["PyFloat_Type"] = id(float)
    for name, place in places.items():
        engine.add_global_mapping(module.get_global_variable(name), place)
    engine.finalize_object()
    return Linked(engine, (*called_back.values(), *arrays.values()))


def _machine(binding: Any, level: int) -> Any:
    """The target of the processor that runs."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    features = binding.get_host_cpu_features().flatten()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(binding.get_host_cpu_name(), features, opt=level, jit=True)


def _binding() -> Any:
    try:
        from llvmlite import binding
    except ImportError as missing:
        raise ADError(
            "backend", "The backend llvm needs llvmlite, which is not installed.", None, 'pip install "wengert[jit]"'
        ) from missing
    return binding


def cpu_features() -> Mapping[str, bool]:
    """What this processor can do, by LLVM's names."""
    features: Mapping[str, bool] = _binding().get_host_cpu_features()
    return features


def _outside(name: str, vectors: Any) -> Any:
    """A function of Python itself, of the C library that it is linked with, or of its vector functions."""
    try:
        return vectors[name] if vectors and name.startswith("_ZGV") else ctypes.pythonapi[name]
    except AttributeError as missing:
        raise ADError("backend", f"This system has no {name}.", None, "Use the backend python.") from missing


def _callable(value: Callable[..., float], arity: int) -> Any:
    """A function of Python that machine code can call."""
    return ctypes.PYFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * arity)(value)


def _built_in(code: Linked, name: str, otherwise: Callable[..., Any], said: bytes) -> Callable[..., Any]:
    """A built-in function of Python; its self, which it calls where it has no answer, keeps everything alive."""
    shape = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.POINTER(MethodDef), ctypes.py_object, ctypes.c_void_p)
    method = MethodDef(name.encode(), code.address(name), METH_FASTCALL, said)
    made: Callable[..., Any] = shape(("PyCFunction_NewEx", ctypes.pythonapi))(
        method, Otherwise(otherwise, method, code), None
    )
    return made
