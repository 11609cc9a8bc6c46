"""What the page for teachers names is what there is."""

import re
import shlex
from pathlib import Path

import pytest

from server.cli import _parser
from server.tutor.exercises import KINDS

TEACHING = (Path(__file__).parents[1] / "docs" / "teaching.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    wengert (.+?)(?:  +#.*)?$", TEACHING, re.MULTILINE)


def test_the_kinds_of_exercises_are_those_of_the_table():
    [said] = re.findall(r"`kind` is one of [^:]*: ([^.]*)\.", TEACHING)
    assert re.findall(r"`(\w+)`", said) == list(KINDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_are_understood(command):
    assert _parser().parse_args(shlex.split(command)).command


def test_there_are_commands_to_try():
    assert len(COMMANDS) >= 3
