"""Exercises about the plan of a calculation: orders, modes, what doubles, a line that is wrong, what to keep."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.algebras.floats import Numeric
from adcore.errors import ADError
from adcore.modes.checkpointing import advances_with, repeats_needed
from adcore.modes.turns import cut
from adcore.problem import holds
from adcore.wording import count, number
from server.tutor.blanks import Blank, Candidate, Choice, Number, Order, Parts
from server.tutor.mistakes import distinct
from server.tutor.sheets import Draft, Sheet, Term

MOST_ORDERED = (5, 7, 9)
"""How many operations are put in order at each level."""
PLACES = (1.0, 1.1, 0.87)
"""Multiples of the point at which it is tried what doubles: what doubles by chance does so at one only."""


def ask_order(draft: Draft) -> Parts:
    """Put operations in an order in which a sweep back can take them."""
    sheet = draft.sheet
    reached = [i for i in reversed(sheet.operations) if i in sheet.adjoints][: MOST_ORDERED[draft.level - 1]]
    if len(reached) < 2:
        raise ADError("exercise", "One operation has no order.", None, "Take a function of several operations.")
    names = {i: f"v{sheet.labels.numbers[i]}" for i in reached}
    uses = [(i, a) for i in reached for a in dict.fromkeys(sheet.graph.args[i]) if a in names]
    shuffled = draft.rng.sample(reached, len(reached))
    key = Order(tuple(names[i] for i in shuffled), tuple((names[i], names[a]) for i, a in uses))
    hints = (
        "An operation hands its adjoint on when it is complete: when all that use it have reported.",
        f"The sweep starts at {names[reached[0]]}.",
        "Each of these comes before the other: " + ", ".join(f"{names[i]} before {names[a]}" for i, a in uses) + ".",
    )
    words = "the order in which the sweep back takes " + ", ".join(names[i] for i in shuffled)
    return Parts("Put the sweep back in an order that works.", (), [Blank("order", words, "", key, hints)])


def ask_mode(draft: Draft) -> Parts:
    """Choose the mode that takes fewer sweeps for the whole Jacobian, and say how many."""
    graph = draft.sheet.graph
    n, m = len(graph.inputs), len(graph.outputs)
    right = tuple(name for name, passes in (("forward", n), ("reverse", m)) if passes == min(n, m))
    sentence = f"Forward mode takes a sweep for each input, here {n}; reverse mode one for each output, here {m}."
    reasons = {name: ("wrong-mode", sentence) for name in ("forward", "reverse") if name not in right}
    shape = f"The Jacobian has {m} × {n} entries: a row for each output, a column for each input."
    hints = ("What does one sweep give: a row or a column?", shape, "Forward mode gives a column, reverse mode a row.")
    mode = Blank("mode", "the mode that takes fewer sweeps", "", Choice(("forward", "reverse"), right, reasons), hints)
    wrong = [
        Candidate("wrong-mode", sentence, float(max(n, m))),
        Candidate("sweep-per-entry", "One sweep gives a whole row or column, not one entry.", float(n * m)),
        Candidate("sweep-per-both", "Rows or columns are enough; both are not needed.", float(n + m)),
        Candidate("one-sweep", "One sweep gives one row or column only; here there are several.", 1.0),
    ]
    key = Number(float(min(n, m)), 1.0, distinct(float(min(n, m)), 1.0, wrong))
    passes = Blank("passes", "the number of sweeps that it takes", "", key, hints)
    return Parts(
        "The whole Jacobian is wanted. Which mode is cheaper, and how many sweeps is that?", (), [mode, passes]
    )


DOUBLES, STAYS, ELSE = "doubles", "stays the same", "does something else"


def ask_doubling(draft: Draft) -> Parts:
    """Predict what becomes of each value when one input doubles."""
    sheet, j = draft.sheet, draft.moved
    by = sheet.labels.name(sheet.graph.inputs[j])
    if not _same_program(sheet, j):
        words = f"When {by} doubles, the program decides otherwise and works out other values."
        raise ADError("exercise", words, None, "Choose another point, or a program without decisions.")
    found = [(i, _fate(sheet, i, j)) for i in sheet.operations]
    cells = [_doubling_blank(sheet, i, fate, j) for i, fate in found if fate]
    if not cells:
        raise ADError("exercise", "What becomes of the values cannot be seen here.", None, "Choose another point.")
    chosen = sorted(draft.rng.sample(range(len(cells)), min(len(cells), 1 + 2 * draft.level)))
    return Parts(f"{by} doubles. What becomes of each of these?", (), [cells[k] for k in chosen])


def _same_program(sheet: Sheet, j: int) -> bool:
    """Whether the program takes every decision again when input j doubles: else it has other values."""
    leaves = [x * (2 if k == j else 1) for k, x in enumerate(sheet.problem.leaves)]
    return holds(sheet.graph, Numeric(sheet.graph).run(leaves))


def _fate(sheet: Sheet, i: int, j: int) -> str:
    """What a value does when input j doubles; "" where it is zero or no number, and nothing can be seen.

    Nor can it where a value depends on the input and seems to stay: it moves by less than numbers show.
    """
    numeric, ratios = Numeric(sheet.graph), list[float]()
    for scale in PLACES:
        leaves = [scale * x for x in sheet.problem.leaves]
        before = numeric.run(leaves)[i]
        leaves[j] *= 2
        after = numeric.run(leaves)[i]
        if not (math.isfinite(before) and math.isfinite(after)) or before == 0 or leaves[j] == 0:
            return ""
        ratios.append(after / before)
    moves = sheet.graph.varied([sheet.graph.inputs[j]])[i]
    fates = ((2.0, DOUBLES), (1.0, "" if moves else STAYS))
    return next((word for ratio, word in fates if all(math.isclose(r, ratio, rel_tol=1e-9) for r in ratios)), ELSE)


def _doubling_blank(sheet: Sheet, i: int, fate: str, j: int) -> Blank:
    leaf = sheet.graph.inputs[j]
    name, by, moves = sheet.labels.full_name(i), sheet.labels.name(leaf), sheet.graph.varied([leaf])[i]
    reasons = {
        DOUBLES: ("linear-everywhere", f"Only what is a multiple of {by} doubles with it."),
        STAYS: ("treated-as-constant", f"{name} depends on {by}.") if moves else ("", ""),
        ELSE: (
            "linearity-missed",
            f"{name} is a multiple of {by}, or does not depend on it: look at what it is made of.",
        ),
    }
    key = Choice(
        (DOUBLES, STAYS, ELSE), (fate,), {word: why for word, why in reasons.items() if word != fate and why[0]}
    )
    hints = (
        f"Write {name} = {sheet.labels.text(i)} with 2·{by} in place of {by}.",
        "Sums of multiples, and products with what does not move, keep a factor; powers and functions do not.",
        f"{name} depends on {by}." if moves else f"{name} does not depend on {by}.",
    )
    words = f"{name} = {sheet.labels.text(i)}"
    return Blank(f"doubling:{i}", words, sheet.labels.latex(i), key, hints, i, span=sheet.graph.spans[i])


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line of an adjoint program as it may be written wrongly: by which mistake, the text, and what it amounts to."""

    name: str
    text: str
    amount: float


