"""How the service listens: one process, bounded heads and messages, clients that dawdle cut off, a prompt end."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from adcore.errors import ADError
from server.connection import TellingSocket, impatient
from server.settings import Settings

PING_SECONDS = 20


def configuration(application: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Uvicorn's configuration. Source texts are never logged, so requests are not logged at all."""
    proxies = settings.listed("trusted_proxies")
    return uvicorn.Config(
        application,
        http=impatient(settings["receive_seconds"], settings["send_seconds"]),
        ws=TellingSocket,
        ws_max_size=settings["body_bytes"],
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        h11_max_incomplete_event_size=settings["header_bytes"],
        timeout_graceful_shutdown=settings["shutdown_seconds"],
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def open_socket(settings: Settings) -> socket.socket:
    """The listening socket. Errors: the port is taken, or the address is not of this machine."""
    host, port = settings.choice("host"), settings.choice("port")
    if not port.isdigit() or int(port) > 65535:
        raise ADError("setting", "The port must be a number from 0 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, int(port)), family=family, backlog=1024)
    except OSError as error:
        raise ADError("setting", f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error
    # Accepted connections inherit both: small answers leave at once, and a peer that reads nothing is given up.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings["send_seconds"] * 1000)
    return listening


def listen(application: ASGIApp, settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until a signal comes. `announce` is given the address."""
    listening = open_socket(settings)
    host, port = listening.getsockname()[:2]
    announce(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    # What is there now stays to the end; to look through it for garbage would hold every slider up for 50 ms or more.
    gc.collect()
    gc.freeze()
    uvicorn.Server(configuration(application, settings)).run(sockets=[listening])
