import re
from html.parser import HTMLParser

import pytest

from server.gallery import OPENING

PAGES = [
    "/",
    "/embed",
    "/learn",
    "/learn/reverse-mode",
    "/labs",
    "/labs/slopes",
    "/practice",
    "/exercise",
    "/check",
    "/rules",
    "/docs",
]
HTML = {"Accept": "text/html"}


class Scripts(HTMLParser):
    """Collects the scripts of a page, and whatever would need a looser policy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline_nonces: list[str | None] = []
        self.loose: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.addresses += [given[name] for name in ("src", "href") if given.get(name)]
        if tag in ("script", "style") and "src" not in given:
            self.inline_nonces.append(given.get("nonce"))
        self.loose += [name for name in given if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_keep_to_their_policy(client, path):
    response = client.get(path, headers=HTML)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    nonce = re.search(r"'nonce-([^']+)'", response.headers["content-security-policy"])[1]
    scripts = Scripts(response.text)
    assert set(scripts.inline_nonces) == {nonce}
    assert scripts.loose == []
    assert all(address.startswith(("/", "#")) for address in scripts.addresses)


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_asks_for_is_there(client, path):
    for address in Scripts(client.get(path).text).addresses:
        if address.startswith("/static/") and "/vendor/" not in address:
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", [*PAGES, "/healthz"])
def test_head_answers_as_get_does_without_the_body(client, path):
    response, whole = client.head(path, headers=HTML), client.get(path, headers=HTML)
    assert response.status_code == whole.status_code == 200
    assert response.content == b""
    assert response.headers["content-type"] == whole.headers["content-type"]


def test_static_files_travel_compressed(client):
    address = "/static/js/store.js"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.text == plain.text


def test_the_page_opens_on_the_opening_example(client):
    assert OPENING.source.splitlines()[0] in client.get("/").text


def test_the_table_of_rules_has_every_primitive(client):
    text = client.get("/rules").text
    for row in client.get("/api/catalog").json()["primitives"]:
        assert f'id="{row["name"]}"' in text


def test_the_interface_is_described(client):
    text = client.get("/docs").text
    assert "POST /api/trace" in text
    assert "weights" in text


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(client):
    page = client.get("/no/<script>alert(1)</script>", headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "alert(1)" not in page.text
    data = client.get("/nowhere", headers={"Accept": "application/json"})
    assert data.json()["error"]["kind"] == "not-found"


def test_what_is_in_the_address_is_not_put_into_the_page(client):
    response = client.get("/?source=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert response.status_code == 200
    assert "onerror" not in response.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_are_only_read(client, method):
    response = client.request(method, "/rules")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
