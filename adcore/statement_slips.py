"""Which mistake one statement of a backward program makes: what each known one would have given, compared.

Mistakes in a rule come from the table of misconceptions, worked out for the operations between the variables (see
slips). The mistakes here are those of a sweep: what comes back from above is left out, taken twice, taken from the
wrong variable, or the value is taken for the adjoint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.checked import Finding
from adcore.errors import Span
from adcore.graph import INPUT
from adcore.interpreter import adjoints_of, run, sweep
from adcore.local_sweeps import Floats, Part, Whole, cut, same
from adcore.misconceptions import LINEAR, WHOLE
from adcore.naming import findings_of
from adcore.slips import Situation, situation, slips, slips_at_all

SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "seed": ("seed", WHOLE["seed"]),
        "sign": ("sign", "The sign of what comes back from {up} is turned."),
        "adjoint-left-out": (
            "chain",
            "What comes back from {up} is multiplied by the adjoint of {up}; here that factor is missing.",
        ),
        "partial-left-out": (
            "chain",
            "The adjoint of {up} is multiplied by how fast {up} changes with {down}; here that factor is missing.",
        ),
        "value-for-adjoint": ("value-for-adjoint", "Here the value of {up} was taken where its adjoint belongs."),
        "wrong-adjoint": (
            "wrong-adjoint",
            "Here the adjoint of {other} was taken. What uses {down} is {up}, so the adjoint of {up} belongs here.",
        ),
        "added": ("added", "The adjoint of {up} and the partial are added; they are to be multiplied."),
        "divided": (
            "factor-inverted",
            "The adjoint of {up} was divided by the partial; it is to be multiplied with it.",
        ),
        "twice": ("accumulation", "What comes back from {up} is counted twice in the adjoint of {down}."),
        "left-out": (
            "accumulation",
            "What comes back from {up} is missing in the adjoint of {down}, which is used there too.",
        ),
        "overwritten": (
            "accumulation",
            "The adjoint of {down} is overwritten here, and what came back before is lost. "
            "What comes back from all uses is added up, with +=.",
        ),
        "kept": (
            "accumulation",
            "The adjoint of {down} still holds that of a later {down}. "
            "Each value that {down} takes has an adjoint of its own: it starts anew, with = and not +=.",
        ),
        "elsewhere": (
            "wrong-point",
            "The partial is taken with {other} in the place of {at}: it belongs at the value that {up} was made of.",
        ),
        "value-for-partial": (
            "wrong-partial",
            "The adjoint of {up} is multiplied by {other} here; how fast {up} changes with {down} is something else.",
        ),
        "factor-missing": ("factor-missing", "In what comes back from {up} the factor {other} is missing."),
        "factor-too-many": ("factor-too-many", "The factor {other} does not belong in what comes back from {up}."),
        "early": (
            "handed-on-early",
            "The adjoint of {down} is used here before it is complete: more is added to it afterwards.",
        ),
        "nothing": ("treated-as-constant", "The adjoint of {down} stays 0, but the output depends on {down}."),
        "wrong-input": (
            "wrong-input",
            "The derivatives stand in another order than the inputs: this one is by {other}.",
        ),
        "loop-order": (
            "loop-order",
            "The way back takes the turns of a loop from the last to the first; here they come in another order.",
        ),
        "exchanged": (
            "wrong-branch",
            "The branches of this condition are exchanged: what stands in the other one is right here.",
        ),
        "forward": (
            "forward",
            "This is not the {down} of the function: what is worked out with it on the way back is wrong.",
        ),
    }
)
"""Mistakes of a sweep: the name, and the sentence with the variables: {down} receives, {up} hands on."""

SAME = (
    ("sign", "wrong-partial"),
    ("product-factor", "product-of-derivatives"),
    ("product-half", "accumulation"),
    ("quotient-half", "accumulation"),
    ("wrong-adjoint", "value-for-adjoint"),
)
"""Mistakes that are one and the same calculation where both fit: the first of the two is said."""
MOST_PLACES = 40
"""Values that are tried in the place of the right one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a statement gave to the adjoint of the variable `node`, over the points; `names` are those of variables.

    `options` are the ways to read it: the variables whose adjoints it hands on, with the adjoints that it found there.
    `taken` are the variables whose adjoints it reads, `others` has what it found there.
    """

    node: int
    amount: Floats
    options: Sequence[Mapping[int, Floats]]
    taken: tuple[int, ...]
    others: Mapping[int, Floats]
    names: Mapping[int, str]


def say(key: str, span: Span | None = None, **words: str) -> Finding:
    """A mistake of a sweep in words; `span` is the place in the function that it is about."""
    name, sentence = SENTENCES[key]
    for letter, word in words.items():
        sentence = sentence.replace(f"{{{letter}}}", word)
    return Finding(name, sentence, (), span)


def name_mistake(whole: Whole, stops: Collection[int], receipt: Receipt) -> tuple[Finding, ...]:
    """The mistakes that give this amount at every point; none where no known one does."""
    if receipt.node == whole.output:
        found = tuple(_started(whole, receipt))
        if found:
            return found
    return _distinct(next(filter(None, _explanations(whole, stops, receipt)), ()))


def _explanations(whole: Whole, stops: Collection[int], receipt: Receipt) -> Iterator[tuple[Finding, ...]]:
    """What explains the amount, likeliest first: that a rule is wrong for what is read, then that other things are."""
    wide = list[tuple[Mapping[int, Floats], tuple[Finding, ...]]]()

    def explain(options: Sequence[Mapping[int, Floats]]) -> Iterator[tuple[Finding, ...]]:
        for option in options:
            special, general = _by_rules(whole, stops, receipt, option)
            wide.append((option, general))
            yield special
            yield tuple(_by_sweep(whole, stops, receipt, option))

    read = {*receipt.taken, whole.output}
    yield from explain([option for option in receipt.options if set(option) <= read])
    yield tuple(_taken_wrongly(whole, stops, receipt))
    yield from explain([option for option in receipt.options if not set(option) <= read])
    for option, general in wide:
        yield general
        yield tuple(_elsewhere(whole, stops, receipt, option))


def _distinct(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """One finding for a name; of two names for one calculation the first of `SAME`."""
    once = {finding.name: finding for finding in reversed(findings)}
    names = set(once)
    said_better = {second for first, second in SAME if first in names}
    return tuple(finding for name, finding in reversed(once.items()) if name not in said_better)


def _taken_wrongly(whole: Whole, stops: Collection[int], receipt: Receipt) -> Iterator[Finding]:
    """That the adjoint that is read is not of what uses the variable, and all else is right."""
    users = {up for option in receipt.options for up in option}
    for other in receipt.taken:
        adjoint = receipt.others[other]
        for up in sorted(users - set(receipt.taken)):
            partial = whole.handed_on(up, stops).get(receipt.node)
            if partial is not None and same(adjoint * partial, receipt.amount, whole.sizes[:, receipt.node]):
                words = {"up": receipt.names.get(up, "the output"), "down": receipt.names.get(receipt.node, "this")}
                yield say("wrong-adjoint", whole.graph.spans[up], other=_other(receipt, other, words["up"]), **words)


def _started(whole: Whole, receipt: Receipt) -> Iterator[Finding]:
    """Mistakes of the first statement of a sweep, where the adjoint of the output is set."""
    one = np.ones(len(receipt.amount))
    if same(receipt.amount, -one, one):
        yield Finding("sign", WHOLE["sign"])
    elif np.all(receipt.amount == receipt.amount[0]) or same(receipt.amount, whole.values[:, whole.output], one):
        yield say("seed")


def _seeded_with_value(whole: Whole, receipt: Receipt, up: int) -> bool:
    """Whether the sweep starts here with the value of the variable itself."""
    size = whole.sizes[:, receipt.node]
    return up == whole.output and same(receipt.amount, whole.values[:, receipt.node], size)


def _by_rules(
    whole: Whole, stops: Collection[int], receipt: Receipt, option: Mapping[int, Floats]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Misconceptions at the operations between the variables: those of one function, and those of any."""
    part = cut(whole.graph, list(option), stops)
    if receipt.node not in part.stops or part.graph.ops[part.starts[next(iter(option))]] == INPUT:
        return (), ()
    j = part.graph.inputs.index(part.stops[receipt.node])
    situations = [_situation(whole, part, option, p) for p in range(len(whole.values))]
    sizes = np.array([at.magnitudes[j] for at in situations])
    if same(np.array([at.gradient[j] for at in situations]), receipt.amount, sizes):
        return (), ()
    first = _situation(whole, part, option, 0, True)
    fits = (same(slip.gradient[j : j + 1], receipt.amount[:1], sizes[:1]) for slip in slips(first))
    if not any(fits):
        return (), ()
    alike = slips_at_all([_situation(whole, part, option, p, True) for p in range(len(situations))])
    fitting = [each[0] for each in alike if same(np.array([s.gradient[j] for s in each]), receipt.amount, sizes)]
    labels = {at: whole.graph.spans[i] for at, i in enumerate(part.origin)}
    special, general = (
        tuple(findings_of(part.graph, labels, [slip for slip in fitting if slip.general == wide]))
        for wide in (False, True)
    )
    return special, general


