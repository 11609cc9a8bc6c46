"""Check my gradient on the web: the page, and what is said of a derivative. Workers do the computing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adcore.errors import ADError
from server import verdicts
from server.api import as_json, asked, client_of, service_of, takes, unless_gone
from server.pages import render
from server.questions import Point, Program, Text

router = APIRouter()


class CheckQuestion(Program):
    """A program at a point, and a derivative: formulas, one for each input number, or the text of either kind."""

    point: Point
    gradient: list[Text] | None = Field(None, min_length=1)
    backward: Text | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A function with a derivative in which one mistake is planted, to open on the page."""

    title: str
    source: str
    backward: str
    point: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


SAMPLES = (
    Sample(
        "overwritten instead of added",
        "def f(x, y):\n    a = x*y\n    b = sin(a)\n    return b + x",
        "def backward(x, y):\n    a = x*y\n    b_bar = 1\n    x_bar = 1\n    a_bar = b_bar*cos(a)\n"
        "    x_bar = a_bar*y\n    y_bar = a_bar*x\n    return [x_bar, y_bar]",
        {"x": 2.0, "y": 3.0},
    ),
    Sample(
        "a chain rule cut short, as formulas",
        "x*sin(x^2) + y*exp(x)",
        "d/dx = sin(x^2) + x*cos(x^2) + y*exp(x)\nd/dy = exp(x)",
        {"x": 1.2, "y": 0.5},
    ),
    Sample(
        "at the wrong value, in a loop",
        "def f(x, y):\n    s = x\n    for i in range(4):\n        s = sin(s)*y\n    return s",
        "def backward(x, y):\n    states = [x]\n    for i in range(4):\n        states.append(sin(states[i])*y)\n"
        "    ds = 1\n    dy = 0\n    for i in [3, 2, 1, 0]:\n        dy += ds*sin(states[i])\n"
        "        ds = ds*cos(states[i + 1])*y\n    return [ds, dy]",
        {"x": 1.3, "y": 0.7},
    ),
    Sample(
        "a layer, with the wrong derivative of the sigmoid",
        "def loss(w, b, x):\n    z = w[0]*x[0] + w[1]*x[1] + b\n    h = sigmoid(z)\n    return (h - 1)**2",
        "def backward(w, b, x, h):\n    h.grad = 2*(h - 1)\n    z.grad = h.grad*h*(1 + h)\n"
        "    w.grad = [z.grad*v for v in x]\n    b.grad = z.grad\n    x.grad = [z.grad*v for v in w]\n"
        "    return [w.grad, b.grad, x.grad]",
        {"w": [0.4, -0.9], "b": 0.2, "x": [1.0, 0.5]},
    ),
    Sample(
        "right here, wrong elsewhere",
        "def f(x, y):\n    if x > y:\n        return x*y\n    return y*exp(x)",
        "def backward(x, y):\n    if x > y:\n        return [y, x]\n    dx = y*x*exp(x - 1)\n    dy = exp(x)\n"
        "    return [dx, dy]",
        {"x": 2.0, "y": 1.0},
    ),
)
"""What the page opens with, first, and what it offers to open: one planted mistake each."""


@router.get("/check", include_in_schema=False)
async def page(request: Request) -> HTMLResponse:
    """The page on which a derivative is checked."""
    samples = [sample.to_json() for sample in SAMPLES]
    return HTMLResponse(render(request, "check.html", title="Check my gradient", samples=samples))


@router.post("/api/check", openapi_extra=takes(CheckQuestion))
async def check(request: Request) -> Response:
    """Whether a derivative is right, and if not, the point, the component and the rule that is wrong."""
    question, service = await asked(request, CheckQuestion), service_of(request)
    if (question.gradient is None) == (question.backward is None):
        raise ADError("field", 'There is either "gradient" or "backward".', None, "See /openapi.json.")
    arguments = (question.source, question.point, question.gradient, question.backward, service.engine)
    return as_json(await unless_gone(request, service.numeric.run(client_of(request), verdicts.answer, *arguments)))
