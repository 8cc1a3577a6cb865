"""Since when: the spans of time in a message, in days.

A span is counted ("3 wks", "a month and a half") or told by its beginning ("since thursday", "started in march").
Of several the one that is best marked as telling since when is taken. The days of feasts that move come from
the package holidays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from knowledge.quantities import AND, DAYS_OF, MONTH, NUMBER, QUANTITY, UNIT, WEEKDAY, WORDS, any_of, number, quantity

# How surely a span tells since when. One that is not marked ("calf, 3 weeks") weighs least.
PLAIN, TOLD_AGO, MARKED, SINCE, CONCLUDED = 1, 2, 3, 4, 5
SENTENCE_ENDS = ".!?,;\n"
NEW_SUBJECT = r" (?:and|but|n|so) (?:you|we|they|my|the|his|her|it|i|i've|ive|now|both|then)\b"
_SHORT_ANSWER = 6  # words up to which a message may be nothing but a day

_FULL = r"(?:whole |full |solid |good |long |straight |odd |consecutive |more |bloody |fucking |- |or so |ish |all of |of )*"
_PERIOD = any_of([*WORDS["units"], "shift", "morning", "evening"])
_COUNTED = re.compile(
    rf"(?<![\w/.]){QUANTITY} {_FULL}(?P<unit>{UNIT})\b"
    rf"(?:(?P<and_part>(?: or so)? {AND} (?:an? )?(?:half|bit))\b"
    rf"| or (?P<or_more>{NUMBER})(?! {_FULL}{UNIT}\b)"
    rf"|(?: {AND}| ,)? (?P<more>{NUMBER}|(?<=and )an?|(?<=n )an?) (?P<more_unit>{UNIT})\b(?! (?:old|ago)))?"
)
_NOT_BEFORE = re.compile(rf"^(?: -)? {any_of(WORDS['not_before'])}\b|^ (?:a|an|per|each|every|/) {_PERIOD}\b")
_NOT_AFTER = re.compile(rf"\b(?<!there ){any_of(WORDS['not_after'])} $")
_BETWEEN_BEFORE = any_of(WORDS["between_mark_and_time"])
_MARK_BEFORE = re.compile(rf"\b{any_of(WORDS['marks_before'])}(?: {_BETWEEN_BEFORE})* $")
_BETWEEN_AFTER = any_of(WORDS["between_time_and_mark"])
_MARK_AFTER = re.compile(rf"^(?: {_BETWEEN_AFTER})* (?:{any_of(WORDS['marks_after'])}(?!\w)|in(?= ?[.,!?;]|$))")
_AGO = re.compile(rf"^(?: (?:or so|or more|or thereabouts|or something))?(?: -? ?ish)? {any_of(WORDS['ago'])}\b")
_MAYBE = re.compile(rf"(?:^|[.,;!?(-] |\b\w+ing |\b{any_of(WORDS['maybe'])} )$")
_WHOSE = re.compile(rf"\b{any_of(WORDS['persons'])}(?: ,| is| 's)? $")
_OTHER_STATE = re.compile(rf"\b{any_of(WORDS['other_states'])}\b[^.!?]*$")
_TOLD_OF_OTHERS = re.compile(r" (?:i've|ive|i have|i 've|we've|he's|she's|that i) (?:been )?(?!twitch|had (?:this|it))")
_IT_IS = re.compile(r"\b(?:it's|its|it 's|it is|twitch is|thing is)(?: (?:only|about|just|maybe|like))* $")
_GOING_ON = re.compile(r"\b(?:been|past|last|now|ever since|hasnt|hasn't)\b[^.!?,]*$")
_SAID = re.compile(r"\b(?:said|say|told|asked|wrote)\b[^.!?]*$")
_DENIED = re.compile(r"\b(?:not|isnt|is n't|isn't|wasnt|never)(?: (?:even|just|as long as|only|in|the|like))* $")
_SO = re.compile(
    r"\bso(?: (?:about|like|that's|thats|that 's|its|it's|roughly|maybe|say|nigh on))* $"
)  # "since thursday so four days"
_RATE = re.compile(r"(?:\d|times|once|twice|\d [a-z]+) $")
_BEGAN = re.compile(rf"\b{any_of(WORDS['began'])}\b[^.?!]*$")
_LEAD = re.compile(rf"\b(?P<lead>{any_of(WORDS['leads'])}) ")
_FILLER = re.compile(rf"(?:{any_of(WORDS['fillers'])}|\d{{1,2}}(?= on )) ")
_WHAT_IT_IS_SINCE = re.compile(r"(?:[a-z0-9']+ ){1,5}?(?:in|on|at)(?: \w+)?? (?=\w)")
_THEN = re.compile(rf"\bsince(?= ?[.,!?]| ?$)|\b{any_of(WORDS['then'])}\b")
_CORRECTION = re.compile(rf"\b{any_of(WORDS['corrections'])}(?!\w)")
_NOTHING_BUT = re.compile(
    r"(?:erm|um|uh|well|oh|probably|maybe|about|around|i think|it was|like|on|in|the|just|only|roughly| |,)*(?P<day>.+?)"
    r"(?: (?:i think|maybe|ish|- ish|or so|i guess|ago))*[ .?!]*"
)
_DAY_SAID = re.compile(
    r"\b(?:the other (?:day|night|evening|week)|(?:the )?day before yesterday|yesterday(?: \w+)?|last night|this week|"
    r"this month|this year|this morning|this afternoon|this evening|today|tonight|a week last \w+|"
    r"\w+ before last|last (?:week|month|year|weekend))\b"
)
# Spans of time in other shapes: a pattern with a unit, how many of it, and how surely it tells since when.
_OTHER_SHAPES: tuple[tuple[re.Pattern[str], float | None, int], ...] = (
    (re.compile(rf"(?<![\w] )(?<!\w)(?P<unit>week|month|year) {AND} an? half\b"), 1.5, MARKED),
    (re.compile(rf"(?<![\w] )(?<!\w)(?P<unit>week|month|year) {AND} an? bit\b"), 1.2, MARKED),
    (re.compile(r"\b(?:the|this|these) (?:past|last) (?P<unit>week|fortnight|month|year|decade)\b"), 1.0, MARKED),
    (re.compile(r"\b(?:the|this|these) (?P<unit>week|fortnight|month|year|decade) (?:past|gone)\b"), 1.0, MARKED),
    (re.compile(rf"\b(?P<unit>{UNIT})\b[^\d]*\b(?:more like|make (?:it|that)|or rather) (?P<n>{NUMBER})(?! {_FULL}{UNIT}\b)"), None, MARKED),
    (re.compile(r"\b(?P<unit>day|week|month|year) (?P<n>\d+)\b(?! (?:times|of (?:my|the|her) (?:cycle|course|antibiotics)|of pregnancy))"), None, MARKED),
    (re.compile(r"\b(?P<n>\d+) (?:st|nd|rd|th) (?P<unit>day|night|week|month|year)\b(?! (?:of (?:my |the |her )?(?:pregnancy|cycle)|pregnan|on the trot))"), None, MARKED),
    # "for weeks": a few
    (re.compile(r"\b(?:for|been|it's been|its been|like|literally)(?: (?:like|about|literally|many|whole))* (?P<unit>day|week|month|year)\b(?= |$)(?! (?:old|of))"), 3.0, PLAIN),
    (re.compile(r"(?<!\d )\b(?P<unit>day|week|month|year) (?:now|on end)\b"), 3.0, PLAIN),
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A span of time in a normalised message: where it stands, its days, and how surely it tells since when."""

    start: int
    end: int
    days: float
    weight: int


