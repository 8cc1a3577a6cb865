"""The action server: `rasa run actions` registers every action of these modules.

Thin: an action turns the tracker into a Reading, asks `knowledge` what to say, and sends it.
"""

from actions import description, follow_up, not_understood, questions, small_talk, unsure

__all__ = ["description", "follow_up", "not_understood", "questions", "small_talk", "unsure"]
