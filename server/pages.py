"""The pages that people open. What they show is text in templates; nothing a visitor sent is put into them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from server import gallery
from server.assets import folder
from server.labs import LABS

router = APIRouter(include_in_schema=False)


def environment() -> Environment:
    """The templates, with everything escaped that is put into them."""
    loader = FileSystemLoader(folder("templates"))
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def render(connection: HTTPConnection, template: str, **context: Any) -> str:
    """A template with what every page needs: its path and the nonce of this answer's scripts."""
    state = connection.app.state
    common = {"path": connection.scope["path"], "csp_nonce": connection.scope["csp_nonce"], "catalog": state.catalog}
    text: str = state.templates.get_template(template).render(common | context)
    return text


@router.get("/")
async def explore(request: Request) -> HTMLResponse:
    """The page on which a function is watched."""
    return HTMLResponse(render(request, "explore.html", title="Explore", example=gallery.OPENING.to_json()))


@router.get("/labs")
async def labs(request: Request) -> HTMLResponse:
    """All labs, grouped by idea."""
    ideas = dict.fromkeys(lab.idea for lab in LABS.values())
    groups = {idea: [lab for lab in LABS.values() if lab.idea == idea] for idea in ideas}
    return HTMLResponse(render(request, "labs.html", title="Labs", groups=groups))


@router.get("/labs/{name}")
async def lab(request: Request, name: str) -> HTMLResponse:
    """One lab."""
    if name not in LABS:
        raise HTTPException(404)
    return HTMLResponse(render(request, "lab.html", title=LABS[name].title, lab=LABS[name]))


@router.get("/embed")
async def embed(request: Request) -> HTMLResponse:
    """A view for the frames of other pages: graph, sentence and transport."""
    return HTMLResponse(render(request, "embed.html", title="A function being differentiated"))


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The JSON interface, described."""
    return HTMLResponse(render(request, "docs.html", title="Interface", paths=request.app.openapi()["paths"]))


@router.get("/rules")
async def rules(request: Request) -> HTMLResponse:
    """The table of primitives."""
    primitives = request.app.state.catalog["primitives"]
    return HTMLResponse(render(request, "rules.html", title="Rules", primitives=primitives))