FLAWS: Mapping[str, str] = MappingProxyType(
    {
        "sign": "a sign is turned",
        "accumulation": "it overwrites what was there instead of adding to it",
        "wrong-partial": "the partial of the other argument is used",
        "value-for-rate": "a value is used instead of an adjoint",
        "chain": "the local partial is missing",
        "arriving-factor": "the adjoint that arrives is missing",
    }
)
"""What may be wrong with a line, as it is said in the choices."""


def ask_bug(draft: Draft) -> Parts:
    """Find the line of an adjoint program that is wrong, and say what is wrong with it."""
    sheet, rng = draft.sheet, draft.rng
    lines = [(i, term) for i in reversed(range(len(sheet.graph))) for term in sheet.adjoint_terms(i)]
    lines.sort(key=lambda line: (-line[1].op, line[1].arg))
    flaws = [(place, flaw) for place in range(len(lines)) for flaw in _flaws(sheet, lines, place)]
    if not flaws:
        raise ADError(
            "exercise", "No line of this program can be wrong and look right.", None, "Take another function."
        )
    place, flaw = rng.choice(flaws)
    texts = [_line(sheet, target, term) for target, term in lines]
    texts[place] = flaw.text
    options = tuple(f"line {k + 1}" for k in range(len(texts)))
    target = sheet.labels.full_name(lines[place][0])
    hints = (
        "Compare each line with the operation that it belongs to: adjoint times partial, added.",
        f"The adjoint of {target} comes out wrong.",
        f"What belongs to that line amounts to {number(lines[place][1].amount)}.",
    )
    where = Blank("line", "the line that is wrong", "", Choice(options, (options[place],)), hints)
    what = Choice(tuple(FLAWS.values()), (FLAWS[flaw.name],))
    why = Blank("flaw", "what is wrong with it", "", what, hints)
    numbered = [f"{k + 1}: {text}" for k, text in enumerate(texts)]
    return Parts("One line of this adjoint program is wrong. Which, and why?", (), [where, why], (), numbered)


