"""The learned reading of danger: which rule a message or one of its clauses sounds like.

A linear head on the sentence vector, trained together with the encoder (training/README.md).
It names a rule and a level for every text; thresholds decide what counts. It can only add danger
signs to those of the readable rules.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from components.sentence_encoder import Encoder, encoder
from knowledge.model import CareLevel

# Levels by the letter that the head's labels carry ("T01.E").
LETTERS = {"E": CareLevel.EMERGENCY, "U": CareLevel.URGENT, "S": CareLevel.SOON}
# Messages longer than this are read by clauses too, in words; shorter ones are one clause to the head, which learned
# from such (docs/decisions/0009-learned-danger.md).
LONG = 24
# A clause is read by itself from so many words on; one longer than a window is read in windows.
SHORTEST_CLAUSE, WINDOW, STEP = 3, 40, 20
_CLAUSE_END = re.compile(r"(?<=[.!?;])\s+|\s*\n+\s*")
# A second rule counts beside the likeliest from this probability on ("my face dropped and i want to die").
BESIDE = 0.25


_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Heard:
    """What the head makes of one text.

    ``share``: probability of each level; ``signs``: for each level the likeliest rule of that level, and
    rules of any level that are likely beside it, each with its own level.
    """

    share: dict[CareLevel, float]
    signs: dict[CareLevel, list[tuple[str, CareLevel]]]


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a message stand that can be read by themselves; none where it is one clause."""
    if len(text.split()) <= LONG:
        return []
    found = []
    cuts = [(0, 0), *(m.span() for m in _CLAUSE_END.finditer(text)), (len(text), len(text))]
    for (_, start), (end, _) in itertools.pairwise(cuts):
        words = [m.span() for m in _WORD.finditer(text, start, end)]
        if len(words) > WINDOW:
            windows = [words[i : i + WINDOW] for i in range(0, len(words) - STEP, STEP)]
            found += [(w[0][0], w[-1][1]) for w in windows]
        elif len(words) >= SHORTEST_CLAUSE:
            found.append((words[0][0], words[-1][1]))
    return found if len(found) > 1 else []


class DangerHead:
    """Reads vectors with the head that was trained with the encoder.

    Args:
        weights: shape (classes, 384), float32.
        bias: shape (classes,), float32.
        labels: for each class "T01.E" (rule and level), or "none".
        scale: factor on the unit vector before the head.
    """

    def __init__(
        self, weights: npt.NDArray[Any], bias: npt.NDArray[Any], labels: list[str], scale: float, by: Encoder
    ) -> None:
        self._weights, self._bias, self._scale, self._encoder = weights, bias, scale, by
        self._rules = [label.partition(".")[0] for label in labels]
        self._levels = [LETTERS.get(label.partition(".")[2]) for label in labels]
        self._columns = {level: [i for i, x in enumerate(self._levels) if x is level] for level in LETTERS.values()}

    def hear(self, text: str) -> Heard:
        """Read one text, its spelling mended."""
        logits = self._weights @ self._encoder.encode(text) * self._scale + self._bias
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        share, signs = {}, {}
        beside = [i for i in np.flatnonzero(chances >= BESIDE) if self._levels[i]]
        for level, columns in self._columns.items():
            share[level] = float(chances[columns].sum())
            first = columns[int(chances[columns].argmax())]
            found = {self._rules[first]: level}
            for i in beside:
                found.setdefault(self._rules[i], self._levels[i])
            signs[level] = list(found.items())
        return Heard(share, signs)


@lru_cache(maxsize=1)
def danger_head() -> DangerHead:
    """The one head of this process, from the encoder's folder."""
    by = encoder()
    heads = by.heads
    return DangerHead(
        heads["danger_weights"],
        heads["danger_bias"],
        [str(label) for label in heads["danger_labels"]],
        float(heads["scale"]),
        by,
    )