def _situation(whole: Whole, part: Part, option: Mapping[int, Floats], p: int, sloped: bool = False) -> Situation:
    """A part at one of the points."""
    row = whole.values[p, list(part.origin)].tolist()
    return situation(part.graph, row, {part.starts[i]: float(seed[p]) for i, seed in option.items()}, sloped)


def _by_sweep(
    whole: Whole, stops: Collection[int], receipt: Receipt, option: Mapping[int, Floats]
) -> Iterator[Finding]:
    """Mistakes in what is handed on along the way from one variable to another."""
    rows = {up: whole.handed_on(up, stops) for up in option}
    partials = {up: row[receipt.node] for up, row in rows.items() if receipt.node in row}
    terms = {up: option[up] * partial for up, partial in partials.items()}
    total, size = sum(terms.values(), np.zeros(len(receipt.amount))), whole.sizes[:, receipt.node]
    down = receipt.names.get(receipt.node, "this")
    seen = dict[str, Finding]()
    for up, term in terms.items():
        if _seeded_with_value(whole, receipt, up):
            key = "seed" if np.all(partials[up] == 1) else "value-for-adjoint"
            seen.setdefault(key, say(key, whole.graph.spans[up], up=down))
        for key, wrong, other in _wrong_terms(whole, receipt, up, option[up], partials[up]):
            if same(total - term + wrong, receipt.amount, size) and not same(wrong, term, size):
                words = {"up": receipt.names.get(up, "the output"), "down": down, "other": other}
                seen.setdefault(key, say(key, whole.graph.spans[up], **words))
    bare = sum(partials.values(), np.zeros(len(total)))
    if not seen and len(terms) > 1 and same(bare, receipt.amount, size):
        seen["all"] = say("adjoint-left-out", up="each variable above")
    yield from seen.values()


