"""Events kept as columns read like a tuple of events."""

import math

import pytest

import adcore
from adcore.events import COLUMNS, Event, Events, batches, is_finite, json_column

FEW = (
    Event("primal", "value", 0, 2.0),
    Event("adjoint", "contribution", 0, 3.0, 1, 0, 1.5, 7),
    Event("adjoint", "result", operations=9),
)


def test_columns_give_back_the_events():
    events = Events.of(FEW)
    assert (tuple(events), len(events)) == (FEW, 3)
    assert (events[1], events[-1], events[1:]) == (FEW[1], FEW[2], FEW[1:])
    assert list(reversed(events)) == list(reversed(FEW))
    assert list(events.columns()) == list(COLUMNS)
    with pytest.raises(IndexError):
        events[3]


def test_no_events_are_no_events():
    assert (len(Events.of([])), list(Events.of([]))) == (0, [])
    assert list(batches(Events.of([]), 0, 10)) == []


def test_the_end_is_added():
    ended = Events.of(FEW[:2]).ended("adjoint", 9)
    assert tuple(ended) == FEW


def test_equal_columns_are_equal_events():
    assert Events.of(FEW) == Events.of(FEW) != Events.of(FEW[:2])


@pytest.mark.parametrize(
    ("numbers", "finite"),
    [
        ([1.0, None, -2.5], True),
        ([], True),
        ([1.0, math.nan], False),
        ([math.inf], False),
        ([-math.inf, math.inf], False),
    ],
)
def test_numbers_that_json_lacks_are_found(numbers, finite):
    assert is_finite(numbers) == finite
    assert (json_column(numbers) is numbers) == finite


def test_a_sum_that_overflows_does_not_spoil_its_terms():
    assert json_column([1e308, 1e308, None]) == [1e308, 1e308, None]


def test_a_trace_holds_columns():
    events = adcore.trace("x*y", {"x": 2.0, "y": 3.0}).events
    assert isinstance(events, Events)
    assert events[0] == Event("primal", "value", 0, 2.0)
