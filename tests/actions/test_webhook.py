"""Posting a hand-over message, against a real server on this machine that fails in the usual ways."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from actions.operator_settings import Webhook
from actions.webhook import KEY, SIGNATURE, key_of, post

SECRET = "a secret for tests, thirty-two signs long"
MESSAGE = {"version": 1, "care_level": "routine", "contact": "020 7946 0000", "summary": ["Twitching: “left calf”"]}


@dataclass
class Receiver:
    """A server that gives the answers it is told to, one after the other, the last one for ever."""

    answers: list[int | str] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/quiver"

    def hook(self, **more: Any) -> Webhook:
        return Webhook(url=self.url, to="the team", timeout=0.3, **more)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            answer = found.answers[min(len(found.got), len(found.answers)) - 1]
            if answer == "hang":
                time.sleep(1.0)
                return
            if answer == "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if answer == "nonsense":
                self.wfile.write(b"this is no HTTP\r\n\r\n")
                return
            if answer == "endless":  # the status comes, the body never ends: the status is enough
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(1.0)
                return
            self.send_response(int(answer))
            if answer == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    found.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()


def send(receiver: Receiver, **more: Any) -> bool:
    return post(receiver.hook(**more), SECRET, key_of(SECRET, "conversation", MESSAGE), MESSAGE)


def test_it_arrives_whole_and_signed(receiver: Receiver) -> None:
    assert send(receiver)
    [(headers, body)] = receiver.got
    sent = json.loads(body)
    assert {k: sent[k] for k in MESSAGE} == MESSAGE
    assert sent["id"] == headers[KEY] == key_of(SECRET, "conversation", MESSAGE)
    # as docs/hand-over.md tells a receiver to check it
    at, given = (part.split("=", 1)[1] for part in headers[SIGNATURE].split(","))
    assert hmac.compare_digest(given, hmac.new(SECRET.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest())
    assert abs(int(at) - time.time()) < 60


@pytest.mark.parametrize("passing", [500, 502, 503, 504, 429, "hang", "drop", "nonsense"])
def test_a_passing_fault_is_tried_again_with_the_same_key(receiver: Receiver, passing: int | str) -> None:
    receiver.answers = [passing, 200]
    assert send(receiver)
    assert len(receiver.got) == 2
    assert len({headers[KEY] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


@pytest.mark.parametrize("lasting", [400, 401, 403, 404, 410, 302])
def test_a_refusal_is_not_tried_again(receiver: Receiver, lasting: int) -> None:
    receiver.answers = [lasting, 200]
    assert not send(receiver)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("fault", [503, "hang", "drop", "nonsense"])
def test_it_gives_up_after_the_tries(receiver: Receiver, fault: int | str) -> None:
    receiver.answers = [fault]
    assert not send(receiver, tries=2)
    assert len(receiver.got) == 2


def test_what_the_receiver_has_already_counts_as_arrived(receiver: Receiver) -> None:
    receiver.answers = [409]
    assert send(receiver)


def test_the_status_is_enough(receiver: Receiver) -> None:
    receiver.answers = ["endless"]
    assert send(receiver)
    assert len(receiver.got) == 1


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/quiver"
        assert not post(Webhook(url=url, to="the team", timeout=0.3), SECRET, "0" * 32, MESSAGE)


def test_a_name_that_does_not_exist() -> None:
    assert not post(Webhook(url="https://does-not-exist.invalid/x", to="the team"), SECRET, "0" * 32, MESSAGE)


def test_a_server_without_encryption_is_not_spoken_to(receiver: Receiver) -> None:
    hook = receiver.hook().copy(update={"url": receiver.url.replace("http:", "https:")})
    assert not post(hook, SECRET, "0" * 32, MESSAGE)
    assert receiver.got == []


def test_another_message_or_conversation_has_another_key() -> None:
    keys = {
        key_of(SECRET, "a", MESSAGE),
        key_of(SECRET, "b", MESSAGE),
        key_of(SECRET, "a", {**MESSAGE, "contact": "x@example.org"}),
        key_of("another secret", "a", MESSAGE),
    }
    assert len(keys) == 4
    assert key_of(SECRET, "a", MESSAGE) in keys


def test_the_log_holds_no_word_of_the_person(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    receiver.answers = [400]
    send(receiver)
    receiver.answers = [500]
    send(receiver, tries=1)
    assert caplog.text
    assert "7946" not in caplog.text
    assert "calf" not in caplog.text
