"""Every limit of the engine, stated once: its name, its default and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NoReturn

from adcore.errors import ADError, Span


@dataclass(frozen=True, slots=True)
class Setting:
    """One number that may be changed: `name` is how errors and settings files call it."""

    name: str
    default: int
    help: str


ENGINE_SETTINGS = (
    Setting("source_characters", 10_000, "characters in a source text"),
    Setting("source_lines", 500, "lines in a source text"),
    Setting("brackets", 100, "brackets open at one place"),
    Setting("syntax_nodes", 5_000, "parts of the parsed source"),
    Setting("syntax_depth", 200, "levels of the parsed source"),
    Setting("block_depth", 20, "blocks inside one another"),
    Setting("name_characters", 64, "characters in a name"),
    Setting("literal_digits", 40, "digits in a number as written"),
    Setting("inputs", 64, "inputs by name"),
    Setting("outputs", 64, "outputs written out one by one"),
    Setting("vector_length", 1_024, "elements of a list"),
    Setting("matrix_side", 64, "rows or columns of an input matrix"),
    Setting("statements", 100_000, "statements and loop turns executed"),
    Setting("graph_nodes", 100_000, "nodes in a recorded graph"),
    Setting("kept_operations", 10_000_000, "operations in the turns of loops that are compiled as loops"),
    Setting("staged_operations", 1_000_000, "operations in the program of a Jacobian or a Hessian"),
    Setting("call_depth", 100, "calls inside one another"),
    Setting("symbolic_nodes", 300, "different sub-expressions handed to symbolic differentiation"),
    Setting("symbolic_tree", 2_000, "parts of the expression, written out, handed to symbolic differentiation"),
    Setting("symbolic_exponent", 64, "factors in a whole power handed to symbolic differentiation"),
    Setting("derivative_order", 32, "orders of derivatives"),
    Setting("elimination_states", 10_000, "partly eliminated graphs in the search for the best elimination"),
    Setting("continuation_steps", 300, "operations of a program in continuation-passing form"),
    Setting(
        "exercise_jacobian", 14_000, "rows that the outputs need, times inputs and ten, in an exercise with a Jacobian"
    ),
    Setting("exercise_formula", 165, "rows of a program in an exercise with a formula"),
)


class Limits:
    """A frozen set of values, one for each `Setting`; `limits["graph_nodes"]` reads one.

    >>> Limits().changed(graph_nodes=10)["graph_nodes"]
    10
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, int] = MappingProxyType({})) -> None:
        known = {setting.name: setting.default for setting in ENGINE_SETTINGS}
        unknown = set(values) - set(known)
        if unknown:
            raise ADError("limit", f"There is no limit called {', '.join(sorted(unknown))}.")
        self._values = MappingProxyType({**known, **values})

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def __reduce__(self) -> tuple[type[Limits], tuple[dict[str, int]]]:
        return Limits, (dict(self._values),)

    def changed(self, **values: int) -> Limits:
        """The same limits but for those named."""
        return Limits({**self._values, **values})

    def check(self, name: str, amount: int, span: Span | None = None, hint: str = "") -> None:
        """Raise the error that names the limit if `amount` is over it."""
        if amount > self._values[name]:
            self.refuse(name, span, hint)

    def refuse(self, name: str, span: Span | None = None, hint: str = "") -> NoReturn:
        setting = next(setting for setting in ENGINE_SETTINGS if setting.name == name)
        message = f"Too many {setting.help}: the limit is {self._values[name]:,} ({name})."
        hint = hint or "Make the program smaller, or raise the limit where you run it."
        raise ADError("limit", message, span, hint, name)
