"""What can't be answered: said plainly, with topics to choose from; never a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.base import TopicAction
from knowledge import Memory, Reading, Reply, Topic, choose_entries, compose
from knowledge.queries import SURE, nearest_statements
from knowledge.replies import ask_back, say_nearest, talk

# Acts that a message outside the subject may have; of any other, it is only not covered.
OUTSIDE = frozenset({"nlu_fallback", "out_of_scope", "send_long_message"})


def not_understood(topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
    """Say what the documents say nearest to it, ask about the subject that was named, or offer the topics."""
    near = nearest_statements(topic, reading)
    if near and reading.act != "send_long_message":
        return say_nearest(topic, reading, near, memory, today)
    asked = ask_back(topic, reading, memory)
    return asked or talk(topic, reading, memory, None if reading.act in OUTSIDE else "not_covered")


class OfferTopics(TopicAction):
    """For messages outside the subject, too long, or not understood."""

    def name(self) -> str:
        """See the domain."""
        return "action_offer_topics"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Where the subject is plain and only the act is not, answer and say so; else offer topics."""
        entries = []
        if reading.country_said and not reading.telling:
            return talk(topic, reading, memory, "country_noted")
        if reading.act == "nlu_fallback" and reading.affirmed and reading.nearest_act:
            entries = choose_entries(topic, replace(reading, act=reading.nearest_act))
        elif reading.act == "out_of_scope" and reading.telling and reading.sure >= SURE:
            entries = [e for e in [topic.entries.get(reading.question or "")] if e]
        if entries:
            lead = topic.file.framing.labels["unsure"]
            return compose(topic, reading, entries, memory, today, lead=lead, care_level=reading.level)
        return not_understood(topic, reading, memory, today)
