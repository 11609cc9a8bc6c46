"""The lessons on the web: the list of them, the page of each, and replies to answers. Workers do the computing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server import jobs
from server.api import as_json, asked, client_of, service_of, takes, unless_gone
from server.pages import render
from server.questions import LessonAnswer
from server.tutor.lessons import Lesson, read_folder

LESSONS = Path(__file__).parent / "lessons"

router = APIRouter()


def open_lessons(folder: Path = LESSONS) -> Mapping[str, Lesson]:
    """The lessons of a folder by name, in order."""
    return {lesson.name: lesson for lesson in read_folder(folder)}


@router.get("/learn", include_in_schema=False)
async def learn(request: Request) -> HTMLResponse:
    """All lessons."""
    lessons = request.app.state.lessons.values()
    return HTMLResponse(render(request, "learn.html", title="Learn", lessons=lessons))


@router.get("/learn/{name}", include_in_schema=False)
async def lesson(request: Request, name: str) -> HTMLResponse:
    """One lesson, with its numbers computed now."""
    found, service = _find(request, name), service_of(request)
    work = service.numeric.run(client_of(request), jobs.lesson, found, service.engine)
    parts = await unless_gone(request, work)
    everything = list(request.app.state.lessons.values())
    after = everything[everything.index(found) + 1 :]
    page = {"lesson": found, "parts": parts, "next": after[0] if after else None}
    return HTMLResponse(render(request, "lesson.html", title=found.title, **page))


@router.post("/api/lessons/{name}/check", openapi_extra=takes(LessonAnswer))
async def check(request: Request, name: str) -> Response:
    """Whether an answer in a lesson is right, and if not, which mistake leads to it."""
    found, service = _find(request, name), service_of(request)
    answer = await asked(request, LessonAnswer)
    arguments = (found, answer.place, answer.answer, service.engine, answer.reveal)
    return as_json(await unless_gone(request, service.numeric.run(client_of(request), jobs.reply, *arguments)))


def _find(request: Request, name: str) -> Lesson:
    lessons: Mapping[str, Lesson] = request.app.state.lessons
    if name not in lessons:
        raise HTTPException(404)
    return lessons[name]
