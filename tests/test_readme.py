"""What the README shows is what happens."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from server.cli import main

README = Path(__file__).parents[1] / "README.md"
COMMANDS = re.findall(r"^    wengert (?!serve)(.+)$", README.read_text(), re.MULTILINE)


def test_the_examples_in_python():
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted >= 4
    assert results.failed == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_on_the_command_line(command, capsys):
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip()


def test_there_are_commands_to_try():
    assert len(COMMANDS) >= 3


def test_the_picture_is_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text())
    assert pictures
    assert all((README.parent / picture).is_file() for picture in pictures)
