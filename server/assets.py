"""The templates and the static files: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `name` of the front end."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


class Files(StaticFiles):
    """The static files, each under one address only: a slash at the end names no file."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 404."""
        if scope["path"].endswith("/"):
            raise HTTPException(404)
        return await super().get_response(path, scope)
