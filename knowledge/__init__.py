"""Typed library over the knowledge files: what Quiver knows, and how it decides what to say.

Imports neither Rasa nor its SDK, and uses no clock, network or environment variable, so the
same question with the same files always gets the same answer.

>>> from knowledge import load_topic
>>> topic = load_topic(Path("data/knowledge/muscle_twitches"))
>>> topic.entry("cause.caffeine").name
'Too much caffeine'
"""

from knowledge.loading import KnowledgeError, Problem, Topic, load_topic
from knowledge.model import CareLevel, Entry, Kind, Manner, Statement
from knowledge.queries import Mention, Reading, choose_entries
from knowledge.replies import Button, Memory, Reply, compose

__all__ = [
    "Button",
    "CareLevel",
    "Entry",
    "Kind",
    "KnowledgeError",
    "Manner",
    "Memory",
    "Mention",
    "Problem",
    "Reading",
    "Reply",
    "Statement",
    "Topic",
    "choose_entries",
    "compose",
    "load_topic",
]
