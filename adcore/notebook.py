"""A view in a notebook: the page of the service, in a frame below the cell.

This is the one module of the engine that starts anything: a service of its own on this machine, once, when the first
view asks for it. It ends with the Python that started it.
"""

from __future__ import annotations

import atexit
import functools
import html
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from adcore.errors import ADError
from adcore.events import json_numbers
from adcore.limits import Limits
from adcore.problem import nest, pose

SWEEPS = ("forward", "reverse")
GREETING = "Wengert is at "


@dataclass(frozen=True, slots=True)
class Shown:
    """A view: a notebook draws it as a frame; elsewhere its `address` can be opened in a browser."""

    address: str
    height: int

    def _repr_html_(self) -> str:
        source = html.escape(self.address, quote=True)
        title = "A function being differentiated, step by step"
        style = f"width: 100%; height: {self.height}px; border: 0; border-radius: 10px"
        return f'<iframe src="{source}" title="{title}" style="{style}" allow="clipboard-write"></iframe>'


def show(
    source: str,
    at: Mapping[str, Any],
    mode: str = "reverse",
    step: int = 0,
    height: int = 560,
    service: str = "",
    limits: Limits | None = None,
) -> Shown:
    """Show a function being differentiated, in the cell of a notebook; `step` is where the view opens.

    `service` is the address of a running one, such as "https://wengert.example.org"; without it one is started here,
    which the browser reaches if it runs on the same machine as the notebook.

    Errors: a program or a point that cannot be read, a mode without a page, a service that does not start.
    """
    if mode not in SWEEPS:
        raise ADError("mode", f"There is no view of {mode}.", None, f"The views are: {', '.join(SWEEPS)}.")
    problem = pose(source, at, limits)
    point = nest(problem.recording.inputs, json_numbers(problem.leaves))
    fields = {"f": source, "at": json.dumps(dict(point)), "mode": mode, "step": str(step)}
    return Shown(f"{(service or start_service()).rstrip('/')}/embed#{urlencode(fields)}", height)


def start_service() -> str:
    """The address of this Python's own service, started if there is none."""
    process, address = _service()
    if process.poll() is not None:
        _service.cache_clear()
        process, address = _service()
    return address


@functools.cache
def _service() -> tuple[subprocess.Popen[str], str]:
    """Start `wengert serve` on a free port. Errors: it ends without saying where it is."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    atexit.register(process.terminate)
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(GREETING):
        hint = 'Start "wengert serve" in a terminal to see why, and give its address as service=.'
        raise ADError("service", "The service of the page did not start.", None, hint)
    return process, line.removeprefix(GREETING).strip()
