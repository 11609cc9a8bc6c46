"""Traces as JSON lines. The work is done before the first line leaves, so a mistake still gets a status of its own.

A slow reader slows the sending down, and one that stops reading is cut off by its connection. The same question gives
the same events, so a reader that lost its connection asks again with `from`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from starlette.responses import StreamingResponse

MEDIA_TYPE = "application/x-ndjson"


def stream(lines: Iterable[bytes]) -> StreamingResponse:
    """Send lines as they are taken."""
    return StreamingResponse(_one_by_one(lines), media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def _one_by_one(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line
