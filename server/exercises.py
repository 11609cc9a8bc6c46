"""Exercises on the web: the page, an exercise of a program, what is said of an answer, hints. Workers do the computing.

Nothing is kept between requests: an exercise is made anew from its five parts each time, so no key ever leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter
from pydantic import Field, WithJsonSchema
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adcore.errors import ADError
from server import jobs
from server.api import as_json, asked, client_of, service_of, takes, unless_gone
from server.pages import render
from server.questions import Point, Program, Text, read_choice
from server.tutor.exercises import KINDS, LARGEST_SEED, LEVELS
from server.tutor.results import LONGEST_ANSWER

FIRST = MappingProxyType(
    {"source": "x1*x2 + sin(x1)", "point": {"x1": 2.0, "x2": 3.0}, "kind": "reverse", "seed": 1, "level": 1}
)
"""What the page opens with: one input is used twice, so an adjoint is a sum, and it is small enough to do."""
router = APIRouter()

KindName = Annotated[str, read_choice(*KINDS), WithJsonSchema({"enum": list(KINDS)})]


class ExerciseQuestion(Program):
    """The five parts that an exercise is made from."""

    point: Point
    kind: KindName
    seed: int = Field(0, ge=0, le=LARGEST_SEED)
    level: int = Field(1, ge=LEVELS[0], le=LEVELS[-1])

    def spec(self) -> dict[str, Any]:
        """The parts alone, as the jobs take them."""
        return {name: getattr(self, name) for name in ExerciseQuestion.model_fields}


class AnswerQuestion(ExerciseQuestion):
    """The answer to one blank, by id, among the answers to all, as they were typed."""

    blank: str
    answers: dict[str, Text]


Answered = TypeVar("Answered", bound=AnswerQuestion)


class TieQuestion(AnswerQuestion):
    """The answer to a second question, which was asked at another point to tell mistakes apart."""

    at: Point
    answer: Text


class HintQuestion(ExerciseQuestion):
    """Hint number 1, 2 or 3 of one blank; 4 is the answer."""

    blank: str
    hint: int = Field(ge=1, le=4)


@router.get("/exercise", include_in_schema=False)
async def page(request: Request) -> HTMLResponse:
    """The page on which an exercise is done."""
    kinds = [{"name": kind.name, "title": kind.title} for kind in KINDS.values()]
    return HTMLResponse(render(request, "exercise.html", title="Exercise", first=dict(FIRST), kinds=kinds))


@router.post("/api/exercise", openapi_extra=takes(ExerciseQuestion))
async def exercise(request: Request) -> Response:
    """An exercise: what is asked and what is given, without what is right."""
    question = await asked(request, ExerciseQuestion)
    return await _worked(request, jobs.exercise, question.spec())


@router.post("/api/exercise/check", openapi_extra=takes(AnswerQuestion))
async def check(request: Request) -> Response:
    """What is to be said of an answer, and for a tie of mistakes a question that tells them apart."""
    question = await _answered(request, AnswerQuestion)
    return await _worked(request, jobs.verdict, question.spec(), question.blank, question.answers)


@router.post("/api/exercise/settle", openapi_extra=takes(TieQuestion))
async def settle(request: Request) -> Response:
    """What the answer to the second question makes of a tie."""
    question = await _answered(request, TieQuestion)
    second = (question.at, question.answer)
    return await _worked(request, jobs.settled, question.spec(), question.blank, question.answers, *second)


@router.post("/api/exercise/hint", openapi_extra=takes(HintQuestion))
async def hint(request: Request) -> Response:
    """The idea, the formula, the numbers, the answer."""
    question = await asked(request, HintQuestion)
    return await _worked(request, jobs.hint, question.spec(), question.blank, question.hint)


async def _answered(request: Request, model: type[Answered]) -> Answered:
    """What was asked. An answer that no result may hold is not judged, so that a learner never has to hand it in."""
    question, most = await asked(request, model), service_of(request).engine[LONGEST_ANSWER]
    if max(map(len, question.answers.values()), default=0) > most:
        raise ADError("limit", f"An answer has at most {most:,} characters ({LONGEST_ANSWER}).", None, "Shorten it.")
    return question


async def _worked(request: Request, job: Callable[..., bytes], *arguments: Any) -> Response:
    service = service_of(request)
    work = service.numeric.run(client_of(request), job, *arguments, service.engine)
    return as_json(await unless_gone(request, work))