def spans_of(text: str, today: date) -> list[Span]:
    """The spans of time in a normalised message that may tell since when, none inside another."""
    found = [*_counted(text), *_anchored(text, today)]
    return [
        s
        for s in found
        if not any(o.start <= s.start and s.end <= o.end and o.end - o.start > s.end - s.start for o in found)
    ]


def corrected_after(text: str, first: Span, then: Span) -> bool:
    """Whether words between two spans take the first back ("3 weeks, no wait, a month")."""
    return then.start > first.start and bool(_CORRECTION.search(text[first.end : then.start]))


def _clause_before(text: str, at: int) -> str:
    """The words before a place, up to a stop, or to where another is spoken of ("... and my lid")."""
    clause = text[max(text.rfind(c, 0, at) for c in SENTENCE_ENDS) + 1 : at]
    return re.split(NEW_SUBJECT, clause)[-1]


def _counted(text: str) -> Iterator[Span]:
    """Spans of time that are counted."""
    for match in _COUNTED.finditer(text):
        before, after, unit, one = text[: match.start()], text[match.end() :], match["unit"], match["one"] or ""
        ago = bool(_AGO.search(after))
        marked = bool(_MARK_BEFORE.search(before) or _MARK_AFTER.search(after) or (ago and _BEGAN.search(before)))
        if unit in ("minute", "hour") and not ago and not _MARK_AFTER.search(after) and not _GOING_ON.search(before):
            marked = False  # "stops for an hour" tells of one bout
        if _is_no_span(match, before, after) or (
            not marked and not ago and not _SO.search(before) and not _may_stand_alone(match, before, text)
        ):
            continue
        days = quantity(match) * DAYS_OF[unit]
        if match["and_part"]:
            days += DAYS_OF[unit] * (0.2 if match["and_part"].endswith("bit") else 0.5)
        if match["or_more"]:
            days = (days + float(match["or_more"]) * DAYS_OF[unit]) / 2
        if match["more"]:
            days += number(match["more"]) * DAYS_OF[match["more_unit"]]
        if one not in ("the", "this"):
            weight = CONCLUDED if _SO.search(before) else MARKED if marked else TOLD_AGO if ago else PLAIN
            yield Span(match.start(), match.end(), days, weight)
    for pattern, times, weight in _OTHER_SHAPES:
        for match in pattern.finditer(text):
            many = float(match["n"]) if times is None else times
            start = match.start("n") if "more like" in match.group() else match.start()
            yield Span(start, match.end(), many * DAYS_OF[match["unit"]], weight)


