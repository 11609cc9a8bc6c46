"""Functions with rules of their own in files for JAX and PyTorch, which are told the rules and then use them.

    @jax.custom_jvp                  class ste(torch.autograd.Function):
    def ste(u):                          def forward(*point): ...           the body
        ...  the body                    def backward(ctx, weight): ...     the weight times the rule

    def ste_partials(u): ...         def ste_partials(u): ...               the rule

A rule is differentiated by whoever asks for second derivatives, so calls of other such functions in it stay calls.
(JAX, Custom derivative rules for Python code; PyTorch, Extending torch.func with autograd.Function.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from adcore.algebras.staging import ALL_PASSES
from adcore.backends.readable import Namer, Page
from adcore.backends.targets import Speller
from adcore.columns import number_of
from adcore.graph import CUSTOM, Custom, Graph
from adcore.problem import Problem
from adcore.transformed import stage_primal_program
from adcore.values import Input, Recording


@dataclass(frozen=True, slots=True)
class Definition:
    """What is told of one function: its body, its rule, and the names of these and of a second function beside it."""

    name: str
    second: str
    partials: str
    body: str
    rule: str
    reads_out: bool

    @property
    def arguments(self) -> str:
        return "*point, out" if self.reads_out else "*point"


def _tell_jax(told: Definition) -> list[str]:
    joint = f"""@{told.name}.defjvp
def {told.second}(point, tangents):
    out = {told.name}(*point)
    slopes = {told.partials}({told.arguments})
    return out, sum(slope * tangent for slope, tangent in zip(slopes, tangents, strict=True))"""
    return [f"@jax.custom_jvp\ndef {told.name}{told.body}", f"def {told.partials}{told.rule}", joint]


def _tell_pytorch(told: Definition) -> list[str]:
    joint = f"""class {told.name}(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(*point):
        return torch.clone({told.second}(*point))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs, output)

    @staticmethod
    def backward(ctx, weight):
        *point, out = ctx.saved_tensors
        return tuple(weight * slope for slope in {told.partials}({told.arguments}))"""
    return [f"def {told.second}{told.body}", f"def {told.partials}{told.rule}", joint]


@dataclass(frozen=True, slots=True)
class Way:
    """How a library is told a rule, how the second name ends, and what stands behind the name in a call."""

    tell: Callable[[Definition], list[str]]
    ending: str
    call: str = ""


WAYS: Mapping[str, Way] = MappingProxyType(
    {"jax": Way(_tell_jax, "_jvp"), "pytorch": Way(_tell_pytorch, "_value", ".apply")}
)


MAIN = ("point", "expected", "found", "ours", "theirs")
"""Names that a file gives when it is run."""


class OwnRules:
    """Writes the definitions of what a program calls, each once and after those of what its rule calls.

    `blocks` are the definitions, and `names` what they define; the speller learns how the functions are called.
    """

    def __init__(self, problem: Problem, speller: Speller) -> None:
        self.problem = problem
        self.speller = speller
        self.way = WAYS[speller.target.name]
        self.blocks: list[str] = []
        self.names: list[str] = [custom.name for custom in problem.graph.customs]
        self._namer = Namer(MAIN)
        self._written: dict[tuple[str, str, str], str] = {}

    def define_all(self, graph: Graph) -> None:
        """Define what a program calls."""
        for custom in _called(graph):
            if id(custom) not in self.speller.calls:
                self.speller.calls[id(custom)] = self._define(custom) + self.way.call

    def _define(self, custom: Custom) -> str:
        """The name of a function, which is defined unless one that says the same is."""
        count = len(custom.letters)
        rule = self._staged(_joined(custom), list(range(count)))
        body = self._staged(custom.body, 0)
        key = custom.name, body, rule
        if key not in self._written:
            name = self._give(custom.name)
            second, partials = self._give(name + self.way.ending), self._give(f"{name}_partials")
            reads_out = len(custom.partials[0].inputs) > count
            self.blocks += self.way.tell(Definition(name, second, partials, body, rule, reads_out))
            self._written[key] = name
        return self._written[key]

    def _give(self, wanted: str) -> str:
        name = self._namer.give(wanted)
        self.names.append(name)
        return name

    def _staged(self, graph: Graph, template: Any) -> str:
        """A function without its name, from its brackets on."""
        staged = stage_primal_program(graph, ALL_PASSES, calls=True)
        self.define_all(staged.graph)
        inputs = tuple(Input(graph.names[i] or "v", ()) for i in graph.inputs)
        recording = Recording(graph, (), inputs, template, (), (), ())
        page = Page(Problem(self.problem.syntax, recording, ()), staged, self.speller, self.names)
        return "\n".join(page.write("", "primal")).removeprefix("def ")


def _called(graph: Graph) -> Iterator[Custom]:
    for op, constant in zip(graph.ops, graph.constants, strict=True):
        if op == CUSTOM:
            yield graph.customs[int(number_of(constant))]


def _joined(custom: Custom) -> Graph:
    """The partials, which are outputs of one graph, as one."""
    first, *others = custom.partials
    assert all(other.ops is first.ops for other in others)
    return replace(first, outputs=tuple(text.outputs[0] for text in custom.partials))