def _line(sheet: Sheet, target: int, term: Term) -> str:
    return f"{_bar(sheet, target)} += {_bar(sheet, term.op)} · ({sheet.labels.partial(term.op, term.arg)})"


def _bar(sheet: Sheet, i: int) -> str:
    return f"adjoint of {sheet.labels.name(i)}"


def _flaws(sheet: Sheet, lines: Sequence[tuple[int, Term]], place: int) -> Iterator[Flaw]:
    """The mistakes that change the number of a line."""
    target, term = lines[place]
    head, rate = _bar(sheet, target), _bar(sheet, term.op)
    local, value = sheet.labels.partial(term.op, term.arg), sheet.values[term.op]
    found = [
        Flaw("sign", f"{head} += −{rate} · ({local})", -term.amount),
        Flaw("value-for-rate", f"{head} += {sheet.labels.name(term.op)} · ({local})", value * term.partial),
        Flaw("chain", f"{head} += {rate}", term.rate),
        Flaw("arriving-factor", f"{head} += {local}", term.partial),
    ]
    other = 1 - term.arg
    if len(sheet.graph.args[term.op]) == 2 and (term.op, other) in sheet.partials:
        text = f"{head} += {rate} · ({sheet.labels.partial(term.op, other)})"
        found.append(Flaw("wrong-partial", text, term.rate * sheet.partials[term.op, other]))
    earlier = sum(t.amount for i, t in lines[:place] if i == target)
    if earlier:
        found.append(Flaw("accumulation", f"{head} = {rate} · ({local})", term.amount - earlier))
    return (flaw for flaw in found if math.isfinite(flaw.amount) and abs(flaw.amount - term.amount) > 1e-6)


def ask_checkpoint(draft: Draft) -> Parts:
    """Choose where to keep a state of a loop, and say how many turns are run again (Griewank & Walther 2000)."""
    turns, kept = len(cut(draft.sheet.graph).turns), min(1 + draft.level, 3)
    if turns < 3:
        raise ADError("exercise", "A loop of fewer than three turns needs no plan.", None, "Let the loop run longer.")
    costs = {f"before turn {first + 1}": advances_with(first, turns, kept) for first in range(1, turns)}
    least, repeats = min(costs.values()), repeats_needed(turns, kept)
    right = tuple(place for place, cost in costs.items() if cost == least)
    reasons = {
        place: ("costly-checkpoint", f"With that, {cost} turns are run again; {least} are enough.")
        for place, cost in costs.items()
        if cost > least
    }
    idea = "What lies after the kept state is swept back first, with one state less; then what lies before it."
    weighed = f"Early, and much remains after it with {count(kept - 1)} to keep; late, and much remains before it."
    ends = f"Kept before turn 2 it costs {costs['before turn 2']} turns run again in all, before turn {turns} "
    place_hints = (idea, weighed, f"{ends}{costs[f'before turn {turns}']}: the best place costs no more than either.")
    where = Blank("keep", "the next state to keep", "", Choice(tuple(costs), right, reasons), place_hints)
    formula = f"With r = {repeats}, l = {turns} and c = {kept} it is r·l − C(c + r, r − 1)."
    key = Number(float(least), 1.0, distinct(float(least), 1.0, _wrong_counts(turns)))
    again = Blank("again", "the number of turns run again in the best plan", "", key, (idea, weighed, formula))
    ask = (
        f"{turns} turns are swept back; {count(kept)} states can be kept, the first is kept already. Where is the next?"
    )
    return Parts(ask, (), [where, again])


def _wrong_counts(turns: int) -> list[Candidate]:
    every = turns * (turns - 1) // 2
    return [
        Candidate(
            "from-the-start", "This runs from the first state every time; what is kept saves that.", float(every)
        ),
        Candidate("nothing-again", "That would need every state kept; there is no room.", 0.0),
        Candidate("once-more", "Once more each is not enough, and the last turn is not run again.", float(turns)),
        Candidate("once-more", "Once more each is not enough with so few states.", float(turns - 1)),
    ]
