"""What the danger gate costs a message of 200 characters, and the encoder apart: run in Quiver's own environment.

Prints JSON with milliseconds: ``gate`` (rules, clauses and head over vectors that are there), ``encoder`` (the
vectors of the message and its clauses; that of the whole message is shared with the reading of the act).
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from components.danger_reading import clauses_of, danger_head  # noqa: E402
from components.sentence_encoder import encoder  # noqa: E402
from knowledge import load_topic  # noqa: E402
from knowledge.reading import Reader, phrases_of  # noqa: E402

MESSAGES = (
    "hiya, my left calf has been jumping since about tuesday, no pain, no weakness, i had three coffees a day and "
    "slept badly all week. my mum had something like this once. should i see a doctor or just wait it out",
    "I am writing on behalf of my father, who is 71. His eyelid flickers in the evening, mostly when he reads. He "
    "takes nothing new, he can do all he did before. Is there anything in your two articles on this, please",
)
ROUNDS = 200


class Remembered:
    """Stands in for the encoder, with vectors made beforehand, so that the gate's own work is timed alone."""

    def __init__(self, texts: list[str]) -> None:
        self._vectors = {text: encoder().encode(text) for text in texts}

    def encode(self, text: str) -> object:
        """The vector made beforehand."""
        return self._vectors[text]


def timed(work: object, *arguments: object) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return (time.perf_counter() - started) * 1e3


def main() -> None:
    """Measure and print."""
    reader = Reader(phrases_of(load_topic(ROOT / "data" / "knowledge" / "muscle_twitches")))
    texts = [m[:200] for m in MESSAGES]
    parts = {t: [t, *(t[a:b] for a, b in clauses_of(t))] for t in texts}
    head, kept = danger_head(), Remembered([p for t in texts for p in parts[t]])
    alone = copy.copy(head)
    alone._encoder = kept  # type: ignore[assignment]

    def gate(text: str) -> None:
        reader._last = None  # the reading of the message before is no help
        reader.read(text)
        for part in [(0, len(text)), *clauses_of(text)]:
            alone.hear(text[part[0] : part[1]])

    def encode(text: str) -> None:
        for part in parts[text]:
            encoder().encode(part)

    for work in (gate, encode):
        for text in texts:
            work(text)
    taken = {
        name: statistics.median(timed(work, text) for _ in range(ROUNDS) for text in texts)
        for name, work in (("gate", gate), ("encoder", encode))
    }
    print(json.dumps({**taken, "texts": sum(map(len, parts.values())) / len(parts)}))


if __name__ == "__main__":
    main()
