"""The `wengert` command. It ends with status 0, or with 2 and one clear line with a caret under the place."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import adcore
from adcore.errors import ADError
from adcore.labels import Labels
from adcore.limits import ENGINE_SETTINGS
from adcore.modes import TRACED
from adcore.stepping import STEPPED
from server import checks, grade_tables, grading, jobs, workers
from server.questions import read_value
from server.settings import CHOICES, PREFIX, SERVICE_SETTINGS, Settings
from server.step_text import describe_event
from server.tutor import assignments, papers
from server.tutor.exercises import KINDS, LEVELS

FAILED = 2
OPTIONS = (
    ("--json", 1),
    ("--mode", 2),
    ("--kind", 2),
    ("--level", 2),
    ("--seed", 2),
    ("--key", 1),
    ("--backward", 2),
    ("--order", 2),
    ("--checkpoints", 2),
    ("--by", 2),
    ("--formula", 2),
    ("--h", 2),
    ("--direction", 2),
    ("--weights", 2),
    ("--folded", 1),
)
"""Options of commands that take SOURCE and a point, and how many arguments each is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    chosen = parser.parse_args(_options_first([_shield(argument) for argument in given]))
    try:
        for line in chosen.command(chosen):
            print(line)
    except ADError as error:
        text = error.formula if isinstance(error, checks.FormulaError) else getattr(chosen, "source", "")
        print(describe(error, text), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def describe(error: ADError, source: str) -> str:
    """The error in one line; where its place is known, that line of the source with a caret under it."""
    lines = [f"wengert: {error.message} {error.hint}".rstrip()]
    rows = source.splitlines()
    if error.span and error.span.line <= len(rows):
        row, span = rows[error.span.line - 1], error.span
        width = span.end_column - span.column if span.end_line == span.line else len(row) - span.column + 1
        lines += ["    " + row.replace("\t", " "), "    " + " " * (span.column - 1) + "^" * max(width, 1)]
    return "\n".join(lines)


def _serve(chosen: argparse.Namespace) -> Iterator[str]:
    from server.app import create_app  # the other commands start faster without the web
    from server.listener import listen

    settings = Settings.from_environment()
    settings = settings.changed(
        host=chosen.host or settings.choice("host"), port=chosen.port or settings.choice("port")
    )
    listen(create_app(settings), settings, lambda address: print(f"Wengert is at {address}", flush=True))
    yield from ()


def _diff(chosen: argparse.Namespace) -> Iterator[str]:
    at = _point(chosen.point)
    answer = json.loads(_run(chosen.mode == "symbolic", jobs.difference, chosen.source, at, chosen.mode))
    if chosen.json:
        yield json.dumps(answer, ensure_ascii=False)
        return
    leaves = list(checks.leaf_names(answer["inputs"]))
    width = max(map(len, leaves), default=0) + 4
    for output, value, row in zip(answer["outputs"], answer["value"], answer["jacobian"], strict=True):
        yield f"{output} = {value}"
        yield from (f"  {'d/d' + leaf:{width}} = {number}" for leaf, number in zip(leaves, row, strict=True))
    yield from (f"note: {warning['message']}" for warning in answer["warnings"])


def _trace(chosen: argparse.Namespace) -> Iterator[str]:
    options = _stepping_options(chosen)
    if chosen.mode not in TRACED or not options.keys() <= {*STEPPED[chosen.mode][1]}:
        yield from _step_through(chosen, options)
        return
    trace = adcore.trace(chosen.source, _point(chosen.point), mode=chosen.mode, **options)
    if chosen.json:
        yield from (json.dumps(line, ensure_ascii=False) for line in trace.lines())
        return
    width = len(str(len(trace.events)))
    explainer = trace.explainer()
    for step, event in enumerate(trace.events):
        said = explainer.explain(step)
        number = "" if event.value is None else f"{event.value:.10g}"
        yield f"{step:{width}}  {said.phase:8}  {number:>17}  {said.title}"


def _step_through(chosen: argparse.Namespace, options: dict[str, Any]) -> Iterator[str]:
    """The events of a mode that has no trace, as they are made."""
    at = (_box if chosen.mode == "intervals" else _point)(chosen.point)
    steps = adcore.step_through(chosen.source, at, chosen.mode, **options)
    if chosen.json:
        yield from (json.dumps(line, ensure_ascii=False) for line in steps.lines())
        return
    labels = Labels(steps.graph)
    digits = 17 if chosen.mode in EXACT else 10
    for step, event in enumerate(steps):
        number = "" if event.value is None else f"{event.value:.{digits}g}"
        yield f"{step:5}  {event.phase:10}  {number:>{digits + 7}}  {describe_event(event, chosen.mode, labels)}"


EXACT = ("intervals", "numerical")
"""Modes whose numbers may differ in the last digit alone: the ends of an interval, outputs at two probes."""


def _stepping_options(chosen: argparse.Namespace) -> dict[str, Any]:
    """The options of a mode that were given."""
    given = {name: vars(chosen)[name] for name in STEPPING_OPTIONS}
    return {name: STEPPING_OPTIONS[name](text) for name, text in given.items() if text is not None}


def _number(text: str) -> Any:
    """A number; what is none stays as it is, and the mode says what it takes."""
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _along(text: str) -> Any:
    """`[1, 0.5]`, or by name, `x=1 y=0.5`."""
    return _value("A direction", text) if text.startswith("[") else _point(text.split())


def _weights(text: str) -> Any:
    return _value("A weight", text)


STEPPING_OPTIONS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "order": _number,
        "checkpoints": _number,
        "by": str,
        "formula": str,
        "h": _number,
        "direction": _along,
        "seed": _along,
        "weights": _weights,
        "folded": bool,
    }
)
"""How the options of the modes are read."""


