"""Memory: what reverse mode keeps of the values and for how long, and what it costs to keep less."""

from __future__ import annotations

from typing import Any

import adcore
from adcore.errors import ADError
from adcore.labels import Labels
from adcore.modes.checkpointing import Checkpointed, least_advances
from adcore.modes.taping import BYTES_PER_VALUE, Taping
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

MOST_CHECKPOINTS = 20
COMPARED = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)


def memory(asked: Asked) -> Answer:
    """The tape of a plain reverse sweep, moment by moment, and the schedule of one with checkpoints."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    taping, labels = adcore.tape(asked.source, asked.point, asked.limits), Labels(problem.graph)
    looped = _checkpointed(asked)
    kept = [[labels.name(k.node), labels.text(k.node), _readers(labels, k.readers)] for k in taping.kept]
    tables = [table("What is kept, and which operations read it again", ["name", "operation", "read by"], kept)]
    if not kept:
        tables = [table("The tape", ["values kept"], [[0]])]
    if looped:
        tables.append(table("With so many checkpoints", ["checkpoints", "turns run again"], _choices(looped.turns)))
    return {
        "moments": _moments(taping, len(problem.graph)),
        "everything": taping.everything,
        "peak": taping.peak_values,
        "bytes": BYTES_PER_VALUE,
        "schedule": looped and _schedule(looped),
        "summary": _summary(taping, looped),
        "tables": tables,
    }


def _checkpointed(asked: Asked) -> Checkpointed | None:
    """The sweep with checkpoints; None for a program without a loop."""
    try:
        return adcore.checkpoint(asked.source, asked.point, asked.options["checkpoints"], limits=asked.limits)
    except ADError as error:
        if error.kind != "loop":
            raise
        return None


def _readers(labels: Labels, readers: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(dict.fromkeys(labels.name(reader) for reader, _ in readers))


def _moments(taping: Taping, nodes: int) -> dict[str, Any]:
    """How many values are held after each step: the nodes in order, then back from the last to the first."""
    steps = [m.step if m.phase == "primal" else 2 * nodes - 1 - m.step for m in taping.moments]
    return {"step": steps, "live": [moment.live for moment in taping.moments], "nodes": nodes}


def _schedule(looped: Checkpointed) -> dict[str, Any]:
    """The actions in order: what, at which turn, how many values are held then."""
    actions = [
        {"kind": h.action.kind, "turn": h.action.turn, "to": h.action.to, "again": h.again, "held": h.held}
        for h in looped.happenings
    ]
    return {
        "actions": actions,
        "turns": looped.turns,
        "checkpoints": looped.checkpoints,
        "advanced": looped.advanced,
        "peak": looped.peak_values,
        "plain": looped.plain_values,
        "choices": [{"checkpoints": c, "advances": advances} for c, advances in _choices(looped.turns)],
    }


def _choices(turns: int) -> list[tuple[int, int]]:
    return [(c, least_advances(turns, c)) for c in COMPARED]


def _summary(taping: Taping, looped: Checkpointed | None) -> str:
    kept = (
        f"Reverse mode keeps {taping.peak_values} of {taping.everything} values at most, "
        f"{taping.peak_values * BYTES_PER_VALUE} bytes: what no partial reads again is not kept."
    )
    if looped is None:
        return f"{kept} There is no loop whose turns could be computed again instead."
    return (
        f"{kept} With {looped.checkpoints} checkpoints, {looped.turns} turns are swept back with {looped.peak_values} "
        f"values held at most; {looped.advanced} turns are run beyond those that are swept back."
    )


LAB = Lab(
    name="memory",
    title="Memory",
    idea="What it costs",
    seen="Reverse mode needs values again that the function has long left behind: the tape grows while values rise and "
    "shrinks while adjoints fall. With checkpoints only some states of a loop are stored, and the turns between them "
    "are run again: the binomial schedule repeats the fewest.",
    source="y = x\nfor i in range(24):\n    y = y + 0.1*sin(y)*x\nreturn y",
    point={"x": 0.5},
    answer=memory,
    options=(Option("checkpoints", "Checkpoints", "whole", 4, 1, MOST_CHECKPOINTS),),
    starts=(
        Start("the logistic map", "y = x\nfor i in range(40):\n    y = 3.5*y*(1 - y)\nreturn y", {"x": 0.3}),
        Start("a sum keeps nothing", "x + y + z", {"x": 1.0, "y": 2.0, "z": 3.0}),
        Start("a product keeps its factors", "x*y*z", {"x": 1.0, "y": 2.0, "z": 3.0}),
        Start("tanh keeps its result", "tanh(tanh(tanh(x)))", {"x": 0.5}),
    ),
)
