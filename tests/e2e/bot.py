"""The bot with real processes, for tests that talk with it over REST."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import uuid
from typing import Any

import requests

from tests.conftest import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Bot:
    """The servers as `make run` starts them, on free ports."""

    def __init__(self) -> None:
        self.port, self.actions_port = free_port(), free_port()
        environment = {**os.environ, "QUIVER_PORT": str(self.port), "QUIVER_ACTIONS_PORT": str(self.actions_port)}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "scripts/serve.py", "run"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Stop with" in line:
                return
        raise AssertionError(self.said)

    def send(self, body: Any) -> requests.Response:
        return requests.post(f"http://127.0.0.1:{self.port}/webhooks/rest/webhook", json=body, timeout=60)

    def say(self, text: str, sender: str | None = None) -> tuple[str, dict[str, Any]]:
        messages = self.send({"sender": sender or uuid.uuid4().hex, "message": text}).json()
        objects = [m["custom"] for m in messages if "custom" in m]
        assert len(objects) == 1, "every turn carries exactly one object"
        return "\n".join(m.get("text", "") for m in messages), objects[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()
        return code
