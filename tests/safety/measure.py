"""What the pipeline makes of sentences that nothing was built from, and how sure the figures are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from scipy.stats import beta

from knowledge.danger_sentences import Sentence, read_sentences
from knowledge.model import CareLevel

HERE = Path(__file__).parent
HELD_OUT = HERE / "held_out"
KNOWN_FAILURES = HERE / "known_failures.yml"
CRISIS = "T50"  # the rule for thoughts of suicide and self-harm


class Result(NamedTuple):
    """A sentence and the level that was found in it, by whichever reading."""

    sentence: Sentence
    level: CareLevel | None
    rules: tuple[str, ...]
    asked: bool

    @property
    def caught(self) -> bool:
        """Whether the level found is at least as urgent as the right one; for controls, whether none is too urgent."""
        wanted = self.sentence.care_level
        if self.sentence.is_danger and wanted:
            return self.level is not None and self.level.rank <= wanted.rank
        return self.level is None or self.level.rank > CareLevel.URGENT.rank

    @property
    def group(self) -> str:
        """Under which heading it is counted."""
        if not self.sentence.is_danger:
            return "control"
        if self.sentence.rule == CRISIS:
            return "crisis"
        return str(self.sentence.care_level.value if self.sentence.care_level else "")


def measure(understand: Callable[[str], dict[str, Any]], rule_of: dict[str, str]) -> list[Result]:
    """Read every held-out sentence with the trained model."""
    found = []
    for sentence in read_sentences(HELD_OUT):
        parsed = understand(sentence.text)
        dangers = [e for e in parsed["entities"] if e["entity"] == "danger"]
        levels = [CareLevel(e["level"]) for e in dangers]
        found.append(
            Result(
                sentence,
                min(levels, key=lambda level: level.rank, default=None),
                tuple(rule_of[e["value"]] for e in dangers),
                parsed["intent"]["name"] == "report_unsure",
            )
        )
    return found


def at_least(right: int, of: int) -> float:
    """Exact one-sided 95 % lower bound of a share (Clopper and Pearson 1934)."""
    return 0.0 if right == 0 else float(beta.ppf(0.05, right, of - right + 1))


def at_most(wrong: int, of: int) -> float:
    """Exact one-sided 95 % upper bound of a share (Clopper and Pearson 1934)."""
    return 1.0 if wrong == of else float(beta.ppf(0.95, wrong + 1, of - wrong))


def share_caught(results: Iterable[Result], *groups: str) -> tuple[int, int]:
    """How many of some groups were caught, and how many there are."""
    mine = [r for r in results if r.group in groups]
    return sum(r.caught for r in mine), len(mine)


def known_failures() -> dict[str, str]:
    """Sentence to the reason why it is still read wrong."""
    found = yaml.safe_load(KNOWN_FAILURES.read_text(encoding="utf-8"))
    return {str(k): str(v) for k, v in (found["sentences"] or {}).items()}
