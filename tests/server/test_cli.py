import io
import json
import math
import os
import re
import shlex
import subprocess
import sys

import pytest

import adcore
from adcore.events import PHASES
from adcore.modes import TRACED
from adcore.stepping import STEPPED
from server import workers
from server.cli import main
from server.settings import CHOICES, SERVICE_SETTINGS


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    return status, *capsys.readouterr()


def test_diff_prints_the_value_and_the_partials(capsys):
    status, out, err = run(capsys, "diff", "x**2*y", "x=3", "y=2")
    assert (status, err) == (0, "")
    assert out.split() == "f = 18.0 d/dx = 12.0 d/dy = 9.0".split()


def test_diff_names_the_elements_of_lists(capsys):
    _, out, _ = run(capsys, "diff", "W[0][0]*v[0] + W[1][0]*v[1]", "W=[[1], [2]]", "v=[3, 4]")
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["d/dW[0][0]", "d/dW[1][0]", "d/dv[0]", "d/dv[1]"]


def test_an_input_that_is_not_used_has_derivative_0(capsys):
    status, out, err = run(capsys, "diff", "x^2", "x=3", "z=2")
    assert (status, err) == (0, "")
    assert out.split() == "y = 9.0 d/dx = 6.0 d/dz = 0.0".split()


def test_diff_as_json_is_the_interface_s_answer(capsys):
    _, out, _ = run(capsys, "diff", "log(x)", "x=0", "--json", "--mode", "forward")
    answer = json.loads(out)
    assert (answer["value"], answer["jacobian"]) == (["-inf"], [["inf"]])


def test_symbolic_work_is_done_in_another_process(capsys, monkeypatch):
    ran = []
    monkeypatch.setattr(
        workers,
        "run_once",
        lambda plan, *_: (
            ran.append(plan.name) or b'{"inputs": [], "outputs": [], "value": [], "jacobian": [], "warnings": []}'
        ),
    )
    assert run(capsys, "diff", "x*x", "x=1", "--mode", "symbolic")[0] == 0
    assert ran == ["symbolic"]


def test_sympy_stays_out_of_the_commands_own_process():
    code = "import sys; from server.cli import main; main(sys.argv[1:]); print('sympy' in sys.modules)"
    command = [sys.executable, "-c", code, "diff", "x*x", "x=3", "--mode", "symbolic"]
    ample = {**os.environ, "WENGERT_SYMBOLIC_SECONDS": "60"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ample)
    assert done.stdout.split()[-4:] == ["d/dx", "=", "6.0", "False"]


def test_trace_tells_the_steps(capsys):
    _, out, _ = run(capsys, "trace", "x*x", "x=3", "--mode", "forward")
    rows = out.splitlines()
    assert rows[0].split()[:2] == ["0", "primal"]
    assert any("tangent" in row for row in rows)


def test_trace_shows_the_numbers(capsys):
    assert main(["trace", "x*y", "x=2", "y=3"]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()[:6]] == ["2", "3", "6", "1", "1", "3"]


@pytest.mark.parametrize("options", [["--json", "--mode", "forward"], ["--mode", "forward", "--json"]])
def test_options_may_stand_in_the_middle(capsys, options):
    assert main(["diff", "x^2", *options, "x=3"]) == 0
    assert json.loads(capsys.readouterr().out)["jacobian"] == [[6.0]]


def test_trace_as_json_is_the_stream(capsys):
    _, out, _ = run(capsys, "trace", "x*x", "x=3", "--json")
    kinds = [json.loads(line)["type"] for line in out.splitlines()]
    assert kinds == ["graph", "events", "result"]


def test_a_mode_without_a_trace_is_stepped_through(capsys):
    _, out, _ = run(capsys, "trace", "x*x", "x=3", "--mode", "taylor", "--order", "1")
    assert [row.split()[1:3] for row in out.splitlines()] == [["series", x] for x in ("3", "9", "1", "6", "9", "6")]
    assert out.splitlines()[3].endswith("coefficient 1 of v₁ = x · x")
    lines = run(capsys, "trace", "x*x", "x=3", "--mode", "taylor", "--order", "1", "--json")[1].splitlines()
    assert json.loads(lines[-1]) == {"type": "result", "result": [9.0, 6.0], "warnings": []}
    assert [json.loads(line)["type"] for line in lines] == ["graph", "events", "result"]


