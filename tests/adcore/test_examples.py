"""What the docstrings of the engine show is what happens."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import numpy as np
import pytest

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.problem import pose
from adcore.rules import find_rule

BESIDE = {"adcore": adcore, "np": np, "pose": pose, "find_rule": find_rule, "FloatAlgebra": FloatAlgebra}
"""What an example may name besides what its own module does."""
SKETCHED = ("graph_of(", "algebra.")
"""An example with these shows what something is about, and cannot be run as it stands."""


def examples() -> Iterator[doctest.DocTest]:
    """The examples of all modules, each docstring's as one."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in pkgutil.walk_packages(adcore.__path__, "adcore."):
        found = finder.find(importlib.import_module(module.name), extraglobs={**BESIDE, **vars(adcore)})
        yield from (test for test in found if test.examples)


RUN = [test for test in examples() if not any(name in line.source for line in test.examples for name in SKETCHED)]


def test_there_are_examples():
    assert len(RUN) > 30


@pytest.mark.parametrize("example", RUN, ids=lambda example: example.name)
def test_an_example(example):
    found = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE).run(example)
    assert found.failed == 0
