"""The compact copies of the page's modules: sent while they are copies of what is there, and no longer."""

import asyncio
import hashlib
import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from server.assets import Files, folder

TEXT = "/** What it is. */\nexport const answer = 42;\n"
COPY = "export const answer=42;"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for name, text in {"js/a.js": TEXT, "vendor/compact/js/a.js": COPY, "js/b.js": TEXT}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (tmp_path / "vendor" / "compact.json").write_text(json.dumps({"js/a.js": digest}))
    return tmp_path


def get(files: Files, address: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=[Mount("/static", files)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(f"/static{address}")

    return asyncio.run(ask())


def text_of(static: Path, address: str) -> str:
    return get(Files(static), address).text


def test_the_copy_of_what_is_there_is_sent(static):
    assert text_of(static, "/js/a.js") == COPY
    assert text_of(static, "/js/b.js") == TEXT


def test_a_module_that_was_changed_is_sent_as_it_is_written(static):
    files = Files(static)
    (static / "js" / "a.js").write_text(TEXT + "// changed\n")
    assert get(files, "/js/a.js").text == TEXT + "// changed\n"


def test_without_copies_everything_is_sent_as_it_is_written(static):
    (static / "vendor" / "compact.json").unlink()
    assert text_of(static, "/js/a.js") == TEXT


def test_a_copy_that_is_listed_but_gone_is_not_found(static):
    (static / "js" / "a.js").unlink()
    assert get(Files(static), "/js/a.js").status_code == 404


def test_every_module_has_a_compact_copy():
    static = folder("static")
    listed = json.loads((static / "vendor" / "compact.json").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.relative_to(static).as_posix() for path in (static / "js").rglob("*.js"))
