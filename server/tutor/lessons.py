r"""A lesson as its file says it: front matter, prose, and fenced blocks for programs, live views and questions.

A file is Markdown. It begins with fields between two lines `---`:

    ---
    title: Dual numbers
    minutes: 7
    can: carry a value and its slope through a program by hand
    practise: dual square 2       a kind of exercise, a program of the lesson, and perhaps a level; may be left out
    ---

Prose follows. A block is a fence whose first word is its kind; its fields are lines `name: value`, and after an
empty line comes its text:

    ```program square             defines a program and shows it; `show: no` only defines it, `formula: no` shows no
                                  mathematics beside it
    at: x=3

    x^2 + 2x + 1
    ```
    ```live square                a view to be stepped in place; `seed: x=1 y=2` is a direction
    mode: forward
    step: 4
    ```
    ```derived square             what the engine makes of it, in a form of `listings`
    form: adjoint program
    ```
    ```question                   `kind` is number, formula (with `of`, a program of one input) or choice
    kind: number
    ask: What is the slope at $x = 3$?
    answer: derivative(square, x)
    hint: The rule of powers, term by term.
    because: The curve climbs that much for each unit of x.

    value(square) :: That is the value, not the slope.
    ```

The text of a number question are wrong answers, as expressions (see `quantities`), with the mistake that each shows;
of a choice its options, `+` before the right one and `-` before the others, each with its reply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from adcore.errors import ADError, Span

Kind = Literal["number", "formula", "choice"]
KINDS = ("number", "formula", "choice")
FENCE = "```"
FRONT = "---"
SEPARATOR = " :: "
_FIELD = re.compile(r"([a-z]+): *(.*)")
_PRACTISE = re.compile(r"(\w+) (\w+)(?: (\d))?")
_FILE = re.compile(r"(\d+)-([a-z0-9-]+)\.md")


@dataclass(frozen=True, slots=True)
class Sample:
    """A program of a lesson, at a point."""

    name: str
    source: str
    point: Mapping[str, Any]
    shown: bool = True
    typeset: bool = True


@dataclass(frozen=True, slots=True)
class Live:
    """A view of a program that is stepped in place. `seed` is the direction of a forward sweep."""

    program: Sample
    mode: str
    step: int
    seed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """What the engine makes of a program, as text."""

    program: Sample
    form: str


@dataclass(frozen=True, slots=True)
class Practice:
    """An exercise that fits a lesson."""

    kind: str
    program: Sample
    level: int


@dataclass(frozen=True, slots=True)
class Option:
    """What may be answered, and the reply to it: an expression of a number question, a sentence of a choice."""

    text: str
    reply: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be done and checked. `answer` is an expression, or a formula; a choice has it in its options."""

    kind: Kind
    ask: str
    answer: str
    hint: str
    because: str
    options: tuple[Option, ...]
    program: Sample | None = None


Part = str | Sample | Live | Derived | Question
"""Prose is Markdown."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `parts` are in the order of the file."""

    name: str
    number: int
    title: str
    minutes: int
    can: tuple[str, ...]
    parts: tuple[Part, ...]
    practice: Practice | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def programs(self) -> dict[str, Sample]:
        return {part.name: part for part in self.parts if isinstance(part, Sample)}


@dataclass(frozen=True, slots=True)
class _Block:
    """A fence: its first line's number and words, its fields, its text."""

    line: int
    kind: str
    name: str
    fields: tuple[tuple[str, str], ...]
    text: str

    def field(self, name: str, default: str | None = None) -> str:
        found = dict(self.fields).get(name, default)
        if found is None:
            raise _mistake(self.line, f"This {self.kind} has no {name}.")
        return found


def read_folder(folder: Path) -> tuple[Lesson, ...]:
    """Every lesson of a folder, by its number. Files are called `NN-name.md`; others are left alone."""
    files = [(match, path) for path in folder.iterdir() if (match := _FILE.fullmatch(path.name))]
    lessons = [read(path.read_text(encoding="utf-8"), match[2], int(match[1])) for match, path in files]
    return tuple(sorted(lessons, key=lambda lesson: (lesson.number, lesson.name)))


def read(text: str, name: str, number: int = 0) -> Lesson:
    """The lesson that a file's text says. Errors: `lesson`, with the line."""
    lines = text.splitlines()
    end = lines.index(FRONT, 1) if lines[:1] == [FRONT] and FRONT in lines[1:] else 0
    if not end:
        raise _mistake(1, f"A lesson begins with fields between two lines {FRONT}.")
    front = _Block(1, "lesson", name, tuple(_fields(lines[1:end])), "")
    can = tuple(value for field, value in front.fields if field == "can")
    if not can or not front.field("minutes").isdigit():
        raise _mistake(1, "A lesson says in minutes how long it takes, and what one can do afterwards.")
    parts = tuple(_parts(lines, end + 1))
    practice = _practice(front, {part.name: part for part in parts if isinstance(part, Sample)})
    return Lesson(name, number, front.field("title"), int(front.field("minutes")), can, parts, practice)


