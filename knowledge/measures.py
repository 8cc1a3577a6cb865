"""What a message measures: since when, how often, how much of what, and on which side.

Works on the words of :class:`knowledge.reading.Reader`, spelling mended. The caller gives the date of today:
the library has no clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.amounts import About, amounts, frequencies, sides
from knowledge.durations import NEW_SUBJECT, SENTENCE_ENDS, Span, corrected_after, spans_of
from knowledge.quantities import Measure, Normal, normalise
from knowledge.reading import Found, Reader, Word

__all__ = ["Measure", "measures", "read_measures"]

_DECADE = 3650.0  # spans as long as that must be marked as since when
_THINGS = frozenset({"cause", "remedy", "situation"})
_BEGAN = ("start", "beg", "kicked", "noticed", "first noticed", "came on", "appeared")
_CLAUSE_ENDS = re.compile(rf"[{re.escape(SENTENCE_ENDS)}]|{NEW_SUBJECT}", re.IGNORECASE)
_TROUBLE = frozenset({"sign", "body"})


def measures(
    words: Sequence[Word], text: str, today: date, about: About, taken: frozenset[str] = frozenset()
) -> list[Measure]:
    """Read the measures of a message.

    Args:
        words: its words, spelling mended.
        text: the message.
        today: the day on which it was written, from which "since thursday" is counted.
        about: concepts in it, by their offsets.
        taken: ids of concepts that are taken or had for long (:class:`knowledge.model.Concept`).

    Returns:
        In the order of the message. Of several spans of time, the one that tells since when comes alone.
    """
    normal = normalise(words, text)
    found = [*_since_when(normal, text, today, about, taken), *frequencies(normal, text), *sides(normal, text, about)]
    found += amounts(normal, text, about, taken)
    return sorted(found, key=lambda m: (m.start, m.end, m.kind))


def read_measures(reader: Reader, text: str, today: date) -> tuple[list[Found], list[Measure]]:
    """The concepts and measures of a message; hours of sleep speak for or against the lack of it."""
    concepts, _ = reader.read(text)
    taken = frozenset(c.id for c in reader.concepts if c.taken)
    found = measures(reader.words(text), text, today, {(c.start, c.end): c.id for c in concepts}, taken)
    for concept in reader.concepts:
        for hours in (m for m in found if m.unit == "hour" and concept.hours_under):
            denied = float(hours.value) >= (concept.hours_under or 0)
            spoken_for = (concept.id, concept.pair)
            concepts = [c for c in concepts if c.id not in spoken_for or c.end <= hours.start or hours.end <= c.start]
            concepts.append(Found(concept.id, hours.start, hours.end, hours.text, denied))
    return sorted(concepts, key=lambda c: (c.start, c.end)), found


def _since_when(normal: Normal, text: str, today: date, about: About, taken: frozenset[str]) -> list[Measure]:
    """Since when, in days, at most one: the span that is best marked as that, or the last after a correction."""
    weighed = [
        replace(s, weight=s.weight + _near_trouble(normal, text, s, about, taken)) for s in spans_of(normal.text, today)
    ]
    likely = [s for s in weighed if s.weight > (0 if s.days < _DECADE else 1)]
    if not likely:
        return []
    likely.sort(key=lambda s: s.start)
    best = max(likely, key=lambda s: (s.weight, -s.start))
    for span in likely:
        if corrected_after(normal.text, best, span):
            best = span
    start, end = normal.in_message(best.start, best.end)
    return [Measure("duration", round(best.days, 3), start, end, text[start:end])]


def _near_trouble(normal: Normal, text: str, span: Span, about: About, taken: frozenset[str]) -> int:
    """1 where the clause names a sign or a place of the body, -1 where it names something else alone."""
    start, end = normal.in_message(span.start, span.end)
    first = max((m.end() for m in _CLAUSE_ENDS.finditer(text, 0, start)), default=0)
    last = min((m.start() for m in _CLAUSE_ENDS.finditer(text, end)), default=len(text))
    here = {concept for (s, e), concept in about.items() if first <= s and e <= last}
    kinds = {concept.partition(".")[0] for concept in here}
    if kinds & _TROUBLE:
        return 1
    if kinds & _THINGS and normal.text.startswith(_BEGAN, span.start):
        return -1
    if kinds & _THINGS:
        return -3 if here & taken else -1
    return 0
