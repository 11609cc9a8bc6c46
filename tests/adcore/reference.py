"""The reference data, and how close an answer must come to it."""

import json
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "data"


def read_lines(name: str) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def read_programs(name: str) -> dict[str, str]:
    """Programs by name: a line `### name`, then the program."""
    sections = (DATA / name).read_text(encoding="utf-8").split("### ")[1:]
    return {title: body.rstrip("\n") for title, _, body in (section.partition("\n") for section in sections)}


def by_id(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The arguments of `pytest.mark.parametrize`, after the names, for rows that have an id."""
    return {"argvalues": rows, "ids": [row["id"] for row in rows]}


def numbers(value: Any) -> np.ndarray:
    """Nested lists as one flat array; the words NaN, Infinity and -Infinity are numbers too."""
    if isinstance(value, list):
        return np.concatenate([numbers(part) for part in value]) if value else np.zeros(0)
    return np.array([float(value)])


def shape(value: Any) -> list[int]:
    return [len(value), *shape(value[0])] if isinstance(value, list) else []


def assert_close(found: Any, expected: Any, tolerance: float, absolute: float = 0.0) -> None:
    """Within `tolerance` of the largest expected number, or within `absolute`; nan and infinities must be the same."""
    mine, theirs = np.asarray(found, dtype=float).ravel(), np.asarray(expected, dtype=float).ravel()
    assert mine.shape == theirs.shape
    finite = np.isfinite(theirs)
    np.testing.assert_array_equal(mine[~finite], theirs[~finite])
    allowed = max(tolerance * np.max(np.abs(theirs[finite]), initial=0.0), absolute)
    error = np.max(np.abs(mine[finite] - theirs[finite]), initial=0.0)
    assert error <= allowed, f"{mine} is not {theirs}: {error:.3g} apart, {allowed:.3g} allowed"
