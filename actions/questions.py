"""Questions about twitches: what, why, what helps, is it serious, when to see a doctor."""

from __future__ import annotations

from datetime import date

from actions.base import TopicAction
from actions.not_understood import not_understood
from knowledge import CareLevel, Memory, Reading, Reply, Topic, compose
from knowledge.queries import TELLING, answer_to_loop, choose_for_all


class AnswerQuestion(TopicAction):
    """Answers from the entries that act and concepts choose."""

    def name(self) -> str:
        """See the domain."""
        return "action_answer_question"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Show the entries; where a sign of concern was named too, say what it asks for."""
        loop = answer_to_loop(topic, reading, memory.fears)
        entries = [loop] if loop else choose_for_all(topic, reading)
        if not entries:
            return not_understood(topic, reading, memory, today)
        level = reading.level
        tells = TELLING in reading.further
        if tells:
            level = level or CareLevel.ROUTINE  # as in a description
        elif level is CareLevel.SELF_CARE:  # "can coffee make a muscle twitch?" says nothing of the person
            level = None
        return compose(topic, reading, entries, memory, today, care_level=level, describe=tells)
