"""Somebody tells what they feel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.base import TopicAction
from knowledge import CareLevel, Memory, Reading, Reply, Topic, choose_entries, compose
from knowledge.queries import choose_for_all


class AnswerDescription(TopicAction):
    """Says what the documents say about each thing named, and ends with the safety net."""

    def name(self) -> str:
        """See the domain."""
        return "action_answer_description"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Routine is the level where no rule tells another: uncertain is never self-care."""
        level = reading.level or CareLevel.ROUTINE
        entries = choose_for_all(topic, reading) or choose_entries(topic, replace(reading, act="ask_causes"))
        return compose(
            topic,
            reading,
            entries,
            memory,
            today,
            describe=True,
            care_level=level,
            brief=bool(topic.interview.questions),
        )
