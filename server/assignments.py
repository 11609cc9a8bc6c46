"""Assignments and sheets on the web: the two pages, an assignment checked, an exercise with its key for paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import orjson
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adcore.errors import ADError
from server.api import as_json, asked, client_of, service_of, takes, unless_gone
from server.exercises import FIRST, ExerciseQuestion
from server.pages import render
from server.tutor.assignments import PAGE, Task, describe_task, placed, read_assignment
from server.tutor.exercises import KINDS
from server.tutor.papers import make_paper

router = APIRouter()


class AssignmentFile(BaseModel):
    """How an assignment is described in /openapi.json; it is read by `read_assignment`, which says more."""

    wengert: Literal["assignment"]
    version: Literal[1]
    title: str
    words: str
    exercises: list[dict[str, Any]]


@router.get(PAGE, include_in_schema=False)
async def assignment(request: Request) -> HTMLResponse:
    """An assignment is made here, and done."""
    kinds = [{"name": kind.name, "title": kind.title} for kind in KINDS.values()]
    return HTMLResponse(render(request, "assignment.html", title="Assignments", kinds=kinds, first=dict(FIRST)))


@router.get("/sheet", include_in_schema=False)
async def sheet(request: Request) -> HTMLResponse:
    """Exercises on paper."""
    return HTMLResponse(render(request, "sheet.html", title="A sheet of exercises", first=dict(FIRST)))


@router.post("/api/assignment", openapi_extra=takes(AssignmentFile))
async def check(request: Request) -> Response:
    """An assignment as it is understood, and what each of its exercises asks. The body is the file."""
    found = read_assignment(await request.body(), service_of(request).engine)
    described = await unless_gone(request, _describe(request, found.exercises))
    return as_json(orjson.dumps({"assignment": found.to_json(), "digest": found.digest(), "exercises": described}))


@router.post("/api/sheet", openapi_extra=takes(ExerciseQuestion))
async def paper(request: Request) -> Response:
    """An exercise as it is printed, with its key."""
    question, service = await asked(request, ExerciseQuestion), service_of(request)
    task = Task(**question.spec(), attempts=None)
    made = await unless_gone(request, service.numeric.run(client_of(request), make_paper, task, service.engine))
    return as_json(orjson.dumps(made.to_json()))


async def _describe(request: Request, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """What each exercise asks, one by one: a request has one worker at a time, and none after an error."""
    service, found = service_of(request), list[dict[str, Any]]()
    for k, task in enumerate(tasks):
        try:
            found.append(await service.numeric.run(client_of(request), describe_task, task, service.engine))
        except ADError as error:
            raise placed(error, k) from error
    return found
