"""The models of practice: what is known, when it is due, what comes next. Pure modules, run in the browser."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from server.tutor.practice import practice_table

BEFORE = LEARNED = SLIP = 0.1
GUESS = {1: 0.3, 2: 0.2, 3: 0.1}
MASTERED = 0.95
DAY = 86_400_000
NEW = {"repetitions": 0, "easiness": 2.5, "days": 0, "due": None, "again": False}
Run = Callable[..., Any]


@pytest.fixture
def run(page: Page) -> Run:
    """Give a call of a function of a module of practice, with plain data."""
    page.goto("/healthz")
    call = "async ([module, name, given]) => (await import(`/static/js/practice/${module}.js`))[name](...given)"
    return lambda module, name, *given: page.evaluate(call, [module, name, list(given)])


def filtered(answers: list[dict[str, Any]]) -> float:
    """Say what is known after answers, by the forward algorithm of a hidden Markov model with two states."""
    states, moves = np.array([1 - BEFORE, BEFORE]), np.array([[1 - LEARNED, LEARNED], [0.0, 1.0]])
    for answer in answers:
        guess = max(GUESS[answer["level"]], 1 / (answer["choices"] or 99))
        right = np.array([guess, 1 - SLIP])
        states = states * (right if answer["right"] else 1 - right)
        states = states / states.sum() @ moves
    return float(states[1])


def guesses(rng: Random, count: int, choices: int) -> list[dict[str, Any]]:
    chance = 1 / choices if choices else 0.02
    return [{"right": rng.random() < chance, "choices": choices, "level": 1} for _ in range(count)]


def learner(rng: Random, count: int, choices: int, level: int = 1) -> list[dict[str, Any]]:
    """Answer as one who learns at one blank in four, and then slips at one in twelve."""
    answers, knows = [], False
    for _ in range(count):
        chance = 11 / 12 if knows else (1 / choices if choices else 0.05)
        answers.append({"right": rng.random() < chance, "choices": choices, "level": level})
        knows = knows or rng.random() < 0.25
    return answers


def traced(page: Page, many: list[list[dict[str, Any]]]) -> list[float]:
    ask = "async (many) => many.map((await import('/static/js/practice/mastery.js')).traceKnown)"
    found: list[float] = page.evaluate(ask, many)
    return found


def test_what_is_known_is_what_a_hidden_markov_model_says(page: Page, run: Run):
    rng = Random(4)
    parts = ((0, 1), (3, 1), (0, 3), (6, 2), (40, 3))
    many = [[answer for part in parts for answer in learner(rng, 5, *part)] for _ in range(30)]
    assert traced(page, many) == pytest.approx([filtered(answers) for answers in many], rel=1e-9)
    typed = [{"right": right, "choices": 0, "level": 3} for right in (True, True, False)]
    assert [round(run("mastery", "traceKnown", typed[:k]), 4) for k in range(4)] == [0.1, 0.55, 0.925, 0.6203]
    assert run("mastery", "traceKnown", [typed[0]] * 3) > MASTERED


@pytest.mark.parametrize("choices", [0, 3])
def test_who_learns_reaches_mastery_and_who_guesses_does_not(page: Page, choices: int):
    page.goto("/healthz")
    rng = Random(choices)
    known = traced(page, [learner(rng, 40, choices) for _ in range(40)])
    guessed = traced(page, [guesses(rng, 40, choices) for _ in range(40)])
    assert sum(p >= MASTERED for p in known) >= 32
    assert sum(p >= MASTERED for p in guessed) <= 1


def test_the_level_follows_up_and_down(run: Run):
    assert [run("mastery", "levelOf", p) for p in (0, 0.49, 0.5, 0.84, 0.85, 1)] == [1, 1, 2, 2, 3, 3]
    words = [run("mastery", "inWords", p, 3) for p in (0.1, 0.5, 0.9, 0.95)]
    assert words == ["beginning", "coming along", "nearly mastered", "mastered"]
    assert run("mastery", "inWords", 0.1, 0) == "not begun"


def moment(page: Page, day: int, hour: int = 12) -> int:
    """Give a moment as the browser's clock has days."""
    return int(page.evaluate("([day, hour]) => new Date(2026, 0, day, hour).getTime()", [day, hour]))


