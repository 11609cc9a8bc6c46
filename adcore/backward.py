"""Checking a backward program that a person wrote: whether it gives the gradient, and which statement is wrong.

    def backward(x, y):
        a = x*y
        b_bar = 1
        a_bar = b_bar*sin(a)       <- for b = sin(a): not the derivative of the sine
        return [a_bar*y, a_bar*x]

The program is run like any other. What it gives back is compared with reverse mode at several points; if it is wrong,
its adjoints, found by their names (see adjoint_names), are held against those of the function (see locating).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from adcore.adjoint_names import OUTPUTS, SEEDS, Rewritten, base_of, rewrite
from adcore.around import DISTANCES, near_points
from adcore.checked import Checked, Finding
from adcore.checking import check_at, leaf_names
from adcore.comparison import LARGEST, Given
from adcore.errors import ADError, Span
from adcore.events import json_numbers
from adcore.examining import Examined, examine
from adcore.language import BUILTINS, CONSTANTS, Syntax, check
from adcore.limits import Limits
from adcore.matching import Matching, versions_of
from adcore.primitives import FUNCTIONS
from adcore.problem import Problem, nest, pose
from adcore.recorder import entry_point
from adcore.scopes import find_names
from adcore.statement_slips import say
from adcore.statements import written
from adcore.turnings import turnings
from adcore.watching import Assignment, Mend, Nested, Watched, nested, number_of, watch

KIND = "derivative"
"""The kind of every error that is about the backward program, not the function."""


@dataclass(frozen=True, slots=True)
class Blame:
    """The first wrong statement: where it stands, what it gives to a variable, and what belongs there.

    `amount` says that both numbers are what is added to the variable. Several findings are a tie, none says that no
    known mistake explains the number. `confirmed` says that with the right number there more of the gradient is right.
    """

    variable: str
    span: Span | None
    given: float
    expected: float
    amount: bool
    findings: tuple[Finding, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CheckedProgram:
    """The report: the gradient by component, where it was compared, and the first wrong statement if one is found."""

    gradient: Checked
    at: Mapping[str, Any]
    moved: bool
    points: int
    blame: Blame | None

    @property
    def verdict(self) -> str:
        return self.gradient.verdict

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong: of the statement where it is known, else of the components."""
        return self.blame.findings if self.blame and self.blame.findings else self.gradient.findings

    def to_json(self) -> dict[str, Any]:
        blame = asdict(self.blame) if self.blame else None
        if blame:
            blame |= {name: json_numbers(blame[name]) for name in ("given", "expected")}
        at = {name: json_numbers(value) for name, value in self.at.items()}
        found = {"at": at, "moved": self.moved, "points": self.points, "blame": blame}
        return self.gradient.to_json() | found


def check_program(source: str, backward: str, at: Mapping[str, Any], limits: Limits | None = None) -> CheckedProgram:
    r"""Compare the gradient that a backward program gives back with that of `source` (one output) at `at`.

    `backward` is a program in the language, a def or a body. It may take the inputs of the function, its variables
    (their last values) and the adjoint of the output (1), and returns the gradient: a number for each input number, in
    order. A body without a return gives back the adjoints of the inputs by their names; an adjoint that is added to
    before it is set starts at 0. Raises ADError, of kind "derivative" for what is wrong with `backward`.

    >>> text = "a_bar = cos(a)\nx_bar = a_bar*x\ny_bar = a_bar*x\n[x_bar, y_bar]"
    >>> report = adcore.check_program("a = x*y\nsin(a)", text, {"x": 2.0, "y": 3.0})
    >>> report.blame.variable, report.blame.span.line, report.findings[0].name
    ('x_bar', 2, 'wrong-partial')
    """
    problem = pose(source, at, limits)
    program = BackwardProgram(problem, backward, limits or Limits())
    examined = examine(problem, program.gradient, explained=False)
    checked, blame = examined.checked, None
    if checked.verdict == "wrong":
        blame = program.turned(examined) or program.blame(examined)
    if checked.verdict == "wrong" and not (blame and blame.findings and blame.confirmed):
        checked = check_at(examined.problems, program.gradient)
    return CheckedProgram(checked, examined.at, examined.moved, examined.points, blame)


