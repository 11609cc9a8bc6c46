"""The live connection: while a slider is dragged, the recorded graph is evaluated again and again, newest point first.

A small graph is evaluated where the message arrives, a large one in a worker. Of several moves that wait only the
newest is answered. `stale` asks the page for a new trace.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from adcore.errors import ADError
from adcore.trace import Mover
from server import jobs
from server.errors import body_of
from server.questions import Move, Opening, read_json, read_question
from server.service import Service

router = APIRouter()

GOING_AWAY = 1001
TRY_LATER = 1013


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """One browser tab's connection."""
    service: Service = socket.app.state.service
    await socket.accept()
    if service.live >= service.settings["live_connections"]:
        await socket.close(TRY_LATER)
        return
    service.live += 1
    try:
        await Session(socket, service).converse()
    finally:
        service.live -= 1


class Session:
    """What one connection has open, and the newest message that waits."""

    def __init__(self, socket: WebSocket, service: Service) -> None:
        self.socket = socket
        self.service = service
        self.client = socket.client.host if socket.client else ""
        self.mover: Mover | None = None
        self._opening: dict[str, Any] | None = None
        self._move: dict[str, Any] | None = None
        self._news = asyncio.Event()
        self._heard = 0.0

    async def converse(self) -> None:
        """Listen and answer until either side leaves."""
        tasks = [asyncio.create_task(work()) for work in (self._listen, self._answer_all, self._watch)]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        except TimeoutError:
            await self.socket.close(GOING_AWAY)
        except WebSocketDisconnect:
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            self._heard = clock()
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._note(message.get("text"))

    async def _watch(self) -> None:
        """Give up a connection that says nothing: one clock for all messages, as a clock for each would cost more."""
        clock, patience = asyncio.get_running_loop().time, self.service.settings["idle_seconds"]
        self._heard = clock()
        while (left := self._heard + patience - clock()) > 0:
            await asyncio.sleep(left)
        raise TimeoutError

    async def _note(self, text: str | None) -> None:
        """Put a message where the answering side finds it; a newer one replaces an older one of its kind."""
        content: Any = None
        try:
            content = read_json(text or "")
            kind = content.get("type") if isinstance(content, dict) else None
            if kind not in ("open", "move"):
                raise ADError("field", 'A live message is an object with the type "open" or "move".')
        except ADError as error:
            await self._send_error(content, error)
            return
        if kind == "open":
            self._opening, self._move = content, None
        else:
            self._move = content
        self._news.set()

    async def _answer_all(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            opening, move = self._opening, self._move
            self._opening = self._move = None
            if opening is not None:
                await self._answer(self._open, opening)
            if move is not None:
                await self._answer(self._follow, move)
            # Lets what arrived in the meantime be read, so that only the newest of it is answered.
            await asyncio.sleep(0)

    async def _answer(self, handle: Any, content: dict[str, Any]) -> None:
        try:
            await handle(content)
        except ADError as error:
            await self._send_error(content, error)

    async def _open(self, content: dict[str, Any]) -> None:
        self.mover = None
        opening, engine = read_question(Opening, content), self.service.engine
        self.mover = Mover(await self.service.numeric.run(self.client, jobs.start_trace, opening.asked(), engine))
        await self._send({"type": "opened", "id": opening.id})

    async def _follow(self, content: dict[str, Any]) -> None:
        move = read_question(Move, content)
        if self.mover is None:
            raise ADError("field", "Nothing is open yet.", None, "Send an open message first.")
        trace = self.mover.trace
        if len(trace.graph) <= self.service.settings["live_nodes"]:
            changes = self.mover.changes(move.point, move.step)
        else:
            changes = await self.service.numeric.run(self.client, jobs.moved_apart, trace, move.point, move.step)
        if changes is None:
            await self._send({"type": "stale", "id": move.id})
        else:
            await self._send({"type": "moved", "id": move.id, **changes})

    async def _send_error(self, content: Any, error: ADError) -> None:
        given = content.get("id") if isinstance(content, dict) else None
        number = given if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**53 else None
        await self._send({"type": "error", "id": number} | body_of(error))

    async def _send(self, message: dict[str, Any]) -> None:
        if self.socket.application_state is WebSocketState.CONNECTED:
            await self.socket.send_text(orjson.dumps(message, option=orjson.OPT_SERIALIZE_NUMPY).decode())
