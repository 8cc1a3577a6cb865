"""Numbers and units of time in a message, in one form: the ground on which measures are read.

"Three an a half wks" becomes "3 an a half week". Number words are read by text2num; the words of time stand
in time_words.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from text_to_num.transforms import text2num

from knowledge.reading import Word, clean

_FILE = Path(__file__).parent / "time_words.yml"
# all as texts: "on" and "yes" are words here
WORDS: dict[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
UNIT_OF = {form: unit for unit, forms in WORDS["units"].items() for form in forms}
DAYS_OF: dict[str, float] = {unit: float(days) for unit, days in WORDS["days_of"].items()}
WEEKDAY = {form: i for i, forms in enumerate(WORDS["weekdays"]) for form in forms}
MONTH = {form: i for i, forms in enumerate(WORDS["months"], 1) for form in forms}
_TIME_WORDS = frozenset([*UNIT_OF, *WEEKDAY, *MONTH])
_ORDINAL = {word: i for i, word in enumerate(WORDS["ordinals"], 3)}
_FRACTION = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_PART = re.compile(r"\d+(?:\.\d+)?|½|¼|¾|'?[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_MOST_NUMBER_WORDS = 6


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of some phrases, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(set(phrases), key=lambda p: (-len(p), p))))})"


UNIT = any_of(WORDS["units"])
NUMBER = r"\d+(?:\.\d+)?"
AND = r"(?:and|an|n|&|'n'|\+)"
# How many: "3", "3 or 4", "3 and a half", "half a", "a couple of", "a quarter of a", "best part of a", "a".
QUANTITY = (
    rf"(?:(?P<low>{NUMBER}|an?) (?:or|to|-|–|/|maybe|, maybe|, possibly|or maybe|, or|even) (?P<high>{NUMBER})"
    rf"|(?P<low_2>{NUMBER}) (?P<high_2>{NUMBER})(?= {UNIT}\b)"
    rf"|(?P<and_half>{NUMBER}|an?) {AND} (?:an? )?half"
    rf"|(?P<and_bit>{NUMBER}) {AND} an? bit"
    r"|(?P<quarters>(?:3 -? ?quarters?|an? quarter) of an?)"
    r"|(?P<half>half(?: of)?(?: an?)?)"
    rf"|(?:an? |the )?(?:good |last )?(?P<loose>{any_of(WORDS['loose'])})(?: of)?"
    rf"|(?P<number>{NUMBER})"
    r"|(?P<one>(?:the )?(?:best|better) part of an?|most of (?:an?|the)|the whole|an? whole|whole|an? full"
    r"|an? solid|an? good|an?|the|this|all))"
)


@dataclass(frozen=True)
class Measure:
    """Something measured in a message. ``start`` and ``end`` are character offsets, ``text`` the person's words.

    kind: ``duration`` (value: days since it began), ``frequency`` (times, in ``per``; or "constant", "on_and_off"),
        ``amount`` (number of ``unit``, in ``per`` where that is said) or ``side`` ("left", "right", "both").
    of: the concept that an amount or a side belongs to, where one stands with it.
    """

    kind: str
    value: float | str
    start: int
    end: int
    text: str
    unit: str | None = None
    per: str | None = None
    of: str | None = None


@dataclass(frozen=True)
class Normal:
    """A message as plain words with one space between; ``places`` are their offsets here and in the message."""

    text: str
    places: tuple[tuple[int, int, int, int], ...]

    def in_message(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the message of a span here."""
        inside = [p for p in self.places if p[0] < end and start < p[1]]
        return inside[0][2], inside[-1][3]


def normalise(words: Sequence[Word], text: str) -> Normal:
    """Number words as digits, units of time in one form, the rest as it is."""
    tokens: list[tuple[str, int, int]] = []
    for word in words:
        typed = clean(text[word.start : word.end]).lower()
        said = typed if typed in _TIME_WORDS else word.text  # "wknd" is no misspelt "wind"
        whole = len(said) == word.end - word.start  # else spelling was mended: offsets inside mean nothing
        for part in _PART.finditer(said):
            start, end = (word.start + part.start(), word.start + part.end()) if whole else (word.start, word.end)
            tokens.append((part.group(), start, end))
    out: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    length = i = 0
    while i < len(tokens):
        said, used = _number_at([t for t, _, _ in tokens[i : i + _MOST_NUMBER_WORDS]])
        if not used:
            said, used = tokens[i][0], 1
            if len(said) > 1 or (out and re.fullmatch(NUMBER, out[-1])):  # "d" is a day only after a number
                said = UNIT_OF.get(said, said)
        if said in _FRACTION.values() and out and out[-1].isdigit():  # "1½"
            said = str(int(out.pop()) + float(said))
            before = places.pop()
            places.append((before[0], before[0] + len(said), before[2], tokens[i][2]))
            out.append(said)
            length = before[0] + len(said) + 1
            i += used
            continue
        out.append(said)
        places.append((length, length + len(said), tokens[i][1], tokens[i + used - 1][2]))
        length += len(said) + 1
        i += used
    return Normal(" ".join(out), tuple(places))


def _number_at(words: Sequence[str]) -> tuple[str, int]:
    """The number that the first words say, as digits, and how many words it takes; none: ("", 0)."""
    first = words[0]
    if first in _FRACTION:
        return _FRACTION[first], 1
    if first in _ORDINAL:
        return f"{_ORDINAL[first]} th", 1
    if words[:3] == ["1", "/", "2"]:
        return "0.5", 3
    if not first.isalpha() or first in ("a", "an", "and", "point"):
        return ("100", 2) if words[:2] == ["a", "hundred"] else ("", 0)
    for n in range(len(words), 0, -1):
        some = [w for w in words[:n] if w != "-"]
        if words[n - 1] in ("-", "and") or not all(w.isalpha() for w in some):
            continue
        try:
            return str(text2num(" ".join(some), "en")), n
        except ValueError:
            continue
    return "", 0


def number(said: str) -> float:
    """The value of a number or of "a"."""
    return 1.0 if said in ("a", "an") else float(said)


def quantity(match: re.Match[str]) -> float:
    """How many a match of :data:`QUANTITY` says; the middle of a range."""
    got = match.groupdict()
    low, high = got["low"] or got["low_2"], got["high"] or got["high_2"]
    if low:
        return (number(low) + number(high)) / 2
    if got["and_half"]:
        return number(got["and_half"]) + 0.5
    if got["and_bit"]:
        return number(got["and_bit"]) + 0.2
    if got["quarters"]:
        return 0.75 if got["quarters"].startswith("3") else 0.25
    if got["half"]:
        return 0.5
    if got["loose"]:
        return float(WORDS["loose"][got["loose"]])
    if got["number"]:
        return float(got["number"])
    return 0.8 if "part" in got["one"] or got["one"].startswith("most") else 1.0
