"""The two bots that are compared, started and trained by the same commands."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml
from messages import Message
from processes import CouldNotMeasure, Process, free_ports

SECONDS_TO_START = 300.0
SECONDS_OF_WRONG_ANSWERS = 15.0
SECONDS_TO_ANSWER = 60.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Bot:
    """A Rasa project, the interpreter that runs it, and its model."""

    name: str
    python: Path
    folder: Path
    model: Path
    domain: str = "domain.yml"

    def train_command(self, out: Path) -> list[str]:
        """Train everything anew into a folder."""
        return [
            *(str(self.python), "-m", "rasa", "train", "--domain", self.domain, "--force"),
            *("--fixed-model-name", self.name, "--out", str(out)),
        ]

    def server_command(self, port: int, endpoints: Path) -> list[str]:
        """Serve the model over REST on loopback."""
        return [
            *(str(self.python), "-m", "rasa", "run", "-p", str(port), "-i", "127.0.0.1"),
            *("--credentials", "credentials.yml", "--endpoints", str(endpoints)),
            *("--model", str(self.model)),
        ]

    def actions_command(self, port: int) -> list[str]:
        """Run the action server alone: `rasa run actions` would load all of Rasa beside it."""
        return [str(self.python), "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]

    def write_endpoints(self, path: Path, actions_port: int) -> Path:
        """Copy the project's endpoints, pointing to our action server and to a store of our own.

        A conversation store keeps its kind, since its time is part of a turn; only a file of it
        moves beside the copy, so that the benchmark leaves nothing in the operator's own.
        """
        source = self.folder / "endpoints.yml"
        endpoints: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
        action_endpoint = endpoints.setdefault("action_endpoint", {})
        action_endpoint["url"] = f"http://127.0.0.1:{actions_port}/webhook"
        store = endpoints.get("tracker_store") or {}
        if store.get("dialect", "sqlite") == "sqlite" and "db" in store:
            database = path.with_suffix(".db")
            database.unlink(missing_ok=True)
            store["db"] = str(database)
        path.write_text(yaml.safe_dump(endpoints, sort_keys=False), encoding="utf-8")
        return path


@dataclass
class Client:
    """A person at the REST channel of one bot, on one kept connection."""

    bot: Bot
    port: int
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def conversation(self) -> str:
        """A new conversation: an id that nobody could guess, as Quiver asks for."""
        return uuid.uuid4().hex

    def say(self, sender: str, message: Message) -> float:
        """Send a message, check that it was answered as it should be, return the seconds."""
        body = {"sender": sender, "message": message.text}
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        start = time.perf_counter()
        response = self.session.post(url, json=body, timeout=SECONDS_TO_ANSWER)
        seconds = time.perf_counter() - start
        if response.status_code != 200 or not message.is_answered_by(response.text):
            raise WrongAnswer(self.bot.name, message, response)
        return seconds


class WrongAnswer(CouldNotMeasure):
    """A bot answered, but not as the benchmark needs, so its time would mean nothing."""

    def __init__(self, bot: str, message: Message, response: requests.Response) -> None:
        super().__init__(
            f"{bot}: {message.text!r} should be answered by /{message.answer}/, "
            f"was: {response.status_code} {response.text[:600]}"
        )


@dataclass
class RunningBot:
    """A bot whose two servers run, and how long its server took to answer."""

    client: Client
    server: Process
    actions: Process
    seconds_to_answer: float
    cpu_to_answer: float


@contextmanager
def running(bot: Bot, work: Path, first: Message) -> Iterator[RunningBot]:
    """Start a bot's two servers, wait until a message is really answered, end them after."""
    port, actions_port = free_ports(2)
    endpoints = bot.write_endpoints(work / f"endpoints-{bot.name}.yml", actions_port)
    logs = work / "logs"
    with Process(bot.actions_command(actions_port), bot.folder, logs / f"{bot.name}-actions.log") as actions:
        _wait_for_actions(actions, actions_port)
        client = Client(bot, port)
        with Process(bot.server_command(port, endpoints), bot.folder, logs / f"{bot.name}-server.log") as server:
            seconds = _wait_for_answer(server, client, first)
            yield RunningBot(client, server, actions, seconds, server.cpu_seconds())


def _wait_for_actions(process: Process, port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        process.check_running()
        with suppress(requests.ConnectionError):
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok:
                return
        time.sleep(POLL_SECONDS)
    raise CouldNotMeasure(f"no action server after {SECONDS_TO_START:.0f} s\n{process.tail()}")


def _wait_for_answer(process: Process, client: Client, first: Message) -> float:
    """Seconds from the start of the process to the first right answer.

    A server may listen before its model is loaded, so wrong answers count as "not yet" for a while.
    """
    deadline = process.started + SECONDS_TO_START
    problem: Exception | None = None
    while time.perf_counter() < deadline:
        process.check_running()
        try:
            client.say(client.conversation(), first)
            return time.perf_counter() - process.started
        except requests.ConnectionError:
            pass
        except WrongAnswer as wrong:
            if problem is None:
                deadline = min(deadline, time.perf_counter() + SECONDS_OF_WRONG_ANSWERS)
            problem = wrong
        time.sleep(POLL_SECONDS)
    raise CouldNotMeasure(f"not ready: {problem or 'nothing listened'}\n{process.tail()}")
