"""The benchmarks: all ways differentiate the same task, and tables and verdicts say what was measured."""

import dataclasses
import functools
import math

import pytest

from benchmarks import __main__ as command
from benchmarks import report, results, rounds, sections, tables, targets, tasks
from benchmarks.built import UnsuitableError
from benchmarks.parts import PARTS, Report
from benchmarks.peers import WAYS, Way
from benchmarks.rounds import LATE, Effort, Series
from benchmarks.targets import Judged, Target

SMALL = tuple(tasks.task(letter, n) for letter, n in zip("abcdefghij", (0, 0, 6, 6, 5, 4, 3, 6, 6, 4), strict=True))
FROM_TASK = tuple(name for name in WAYS if not name.endswith("from the graph"))
HASTE = Effort(rounds=2, seconds=1e-4, patience=60.0)


def numbers(task: tasks.Task, way: str) -> list[float]:
    built = WAYS[way].load()(task)
    return list(built.numbers(built.call()))


@functools.cache
def expected(task: tasks.Task) -> list[float]:
    return numbers(task, "ours, python")


@pytest.mark.parametrize("name", [name for name in FROM_TASK if name != "ours, python"])
def test_every_way_gives_the_same_numbers(name):
    if not WAYS[name].is_installed():
        pytest.skip(f"{WAYS[name].needs} is not installed; the benchmarks have an environment of their own")
    done = 0
    for task in SMALL:
        if rounds.refusal(task, name):
            continue
        try:
            found = numbers(task, name)
        except UnsuitableError:
            continue
        done += 1
        assert found == pytest.approx(expected(task), rel=1e-9, abs=1e-9), task.name
    assert done


def test_a_graph_that_is_recorded_gives_the_same():
    from benchmarks.peers import ours

    problem = ours.posed(tasks.BAYDIN)
    for build in (ours.python_from_graph, ours.llvm_from_graph):
        assert list(build(problem).call()) == pytest.approx(numbers(tasks.BAYDIN, "ours, python"))


def test_repeating_runs_the_same_program():
    if not WAYS["C -O2"].is_installed():
        pytest.skip("gcc is not installed")
    built = WAYS["C -O2"].load()(tasks.logistic(5))
    assert built.repeat is not None
    built.repeat(3)
    assert list(built.numbers(None)) == pytest.approx(numbers(tasks.logistic(5), "ours, python"))


def test_workers_measure_every_round():
    found = rounds.measure_warm(tasks.BAYDIN, ("ours, python", "NumPy by hand"), HASTE)
    ours, by_hand = found.values()
    assert len(ours.used) == len(ours.wall) == HASTE.rounds
    assert 0 < ours.seconds < 1
    assert by_hand == Series(reason="not written by hand")


def test_a_first_gradient_is_measured_of_two_functions_in_a_process():
    found = rounds.measure_first(tasks.BAYDIN, ("ours, python from the graph",), HASTE)
    assert [name for _, name in found] == ["ours, python from the graph", "ours, python from the graph, another"]
    assert all(len(series.used) == HASTE.rounds and series.seconds > 0 for series in found.values())


@pytest.mark.parametrize("task", tasks.FIRST, ids=lambda task: task.name)
def test_another_function_is_not_the_same(task):
    other = task.changed()
    assert (other.name, other.point) == (task.name, task.point)
    assert other.source != task.source
    assert other.over(math)(task.point) != task.over(math)(task.point)


def test_processes_as_they_start_are_several_and_those_that_keep_memory_are_beside():
    found = rounds.measure_untouched(tasks.grid(4), ("NumPy by hand", "ours, python"), HASTE)
    assert [name for _, name in found] == [
        *("NumPy by hand", "ours, python", "NumPy by hand, memory kept", "ours, python, memory kept")
    ]
    fresh, _, kept, _ = found.values()
    assert len(fresh.used) == len(fresh.wall) == rounds.MOST_PROCESSES * HASTE.rounds
    assert len(kept.used) == HASTE.rounds