def test_a_box_is_two_ends_with_dots(capsys):
    out = run(capsys, "trace", "x*y + v[0]", "y=-1.5..-1", "x=2", "v=[1]", "--mode", "intervals")[1].splitlines()
    bounds = [row.split()[2] for row in out if "result" in row]
    assert bounds == ["-2.0000000000000004", "-0.99999999999999978", "2", "2", "-1.5", "-1", "1", "1"]
    assert out[0].endswith("  low end of y")
    assert run(capsys, "trace", "x", "x=2..", "--mode", "intervals")[0] == 2


def test_the_ends_of_an_interval_differ_as_they_are_printed(capsys):
    out = run(capsys, "trace", "sin(x)", "x=1", "--mode", "intervals")[1].splitlines()
    low, high = [row.split()[2] for row in out if "primal" in row and "result" in row]
    assert float(low) < math.sin(1.0) < float(high)


def test_outputs_in_use_are_told_too(capsys):
    out = run(capsys, "trace", "[x*x, x]", "x=2", "--mode", "elimination", "--order", "reverse")[1].splitlines()
    told = [row.split(maxsplit=3)[2:] for row in out]
    assert told == [
        ["4", "edge of v₁ = x · x, from x"],
        ["1", "edge of an output, from x"],
        ["4", "result of v₁ = x · x, by x"],
        ["1", "result of x, by x"],
    ]


def test_checkpoints_are_counted(capsys):
    program = "for i in range(2): x = sin(x)\nx"
    out = run(capsys, "trace", program, "x=2", "--mode", "checkpointed", "--checkpoints", "1")[1].splitlines()
    memory = [row.split(maxsplit=3)[3] for row in out if row.split()[1] == "memory"]
    assert memory == [
        "store in slot 0, the state before turn 1",
        "take from slot 0, the state before turn 1",
        "run turn 1 again",
        "clear slot 0, the state before turn 1",
    ]
    out = run(capsys, "trace", program.replace("2", "4"), "x=2", "--mode", "checkpointed", "--checkpoints", "1")[1]
    assert "  run turns 1 to 2 again\n" in out


TOLD = {
    "forward-jacobian": ("4  tangent of v₁ = x · y, by x", "0  result of v₂ = sin(y), by x"),
    "reverse-jacobian": ("3  adjoint of y, from v₁", "4  result of v₁ = x · y, by x"),
    "sparse-jacobian": ("  can be other than zero: v₂ = sin(y), by y", "  colour 1 for y", "1  seed of y, colour 1"),
    "edge-elimination": ("3  edge of v₁ = x · y, from y",),
    "linearize-transpose": ("4  tangent of v₂ = 4 · dx", "3  sum in dy, with the contribution of argument 2 of v₁"),
    "numerical": ("  y at a probe", "  value of v₁ = x · y, with y moved", "  quotient of v₁ = x · y, by x"),
    "complex-step": ("1e-30  imaginary part of y at a probe", "4e-30  imaginary part of v₁ = x · y, with x moved"),
    "swell": ("1  size of v₁ = x · y", "3  size of v₁ = x · y, by x", "2  result of v₂ = sin(y), by y"),
    "tape": ("1  kept by now, with x", "  y is read by the partial of v₁ for its argument 1", "2  kept at most"),
    "taylor": ("4  coefficient 1 of v₁ = x · y", "4  result 1 of v₁ = x · y"),
    "intervals": (
        "3  low end of x",
        "  high end of result of v₁ = x · y",
        "0  low end of result of v₂ = sin(y), by x",
    ),
}


@pytest.mark.parametrize("mode", TOLD)
def test_every_event_has_its_words(capsys, mode):
    options = ["--order", "1"] if mode == "taylor" else []
    out = run(capsys, "trace", "[x*y, sin(y)]", "x=3", "y=4", "--mode", mode, *options)[1]
    assert [words for words in TOLD[mode] if not any(row.endswith(words) for row in out.splitlines())] == []


@pytest.mark.parametrize("mode", [mode for mode in STEPPED if mode not in TRACED])
@pytest.mark.parametrize("source", ["x*y + sin(x*y)", "for i in range(2): x = x*exp(y)\nx"])
def test_each_mode_is_told_in_lines(capsys, mode, source):
    status, out, error = run(capsys, "trace", source, "x=1.5", "y=2", "--mode", mode)
    if mode == "checkpointed" and "for" not in source:
        assert (status, "no loop" in error) == (2, True)
        return
    rows = [re.fullmatch(r" *(\d+)  (\w+) +(-?[\d.e+-]+)?  (\S.*)", row) for row in out.splitlines()]
    assert (status, all(rows)) == (0, True)
    assert [row[1] for row in rows] == [str(i) for i in range(len(rows))]
    assert {row[2] for row in rows} <= {*PHASES}
    assert not [row[4] for row in rows if re.search(r"None|\{|  |--", row[4])]
    assert rows[-1][4].startswith(("result", "kept at most", "high end"))


