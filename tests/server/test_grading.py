"""`wengert grade`, `assign` and `sheet`: a folder that nobody can be sure of, and what is said of it."""

import csv
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from server.cli import main
from server.tutor.assignments import Assignment, read_assignment, read_link, write_assignment, write_link
from server.tutor.exercises import KINDS
from server.tutor.results import Result, write_result
from tests.server.tutor.handed_in import ASSIGNMENT, PRODUCT, Learner

ENDLESS = "i = 0\nwhile i < 1:\n    i = i*1\nreturn x*x"


def keep(folder: Path, name: str, result: Result) -> None:
    (folder / name).write_text(write_result(result), encoding="utf-8")


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three learners, one of them twice, a hostile program, broken files and files that are no results."""
    folder = tmp_path_factory.mktemp("class")
    ada = Learner().do_rightly(0).do_rightly(1).result
    keep(folder, "ada.json", ada)
    keep(
        folder, "bob.json", Learner(name="Bob").try_out(0, "tangent:1", "0.416").try_out(0, "primal:1", "0.909").result
    )
    keep(folder, "bob-again.json", Learner(name="Bob").do_rightly(0).result)
    keep(folder, "copied.json", replace(ada, learner="Eve"))
    keep(folder, "formula.json", replace(Learner(name="=1+1").try_out(0, "tangent:1", "0.416").result))
    stopped = Assignment("", "", (replace(PRODUCT, source=ENDLESS, point={"x": 1.0}),))
    keep(folder, "hostile.json", Result(stopped, "Mallory", ()))
    (folder / "edited.json").write_text(write_result(ada).replace("Ada", "Zoe"), encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "notes.txt").write_text("not a result", encoding="utf-8")
    os.mkfifo(folder / "pipe.json")
    (folder / "\x1b[2J.txt").touch()
    (folder / "inner.json").mkdir()
    return folder


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_class_is_graded(capsys, classroom):
    status, out, err = run(capsys, "grade", str(classroom))
    rows = [line.split("  ") for line in out.splitlines()]
    table = {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in rows if len(row) > 2 and row[0]}
    assert (status, err) == (0, "")
    assert out.startswith("Products: 2 exercises, 5 results")
    assert "  2. The reverse trace, 6 blanks: x1*x2 + sin(x1)" in out.splitlines()
    assert table["learner"] == ["1", "2"]
    assert table["Ada"] == ["4/4/0", "6/6/0"]
    assert table["Bob (bob.json)"] == ["1/1/0", "0/0/0"]
    assert "  sign: Bob (bob.json), =1+1" in out
    assert "Bob handed in 2 files: bob-again.json, bob.json." in out
    assert "The same answers at the same times stand in ada.json, copied.json." in out
    assert "edited.json was not graded: The digest of the result does not fit what it holds" in out
    assert "broken.json was not graded: The result is not JSON." in out
    assert "hostile.json was not graded: " in out
    assert out.splitlines()[-1].endswith("'\\x1b[2J.txt', inner.json, notes.txt, pipe.json.")


def test_the_grades_as_values_and_as_json(capsys, classroom):
    status, out, err = run(capsys, "grade", str(classroom), "--csv")
    rows = list(csv.DictReader(out.splitlines()))
    assert status == 0
    assert len(rows) == 10
    assert "broken.json" in err
    (first,) = (row for row in rows if row["file"] == "bob.json" and row["exercise"] == "1")
    assert (first["right at once"], first["blanks"], first["misconceptions"]) == ("1", "4", "sign×1")
    assert {row["learner"] for row in rows if row["file"] == "formula.json"} == {"'=1+1"}
    data = json.loads(run(capsys, "grade", "--json", str(classroom))[1])
    (group,) = data["classes"]
    assert group["assignment"] == {"title": "Products", "digest": ASSIGNMENT.digest()}
    assert [each["learners"] for each in group["misconceptions"]] == [["Bob (bob.json)", "=1+1"]]
    assert set(data["broken"]) == {"edited.json", "broken.json", "hostile.json"}


def test_nobody_takes_the_place_of_another_by_name(capsys, tmp_path):
    wrong = Learner(name="Zoe (b.json)").try_out(0, "tangent:1", "0.416").result
    keep(tmp_path, "a.json", wrong)
    keep(tmp_path, "b.json", Learner(name="Zoe").do_rightly(0).result)
    keep(tmp_path, "c.json", Learner(name="Zoe").do_rightly(0).result)
    keep(tmp_path, "d.json", Learner(name="e.json").do_rightly(0).result)
    keep(tmp_path, "e.json", Learner(name="").do_rightly(1).result)
    out = run(capsys, "grade", str(tmp_path))[1]
    table = [line.split("  ")[0] for line in out.splitlines() if re.search(r"\d/\d/\d", line)]
    assert table == ["Zoe (b.json) (a.json)", "Zoe (b.json)", "Zoe (c.json)", "e.json (d.json)", "e.json"]
    (group,) = json.loads(run(capsys, "grade", "--json", str(tmp_path))[1])["classes"]
    assert [each["learners"] for each in group["misconceptions"]] == [["Zoe (b.json) (a.json)"]]


def test_an_endless_program_is_stopped(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("WENGERT_GRADING_SECONDS", "1")
    monkeypatch.setenv("WENGERT_STATEMENTS", "1000000000")
    slow = Assignment("", "", (replace(PRODUCT, source=ENDLESS, point={"x": 1.0}),))
    keep(tmp_path, "slow.json", Result(slow, "Mallory", ()))
    status, out, err = run(capsys, "grade", str(tmp_path))
    assert status == 2
    assert "slow.json was not graded: Judging a result again was stopped after 1 second (grading_seconds)." in out
    assert err == f"wengert: No result could be graded in {tmp_path}.\n"


def test_a_file_that_is_too_long_is_not_read(capsys, classroom, tmp_path, monkeypatch):
    monkeypatch.setenv("WENGERT_RESULT_BYTES", "100")
    shutil.copy(classroom / "ada.json", tmp_path)
    status, out, _ = run(capsys, "grade", str(tmp_path))
    assert (status, "longer than 100 bytes (result_bytes)" in out) == (2, True)


def test_a_file_is_read_when_its_turn_has_come(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("WENGERT_GRADING_WORKERS", "1")
    monkeypatch.setenv("WENGERT_GRADING_QUEUE", "1")
    for k in range(5):
        keep(tmp_path, f"{k}.json", Learner(name=f"N{k}").result)
    status, out, _ = run(capsys, "grade", str(tmp_path))
    assert (status, "5 results" in out, "not graded" in out) == (0, True, False)


def test_a_file_that_may_not_be_looked_at_is_said(capsys, classroom, tmp_path, monkeypatch):
    def is_file(path: Path) -> bool:
        if path.name == "b.json":
            raise PermissionError(13, "Permission denied")
        return True

    for name in ("a.json", "b.json"):
        shutil.copy(classroom / "ada.json", tmp_path / name)
    monkeypatch.setattr(Path, "is_file", is_file)
    status, out, _ = run(capsys, "grade", str(tmp_path))
    assert status == 0
    assert out.endswith("b.json was not graded: The file cannot be read: Permission denied.\n")


def test_names_that_look_alike_are_doubles(capsys, tmp_path):
    for place, name in enumerate(("Ada", "ada ", "A\u200dda", "Ａda")):
        keep(tmp_path, f"{place}.json", Learner(name=name).result)
    keep(tmp_path, "seen.json", Learner(name="Ada\u200b").result)
    out = run(capsys, "grade", str(tmp_path))[1]
    assert "Ada handed in 4 files: 0.json, 1.json, 2.json, 3.json." in out
    assert 'seen.json was not graded: The result: "learner" must be text without control characters' in out


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_results_is_status_2(capsys, tmp_path, name):
    status, _, err = run(capsys, "grade", str(tmp_path / name))
    assert status == 2
    assert len(err.splitlines()) == 1


def test_an_assignment_becomes_a_link_and_a_link_a_file(capsys, tmp_path):
    path = tmp_path / "products.json"
    path.write_text(json.dumps(json.loads(write_assignment(ASSIGNMENT)), indent=2), encoding="utf-8")
    status, link, _ = run(capsys, "assign", str(path), "--address", "https://example.org/")
    assert status == 0
    assert link == f"https://example.org/assignment#a={write_link(ASSIGNMENT)}\n"
    assert read_link(link.strip().partition("#a=")[2]) == ASSIGNMENT
    for address in (link.strip(), link.strip().replace("#a=", "#edit=")):
        assert read_assignment(run(capsys, "assign", address)[1]) == ASSIGNMENT
    assert run(capsys, "assign", link.strip()[:-9])[0] == 2


@pytest.mark.parametrize(
    ("source", "words"), [("x + foo(x)", "Exercise 2: "), ("x", "nothing to differentiate")], ids=["name", "empty"]
)
def test_an_assignment_that_cannot_be_done_has_no_link(capsys, tmp_path, source, words):
    path = tmp_path / "wrong.json"
    wrong = replace(ASSIGNMENT, exercises=(PRODUCT, replace(PRODUCT, source=source)))
    path.write_text(write_assignment(wrong), encoding="utf-8")
    status, out, err = run(capsys, "assign", str(path))
    assert (status, out) == (2, "")
    assert words in err
    assert run(capsys, "assign", str(tmp_path / "nowhere.json"))[0] == 2


def test_what_the_page_for_teachers_shows_is_so():
    page = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text(encoding="utf-8")
    (assignment,) = re.findall(r"^    (\{.*?\]\})$", page, re.MULTILINE | re.DOTALL)
    assert read_assignment(assignment).title == "The chain rule"
    assert all(f"`{kind}`" in page for kind in KINDS)


@pytest.mark.parametrize("options", [["x=2", "--kind", "reverse", "--level", "2", "--key"], ["--key", "x=2"]])
def test_a_sheet_is_printed(capsys, options):
    status, out, _ = run(capsys, "sheet", "x*sin(x)", *options)
    assert status == 0
    assert out.startswith("# The reverse trace\n")
    assert "## Key" in out
    assert run(capsys, "sheet", "x*sin(x)", "x=2")[1].count("Key") == 0
