"""The application: routes, the layers around them, and the pools that live as long as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from adcore.errors import ADError
from server import api, assignments, checker, exercises, health, learn, live, pages, practice
from server.assets import Files, folder
from server.catalog import catalog
from server.edge import BodyGuard, Edge, HeadGuard, HostGuard, OriginGuard
from server.errors import answer
from server.service import Service
from server.settings import Settings

# Routes are tried in this order, one after the other, for each request: what is asked for most comes first. They are
# given to the application as they are, because of a router that is included FastAPI tries each route twice.
PARTS = (api, live, health, pages, exercises, practice, checker, assignments, learn)


def create_app(settings: Settings | None = None, lessons: Path = learn.LESSONS) -> FastAPI:
    """An application with its own pools; without settings, with those of the environment. `lessons` is a folder."""
    settings = settings or Settings.from_environment()
    application = FastAPI(
        title="Wengert",
        summary="Automatic differentiation, one step at a time.",
        docs_url=None,
        redoc_url=None,
        lifespan=_life,
        redirect_slashes=False,
        routes=[route for part in PARTS for route in part.router.routes],
        exception_handlers={ADError: answer, HTTPException: answer},
        middleware=[
            Middleware(Edge),
            Middleware(HeadGuard, settings=settings),
            Middleware(HostGuard, settings=settings),
            Middleware(OriginGuard, settings=settings),
            Middleware(BodyGuard, settings=settings),
        ],
    )
    application.state.settings = settings
    application.state.catalog = catalog(settings)
    application.state.lessons = learn.open_lessons(lessons)
    application.state.templates = pages.environment()
    application.mount("/static", GZipMiddleware(Files(directory=folder("static"))), name="static")
    return application


@asynccontextmanager
async def _life(application: FastAPI) -> AsyncIterator[None]:
    service = application.state.service = Service(application.state.settings)
    await service.start()
    try:
        yield
    finally:
        await service.stop()
