"""The table: each figure of both bots, their ratio, and the budget it was promised to keep."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from measure import EARLY, LATE, Samples
from messages import PLAIN, QUESTION, TELLING

MILLISECOND, MEGABYTE = 1e-3, 1e6
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Row:
    """One figure. The budget binds the ratio, or with `alone` Quiver's own value."""

    figure: str
    unit: str
    peer: float
    quiver: float | None
    n: int
    budget: float | None = None
    alone: bool = False

    @property
    def ratio(self) -> float | None:
        """Quiver against the peer."""
        return None if self.quiver is None else self.quiver / self.peer

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        value = self.quiver if self.alone else self.ratio
        return None if self.budget is None or value is None else value <= self.budget

    def as_json(self) -> dict[str, object]:
        """The row for the result file."""
        return {
            "figure": self.figure,
            "unit": self.unit,
            "peer": self.peer,
            "quiver": self.quiver,
            "ratio": self.ratio,
            "budget": self.budget,
            "budget_binds": None if self.budget is None else "quiver" if self.alone else "ratio",
            "met": self.met,
            "n": self.n,
        }

    def cells(self) -> list[str]:
        """The row for a person."""
        of = self.unit if self.alone else TIMES
        return [
            self.figure,
            self._value(self.peer),
            self._value(self.quiver),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            "" if self.budget is None else f"≤ {self.budget:g} {of}",
            {True: "met", False: "missed", None: ""}[self.met],
            str(self.n),
        ]

    def _value(self, value: float | None) -> str:
        if value is None:
            return ""
        digits = 2 if self.unit == TIMES else 0 if value >= 100 else 1
        return f"{value:.{digits}f} {self.unit}"


HEADINGS = ["figure", "default bot", "Quiver", "ratio", "budget", "kept", "n"]


def percentile(values: list[float], percent: int) -> float:
    """A percentile by linear interpolation."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def milliseconds(kind: str, percent: int) -> Callable[[Samples], float]:
    """A percentile of one kind of turn, to be read off either bot's samples."""
    return lambda side: percentile(side.turns[kind], percent) / MILLISECOND


def rows(peer: Samples, quiver: Samples | None) -> list[Row]:
    """All figures; budgets are those of the design."""
    table: list[Row] = []

    def add(
        figure: str,
        unit: str,
        value: Callable[[Samples], float],
        n: int,
        budget: float | None = None,
        alone: bool = False,
    ) -> None:
        theirs, ours = value(peer), None if quiver is None else value(quiver)
        table.append(Row(figure, unit, theirs, ours, n, budget, alone))

    kinds = (
        (QUESTION, "turn through the action server: a question", 0.4),
        (TELLING, "turn through the action server: telling (default bot: in a form)", 0.4),
        (PLAIN, "turn without the action server", 0.5),
    )
    for kind, figure, budget in kinds:
        n = len(peer.turns[kind])
        for percent, bound in ((50, budget), (95, None)):
            add(f"{figure}, p{percent}", "ms", milliseconds(kind, percent), n, bound)
    n = len(peer.start)
    add("start until a message is answered", "s", lambda s: statistics.median(s.start), n, 0.15)
    n = len(peer.training)
    add("training, everything forced", "s", lambda s: statistics.median(s.training), n, 0.4)
    add("server memory after the load", "MB", lambda s: s.server_bytes / MEGABYTE, 1, 0.45)
    add("action server memory after the load", "MB", lambda s: s.actions_bytes / MEGABYTE, 1)
    add("environment on disk", "MB", lambda s: s.environment_bytes / MEGABYTE, 1, 0.45)
    growth = "100th turn of a conversation against its 5th"
    around = f"{LATE[0]} to {LATE[-1]} against {EARLY[0]} to {EARLY[-1]}"
    n = sum(map(len, peer.late.values()))
    add(f"{growth} ({around})", TIMES, lambda s: s.growth, n, 1.3, alone=True)
    return table


def as_text(table: list[Row]) -> str:
    """The table for a terminal."""
    lines = [HEADINGS, *(row.cells() for row in table)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def as_markdown(table: list[Row]) -> str:
    """The table for the README."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in table)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