def _elsewhere(
    whole: Whole, stops: Collection[int], receipt: Receipt, option: Mapping[int, Floats]
) -> Iterator[Finding]:
    """Partials taken at the value of another variable, a factor too few or too many, and values taken for a partial."""
    part = cut(whole.graph, list(option), stops)
    if receipt.node not in part.stops:
        return
    size = whole.sizes[:, receipt.node]
    words = {"down": receipt.names.get(receipt.node, "this"), "up": receipt.names.get(next(iter(option)), "the output")}
    places = list(dict.fromkeys([*receipt.names, *part.origin]))[:MOST_PLACES]
    span = whole.graph.spans[next(iter(option))]
    pairs = ((at, other) for at in _telling(part, part.stops[receipt.node]) for other in places)
    moved = next((p for p in pairs if p[1] != part.origin[p[0]] and _fits_moved(whole, part, option, p, receipt)), None)
    where, other = (receipt.names.get(part.origin[moved[0]], "it"), moved[1]) if moved else ("", -1)
    factor = None if moved and receipt.names.get(other) != where else _factor(whole, stops, receipt, option, places)
    if factor:
        yield say(factor[0], span, other=receipt.names[factor[1]], **words)
        return
    if moved:
        yield say("elsewhere", span, at=where, other=_other(receipt, other, where), **words)
        return
    for other in places if len(option) == 1 else ():
        [seed] = option.values()
        if same(seed * whole.values[:, other], receipt.amount, size):
            yield say("value-for-partial", span, other=_other(receipt, other, words["up"]), **words)
            return