def test_edges_are_eliminated_in_words(capsys):
    out = run(capsys, "trace", "sin(x*y)", "x=1", "y=2", "--mode", "edge-elimination")[1].splitlines()
    told = [row.split(maxsplit=2)[2] for row in out]
    assert "2  multiplications that back-eliminate the edge of v₂ = sin(v₁), from v₁" in told
    assert "the edge of v₁ = x · y, from x, is gone" in told


def test_inputs_meet_in_words(capsys):
    out = run(capsys, "trace", "x*y + y", "x=1", "y=2", "--mode", "hessian-pattern")[1].splitlines()
    told = [row.split(maxsplit=2)[2] for row in out][:3]
    assert told == ["inputs meet in v₁ = x · y", "can be other than zero: x, by y", "can be other than zero: y, by x"]


@pytest.mark.parametrize(
    ("options", "results"),
    [
        ("--mode sparse-jacobian --by rows", ["2", "1.5", "1"]),
        ("--mode numerical --formula forward --h 0.5", ["2", "0", "1.5", "1"]),
        ("--mode taylor --order 1 --direction 'x=1 y=2'", ["3", "5", "2", "2"]),
        ("--mode taylor --order 1 --direction '[0, 1]'", ["3", "1.5", "2", "1"]),
        ("--mode linearize-transpose --direction '[-1, 1]' --weights '[2, 1]'", ["-0.5", "1", "4", "4"]),
        ("--mode swell", ["3", "3", "0", "0"]),
        ("--mode swell --folded", ["0", "0", "0", "0"]),
        ("--mode linearize-transpose", ["2", "0", "2", "1.5"]),
    ],
)
def test_options_of_the_modes(capsys, options, results):
    status, out, _ = run(capsys, "trace", "[x*y, y]", "x=1.5", "y=2", *shlex.split(options))
    found = [row.split()[2] for row in out.splitlines() if "  result" in row]
    assert (status, sorted(found)) == (0, sorted(results))


@pytest.mark.parametrize("options", ["--weights [0,1]", "--seed y=1 --mode forward", "--weights [0,1] --json"])
def test_a_trace_takes_what_its_mode_takes(capsys, options):
    given = shlex.split(options)
    status, out, _ = run(capsys, "trace", "[x*y, y]", "x=1.5", "y=2", *given)
    trace = adcore.trace(
        "[x*y, y]",
        {"x": 1.5, "y": 2.0},
        **({"mode": "forward", "seed": {"y": 1}} if "--seed" in given else {"weights": [0, 1]}),
    )
    assert status == 0
    if "--json" in given:
        assert list(map(json.loads, out.splitlines())) == json.loads(json.dumps(list(trace.lines())))
    else:
        assert len(out.splitlines()) == len(trace.events)
        assert trace.explain(5).title in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--mode sparse-jacobian --by diagonals", "not compressed by diagonals"),
        ("--mode numerical --h tiny", "greater than 0"),
        ("--mode numerical --h -1", "greater than 0"),
        ("--mode numerical --formula best", "no difference formula called best"),
        ("--mode numerical --by rows", "numerical has no option by"),
        ("--mode forward --direction [1]", "forward has no option direction"),
        ("--mode taylor --order many", "whole number"),
        ("--mode taylor --direction [1,2]", "1 input numbers and 2"),
        ("--mode taylor --direction [1", "needs a number or a list"),
        ("--mode taylor --direction up", "name=number"),
        ("--mode taylor --direction z=1", "z is no input"),
        ("--mode linearize-transpose --weights one", "needs a number or a list"),
        ("--mode linearize-transpose --weights 1", "list of numbers"),
        ("--seed x=1", "reverse has no option seed"),
        ("--mode forward --seed [1,2]", "1 input numbers and 2"),
        ("--mode checkpointed --checkpoints few", "whole number"),
    ],
)
def test_what_a_mode_does_not_take_is_one_line(capsys, options, words):
    status, out, error = run(capsys, "trace", "x*x", "x=3", *shlex.split(options))
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert words in error


