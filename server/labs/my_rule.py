"""My own rule: a function with a derivative rule of the user's own, compared with what the function really does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import adcore
from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.floats import FloatAlgebra
from adcore.checked import Checked
from adcore.errors import ADError
from adcore.graph import CUSTOM, Custom
from adcore.interpreter import formula, run
from adcore.modes import numerical
from adcore.problem import Problem
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

CURVE_POINTS = 81


def my_rule(asked: Asked) -> Answer:
    """Every rule of the user's with its verdict, its curves beside the right ones, and what it does to the gradient."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    calls = _first_calls(problem)
    if not calls:
        hint = "For a function f(x) write def f_partials(x, out): and return its derivative; out is the value of f."
        raise ADError("check", "No function here has a rule of its own.", None, hint)
    reports = adcore.check_rules(asked.source, asked.point, asked.limits)
    reach = float(asked.options["reach"])
    rules = [
        {**report.to_json(), "curves": _curves(custom, numbers, reach)}
        for report, (custom, numbers) in zip(reports, calls, strict=True)
    ]
    columns = ["function", "partial for", "as written", "right", "digits that agree", "what is wrong"]
    return {
        "rules": rules,
        "effect": _effect(problem),
        "summary": _summary(reports),
        "tables": [table("Every partial", columns, [row for report in reports for row in _rows(report)])],
    }


def _first_calls(problem: Problem) -> list[tuple[Custom, list[float]]]:
    """Each function with a rule, and the arguments of its first call."""
    graph, found = problem.graph, dict[str, tuple[Custom, list[float]]]()
    for i, op in enumerate(graph.ops):
        if op == CUSTOM:
            custom = graph.customs[int(graph.constants[i] or 0)]
            found.setdefault(custom.name, (custom, [problem.recording.values[a] for a in graph.args[i]]))
    return list(found.values())


def _curves(custom: Custom, numbers: Sequence[float], reach: float) -> list[dict[str, Any]]:
    """Each partial along its own argument, as written and as it is, the other arguments held still."""
    return [
        {"name": letter, "at": numbers[k], **_curve(custom, numbers, k, reach)}
        for k, letter in enumerate(custom.letters)
    ]


def _curve(custom: Custom, numbers: Sequence[float], k: int, reach: float) -> dict[str, Any]:
    floats = FloatAlgebra()
    x = np.linspace(numbers[k] - reach, numbers[k] + reach, CURVE_POINTS)
    written, right = [], []
    for moved in x.tolist():
        args = [moved if j == k else number for j, number in enumerate(numbers)]
        out = run(custom.body, floats, args)[custom.body.outputs[0]]
        written.append(formula(floats, custom.partials[k], args, out))
        duals = [Dual(arg, 1.0 if j == k else None) for j, arg in enumerate(args)]
        tangent = run(custom.body, DualAlgebra(floats), duals)[custom.body.outputs[0]].tangent
        right.append(0.0 if tangent is None else tangent)
    return {"x": x, "written": written, "right": right}


def _effect(problem: Problem) -> list[dict[str, Any]]:
    """The derivatives of the whole program: by the rules as written, and by differences, which know no rule."""
    by_rules, by_differences = adcore.MODES["reverse"].jacobian(problem), numerical.jacobian(problem)
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    return [
        {"output": output, "input": name, "rules": a, "differences": b}
        for output, row, other in zip(problem.recording.output_names, by_rules, by_differences, strict=True)
        for name, a, b in zip(names, row, other, strict=True)
    ]


def _rows(report: Checked) -> list[list[Any]]:
    return [
        [report.subject, c.name, c.given, c.expected, c.digits, "; ".join(f.sentence for f in c.findings) or c.verdict]
        for c in report.components
    ]


def _summary(reports: Sequence[Checked]) -> str:
    wrong = [(report, part) for report in reports for part in report.components if part.verdict == "wrong"]
    if not wrong:
        undecided = any(report.verdict == "undecided" for report in reports)
        return "Not every rule can be decided here." if undecided else "Every rule is right at every point compared."
    report, part = wrong[0]
    said = " Or: ".join(finding.sentence for finding in part.findings) or "No known mistake explains the numbers."
    gap = (
        f"{part.given:.6g} is written, {part.expected:.6g} is right" if math.isfinite(part.given) else "it is no number"
    )
    return f"The partial of {report.subject} for {part.name} is wrong: {gap}. {said}"


LAB = Lab(
    name="my-rule",
    title="My own rule",
    idea="Programs that differentiate",
    seen="Give a function a derivative rule of your own by writing its partials beside it, and every mode uses your "
    "rule instead of looking inside. Here it is compared with what the function does, at several points; a mistake "
    "that has a name is named.",
    source="def soft(x, k):\n    return log(1 + exp(k*x))/k\n\n"
    "def soft_partials(x, k, out):\n    s = 1/(1 + exp(-k*x))\n    return [s, x*s/k + out/k]\n\nsoft(a, 2)*soft(b, 1)",
    point={"a": 0.5, "b": 1.0},
    answer=my_rule,
    options=(Option("reach", "Shown to each side", "number", 2.0, 1e-6, 1e6),),
    starts=(
        Start(
            "the same, right",
            "def soft(x, k):\n    return log(1 + exp(k*x))/k\n\n"
            "def soft_partials(x, k, out):\n    s = 1/(1 + exp(-k*x))\n    return [s, x*s/k - out/k]\n\n"
            "soft(a, 2)*soft(b, 1)",
            {"a": 0.5, "b": 1.0},
        ),
        Start(
            "a forgotten chain",
            "def wave(x):\n    return sin(x**2)\n\ndef wave_partials(x, out):\n    return cos(x**2)\n\nwave(a)",
            {"a": 1.2},
        ),
        Start(
            "a straight-through step",
            "def rounded(x):\n    return floor(x + 0.5)\n\n"
            "def rounded_partials(x, out):\n    return 1\n\n(rounded(a) - 2)**2",
            {"a": 0.8},
        ),
    ),
)
