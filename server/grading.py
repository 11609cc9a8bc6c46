"""The results of a class, read from a folder: each judged in a worker process with a deadline, none of them trusted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adcore.errors import ADError
from server.settings import Settings
from server.tutor.grades import Graded, grade_text
from server.workers import Pool, PoolPlan

GRADING = PoolPlan("grading", "Judging a result again", "Ask for the program that it was made with.", 1)
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
    files = [path for path in entries if path.suffix.lower() == SUFFIX and path.is_file()]
    texts, unread = _read_all(files, settings["result_bytes"])
    graded, failed = asyncio.run(_grade_all(texts, settings))
    skipped = [_printable(path.name) for path in entries if path not in files]
    return ClassFolder(graded, dict(sorted({**unread, **failed}.items())), skipped)


def _read_all(files: Sequence[Path], most: int) -> tuple[dict[str, bytes], dict[str, str]]:
    """The bytes of files, and why others were not read."""
    texts, unread = dict[str, bytes](), dict[str, str]()
    for path in files:
        name = _printable(path.name)
        try:
            if path.stat().st_size > most:
                unread[name] = f"The file is longer than {most:,} bytes (result_bytes)."
            else:
                texts[name] = path.read_bytes()
        except OSError as error:
            unread[name] = f"The file cannot be read: {error.strerror}."
    return texts, unread


def _printable(name: str) -> str:
    """The name of a file without what a terminal would obey, or could not show."""
    return name if name.isprintable() else ascii(name)


async def _grade_all(texts: Mapping[str, bytes], settings: Settings) -> tuple[dict[str, Graded], dict[str, str]]:
    if not texts:
        return {}, {}
    pool = Pool(GRADING, settings)
    try:
        work = (pool.run("", grade_text, text, settings.engine) for text in texts.values())
        found = await asyncio.gather(*work, return_exceptions=True)
    finally:
        await pool.stop()
    graded, failed = dict[str, Graded](), dict[str, str]()
    for name, outcome in zip(texts, found, strict=True):
        if isinstance(outcome, Graded):
            graded[name] = outcome
        else:
            failed[name] = _reason(outcome)
    return graded, failed


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
    taken = Counter((*names.values(), *names, *both.values()))
    return {file: name if name and taken[name] == 1 else both[file] for file, name in names.items()}


def doubles(graded: Mapping[str, Graded]) -> Iterator[str]:
    """What comes twice: a learner within one assignment, and the same work in two files."""
    by_learner = _group(graded, lambda each: (each.assigned, each.grade.learner.strip()))
    for (_, learner), files in by_learner.items():
        if learner and len(files) > 1:
            yield f"{learner} handed in {len(files)} files: {', '.join(files)}."
    by_work = _group(graded, lambda each: (each.assigned, each.work))
    for files in by_work.values():
        if len(files) > 1 and any(outcome.attempts for outcome in graded[files[0]].grade.outcomes):
            yield f"The same answers at the same times stand in {', '.join(files)}."


def _group(graded: Mapping[str, Graded], key: Callable[[Graded], tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for file, each in graded.items():
        groups.setdefault(key(each), []).append(file)
    return groups
