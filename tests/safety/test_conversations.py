"""A danger sign at every step of every flow, with real servers; and what comes after it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.bot import Bot

DANGER = "one side of my face has dropped and my words come out wrong"
# What people do before it, one list for each flow.
FLOWS = {
    "at the start": [],
    "after hello": ["hi"],
    "after a question": ["can coffee make my eyelid twitch?"],
    "after more": ["can coffee make my eyelid twitch?", "tell me more"],
    "after the source": ["does magnesium help?", "says who?"],
    "after telling": ["my calf has twitched for three days"],
    "after thanks": ["what is a twitch?", "thanks"],
    "after a complaint": ["you are useless"],
    "after something else": ["who won the football?"],
    "after yes": ["what can help?", "yes"],
    "after no": ["what can help?", "no"],
    "after starting again": ["my grip has got weaker since spring", "start again"],
    "after worry": ["i'm so scared it's als"],
    "after goodbye": ["bye"],
}


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    running = Bot()
    yield running
    running.stop()


def talk(bot: Bot, *messages: str) -> list[tuple[str, dict[str, Any]]]:
    sender = uuid.uuid4().hex
    return [bot.say(m, sender) for m in messages]


@pytest.mark.parametrize("before", FLOWS.values(), ids=FLOWS.keys())
def test_danger_comes_first_at_every_step(bot: Bot, before: list[str]) -> None:
    text, found = talk(bot, *before, DANGER)[-1]
    assert text.startswith("Call 999, 911, 112 or 000 now")
    assert found["care_level"] == "emergency"
    assert found["statements"] == []


@pytest.mark.parametrize(
    "after", ["just kidding lol", "it's gone now, forget it", "ok", "no", "it was probably the coffee"]
)
def test_nothing_said_later_lowers_it(bot: Bot, after: str) -> None:
    _, (text, found) = talk(bot, DANGER, after)
    assert found["care_level"] == "emergency"
    assert "call 999, 911, 112 or 000 now" in text.lower()


def test_a_lesser_sign_later_gets_the_emergency_text_still(bot: Bot) -> None:
    *_, (text, found) = talk(bot, DANGER, "and my pee is dark brown after the gym")
    assert text.startswith("Call 999")
    assert found["care_level"] == "emergency"


def test_who_turns_back_is_answered_after_one_reminder(bot: Bot) -> None:
    _, first, second = talk(bot, DANGER, "can coffee make an eyelid twitch?", "does stress make muscles twitch?")
    assert first[0].lower().find("call 999") < first[0].find("caffeine")
    assert first[1]["statements"]
    assert "call 999" not in second[0].lower().split("\n")[0]
    assert second[1]["care_level"] == "emergency"


def test_starting_again_ends_it(bot: Bot) -> None:
    *_, (_, found) = talk(bot, DANGER, "start again", "what is a muscle twitch?")
    assert found["care_level"] is None


def test_body_and_mind_in_danger_get_both(bot: Bot) -> None:
    [(text, found)] = talk(bot, "my face has dropped on one side. i want to kill myself")
    assert text.startswith("Call 999")
    assert "Samaritans" in text
    assert found["care_level"] == "emergency"


def test_a_carer_is_spoken_to_as_one(bot: Bot) -> None:
    [(text, _)] = talk(bot, "dad suddenly can't speak and his face has dropped on one side")
    assert "Stay with them" in text


def test_a_level_holds_for_carers_too(bot: Bot) -> None:
    *_, (text, found) = talk(bot, "dad suddenly can't speak and his face has dropped", "and his pee is dark brown")
    assert text.startswith("Call 999")
    assert found["care_level"] == "emergency"


def test_no_kind_of_danger_silences_another(bot: Bot) -> None:
    *_, (text, found) = talk(bot, "i want to kill myself", "my pee is dark brown after the gym")
    assert text.startswith("Call 999")
    assert "Samaritans" in text
    assert found["care_level"] == "emergency"
    *_, (text, _) = talk(bot, DANGER, "i want to kill myself")
    assert text.startswith("Call 999")
    assert "Samaritans" in text
    [(text, _)] = talk(bot, "my husband hits me. now my face has dropped on one side")
    assert text.startswith("Call 999")
    assert "You deserve to be safe" in text


def test_the_country_that_a_person_names_is_used(bot: Bot) -> None:
    (noted, _), (text, found) = talk(bot, "i'm in australia", DANGER)
    assert "call 000 in an emergency" in noted
    assert text.startswith("Call 000 now")
    assert found["contacts"][0] == {"service": "emergency", "number": "000", "link": "tel:000"}


def test_a_need_for_help_soon_says_what_why_who_when_and_what_to_watch(bot: Bot) -> None:
    [(text, found)] = talk(bot, "over the last months my grip is getting weaker, i keep dropping things")
    assert found["care_level"] == "soon"
    for words in ("GP", "within days", "because you wrote", "If it gets worse"):
        assert words in text


def test_self_care_ends_with_the_safety_net_and_a_date(bot: Bot) -> None:
    [(text, found)] = talk(bot, "my eyelid has been twitching for three days, too much coffee")
    assert found["care_level"] == "self_care"
    assert "When to get help" in text
    assert "Two weeks from today is" in text


def test_the_same_fear_for_the_third_time_gets_the_loop_named(bot: Bot) -> None:
    turns = talk(bot, "is it als?", "but is it als though", "please just tell me is it als")
    assert "checking_loop.loop" in turns[-1][1]["statements"]
    assert "checking_loop.loop" not in turns[0][1]["statements"]


def test_a_new_sign_reopens_the_gate_in_the_loop(bot: Bot) -> None:
    *_, (text, found) = talk(bot, "is it als?", "but is it als though", "is it als, my hand has got weaker all year")
    assert found["care_level"] == "soon"
    assert "within days" in text
