"""How the code of a program reaches its inputs and results, and what stands around its operations.

At one point inputs and results are numbers, one after the other; for many points at once each is an array, and the
operations stand in a loop over the points:

    define double @compute(ptr %x, ptr %w, ptr %out)
    define i64 @from_points(ptr %leaves, ptr %w, ptr %table, i64 %size, ptr %doubts)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adcore.backends.instructions import Lanes

Address = Callable[[str, int], str]
POINTS = "from_points"
"""The function for many points."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Text around operations.

    parameters      of a part of a program that is called by the whole, with what ends its head
    given, result   the lines that find the address of an input or a result, called with its name and place
    before, after   what stands around the whole, whose %total is a number where there is an answer
    """

    parameters: str
    attributes: str
    given: Address
    result: Address
    before: str
    after: str


def _number_in(name: str, place: int) -> str:
    return f"  {name} = getelementptr double, ptr %x, i64 {place}"


def _number_out(name: str, place: int) -> str:
    return f"  {name} = getelementptr double, ptr %out, i64 {place}"


def _array_in(name: str, place: int) -> str:
    return f"""  {name}.in = getelementptr ptr, ptr %leaves, i64 {place}
  {name}.leaf = load ptr, ptr {name}.in
  {name} = getelementptr double, ptr {name}.leaf, i64 %k"""


def _array_out(name: str, place: int) -> str:
    return f"""  {name}.row = mul i64 %size, {place}
  {name}.place = add i64 {name}.row, %k
  {name} = getelementptr double, ptr %table, i64 {name}.place"""


ONE_POINT = Ports(
    "ptr %x, ptr %w, ptr %out",
    "",
    _number_in,
    _number_out,
    "define double @compute(ptr %x, ptr %w, ptr %out) {",
    "  %rest = fsub double %total, %total\n  ret double %rest\n}",
)
_BEFORE = """define i64 @from_points(ptr %leaves, ptr %w, ptr %table, i64 %size, ptr %doubts){attributes} {{
entry:
  %end = sub i64 %size, {lanes}
  br label %turn
turn:
  %k = phi i64 [0, %entry], [%following, %onward]
  %number = phi i64 [0, %entry], [%number_next, %onward]
  %doubt = phi i64 [0, %entry], [%doubted, %onward]"""
_AFTER = """  %rest = fsub {kind} %total, %total
  %missing = fcmp uno {kind} %rest, %rest
  %bits = bitcast <{lanes} x i1> %missing to i{lanes}
  %wide = zext i{lanes} %bits to i64
  %kept = trunc i64 %wide to i16
  %doubt_at = getelementptr i16, ptr %doubts, i64 %number
  store i16 %kept, ptr %doubt_at
  %doubted = or i64 %doubt, %wide
  %number_next = add i64 %number, 1
  %next = add i64 %k, {lanes}
  %last = icmp eq i64 %k, %end
  br i1 %last, label %done, label %onward
onward:
  %over = icmp ugt i64 %next, %end
  %following = select i1 %over, i64 %end, i64 %next
  br label %turn
done:
  ret i64 %doubted
}}"""
"""Rows of %table, and each of %leaves, are %size long, at least as many as there are lanes; the last lanes may overlap
those before. %doubts gets 16 bits for each turn, one for each point that the code cannot do; returned are all of them
together. Truth values, not sums, are carried from turn to turn: they need no register that a call may change."""


def ports_of(lanes: Lanes) -> Ports:
    """Those of one number at a time or of several.

    Calls leave several numbers on the stack, where they must not lie across lines of the cache.
    """
    if lanes.count == 1:
        return ONE_POINT
    attributes = f" alignstack({8 * lanes.count // lanes.registers})"
    before = _BEFORE.format(attributes=attributes, lanes=lanes.count)
    after = _AFTER.format(kind=lanes.type, lanes=lanes.count)
    parameters = "ptr %leaves, ptr %w, ptr %table, i64 %size, i64 %k"
    return Ports(parameters, attributes, _array_in, _array_out, before, after)
