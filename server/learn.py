"""The lessons on the web: the list of them, the page of each, and replies to answers. Workers do the computing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

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


class Course(dict[str, Lesson]):
    """Lessons by name, in order. `rendered` keeps the parts of those that somebody has opened."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        super().__init__((lesson.name, lesson) for lesson in lessons)
        self.rendered: dict[str, list[dict[str, Any]]] = {}


def open_lessons(folder: Path = LESSONS) -> Course:
    """The lessons of a folder."""
    return Course(read_folder(folder))


@router.get("/learn", include_in_schema=False)
async def learn(request: Request) -> HTMLResponse:
    """All lessons."""
    lessons = _course(request).values()
    return HTMLResponse(render(request, "learn.html", title="Learn", lessons=lessons))


@router.get("/learn/{name}", include_in_schema=False)
async def lesson(request: Request, name: str) -> HTMLResponse:
    """One lesson, with its numbers computed now."""
    found = _find(request, name)
    parts = await _render(request, found)
    everything = list(_course(request).values())
    after = everything[everything.index(found) + 1 :]
    page = {"lesson": found, "parts": parts, "next": after[0] if after else None}
    return HTMLResponse(render(request, "lesson.html", title=found.title, **page))


async def _render(request: Request, found: Lesson) -> list[dict[str, Any]]:
    """The parts of a lesson, which are the same for everyone: they are computed once."""
    kept, service = _course(request).rendered, service_of(request)
    if found.name not in kept:
        work = service.numeric.run(client_of(request), jobs.lesson, found, service.engine)
        kept[found.name] = await unless_gone(request, work)
    return kept[found.name]


@router.post("/api/lessons/{name}/check", openapi_extra=takes(LessonAnswer))
async def check(request: Request, name: str) -> Response:
    """Whether an answer in a lesson is right, and if not, which mistake leads to it."""
    found, service = _find(request, name), service_of(request)
    answer = await asked(request, LessonAnswer)
    arguments = (found, answer.place, answer.answer, service.engine, answer.reveal)
    return as_json(await unless_gone(request, service.numeric.run(client_of(request), jobs.reply, *arguments)))


def _course(request: Request) -> Course:
    return cast(Course, request.app.state.lessons)


def _find(request: Request, name: str) -> Lesson:
    lessons = _course(request)
    if name not in lessons:
        raise HTTPException(404)
    return lessons[name]
