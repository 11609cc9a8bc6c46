"""Traces as JSON lines. The work is done before the first line leaves, so a mistake still gets a status of its own.

A short trace is sent at once. Of a long one the counts of operations, which take longer than all the rest, are made
while the others travel. A slow reader slows the sending down, and one that stops reading is cut off by its connection.
The same question gives the same events, so a reader that lost its connection asks again with `from`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import orjson
from starlette.responses import Response, StreamingResponse

from adcore.errors import ADError
from server.errors import body_of

MEDIA_TYPE = "application/x-ndjson"


def stream(lines: Iterable[bytes], last: Callable[[], Awaitable[bytes]] | None) -> Response:
    """Send lines; if one is worked out only after them, each as it is taken, and then that one."""
    if last is None:
        return Response(b"".join(lines), media_type=MEDIA_TYPE)
    return StreamingResponse(_one_by_one(lines, last), media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def _one_by_one(lines: Iterable[bytes], last: Callable[[], Awaitable[bytes]]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line
    try:
        yield await last()
    except ADError as error:
        yield orjson.dumps({"type": "error", **body_of(error)}, option=orjson.OPT_APPEND_NEWLINE)
