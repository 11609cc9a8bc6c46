"""Assignments: what a teacher hands out, as a file or as a link that holds the whole of it.

    {"wengert": "assignment", "version": 1, "title": "The chain rule", "words": "Three digits are enough.",
     "exercises": [{"source": "x*sin(x)", "point": {"x": 2}, "kind": "reverse", "seed": 1, "level": 2, "attempts": 3}]}

`attempts` is how often one blank may be answered, null as often as one likes. There is one reader, and one form that is
written (see canon), so that two assignments are the same where their digests are.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcore.errors import ADError
from adcore.limits import Limits
from server.tutor.canon import digest, write_canonical
from server.tutor.exercises import KINDS, LARGEST_SEED, LEVELS, make_exercise
from server.tutor.fields import Fields, read_json

PAGE = "/assignment"
"""The page on which a link is opened."""
MARK = "assignment"
VERSION = 1
LONGEST_TITLE = 120
LONGEST_WORDS = 4_000
MOST_EXERCISES = 30
MOST_ATTEMPTS = 99
LONGEST_FILE = 60_000
"""Characters of an assignment: it travels in the body of one request."""
LONG_LINK = 300
"""Characters from which on a link is deflated."""
DEFLATED = b"\x78"
"""How data in the form of zlib begins (RFC 1950); JSON begins with a bracket."""


@dataclass(frozen=True, slots=True)
class Task:
    """One exercise of an assignment: what it is made from, and how often a blank may be answered, None for ever."""

    source: str
    point: Mapping[str, Any]
    kind: str
    seed: int
    level: int
    attempts: int | None

    def to_json(self) -> dict[str, Any]:
        point = dict(self.point)
        exercise = {"source": self.source, "point": point, "kind": self.kind, "seed": self.seed, "level": self.level}
        return {**exercise, "attempts": self.attempts}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Exercises in the order in which they are done, with a title and what a teacher has to say."""

    title: str
    words: str
    exercises: tuple[Task, ...]

    def to_json(self) -> dict[str, Any]:
        tasks = [task.to_json() for task in self.exercises]
        return {"wengert": MARK, "version": VERSION, "title": self.title, "words": self.words, "exercises": tasks}

    def digest(self) -> str:
        """What tells this assignment from every other."""
        return digest(self.to_json())


def read_assignment(text: str | bytes, limits: Limits | None = None) -> Assignment:
    """The assignment that a file holds; raises ADError of kind "file" that says where and what is wrong."""
    if len(text) > LONGEST_FILE:
        raise ADError("file", f"The assignment is longer than {LONGEST_FILE:,} characters.", None, "Make two of it.")
    return take_assignment(read_json(text, "The assignment"), limits)


def take_assignment(data: Any, limits: Limits | None = None) -> Assignment:
    """An assignment from parsed JSON, as it stands in a file or in a result."""
    check_mark(data, MARK, VERSION, "The assignment")
    fields = Fields.of("The assignment", data, ("wengert", "version", "title", "words", "exercises"))
    tasks = fields.listed("exercises", MOST_EXERCISES, 1)
    title, words = fields.text("title", LONGEST_TITLE), fields.text("words", LONGEST_WORDS, lines=True)
    return Assignment(title, words, tuple(_task(k, task, limits or Limits()) for k, task in enumerate(tasks)))


def check_mark(data: Any, mark: str, version: int, what: str) -> None:
    """Refuse what is no file of ours of this sort, or of a version that is not known."""
    found = data.get("wengert") if isinstance(data, dict) else None
    if found != mark:
        raise ADError("file", f'{what} does not say "wengert": "{mark}".', None, "Take a file that was saved here.")
    said = data.get("version")
    if isinstance(said, bool) or not isinstance(said, int) or said != version:
        raise ADError("file", f"{what} is of a version that is not known here.", None, f"Known is version {version}.")


def _task(k: int, data: Any, limits: Limits) -> Task:
    names = ("source", "point", "kind", "seed", "level", "attempts")
    fields = Fields.of(place_of(k), data, names)
    source = fields.text("source", limits["source_characters"], lines=True)
    attempts = None if fields.values["attempts"] is None else fields.whole("attempts", 1, MOST_ATTEMPTS)
    level = fields.whole("level", LEVELS[0], LEVELS[-1])
    kind, seed = fields.choice("kind", tuple(KINDS)), fields.whole("seed", 0, LARGEST_SEED)
    return Task(source, fields.point("point"), kind, seed, level, attempts)


def place_of(k: int) -> str:
    """How the exercise in place k, from 0, is called."""
    return f"Exercise {k + 1}"


def write_assignment(assignment: Assignment) -> str:
    """The text of a file: one line, always the same for the same assignment."""
    return write_canonical(assignment.to_json())


def write_link(assignment: Assignment) -> str:
    """The assignment as letters that can stand in an address, deflated where it is long."""
    plain = write_assignment(assignment).encode()
    packed = zlib.compress(plain, 9) if len(plain) > LONG_LINK else plain
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_link(letters: str, limits: Limits | None = None) -> Assignment:
    """The assignment that a link holds; `letters` is what stands behind `#a=`."""
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        plain = _inflate(packed) if packed.startswith(DEFLATED) else _whole(packed)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ADError("file", "The link is not whole.", None, "Copy it again, to its last letter.") from error
    return read_assignment(plain, limits)


def _inflate(packed: bytes) -> bytes:
    """At most one byte more than an assignment may have, whatever the data claims to be; ValueError where it is cut."""
    stream = zlib.decompressobj()
    plain = stream.decompress(packed, LONGEST_FILE + 1)
    if len(plain) <= LONGEST_FILE and (not stream.eof or stream.unused_data):
        raise ValueError("the stream does not end where the data ends")
    return plain


def _whole(plain: bytes) -> bytes:
    """The same; ValueError where it does not end as an assignment does."""
    if not plain.endswith(b"}"):
        raise ValueError("the last bracket is missing")
    return plain


def describe_task(task: Task, limits: Limits | None = None) -> dict[str, Any]:
    """What a task asks: the title of its kind, a sentence and how many blanks. ADError where it cannot be made."""
    made = make_exercise(task.source, task.point, task.kind, task.seed, task.level, limits)
    return {"title": KINDS[task.kind].title, "ask": made.ask, "blanks": len(made.blanks)}


def describe_tasks(assignment: Assignment, limits: Limits | None = None) -> Sequence[dict[str, Any]]:
    """What every exercise asks, in order; errors say in which exercise they are."""
    found = []
    for k, task in enumerate(assignment.exercises):
        try:
            found.append(describe_task(task, limits))
        except ADError as error:
            raise placed(error, k) from error
    return found


def placed(error: ADError, k: int) -> ADError:
    """An error in the exercise in place k, which it names."""
    return ADError(error.kind, f"{place_of(k)}: {error.message}", error.span, error.hint)
