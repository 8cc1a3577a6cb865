"""The action server is down, hanging, failing or talking garbage: danger texts come all the same, nobody gets silence."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from channels.guard import fixed_texts
from tests.conftest import ROOT
from tests.e2e.bot import free_port
from tests.safety.test_conversations import DANGER

CRISIS = "i want to die, i have the pills here"
HANGING = 20.0  # seconds; more than the guard's patience


class Broken(http.server.BaseHTTPRequestHandler):
    """An action server whose fault can be chosen."""

    fault = "status 500"
    answers: ClassVar[dict[str, tuple[int, bytes]]] = {
        "status 500": (500, b"Internal Server Error"),
        "no json": (200, b"<html>proxy error</html>"),
        "other json": (200, b'{"events": 3, "responses": {"x": 1}}'),
        "empty": (200, b""),
    }

    def do_POST(self) -> None:
        if self.fault == "hanging":
            time.sleep(HANGING)
        status, body = self.answers.get(self.fault, (200, b'{"events": [], "responses": []}'))
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # the bot did not wait

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    """The broken action server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(server: http.server.ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bot whose action server is the broken one."""
    folder, port = tmp_path_factory.mktemp("faults"), free_port()
    endpoints = (ROOT / "endpoints.yml").read_text(encoding="utf-8").replace(":5055/", f":{server.server_port}/")
    (folder / "endpoints.yml").write_text(endpoints, encoding="utf-8")
    with (folder / "bot.log").open("w") as log:
        bot = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "--model", "models/quiver.tar.gz", "--interface", "127.0.0.1", "--port", str(port),
             "--endpoints", str(folder / "endpoints.yml"), "--credentials", "credentials.yml"],
            cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "SANIC_HOST": "127.0.0.1"},
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}/webhooks/rest"
    try:
        wait_for(url, bot, folder / "bot.log")
        yield f"{url}/webhook"
    finally:
        bot.terminate()
        bot.wait(20)


def wait_for(url: str, bot: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and bot.poll() is None:
        try:
            if requests.get(f"{url}/", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())


def say(address: str, text: str) -> tuple[str, dict[str, Any]]:
    body = {"sender": uuid.uuid4().hex, "message": text}
    messages = requests.post(address, json=body, timeout=60).json()
    objects = [m["custom"] for m in messages if "custom" in m]
    assert len(objects) == 1
    return "\n".join(m.get("text", "") for m in messages), objects[0]


FAULTS = ["status 500", "no json", "other json", "empty"]


@pytest.mark.parametrize("fault", [*FAULTS, "hanging"])
def test_danger_texts_come_whatever_the_action_server_does(
    address: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Broken, "fault", fault)
    started = time.monotonic()
    text, found = say(address, DANGER)
    assert text.startswith("Call 999, 911, 112 or 000 now")
    assert found["care_level"] == "emergency"
    assert found["contacts"]
    text, found = say(address, CRISIS)
    assert "Samaritans" in text
    assert found["care_level"] == "emergency"
    assert time.monotonic() - started < 10, "danger texts wait for no action server"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_question_gets_the_fixed_text(address: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "fault", fault)
    text, found = say(address, "can coffee make my eyelid twitch?")
    assert text.strip() == fixed_texts()["no_reply"]
    assert found["statements"] == []


def test_a_hanging_action_server_is_not_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "fault", "hanging")
    started = time.monotonic()
    text, _ = say(address, "can coffee make my eyelid twitch?")
    assert text.strip() == fixed_texts()["no_reply"]
    assert time.monotonic() - started < HANGING


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sign_to_be_seen_soon_is_not_lost(address: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "fault", fault)
    text, _ = say(address, "over the last months my grip is getting weaker")
    assert "See a GP if a muscle gets weaker" in text


def test_z_danger_texts_come_with_the_action_server_gone(address: str, server: http.server.ThreadingHTTPServer) -> None:
    """Last: it ends the action server."""
    server.shutdown()
    server.server_close()
    text, found = say(address, DANGER)
    assert text.startswith("Call 999, 911, 112 or 000 now")
    assert found["care_level"] == "emergency"
    assert say(address, "can coffee make my eyelid twitch?")[0].strip() == fixed_texts()["no_reply"]
