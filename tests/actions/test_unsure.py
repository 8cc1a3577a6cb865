"""A danger sign was nearly heard: the question went out, and what is made of the answer to it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.small_talk import MakeSmallTalk
from actions.unsure import AnswerUnsure
from knowledge.replies import DANGER_OFFER

ASKED = {"event": "bot", "text": "One thing first.", "metadata": {"utter_action": "utter_danger_unsure"}}


def run(action: Any, intent: str, slots: dict[str, Any], *after: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Slots set by the action, and its messages."""
    message = {
        "text": "x",
        "intent": {"name": intent},
        "entities": [],
        "intent_ranking": [{"name": "describe_symptom"}],
    }
    events = [{"event": "user", "input_channel": "rest", "text": "x"}, *after]
    dispatcher = CollectingDispatcher()
    tracker = Tracker("t", slots, message, events, False, None, {}, None)
    set_slots = asyncio.run(action.run(dispatcher, tracker, {}))
    return {e["name"]: e["value"] for e in set_slots}, dispatcher.messages


def test_the_message_is_answered_and_the_question_remembered() -> None:
    slots, messages = run(AnswerUnsure(), "report_unsure", {}, ASKED)
    assert slots["conversation"]["offer"] == DANGER_OFFER
    assert any("When to get help" in (m.get("text") or "") for m in messages)


def test_a_question_that_was_not_asked_is_not_remembered() -> None:
    slots, _ = run(AnswerUnsure(), "report_unsure", {})
    assert slots["conversation"]["offer"] != DANGER_OFFER


def test_yes_is_an_emergency_that_holds() -> None:
    slots, messages = run(MakeSmallTalk(), "affirm", {"conversation": {"offer": DANGER_OFFER, "introduced": True}})
    assert messages[0]["text"].startswith("Call 999, 911, 112 or 000 now")
    assert messages[-1]["custom"]["care_level"] == "emergency"
    assert messages[-1]["custom"]["contacts"]
    assert slots["danger_emergency"]


@pytest.mark.parametrize("act", ["deny", "greet"])
def test_any_other_answer_ends_the_question(act: str) -> None:
    slots, messages = run(MakeSmallTalk(), act, {"conversation": {"offer": DANGER_OFFER, "introduced": True}})
    assert slots["conversation"]["offer"] is None
    assert messages[-1]["custom"]["care_level"] is None
    again, messages = run(MakeSmallTalk(), "affirm", slots)
    assert messages[-1]["custom"]["care_level"] is None
    assert "danger_emergency" not in again
