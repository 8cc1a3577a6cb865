"""Which span of time in a message tells since when the trouble has been going on.

"Calf twitching 3 weeks, off the coffee 2 days, seeing the GP on Thursday" holds three spans; the first tells it.
Each is weighed by the words around it, with weights that are learned from messages whose days are marked
(data/measures/since_when.tsv): a logistic regression, whose weights can be read one by one.
Figures against rules: docs/decisions/0012-measures.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from knowledge.durations import Span
from knowledge.quantities import WORDS, Normal, any_of
from knowledge.rows import read_rows, wrong_row

Weights = Mapping[str, float]
# A span of time is right within a day, or a tenth of what was said.
DAYS_NEAR, SHARE_NEAR = 1.0, 0.1
COLUMNS = ("days", "hand", "text")
_DAYS = re.compile(r"(?:(\d+)(?:-(\d+))?)?")
_ENDS = re.compile(r"[.!?,;\n]")
_CORRECTION = re.compile(rf"\b{any_of(WORDS['corrections'])}(?!\w)")
# Lists of time_words.yml whose words speak for or against a span that they stand beside, or in whose clause they stand.
_LISTS = ("marks_before", "marks_after", "ago", "maybe", "not_before", "not_after", "persons", "other_states", "began",
          "onsets", "leads")  # fmt: skip
_CLASSES = {name: any_of(WORDS[name]) for name in _LISTS}
_BEFORE = {name: re.compile(rf"(?:^|\W){words} $") for name, words in _CLASSES.items()}
_AFTER = {name: re.compile(rf"^ {words}(?!\w)") for name, words in _CLASSES.items()}
_WITHIN = {name: re.compile(rf"(?<!\w){words}(?!\w)") for name, words in _CLASSES.items()}
BIAS = "bias"


class Example(NamedTuple):
    """A message, whose hand wrote it, and the days since when, from and to; None where it tells none."""

    days: tuple[float, float] | None
    hand: str
    text: str


def read_examples(path: Path) -> list[Example]:
    """Every row of a file: days as "21" or "14-21" (or nothing), hand, text.

    Raises:
        ValueError: a row that is not that; it names file and line.
    """
    found = []
    for number, (days, hand, text) in read_rows(path, COLUMNS):
        said = _DAYS.fullmatch(days)
        if not said:
            raise ValueError(wrong_row(path, number, COLUMNS))
        low, high = said[1], said[2] or said[1]
        found.append(Example((float(low), float(high)) if low else None, hand, text))
    return found


def is_near(days: float, meant: tuple[float, float]) -> bool:
    """Whether a span of time is the one that is meant, from and to."""
    low, high = meant
    return low - max(DAYS_NEAR, SHARE_NEAR * low) <= days <= high + max(DAYS_NEAR, SHARE_NEAR * high)


def clues(normal: Normal, spans: Sequence[Span], at: int, concepts: Iterable[tuple[int, int, str]]) -> Iterator[str]:
    """What speaks for and against a span, each clue as a short text.

    Args:
        normal: the message.
        spans: all spans of time in it, in order.
        at: which of them.
        concepts: offsets in the message and id of each concept that it names.
    """
    text, span = normal.text, spans[at]
    before, after = ["<"] * 5 + text[: span.start].split(), [*text[span.end :].split(), *[">"] * 5]
    stop = _ENDS.search(text, span.end)
    first = max((m.end() for m in _ENDS.finditer(text, 0, span.start)), default=0)
    last = stop.start() if stop else len(text)
    left, right = text[first : span.start], text[span.end : last]
    inside = [re.sub(r"\d+", "#", word) for word in text[span.start : span.end].split()]

    yield BIAS
    yield f"shape {span.shape}"
    yield f"days {min(8, int(math.log2(span.days + 1)))}"
    yield from (f"{i} before: {before[-i]}" for i in (1, 2, 3))
    yield from (f"{n} before: {' '.join(before[-n:])}" for n in (2, 3))
    yield from (f"near before: {word}" for word in before[-5:])
    yield from (f"{i} after: {after[i - 1]}" for i in (1, 2, 3))
    yield f"2 after: {after[0]} {after[1]}"
    yield from (f"near after: {word}" for word in after[:4])
    yield from (f"in it: {word}" for word in inside)
    yield f"ends: {inside[-1]}"
    yield from (f"clause before: {word}" for word in left.split())
    yield from (f"clause after: {word}" for word in right.split())
    if not left.strip() and not right.strip():
        yield "clause of its own"
    for name in _CLASSES:
        if _BEFORE[name].search(text[: span.start]):
            yield f"before: {name}"
        if _AFTER[name].search(text[span.end :]):
            yield f"after: {name}"
        if _WITHIN[name].search(left):
            yield f"clause before has {name}"
        if _WITHIN[name].search(right):
            yield f"clause after has {name}"
    low, high = normal.in_message(first, last)
    named = {concept for start, end, concept in concepts if low <= start and end <= high}
    kinds = {concept.partition(".")[0] for concept in named}
    yield from (f"with a {kind}" for kind in sorted(kinds) or ["nothing"])
    yield from (f"with {concept}" for concept in sorted(named) if concept.startswith("time."))
    if kinds & {"sign", "body"} and not kinds & {"cause", "remedy", "situation"}:
        yield "with trouble alone"
    yield f"of {min(4, len(spans))}"
    if at == 0:
        yield "first"
    if at == len(spans) - 1:
        yield "last"
    if "?" in text[span.end :]:
        yield "asked after"
    yield f"words {min(5, len(text.split()) // 6)}"
    if at and _CORRECTION.search(text[spans[at - 1].end : span.start]):
        yield "corrects"
    if at + 1 < len(spans) and _CORRECTION.search(text[span.end : spans[at + 1].start]):
        yield "is corrected"


def chance(found: Iterable[str], weights: Weights) -> float:
    """Probability that a span with these clues tells since when."""
    return 1 / (1 + math.exp(-sum(weights.get(clue, 0.0) for clue in sorted(set(found)))))
