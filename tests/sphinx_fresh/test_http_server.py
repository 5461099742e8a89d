"""What `ceg serve` answers to whom, and what an open page hears of builds."""

import http.client
import json
import socket
import threading
import time
from pathlib import Path

import pytest

from sphinx_fresh.deliver import http_server
from sphinx_fresh.deliver.http_server import Handler, Published, Server
from sphinx_fresh.theme import content_security

PAGE = content_security.guarded(
    f"<html><head>{content_security.CHARSET}</head><body><h1>%s</h1></body></html>"
)


def site(folder: Path, heading: str) -> Path:
    """A built site of one page, with a folder that has none."""
    (folder / "_static").mkdir(parents=True, exist_ok=True)
    (folder / "_static/a.js").write_text("1;")
    (folder / "index.html").write_text(PAGE % heading)
    (folder / "latin.html").write_bytes(b"\xe9")
    return folder


@pytest.fixture
def server(tmp_path):
    """A server of such a site."""
    published = Published(tmp_path / "copies")
    published.take(site(tmp_path / "html", "one"))
    with Server(0, published) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.shutdown()


def asked(server: Server, path: str, host: str | None = "localhost:{}", method: str = "GET"):
    """The answer to a request for a path, as said to a host."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    if host is not None:
        connection.putheader("Host", host.format(server.server_port))
    connection.endheaders()
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:{}", 200),
        ("LOCALHOST:{}", 200),
        ("127.0.0.1:{}", 200),
        ("[::1]:{}", 200),
        ("elsewhere.example:{}", 421),
        ("localhost.elsewhere.example:{}", 421),
        ("127.0.0.1.elsewhere.example:{}", 421),
        ("localhost", 421),
        ("localhost:1", 421),
        ("", 421),
        (None, 421),
    ],
)
def test_it_answers_to_its_own_names(server, host, status):
    for path in ("/index.html", http_server.SCRIPT):
        answer = asked(server, path, host)
        assert answer.status == status
        assert (server.address in answer.text) == (status == 421)
    if status == 421:
        assert asked(server, http_server.CHANGES, host).status == status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/index.html?q=1", 200),
        ("/_static/a.js", 200),
        ("/_static", 301),
        ("/_static/", 404),
        ("/index.html/", 404),
        ("/nothing.html", 404),
        ("/latin.html", 404),
        ("/../html/index.html", 404),
        ("/%2e%2e/%2e%2e/html/index.html", 404),
        ("/%00", 404),
        ("/a%00.html", 404),
        ("/%ff", 404),
        ("/%ed%a0%80.html", 404),
        ("/" + "a" * 300, 404),
        ("/" + "a/" * 20_000, 404),
        ("/" + "a" * 70_000, 414),
    ],
)
def test_every_address_has_an_answer(server, capfd, method, path, status):
    assert asked(server, path, method=method).status == status
    assert capfd.readouterr() == ("", "")


def test_before_the_first_build_there_is_one_page(tmp_path):
    with Server(0, Published(tmp_path)) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        for path in ("/", "/%00", "/book/charts.html"):
            assert "The book is not built yet" in asked(running, path).text
        running.shutdown()


@pytest.mark.slow
def test_idle_connections_keep_nobody_out_and_are_closed(server, monkeypatch, capfd):
    monkeypatch.setattr(Handler, "timeout", 0.4)
    idle = [socket.create_connection(("127.0.0.1", server.server_port)) for _ in range(100)]
    began = time.monotonic()
    assert {asked(server, "/").status for _ in range(40)} == {200}
    assert time.monotonic() - began < 5
    for connection in idle:
        connection.settimeout(5)
        assert connection.recv(1) == b""
        connection.close()
    gone = socket.create_connection(("127.0.0.1", server.server_port))
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closed with a reset
    gone.close()
    assert asked(server, "/").status == 200
    assert capfd.readouterr() == ("", "")


def test_who_listens_hears_of_builds_good_and_bad(server, tmp_path):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as listening:
        host = f"localhost:{server.server_port}"
        listening.sendall(f"GET {http_server.CHANGES} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        lines = listening.makefile(encoding="utf-8")

        def heard() -> dict:
            line = next(line for line in lines if line.startswith("data: "))
            return json.loads(line.removeprefix("data: "))

        first = heard()
        assert first["failure"] == ""
        server.published.fail("it\n<b>broke</b>")
        assert heard() == {**first, "failure": "it\n<b>broke</b>"}
        server.published.take(site(tmp_path / "html", "two"))
        last = heard()
        assert last["failure"] == "" and last["version"] != first["version"]


def test_an_open_page_says_that_a_build_failed_until_one_does_not(server, tmp_path, chromium):
    page = chromium.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(server.address)
    server.published.fail("The book was not built:\n  book/a.md: <b>no</b> such column")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.text_content() == "The book was not built:\n  book/a.md: <b>no</b> such column"
    assert alert.evaluate("e => getComputedStyle(e).position") == "fixed"
    page.reload()
    alert.wait_for()
    server.published.take(site(tmp_path / "html", "two"))
    page.get_by_role("heading", name="two").wait_for()
    assert alert.count() == 0
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []
    page.close()


def test_a_hidden_page_holds_no_connection(server, chromium):
    page = chromium.new_page()
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => !window.seen});")
    asked_for = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(server.address)
    assert not any(url.endswith(http_server.CHANGES) for url in asked_for)
    with page.expect_request(f"**{http_server.CHANGES}"):
        page.evaluate("window.seen = true; document.dispatchEvent(new Event('visibilitychange'))")
    page.close()
