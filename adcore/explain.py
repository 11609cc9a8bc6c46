"""Why a step does what it does: one plain sentence, and the rule in letters, with names and with numbers.

Everything is read from the row of the primitive and the names of the graph; nothing is stored with the events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from adcore.algebras.text import TextAlgebra, Written
from adcore.events import KIND_CODES, PHASE_CODES, Event, Events
from adcore.graph import INPUT, Graph
from adcore.interpreter import RuleBook, formula
from adcore.labels import Labels
from adcore.modes.evaluate import Numbers
from adcore.wording import STEP, bracketed, count, latex, listed, number, ordinal, times

ADDING = frozenset(KIND_CODES[kind] for kind in ("contribution", "curvature"))
COMPLETING = frozenset(KIND_CODES[kind] for kind in ("seed", "tangent", "adjoint"))
BAR, DOT, DOTTED_BAR = r"\bar{%s}", r"\dot{%s}", r"\dot{\bar{%s}}"


class Explanation(NamedTuple):
    """One step explained. `letters`, `names` and `numbers` are LaTeX; `rule` is a phrase; any of them may be empty."""

    step: int
    phase: str
    kind: str
    node: int | None
    source: int | None
    title: str = ""
    sentence: str = ""
    primitive: str = ""
    letters: str = ""
    names: str = ""
    numbers: str = ""
    rule: str = ""

    def to_json(self) -> dict[str, Any]:
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Share:
    """Where a contribution stands in its sum: its number, how many there are, and the event that left off before it."""

    position: int
    of: int
    before: int | None


class Sums:
    """Which events add to which sum, and which complete one: numbers apart, so that it holds at every point.

    Sums are known by (node, phase); `complete` is the last event that set or completed one.
    """

    def __init__(self, events: Events) -> None:
        parts: dict[tuple[int | None, int], list[int]] = {}
        before: dict[int, int | None] = {}
        latest: dict[tuple[int | None, int], int] = {}
        self.complete: dict[tuple[int | None, int], int] = {}
        columns = (column.tolist() for column in (events.node, events.phase, events.kind))
        for step, (node, phase, kind) in enumerate(zip(*columns, strict=True)):
            key = (node, phase)
            if kind in ADDING:
                parts.setdefault(key, []).append(step)
                before[step] = latest.get(key)
            elif kind in COMPLETING:
                self.complete[key] = step
            latest[key] = step
        self.sizes = {key: len(steps) for key, steps in parts.items()}
        self.shares = {
            step: Share(position, len(steps), before[step])
            for steps in parts.values()
            for position, step in enumerate(steps, start=1)
        }


class Explainer:
    """Explains the events of one trace. `values` are the primals of all nodes.

    What does not move with the point, such as the names of nodes, is kept from one step or point to the next.
    """

    def __init__(self, graph: Graph, values: Sequence[float], events: Events) -> None:
        self.graph = graph
        self.values = values
        self.numbers: Numbers = (events.value, events.partial)
        self.labels = labels = Labels(graph)
        self.writer = TextAlgebra(STEP)
        self.sums = Sums(events)
        self.rule = cache(partial(RuleBook().find, graph))
        self._unmoved = cache(events.unmoved)
        self._ops = cache(graph.ops.__getitem__)
        self._args = cache(graph.args.__getitem__)
        self._name = cache(labels.name)
        self._full_name = cache(labels.full_name)
        self._text = cache(labels.text)
        self._partial = cache(labels.partial)
        self._latex_partial = cache(labels.latex_partial)
        self._marked = cache(partial(_marked, labels))

    def moved(self, values: Sequence[float], numbers: Numbers) -> Explainer:
        """The same for another point: names and sums stay."""
        other = object.__new__(Explainer)
        vars(other).update(vars(self), values=values, numbers=numbers)
        return other

    def explain(self, step: int) -> Explanation:
        """The explanation of event number `step`."""
        event = self._event(step)
        subject = (step, event.phase, event.kind, event.node, event.source)
        if event.node is None:
            words = "The sweep is complete: every number that was asked for is known."
            return Explanation(*subject, title="Done", sentence=words)
        fill = getattr(self, f"_{event.phase}_{event.kind}")
        return Explanation(*subject, primitive=self._ops(event.node), **fill(step, event, event.node))

    def _event(self, step: int) -> Event:
        """Event number `step` with operations of 0, so that nothing has to be counted."""
        phase, kind, node, source, arg = self._unmoved(step)
        if node is None:
            return Event(phase, kind)
        values, partials = self.numbers
        local = None if arg is None else float(partials[step])
        return Event(phase, kind, node, float(values[step]), source, arg, local)

    def _primal_value(self, step: int, event: Event, i: int) -> dict[str, str]:
        name = self._full_name(i)
        if self._ops(i) == INPUT:
            words = f"{name} is given: it is {number(event.value)} at this point."
            return {"title": f"{name} is an input", "sentence": words}
        rule = self.rule(i)
        args = listed([self._name(a) for a in self._args(i)])
        filled = self.writer.apply(rule, self._numbers(i)).text
        return {
            "title": f"{name} = {self._text(i)}",
            "sentence": f"{name} is {rule.row.said} of {args}.",
            "names": f"{self._marked(i)} = {self.labels.latex(i)}",
            "numbers": f"{filled} = {latex(event.value)}",
        }

    def _primal_branch(self, step: int, event: Event, i: int) -> dict[str, str]:
        condition = self._text(i)
        verdict = "holds" if event.value else "does not hold"
        words = f"{condition} {verdict} here, and that decides what runs. The trace is valid while it stays so."
        return {"title": f"{condition} {verdict}", "sentence": words}

    def _tangent_seed(self, step: int, event: Event, i: int) -> dict[str, str]:
        name = self._full_name(i)
        if event.value:
            words = f"The direction moves {name} at rate {number(event.value)}: its tangent starts there."
        else:
            words = f"The direction does not move {name}, so its tangent is zero."
        return {"title": f"Seed: the tangent of {name}", "sentence": words, "names": self._equation(DOT, i, event)}

    def _tangent_contribution(self, step: int, event: Event, i: int) -> dict[str, str]:
        source, k, share = event.source or 0, event.arg or 0, self.sums.shares[step]
        name, argument, row = self._full_name(i), self._name(source), self.rule(i).row
        words = f"A change of {argument} reaches {name}, {row.said}, multiplied by {self._partial(i, k)}."
        if share.of > 1:
            words += f" The tangent is a sum of {count(share.of)} such terms; this is the {ordinal(share.position)}."
        formulas = self._contribution(step, DOT, source, (i, k))
        return {"title": f"{name} changes with {argument}", "sentence": words, **formulas, "rule": row.remark}

    def _tangent_tangent(self, step: int, event: Event, i: int) -> dict[str, str]:
        name, last = self._full_name(i), self._event(step - 1)
        if last.kind == "contribution":
            words = f"The tangent of {name} is complete: along the direction it changes at rate {number(event.value)}."
        else:
            words = f"{name} does not depend on what the direction moves: its tangent is zero by structure, at no cost."
        return {"title": f"The tangent of {name}", "sentence": words, "names": self._equation(DOT, i, event)}

    def _adjoint_seed(self, step: int, event: Event, i: int) -> dict[str, str]:
        name = self._full_name(i)
        if event.value == 1:
            words = f"The sweep starts at the output {name}: it changes one for one with itself, so its adjoint is 1."
        else:
            words = f"The output {name} has weight {number(event.value)}: its adjoint starts there."
        return {"title": f"Seed: the adjoint of {name}", "sentence": words, "names": self._equation(BAR, i, event)}

    def _adjoint_adjoint(self, step: int, event: Event, i: int) -> dict[str, str]:
        name, rate = self._full_name(i), number(event.value)
        result = "the output" if len(self.graph.outputs) == 1 else "the weighted sum of the outputs"
        if self._ops(i) == INPUT:
            words = f"Every use of {name} has reported: the derivative of {result} with respect to {name} is {rate}."
        else:
            words = f"{self._reported(i)} {result} changes {rate} times as fast as {name}. That is now handed on."
        names = self._equation(BAR, i, event)
        return {"title": f"The adjoint of {name} is complete", "sentence": words, "names": names}

    def _reported(self, i: int) -> str:
        uses = self.sums.sizes.get((i, PHASE_CODES["adjoint"]), 0)
        words = {0: "It is an output:", 1: "Its only use has reported:", 2: "Both uses have reported:"}
        return words.get(uses, f"All {count(uses)} uses have reported:")

    def _adjoint_contribution(self, step: int, event: Event, i: int) -> dict[str, str]:
        user, k, share = event.source or 0, event.arg or 0, self.sums.shares[step]
        name, row, user_name = self._full_name(i), self.rule(user).row, self._name(user)
        if share.of > 1:
            words = (
                f"{name} is used {times(share.of)}, so its adjoint is a sum of {count(share.of)} contributions. "
                f"This is the {ordinal(share.position)}, through {row.said} {user_name}."
            )
        else:
            words = f"{name} is used once, by {row.said} {user_name}: "
            words += f"a change of it reaches that multiplied by {self._partial(user, k)}."
        formulas = self._contribution(step, BAR, user, (user, k))
        return {
            "title": f"{name} receives a contribution from {user_name}",
            "sentence": words,
            **formulas,
            "rule": row.remark,
        }

    def _second_seed(self, step: int, event: Event, i: int) -> dict[str, str]:
        name = self._full_name(i)
        words = f"The adjoint of the output {name} is 1 wherever the direction leads, so its own tangent is 0."
        names = self._equation(DOTTED_BAR, i, event)
        return {"title": f"Seed: the tangent of the adjoint of {name}", "sentence": words, "names": names}

    def _second_adjoint(self, step: int, event: Event, i: int) -> dict[str, str]:
        name, rate = self._full_name(i), number(event.value)
        if self._ops(i) == INPUT:
            words = f"Along the direction the derivative with respect to {name} changes at rate {rate}: "
            words += f"this is the entry of the Hessian times the direction that belongs to {name}."
        else:
            words = f"Along the direction the adjoint of {name} changes at rate {rate}. That is now handed on."
        names = self._equation(DOTTED_BAR, i, event)
        return {"title": f"The tangent of the adjoint of {name} is complete", "sentence": words, "names": names}

    def _second_contribution(self, step: int, event: Event, i: int) -> dict[str, str]:
        user, k = event.source or 0, event.arg or 0
        name, user_name, row = self._full_name(i), self._name(user), self.rule(user).row
        words = f"The adjoint of {user_name} changes along the direction, and {name} hears of it "
        words += f"multiplied by the partial {self._partial(user, k)}." + self._summand(step)
        formulas = self._contribution(step, DOTTED_BAR, user, (user, k))
        title = f"{name} receives the change of the adjoint of {user_name}"
        return {"title": title, "sentence": words, **formulas, "rule": row.remark}

    def _second_curvature(self, step: int, event: Event, i: int) -> dict[str, str]:
        user, k, share = event.source or 0, event.arg or 0, self.sums.shares[step]
        name, user_name, row = self._full_name(i), self._name(user), self.rule(user).row
        words = f"The partial {self._partial(user, k)} itself changes along the direction, at rate "
        words += f"{number(event.partial)}; that counts as often as the adjoint of {user_name} says." + self._summand(
            step
        )
        left, right = DOTTED_BAR % self._marked(i), BAR % self._marked(user)
        fraction = rf"\frac{{\partial {self._marked(user)}}}{{\partial {self._marked(i)}}}"
        before = self._before(share)
        head = rf"{left} \leftarrow " + (f"{left} + " if before else "")
        rate = bracketed(latex(self._rate(user, "adjoint")))
        return {
            "title": f"The curvature of {user_name} reaches {name}",
            "sentence": words,
            "letters": rf"{head}{right} \cdot \frac{{d}}{{dt}} {fraction}",
            "names": rf"{head}{right} \cdot \frac{{d}}{{dt}} {bracketed(self._latex_partial(user, k))}",
            "numbers": rf"{before}{rate} \cdot {bracketed(latex(event.partial))} = {latex(event.value)}",
            "rule": row.remark,
        }

    def _summand(self, step: int) -> str:
        share = self.sums.shares[step]
        if share.of == 1:
            return ""
        return f" The sum has {count(share.of)} such terms; this is the {ordinal(share.position)}."

    def _contribution(self, step: int, mark: str, source: int, edge: tuple[int, int]) -> dict[str, str]:
        """`node += partial * source` in letters, names and numbers; the partial is that of an operation's argument."""
        event, share = self._event(step), self.sums.shares[step]
        op, k = edge
        left, right = mark % self._marked(event.node or 0), mark % self._marked(source)
        head = rf"{left} \leftarrow " + (f"{left} + " if share.before is not None else "")
        fraction = rf"\frac{{\partial {self._marked(op)}}}{{\partial {self._marked(self._args(op)[k])}}}"
        out = self.writer.const(self.values[op])
        local = formula(self.writer, self.rule(op).partials[k], self._numbers(op), out).text
        before = self._before(share)
        rate = bracketed(latex(self._rate(source, event.phase)))
        return {
            "letters": rf"{head}{right} \cdot {fraction}",
            "names": rf"{head}{right} \cdot {bracketed(self._latex_partial(op, k))}",
            "numbers": rf"{before}{rate} \cdot {bracketed(local)} = {latex(event.value)}",
        }

    def _before(self, share: Share) -> str:
        return "" if share.before is None else f"{latex(float(self.numbers[0][share.before]))} + "

    def _rate(self, node: int, phase: str) -> float | None:
        """The tangent or adjoint of a node as the sweep left it."""
        step = self.sums.complete.get((node, PHASE_CODES[phase]))
        return None if step is None else float(self.numbers[0][step])

    def _equation(self, mark: str, i: int, event: Event) -> str:
        return f"{mark % self._marked(i)} = {latex(event.value)}"

    def _numbers(self, i: int) -> list[Written]:
        return [self.writer.const(self.values[a]) for a in self._args(i)]


def _marked(labels: Labels, i: int) -> str:
    return rf"\data{{node={i}}}{{{labels.latex_name(i)}}}"
