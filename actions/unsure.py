"""The pipeline nearly heard a danger sign: the emergency line and a question went out; here is the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.base import TopicAction
from actions.description import AnswerDescription
from actions.questions import AnswerQuestion
from knowledge import Memory, Reading, Reply, Topic

TELLING = frozenset({"describe_symptom", "nlu_fallback"})


class AnswerUnsure(TopicAction):
    """Answers what the message would have got; the base remembers that "yes" now means danger."""

    def name(self) -> str:
        """See the domain."""
        return "action_answer_unsure"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Read the message by its likeliest act."""
        reading = replace(reading, act=reading.nearest_act or "describe_symptom")
        action = AnswerDescription() if reading.act in TELLING else AnswerQuestion()
        return action.reply(topic, reading, memory, today)