def _check(chosen: argparse.Namespace) -> Iterator[str]:
    if chosen.backward is not None:
        yield from checks.check_backward(chosen.source, _point(chosen.point), chosen.backward)
        return
    pairs = [text for text in chosen.gradient if _is_assignment(text)]
    formulas = [text for text in chosen.gradient if not _is_assignment(text)]
    yield from checks.check(chosen.source, _point([*chosen.point, *pairs]), formulas)


def _sheet(chosen: argparse.Namespace) -> Iterator[str]:
    task = assignments.Task(chosen.source, _point(chosen.point), chosen.kind, chosen.seed, chosen.level, None)
    yield from papers.write_paper(papers.make_paper(task), chosen.key)


def _assign(chosen: argparse.Namespace) -> Iterator[str]:
    """The link of a file that is checked, or the file of a link."""
    address = chosen.assignment
    if "#" in address:
        letters = address.rpartition("=")[2]  # behind #a= to be done, behind #edit= to be changed
        yield assignments.write_assignment(assignments.read_link(letters))
        return
    found = assignments.read_assignment(_bytes_of(address))
    assignments.describe_tasks(found)
    yield f"{chosen.address.rstrip('/')}{assignments.PAGE}#a={assignments.write_link(found)}"


def _bytes_of(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ADError("file", f"{name} cannot be read: {error.strerror}.") from error


def _grade(chosen: argparse.Namespace) -> Iterator[str]:
    found = grading.grade_folder(Path(chosen.folder), Settings.from_environment())
    if chosen.json:
        yield grade_tables.write_json(found)
    else:
        yield from grade_tables.write_rows(found) if chosen.csv else grade_tables.write_text(found)
    if chosen.csv:
        sys.stderr.writelines(f"{line}\n" for line in grade_tables.write_rest(found))
    if not found.graded:
        raise ADError("folder", f"No result could be graded in {chosen.folder}.")


def _run(symbolic: bool, function: Callable[..., bytes], *arguments: Any) -> bytes:
    """Do the work here; what SymPy does is done in a process that can be killed."""
    settings = Settings.from_environment()
    if symbolic:
        return workers.run_once(workers.SYMBOLIC, settings, function, *arguments, settings.engine)
    return function(*arguments, adcore.Limits())


def _point(pairs: Sequence[str]) -> dict[str, Any]:
    """`x=1.5 v=[1,2]` as a point."""
    at: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name.strip().isidentifier():
            raise ADError("point", "A point is given as name=number, for example x=1.5 or v=[1,2].")
        if name.strip() in at:
            raise ADError("point", f"{name.strip()} is given twice.", None, "Give each input once.")
        at[name.strip()] = _value(name.strip(), text)
    return at


def _box(pairs: Sequence[str]) -> dict[str, Any]:
    """`x=1..2` from 1 to 2, and what a point may have."""
    box: dict[str, Any] = {}
    for pair in pairs:
        start, dots, high = pair.partition("..")
        for name, low in _point([start]).items():
            box[name] = (low, _value(name, high)) if dots else low
    return box


def _value(name: str, text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return read_value(json.loads(text))
    except ValueError as error:
        raise ADError("point", f"{name} needs a number or a list of numbers, for example {name}=[1, 2].") from error


def _is_assignment(text: str) -> bool:
    name, sign, value = text.partition("=")
    return bool(sign) and name.strip().isidentifier() and not value.startswith("=")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wengert", description="Automatic differentiation, one step at a time.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="start the page on this machine",
        epilog=_settings_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.add_argument("--host")
    serve.add_argument("--port")
    serve.set_defaults(command=_serve)
    diff = _on_a_program(commands, "diff", "the value and the derivatives of SOURCE", _diff)
    diff.add_argument("--mode", choices=list(adcore.MODES), default="reverse")
    trace = _on_a_program(commands, "trace", "every step of a sweep", _trace)
    trace.add_argument("--mode", choices=list(STEPPED), default="reverse")
    trace.add_argument(
        "--order", help="taylor: of the last coefficients; elimination: forward, reverse, markowitz or optimal"
    )
    trace.add_argument("--checkpoints", help="checkpointed: how many states of the loop are stored at a time")
    trace.add_argument("--by", help="sparse-jacobian: columns or rows")
    trace.add_argument("--formula", help="numerical: forward, backward, central, four-point or richardson")
    trace.add_argument("--h", help="numerical: the step")
    trace.add_argument("--direction", help="of modes along one: '[1, 0.5]' or 'x=1 y=0.5'")
    trace.add_argument("--seed", help="forward, forward-over-reverse: the direction, 'x=1 y=0.5'")
    trace.add_argument("--folded", action="store_const", const=True, help="swell: without + 0, * 0 and * 1")
    trace.add_argument("--weights", help="of the outputs, for sweeps back: '[1, 0]'")
    for command in (diff, trace):
        command.add_argument("--json", action="store_true", help="as the JSON interface gives it")
    check = _on_a_program(commands, "check", "whether your formulas are the partial derivatives", _check)
    ways = check.add_mutually_exclusive_group(required=True)
    ways.add_argument("--gradient", nargs="+", action="extend", type=_unshield, metavar="EXPR", help="one per input")
    ways.add_argument("--backward", type=_text_of, metavar="FILE", help="a program, or -")
    _add_teaching(commands)
    return parser


def _add_teaching(commands: Any) -> None:
    sheet = _on_a_program(commands, "sheet", "an exercise on SOURCE, to be printed", _sheet)
    sheet.add_argument("--kind", choices=list(KINDS), default="reverse")
    sheet.add_argument("--level", type=int, choices=LEVELS, default=1)
    sheet.add_argument("--seed", type=int, default=0, help="another number asks for other cells")
    sheet.add_argument("--key", action="store_true", help="with the answers")
    summary = "check an assignment and print its link; or its file, given the link"
    assign = commands.add_parser("assign", help=summary, description=f"{summary.capitalize()}.")
    assign.add_argument("assignment", metavar="FILE", help="an assignment, or a link to one")
    assign.add_argument("--address", default="http://127.0.0.1:8000", help="where the service is")
    assign.set_defaults(command=_assign)
    summary = "judge the results in FOLDER again: who got how far, who holds which misconception"
    grade = commands.add_parser("grade", help=summary, description=f"{summary.capitalize()}.")
    grade.add_argument("folder", metavar="FOLDER")
    as_what = grade.add_mutually_exclusive_group()
    as_what.add_argument("--csv", action="store_true", help="a line for each learner and exercise")
    as_what.add_argument("--json", action="store_true", help="everything, for other programs")
    grade.set_defaults(command=_grade)


def _on_a_program(commands: Any, name: str, summary: str, command: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=f"Show {summary}.")
    parser.add_argument("source", type=_source, metavar="SOURCE", help="a program, or - to read one")
    parser.add_argument("point", nargs="*", metavar="x=1.5", help="where: a number or a list for each input")
    parser.set_defaults(command=command)
    return parser


def _text_of(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{path} cannot be read as text") from error


def _source(text: str) -> str:
    return sys.stdin.read() if text == "-" else _unshield(text)


def _options_first(arguments: Sequence[str]) -> list[str]:
    """Move `OPTIONS` before SOURCE: argparse loses the point when they stand in the middle."""
    moved: list[str] = []
    rest = list(arguments)
    for option, length in OPTIONS:
        if option in rest[1:]:
            at = rest.index(option)
            moved += rest[at : at + length]
            del rest[at : at + length]
    return [*rest[:1], *moved, *rest[1:]]


def _shield(argument: str) -> str:
    """Keep argparse from taking `-sin(x)` for an option: it leaves alone what has a space in it."""
    is_option = argument.startswith("--") or argument in ("-", "-h")
    return argument if is_option or not argument.startswith("-") else " " + argument


def _unshield(text: str) -> str:
    return text.removeprefix(" ")


def _settings_help() -> str:
    """Every setting of the service, as it is changed from outside."""
    lines = [
        f"  {PREFIX}{s.name.upper():22} {s.default!s:>10}  {s.help}"
        for s in (*CHOICES, *SERVICE_SETTINGS, *ENGINE_SETTINGS)
    ]
    return "\n".join(["settings, read from the environment:", *lines])