def test_intervals_are_those_of_sm2(page: Page, run: Run):
    """An independent reading of the steps of the thesis, with days as dates."""
    rng = Random(7)
    for _ in range(8):
        card, day, count, easiness, interval = NEW, 1, 0, 2.5, 0
        for _ in range(6):
            grade = rng.choice([0, 2, 3, 4, 5, 5, 5])
            card = run("schedule", "repeat", card, grade, moment(page, day))
            if grade < 3:
                count, interval = 0, 1
            else:
                count += 1
                interval = {1: 1, 2: 6}.get(count, int(-(-interval * easiness // 1)))
                easiness = max(1.3, easiness + 0.1 - (5 - grade) * (0.08 + (5 - grade) * 0.02))
            assert (card["repetitions"], card["days"]) == (count, interval)
            assert card["easiness"] == pytest.approx(easiness)
            assert card["again"] == (grade < 4)
            day += interval
            assert card["due"] == moment(page, day, 0)


def test_what_is_done_early_is_no_repetition(page: Page, run: Run):
    first = run("schedule", "repeat", NEW, 5, moment(page, 1, 20))
    assert run("schedule", "repeat", first, 5, moment(page, 1, 21)) == first
    assert not run("schedule", "isDue", first, moment(page, 1, 23))
    assert run("schedule", "isDue", first, moment(page, 2, 7))
    failed = run("schedule", "repeat", first, 1, moment(page, 1, 22))
    assert failed["repetitions"] == 0
    assert run("schedule", "isDue", failed, moment(page, 1, 23))
    mended = run("schedule", "repeat", failed, 4, moment(page, 1, 23))
    assert mended == failed | {"again": False}
    assert [run("schedule", "gradeOf", share) for share in (0, 0.5, 0.8, 1)] == [0, 3, 4, 5]


TABLE = practice_table()
KINDS = [skill["kind"] for skill in TABLE["skills"]]


def attempt(kind: str, place: int, right: bool = True, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    moment = (at or datetime(2026, 1, 1, 12)) + timedelta(seconds=place)
    one = {"exercise": f"{kind} {place}", "kind": kind, "level": 1, "blanks": 1, "blank": "a", "choices": 0}
    written = moment.isoformat(timespec="milliseconds") + "Z"
    return one | {"right": right, "names": [], "sentence": "", "at": written} | more


def chosen(page: Page, attempts: list[dict[str, Any]], now: str, last: str = "") -> tuple[str, str]:
    asked = """async ([table, attempts, now, last]) => {
        const { progressOf } = await import("/static/js/practice/progress.js");
        const { chooseSkill } = await import("/static/js/practice/plan.js");
        const found = chooseSkill(table.skills, progressOf(attempts, table.skills), Date.parse(now), last);
        return [found.kind, found.reason];
    }"""
    kind, reason = page.evaluate(asked, [TABLE, attempts, now, last])
    return kind, reason


def test_what_comes_next(page: Page):
    page.goto("/healthz")
    soon, later = "2026-01-01T13:00:00.000Z", "2026-01-05T13:00:00.000Z"
    assert chosen(page, [], soon) == ("forward", "begin")
    assert chosen(page, [], soon, "forward") == ("doubling", "begin")
    known = [attempt("forward", k) for k in range(4)]
    assert chosen(page, known, soon, "doubling") == ("dual", "begin")
    assert chosen(page, known, later) == ("forward", "due")
    assert chosen(page, known, later, "forward") == ("doubling", "begin")
    failed = [*known, attempt("doubling", 9, right=False)]
    assert chosen(page, failed, soon) == ("doubling", "again")
    everything = [attempt(kind, 10 * j + k) for j, kind in enumerate(KINDS) for k in range(4)]
    assert chosen(page, everything, soon) == ("forward", "ahead")
    fallen = [*everything, *(attempt("bug", 900, right=False, blanks=3, blank=b) for b in "ab")]
    assert chosen(page, fallen, soon) == ("bug", "weak")
    assert chosen(page, fallen, soon, "bug") == ("bug", "weak")


def test_a_skill_is_counted_by_first_attempts(page: Page):
    """An exercise of two blanks: the second answer to a blank changes nothing, and the last blank ends it."""
    both = {"exercise": "one", "blanks": 2}
    attempts = [
        attempt("dual", 1, right=False, **both),
        attempt("dual", 2, **both),
        attempt("dual", 3, **both, blank="b"),
        attempt("dual", 4, **both, blank="b"),
        attempt("no such kind", 5),
    ]
    of_skill = "(await import('/static/js/practice/progress.js')).progressOf(attempts, skills).get('dual')"
    ask = f"async ([attempts, skills]) => {of_skill}"
    page.goto("/healthz")
    found = page.evaluate(ask, [attempts, TABLE["skills"]])
    assert (found["answered"], found["right"], found["exercises"]) == (2, 1, 1)
    assert found["known"] == pytest.approx(filtered([{"right": r, "choices": 0, "level": 1} for r in (False, True)]))
    assert found["card"]["again"]


def test_an_exercise_fits_the_skill_and_the_level(page: Page):
    page.goto("/healthz")
    ask = """async ([table, kind, level]) => {
        const { chooseExercise } = await import("/static/js/practice/plan.js");
        const chances = [0, 0.3, 0.6, 0.999];
        const all = chances.map((chance) => chooseExercise(table, kind, level, "", () => chance));
        const [first] = all;
        return { all, other: chooseExercise(table, kind, level, first.source, () => 0) };
    }"""
    for kind in ("forward", "mode", "checkpoint"):
        for level in (1, 2, 3):
            found = page.evaluate(ask, [TABLE, kind, level])
            rows = [row for row in TABLE["functions"] if kind in row["kinds"] and level in row["levels"]]
            assert all(spec["source"] in [row["source"] for row in rows] for spec in found["all"])
            assert all((spec["kind"], spec["level"]) == (kind, level) for spec in found["all"])
            assert found["other"]["source"] != found["all"][0]["source"]
            assert all(0 <= spec["seed"] < 2**31 for spec in found["all"])


SIMULATED = """async ([table, seed]) => {
    const { progressOf } = await import("/static/js/practice/progress.js");
    const { chooseSkill, chooseExercise, isReady } = await import("/static/js/practice/plan.js");
    let state = seed;
    const chance = () => (state = (state * 16807) % 2147483647) / 2147483647;
    const known = new Set(), attempts = [], early = [], levels = new Set();
    let [now, last] = [Date.UTC(2026, 0, 1, 9), { kind: "", source: "" }];
    for (let turn = 0; turn < 150; turn += 1) {
        const progress = progressOf(attempts, table.skills);
        const { kind } = chooseSkill(table.skills, progress, now, last.kind);
        const skill = table.skills.find((each) => each.kind === kind);
        if (!progress.get(kind).answered && !isReady(skill, progress)) early.push(kind);
        const spec = chooseExercise(table, kind, progress.get(kind).level, last.source, chance);
        levels.add(spec.level);
        for (const blank of ["a", "b", "c"]) {
            const right = chance() < (known.has(kind) ? 0.95 : 0.1);
            const at = new Date((now += 30_000)).toISOString();
            attempts.push({ exercise: String(turn), kind, level: spec.level, blanks: 3, blank, choices: 0, right,
                            names: [], sentence: "", at });
            if (chance() < 0.3) known.add(kind);
        }
        last = spec;
        if (turn % 8 === 7) now += 86_400_000;
    }
    const end = [...progressOf(attempts, table.skills).values()];
    return { early, levels: [...levels].sort(), mastered: end.filter(({ known }) => known >= 0.95).length,
             days: Math.max(...end.map(({ card }) => card.days)) };
}"""


def test_who_goes_where_practice_leads_masters_everything(page: Page):
    """A learner who learns in one blank of three, over twenty days of eight exercises each."""
    page.goto("/healthz")
    for seed in (3, 12, 77):
        found = page.evaluate(SIMULATED, [TABLE, seed])
        assert found["early"] == []
        assert found["levels"] == [1, 2, 3]
        assert found["mastered"] >= len(KINDS) - 1
        assert found["days"] >= 6


def test_records_are_merged_in_any_order(run: Run):
    one = [attempt("dual", place, names=["sign", "chain"]) for place in range(4)]
    settled = [one[1] | {"names": ["sign"]}]
    other = [attempt("order", 2), attempt("dual", 9)]
    empty = run("record", "emptyRecord", "2026-01-01T00:00:00.000Z")
    own = {"source": "x", "point": {"x": 1}, "used": True, "at": "2026-01-02T00:00:00.000Z"}
    first = empty | {"attempts": one, "own": own}
    second = empty | {"attempts": settled + other, "own": own | {"source": "y", "at": "2026-01-03T00:00:00.000Z"}}
    merged = run("record", "mergeRecords", first, second)
    assert merged == run("record", "mergeRecords", second, first)
    assert merged == run("record", "mergeRecords", merged, first)
    assert len(merged["attempts"]) == 6
    assert [each["names"] for each in merged["attempts"] if each["at"] == one[1]["at"]] == [["sign"]]
    assert merged["own"]["source"] == "y"
    assert run("record", "readRecord", run("record", "writeRecord", merged)) == merged


def test_the_oldest_attempts_go_when_there_are_too_many(page: Page):
    page.goto("/healthz")
    ask = """async ([one, first]) => {
        const { addAttempts, emptyRecord } = await import("/static/js/practice/record.js");
        const made = (_, place) => ({ ...one, at: new Date(first + place).toISOString() });
        const many = Array.from({ length: 10_003 }, made);
        const { attempts } = addAttempts(emptyRecord(""), many.toReversed());
        return [attempts.length, Date.parse(attempts[0].at) - first];
    }"""
    assert page.evaluate(ask, [attempt("dual", 0), 1_767_225_600_000]) == [10_000, 3]


def test_answers_that_say_nothing_of_a_skill_do_not_count(run: Run):
    answers = [
        ("a", "named", ["rounding"], 0, False),
        ("a", "right", [], 0, False),
        ("b", "named", ["carried-over"], 0, False),
        ("b", "tied", ["sign", "chain"], 0, False),
        ("c", "right", [], 1, False),
        ("d", "unreadable", [], 3, True),
    ]
    names = ("blank", "verdict", "names", "hints", "revealed")
    made = [
        dict(zip(names, row, strict=True)) | {"answer": "1", "at": f"2026-01-01T00:00:0{k}.000Z"}
        for k, row in enumerate(answers)
    ]
    made[3]["settled"] = "sign"
    blanks = [{"id": name, "form": "number", "choices": []} for name in "ab"]
    blanks += [{"id": "c", "form": "choice", "choices": ["x", "y"]}, {"id": "d", "form": "order", "choices": ["x"]}]
    finding = {"name": "sign", "sentence": "A sign is turned."}
    spec = {"kind": "dual", "level": 2}
    state = {"spec": spec, "exercise": {"blanks": blanks}, "attempts": made, "verdicts": {"b": {"findings": [finding]}}}
    found = run("attempts", "attemptsOf", state, "now 1")
    assert [(each["blank"], each["right"], each["choices"]) for each in found] == [
        ("a", True, 0),
        ("b", False, 0),
        ("c", False, 2),
        ("d", False, 0),
    ]
    assert (found[1]["names"], found[1]["sentence"]) == (["sign"], "A sign is turned.")
    assert all(each["exercise"] == "now 1" and each["blanks"] == 4 and each["level"] == 2 for each in found)
