"""What worker processes do: plain data in, bytes out, so that nothing is encoded twice and nothing lives on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

import adcore
from adcore import wire
from adcore.columns import FEW
from adcore.events import json_numbers
from adcore.limits import Limits
from adcore.problem import inputs_json, nest
from adcore.trace import Mover, Trace, trace_problem
from server.labs import LABS
from server.labs.lab import Asked, to_plain
from server.prose import render_lesson
from server.tutor.blanks import Exercise
from server.tutor.diagnosis import answer as answer_of
from server.tutor.diagnosis import ask_apart, ask_at, ask_which, judge_in, settle
from server.tutor.diagnosis import hint as hint_of
from server.tutor.exercises import make_exercise
from server.tutor.lessons import Lesson
from server.tutor.replies import reply as reply_to

Question = Mapping[str, Any]
WIRE = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE


def is_forked_warm() -> bool:
    """Whether this process inherited its imports, instead of making them."""
    from server import warm  # it imports this module

    return os.getpid() != warm.FORKED_FROM


def check_health() -> float:
    """A whole derivative, small: d(x*x)/dx at 3."""
    return float(adcore.gradient("x*x", {"x": 3.0})[0])


def parse(source: str, point: Mapping[str, Any] | None, limits: Limits) -> bytes:
    """The body of /api/parse."""
    return orjson.dumps(adcore.parse(source, point, limits=limits).to_json())


def trace_lines(asked: Question, start: int, batch: int, limits: Limits) -> tuple[list[bytes], bool]:
    """The lines of /api/trace, and whether the last is among them: of a long trace `counts_line` gives it."""
    trace = start_trace(asked, limits)
    lines, is_short = [*wire.stream(trace, start, batch)], len(trace.graph) <= FEW
    if is_short:
        lines.append(wire.counts(trace))
    return [orjson.dumps(line, option=WIRE) for line in lines], is_short


def counts_line(asked: Question, limits: Limits) -> bytes:
    """The last line of /api/trace, where the trace is long: counting takes twice as long as all the rest."""
    return orjson.dumps(wire.counts(start_trace(asked, limits)), option=WIRE)


def explanations(asked: Question, start: int, count: int, limits: Limits) -> bytes:
    """The body of /api/explain."""
    trace = start_trace(asked, limits)
    explainer = trace.explainer()
    steps = range(start, min(start + count, len(trace.events)))
    return orjson.dumps({"explanations": [explainer.explain(step).to_json() for step in steps]})


def compare(source: str, point: Mapping[str, Any], ways: Sequence[str], simplify: bool, limits: Limits) -> list[Any]:
    """Some of the ways of /api/compare."""
    return adcore.compare(source, point, ways=tuple(ways), simplify=simplify, limits=limits)


def difference(source: str, point: Mapping[str, Any], mode: str, limits: Limits) -> bytes:
    """The body of /api/diff."""
    problem = adcore.record(source, point, limits)
    rows = adcore.MODES[mode].jacobian(problem)
    sweep = trace_problem(problem, "reverse")
    answer = {
        "value": json_numbers(problem.outputs),
        "jacobian": json_numbers(rows),
        "inputs": inputs_json(problem.recording.inputs, nest(problem.recording.inputs, problem.leaves)),
        "outputs": list(problem.recording.output_names),
        "warnings": [warning.to_json() for warning in sweep.warnings],
        "cost": sweep.cost.to_json(),
    }
    return orjson.dumps(answer)


def lab(name: str, source: str, point: Mapping[str, Any], options: Mapping[str, Any], limits: Limits) -> bytes:
    """The body of /api/labs/{name}."""
    return orjson.dumps(to_plain(LABS[name].answer(Asked(source, point, options, limits))))


def lesson(found: Lesson, limits: Limits) -> list[dict[str, Any]]:
    """The parts of the page /learn/{name}."""
    return render_lesson(found, limits)


def reply(found: Lesson, place: int, answer: str, limits: Limits, reveal: bool) -> bytes:
    """The body of /api/lessons/{name}/check."""
    return orjson.dumps(reply_to(found, place, answer, limits, reveal).to_json())


def exercise(asked: Question, limits: Limits) -> bytes:
    """The body of /api/exercise."""
    return orjson.dumps(_exercise(asked, limits).to_json())


def verdict(asked: Question, name: str, answers: Mapping[str, str], limits: Limits) -> bytes:
    """The body of /api/exercise/check."""
    made = _exercise(asked, limits)
    found = judge_in(made, name, answers)
    question = ask_apart(made, made.blank(name), found, limits) or ask_which(found) if found.kind == "tied" else None
    return orjson.dumps({"verdict": found.to_json(), "question": question and question.to_json()})


def settled(
    asked: Question, name: str, answers: Mapping[str, str], at: Mapping[str, Any], answer: str, limits: Limits
) -> bytes:
    """The body of /api/exercise/settle: the second question is made anew from where it was asked, if anywhere."""
    made = _exercise(asked, limits)
    found = judge_in(made, name, answers)
    second = ask_at(made, made.blank(name), found, at, limits) if at else ask_which(found)
    question = second if found.kind == "tied" else None
    return orjson.dumps((settle(question, found, answer) if question else found).to_json())


def hint(asked: Question, name: str, number: int, limits: Limits) -> bytes:
    """The body of /api/exercise/hint; after the third hint comes the answer."""
    blank = _exercise(asked, limits).blank(name)
    words = answer_of(blank) if number > len(blank.hints) else hint_of(blank, number)
    return orjson.dumps({"level": number, "words": words})


def _exercise(asked: Question, limits: Limits) -> Exercise:
    return make_exercise(asked["source"], asked["point"], asked["kind"], asked["seed"], asked["level"], limits)


def start_trace(asked: Question, limits: Limits) -> Trace:
    """The trace that a question asks for; a live connection keeps it and moves it."""
    along = "weights" if asked["mode"] == "reverse" else "seed"  # the page keeps the other for when its mode comes back
    options = {name: asked[name] for name in ("mode", along, "shared")}
    return adcore.trace(asked["source"], asked["point"], limits=limits, **options)


def moved_apart(trace: Trace, point: Mapping[str, Any], step: int) -> dict[str, Any] | None:
    """What a live move changes, worked out in a worker, which keeps nothing from one move to the next."""
    return Mover(trace).changes(point, step)