def _is_no_span(match: re.Match[str], before: str, after: str) -> bool:
    """Whether it is an age, a rate, one bout, or how long they have lived otherwise."""
    one = match["one"] or ""
    new = after.startswith(" old") and _IT_IS.search(before)  # "it's only 3 days old"
    return bool(
        (_NOT_BEFORE.search(after) and not new)
        or _NOT_AFTER.search(before)
        or _TOLD_OF_OTHERS.match(after)
        or (one in ("a", "an") and _RATE.search(before))
        or (match["unit"] in ("night", "day") and one.startswith(("all", "a good", "a full", "a whole", "whole")))
        or _OTHER_STATE.search(_clause_before(before, len(before)))
        or _DENIED.search(before)
        or (_AGO.search(after) and _SAID.search(before))
    )


def _may_stand_alone(match: re.Match[str], before: str, text: str) -> bool:
    """Whether a span that nothing marks may tell since when all the same."""
    single = match["one"] in ("a", "an") and not (match["and_part"] or match["or_more"])
    brief = match["unit"] in ("minute", "hour")
    return not (
        (single and not _MAYBE.search(before))
        or (brief and text.strip(" .!?") != match.group())
        or _WHOSE.search(before)
    )


def _anchored(text: str, today: date) -> Iterator[Span]:
    """Spans of time that are told by their beginning."""
    for match in _LEAD.finditer(f"{text} "):
        if not _OTHER_STATE.search(_clause_before(text, match.start())):
            weight = SINCE if "since" in match["lead"] else MARKED
            yield from _first_day(text, match.start(), match.end(), weight, today)
    if _THEN.search(text):  # "had covid in august and it's been popping since"
        for match in re.finditer(r"\b(?:in|on|at|over|had) ", text):
            yield from _first_day(text, match.start(), match.end(), TOLD_AGO, today)
    start = 0
    for sentence in re.split(r"(?<=[.!?]) ", text):  # an answer that is nothing but a day
        whole = _NOTHING_BUT.fullmatch(sentence)
        if whole and len(sentence.split()) <= _SHORT_ANSWER:
            for length, days in _days(whole["day"], today):
                if length >= len(whole["day"]) - 2:
                    yield Span(start + whole.start("day"), start + whole.start("day") + length, days, TOLD_AGO)
                    break
        start += len(sentence) + 1
    for match in _DAY_SAID.finditer(text):
        sentence_end = re.search(r"[.?!]|$", text[match.end() :])
        rest = text[match.end() : match.end() + (sentence_end.start() if sentence_end else 0)]
        if _BEGAN.search(text[: match.start()][-100:]) or re.search(rf"\b{any_of(WORDS['onsets'])}\b", rest):
            for length, days in _days(match.group(), today):
                yield Span(match.start(), match.start() + length, days, TOLD_AGO)
                break