def _practice(front: _Block, programs: Mapping[str, Sample]) -> Practice | None:
    text = front.field("practise", "")
    match = _PRACTISE.fullmatch(text)
    if text and match is None:
        raise _mistake(1, "What to practise is a kind of exercise, a program, and perhaps a level.")
    return match and Practice(match[1], _known(front, match[2], programs), int(match[3] or 1))


def _parts(lines: Sequence[str], start: int) -> Iterator[Part]:
    """Prose and blocks in turn. A block may speak of the programs before it."""
    programs: dict[str, Sample] = {}
    prose: list[str] = []
    at = start
    while at < len(lines):
        if not lines[at].startswith(FENCE):
            prose.append(lines[at])
            at += 1
            continue
        end = _closing(lines, at)
        yield from _prose(prose)
        prose = []
        part = _build(_block(lines, at, end), programs)
        if isinstance(part, Sample):
            programs[part.name] = part
        yield part
        at = end + 1
    yield from _prose(prose)


def _prose(lines: Sequence[str]) -> Iterator[str]:
    text = "\n".join(lines).strip()
    if text:
        yield text


def _closing(lines: Sequence[str], at: int) -> int:
    if FENCE not in lines[at + 1 :]:
        raise _mistake(at + 1, "This block has no end.")
    return lines.index(FENCE, at + 1)


def _block(lines: Sequence[str], start: int, end: int) -> _Block:
    kind, _, name = lines[start].removeprefix(FENCE).strip().partition(" ")
    inner = lines[start + 1 : end]
    blank = inner.index("") if "" in inner else len(inner)
    fields = tuple(_fields(inner[:blank], start + 2))
    return _Block(start + 1, kind, name.strip(), fields, "\n".join(inner[blank + 1 :]))


def _fields(lines: Sequence[str], first: int = 2) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, first):
        match = _FIELD.fullmatch(line)
        if match is None:
            raise _mistake(number, "A field is written `name: value`; an empty line ends the fields.")
        yield match[1], match[2].strip()


def _build(block: _Block, programs: Mapping[str, Sample]) -> Sample | Live | Derived | Question:
    if block.kind == "program":
        point = _point(block, block.field("at", ""))
        flags = (block.field(name, "yes") != "no" for name in ("show", "formula"))
        return Sample(block.name, block.text.strip(), point, *flags)
    if block.kind == "live":
        seed = _point(block, block.field("seed", ""))
        step = int(block.field("step", "0"))
        return Live(_known(block, block.name, programs), block.field("mode", "reverse"), step, seed)
    if block.kind == "derived":
        return Derived(_known(block, block.name, programs), block.field("form"))
    if block.kind == "question":
        return _question(block, programs)
    raise _mistake(block.line, "A block is a program, a live view, a derived program or a question.")


def _question(block: _Block, programs: Mapping[str, Sample]) -> Question:
    kind = block.field("kind")
    if kind not in KINDS:
        raise _mistake(block.line, f"A question is one of {', '.join(KINDS)}.")
    options = tuple(_options(block, kind == "choice"))
    if kind == "choice" and [option.right for option in options].count(True) != 1:
        raise _mistake(block.line, "A choice has exactly one right option, with + before it.")
    program = _known(block, block.field("of"), programs) if kind == "formula" else None
    answer = "" if kind == "choice" else block.field("answer")
    words = block.field("ask"), answer, block.field("hint"), block.field("because")
    return Question(cast(Kind, kind), *words, options, program)


def _options(block: _Block, choice: bool) -> Iterator[Option]:
    for line in filter(None, block.text.splitlines()):
        text, separator, reply = line.partition(SEPARATOR)
        if not separator or (choice and text[:2] not in ("+ ", "- ")):
            raise _mistake(block.line, f"An option is written: what is answered{SEPARATOR}the reply.")
        yield Option(text[2:] if choice else text.strip(), reply.strip(), text.startswith("+ ") and choice)


def _known(block: _Block, name: str, programs: Mapping[str, Sample]) -> Sample:
    if name not in programs:
        raise _mistake(block.line, f"No program called {name} stands before this.")
    return programs[name]


def _point(block: _Block, text: str) -> dict[str, Any]:
    """`x=3 W=[[1,2],[3,4]]`: names and JSON."""
    try:
        return {name: json.loads(number) for name, _, number in (pair.partition("=") for pair in text.split())}
    except ValueError as error:
        raise _mistake(block.line, "A point is written `x=3 v=[1,2]`.") from error


def _mistake(line: int, words: str) -> ADError:
    return ADError("lesson", words, Span(line, 1, line, 1))
