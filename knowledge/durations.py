"""Spans of time in a message, in days: counted ("3 wks", "a month and a half") or told by their beginning ("thursday").

Every span is found here; which of them tells since when is for :mod:`knowledge.since_when`. The days of feasts that
move come from the package holidays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from knowledge.quantities import AND, DAYS_OF, MONTH, NUMBER, QUANTITY, UNIT, WEEKDAY, WORDS, any_of, number, quantity

_FULL = r"(?:whole |full |solid |good |long |straight |odd |consecutive |more |bloody |fucking |- |or so |ish |all of |of |something )*"
_COUNTED = re.compile(
    rf"(?<![\w/.]){QUANTITY} {_FULL}(?P<unit>{UNIT})\b"
    rf"(?:(?P<and_part>(?: or so)? {AND} (?:an? )?(?:half|bit))\b"
    rf"| or (?P<or_more>{NUMBER})(?! {_FULL}{UNIT}\b)"
    rf"|(?: {AND}| ,)? (?P<more>{NUMBER}|(?<=and )an?|(?<=n )an?) (?P<more_unit>{UNIT})\b(?! (?:old|ago)))?"
)
# Spans of time in other shapes: a pattern with a unit, and how many of it, where the pattern has no "n".
_OTHER_SHAPES: tuple[tuple[re.Pattern[str], float | None], ...] = (
    (re.compile(rf"\b(?:(?:the|this|these) )?(?:(?:past|last) )?(?P<unit>week|month|year) {AND} (?:an? )?half\b"), 1.5),
    (re.compile(rf"\b(?:(?:the|this|these) )?(?:(?:past|last) )?(?P<unit>week|month|year) {AND} an? bit\b"), 1.2),
    (re.compile(r"\b(?:the|this|these) (?:past|last) (?P<unit>week|fortnight|month|year|decade)\b"), 1.0),
    (re.compile(r"\b(?:the|this|these) (?P<unit>week|fortnight|month|year|decade) (?:past|gone)\b"), 1.0),
    (re.compile(rf"\b(?P<unit>{UNIT})\b[^\d]*\b(?:more like|make (?:it|that)|or rather) (?P<n>{NUMBER})(?! {_FULL}{UNIT}\b)"), None),
    (re.compile(r"\b(?P<unit>day|week|month|year) (?P<n>\d+)\b(?! (?:times|of (?:my|the|her) (?:cycle|course|antibiotics)|of pregnancy))"), None),
    (re.compile(r"\b(?P<n>\d+) (?:st|nd|rd|th) (?:consecutive |straight )?(?P<unit>day|night|week|month|year)\b"), None),
    (re.compile(r"(?<!\d )(?<!\ba )(?<!next )\b(?P<unit>fortnight)\b"), 1.0),
    # "for weeks": a few
    (re.compile(r"\b(?:for|been|it's been|its been|like|literally)(?: (?:like|about|literally|many|whole))* (?P<unit>day|week|month|year)\b(?= |$)(?! (?:old|of))"), 3.0),
    (re.compile(r"(?<!\d )(?<!\ba )\b(?P<unit>day|week|month|year) (?:now|on end)\b"), 3.0),
)  # fmt: skip
_EACH = re.compile(r"\b(?:every|each|per)(?: other)? $")  # "every 2 days" is how often
# "i am 63 years", "pregnant, 22 weeks" are no spans of time of the trouble
_AGE = re.compile(
    r"\b(?:(?:i am|im|i'm|i 'm|he is|she is|he's|she's|hes|shes|aged?|turning|turned)(?: only| just| nearly| about)?"
    r"|pregnant(?: ,)?(?: at| with)?) $"
)
# As clinicians write: 10/7 is ten days, 3/52 three weeks, 2/12 two months.
_CLINICAL = re.compile(r"(?<![\w/.])(?P<n>\d+) / (?P<of>7|52|12)\b(?= (?:ago|history|hx|now|duration))")
_CLINICAL_UNIT = {"7": "day", "52": "week", "12": "month"}


@dataclass(frozen=True)
class Span:
    """A span of time in a normalised message: where it stands, its days, and its shape ("counted", "the last" ...)."""

    start: int
    end: int
    days: float
    shape: str


def spans_of(text: str, today: date) -> list[Span]:
    """The spans of time in a normalised message, in order, none inside another."""
    found = {(s.start, s.end): s for s in (*_anchored(text, today), *_counted(text))}
    return [
        span
        for (start, end), span in sorted(found.items())
        if not any(s <= start and end <= e and e - s > end - start for s, e in found)
    ]


def _counted(text: str) -> Iterator[Span]:
    """Spans of time that are counted."""
    for match in _COUNTED.finditer(text):
        one = match["one"] or ""
        before = text[: match.start()]
        if (
            one in ("the", "this")
            or _EACH.search(before)
            or (match["unit"] in ("year", "week") and _AGE.search(before))
        ):
            continue
        unit = DAYS_OF[match["unit"]]
        days, end = quantity(match) * unit, match.end()
        if match["and_part"]:
            days += unit * (0.2 if match["and_part"].endswith("bit") else 0.5)
        if match["or_more"]:
            days = (days + float(match["or_more"]) * unit) / 2
        if match["more"]:
            more = number(match["more"]) * DAYS_OF[match["more_unit"]]
            joined = "," not in match.group() or not one  # "not even a week, 3 days" are two
            if more < unit and joined:  # "a year and three months"
                days += more
            else:  # "six weeks, 45 days": said twice
                yield Span(match.start("more"), end, more, "counted")
                end = match.end("unit")
        yield Span(match.start(), end, days, "one" if one else "loose" if match["loose"] else "counted")
    for i, (pattern, times) in enumerate(_OTHER_SHAPES):
        for match in pattern.finditer(text):
            many = float(match["n"]) if times is None else times
            start = match.start("n") if "more like" in match.group() else match.start()
            yield Span(start, match.end(), many * DAYS_OF[match["unit"]], f"shape {i}")
    for match in _CLINICAL.finditer(text):
        days = float(match["n"]) * DAYS_OF[_CLINICAL_UNIT[match["of"]]]
        yield Span(match.start(), match.end(), days, "counted")


def _anchored(text: str, today: date) -> Iterator[Span]:
    """Spans of time that are told by their beginning: a day of the calendar."""
    for word in re.finditer(r"(?:^|(?<= ))\S+", text):
        start = word.start()
        length, days = max(_days(text[start:], today), default=(0, 0.0), key=lambda found: found[0])
        if not length:
            continue
        if text[start : start + length].split()[-1] in _LONG:  # its middle, unless they say which end
            part = _PART_OF.search(text[:start])
            days += 0 if not part else 12 if part["early"] else -14
        yield Span(start, start + length, max(days, 0.0), "day")


# -- days of the calendar ------------------------------------------------------------------------

_YEAR_SAID = r"(?P<year>20\d\d|19\d\d)"
_MONTH_SAID = rf"(?P<month>{any_of(MONTH)})"
_DATES = (
    re.compile(rf"(?:the )?(?:(?P<day>1) st|first) (?:of )?{_MONTH_SAID}\b(?: {_YEAR_SAID})?"),
    re.compile(rf"(?:the )?(?P<day>\d+) ?(?:st|nd|rd|th)? (?:of )?{_MONTH_SAID}\b(?: {_YEAR_SAID})?"),
    re.compile(rf"{_MONTH_SAID} (?:the )?(?P<day>\d{{1,2}})(?: (?:st|nd|rd|th))?\b(?! {UNIT})(?: ,? ?{_YEAR_SAID})?"),
    re.compile(rf"(?P<day>\d{{1,2}}) [/.-] (?P<number>\d{{1,2}})(?: [/.-] (?P<year>\d{{2,4}}))?(?! {UNIT}\b)"),
    re.compile(
        r"(?:the )?(?P<day>\d{1,2}) (?:st|nd|rd|th)\b(?! (?:time|one|day|week|month|year|trimester|baby|grade|century))"
    ),
)
_MONTHS = re.compile(rf"(?:last )?{_MONTH_SAID}\b(?: (?:of )?(?P<year>20\d\d|19\d\d|last year|this year))?(?! \d)")
_SEASONS = re.compile(rf"(?:last |the |this |early |late )*(?P<season>{any_of(WORDS['seasons'])})\b(?: {_YEAR_SAID})?")
_LONG = frozenset([*MONTH, *WORDS["seasons"]])
_PART_OF = re.compile(r"\b(?:(?P<early>early|start of|beginning of)|late|end of)(?: in)?(?: the| last)? $")
_YEARS = re.compile(rf"{_YEAR_SAID}\b")
_NEAR_DAYS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"(?:the )?day before yesterday\b"), 2.0),
    (re.compile(r"(?:yesterday|yday)(?: (?:arvo|morning|afternoon|evening|night|lunchtime))?\b|last (?:night|evening)\b|the night before\b"), 1.0),
    (re.compile(r"(?:the )?other (?:day|night|evening)\b"), 3.0),
    (re.compile(rf"(?:{any_of(WORDS['today'])}|\d{{1,2}}(?: [:.] \d\d)? ?(?:am|pm|o'clock|a\.m|p\.m|this morning))\b"), 0.0),
)  # fmt: skip
_WEEK_OF_MONTH = re.compile(
    rf"(?:the )?(?P<which>1 st|first|2 nd|second|3 th|3 rd|last|final) week (?:of|in) {_MONTH_SAID}\b"
)
_MIDDLE_OF_WEEK = {"1 st": 4, "first": 4, "2 nd": 11, "second": 11, "3 th": 18, "3 rd": 18, "last": 27, "final": 27}
_BEFORE_ANOTHER = re.compile(rf"{QUANTITY} {_FULL}(?P<unit>{UNIT}) before ")
_WEEK_LAST = re.compile(r"(?:a |the )?week (?:last|ago|past) (?:on )?(\w+)\b")
_BEFORE_LAST = re.compile(r"(?:the )?(\w+) before last\b")
_WEEKEND = re.compile(r"(?:all )?(?:this |the |last )?(?:past )?weekend\b")
_LAST_UNIT = re.compile(r"(?:the )?(?:last|past|previous) (week|month|year|fortnight)\b")
_THIS_UNIT = re.compile(r"(?:earlier )?(?:this|the) (week|month|year)\b")
_PART_OF_UNIT = re.compile(
    r"(?:the )?(?:(?P<end>(?:(?:back|tail) )?end)|(?P<middle>middle)|start|beginning) of (?P<last>last|the|this) (?P<unit>week|month|year)\b"
)
_WEEKDAY_WEEK = re.compile(r"(?:last )?(\w+) week\b")  # "since sunday week"
_WEEKDAYS = re.compile(
    r"(?:last |the |this )?(\w+)(?: (?:just gone|gone|last|morning|night|evening|afternoon|lunchtime))*\b"
)


def _days(text: str, today: date) -> Iterator[tuple[int, float]]:
    """How much of the beginning of a text is a day, and how many days ago that was."""
    for pattern, days in _NEAR_DAYS:
        if match := pattern.match(text):
            yield match.end(), days
    if match := _BEFORE_ANOTHER.match(text):
        for length, days in _days(text[match.end() :], today):
            yield match.end() + length, days + quantity(match) * DAYS_OF[match["unit"]]
            return
    if (match := _WEEK_LAST.match(text)) and match[1] in WEEKDAY:
        yield match.end(), 7.0 + _back_to(match[1], today)
    if match := _BEFORE_LAST.match(text):
        if match[1] in WEEKDAY:
            yield match.end(), 7.0 + _back_to(match[1], today)
        elif match[1] in ("week", "month", "year", "weekend"):
            yield match.end(), 1.5 * DAYS_OF[match[1]]
    if match := _WEEK_OF_MONTH.match(text):
        yield from _if_any(match.end(), _since(None, MONTH[match["month"]], _MIDDLE_OF_WEEK[match["which"]], today))
    if match := _WEEKEND.match(text):
        yield match.end(), float((today.weekday() - 5) % 7)
    if (match := _LAST_UNIT.match(text)) and not text[match.end() :].startswith(" of "):
        yield match.end(), DAYS_OF[match[1]]
    begun = {"week": today.weekday(), "month": today.day - 1, "year": today.timetuple().tm_yday - 1}
    if match := _THIS_UNIT.match(text):
        yield match.end(), max(1.0, begun[match[1]] / (2 if match[1] == "year" else 1))
    if match := _PART_OF_UNIT.match(text):
        to_its_end = 0.08 if match["end"] else 0.5 if match["middle"] else 0.95
        days = (
            DAYS_OF[match["unit"]] * to_its_end if match["last"] == "last" else -begun[match["unit"]] * (1 - to_its_end)
        )
        yield match.end(), begun[match["unit"]] + days
    if (match := _WEEKDAY_WEEK.match(text)) and match[1] in WEEKDAY:
        yield match.end(), 7.0 + _back_to(match[1], today)
    if (match := _WEEKDAYS.match(text)) and match[1] in WEEKDAY:
        yield match.end(), _back_to(match[1], today)
    yield from _calendar(text, today)


def _back_to(weekday: str, today: date) -> float:
    """Days since the last such day, from 1 to 7."""
    return float((today.weekday() - WEEKDAY[weekday] - 1) % 7 + 1)


def _calendar(text: str, today: date) -> Iterator[tuple[int, float]]:
    """Dates, months, feasts, seasons and years."""
    for pattern in _DATES:
        if match := pattern.match(text):
            got = match.groupdict()
            month = MONTH[got["month"]] if got.get("month") else int(got.get("number") or today.month)
            year = int(got["year"]) if got.get("year") else None
            year = year + 2000 if year and year < 100 else year
            yield from _if_any(match.end(), _since(year, month, int(got["day"] or 1), today))
    if match := _MONTHS.match(text):
        said, month = match["year"] or "", MONTH[match["month"]]
        if not said and month == today.month and not text.startswith("last"):
            yield match.end(), (today.day - 1) / 2
        else:
            years = {"": None, "last year": today.year - 1, "this year": today.year}
            yield from _if_any(match.end(), _since(years[said] if said in years else int(said), month, 15, today))
    if match := _feast_said(today).match(text):
        yield match.end(), float((today - _feasts(today)[match["feast"]]).days)
    if match := _SEASONS.match(text):
        year = int(match["year"]) if match["year"] else None
        yield from _if_any(match.end(), _since(year, int(WORDS["seasons"][match["season"]]), 15, today))
    if match := _YEARS.match(text):
        yield from _if_any(match.end(), _since(int(match["year"]), 7, 1, today))


def _if_any(length: int, days: float | None) -> Iterator[tuple[int, float]]:
    if days is not None:
        yield length, days


def _since(year: int | None, month: int, day: int, today: date) -> float | None:
    """Days since a date; without a year, the last time that it was. None for what is no date, or to come."""
    for y in (year,) if year else (today.year, today.year - 1):
        then = _date(y, month, day) or _date(y, day, month)  # 11/23 is the American way
        if then is None:
            return None
        if then <= today:
            return float((today - then).days)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=2)
def _feast_said(today: date) -> re.Pattern[str]:
    return re.compile(
        rf"(?:last |the |this |st (?:\. )?|saint )*(?P<feast>{any_of(_feasts(today))})"
        r"(?:'s| 's| s|s)?(?: (?:sunday|day|eve|last year))*\b"
    )


@lru_cache(maxsize=2)
def _feasts(today: date) -> dict[str, date]:
    """When each feast was last, by its name in small letters without "day"."""
    years = (today.year - 1, today.year)
    found: dict[str, date] = {}
    for country in WORDS["feast_countries"]:
        last: dict[str, date] = {}
        nation, _, part = country.partition("-")
        known = holidays.country_holidays(nation, part or None, years=years, language="en_US")
        for day, names in sorted(known.items()):
            for name in names.lower().replace("'s", "").replace("’s", "").split("; "):
                key = " ".join(re.sub(r"\(.*?\)|\b(?:day|saint|sunday)\b|[^a-z ]", " ", name).split())
                if len(key) > 3 and day <= today and key not in MONTH:
                    last[key] = day
        found = {**last, **found}
    for name, dates in WORDS["feasts"].items():
        said = [tuple(map(int, d.split("-"))) for d in dates.split()]
        found[name] = max(day for y in years for m, d in said if (day := date(y, m, d)) <= today)
    clocks = {m: max(d for y in years if (d := _last_sunday(y, m)) <= today) for m in (3, 10)}
    found |= {"clocks went back": clocks[10], "clocks changed": clocks[10], "clocks went forward": clocks[3]}
    aliases = {
        "easter": "easter monday",
        "labour": "labor",
        "ramadan": "eid al fitr",
    }  # spelling is mended to the British
    found |= {name: found[known] for name, known in aliases.items() if known in found}
    return found


def _last_sunday(year: int, month: int) -> date:
    """When the clocks change in Europe."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