def _first_day(text: str, start: int, at: int, weight: int, today: date) -> Iterator[Span]:
    """The day that stands after a lead, over small words, or over what it is since ("since his op in june")."""
    lead_end = at
    for _ in range(6):
        for length, days in _days(text[at:], today):
            if text[at : at + length].split()[-1] in (
                *MONTH,
                *WORDS["seasons"],
            ):  # its middle, unless they say which end
                said = text[lead_end:at]
                days += 12 if re.search("early|start|beginning", said) else -12 if re.search("late|end", said) else 0
            yield Span(start, at + length, max(days, 0.0), weight)
            return
        filler = _FILLER.match(text, at)
        if not filler and "since" in text[start:lead_end]:
            filler = _WHAT_IT_IS_SINCE.match(text, at)
        if not filler:
            return
        at = filler.end()


# -- days of the calendar ------------------------------------------------------------------------

_YEAR_SAID = r"(?P<year>20\d\d|19\d\d)"
_MONTH_SAID = rf"(?P<month>{any_of(MONTH)})"
_DATES = (
    re.compile(rf"(?:the )?(?P<day>\d+) ?(?:st|nd|rd|th)? (?:of )?{_MONTH_SAID}\b(?: {_YEAR_SAID})?"),
    re.compile(rf"{_MONTH_SAID} (?:the )?(?P<day>\d{{1,2}})(?: (?:st|nd|rd|th))?\b(?! {UNIT})(?: ,? ?{_YEAR_SAID})?"),
    re.compile(rf"(?P<day>\d{{1,2}}) [/.-] (?P<number>\d{{1,2}})(?: [/.-] (?P<year>\d{{2,4}}))?(?! {UNIT}\b)"),
    re.compile(
        r"(?:the )?(?P<day>\d{1,2}) (?:st|nd|rd|th)\b(?! (?:time|one|day|week|month|year|trimester|baby|grade|century))"
    ),
)
_MONTHS = re.compile(rf"(?:last )?{_MONTH_SAID}\b(?: (?:of )?(?P<year>20\d\d|19\d\d|last year|this year))?(?! \d)")
_SEASONS = re.compile(rf"(?:last |the |this |early |late )*(?P<season>{any_of(WORDS['seasons'])})\b(?: {_YEAR_SAID})?")
_NEAR_DAYS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"(?:the )?day before yesterday\b"), 2.0),
    (re.compile(r"yesterday(?: (?:morning|afternoon|evening|night|lunchtime))?\b|last (?:night|evening)\b|the night before\b"), 1.0),
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
_WEEKEND = re.compile(r"(?:this |the |last )?(?:past )?weekend\b")
_LAST_UNIT = re.compile(r"(?:the )?(?:last|past|previous) (week|month|year|fortnight)\b")
_THIS_UNIT = re.compile(r"(?:earlier )?(?:this|the start of the|the) (week|month|year)\b")
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
    if match := _THIS_UNIT.match(text):
        begun = {"week": today.weekday(), "month": today.day - 1, "year": today.timetuple().tm_yday / 2}
        yield match.end(), float(max(1, begun[match[1]]))
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
            yield from _if_any(match.end(), _since(year, month, int(got["day"]), today))
    if match := _MONTHS.match(text):
        said, month = match["year"] or "", MONTH[match["month"]]
        if not said and month == today.month and not text.startswith("last"):
            yield match.end(), (today.day - 1) / 2
        else:
            years = {"": None, "last year": today.year - 1, "this year": today.year}
            yield from _if_any(match.end(), _since(years[said] if said in years else int(said), month, 15, today))
    feasts = _feasts(today)
    feast = rf"(?:last |the |this |st (?:\. )?|saint )*(?P<feast>{any_of(feasts)})(?:'s| 's| s|s)?(?: (?:sunday|day|eve|last year))*\b"
    if match := re.match(feast, text):
        yield match.end(), float((today - feasts[match["feast"]]).days)
    if match := _SEASONS.match(text):
        year = int(match["year"]) if match["year"] else None
        yield from _if_any(match.end(), _since(year, int(WORDS["seasons"][match["season"]]), 15, today))
    if match := re.match(rf"{_YEAR_SAID}\b", text):
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
    for name, month_and_day in WORDS["feasts"].items():
        month, number_of_day = map(int, month_and_day.split("-"))
        found[name] = max(d for y in years if (d := date(y, month, number_of_day)) <= today)
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
