"""How often, how much of what, and on which side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from knowledge.quantities import QUANTITY, UNIT, WORDS, Measure, Normal, any_of, quantity

About = Mapping[tuple[int, int], str]
_PERIODS = any_of([*WORDS["units"], "shift", "morning", "evening"])
_ADVERBS = {"daily": "day", "nightly": "night", "weekly": "week", "hourly": "hour", "monthly": "month"}
_PER = rf"(?:(?:an?|per|each|every|/|in a|in the|of a|most|1) (?P<per>{_PERIODS})s?|(?P<adverb>{any_of(_ADVERBS)}))"
_CONSTANT = re.compile(rf"\b{any_of(WORDS['constant'])}(?!\w)")
_ON_AND_OFF = re.compile(rf"\b{any_of(WORDS['on_and_off'])}(?!\w)")
_TIMES = re.compile(
    rf"(?P<said>once|twice|thrice|{QUANTITY} times?|(?P<lots>hundreds|loads|dozens|tons)(?: of times)?)"
    rf"(?: or so| maybe| at least)? {_PER}"
)
_ONCE = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_LOTS = 100.0
_EVERY = re.compile(rf"\bevery (?:(?P<other>other) |{QUANTITY} )?(?P<unit>{UNIT})\b")
_EVERY_FEW_SECONDS = re.compile(r"\bevery (?:other )?(?:1 )?(?:few )?(?:\d+ )?(?:seconds?|secs?|s)\b")
# "every 10 minutes" is six times an hour: the next larger unit, and how many of this one it holds
_LARGER = {"minute": ("hour", 60), "hour": ("day", 24), "day": ("week", 7), "week": ("month", 4), "month": ("year", 12)}
_THING = re.compile(
    rf"(?<![\w/.]){QUANTITY} (?:(?!and\b|or\b|but\b|of\b|the\b)[a-z'-]+ ){{0,2}}?(?P<thing>(?!the\b|a\b|an\b|that\b|this\b|of\b)[a-z][a-z'-]*)(?: of [a-z'-]+)?"
)
_OF_EACH = re.compile(rf"(?: (?:of )?[a-z'-]+){{0,3}}? {_PER}")
_SLEEP = any_of(WORDS["sleep"])
_HOURS_OF_SLEEP = (
    re.compile(rf"(?<![\w/.]){QUANTITY} (?P<unit>hour)(?: (?:of )?(?:decent |good |broken |solid )?{_SLEEP}\b| (?:a|per|each|every|/) night)"),
    re.compile(rf"\b(?:sleep(?:ing|s)?|slept|kip)(?: (?!hour|well|for)[a-z]+){{0,3}} {QUANTITY} (?P<unit>hour)\b"),
    re.compile(rf"\b(?:sleep|slept|sleeping) [a-z]+ , (?:about |like )?{QUANTITY} (?P<unit>hour)\b"),
)  # fmt: skip
_COUNTED_KINDS = ("cause.", "remedy.")  # kinds of concepts of which there can be an amount
_SIDE = re.compile(
    r"\b(?P<both>both|l and r|left and right|right and left|either side|each side|bilateral|the pair of them)\b"
    + rf"|{''.join(f'(?<!{re.escape(w)} )' for w in WORDS['before_no_side'])}\b(?P<side>left|right|lft|rite)\b(?! {any_of(WORDS['not_a_side'])}\b)"
)
_AFTER_SIDE = re.compile(rf" {any_of(WORDS['after_side'])}\b")
_BEFORE_SIDE = re.compile(r"(?:^|, |\b(?:on|my|the|his|her|mainly|mostly|just|only|its|is|it's|'s) )$")
_ENDS_SIDE = re.compile(r"^(?: [.,]|$| (?:only|mainly|mostly|and|or|more|is|was|since|for)\b)")
_NEAR = 25  # characters within which "left" and its part of the body stand
_SHORT_ANSWER = 6  # words


def frequencies(normal: Normal, text: str) -> Iterator[Measure]:
    """How often: a number of times in a period, "constant" or "on_and_off"."""

    def at(match: re.Match[str], value: float | str, per: str | None = None) -> Measure:
        start, end = normal.in_message(match.start(), match.end())
        return Measure("frequency", value, start, end, text[start:end], per=per)

    for match in (*_CONSTANT.finditer(normal.text), *_EVERY_FEW_SECONDS.finditer(normal.text)):
        yield at(match, "constant")
    for match in _ON_AND_OFF.finditer(normal.text):
        yield at(match, "on_and_off")
    for match in _TIMES.finditer(normal.text):
        times = _ONCE.get(match["said"]) or (_LOTS if match["lots"] else quantity(match))
        yield at(match, times, match["per"] or _ADVERBS[match["adverb"]])
    for match in _EVERY.finditer(normal.text):
        many = 2.0 if match["other"] else quantity(match) if match.group().count(" ") > 1 else 1.0
        times, per = 1 / many if many else 1.0, match["unit"]
        while times < 1 and per in _LARGER:
            per, factor = _LARGER[per]
            times *= factor
        yield at(match, round(times, 2), per)


def amounts(normal: Normal, text: str, about: About, taken: frozenset[str]) -> Iterator[Measure]:
    """How much of something: what is counted is a measure or container, or is a cause or remedy itself."""
    asleep: list[tuple[int, int]] = []
    for pattern in _HOURS_OF_SLEEP:
        for match in pattern.finditer(normal.text):
            start, end = normal.in_message(match.start(), match.end())
            if not any(s < end and start < e for s, e in asleep):
                asleep.append((start, end))
                of = _concept_in(start, end, about, taken)
                yield Measure("amount", quantity(match), start, end, text[start:end], unit="hour", per="night", of=of)
    for match in _THING.finditer(normal.text):
        thing = _singular(match["thing"])
        start, end = normal.in_message(match.start(), match.end())
        concept = _concept_in(*normal.in_message(match.start("thing"), match.end()), about, taken)
        is_thing = thing in WORDS["containers"] or (concept is not None and not match["one"])
        if thing in WORDS["units"] or not is_thing or any(s < end and start < e for s, e in asleep):
            continue
        of_each = _OF_EACH.match(normal.text[match.end() :])
        if of_each:
            start, end = normal.in_message(match.start(), match.end() + of_each.end())
        per = (of_each["per"] or _ADVERBS[of_each["adverb"]]) if of_each else None
        of = concept or _concept_in(start, end, about, taken)
        yield Measure("amount", quantity(match), start, end, text[start:end], unit=thing, per=per, of=of)


def _singular(word: str) -> str:
    if word in WORDS["containers"]:
        return word
    for ending, instead in (("ies", "y"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    return word


def _concept_in(start: int, end: int, about: About, taken: frozenset[str]) -> str | None:
    here = [c for (s, e), c in about.items() if s < end and start < e]
    found = [c for c in here if c in taken or c.startswith(_COUNTED_KINDS)]
    return found[0] if found else None


def sides(normal: Normal, text: str, about: About) -> Iterator[Measure]:
    """Left, right or both: beside a part of the body, as "left side", "the left one", or as the whole answer."""
    whole = len(normal.text.split()) <= _SHORT_ANSWER
    for match in _SIDE.finditer(normal.text):
        start, end = normal.in_message(match.start(), match.end())
        body = _body_after(start, end, text, about)
        before, after = normal.text[: match.start()], normal.text[match.end() :]
        ends = bool(_ENDS_SIDE.match(after))
        if match["both"]:
            value = "both"
            told = bool(body or whole or ends or re.match(r" (?:sides?|of them|of mine|1s)\b", after))
        else:
            value = "left" if match["side"] in ("left", "lft") else "right"
            told = bool(body or _AFTER_SIDE.match(after) or (ends and (whole or _BEFORE_SIDE.search(before))))
        if told:
            yield Measure("side", value, start, end, text[start:end], of=body)


def _body_after(start: int, end: int, text: str, about: About) -> str | None:
    """The part of the body that a side stands beside, or in."""
    for (s, e), concept in about.items():
        if (
            concept.startswith("body.")
            and s < end + _NEAR
            and end <= e
            and not re.search("[.;!?,]", text[end : max(s, end)])
        ):
            return concept
    return None
