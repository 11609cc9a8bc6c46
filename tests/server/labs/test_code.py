import pytest

import adcore
from server.labs import LABS
from server.labs.code import FORMS, PASSES
from tests.server.labs.test_labs import ask

SOURCE, AT = LABS["code"].source, dict(LABS["code"].point)


def run_program(text, name, *arguments):
    names = {}
    exec(text, names)
    return names[name](*arguments)


def test_the_programs_run_and_give_the_derivatives():
    primal, tangent, adjoint = ask("code")["panes"]
    value, gradient = adcore.value(SOURCE, AT), adcore.gradient(SOURCE, AT)
    assert run_program(primal["text"], "primal", 1.5, 0.5) == pytest.approx(value)
    assert run_program(tangent["text"], "tangent", 1.5, 0.5, 0.0, 1.0) == pytest.approx((value, gradient[1]))
    assert run_program(adjoint["text"], "adjoint", 1.5, 0.5)[1] == pytest.approx(gradient)


def test_a_pass_that_is_off_saves_nothing():
    all_on = ask("code")
    none_on = ask("code", **dict.fromkeys(PASSES, False))
    assert none_on["counts"]["adjoint"] > all_on["counts"]["adjoint"]
    assert none_on["savings"] == []
    without = ask("code", share=False)
    assert "Share equal operations" not in [row[0] for row in without["savings"]]


def test_a_norm_inside_the_loop_costs_less_when_it_is_shared_before():
    [norm] = [start for start in LABS["code"].starts if "norm" in start.title]
    orders = adcore.orders(norm.source, norm.point)
    assert (
        f"takes {orders.optimised_first}; optimised only after, {orders.differentiated_first}"
        in ask("code", norm.source, dict(norm.point))["summary"]
    )
    assert orders.optimised_first < orders.differentiated_first


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_a_text_with_every_input(form):
    for pane in ask("code", form=form)["panes"]:
        assert pane["title"]
        assert len(pane["text"].splitlines()) > 3
