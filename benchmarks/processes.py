"""Programs that the benchmark starts: run them, watch them, and always end them, by their id."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil  # type: ignore[import-untyped]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_END = 15.0
LINES_OF_LOG = 15

# Everything started and not yet ended, so that no way out of the benchmark leaves one behind.
_alive: set[Process] = set()


class CouldNotMeasure(Exception):
    """Something that had to be measured could not be; the message says what and why."""


def environment() -> dict[str, str]:
    """The environment of every program: ours, without what would favour one side.

    PYTHONDONTWRITEBYTECODE would let the project's own modules be compiled anew at each start,
    and PYTHONPATH could put one side's TensorFlow before the other's.
    """
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


class Process:
    """One program in a session of its own, writing to a log; a context manager that ends it."""

    def __init__(self, command: list[str], folder: Path, log: Path, extra: dict[str, str] | None = None) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as out:
            self._popen = subprocess.Popen(
                command,
                cwd=folder,
                env=environment() | (extra or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _alive.add(self)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the program and its children: asked first, forced after a while."""
        if self not in _alive:
            return
        with _undisturbed():
            family = self._family()
            for member in family:
                _quietly(member.terminate)
            _, left = psutil.wait_procs(family, timeout=SECONDS_TO_END)
            for member in left:
                _quietly(member.kill)
            psutil.wait_procs(left, timeout=SECONDS_TO_END)
            self._popen.wait()
            _alive.discard(self)

    def wait(self, seconds: float) -> int:
        """Wait for the program's own end and return its exit code."""
        try:
            return self._popen.wait(timeout=seconds)
        except subprocess.TimeoutExpired as late:
            raise CouldNotMeasure(f"not done after {seconds:.0f} s\n{self.tail()}") from late

    def check_running(self) -> None:
        """Raise if the program has ended by itself."""
        code = self._popen.poll()
        if code is not None:
            raise CouldNotMeasure(f"a server ended with code {code}\n{self.tail()}")

    def resident_bytes(self) -> int:
        """Resident memory of the program and its children."""
        return sum(member.memory_info().rss for member in self._family())

    def cpu_seconds(self) -> float:
        """Processor time that the program and its children have used."""
        times = [member.cpu_times() for member in self._family()]
        return float(sum(time.user + time.system for time in times))

    def tail(self) -> str:
        """The last lines that the program wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(line[-300:] for line in lines[-LINES_OF_LOG:])

    def _family(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self._popen.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@dataclass(frozen=True)
class Cost:
    """What a program took from start to end."""

    seconds: float
    cpu_seconds: float


def run(
    command: list[str],
    folder: Path,
    log: Path,
    extra: dict[str, str] | None = None,
    limit: float = 1200.0,
) -> Cost:
    """Run a program to its end, which must be a success, and return what it took."""
    before = _cpu_of_ended_children()
    with Process(command, folder, log, extra) as process:
        code = process.wait(limit)
        seconds = time.perf_counter() - process.started
        if code != 0:
            what = " ".join(Path(word).name for word in command[:4])
            raise CouldNotMeasure(f"{what} … ended with code {code}\n{process.tail()}")
    return Cost(seconds, _cpu_of_ended_children() - before)


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback address that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def end_all() -> None:
    """End whatever is still alive."""
    for process in list(_alive):
        process.end()


def end_all_on_signals() -> None:
    """Let SIGTERM and SIGHUP leave through the same clean-up as Ctrl-C.

    Ctrl-C is set too: a shell starts its background jobs deaf to it.
    """

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    atexit.register(end_all)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back for a moment, so that a second Ctrl-C cannot break the clean-up."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _quietly(act: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        act()


def _cpu_of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
