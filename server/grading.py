"""The results of a class, read from a folder: each judged in a worker process with a deadline, none of them trusted."""

from __future__ import annotations

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adcore.errors import ADError
from server.settings import Settings
from server.tutor.fields import JOINERS
from server.tutor.grades import Graded, grade_text
from server.workers import Pool, PoolPlan

GRADING = PoolPlan(
    "grading", "Judging a result again", "Raise this limit if its exercises are meant to be so large.", 1
)
SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """What is in a folder: results by the name of their file, those that are broken with the reason, and the rest."""

    graded: Mapping[str, Graded]
    broken: Mapping[str, str]
    skipped: Sequence[str]


def grade_folder(folder: Path, settings: Settings) -> ClassFolder:
    """Read and judge every result of a folder. Raises ADError where there is no such folder, or nothing to read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise ADError("folder", f"{folder} cannot be opened: {error.strerror}.", None, "Name a folder.") from error
    files, unread = _results(entries)
    graded, failed = asyncio.run(_grade_all(files, settings))
    others = [_printable(path.name) for path in entries if path not in files]
    skipped = [name for name in others if name not in unread]
    return ClassFolder(graded, dict(sorted({**unread, **failed}.items())), skipped)


def _results(entries: Sequence[Path]) -> tuple[list[Path], dict[str, str]]:
    """What may be results, and why others cannot be looked at."""
    files, unread = list[Path](), dict[str, str]()
    for path in entries:
        try:
            if path.suffix.lower() == SUFFIX and path.is_file():
                files.append(path)
        except OSError as error:
            unread[_printable(path.name)] = _unread(error)
    return files, unread


def _unread(error: OSError) -> str:
    return f"The file cannot be read: {error.strerror}."


def _read(path: Path, most: int) -> bytes:
    """The bytes of a file. Errors: it is too long, or cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(most + 1)
    except OSError as error:
        raise ADError("file", _unread(error)) from error
    if len(text) > most:
        raise ADError("file", f"The file is longer than {most:,} bytes (result_bytes).")
    return text


def _printable(name: str) -> str:
    """The name of a file without what a terminal would obey, or could not show."""
    return name if name.isprintable() else ascii(name)


async def _grade_all(files: Sequence[Path], settings: Settings) -> tuple[dict[str, Graded], dict[str, str]]:
    if not files:
        return {}, {}
    pool = Pool(GRADING, settings)
    free = asyncio.Semaphore(settings["grading_workers"])
    try:
        found = await asyncio.gather(*(_grade(path, pool, free, settings) for path in files), return_exceptions=True)
    finally:
        await pool.stop()
    graded, failed = dict[str, Graded](), dict[str, str]()
    for path, outcome in zip(files, found, strict=True):
        if isinstance(outcome, Graded):
            graded[_printable(path.name)] = outcome
        else:
            failed[_printable(path.name)] = _reason(outcome)
    return graded, failed


async def _grade(path: Path, pool: Pool, free: asyncio.Semaphore, settings: Settings) -> Graded:
    """Judge a file, which is read only when its turn has come: a class may have more than memory holds."""
    async with free:
        return await pool.run("", grade_text, _read(path, settings["result_bytes"]), settings.engine)


def _reason(failure: BaseException) -> str:
    """Why a result could not be judged, in words; one that our own code stumbles over does not stop the others."""
    if isinstance(failure, ADError):
        return f"{failure.message} {failure.hint}".strip()
    if not isinstance(failure, Exception):
        raise failure
    return f"The program failed on it ({type(failure).__name__})."


def name_learners(graded: Mapping[str, Graded]) -> dict[str, str]:
    """How each file's learner is shown: by name, by the file where there is none, by both where that is not enough.

    It is not where somebody else has this name, or is shown in this way.
    """
    names = {file: each.grade.learner.strip() for file, each in graded.items()}
    both = {file: f"{name} ({file})" if name else file for file, name in names.items()}
    taken = Counter(map(_same, (*names.values(), *names, *both.values())))
    return {file: name if name and taken[_same(name)] == 1 else both[file] for file, name in names.items()}


def _same(name: str) -> str:
    """What names that look alike have in common."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if c not in JOINERS)
    return " ".join(seen.casefold().split())


def doubles(graded: Mapping[str, Graded]) -> Iterator[str]:
    """What comes twice: a learner within one assignment, and the same work in two files."""
    by_learner = _group(graded, lambda each: (each.assigned, _same(each.grade.learner)))
    for (_, learner), files in by_learner.items():
        if learner and len(files) > 1:
            yield f"{graded[files[0]].grade.learner.strip()} handed in {len(files)} files: {', '.join(files)}."
    by_work = _group(graded, lambda each: (each.assigned, each.work))
    for files in by_work.values():
        if len(files) > 1 and any(outcome.attempts for outcome in graded[files[0]].grade.outcomes):
            yield f"The same answers at the same times stand in {', '.join(files)}."


def _group(graded: Mapping[str, Graded], key: Callable[[Graded], tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for file, each in graded.items():
        groups.setdefault(key(each), []).append(file)
    return groups
