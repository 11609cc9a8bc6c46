"""LLVM's text of how Python enters @compute: floats in and a tuple out, or an array in and an array out.

Both are built-in functions of Python, called with an array of their arguments (METH_FASTCALL). Where @compute
has no answer, or the arguments are not what it takes, they hand them on to %self, which is a function too. Floats are
read, and put into a tuple, where CPython keeps them; every other number is read by Python's own functions.

(Python/C API: Common object structures; Buffer protocol. A Py_buffer is 80 bytes; its fields are pointers or as long.)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from adcore.backends.instructions import number
from adcore.backends.ir import Draft

FLOATS, ARRAYS = "from_floats", "from_arrays"
ON_STACK = 1024
"""Numbers that an entry keeps on the stack; more are allocated, since threads may have small stacks."""
FEW = 8
"""Numbers for each of which one constant is stored rather than all copied."""
POINTER = 8
TYPE_AT, NUMBER_AT, ITEMS_AT = object.__basicsize__ - POINTER, float.__basicsize__ - 8, tuple.__basicsize__
"""Where an object keeps its type, a float its number and a tuple its first item."""
UNROLLED = 16
"""Inputs, or results, up to which the entry for floats takes them one after the other without a loop."""
DOUBLES = int.from_bytes(b"d\0", sys.byteorder)
"""The format of a buffer of doubles, as the number that its two bytes are."""


def write_calls(draft: Draft, constants: Sequence[float] = ()) -> str:
    """The entries for floats, which gives the results, and for arrays, which fills in all numbers.

    The results stand one after the other, or at their @places among `constants`.
    """
    size, inputs, crossing = len(constants) or draft.results, draft.inputs, draft.crossing
    floats = _FLOATS.format(
        inputs=inputs, at_w=inputs, at_out=inputs + crossing, read="\n  ".join(_reading(inputs)),
        answer="\n  ".join(_answering(draft.results, constants)), **_memory(inputs + crossing + size),
    )  # fmt: skip
    arrays = _ARRAYS.format(bytes_in=8 * inputs, bytes_out=8 * size, begin=_beginning(constants), **_memory(crossing))
    reading = _PYTHON.format(type_at=TYPE_AT, number_at=NUMBER_AT, doubles=DOUBLES)
    make_tuple = _TUPLE.format(items=ITEMS_AT, place=_PLACED if constants else "%place = add i64 %i, 0")
    return "\n".join([reading, _PLACES if constants else "", make_tuple, floats, arrays])


def _reading(inputs: int) -> Iterator[str]:
    """Take the numbers of as many floats; if not all are floats, or there are many, leave it to a function."""
    if inputs <= UNROLLED:
        all_floats = "true"
        for k in range(inputs):
            yield f"%from{k} = getelementptr ptr, ptr %args, i64 {k}"
            yield f"%object{k} = load ptr, ptr %from{k}"
            yield f"%type_at{k} = getelementptr i8, ptr %object{k}, i64 {TYPE_AT}"
            yield f"%type{k} = load ptr, ptr %type_at{k}"
            yield f"%is_float{k} = icmp eq ptr %type{k}, @PyFloat_Type"
            yield f"%all{k} = and i1 {all_floats}, %is_float{k}"
            all_floats = f"%all{k}"
        yield f"br i1 {all_floats}, label %take, label %convert\ntake:"
        for k in range(inputs):
            yield f"%inside{k} = getelementptr i8, ptr %object{k}, i64 {NUMBER_AT}"
            yield f"%number{k} = load double, ptr %inside{k}"
            yield f"%x{k} = getelementptr double, ptr %m, i64 {k}"
            yield f"store double %number{k}, ptr %x{k}"
        yield "br label %compute\nconvert:"
    yield f"%are_numbers = call i1 @read_numbers(ptr %args, ptr %m, i64 {inputs})"
    yield "br i1 %are_numbers, label %compute, label %doubt"


def _answering(results: int, constants: Sequence[float]) -> Iterator[str]:
    """Make a tuple of the results; of many, or of those with places among constants, a function does."""
    if constants or results > UNROLLED:
        yield f"%tuple = call ptr @make_tuple(ptr %out, i64 {results})"
        return
    yield f"%new = call ptr @PyTuple_New(i64 {results})"
    yield "%lacks = icmp eq ptr %new, null\n  br i1 %lacks, label %finished, label %fill\nfill:"
    lacking = "false"
    for k in range(results):
        yield f"%result_at{k} = getelementptr double, ptr %out, i64 {k}"
        yield f"%result{k} = load double, ptr %result_at{k}"
        yield f"%item{k} = call ptr @PyFloat_FromDouble(double %result{k})"
        yield f"%item_at{k} = getelementptr i8, ptr %new, i64 {ITEMS_AT + POINTER * k}"
        yield f"store ptr %item{k}, ptr %item_at{k}"
        yield f"%lacks{k} = icmp eq ptr %item{k}, null"
        yield f"%lacking{k} = or i1 {lacking}, %lacks{k}"
        lacking = f"%lacking{k}"
    yield f"br i1 {lacking}, label %give_up, label %finished"
    yield "\ngive_up:\n  call void @Py_DecRef(ptr %new)\n  br label %finished\nfinished:"
    yield "%tuple = phi ptr [null, %answer], [%new, %fill], [null, %give_up]"


def _beginning(constants: Sequence[float]) -> str:
    """What fills %out with constants: if most are 0, zeros and then the others."""
    others = [k for k, c in enumerate(constants) if c]
    copied = FEW * len(others) > len(constants)
    kind, source = ("memcpy", "ptr @constants") if copied else ("memset", "i8 0")
    whole = f"call void @llvm.{kind}.p0.i64(ptr %out, {source}, i64 {8 * len(constants)}, i1 false)"
    single = [
        f"%c{k} = getelementptr double, ptr %out, i64 {k}\n  store double {number(constants[k])}, ptr %c{k}, align 8"
        for k in others
    ]
    return "\n  ".join([whole, *([] if copied else single)]) if constants else ""


def _memory(size: int) -> dict[str, str]:
    """The text that reserves that many numbers at %m, and releases them."""
    if size <= ON_STACK:
        return {"reserve": f"%m = alloca [{size or 1} x double]", "release": ""}
    return {"reserve": f"%m = call ptr @PyMem_Malloc(i64 {8 * size})", "release": "call void @PyMem_Free(ptr %m)"}


_FLOATS = """
define ptr @from_floats(ptr %self, ptr %args, i64 %count) {{
  {reserve}
  %failed = icmp eq ptr %m, null
  br i1 %failed, label %otherwise, label %begin
begin:
  %w = getelementptr double, ptr %m, i64 {at_w}
  %out = getelementptr double, ptr %m, i64 {at_out}
  %counted = icmp eq i64 %count, {inputs}
  br i1 %counted, label %read, label %doubt
read:
  {read}
compute:
  %rest = call double @compute(ptr %m, ptr %w, ptr %out)
  %fine = fcmp oeq double %rest, 0.0
  br i1 %fine, label %answer, label %doubt
answer:
  {answer}
  {release}
  ret ptr %tuple
doubt:
  {release}
  br label %otherwise
otherwise:
  %answered = call ptr @PyObject_Vectorcall(ptr %self, ptr %args, i64 %count, ptr null)
  ret ptr %answered
}}
"""

_ARRAYS = """
define ptr @from_arrays(ptr %self, ptr %args, i64 %count) {{
  %x_view = alloca [10 x i64]
  %out_view = alloca [10 x i64]
  {reserve}
  %failed = icmp eq ptr %m, null
  br i1 %failed, label %otherwise, label %begin
begin:
  %two = icmp eq i64 %count, 2
  br i1 %two, label %view_x, label %doubt
view_x:
  %x_object = load ptr, ptr %args
  %x = call ptr @view_doubles(ptr %x_object, ptr %x_view, i64 {bytes_in}, i32 0)
  %no_x = icmp eq ptr %x, null
  br i1 %no_x, label %doubt, label %view_out
view_out:
  %out_at = getelementptr ptr, ptr %args, i64 1
  %out_object = load ptr, ptr %out_at
  %out = call ptr @view_doubles(ptr %out_object, ptr %out_view, i64 {bytes_out}, i32 1)
  %no_out = icmp eq ptr %out, null
  br i1 %no_out, label %release_x, label %compare
compare:
  %x_end = getelementptr i8, ptr %x, i64 {bytes_in}
  %out_end = getelementptr i8, ptr %out, i64 {bytes_out}
  %before = icmp ule ptr %x_end, %out
  %after = icmp ule ptr %out_end, %x
  %apart = or i1 %before, %after
  br i1 %apart, label %compute, label %release
compute:
  {begin}
  %rest = call double @compute(ptr %x, ptr %m, ptr %out)
  %fine = fcmp oeq double %rest, 0.0
  br i1 %fine, label %answer, label %release
answer:
  call void @PyBuffer_Release(ptr %out_view)
  call void @PyBuffer_Release(ptr %x_view)
  {release}
  call void @Py_IncRef(ptr %out_object)
  ret ptr %out_object
release:
  call void @PyBuffer_Release(ptr %out_view)
  br label %release_x
release_x:
  call void @PyBuffer_Release(ptr %x_view)
  br label %doubt
doubt:
  {release}
  br label %otherwise
otherwise:
  %answered = call ptr @PyObject_Vectorcall(ptr %self, ptr %args, i64 %count, ptr null)
  ret ptr %answered
}}
"""

_PYTHON = """
@PyFloat_Type = external global i8
declare double @PyFloat_AsDouble(ptr)
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyErr_Occurred()
declare void @PyErr_Clear()
declare ptr @PyTuple_New(i64)
declare void @Py_IncRef(ptr)
declare void @Py_DecRef(ptr)
declare i32 @PyObject_GetBuffer(ptr, ptr, i32)
declare void @PyBuffer_Release(ptr)
declare ptr @PyMem_Malloc(i64)
declare void @PyMem_Free(ptr)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)

