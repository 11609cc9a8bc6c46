"""How the service begins to listen."""

import gc

import uvicorn

from server.listener import listen
from server.settings import Settings


def test_what_is_there_when_the_service_begins_is_never_looked_through_for_garbage(monkeypatch):
    found, said = [], []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: found.extend([gc.get_freeze_count(), *sockets]))
    try:
        listen(lambda *_: None, Settings(port=0), said.append)
    finally:
        gc.unfreeze()
    frozen, listening = found
    listening.close()
    assert frozen > 10_000
    assert said[0].startswith("http://127.0.0.1:")
