"""The JSON interface. A route reads a question, has a worker answer it, and passes the answer on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from adcore import MODES
from adcore.errors import ADError
from server import jobs
from server.labs import LABS
from server.questions import (
    CompareQuestion,
    DiffQuestion,
    ExplainQuestion,
    LabQuestion,
    Program,
    TraceQuestion,
    read_json,
    read_question,
)
from server.service import Service
from server.stream import stream

router = APIRouter(prefix="/api")

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

SYMBOLIC_WAY = "symbolic"


def service_of(request: Request) -> Service:
    """The service that answers."""
    service: Service = request.app.state.service
    return service


def client_of(request: Request) -> str:
    """Whose turn a request takes: one line for each address."""
    return request.client.host if request.client else ""


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """How a route's body is described in /openapi.json; it is read by `asked`, more strictly than FastAPI would."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema()}}}}


async def asked(request: Request, model: type[M]) -> M:
    """The question in the body of a request."""
    return read_question(model, read_json(await request.body()))


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """Wait for work, but abandon it when the client goes away: cancelled work frees its worker."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def as_json(body: bytes) -> Response:
    """An answer that a worker has encoded already."""
    return Response(body, media_type="application/json")


@router.get("/catalog")
async def catalog(request: Request) -> Response:
    """What the service can do: primitives, modes, examples, limits."""
    return as_json(orjson.dumps(request.app.state.catalog))


@router.post("/parse", openapi_extra=takes(Program))
async def parse(request: Request) -> Response:
    """Read a program: its inputs and outputs, and how it was understood."""
    program, service = await asked(request, Program), service_of(request)
    work = service.numeric.run(client_of(request), jobs.parse, program.source, program.point, service.engine)
    return as_json(await unless_gone(request, work))


@router.post("/diff", openapi_extra=takes(DiffQuestion))
async def diff(request: Request) -> Response:
    """The value and the Jacobian, in one mode."""
    question, service = await asked(request, DiffQuestion), service_of(request)
    pool = service.symbolic if question.mode == SYMBOLIC_WAY else service.numeric
    arguments = (question.source, question.point, question.mode, service.engine)
    return as_json(await unless_gone(request, pool.run(client_of(request), jobs.difference, *arguments)))


@router.post("/trace", openapi_extra=takes(TraceQuestion))
async def trace(request: Request) -> Response:
    """Every step of a sweep, as JSON lines: the graph, batches of events, the result, the counts of operations."""
    question, service = await asked(request, TraceQuestion), service_of(request)
    client, asking, run = client_of(request), question.asked(), service.numeric.run
    arguments = (asking, question.start, service.settings["batch_events"], service.engine)
    lines, is_whole = await unless_gone(request, run(client, jobs.trace_lines, *arguments))
    return stream(lines, None if is_whole else partial(run, client, jobs.counts_line, asking, service.engine))


@router.post("/explain", openapi_extra=takes(ExplainQuestion))
async def explain(request: Request) -> Response:
    """Some steps of a sweep in words, letters and numbers."""
    question, service = await asked(request, ExplainQuestion), service_of(request)
    if question.count > service.settings["explanations"]:
        message = f"At most {service.settings['explanations']} explanations are given at once (explanations)."
        raise ADError("limit", message, None, "Ask for the rest afterwards.")
    arguments = (question.asked(), question.start, question.count, service.engine)
    return as_json(await unless_gone(request, service.numeric.run(client_of(request), jobs.explanations, *arguments)))


@router.post("/compare", openapi_extra=takes(CompareQuestion))
async def compare(request: Request) -> Response:
    """The same derivative several ways. What a way costs or breaks does not concern the others."""
    question, service = await asked(request, CompareQuestion), service_of(request)
    apart = [[way for way in question.ways if (way == SYMBOLIC_WAY) == symbolic] for symbolic in (False, True)]
    pools = (service.numeric, service.symbolic)

    async def answers() -> list[list[dict[str, Any]]]:  # as one task, which can be cancelled without a word
        work = (_ways(request, question, pool, ways) for pool, ways in zip(pools, apart, strict=True) if ways)
        return await asyncio.gather(*work)

    found = {way["way"]: way for ways in await unless_gone(request, answers()) for way in ways}
    return as_json(orjson.dumps({"ways": [found[way] for way in question.ways]}))


@router.post("/labs/{name}", openapi_extra=takes(LabQuestion))
async def lab(request: Request, name: str) -> Response:
    """What a lab shows of a function: its data, a summary in words, tables."""
    if name not in LABS:
        raise HTTPException(404)
    question, service = await asked(request, LabQuestion), service_of(request)
    options = LABS[name].read_options(question.options)
    pool = service.symbolic if LABS[name].slow else service.numeric
    arguments = (name, question.source, question.point, options, service.engine)
    return as_json(await unless_gone(request, pool.run(client_of(request), jobs.lab, *arguments)))


async def _ways(request: Request, question: CompareQuestion, pool: Any, ways: list[str]) -> list[dict[str, Any]]:
    engine = service_of(request).engine
    arguments = (question.source, question.point, ways, question.simplify, engine)
    try:
        answer: list[dict[str, Any]] = await pool.run(client_of(request), jobs.compare, *arguments)
    except ADError as error:
        if ways != [SYMBOLIC_WAY] or error.kind not in ("limit", "worker", "busy"):
            raise
        return [_failed(SYMBOLIC_WAY, error)]
    return answer


def _failed(way: str, error: ADError) -> dict[str, Any]:
    nothing = dict.fromkeys(("value", "jacobian", "digits", "operations", "formulas", "step"))
    return {"way": way, "label": MODES[way].label, "note": "", "against": "", "error": error.to_json(), **nothing}