def test_an_input_that_is_given_twice_is_refused(capsys):
    status, out, error = run(capsys, "diff", "x", "x=1", "x=2")
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert "x is given twice" in error


def test_an_option_of_another_mode_is_refused(capsys):
    status, _, error = run(capsys, "trace", "x*x", "x=3", "--order", "1")
    assert (status, "reverse has no option order" in error) == (2, True)


def test_a_source_that_begins_with_a_minus_is_no_option(capsys):
    status, out, _ = run(capsys, "diff", "-sin(x)", "x=0")
    assert (status, out.splitlines()[1].split()[-1]) == (0, "-1.0")


def test_a_source_is_read_from_the_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a = x*x\nreturn a*a"))
    assert "32.0" in run(capsys, "diff", "-", "x=2")[1]


@pytest.mark.parametrize(
    ("arguments", "caret"),
    [(["diff", "x + foo(x)", "x=1"], "        ^^^"), (["trace", "a = 1\nreturn a + b*", "a=1"], None)],
)
def test_a_mistake_is_one_line_with_a_caret_under_the_place(capsys, arguments, caret):
    status, out, err = run(capsys, *arguments)
    message, row, mark = err.splitlines()
    assert (status, out) == (2, "")
    assert message.startswith("wengert: ")
    assert row.strip() in arguments[1]
    assert set(mark.strip()) == {"^"}
    assert caret is None or mark == caret


@pytest.mark.parametrize("pair", ["x", "x=", "x=one", "2=3", "x=[1", "x=true", "x={}", 'x=["a"]'])
def test_a_point_that_cannot_be_read(capsys, pair):
    status, _, err = run(capsys, "diff", "x", pair)
    assert status == 2
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "given",
    [["2*x*y", "x**2"], ["2*x*y", "x**2", "x=1.5", "y=-2"], ["x*y + y*x", "x²"], ["2*x*y", "--gradient", "x**2"]],
)
def test_right_formulas_pass(capsys, given):
    status, out, _ = run(capsys, "check", "x**2*y", "--gradient", *given)
    assert status == 0
    assert len(out.splitlines()) == 2


def test_a_formula_that_is_right_at_the_first_point_only_is_found(capsys):
    status, out, err = run(capsys, "check", "x**3", "--gradient", "3*x")
    assert (status, out) == (2, "")
    assert "but the derivative is" in err
    assert err.splitlines()[1:] == ["    3*x", "    ^^^"]


def test_a_wrong_formula_is_told_which_rule_is_wrong(capsys):
    status, _, err = run(capsys, "check", "x*sin(x)", "--gradient", "x*cos(x)")
    assert status == 2
    assert "The product rule has two terms" in err.splitlines()[0]
    status, _, err = run(capsys, "check", "x*y", "--gradient", "2*y", "3*x +")
    assert (status, err.splitlines()[1:]) == (2, ["    2*y", "    ^^^"])


def test_a_name_in_a_formula_that_is_no_input_is_said_to_be_none(capsys):
    status, _, err = run(capsys, "check", "x**3", "--gradient", "3*t**2")
    assert status == 2
    assert "t is no input." in err
    assert "The inputs are: t" not in err


def test_a_mistake_in_a_formula_has_its_place(capsys):
    status, _, err = run(capsys, "check", "cos(x)", "--gradient", "-sine(x)")
    assert status == 2
    assert err.splitlines()[1:] == ["    -sine(x)", "     ^^^^"]


@pytest.mark.parametrize("formulas", [["1"], ["1", "2", "3"], ["[x, y]", "1"]])
def test_formulas_that_do_not_fit(capsys, formulas):
    assert run(capsys, "check", "x + y", "--gradient", *formulas)[0] == 2


def test_help_lists_every_setting(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(f"WENGERT_{setting.name.upper()}" in out for setting in (*SERVICE_SETTINGS, *CHOICES))


def test_no_command_is_status_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_bad_setting_is_one_clear_line(capsys, monkeypatch):
    monkeypatch.setenv("WENGERT_BODY_BYTES", "lots")
    assert run(capsys, "serve")[::2] == (2, "wengert: WENGERT_BODY_BYTES must be a positive whole number.\n")


def test_a_port_that_is_taken_is_one_clear_line(capsys, service):
    status, _, err = run(capsys, "serve", "--port", str(service.port))
    assert status == 2
    assert str(service.port) in err