def test_only_processes_that_are_to_keep_memory_are_told_so(monkeypatch):
    given = []
    monkeypatch.setattr(rounds.subprocess, "Popen", lambda *_, env, **__: given.append(env))
    monkeypatch.setattr(rounds.os, "environ", {"MALLOC_TRIM_THRESHOLD_": "1", "HOME": "/"})
    for kind in (rounds.WARM, rounds.UNTOUCHED):
        rounds.Worker(kind, tasks.BAYDIN, "ours, python")
    warm, untouched = given
    assert {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"} <= set(warm)
    assert not [name for name in untouched if name.startswith("MALLOC")]
    assert untouched["HOME"] == "/"
    assert untouched["OMP_NUM_THREADS"] == "1"


def test_a_series_with_a_process_that_failed_has_no_figure():
    run = Series((1.0, 2.0), (3.0, 4.0), by_wall=True)
    assert rounds._joined([run, run]) == Series((1.0, 2.0, 1.0, 2.0), (3.0, 4.0, 3.0, 4.0), by_wall=True)
    assert rounds._joined([run, Series(reason=LATE)]) == Series(reason=LATE)


def test_what_is_measured_besides_has_a_table_of_its_own():
    def measure(task, ways, effort):
        return {(task.name, way + ending): Series((1.0,), (1.0,)) for way in ways for ending in ("", rounds.KEPT)}

    section = sections.Section("x", "X", "A note.", (tasks.BAYDIN,), (("ours", "peer"),), measure=measure)
    text, _ = report.compared(section, HASTE, lambda _: None)
    assert text.count("| b Baydin | 1,000,000 | 1,000,000 (1) |") == 2
    assert rounds.BESIDE[rounds.KEPT] in text
    assert rounds.BESIDE[rounds.ANOTHER] not in text


def test_other_numbers_stop_the_run():
    with pytest.raises(SystemExit, match="peer gives other numbers for b Baydin"):
        rounds._compare(tasks.BAYDIN, {"ours": [1.0, 2.0], "peer": [1.0, 2.1]})
    with pytest.raises(SystemExit, match="peer"):
        rounds._compare(tasks.BAYDIN, {"ours": [1.0, 2.0], "peer": [1.0]})
    rounds._compare(tasks.BAYDIN, {"ours": [1.0, 2.0], "peer": [1.0, 2.0 + 1e-12]})


def test_a_missing_peer_is_a_dash(monkeypatch):
    monkeypatch.setattr(rounds, "WAYS", {**WAYS, "nobody": Way("nobody", "no_such_package", "ours", "python")})
    found = rounds.measure_warm(tasks.BAYDIN, ("nobody",), HASTE)
    assert found["b Baydin", "nobody"].reason == "not installed"
    assert tables.times(["b Baydin"], ["nobody"], found, "us").splitlines()[-1] == "| b Baydin | - |"


def test_a_worker_that_is_late_is_given_up():
    found = rounds.measure_warm(tasks.BAYDIN, ("ours, python",), dataclasses.replace(HASTE, patience=0.0))
    assert found["b Baydin", "ours, python"] == Series(reason=LATE)


def test_what_was_late_is_not_tried_with_more():
    tried = []

    def measure(task, ways, effort):
        tried.append((task.n, list(ways)))
        return {(task.name, way): Series(reason=LATE) if way == "slow" else Series((1.0,), (1.0,)) for way in ways}

    section = sections.Section(
        "x", "", "", (tasks.logistic(4), tasks.logistic(8), tasks.product(3)), (("fast", "slow"),), measure=measure
    )
    measured = [found for _, found in sections.measure(section, HASTE)]
    assert tried == [(4, ["fast", "slow"]), (8, ["fast"]), (3, ["fast", "slow"])]
    assert measured[1]["e logistic 8", "slow"].reason == LATE


def test_times_are_drawn_with_ratios_within_the_rounds():
    measured = {
        ("t", "ours"): Series((1e-6, 2e-6, 4e-6), (1.0,) * 3),
        ("t", "peer"): Series((3e-6, 6e-6, 8e-6), (1.0,) * 3),
        ("t", "slow"): Series(reason=LATE),
    }
    assert tables.times(["t", "u"], ["ours", "peer", "slow"], measured, "us").splitlines() == [
        "| task | ours | peer | slow |",
        "| --- | --- | --- | --- |",
        "| t | 2 | 6 (3) | - (late) |",
        "| u | - | - | - |",
    ]


def test_where_wall_time_counts_the_least_is_taken():
    ours, jax = Series((2.0, 4.0), (9.0, 9.0)), Series((5.0, 5.0), (1.0, 3.0), by_wall=True)
    assert ours.over(jax) == 3.0
    assert jax.over(ours) == 1 / 3
    assert ours.over(Series((0.5, 2.0), (1.0, 3.0), by_wall=True)) == 6.0
    assert math.isnan(ours.over(Series(reason="not installed")))


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.123456, "0.123"),
        (12345.6, "12,346"),
        (1.5e-5, "1.5e-05"),
        (3e7, "3.00e+07"),
        (math.nan, "-"),
    ],
)
def test_numbers_are_short(x, text):
    assert tables.number(x) == text


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [(0.5, "reached"), (1.0, "reached"), (1.1, "within 15 %"), (1.2, "missed"), (math.nan, "-")],
)
def test_verdicts(measured, verdict):
    assert Judged(Target("x", 1.0), "", "", measured).verdict == verdict


