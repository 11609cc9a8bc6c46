"""Code: derivatives as programs to read, run, compare and take away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import adcore
from server.labs.lab import Answer, Asked, Lab, Option, Start, table
from server.tutor.listings import write_list

PASSES = MappingProxyType(
    {
        "share": "Share equal operations",
        "fold": "Fold constants",
        "peephole": "Drop times 1 and plus 0",
        "prune": "Drop what nothing needs",
    }
)
Panes = Iterator[dict[str, Any]]


def code(asked: Asked) -> Answer:
    """The chosen form as panes of text side by side, and what each pass saves."""
    passes = adcore.Passes(**{name: asked.options[name] for name in PASSES})
    form = asked.options["form"]
    found = {kind: _program(asked, kind, passes) for kind in ("primal", "tangent", "adjoint")}
    orders = adcore.orders(asked.source, asked.point, passes, asked.limits)
    savings = [
        [PASSES[p.name], kind, p.before, p.after] for kind, program in found.items() for p in program.passes if p.on
    ]
    counts = {kind: program.operations for kind, program in found.items()}
    summary = (
        f"The function takes {counts['primal']} operations, with its tangent {counts['tangent']}, with its adjoints "
        f"{counts['adjoint']}. Optimised before it is differentiated and after, the adjoint program takes "
        f"{orders.optimised_first}; optimised only after, {orders.differentiated_first}."
    )
    return {
        "form": form,
        "panes": list(FORMS[form](asked, passes)),
        "counts": counts,
        "savings": savings,
        "summary": summary,
        "tables": [
            table("Operations before and after each pass", ["pass", "program", "before", "after"], savings)
            if savings
            else table("Operations", ["program", "operations"], [[kind, n] for kind, n in counts.items()])
        ],
    }


def _program(asked: Asked, kind: str, passes: adcore.Passes) -> Any:
    return adcore.transform(asked.source, asked.point, kind, passes, asked.limits)


def _pane(title: str, text: str, quantity: str, file: str = "", note: str = "") -> dict[str, Any]:
    """One text. Lines that a comment says to come from a line of the source carry its number."""
    return {"title": title, "text": text, "quantity": quantity, "file": file, "note": note}


def _side_by_side(asked: Asked, passes: adcore.Passes) -> Panes:
    for kind, quantity in (("primal", "primal"), ("tangent", "tangent"), ("adjoint", "adjoint")):
        program = _program(asked, kind, passes)
        yield _pane(f"The {kind} program", program.text, quantity, f"{kind}.py", f"{program.operations} operations")


def _written(form: str, title: str, quantity: str, note: str) -> Callable[[Asked, adcore.Passes], Panes]:
    def panes(asked: Asked, passes: adcore.Passes) -> Panes:
        text = adcore.write(asked.source, asked.point, form, asked.limits).file
        yield _pane(title, text, quantity, f"{form}.py", note)

    return panes


def _linear(asked: Asked, passes: adcore.Passes) -> Panes:
    linear = adcore.linearize(asked.source, asked.point, asked.limits)
    transposed = adcore.transpose(linear)
    note = "Every number is fixed at the point: the program is a matrix, written as operations."
    yield _pane("The linear program", write_list(linear.graph), "tangent", "", note)
    note = "Read backwards, each copy is a sum and each sum a copy: this is the reverse sweep."
    yield _pane("Its transpose", write_list(transposed.graph), "adjoint", "", note)


def _exported(target: str, title: str) -> Callable[[Asked, adcore.Passes], Panes]:
    def panes(asked: Asked, passes: adcore.Passes) -> Panes:
        text = adcore.export(asked.source, asked.point, target, asked.limits)
        note = "Run it: it prints its derivative beside the one computed here, and fails if they differ."
        yield _pane(title, text, "symbolic", f"{target}_derivative.py", note)

    return panes


FORMS: Mapping[str, Callable[[Asked, adcore.Passes], Panes]] = MappingProxyType(
    {
        "programs side by side": _side_by_side,
        "dual numbers": _written("dual", "Dual numbers", "tangent", "Each value carries its tangent along."),
        "closures": _written(
            "closure", "Closures", "adjoint", "Each operation leaves a function that hands its adjoint on."
        ),
        "continuations": _written(
            "continuation", "Continuations", "adjoint", "Each operation calls all that follows, and adds up on return."
        ),
        "linearise and transpose": _linear,
        "a file for NumPy": _exported("numpy", "A file for NumPy"),
        "a file for JAX": _exported("jax", "A file for JAX"),
        "a file for PyTorch": _exported("pytorch", "A file for PyTorch"),
    }
)

LAB = Lab(
    name="code",
    title="Code",
    idea="Programs that differentiate",
    seen="The derivative is a program like the function, written by the same rules that compute the numbers; every "
    "statement names the source line it came from. Switch the passes off to see what they do: sharing, folding, "
    "dropping what is trivial or unused.",
    source="a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c",
    point={"x1": 1.5, "x2": 0.5},
    answer=code,
    options=(
        Option("form", "Shown", "choice", "programs side by side", choices=tuple(FORMS)),
        *(Option(name, label, "switch", True) for name, label in PASSES.items()),
    ),
    starts=(
        Start(
            "a norm inside the loop",
            "def f(x):\n    y = []\n    for i in range(len(x)):\n        y.append(x[i]/sqrt(sum([a**2 for a in x])))\n"
            "    return sum([a**3 for a in y])",
            {"x": [1.0, 2.0, 3.0]},
        ),
        Start("a loop", "y = x\nfor i in range(4):\n    y = 3.5*y*(1 - y)\nreturn y", {"x": 0.3}),
        Start("a product", "x*y*z", {"x": 1.0, "y": 2.0, "z": 3.0}, {"form": "linearise and transpose"}),
        Start("two outputs", "[x*sin(y), x/y]", {"x": 1.0, "y": 2.0}, {"form": "a file for NumPy"}),
    ),
)
