"""Since when, how often, how much, on which side."""

from datetime import date
from functools import lru_cache

import pytest

from components.concept_extractor import ConceptExtractor, learned_weights
from knowledge import load_topic
from knowledge.measures import Measure, read_measures
from knowledge.reading import Found, Reader, phrases_of
from knowledge.since_when import Weights, read_examples
from tests.conftest import ROOT, TOPIC

TUESDAY = date(2026, 11, 24)


@lru_cache(maxsize=1)
def the_reader() -> Reader:
    return Reader(phrases_of(load_topic(TOPIC)))


@lru_cache(maxsize=1)
def the_weights() -> Weights:
    config = ConceptExtractor.get_default_config()
    written_on = date.fromisoformat(config["written_on"])
    return learned_weights(the_reader(), read_examples(ROOT / config["since_when"]), written_on, config["C"])


def read(text: str, today: date = TUESDAY) -> tuple[list[Found], list[Measure]]:
    return read_measures(the_reader(), text, today, the_weights())


def of_kind(text: str, kind: str) -> list[Measure]:
    return [m for m in read(text)[1] if m.kind == kind]


def days(text: str) -> float | None:
    found = of_kind(text, "duration")
    assert len(found) <= 1
    return float(found[0].value) if found else None


COUNTED = {
    "eylid wont stop jumpng, 3 wks now": 21,
    "calf has been at it for three and a half weeks": 24.5,
    "twitching 3-4 weeks": 24.5,
    "my lip, going on 3 yrs": 1095,
    "a couple of months, on and off": 60,
    "on and off for a yr": 365,
    "best part of a decade of this in my feet": 2920,
    "had it a fortnight": 14,
    "it's day 5 of this": 5,
    "knee, 36 hrs now": 1.5,
    "twitching for weeks": 21,
    "a year and three months of calf twitching": 455,
    "about a week and a half i think": 10.5,
    "the thumb has gone for the past month": 30,
}


@pytest.mark.parametrize(("text", "expected"), COUNTED.items())
def test_spans_that_are_counted(text: str, expected: float) -> None:
    assert days(text) == pytest.approx(expected, rel=0.02)


ANCHORED = {
    "since thursday": 5,
    "since last tuesday my calf jumps": 7,
    "my eye started twitching yesterday": 1,
    "since this morning": 0,
    "since halloween": 24,
    "since xmas": 334,
    "since diwali": 16,
    "since the 3rd": 21,
    "since 3rd october": 52,
    "started on oct 3": 52,
    "it began a week last friday": 11,
    "since his hernia op in june": 162,
    "since early october": 39 + 12 - 12 + 1,
    "had covid in september and my legs pop since then": 70,
    "since 2019": 2703,
    "since the clocks went back": 30,
}


@pytest.mark.parametrize(("text", "expected"), ANCHORED.items())
def test_spans_that_are_told_by_their_beginning(text: str, expected: float) -> None:
    assert days(text) == pytest.approx(expected, abs=13 if "early" in text else 1)


NO_SPAN = [
    "my mother is 66 years old and her leg shakes",
    "im 20 weeks pregnant and my calf jumps",
    "my son is 8 months and his chin quivers",
    "it lasts for 10 minutes at a time",
    "i run 3 times a week",
    "i see the gp in two weeks",
    "teetotal 11 years",
    "about 5 hours sleep a night",
    "seeing the doctor on thursday",
    "every 2 days",
]


@pytest.mark.parametrize("text", NO_SPAN)
def test_other_times_are_no_span(text: str) -> None:
    assert days(text) is None


def test_a_correction_counts() -> None:
    assert days("three weeks, no wait, a month") == 30
    assert days("since thursday so four days") in (4, 5)


def test_the_words_are_the_persons_own() -> None:
    text = "Eyelid jumping. 3 wks now!"
    found = of_kind(text, "duration")[0]
    assert text[found.start : found.end] == found.text == "3 wks"


def test_the_days_depend_on_today_alone() -> None:
    later = read("since thursday", date(2026, 11, 27))[1]
    assert later[0].value == 1.0
    assert read("since thursday") == read("since thursday")


FREQUENCIES: dict[str, tuple[float | str, str | None]] = {
    "about 20 times a day": (20.0, "day"),
    "every 10 minutes": (6.0, "hour"),
    "twice a week": (2.0, "week"),
    "my leg twitches non stop": ("constant", None),
    "it comes and goes": ("on_and_off", None),
    "every other day": (3.5, "week"),
}


@pytest.mark.parametrize(("text", "expected"), FREQUENCIES.items())
def test_how_often(text: str, expected: tuple[float | str, str | None]) -> None:
    assert [(m.value, m.per) for m in of_kind(text, "frequency")] == [expected]


AMOUNTS: dict[str, tuple[float, str, str | None, str | None]] = {
    "6 cans a day": (6.0, "can", "day", None),
    "2 monsters a day": (2.0, "monster", "day", "cause.caffeine"),
    "three cups of coffee every morning": (3.0, "cup", "morning", "cause.caffeine"),
    "half a bottle of wine most nights": (0.5, "bottle", "night", "cause.alcohol"),
    "4 hours of sleep": (4.0, "hour", "night", "cause.sleep_loss"),
    "400 mg magnesium": (400.0, "mg", None, "remedy.magnesium_supplement"),
}


@pytest.mark.parametrize(("text", "expected"), AMOUNTS.items())
def test_how_much(text: str, expected: tuple[float, str, str | None, str | None]) -> None:
    found = of_kind(text, "amount")
    assert [(m.value, m.unit, m.per) for m in found] == [expected[:3]]
    if expected[3] and not expected[3].endswith("sleep_loss"):
        assert found[0].of == expected[3]


SIDES: dict[str, list[str]] = {
    "left one, bottom lid": ["left"],
    "my right calf": ["right"],
    "both eyelids": ["both"],
    "on the left": ["left"],
    "it was there right now": [],
    "yep thats right": [],
    "i left my job": [],
    "not left, right. its the arm": ["right"],
}


@pytest.mark.parametrize(("text", "expected"), SIDES.items())
def test_which_side(text: str, expected: list[str]) -> None:
    assert [m.value for m in of_kind(text, "side")] == expected


def test_a_side_knows_its_part_of_the_body() -> None:
    assert of_kind("my right calf", "side")[0].of == "body.calf"


@pytest.mark.parametrize(
    ("text", "denied"), [("i get 4 hours sleep a night", False), ("i sleep 8 hours a night", True)]
)
def test_hours_of_sleep_speak_for_and_against_its_lack(text: str, denied: bool) -> None:
    assert [c.denied for c in read(text)[0] if c.id == "cause.sleep_loss"] == [denied]


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "1/2", "½", "since", "every", "3", "wk", "a" * 5000, "31/31/31", "since 99 october"]
)
def test_odd_texts_are_read_without_failing(text: str) -> None:
    read(text)
