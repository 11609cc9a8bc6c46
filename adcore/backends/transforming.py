"""Source transformation, as users call it: programs as text, what each pass saved, and files for other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adcore.algebras.staging import ALL_PASSES, Passes
from adcore.backends.emitter import EMITTED
from adcore.backends.own_rules import OwnRules
from adcore.backends.readable import Page, remark, shaped
from adcore.backends.targets import TARGETS, Speller
from adcore.cautions import cautions_of
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import reverse
from adcore.problem import Problem, pose
from adcore.transformed import (
    STAGES,
    Orders,
    PassCount,
    Staged,
    count_orders,
    count_passes,
    stage_primal_program,
)


@dataclass(frozen=True, slots=True)
class Transformed:
    """A program as Python text with a function named like its `kind`; `passes` says what each pass saved.

    primal    f(inputs) -> value
    tangent   f(inputs, their tangents) -> value, tangent
    adjoint   f(inputs, weight of each output) -> value, adjoints of the inputs
    """

    kind: str
    text: str
    operations: int
    passes: tuple[PassCount, ...]


def transform(
    source: str,
    at: Mapping[str, Any],
    kind: str = "adjoint",
    passes: Passes = ALL_PASSES,
    limits: Limits | None = None,
) -> Transformed:
    """The primal, tangent or adjoint program of a source, for the branches that are taken at a point.

    >>> print(adcore.transform("x*y", {"x": 2.0, "y": 3.0}).text)
    def adjoint(x, y, f_bar=1.0):
        # line 1: x*y
        f = x * y
        x_bar = f_bar * y
        y_bar = f_bar * x
        return f, [x_bar, y_bar]

    The text follows the formulas of the rows alone: at a point where one of them has no value, as hypot at 0, 0, the
    text has none either, while the interpreter answers with the row's convention. And Python's own functions raise an
    OverflowError where the interpreter says infinity, such as exp(800).
    """
    if kind not in STAGES:
        raise ADError("kind", f"There is no program called {kind}.", None, f"There are: {', '.join(STAGES)}.")
    problem = pose(source, at, limits)
    staged = _stage(problem, kind, passes)
    speller = Speller(TARGETS["python"])
    body = _function(problem, staged, kind, kind, speller)
    text = "\n".join([*speller.imports(body), *[""] * (2 * bool(speller.imports(body))), body, ""])
    return Transformed(kind, text, staged.operations, count_passes(problem.graph, kind, passes))


def orders(source: str, at: Mapping[str, Any], passes: Passes = ALL_PASSES, limits: Limits | None = None) -> Orders:
    """Operations of the adjoint program, optimised only after differentiation, and before it as well."""
    return count_orders(pose(source, at, limits).graph, passes)


def export(source: str, at: Mapping[str, Any], target: str = "numpy", limits: Limits | None = None) -> str:
    """The function and its derivative as a file for NumPy, JAX or PyTorch; run it, and it compares itself with us.

    The file for NumPy holds the adjoint program. JAX and PyTorch differentiate by themselves: they get the function and
    the rules of functions that have rules of their own.
    """
    if target not in EXPORTED:
        names = ", ".join(EXPORTED)
        raise ADError("target", f"There is no target called {target}.", None, f"The targets are: {names}.")
    problem = pose(source, at, limits)
    if not problem.leaves:
        raise ADError("target", "A program without inputs has no derivative to export.", None, "Name an input.")
    speller = Speller(TARGETS[target])
    if target == "numpy":
        kinds = {"primal": "function", "adjoint": "adjoint"}
        blocks = [_function(problem, _stage(problem, k, ALL_PASSES), k, name, speller) for k, name in kinds.items()]
    else:
        blocks = _calling(problem, speller)
    blocks += [_derivative(problem, target), _LEAVES, _comparison(problem, target)]
    body = "\n\n\n".join(blocks)
    title = f'"""A function and its derivative for {speller.target.title}, written by Wengert."""'
    setting = ["", 'jax.config.update("jax_enable_x64", True)'] if target == "jax" else []
    head = [title, "", *speller.imports(body), *setting]
    return "\n".join([*head, "", "", body, ""])


def _stage(problem: Problem, kind: str, passes: Passes) -> Staged:
    return STAGES[kind](problem.graph, passes, problem.recording.output_names)


def _function(problem: Problem, staged: Staged, kind: str, name: str, speller: Speller) -> str:
    return "\n".join(Page(problem, staged, speller).write(name, kind))


def _calling(problem: Problem, speller: Speller) -> list[str]:
    """The function, after those with rules of their own that it calls."""
    staged = stage_primal_program(problem.graph, ALL_PASSES, problem.recording.output_names, calls=True)
    own = OwnRules(problem, speller)
    own.define_all(staged.graph)
    return [*own.blocks, "\n".join(Page(problem, staged, speller, own.names).write("function", "primal"))]


def _derivative(problem: Problem, target: str) -> str:
    """A definition of `derivative(*point)`: nested like the Jacobian, one row for each output."""
    if target == "numpy":
        m = len(problem.graph.outputs)
        return _JACOBIAN.replace("COUNT", str(m))
    one = problem.recording.template == 0
    arguments = tuple(range(len(problem.recording.inputs)))
    library = {"jax": ("jax.grad", "jax.jacrev"), "pytorch": ("torch.func.grad", "torch.func.jacrev")}[target]
    return f"derivative = {library[0 if one else 1]}(function, argnums={arguments})"


def _comparison(problem: Problem, target: str) -> str:
    """What the file does when it is run: its derivative beside the one that was computed here."""
    leaves = iter([POINTS[target].replace("@", EMITTED.number(x)) for x in problem.leaves])
    point = ", ".join(shaped(given.shape, leaves) for given in problem.recording.inputs)
    entries = [EMITTED.number(float(x)) for row in reverse.jacobian(problem) for x in row]
    comma = "," if len(problem.recording.inputs) == 1 else ""
    cautions = cautions_of(problem.recording, problem.recording.values)
    remarks = "".join(f"    # {remark(c.message, 200)}\n" for c in cautions if c.kind in ("kink", "tie", "domain"))
    return _MAIN.replace("POINT", point + comma).replace("ENTRIES", ", ".join(entries)).replace("REMARKS", remarks)


POINTS: Mapping[str, str] = MappingProxyType(
    {
        "numpy": "np.float64(@)",
        "jax": "jnp.float64(@)",
        "pytorch": "torch.tensor(@, dtype=torch.float64)",
    }
)
"""A number of the point as the library's own: Python's would raise an error at 1/0."""
_JACOBIAN = '''def derivative(*point):
    """The Jacobian, row by row: the adjoint program once for each output."""
    weights = [[float(k == i) for k in range(COUNT)] for i in range(COUNT)]
    return [adjoint(*point, *row)[1] for row in weights]'''
_LEAVES = '''def leaves(tree):
    """The numbers of nested lists, in order."""
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [float(tree)]'''
_MAIN = """if __name__ == "__main__":
    point = (POINT)
    print("value", leaves(function(*point)))
REMARKS    expected = [ENTRIES]
    found = leaves(derivative(*point))
    for ours, theirs in zip(expected, found, strict=True):
        print(ours, theirs)
    if any(
        ours == ours != theirs and not abs(ours - theirs) <= 1e-9 * (1 + abs(ours))
        for ours, theirs in zip(expected, found, strict=True)
    ):
        raise SystemExit("The derivatives differ. At a kink a library may have a convention of its own.")"""
EXPORTED = ("numpy", "jax", "pytorch")
