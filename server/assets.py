"""The templates and the static files: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
    """The static files, each under one address only: a slash at the end names no file.

    A module of the page is sent as its compact copy, which has no comments, unless it was changed since that was made.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.root = directory
        listed = directory / "vendor" / "compact.json"
        self.copied: Mapping[str, str] = json.loads(listed.read_bytes()) if listed.is_file() else {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 404."""
        if scope["path"].endswith("/"):
            raise HTTPException(404)
        return await super().get_response(self._compact(path), scope)

    def _compact(self, path: str) -> str:
        """Where the compact copy is, if it is one of the text that is there now."""
        name = Path(path).as_posix()
        if name not in self.copied:
            return path
        file = self.root / path
        same = file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == self.copied[name]
        return f"vendor/compact/{name}" if same else path
