"""Reaching a person: whom to call, and that nothing is sent without a plain yes to just what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import CareLevel, Memory, Mention, Reading, load_topic
from knowledge.hand_over import Desk, HandOver, Step, contact_in, hand_over, lapsed, outcome
from knowledge.replies import finish
from tests.conftest import FOREIGN, TOPIC

THE_TOPIC = load_topic(TOPIC)
DESK = Desk(("- Elm Street: 020 7946 0001",), "the team at Elm Street", "by tomorrow evening")
SUMMARY = ["Summary", "- Where: “left calf”"]
AGAIN = Memory(introduced=True)


class Talk:
    """A conversation about reaching a person; ``sent``: the contacts with which a message would have been sent."""

    def __init__(self, desk: Desk = DESK) -> None:
        self.desk, self.state, self.sent = desk, HandOver(), list[str]()

    def say(
        self, text: str, act: str = "nlu_fallback", level: CareLevel = CareLevel.ROUTINE, **more: Any
    ) -> Step | None:
        reading = Reading(act, text=text, **more)
        step = hand_over(THE_TOPIC, self.desk, self.state, reading, AGAIN, level, SUMMARY)
        if step is None:
            self.state, _ = lapsed(THE_TOPIC, self.state, finish(THE_TOPIC, reading, ["answered"], AGAIN))
            return None
        if step.send_to:
            self.sent.append(step.send_to)
            step = outcome(THE_TOPIC, self.desk, step, reading, AGAIN, "ab" * 16, arrived=True)
        self.state = HandOver.from_slot(step.state.to_slot())
        return step

    def text(self, text: str, act: str = "nlu_fallback", **more: Any) -> str:
        step = self.say(text, act, **more)
        return "\n".join(step.reply.texts) if step else ""


@pytest.fixture
def offered() -> Talk:
    talk = Talk()
    assert "the team at Elm Street" in talk.text("can i talk to someone", "ask_human")
    return talk


@pytest.fixture
def shown(offered: Talk) -> Talk:
    offered.say("yes please", "affirm")
    text = offered.text("its 07700 900123")
    assert "07700 900123" in text
    assert "“left calf”" in text
    return offered


def test_three_turns_lead_to_a_message(shown: Talk) -> None:
    text = shown.text("Yes, send it", "affirm")
    assert shown.sent == ["07700 900123"]
    assert "ABABABAB" in text
    assert "by tomorrow evening" in text
    assert shown.state.contact == ""  # kept no longer


def test_the_same_is_not_said_to_be_sent_anew(shown: Talk) -> None:
    shown.say("yes", "affirm")
    shown.say("speak to a nurse", "ask_human")
    shown.say("yes", "affirm")
    shown.say("07700 900123")
    assert "before" in shown.text("yes", "affirm")


@pytest.mark.parametrize("no", ["no", "nope", "stop", "dont send it", "never mind", "wait"])
def test_no_sends_nothing_at_any_stage(no: str) -> None:
    for answers in (["yes"], ["yes", "a@example.org"]):
        talk = Talk()
        talk.say("human please", "ask_human")
        for answer in answers:
            talk.say(answer, "affirm" if answer == "yes" else "nlu_fallback")
        assert "nothing was sent" in talk.text(no, "deny" if no.startswith("no") else "out_of_scope")
        assert talk.sent == []
        assert talk.state.stage is None


@pytest.mark.parametrize(
    "text",
    [
        "yes but not today",
        "yes if it stays private",
        "hm",
        "what",
        "yeah well i dont know",
        "only if i must",
        "is that right?",
        "is that right",
        "do you send all that",
        "so you just send it now?",
        "ok and then",
        "right",
        "ok 👎",
        "ok, но не сейчас",
    ],
)
def test_less_than_a_plain_yes_is_shown_and_asked_again(shown: Talk, text: str) -> None:
    assert "07700 900123" in shown.text(text, "affirm")
    assert shown.sent == []


def test_another_contact_is_shown_before_it_is_used(shown: Talk) -> None:
    assert "me@example.org" in shown.text("yes but use me@example.org", "affirm")
    assert shown.sent == []
    shown.say("ok", "affirm")
    assert shown.sent == ["me@example.org"]


def test_a_question_about_what_is_shown_shows_it_again(shown: Talk) -> None:
    assert "07700 900123" in shown.text("is that right?", "ask_source")
    shown.say("yes", "affirm")
    assert shown.sent == ["07700 900123"]


def test_what_changed_since_it_was_shown_is_shown_again(shown: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.knowledge.test_hand_over.SUMMARY", [*SUMMARY, "- What you feel: “weak grip”"])
    assert "weak grip" in shown.text("yes", "affirm")
    assert shown.sent == []
    shown.say("yes", "affirm")
    assert shown.sent == ["07700 900123"]


def test_a_contact_in_a_call_or_a_no_is_used(offered: Talk) -> None:
    offered.say("yes", "affirm")
    assert "07700 900123" in offered.text("call me on 07700 900123", "ask_human")
    assert "07700 900124" in offered.text("no use 07700 900124 instead", "deny")
    assert offered.sent == []


def test_a_no_with_more_in_it_is_answered(offered: Talk) -> None:
    assert offered.say("no, my arm got weak too", "deny", mentions=(Mention("sign.weakness"),)) is None
    assert offered.state.stage is None


def test_something_else_sends_nothing_and_that_is_said(shown: Talk) -> None:
    reading = Reading("ask_cause", (Mention("cause.caffeine", words="coffee"),), text="does coffee do it?")
    assert hand_over(THE_TOPIC, DESK, shown.state, reading, AGAIN, CareLevel.ROUTINE, SUMMARY) is None
    state, reply = lapsed(THE_TOPIC, shown.state, finish(THE_TOPIC, reading, ["answered"], AGAIN))
    assert "Nothing has been sent" in reply.texts[0]
    assert state.contact == ""
    shown.state = state
    assert shown.say("yes", "affirm") is None
    assert shown.sent == []


def test_a_failure_is_said_with_other_ways(shown: Talk) -> None:
    reading = Reading("affirm", text="yes")
    step = hand_over(THE_TOPIC, DESK, shown.state, reading, AGAIN, CareLevel.ROUTINE, SUMMARY)
    assert step
    assert step.send_to
    failed = outcome(THE_TOPIC, DESK, step, reading, AGAIN, "ab" * 16, arrived=False)
    assert "don't count on it" in failed.reply.texts[0]
    assert "020 7946 0001" in failed.reply.texts[0]
    assert failed.state.sent == ()
    assert failed.state.contact == ""


@pytest.mark.parametrize("level", [CareLevel.EMERGENCY, CareLevel.URGENT])
def test_a_message_is_not_offered_where_it_would_be_too_slow(level: CareLevel) -> None:
    talk = Talk()
    held = Mention("danger.stroke", level=level)
    memory = Memory(introduced=True, repeated="danger.stroke")
    step = hand_over(THE_TOPIC, DESK, HandOver(), Reading("ask_human", held=held), memory, level, SUMMARY)
    assert step
    assert step.reply.texts[0].startswith("In an emergency, call")
    assert step.reply.buttons == ()
    assert step.state.stage is None
    assert talk.sent == []


def test_without_an_operator_the_lines_of_the_country_are_told() -> None:
    text = Talk(Desk()).text("can somebody ring me", "ask_human", country="gb")
    assert "NHS 111" in text
    assert "999" in text
    assert "send" not in text


def test_a_topic_without_words_for_it_leaves_it_alone() -> None:
    reading = Reading("ask_human", text="a human")
    assert hand_over(load_topic(FOREIGN), DESK, HandOver(), reading, AGAIN, CareLevel.ROUTINE, SUMMARY) is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("07700 900123", "07700 900123"),
        ("call me on +44 (0)20 7946 0000 after 5", "+44 (0)20 7946 0000"),
        ("555-010-9999 thx", "555-010-9999"),
        ("mail anna.b@example.co.uk pls", "anna.b@example.co.uk"),
        ("i'm 42 and its been 3 weeks", None),
        ("since 2019", None),
        ("12345", None),
        ("a @ b", None),
        ("it began 12/03/2026 in my arm", None),
        ("24-11-2026", None),
        ("10-12 times a day 2020-2026", None),
        ("born 01.02.1980, 07700 900123", "07700 900123"),
        ("07700 900123 8am-6pm", "07700 900123"),
        ("07700 900123\n2 weeks", "07700 900123"),
        ("(me@example.org)", "me@example.org"),
    ],
)
def test_a_contact_is_found(text: str, contact: str | None) -> None:
    assert contact_in(text) == contact


ACTS = st.sampled_from(
    ["affirm", "deny", "nlu_fallback", "ask_human", "ask_cause", "describe_symptom", "out_of_scope", "greet"]
)
TEXTS = st.sampled_from(
    ["yes", "no", "send it", "07700 900123", "a@example.org", "yes but", "hm", "stop", "my leg twitches", "ok"]
)


@given(st.lists(st.tuples(TEXTS, ACTS), max_size=12))
def test_nothing_is_ever_sent_but_what_was_shown_on_the_turn_before(turns: list[tuple[str, str]]) -> None:
    talk, shown_before = Talk(), ""
    for text, act in turns:
        sent = len(talk.sent)
        step = talk.say(text, act)
        if len(talk.sent) > sent:
            assert talk.sent[-1] in shown_before
            assert text in ("yes", "send it", "ok")
        shown_before = "\n".join(step.reply.texts) if step else ""
