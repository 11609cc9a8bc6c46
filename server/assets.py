"""Where the templates and the static files are: beside the package in a checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `name` of the front end."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
