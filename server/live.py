"""The live connection: while a slider is dragged, the recorded graph is evaluated again and again, newest point first.

A small graph is evaluated where the message arrives, a large one in a worker. Of several moves that wait only the
newest is answered. `stale` asks the page for a new trace.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from adcore.errors import ADError
from adcore.trace import Mover
from server import jobs
from server.errors import body_of
from server.questions import Move, Opening, read_json, read_question
from server.service import Service

GOING_AWAY = 1001
TRY_LATER = 1013
GONE = 1006


class Live:
    """One browser tab's connection. It speaks ASGI itself: a layer between would have its part in every move."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service: Service = scope["app"].state.service
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        if service.live >= service.settings["live_connections"]:
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        service.live += 1
        try:
            await Session(receive, send, scope["client"][0] if scope["client"] else "", service).converse()
        except TimeoutError:
            await send({"type": "websocket.close", "code": GOING_AWAY})
        except WebSocketDisconnect:
            pass
        finally:
            service.live -= 1


router = APIRouter()
router.add_websocket_route("/api/live", Live(), "live")  # type: ignore[arg-type]  # an ASGI application will do


class Session:
    """What one connection has open, and the newest messages that wait."""

    def __init__(self, receive: Receive, send: Send, client: str, service: Service) -> None:
        self.receive = receive
        self.send = send
        self.client = client
        self.service = service
        self.mover: Mover | None = None
        self._is_large = False
        self._opening: dict[str, Any] | None = None
        self._move: dict[str, Any] | None = None
        self._at_work = asyncio.Event()
        self._heard = 0.0

    async def converse(self) -> None:
        """Listen and answer until either side leaves. Errors: nothing was heard for long; the client is gone."""
        tasks = [asyncio.create_task(work()) for work in (self._listen, self._work, self._watch)]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()

    async def _listen(self) -> None:
        """Hear everything at once; answer at once what needs no worker, unless something newer has come already."""
        clock = asyncio.get_running_loop().time
        while (message := await self.receive())["type"] != "websocket.disconnect":
            self._heard = clock()
            await self._note(message.get("text"))
            if message.get("more") or self._at_work.is_set():
                continue
            if self._opening or self._is_large:
                self._at_work.set()
            else:
                await self._answer_newest()

    async def _work(self) -> None:
        """Answer what needs a worker, and what comes in the meantime, without keeping `_listen` from listening."""
        while True:
            await self._at_work.wait()
            while self._opening or self._move:
                await self._answer_newest()
            self._at_work.clear()

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

    async def _answer_newest(self) -> None:
        opening, move = self._opening, self._move
        self._opening = self._move = None
        if opening is not None:
            await self._answer(self._open, opening)
        if move is not None:
            await self._answer(self._follow, move)

    async def _answer(self, handle: Any, content: dict[str, Any]) -> None:
        try:
            await handle(content)
        except ADError as error:
            await self._send_error(content, error)

    async def _open(self, content: dict[str, Any]) -> None:
        self.mover, self._is_large = None, False
        opening, engine = read_question(Opening, content), self.service.engine
        trace = await self.service.numeric.run(self.client, jobs.start_trace, opening.asked(), engine)
        self.mover, self._is_large = Mover(trace), len(trace.graph) > self.service.settings["live_nodes"]
        await self._say({"type": "opened", "id": opening.id})

    async def _follow(self, content: dict[str, Any]) -> None:
        move = read_question(Move, content)
        if self.mover is None:
            raise ADError("field", "Nothing is open yet.", None, "Send an open message first.")
        if self._is_large:
            numeric, trace = self.service.numeric, self.mover.trace
            changes = await numeric.run(self.client, jobs.moved_apart, trace, move.point, move.step)
        else:
            changes = self.mover.changes(move.point, move.step)
        if changes is None:
            await self._say({"type": "stale", "id": move.id})
        else:
            await self._say({"type": "moved", "id": move.id, **changes})

    async def _send_error(self, content: Any, error: ADError) -> None:
        given = content.get("id") if isinstance(content, dict) else None
        number = given if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**53 else None
        await self._say({"type": "error", "id": number} | body_of(error))

    async def _say(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        try:
            await self.send({"type": "websocket.send", "text": text})
        except OSError as error:
            raise WebSocketDisconnect(GONE) from error
