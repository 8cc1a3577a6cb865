"""Start action server and bot together: `make run` and `make shell`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from train import MODEL, ensure_model  # noqa: E402

LOGS = ROOT / ".run"
PATIENCE = 180.0  # seconds until both servers must answer


class Stopped(Exception):
    """A server can't be started or ended by itself."""


def port_from(variable: str, default: int) -> int:
    """A port from the environment; a clear line if it is no port."""
    value = os.environ.get(variable) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Stopped(f"{variable} is '{value}', which is no port: use a number from 1 to 65535")
    return int(value)


def check_free(port: int, variable: str) -> None:
    """Raise if another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Stopped(f"port {port} is taken: stop what uses it, or choose another with {variable}=...") from None


class Server:
    """A process of ours, with its log in .run/."""

    def __init__(self, name: str, command: list[str], *, interactive: bool = False) -> None:
        LOGS.mkdir(exist_ok=True)
        self.name, self.log = name, LOGS / f"{name}.log"
        environment = {
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "SANIC_HOST": "127.0.0.1",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONWARNINGS": "ignore",
        }
        out: Any = None if interactive else self.log.open("w", encoding="utf-8")
        # Its own process group, so that Ctrl-C reaches only us and we end both in order.
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out if interactive else subprocess.STDOUT,
            start_new_session=not interactive,
        )

    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def why(self) -> str:
        """The last lines of the log, for a person."""
        lines = [x for x in self.log.read_text(encoding="utf-8", errors="replace").splitlines() if x.strip()]
        return "\n".join(
            [*lines[-8:], f"quiver: the {self.name} stopped; all of it is in {self.log.relative_to(ROOT)}"]
        )

    def stop(self) -> None:
        """End the process; gently first."""
        if self.ended():
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_actions(port: int) -> Server:
    """The action server, on this machine's own address only."""
    return Server("actions", [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)])


def endpoints_for(port: int) -> str:
    """endpoints.yml, or a copy in which the action server's port is another."""
    if port == 5055:
        return "endpoints.yml"
    LOGS.mkdir(exist_ok=True)
    copy = LOGS / "endpoints.yml"
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    copy.write_text(text.replace(":5055/", f":{port}/"), encoding="utf-8")
    return str(copy)


def wait_for(server: Server, question: str, ready: Any) -> None:
    """Wait until ``ready()`` is true; raise with the log's end if the server ends or takes too long."""
    print(f"quiver: waiting for the {server.name}", end="", flush=True)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.ended():
            print(flush=True)
            raise Stopped(server.why())
        try:
            if ready():
                print(" ready", flush=True)
                return
        except (requests.RequestException, ValueError):
            pass
        time.sleep(0.5)
        print(".", end="", flush=True)
    print(flush=True)
    raise Stopped(
        f"the {server.name} did not answer {question} within {PATIENCE:.0f} s; see {server.log.relative_to(ROOT)}"
    )


def answers(port: int) -> bool:
    """Whether the bot answers a message through model and action server: a running process is no proof."""
    body = {"sender": f"start-up-{uuid.uuid4().hex}", "message": "hello"}
    reply = requests.post(f"http://127.0.0.1:{port}/webhooks/rest/webhook", json=body, timeout=30).json()
    return any(m.get("custom", {}).get("knowledge_version") for m in reply)


def run(port: int, actions_port: int) -> int:
    """Run both until Ctrl-C, or until one ends."""
    check_free(port, "QUIVER_PORT")
    check_free(actions_port, "QUIVER_ACTIONS_PORT")
    ensure_model()
    servers = [start_actions(actions_port)]
    try:
        wait_for(
            servers[0],
            "its health check",
            lambda: requests.get(f"http://127.0.0.1:{actions_port}/health", timeout=5).ok,
        )
        command = [
            sys.executable,
            "-m",
            "rasa",
            "run",
            "--model",
            str(MODEL),
            "--interface",
            "127.0.0.1",
            "--port",
            str(port),
            "--endpoints",
            endpoints_for(actions_port),
            "--credentials",
            "credentials.yml",
        ]
        servers.append(Server("bot", command))
        wait_for(servers[1], "a message", lambda: answers(port))
        print(
            f"\nQuiver answers.\n  REST:      POST http://127.0.0.1:{port}/webhooks/rest/webhook\n"
            '  One try:   make ask TEXT="why does my eyelid twitch?"   (in another terminal)\n'
            "  A talk:    make shell\n  Stop with: Ctrl-C\n",
            flush=True,
        )
        while not any(s.ended() for s in servers):
            time.sleep(0.5)
        raise Stopped(next(s for s in servers if s.ended()).why())
    finally:
        for server in reversed(servers):
            server.stop()


def shell(port: int, actions_port: int) -> int:
    """`rasa shell` with the action server beside it."""
    check_free(port, "QUIVER_PORT")
    check_free(actions_port, "QUIVER_ACTIONS_PORT")
    ensure_model()
    actions = start_actions(actions_port)
    try:
        wait_for(
            actions,
            "its health check",
            lambda: requests.get(f"http://127.0.0.1:{actions_port}/health", timeout=5).ok,
        )
        print("quiver: loading the model; type /stop to leave", flush=True)
        command = [
            sys.executable,
            "-m",
            "rasa",
            "shell",
            "--interface",
            "127.0.0.1",
            "--model",
            str(MODEL),
            "--port",
            str(port),
            "--endpoints",
            endpoints_for(actions_port),
            "--credentials",
            "credentials.yml",
        ]
        return Server("shell", command, interactive=True).process.wait()
    finally:
        actions.stop()


def main() -> int:
    """Run the command; one clear line where it can't go on."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's "&" would have it ignored
    try:
        ports = port_from("QUIVER_PORT", 5005), port_from("QUIVER_ACTIONS_PORT", 5055)
        return {"run": run, "shell": shell}[sys.argv[1]](*ports)
    except KeyboardInterrupt:
        print("\nquiver: stopped", flush=True)
        return 0
    except Stopped as error:
        lines = str(error).splitlines()
        print(
            "\n".join([*lines[:-1], lines[-1] if lines[-1].startswith("quiver:") else f"quiver: {lines[-1]}"]),
            file=sys.stderr,
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
