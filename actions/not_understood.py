"""What can't be answered: said plainly, with topics to choose from; never a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.base import TopicAction
from knowledge import Memory, Reading, Reply, Topic, choose_entries, compose
from knowledge.queries import SURE
from knowledge.replies import ask_back, talk


def not_understood(topic: Topic, reading: Reading, memory: Memory) -> Reply:
    """Ask about the subject that was named, or offer the topics."""
    return ask_back(topic, reading, memory) or talk(topic, reading, memory)


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
        return not_understood(topic, reading, memory)
