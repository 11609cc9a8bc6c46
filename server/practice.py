"""Practice on the web: the page, and what there is to practise. The record of a learner never leaves the browser."""

from __future__ import annotations

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.api import as_json
from server.pages import render
from server.tutor.practice import practice_table

router = APIRouter()


@router.get("/practice", include_in_schema=False)
async def practice(request: Request) -> HTMLResponse:
    """The page on which exercises come one after another, as the record in the browser says."""
    return HTMLResponse(render(request, "practice.html", title="Practice"))


@router.get("/api/practice")
async def table() -> Response:
    """The skills in the order in which they build on one another, and functions to practise each on."""
    return as_json(orjson.dumps(practice_table()))
