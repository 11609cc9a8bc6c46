"""Why a step does what it does: one plain sentence, and the rule in letters, with names and with numbers.

Everything is read from the row of the primitive and the names of the graph; nothing is stored with the events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adcore.algebras.text import LATEX, PRETTY, TextAlgebra, latex_number
from adcore.events import Event
from adcore.graph import INPUT, Graph
from adcore.interpreter import RuleBook, formula
from adcore.labels import Labels

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One step explained. `letters`, `names` and `numbers` are LaTeX; `rule` is a phrase."""

    step: int
    phase: str
    kind: str
    node: int | None
    source: int | None
    primitive: str
    title: str
    sentence: str
    letters: str = ""
    names: str = ""
    numbers: str = ""
    rule: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Explainer:
    """Explains the events of one trace. `values` are the primals of all nodes."""

    def __init__(self, graph: Graph, values: Sequence[float], events: Sequence[Event]) -> None:
        self.graph = graph
        self.values = values
        self.events = events
        self.labels = Labels(graph)
        self.users = graph.users()
        self.rules = RuleBook()
        self.output_names = _output_names(graph)

    def explain(self, step: int) -> Explanation:
        """The explanation of event number `step`."""
        event = self.events[step]
        describe = getattr(self, f"_{event.phase}_{event.kind}", self._end)
        return Explanation(step, event.phase, event.kind, event.node, event.source, *describe(step, event))

    def _end(self, step: int, event: Event) -> tuple[str, ...]:
        return "", "Done", "The sweep is complete: every number that was asked for is known."

    def _primal_value(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        name, shown = self.labels.full_name(i), number(event.value)
        if self.graph.ops[i] == INPUT:
            return "input", f"{name} is an input", f"{name} is given: it is {shown} at this point."
        row = self.rules.find(self.graph, i).row
        sentence = f"{name} is {row.said} of {self._listed(self.graph.args[i])}."
        left = self._marked(i)
        names = rf"{left} = {self.labels.latex(i)}"
        with_numbers = TextAlgebra(LATEX).apply(self.rules.find(self.graph, i), self._numbers(i)).text
        return row.name, f"{name} = {self.labels.text(i)}", sentence, "", names, f"{with_numbers} = {latex(event.value)}"

    def _listed(self, args: Sequence[int]) -> str:
        names = [self.labels.name(a) for a in args]
        return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]

    def _primal_branch(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        text = PRETTY_SIGNS(self.labels.plain(i))
        verdict = "holds" if event.value else "does not hold"
        sentence = f"{text} {verdict} here, and that decides which statements run. The trace is valid while it stays so."
        return self.graph.ops[i], f"{text} {verdict}", sentence

    def _tangent_seed(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        name = self.labels.full_name(i)
        if event.value:
            sentence = f"The direction moves {name} at rate {number(event.value)}: its tangent starts there."
        else:
            sentence = f"The direction does not move {name}, so its tangent is zero."
        return "input", f"Seed: the tangent of {name}", sentence, "", rf"\dot {{{self._marked(i)}}} = {latex(event.value)}"

    def _tangent_contribution(self, step: int, event: Event) -> tuple[str, ...]:
        i, source, k = _node(event), event.source or 0, event.arg or 0
        row = self.rules.find(self.graph, i).row
        earlier = self._earlier(step)
        name, argument = self.labels.full_name(i), self.labels.name(source)
        terms = self._terms(step, event.node)
        sentence = f"{name} is {row.said} of {self._listed(self.graph.args[i])}. A change of {argument} reaches it times {self.labels.partial(i, k)}."
        if terms > 1:
            sentence += f" Its tangent is a sum of {count(terms)}; this is the {ordinal(earlier + 1)}."
        title = f"{name} changes through {argument}"
        return row.name, title, sentence, *self._sum(event, r"\dot", i, source, i, k, self._previous(step)), row.remark

    def _tangent_tangent(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        name = self.labels.full_name(i)
        if self._earlier(step) == 0:
            sentence = f"{name} does not depend on what the direction moves: its tangent is zero by structure, at no cost."
        else:
            sentence = f"The tangent of {name} is complete: along the direction it changes at rate {number(event.value)}."
        names = rf"\dot {{{self._marked(i)}}} = {latex(event.value)}"
        return self.graph.ops[i], f"The tangent of {name} is complete", sentence, "", names

    def _adjoint_seed(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        output, name = self.output_names[i], self.labels.full_name(i)
        if event.value == 1:
            sentence = f"The sweep starts at the output {output}: it changes one for one with itself, so its adjoint is 1."
        else:
            sentence = f"The output {output} has weight {number(event.value)}: its adjoint starts there."
        return self.graph.ops[i], f"Seed: the adjoint of {name}", sentence, "", rf"\bar {{{self._marked(i)}}} = {latex(event.value)}"

    def _adjoint_adjoint(self, step: int, event: Event) -> tuple[str, ...]:
        i = _node(event)
        name, rate = self.labels.full_name(i), number(event.value)
        what = "the result" if len(self.graph.outputs) == 1 else "the weighted result"
        if self.graph.ops[i] == INPUT:
            sentence = f"Every use of {name} has reported. The derivative of {what} with respect to {name} is {rate}."
        else:
            uses = len(self._uses(i))
            reported = "Its use has reported" if uses == 1 else f"All {count(uses)} uses have reported" if uses else "Nothing else uses it"
            sentence = f"{reported}: {what} changes {rate} times as fast as {name}. This now goes on to its arguments."
        names = rf"\bar {{{self._marked(i)}}} = {latex(event.value)}"
        return self.graph.ops[i], f"The adjoint of {name} is complete", sentence, "", names

    def _adjoint_contribution(self, step: int, event: Event) -> tuple[str, ...]:
        i, user, k = _node(event), event.source or 0, event.arg or 0
        row = self.rules.find(self.graph, user).row
        name, through = self.labels.full_name(i), f"{row.said} {self.labels.name(user)}"
        uses, earlier = len(self._uses(i)), self._earlier_into(step)
        if uses > 1:
            sentence = (
                f"{name} feeds {count(uses)} operations, so its adjoint is a sum of {count(uses)} contributions. "
                f"This is the {ordinal(earlier + 1)}, through {through}."
            )
        else:
            sentence = f"{name} is used once, by {through}: a change of it reaches that times {self.labels.partial(user, k)}."
        title = f"{name} receives a contribution from {self.labels.name(user)}"
        return row.name, title, sentence, *self._sum(event, r"\bar", i, user, user, k, self._previous_into(step)), row.remark

    def _sum(self, event: Event, mark: str, target: int, other: int, op: int, k: int, before: float | None) -> tuple[str, str, str]:
        """The three formulas of `target += partial * other`, where the partial is that of `op` for argument k."""
        left, right = f"{mark} {{{self._marked(target)}}}", f"{mark} {{{self._marked(other)}}}"
        argument = self._marked(self.graph.args[op][k])
        head = left if before is None else f"{left} + "
        head = rf"{left} \leftarrow " + ("" if before is None else f"{left} + ")
        letters = rf"{head}{right} \cdot \frac{{\partial {self._marked(op)}}}{{\partial {argument}}}"
        names = rf"{head}{right} \cdot {_bracketed(self.labels.latex_partial(op, k))}"
        out = TextAlgebra(LATEX).const(short(self.values[op]))
        local = formula(TextAlgebra(LATEX), self.rules.find(self.graph, op).partials[k], self._numbers(op), out).text
        start = "" if before is None else f"{latex(before)} + "
        times = self._rate(event, before)
        numbers = rf"{start}{_bracketed(latex(times))} \cdot {_bracketed(local)} = {latex(event.value)}"
        return letters, names, numbers

    def _rate(self, event: Event, before: float | None) -> float | None:
        """The tangent or adjoint that is passed on: that of the completed source."""
        wanted = ("adjoint",) if event.phase == "adjoint" else ("tangent", "seed")
        found = [e.value for e in self.events if e.phase == event.phase and e.kind in wanted and e.node == event.source]
        return found[-1] if found else None

    def _numbers(self, i: int) -> list[Any]:
        writer = TextAlgebra(LATEX)
        return [writer.const(short(self.values[a])) for a in self.graph.args[i]]

    def _marked(self, i: int) -> str:
        return rf"\data{{node={i}}}{{{self.labels.latex_name(i)}}}"

    def _uses(self, i: int) -> list[tuple[int, int]]:
        """The contributions that node i gets in this trace: which user, which argument."""
        return [(e.source or 0, e.arg or 0) for e in self.events if e.phase == "adjoint" and e.kind == "contribution" and e.node == i]

    def _earlier_into(self, step: int) -> int:
        node = self.events[step].node
        return sum(e.kind == "contribution" and e.node == node for e in self.events[:step])

    def _previous_into(self, step: int) -> float | None:
        """What the sum was before this contribution: earlier contributions, or the seed."""
        event = self.events[step]
        sums = [e.value for e in self.events[:step] if e.phase == event.phase and e.node == event.node]
        return sums[-1] if sums else None

    def _earlier(self, step: int) -> int:
        return self._earlier_into(step)

    def _terms(self, step: int, node: int | None) -> int:
        return sum(e.phase == "tangent" and e.kind == "contribution" and e.node == node for e in self.events)

    def _previous(self, step: int) -> float | None:
        return self._previous_into(step)


def PRETTY_SIGNS(text: str) -> str:
    return text.replace("<=", "≤").replace(">=", "≥").replace("!=", "≠").replace("==", "=")


def number(x: float | None) -> str:
    """A number in a sentence: five significant digits; nan and infinities as words."""
    if x is None or x != x:
        return "not a number"
    if x in (float("inf"), float("-inf")):
        return "infinite" if x > 0 else "minus infinite"
    return PRETTY.number(short(x))


def short(x: float) -> float:
    return float(f"{x:.5g}")


def latex(x: float | None) -> str:
    return latex_number(short(x)) if x is not None else ""


def _bracketed(text: str) -> str:
    plain = text.replace(r"\data", "")
    needs = plain.startswith("-") or any(sign in plain for sign in (" + ", " - ")) and not plain.startswith((r"\left(", r"\frac"))
    return rf"\left({text}\right)" if needs else text


def ordinal(n: int) -> str:
    return ORDINALS[n - 1] if 1 <= n <= len(ORDINALS) else f"{n}th"


def count(n: int) -> str:
    return COUNTS[n] if n < len(COUNTS) else str(n)


def _node(event: Event) -> int:
    assert event.node is not None, "only the last event has no node"
    return event.node


def _output_names(graph: Graph) -> dict[int, str]:
    if len(graph.outputs) == 1:
        return {graph.outputs[0]: "y"}
    return {i: f"y{k + 1}" for k, i in enumerate(graph.outputs)}
