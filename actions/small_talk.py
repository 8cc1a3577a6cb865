"""Small talk, and what the program says about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.base import TopicAction
from actions.description import AnswerDescription
from knowledge import Memory, Reading, Reply, Topic, choose_entries, compose
from knowledge.replies import DANGER_OFFER, MORE_OFFER, danger_confirmed, more_of, talk

# Probability of a known question from which on it is answered, though the message was read as small talk.
VERY_SURE = 0.8


class MakeSmallTalk(TopicAction):
    """Greets, thanks, takes leave, says what it is; "yes" goes on with what was offered."""

    def name(self) -> str:
        """See the domain."""
        return "action_make_small_talk"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Say the topic's own words for the act."""
        if reading.describes and not memory.offer:  # "hello, my calf twitches since sunday", read as a greeting
            return AnswerDescription().reply(topic, replace(reading, act="describe_symptom"), memory, today)
        if reading.act == "affirm" and memory.offer == DANGER_OFFER:
            return danger_confirmed(topic, reading, memory)
        if reading.act == "affirm" and memory.offer == MORE_OFFER:
            return more_of(topic, reading, memory, today)
        if reading.act == "ask_capabilities" and reading.named:  # "do you know about ...?" is about that
            return compose(topic, reading, choose_entries(topic, reading), memory, today)
        asked = topic.entries.get(reading.question or "")
        if asked and reading.telling and reading.sure >= VERY_SURE:  # a known question, however it begins
            return compose(topic, reading, [asked], memory, today, care_level=reading.level)
        return talk(topic, reading, memory)