def _factor(
    whole: Whole, stops: Collection[int], receipt: Receipt, option: Mapping[int, Floats], places: Sequence[int]
) -> tuple[str, int] | None:
    """The variable by whose value alone the amount is too small or too large."""
    if len(option) != 1:
        return None
    [(up, seed)] = option.items()
    right = seed * whole.handed_on(up, stops).get(receipt.node, 0.0)
    size = whole.sizes[:, receipt.node]
    for other in places if np.ptp(right) else ():
        value = whole.values[:, other]
        if other in receipt.names and np.ptp(value):
            if same(receipt.amount * value, right, size):
                return "factor-missing", other
            if same(receipt.amount, right * value, size * np.abs(value)):
                return "factor-too-many", other
    return None


def _other(receipt: Receipt, node: int, name: str) -> str:
    """What a node is called beside one called `name`."""
    own = receipt.names.get(node, "another value")
    return f"another {own.removeprefix('the ')}" if own == name else own


def _telling(part: Part, down: int) -> list[int]:
    """The inputs of a part that matter for what one of them is handed: of sums no others do. It comes first."""
    graph = part.graph
    below = [i == down for i in range(len(graph))]
    for i, args in enumerate(graph.args):
        below[i] |= any(below[a] for a in args)
    read = [a for i, op in enumerate(graph.ops) if below[i] and op not in LINEAR for a in graph.args[i]]
    useful = graph.useful(read)
    return [down, *(i for i in part.stops.values() if useful[i] and i != down)]


def _fits_moved(
    whole: Whole, part: Part, option: Mapping[int, Floats], move: tuple[int, int], receipt: Receipt
) -> bool:
    """Whether the amount is what is handed on where an input of a part has the value of another node."""
    at, other = move
    down, size = part.stops[receipt.node], whole.sizes[:, receipt.node]
    for p, row in enumerate(whole.values):
        leaves = [float(row[other if i == at else part.origin[i]]) for i in part.graph.inputs]
        values = run(part.graph, FloatAlgebra(), leaves)
        seeds = {part.starts[i]: float(seed[p]) for i, seed in option.items()}
        found = adjoints_of(sweep(part.graph, FloatAlgebra(), values, seeds)).get(down, 0.0)
        if not same(np.array([found], float), receipt.amount[p : p + 1], size[p : p + 1]):
            return False
    return True


def _wrong_terms(
    whole: Whole, receipt: Receipt, up: int, seed: Floats, partial: Floats
) -> Iterator[tuple[str, Floats, str]]:
    """What may be handed on instead of adjoint times partial: which mistake, the numbers, and another variable."""
    yield "sign", -seed * partial, ""
    yield "adjoint-left-out", partial, ""
    yield "partial-left-out", seed, ""
    yield "seed" if up == whole.output else "value-for-adjoint", whole.values[:, up] * partial, ""
    if up in receipt.taken:
        yield "added", seed + partial, ""
    yield "left-out", 0 * partial, ""
    yield "twice", 2 * seed * partial, ""
    with np.errstate(all="ignore"):
        yield "divided", seed / partial, ""
    for other in receipt.taken:
        if other != up:
            name = _other(receipt, other, receipt.names.get(up, "the output"))
            yield "wrong-adjoint", receipt.others[other] * partial, name
