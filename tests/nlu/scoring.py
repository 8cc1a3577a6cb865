"""Figures of understanding on the held-out messages: what tests hold and the report shows.

Each figure is counted from parses, so that any pipeline can be scored that gives Rasa's parse output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.since_when import is_near

HELD_OUT = Path(__file__).parent / "held_out.yml"
# The day on which the held-out messages were written: "since thursday" counts from here.
WRITTEN_ON = date(2026, 11, 24)
# What a message is taken for that Quiver has nothing on: other health, anything else, not understood, not English.
OUTSIDE = frozenset({"out_of_scope", "ask_other_health", "nlu_fallback", "use_other_language"})
# Given by the danger gate or the language detector in place of the act that the classifier read.
_PUT_IN_PLACE = ("report_", "send_long_message")
MARKED_KINDS = ("body.", "sign.", "cause.", "remedy.", "situation.")
MARKED_TIMES = frozenset({"time.at_night", "time.at_rest", "time.falling_asleep", "time.after_exercise",
                          "time.on_and_off", "time.sudden"})  # fmt: skip
UNMARKED = "sign.twitch"  # in nearly every message


@dataclass(frozen=True)
class Marked:
    """A held-out message with what its writer meant; ``days`` from and to, where it tells since when."""

    text: str
    acts: tuple[str, ...]
    affirmed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    days: tuple[float, float] | None = None
    side: str | None = None
    amounts: tuple[str, ...] = ()
    often: str | None = None
    hand: str = ""


def held_out(path: Path = HELD_OUT) -> list[Marked]:
    """The messages of a file."""
    found = []
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))["sentences"]:
        days = row.get("days")
        span = None if days is None else tuple(float(d) for d in (days if isinstance(days, list) else (days, days)))
        found.append(
            Marked(
                row["text"],
                tuple(row["acts"]),
                frozenset(filter(is_marked, row.get("affirmed") or ())),
                frozenset(filter(is_marked, row.get("denied") or ())),
                (span[0], span[-1]) if span else None,
                row.get("side"),
                tuple(row.get("amounts") or ()),
                row.get("often"),
                row.get("hand", ""),
            )
        )
    return found


def is_marked(concept: str) -> bool:
    """Whether the held-out messages mark this concept."""
    return concept != UNMARKED and (concept.startswith(MARKED_KINDS) or concept in MARKED_TIMES)


def act_of(parsed: Mapping[str, Any]) -> tuple[str, float]:
    """The act that was read and its probability, also where the danger gate has put its own in place."""
    intent = parsed["intent"]
    if str(intent["name"]).startswith(_PUT_IN_PLACE):
        intent = next((i for i in parsed.get("intent_ranking") or [] if i["name"] != "nlu_fallback"), intent)
    return str(intent["name"]), float(intent["confidence"])


@dataclass
class Acts:
    """How well the main act is read."""

    pairs: list[tuple[str, str]] = field(default_factory=list)  # meant, read
    chances: list[tuple[float, bool]] = field(default_factory=list)  # probability, right

    @property
    def accuracy(self) -> float:
        """Share of messages whose act is right."""
        return sum(a == b for a, b in self.pairs) / len(self.pairs)

    def of_each(self) -> dict[str, tuple[float, float, float, int]]:
        """For each act: precision, recall, F1, and how many mean it."""
        meant, read = Counter(a for a, _ in self.pairs), Counter(b for _, b in self.pairs)
        right = Counter(a for a, b in self.pairs if a == b)
        return {
            act: (
                right[act] / read[act] if read[act] else 0.0,
                right[act] / meant[act],
                2 * right[act] / (meant[act] + read[act]),
                meant[act],
            )
            for act in sorted(meant)
        }

    @property
    def macro_f1(self) -> float:
        """Mean of the acts' F1."""
        each = self.of_each()
        return sum(f1 for _, _, f1, _ in each.values()) / len(each)

    @property
    def outside(self) -> tuple[float, float]:
        """Precision and recall of "nothing that Quiver can answer"."""
        both = sum(a in OUTSIDE and b in OUTSIDE for a, b in self.pairs)
        read, meant = sum(b in OUTSIDE for _, b in self.pairs), sum(a in OUTSIDE for a, _ in self.pairs)
        return both / max(1, read), both / max(1, meant)


def score_acts(messages: Sequence[Marked], parses: Iterable[Mapping[str, Any]]) -> Acts:
    """Score the main act of each message."""
    acts = Acts()
    for message, parsed in zip(messages, parses, strict=True):
        act, chance = act_of(parsed)
        acts.pairs.append((message.acts[0], act))
        acts.chances.append((chance, act == message.acts[0]))
    return acts


@dataclass
class Counts:
    """Found and right, found and wrong, not found."""

    both: int = 0
    extra: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.both / max(1, self.both + self.extra)

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.both / max(1, self.both + self.missing)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.both / max(1, 2 * self.both + self.extra + self.missing)

    def add(self, found: frozenset[str], meant: frozenset[str], text: str) -> None:
        """Count one message."""
        self.both += len(found & meant)
        self.extra += len(found - meant)
        self.missing += len(meant - found)
        self.wrong += [f"extra {c}: {text}" for c in sorted(found - meant)]
        self.wrong += [f"missing {c}: {text}" for c in sorted(meant - found)]


@dataclass
class Reading:
    """How well concepts, negation, spans of time, sides and further acts are read."""

    concepts: Counts = field(default_factory=Counts)
    sides: Counts = field(default_factory=Counts)
    further: Counts = field(default_factory=Counts)
    negation_right: int = 0
    negation_of: int = 0
    days_right: int = 0
    days_of: int = 0  # messages that tell since when, and those that do not and were read as if
    wrong: list[str] = field(default_factory=list)

    @property
    def negation(self) -> float:
        """Share of the concepts found whose assertion is right."""
        return self.negation_right / max(1, self.negation_of)

    @property
    def durations(self) -> float:
        """Share of the spans of time that are right; one read where none is told counts as wrong."""
        return self.days_right / max(1, self.days_of)


def score_reading(messages: Sequence[Marked], parses: Iterable[Mapping[str, Any]]) -> Reading:
    """Score all that is read beside the main act."""
    result = Reading()
    for message, parsed in zip(messages, parses, strict=True):
        entities = parsed["entities"]
        concepts = [e for e in entities if e["entity"] == "concept" and is_marked(e["value"])]
        affirmed = frozenset(e["value"] for e in concepts if e["assertion"] == "affirmed")
        denied = frozenset(e["value"] for e in concepts if e["assertion"] == "denied") - affirmed
        result.concepts.add(affirmed | denied, message.affirmed | message.denied, message.text)
        for concept in (affirmed | denied) & (message.affirmed | message.denied):
            result.negation_of += 1
            right = (concept in denied) == (concept in message.denied)
            result.negation_right += right
            if not right:
                result.wrong.append(f"{concept} {'denied' if concept in denied else 'affirmed'}: {message.text}")
        days = next((float(e["value"]) for e in entities if e["entity"] == "duration"), None)
        if message.days or days is not None:
            result.days_of += 1
            right = message.days is not None and days is not None and is_near(days, message.days)
            result.days_right += right
            if not right:
                result.wrong.append(f"{days} days, meant {message.days}: {message.text}")
        sides = frozenset(e["value"] for e in entities if e["entity"] == "side")
        result.sides.add(sides, frozenset({message.side} if message.side else ()), message.text)
        if len(message.acts) > 1:
            read = frozenset({act_of(parsed)[0], *(e["value"] for e in entities if e["entity"] == "act")})
            result.further.add(read, frozenset(message.acts), message.text)
    return result
