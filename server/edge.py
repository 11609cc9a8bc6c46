"""What every request passes on its way in, and every answer on its way out: plain ASGI, one duty a class."""

from __future__ import annotations

import asyncio
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from adcore.errors import ADError
from server.errors import answer, is_interface
from server.settings import Settings

BODY_METHODS = ("POST", "PUT", "PATCH")
RESPONSE_STARTS = ("http.response.start", "websocket.http.response.start")

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors {ancestors}"
)
# The one page that is made for the frames of others; it holds nothing that a click could be stolen for.
_FRAMED = "/embed"

# As they travel: every answer has them, and nothing further in sets any of them.
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class Edge:
    """The outermost layer: headers on every answer, and errors of the layers below it answered like all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        scope["csp_nonce"] = nonce = secrets.token_urlsafe(16)
        ancestors = "*" if scope["path"] == _FRAMED else "'none'"

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] in RESPONSE_STARTS:
                policy = _POLICY.format(nonce=nonce, ancestors=ancestors)
                headers = MutableHeaders(scope=message)
                headers.raw.extend((*_HEADERS, (b"content-security-policy", policy.encode())))
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        # The server drops the body of what answers HEAD; to the routes it is a GET.
        asked = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        try:
            await self.app(asked, receive, send_with_headers)
        except ClientDisconnect:
            return
        except Exception as problem:  # the one handler for whatever no route foresaw
            if started:
                raise
            await _refuse(scope, receive, send_with_headers, problem)


class HeadGuard:
    """Bounds the head of a request; the parser bounds only heads that arrive in pieces."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.most = settings["header_bytes"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
            if size + sum(len(name) + len(value) for name, value in scope["headers"]) > self.most:
                raise ADError("head", f"The head of the request is longer than {self.most:,} bytes (header_bytes).")
        await self.app(scope, receive, send)


class HostGuard:
    """Lets through only requests that name this service, so that no other name can be made to point at it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = settings.listed("hosts")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            given = Headers(scope=scope).getlist("host")
            if len(given) != 1 or _without_port(given[0]) not in self.hosts:
                raise ADError("host", "This service does not answer under that name.", None, "See the setting hosts.")
        await self.app(scope, receive, send)


class OriginGuard:
    """Lets a page of this service, a listed origin or a program that is no browser open a live connection."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origins = settings.listed("origins")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._admits(Headers(scope=scope)):
            raise ADError(
                "origin", "Pages from elsewhere cannot open a live connection.", None, "See the setting origins."
            )
        await self.app(scope, receive, send)

    def _admits(self, headers: Headers) -> bool:
        given = headers.getlist("origin")
        if not given:
            return True
        parts = urlsplit(given[0])
        own = parts.scheme in ("http", "https") and parts.netloc.lower() == headers["host"].lower()
        return len(given) == 1 and (own or given[0].lower() in self.origins)


class BodyGuard:
    """Reads the body of a request within a size and a time, and takes JSON only."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.most = settings["body_bytes"]
        self.seconds = settings["receive_seconds"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in BODY_METHODS or not is_interface(scope["path"]):
            await self.app(scope, receive, send)
            return
        self._check_head(Headers(scope=scope))
        body: Message | None = {"type": "http.request", "body": await self._read(receive), "more_body": False}

        async def receive_body() -> Message:
            nonlocal body
            message, body = body, None
            return message or await receive()

        await self.app(scope, receive_body, send)

    def _check_head(self, headers: Headers) -> None:
        if "transfer-encoding" in headers and "content-length" in headers:
            raise ADError("json", "The request gives its length in two ways.")
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise ADError("content-type", "The body must be JSON.", None, "Send Content-Type: application/json.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.most:
            raise self._too_long()

    async def _read(self, receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(self.seconds):
                return await self._read_all(receive)
        except TimeoutError as error:
            message = f"The request took longer than {self.seconds} s to arrive (receive_seconds)."
            raise ADError("slow", message) from error

    async def _read_all(self, receive: Receive) -> bytes:
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.most:
                raise self._too_long()
        return bytes(body)

    def _too_long(self) -> ADError:
        return ADError("too-long", f"The request is longer than {self.most:,} bytes (body_bytes).")


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: Exception) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose()(scope, receive, send)
        return
    response = await answer(Request(scope, receive), problem)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


def _without_port(host: str) -> str:
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdigit() else host.lower()