define i1 @read_numbers(ptr %args, ptr %x, i64 %n) {{
entry:
  br label %test
test:
  %i = phi i64 [0, %entry], [%next, %store]
  %more = icmp ult i64 %i, %n
  br i1 %more, label %look, label %done
look:
  %from = getelementptr ptr, ptr %args, i64 %i
  %object = load ptr, ptr %from
  %type_at = getelementptr i8, ptr %object, i64 {type_at}
  %type = load ptr, ptr %type_at
  %is_float = icmp eq ptr %type, @PyFloat_Type
  br i1 %is_float, label %take, label %convert
take:
  %inside = getelementptr i8, ptr %object, i64 {number_at}
  %taken = load double, ptr %inside
  br label %store
convert:
  %converted = call double @PyFloat_AsDouble(ptr %object)
  %odd = fcmp oeq double %converted, -1.0
  br i1 %odd, label %ask, label %store
ask:
  %error = call ptr @PyErr_Occurred()
  %is_number = icmp eq ptr %error, null
  br i1 %is_number, label %store, label %refuse
store:
  %number = phi double [%taken, %take], [%converted, %convert], [%converted, %ask]
  %to = getelementptr double, ptr %x, i64 %i
  store double %number, ptr %to
  %next = add i64 %i, 1
  br label %test
done:
  ret i1 true
refuse:
  call void @PyErr_Clear()
  ret i1 false
}}

