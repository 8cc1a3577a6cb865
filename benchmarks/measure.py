"""The measurements. Both bots take every one of them in turns, so that a busy machine hits both."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bots import Bot, Client, RunningBot, WrongAnswer, running
from messages import LONG_CYCLE, PLAIN_TURN, QUESTION_TURN, ROUND, Pair
from processes import CouldNotMeasure, run

WARM_UP_ROUNDS = 3
EARLY, LATE = range(3, 8), range(98, 103)  # one cycle around turn 5, one around turn 100


@dataclass
class Samples:
    """Everything measured of one bot: seconds, bytes; lists in the order they were taken."""

    turns: dict[str, list[float]] = field(default_factory=dict)
    early: dict[str, list[float]] = field(default_factory=dict)
    late: dict[str, list[float]] = field(default_factory=dict)
    start: list[float] = field(default_factory=list)
    start_cpu: list[float] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    training_cpu: list[float] = field(default_factory=list)
    training_when: str = ""
    server_bytes: int = 0
    actions_bytes: int = 0
    environment_bytes: int = 0
    bytecode_bytes: int = 0

    @property
    def growth(self) -> float:
        """A turn around the 100th against one around the 5th.

        For each of the five messages the median over the conversations, then their sums: one
        slow turn moves nothing, and both sums hold the same messages.
        """
        late = sum(statistics.median(values) for values in self.late.values())
        return late / sum(statistics.median(values) for values in self.early.values())

    def as_json(self) -> dict[str, object]:
        """All samples, with the growth that follows from them."""
        return asdict(self) | {"growth": self.growth}


def say_progress(text: str) -> None:
    """Tell the person who waits; the results alone go to standard output."""
    print(f"{datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def in_turns(bots: Sequence[Bot], number: int) -> Iterable[Bot]:
    """The bots, the other one first each time, so that neither always comes second."""
    return bots if number % 2 == 0 else reversed(bots)


def train_all(bots: Sequence[Bot], work: Path, times: int) -> dict[str, Samples]:
    """Time forced trainings of every bot and keep the peer's last model."""
    measured = {bot.name: Samples() for bot in bots}
    for number in range(times):
        for bot in in_turns(bots, number):
            say_progress(f"training {number + 1} of {times}: {bot.name}")
            samples = measured[bot.name]
            with tempfile.TemporaryDirectory(dir=work, prefix="train-") as name:
                out = Path(name)
                cost = run(
                    bot.train_command(out),
                    bot.folder,
                    work / "logs" / f"{bot.name}-train.log",
                    {"RASA_CACHE_DIRECTORY": str(out / "cache")},
                )
                trained = out / f"{bot.name}.tar.gz"
                if not trained.is_file():
                    raise CouldNotMeasure(f"{bot.name}: the training left no model")
                if bot.name == "peer":
                    bot.model.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(trained, bot.model)
            samples.training.append(cost.seconds)
            samples.training_cpu.append(cost.cpu_seconds)
            samples.training_when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return measured


def measure_starts(bots: Sequence[Bot], work: Path, times: int, into: dict[str, Samples]) -> None:
    """Start each bot anew several times and end it."""
    for number in range(times):
        for bot in in_turns(bots, number):
            say_progress(f"start {number + 1} of {times}: {bot.name}")
            with running(bot, work, PLAIN_TURN.of(bot.name)) as side:
                note_start(side, into)


def note_start(side: RunningBot, into: dict[str, Samples]) -> None:
    """Keep what it took until the bot answered."""
    into[side.client.bot.name].start.append(side.seconds_to_answer)
    into[side.client.bot.name].start_cpu.append(side.cpu_to_answer)


def measure_running(bots: Sequence[Bot], work: Path, rounds: int, conversations: int, into: dict[str, Samples]) -> None:
    """Run all bots side by side: one more start each, turns, long conversations, memory."""
    with ExitStack() as stack:
        say_progress("starting both bots")
        sides = [stack.enter_context(running(bot, work, PLAIN_TURN.of(bot.name))) for bot in bots]
        clients = [side.client for side in sides]
        for side in sides:
            note_start(side, into)
        say_progress(f"{rounds} rounds of short conversations")
        for number in range(-WARM_UP_ROUNDS, rounds):
            hold_round(clients, number, into if number >= 0 else None)
        for number in range(conversations):
            say_progress(f"long conversation {number + 1} of {conversations}")
            hold_long_conversation(clients, into)
        for side in sides:
            samples = into[side.client.bot.name]
            samples.server_bytes = side.server.resident_bytes()
            samples.actions_bytes = side.actions.resident_bytes()
        say_progress("checking which turns need the action server")
        for side in sides:
            check_need_of_actions(side)


def hold_round(clients: Sequence[Client], number: int, into: dict[str, Samples] | None) -> None:
    """Hold each short conversation once with every bot, turn by turn."""
    for script in ROUND:
        senders = {client.bot.name: client.conversation() for client in clients}
        for pair in script:
            for client in clients if number % 2 == 0 else reversed(clients):
                name = client.bot.name
                seconds = client.say(senders[name], pair.of(name))
                if into is not None and pair.figure:
                    into[name].turns.setdefault(pair.figure, []).append(seconds)


def hold_long_conversation(clients: Sequence[Client], into: dict[str, Samples]) -> None:
    """Hold one conversation of more than a hundred turns with every bot, turn by turn."""
    senders = {client.bot.name: client.conversation() for client in clients}
    for turn in range(1, LATE.stop):
        pair: Pair = LONG_CYCLE[turn % len(LONG_CYCLE)]
        for client in clients if turn % 2 == 0 else reversed(clients):
            name = client.bot.name
            message = pair.of(name)
            seconds = client.say(senders[name], message)
            if turn in EARLY:
                into[name].early.setdefault(message.text, []).append(seconds)
            elif turn in LATE:
                into[name].late.setdefault(message.text, []).append(seconds)


def check_need_of_actions(side: RunningBot) -> None:
    """With the action server gone the plain turn is still answered, the question is not.

    That proves after the fact that the two kinds of turn were what the table calls them.
    """
    side.actions.end()
    client, name = side.client, side.client.bot.name
    client.say(client.conversation(), PLAIN_TURN.of(name))
    try:
        client.say(client.conversation(), QUESTION_TURN.of(name))
    except WrongAnswer:
        return
    raise CouldNotMeasure(f"{name}: the question was answered without an action server")


def measure_environment(bot: Bot, samples: Samples) -> None:
    """Size on disk of a bot's Python environment; a file linked twice counts once."""
    seen: set[tuple[int, int]] = set()
    for path in bot.python.parent.parent.rglob("*"):
        status = path.lstat()
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        samples.environment_bytes += status.st_blocks * 512
        if path.suffix == ".pyc":
            samples.bytecode_bytes += status.st_blocks * 512


def remember_training(path: Path, key: dict[str, str], measured: dict[str, Samples]) -> None:
    """Keep the training figures for later runs."""
    kept = {
        name: {
            "training": samples.training,
            "training_cpu": samples.training_cpu,
            "training_when": samples.training_when,
        }
        for name, samples in measured.items()
    }
    path.write_text(json.dumps({"key": key, "samples": kept}, indent=1), encoding="utf-8")


def recall_training(path: Path) -> tuple[dict[str, str], dict[str, Samples]]:
    """The kept training figures and what they were taken of; nothing if there are none."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["key"], {name: Samples(**each) for name, each in kept["samples"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}
