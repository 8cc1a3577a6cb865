"""Questions about the answer before: more of it, and where it comes from."""

from __future__ import annotations

from datetime import date

from actions.base import TopicAction
from knowledge import Memory, Reading, Reply, Topic, choose_entries, compose
from knowledge.replies import more_of, sources_of

# "Says who?" right after an answer means that answer; only a plain "who wrote the article?" does not.
VERY_SURE = 0.5


class GiveMore(TopicAction):
    """Goes on with what the last answer left out."""

    def name(self) -> str:
        """See the domain."""
        return "action_give_more"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Show the next statements, or say that there are none."""
        return more_of(topic, reading, memory, today)


class GiveSource(TopicAction):
    """Shows document, section and dates of the statements shown last."""

    def name(self) -> str:
        """See the domain."""
        return "action_give_source"

    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """List the sources of the last answer; a plain question about the documents has its own."""
        about_documents = choose_entries(topic, reading) if not memory.last or reading.sure >= VERY_SURE else []
        if about_documents:
            return compose(topic, reading, about_documents, memory, today)
        return sources_of(topic, reading, memory)
