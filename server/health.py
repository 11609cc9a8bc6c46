"""What operators ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from adcore.errors import ADError
from server import jobs
from server.service import Service

router = APIRouter()

EXPECTED = 6.0


@router.get("/healthz", response_class=PlainTextResponse)
async def health(request: Request) -> str:
    """Alive: a worker differentiated a small program, and rightly."""
    service: Service = request.app.state.service
    if await service.numeric.run("health", jobs.check_health) != EXPECTED:
        raise ADError("internal", "The engine gave a wrong number.")
    return "ok"


@router.get("/readyz", response_class=PlainTextResponse)
async def ready(request: Request) -> str:
    """Ready: every worker has started, and there is room in the queue."""
    service: Service = request.app.state.service
    if not service.ready or service.numeric.waiting >= service.settings["numeric_queue"]:
        raise ADError("busy", "The service is not ready for more work.")
    return "ready"


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> str:
    """Counters, one a line, as Prometheus reads them."""
    return "".join(f"{line}\n" for line in _lines(request.app.state.service))


def _lines(service: Service) -> Iterator[str]:
    yield f"wengert_live_connections {service.live}"
    for pool in (service.numeric, service.symbolic):
        label = f'pool="{pool.plan.name}"'
        yield f"wengert_jobs_waiting{{{label}}} {pool.waiting}"
        for ended, count in sorted(pool.counts.items()):
            yield f'wengert_jobs_total{{{label},ended="{ended}"}} {count}'