def test_of_several_peers_the_fastest_counts():
    task = "e logistic 100"
    series = {"ours, llvm buffers": 1.0, "CasADi buffers": 8.0, "heyoka": 2.0, "SymEngine LLVM": 4.0}
    measured = {(task, way): Series((seconds,), (seconds,)) for way, seconds in series.items()}
    found = [each for each in targets.judge("warm", measured, {}) if "llvm buffers" in each.what]
    assert [(each.against, each.measured) for each in found] == [("heyoka", 0.5)]


def test_targets_are_of_what_is_measured():
    known = {section.name: section for section in sections.SECTIONS}
    for target in targets.TARGETS:
        if target.figure:
            assert target.section in {part.name for part in PARTS}
            continue
        section = known[target.section]
        ways = {*section.ways, *(way + ending for way in section.ways for ending in rounds.BESIDE)}
        assert set(target.tasks) <= {task.name for task in section.tasks}, target
        assert {target.ours} <= ways, target
        assert set(target.peers) & ways or not target.peers, target


def test_sections_name_ways_that_exist():
    assert {way for section in sections.SECTIONS for way in section.ways} <= set(WAYS)


def test_a_part_is_reported_with_its_targets():
    part = next(part for part in PARTS if part.name == "memory")
    text, judged = report.reported(
        part, Report(("what", "bytes"), [["ours", 61.0]], {"bytes of a recorded operation": 61.0})
    )
    assert "| ours | 61 |" in text
    assert "| bytes of a recorded operation | - | 61 bytes | <= 60 bytes | within 15 % |" in text
    assert tables.tally([each.verdict for each in judged]) == "0 reached, 1 within 15 %, 0 missed, 0 not measured"


def test_the_quick_part_runs():
    found = next(part for part in PARTS if part.name == "turns").run(quick=True)
    assert found is not None
    assert {len(row) for row in found.rows} == {len(found.titles)}


def test_results_are_kept_unless_whole_sections_were_measured():
    assert command.reason_not_to_write(False, [], []) == ""
    assert command.reason_not_to_write(False, ["grid", "memory"], []) == ""
    assert command.reason_not_to_write(True, [], []) != ""
    assert command.reason_not_to_write(False, ["a"], []) != ""
    assert "casadi" in command.reason_not_to_write(False, [], ["casadi"])


def run_with(monkeypatch, tmp_path, *arguments: str) -> str:
    file = tmp_path / "RESULTS.md"
    file.write_text("# Results\n\n## Memory\n\nbefore\n")
    monkeypatch.setattr(results, "RESULTS", file)
    monkeypatch.setattr(report, "pieces", lambda *_: ["## A grid of points\n\nafter"])
    assert command.main(list(arguments)) == 0
    return file.read_text()


def test_nothing_is_overwritten_without_the_peers(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "missing", lambda: ["casadi"])
    assert "after" not in run_with(monkeypatch, tmp_path)
    assert "after" in run_with(monkeypatch, tmp_path, "--write")
    monkeypatch.setattr(command, "missing", list)
    assert "after" not in run_with(monkeypatch, tmp_path, "--quick")
    assert "after" in run_with(monkeypatch, tmp_path)


def test_a_section_replaces_the_one_of_its_title_and_the_targets_are_counted_anew():
    rows = "| a | b | 2 x | <= 1 x | missed |\n| a | c | 1 x | <= 1 x | reached |"
    first = results.updated("", f"## Memory\n\n{rows}")
    assert "Targets: 1 reached, 0 within 15 %, 1 missed, 0 not measured. Missed:" in first
    assert first.count("| a | b | 2 x | <= 1 x | missed |") == 2
    second = results.updated(first, "## A grid of points\n\n| a | d | - | <= 1 x | - |")
    assert "1 reached, 0 within 15 %, 1 missed, 1 not measured" in second
    assert second.index("## A grid of points") < second.index("## Memory")
    third = results.updated(second, "## Memory\n\nnothing")
    assert "Targets: 0 reached, 0 within 15 %, 0 missed, 1 not measured.\n" in third
    assert "Missed" not in third
    assert "| a | d | - |" in third


def test_sections_and_tasks_are_chosen_by_name():
    assert [section.name for section in sections.chosen(["grid"])] == ["grid"]
    assert {task.letter for section in sections.chosen(["c"]) for task in section.tasks} == {"c"}
    assert [task.name for section in sections.chosen(["f Helmholtz 20"]) for task in section.tasks] == [
        "f Helmholtz 20"
    ]
    assert sections.chosen([]) == sections.SECTIONS
    with pytest.raises(SystemExit, match="Nothing is called zzz"):
        command.main(["zzz"])


def test_a_quick_section_has_small_tasks():
    for section in sections.SECTIONS:
        assert all(task.n <= 50 for task in sections.shrunk(section).tasks)
        assert sections.shrunk(section).tasks
