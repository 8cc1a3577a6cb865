"""What a message measures: since when, how often, how much of what, and on which side.

Works on the words of :class:`knowledge.reading.Reader`, spelling mended. The caller gives the date of today:
the library has no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from knowledge.amounts import amounts, frequencies, sides
from knowledge.durations import spans_of
from knowledge.quantities import Measure, Normal, normalise
from knowledge.reading import Found, Reader
from knowledge.since_when import Weights, chance, clues

__all__ = ["Measure", "examples_of", "read_measures"]

# From which probability on a span of time tells since when (docs/decisions/0012-measures.md).
LIKELY = 0.3


def read_measures(reader: Reader, text: str, today: date, weights: Weights) -> tuple[list[Found], list[Measure]]:
    """The concepts and measures of a message; hours of sleep speak for or against the lack of it.

    Args:
        reader: reads words and concepts.
        text: the message.
        today: the day on which it was written, from which "since thursday" is counted.
        weights: what makes a span of time tell since when (:mod:`knowledge.since_when`).

    Returns:
        Both in the order of the message; since when at most once.
    """
    concepts, _ = reader.read(text)
    taken = frozenset(c.id for c in reader.concepts if c.taken)
    normal = normalise(reader.words(text), text)
    about = {(c.start, c.end): c.id for c in concepts}
    found = [*_since_when(normal, text, today, concepts, weights), *frequencies(normal, text)]
    found += [*sides(normal, text, about), *amounts(normal, text, about, taken)]
    for concept in reader.concepts:
        for hours in (m for m in found if m.unit == "hour" and concept.hours_under):
            denied = float(hours.value) >= (concept.hours_under or 0)
            spoken_for = (concept.id, concept.pair)
            concepts = [c for c in concepts if c.id not in spoken_for or c.end <= hours.start or hours.end <= c.start]
            concepts.append(Found(concept.id, hours.start, hours.end, hours.text, denied))
    concepts.sort(key=lambda c: (c.start, c.end))
    return concepts, sorted(found, key=lambda m: (m.start, m.end, m.kind))


def examples_of(reader: Reader, text: str, today: date) -> list[tuple[float, list[str]]]:
    """The days and the clues of each span of time in a message, to learn from."""
    normal = normalise(reader.words(text), text)
    spans = spans_of(normal.text, today)
    named = [(c.start, c.end, c.id) for c in reader.read(text)[0]]
    return [(span.days, list(clues(normal, spans, at, named))) for at, span in enumerate(spans)]


def _since_when(
    normal: Normal, text: str, today: date, concepts: Sequence[Found], weights: Weights
) -> Iterator[Measure]:
    """Since when, in days, at most one: the likeliest span of time, if it is likely enough."""
    spans = spans_of(normal.text, today)
    named = [(c.start, c.end, c.id) for c in concepts]
    chances = [chance(clues(normal, spans, at, named), weights) for at in range(len(spans))]
    if chances and max(chances) >= LIKELY:
        best = spans[chances.index(max(chances))]
        start, end = normal.in_message(best.start, best.end)
        yield Measure("duration", round(best.days, 3), start, end, text[start:end])
