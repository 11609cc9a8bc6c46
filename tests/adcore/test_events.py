"""Events kept as columns read like a tuple of events."""

import json
import math
from dataclasses import replace

import orjson
import pytest

import adcore
from adcore.events import COLUMNS, NONE, Deferred, Event, Events, batches, is_finite, json_column, numbers_json, packed

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


def test_operations_are_counted_when_they_are_asked_for():
    asked = []
    counts = Deferred(lambda n: asked.append(n) or [0, n, n], 7)
    events = replace(Events.of(FEW), operations=counts)
    assert (len(events), events.uncounted(1).value, asked) == (3, 3.0, [])
    assert ([e.operations for e in events], len(counts), list(counts[1:]), asked) == ([0, 7, 7], 3, [7, 7], [7])


def test_packed_columns_are_the_events():
    events = Events.of(FEW)
    [few] = packed(events, 1, 5)
    read = json.loads(orjson.dumps(few, option=orjson.OPT_SERIALIZE_NUMPY))
    assert (read["from"], read["node"], read["source"], read["partial"]) == (1, [0, NONE], [1, NONE], [1.5, None])
    odd = Events.of([FEW[0], FEW[1]._replace(partial=math.nan, value=math.inf), FEW[2]])
    [few] = packed(odd, 0, 5)
    assert (few["value"], few["partial"]) == ([2.0, "inf", None], [None, "nan", None])
    assert numbers_json(odd, odd.value, odd.partial) == {name: few[name] for name in ("value", "partial")}
    assert list(numbers_json(events, events.value, events.partial)) == ["value", "partial"]
    assert [list(batch["node"]) for batch in packed(odd, 0, 2)] == [[0, 0], [NONE]]


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
