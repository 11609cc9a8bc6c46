"""Check my gradient over HTTP, and the option of the command line."""

import pytest

from server.checker import SAMPLES
from server.cli import main

PROGRAM = "def backward(x, y):\n    a = x*y\n    a_bar = cos(a)\n    return [1 + a_bar*y, a_bar*x]\n"
F = "a = x*y\nsin(a) + x"
POINT = {"x": 2, "y": 3}


def ask(client, **fields):
    return client.post("/api/check", json={"source": F, "point": POINT, **fields})


def test_formulas_and_programs_are_judged(client):
    assert ask(client, gradient=["1 + y*cos(x*y)", "x*cos(x*y)"]).json()["verdict"] == "right"
    assert ask(client, backward=PROGRAM).json()["verdict"] == "right"
    wrong = ask(client, backward=PROGRAM.replace("cos(a)", "sin(a)")).json()
    assert (wrong["verdict"], wrong["kind"], wrong["lines"][0]["line"]) == ("wrong", "program", 3)
    assert wrong["blame"]["findings"][0]["name"] == "wrong-function"
    assert ask(client, gradient=["y", "x"]).json()["kind"] == "formulas"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "field"),
        ({"gradient": ["1", "1"], "backward": "x_bar = 1"}, "field"),
        ({"gradient": []}, "field"),
        ({"gradient": "1"}, "field"),
        ({"backward": 1}, "field"),
        ({"backward": "[1]"}, "derivative"),
        ({"backward": "a" * 20_000}, "derivative"),
        ({"gradient": ["1", "sine(x)"]}, "derivative"),
        ({"source": "x +", "backward": "1"}, "syntax"),
        ({"source": "[x, y]", "backward": "1\n1"}, "shape"),
        ({"point": {"x": 1}, "backward": PROGRAM}, "point"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_kind(client, fields, kind):
    answer = ask(client, **fields)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (422, kind)


def test_the_page_offers_the_samples(client):
    text = client.get("/check").text
    assert all(sample.title in text for sample in SAMPLES)


def run(capsys, *arguments):
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_the_command_line_takes_a_backward_program(capsys, tmp_path):
    file = tmp_path / "backward.py"
    file.write_text(PROGRAM, "utf-8")
    status, out, _ = run(capsys, "check", F, "--backward", str(file), "x=2", "y=3")
    assert (status, len(out.splitlines())) == (0, 2)
    file.write_text(PROGRAM.replace("cos(a)", "sin(a)"), "utf-8")
    status, out, err = run(capsys, "check", F, "--backward", str(file))
    assert (status, out) == (2, "")
    assert "line 3" in err.splitlines()[0]
    assert err.splitlines()[1:] == ["        a_bar = sin(a)", "        ^^^^^^^^^^^^^^"]
    file.write_text("x_bar = sine(x)", "utf-8")
    assert run(capsys, "check", F, "--backward", str(file))[2].splitlines()[2] == "            ^^^^"


def test_a_file_that_cannot_be_read_is_said_in_one_line(capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["check", F, "--backward", str(tmp_path / "nothing.py")])
    assert ended.value.code == 2
    assert "nothing.py cannot be read as text" in capsys.readouterr().err