define ptr @view_doubles(ptr %object, ptr %view, i64 %bytes, i32 %writable) {{
  %flags = or i32 %writable, 12
  %status = call i32 @PyObject_GetBuffer(ptr %object, ptr %view, i32 %flags)
  %none = icmp ne i32 %status, 0
  br i1 %none, label %refuse, label %look
look:
  %length_at = getelementptr i64, ptr %view, i64 2
  %length = load i64, ptr %length_at
  %fits = icmp eq i64 %length, %bytes
  %format_at = getelementptr i64, ptr %view, i64 5
  %format = load ptr, ptr %format_at
  %letters = load i16, ptr %format
  %are_doubles = icmp eq i16 %letters, {doubles}
  %good = and i1 %fits, %are_doubles
  br i1 %good, label %done, label %release
done:
  %numbers = load ptr, ptr %view
  ret ptr %numbers
release:
  call void @PyBuffer_Release(ptr %view)
  ret ptr null
refuse:
  call void @PyErr_Clear()
  ret ptr null
}}
"""
"""Numbers from Python's objects and back; 12 asks for a contiguous buffer (PyBUF_ND) and its format (PyBUF_FORMAT)."""
INTERPRETER = tuple(re.findall(r"declare \w+ @(Py\w+)", _PYTHON))
"""The functions of Python itself that the text calls."""

_PLACES = """
@constants = external global double
@places = external global i64
declare void @llvm.memcpy.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
"""
_TUPLE = """
define ptr @make_tuple(ptr %out, i64 %n) {{
entry:
  %tuple = call ptr @PyTuple_New(i64 %n)
  %items = getelementptr i8, ptr %tuple, i64 {items}
  %failed = icmp eq ptr %tuple, null
  br i1 %failed, label %done, label %test
test:
  %i = phi i64 [0, %entry], [%next, %fill]
  %more = icmp ult i64 %i, %n
  br i1 %more, label %make, label %done
make:
  {place}
  %from = getelementptr double, ptr %out, i64 %place
  %number = load double, ptr %from
  %object = call ptr @PyFloat_FromDouble(double %number)
  %lacking = icmp eq ptr %object, null
  br i1 %lacking, label %give_up, label %fill
fill:
  %to = getelementptr ptr, ptr %items, i64 %i
  store ptr %object, ptr %to
  %next = add i64 %i, 1
  br label %test
give_up:
  call void @Py_DecRef(ptr %tuple)
  ret ptr null
done:
  ret ptr %tuple
}}
"""
_PLACED = "%at = getelementptr i64, ptr @places, i64 %i\n  %place = load i64, ptr %at"