class BackwardProgram:
    """A backward program beside its function: which variables are adjoints of which."""

    def __init__(self, problem: Problem, text: str, limits: Limits) -> None:
        self.problem, self.leaves, self.limits = problem, leaf_names(problem), limits
        if len(text) > limits["source_characters"]:
            raise ADError(
                KIND, f"The derivative has more than {limits['source_characters']:,} characters (source_characters)."
            )
        self.rewritten = rewrite(text)
        self.forward = watch(problem.syntax, nest(problem.recording.inputs, problem.leaves), copies=True)
        self._aliases = frozenset(OUTPUTS) - self._known()
        self.syntax = self._read(self.rewritten, limits)
        if self._names_the_output():
            self._aliases = frozenset()
        self._has_value = self._finds_value()

    def gradient(self, problem: Problem) -> Given:
        """What the program gives back at the point of a problem, as flat numbers. Errors: another number of them."""
        run = self._run(problem)
        found = [assignment.number for assignment in self._results(run)]
        if len(found) != len(self.leaves):
            words = (
                f"{len(found)} numbers come back; the function has {len(self.leaves)} inputs ({_list(self.leaves)})."
            )
            raise ADError(KIND, words, None, "Return the derivative by each input, in order.")
        numbers = [float("nan") if number is None else number for number in found]
        return Given(numbers, [run.source(assignment) for assignment in self._results(run)])

    def _results(self, run: Watched) -> Sequence[Assignment]:
        """What comes back, without the value of the function, where that is given back first."""
        return run.results[1:] if self._has_value else run.results

    def _finds_value(self) -> bool:
        """Whether the value of the function comes back first: at the point and near it, so that it is not by chance."""
        first = self._run(self.problem).results
        if len(first) != len(self.leaves) + 1 or len(first[0].path) != 1:
            return False
        return all(self._is_value_first(near) for near in near_points(self.problem, DISTANCES[:3]))

    def _is_value_first(self, problem: Problem) -> bool:
        try:
            found = self._run(problem).results[0].number
        except ADError:
            return True  # nothing can be told where the program does not run
        return found is not None and math.isclose(found, problem.outputs[0], rel_tol=1e-9, abs_tol=1e-12)

    def _read(self, rewritten: Rewritten, limits: Limits) -> Syntax:
        try:
            syntax = check(rewritten.text, FUNCTIONS, limits)
            if _gives_nothing(syntax):
                return check(f"{rewritten.text}\n{self._closing(syntax)}", FUNCTIONS, limits)
        except ADError as error:
            raise _about(rewritten.error(error)) from error
        return syntax

    def _closing(self, syntax: Syntax) -> str:
        """The last line of a program that only sets the adjoints of the inputs."""
        assigned = sorted({*syntax.names.top, *syntax.names.free_ids})
        bases = {self.base(name, frozenset()): name for name in assigned}
        names = [given.name for given in self.problem.recording.inputs]
        missing = [name for name in names if name not in bases]
        if missing:
            words = f"Nothing comes back, and {_list(missing)} has no adjoint here."
            raise ADError(KIND, words, None, "End with the list of all derivatives, or assign " + f"{missing[0]}_bar.")
        return "[" + ", ".join(bases[name] for name in names) + "]"

    def base(self, name: str, own: frozenset[str]) -> str | None:
        """The variable that a name is the adjoint of: of the function, the output, or one of the program's own."""
        known = self._known()
        outputs = [alias for alias in OUTPUTS if alias not in known]
        if name in SEEDS and name not in known:
            return outputs[0] if outputs else None
        return base_of(name, known, outputs) or base_of(name, (own - {name}) | self._aliases, outputs)

    def _known(self) -> frozenset[str]:
        """The inputs and variables of the function."""
        return frozenset((*(given.name for given in self.problem.recording.inputs), *self.forward.history))

    def _names_the_output(self) -> bool:
        """Whether the adjoint of the output is called by the output's own name: then no other name is that.

        In dh = 1 and dz = dh*(1 - h**2) for a function that ends in h, dz is the adjoint of something inside.
        """
        names = {node.id for node in ast.walk(self.syntax.tree) if isinstance(node, ast.Name)}
        bases = {base_of(name, self._known()) for name in names}
        return any(base in self.forward.history and self._is_output(base) for base in bases if base)

    def _trimmed(self, problem: Problem, mend: Mend = lambda position, before: None) -> Watched:
        """A run with the gradient alone as its results."""
        run = self._run(problem, mend)
        return replace(run, results=tuple(self._results(run)))

    def _run(self, problem: Problem, mend: Mend = lambda position, before: None) -> Watched:
        try:
            return watch(self.syntax, self._point(problem), zeros=self._zeros, mend=mend)
        except ADError as error:
            raise _about(self.rewritten.error(error)) from error

    def _zeros(self, name: str) -> Nested:
        """What an adjoint holds before anything is added to it: the shape of its variable."""
        base = self.base(name, frozenset())
        versions = versions_of(self.forward).get(base or "")
        return nested(versions[-1], lambda _: 0.0) if versions else None

    def _point(self, problem: Problem) -> dict[str, Any]:
        """What the program takes: inputs, variables of the function, the adjoint of the output."""
        point = nest(problem.recording.inputs, problem.leaves)
        entry = entry_point(self.syntax) if self.syntax.form == "def" else None
        optional = entry.optional if entry else 0
        names = entry.parameters[: len(entry.parameters) - optional] if entry else self._taken(point)
        if any(name not in point for name in names):
            values = watch(problem.syntax, point).history
            return {name: point[name] if name in point else self._value(name, values) for name in names}
        return {name: point[name] for name in names}

    def _taken(self, inputs: Mapping[str, Any]) -> list[str]:
        """What a body reads and does not set; the function may have a variable called e or pi."""
        loose = find_names(self.syntax.tree, frozenset((*FUNCTIONS, *BUILTINS))).free_ids
        return [name for name in loose if name not in CONSTANTS or name in inputs or name in self.forward.history]

    def _value(self, name: str, values: Mapping[str, Sequence[Any]]) -> Any:
        if name in values:
            return nested(values[name][-1], lambda value: number_of(value) or 0.0)
        base = self.base(name, frozenset())
        if base is None:
            words = f"{name} is no input and no variable of the function, nor the adjoint of one."
            raise ADError(KIND, words, None, "Adjoints are called x_bar, dx, grad_x or x.grad.")
        return 1.0 if self._is_output(base) else self._zeros(name)

    def _is_output(self, base: str) -> bool:
        versions = versions_of(self.forward).get(base)
        return versions is None or versions[-1] == self.forward.recording.graph.outputs[0]

    def turned(self, examined: Examined) -> Blame | None:
        """The loop that runs the wrong way, or the condition whose branches are exchanged, if that is all."""
        first, parts = examined.problems[0], examined.checked.components
        wrong = next(j for j, part in enumerate(parts) if part.verdict == "wrong")
        for key, statement, syntax in turnings(self.syntax, self.limits):
            twin = copy(self)
            twin.syntax = syntax
            try:
                numbers = zip(twin.gradient(first).numbers, parts, strict=True)
                likely = all(math.isclose(x, part.expected, rel_tol=1e-6, abs_tol=1e-9) for x, part in numbers)
                mended = likely and check_at(examined.problems, twin.gradient, False).verdict == "right"
            except ADError:
                continue
            if mended:
                reads = self._trimmed(first).results[wrong].reads
                variable = self.rewritten.name(written(reads[0])) if len(reads) == 1 else parts[wrong].name
                span = self.rewritten.place(self.syntax.span(statement))
                return Blame(variable, span, parts[wrong].given, parts[wrong].expected, False, (say(key),), True)
        return None

    def blame(self, examined: Examined) -> Blame | None:
        """The first wrong statement, at the points where the gradient is wrong."""
        graph = examined.problems[0].graph
        if graph.customs or len(graph) > LARGEST:
            return None
        first = examined.problems[0]
        with np.errstate(all="ignore"):  # what a wrong statement gives may be larger than any number
            found = self._matching(examined.problems).first_fault(lambda mend: self._trimmed(first, mend))
        if found is None:
            return None
        fault, confirmed = found
        span = self.rewritten.place(self.syntax.span(fault.statement))
        place = span if span and span.line <= len(self.rewritten.typed.splitlines()) else None
        return Blame(
            self.rewritten.name(fault.variable),
            place,
            fault.given,
            fault.expected,
            fault.amount,
            fault.findings,
            confirmed,
        )

    def _matching(self, problems: Sequence[Problem]) -> Matching:
        """Both programs at these points; where variables are found by value alone, with equal operations made one."""
        runs, found = [self._trimmed(problem) for problem in problems], None
        for copies in (True, False):
            forward = [watch(p.syntax, nest(p.recording.inputs, p.leaves), copies) for p in problems]
            found = Matching(self.base, forward, runs, not copies)
            if not found.is_ambiguous():
                break
        assert found is not None
        return found


def _gives_nothing(syntax: Syntax) -> bool:
    """Whether a body neither returns nor ends in an expression."""
    last = syntax.tree.body[-1]
    returns = any(isinstance(node, ast.Return) for node in ast.walk(syntax.tree))
    return syntax.form == "body" and not isinstance(last, ast.Expr) and not returns


def _about(error: ADError) -> ADError:
    return ADError(KIND, error.message, error.span, error.hint)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
