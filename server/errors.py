"""The one place where something that went wrong becomes an answer. What the client sent is never echoed."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from adcore.errors import ADError
from server.pages import render

log = logging.getLogger("wengert")

# Whatever is not listed is a mistake in the user's text or numbers.
STATUSES = MappingProxyType(
    {"json": 400, "host": 400, "origin": 403, "not-found": 404, "method": 405, "slow": 408, "too-long": 413,
     "content-type": 415, "head": 431, "internal": 500, "busy": 503, "worker": 503}
)  # fmt: skip
USERS_MISTAKE = 422
RETRY_SECONDS = "1"

_BY_STATUS = MappingProxyType(
    {
        404: ADError("not-found", "There is nothing at this address.", None, "The start page is /."),
        405: ADError("method", "This address does not answer that method.", None, "See /openapi.json."),
    }
)


def as_error(problem: Exception) -> ADError:
    """Whatever was raised, in the shape that users see."""
    if isinstance(problem, ADError):
        return problem
    if isinstance(problem, HTTPException):
        return _BY_STATUS.get(problem.status_code, ADError("request", "The request cannot be answered."))
    return ADError("internal", "The service made a mistake. Nothing you typed is lost.", None, "Try again.")


def status_of(error: ADError) -> int:
    """The HTTP status of an error."""
    return STATUSES.get(error.kind, USERS_MISTAKE)


def body_of(error: ADError) -> dict[str, Any]:
    """The JSON of an error."""
    return {"error": error.to_json()}


async def answer(request: Request, problem: Exception) -> Response:
    """Answer any exception: JSON for programs, a page for a person who followed a link."""
    error = as_error(problem)
    status = problem.status_code if isinstance(problem, HTTPException) else status_of(error)
    if error.kind == "internal":
        log.error("a request failed", exc_info=problem)
    headers = dict(getattr(problem, "headers", None) or {})
    if status == STATUSES["busy"]:
        headers["Retry-After"] = RETRY_SECONDS
    if _wants_page(request):
        text = render(request, "error.html", title=error.message, error=error, status=status)
        return HTMLResponse(text, status, headers)
    return Response(orjson.dumps(body_of(error)), status, headers, "application/json")


def is_interface(path: str) -> bool:
    """Whether programs, not people, ask at this path."""
    return path == "/api" or path.startswith("/api/")


def _wants_page(connection: HTTPConnection) -> bool:
    prefers_json = "application/json" in connection.headers.get("accept", "")
    return not is_interface(connection.scope["path"]) and not prefers_json
