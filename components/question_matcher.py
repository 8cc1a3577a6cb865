"""Finds the answer that a message asks for, learned from the wordings of the knowledge files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.arrays import ArrayComponent, vector_of
from components.sentence_encoder import encoder
from knowledge import load_topic

ENTITY = "question"


def _questions(folder: str) -> list[tuple[str, str]]:
    """Answer id and wording, for every wording that the knowledge files give."""
    topic = load_topic(Path(folder))
    return [(entry.id, wording) for entry in topic.entries.values() for wording in entry.asked_as]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class QuestionMatcher(ArrayComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds an entity ``question`` with the id of the answer that a message asks for, if it is sure enough.

    A logistic regression over sentence vectors, learned from the ``asked_as`` lists of the
    knowledge files. Figures against nearest-neighbour search: docs/decisions/0003-questions.md.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``least``: probability under which nothing is said; ``C``: inverse regularisation."""
        return {"knowledge": "data/knowledge/muscle_twitches", "least": 0.15, "C": 30.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the wordings, and keep what was learned with the model."""
        questions = _questions(self._config["knowledge"])
        vectors = [encoder().encode(wording.lower()) for _, wording in questions]
        self.learn(vectors, [answer for answer, _ in questions], C=self._config["C"], max_iter=500)
        return self.keep()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice changed wordings."""
        return f"{super().fingerprint_addon(config)} {_questions({**cls.get_default_config(), **config}['knowledge'])}"

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the answer that each message asks for to its entities."""
        for message in messages:
            vector = vector_of(message)
            if vector is None:
                continue
            answer, chance = self.likeliest(vector)
            if not answer or chance < self._config["least"]:
                continue
            entity = {
                "entity": ENTITY,
                "value": answer,
                "start": 0,
                "end": len(message.get(TEXT)),
                "confidence_entity": chance,
            }
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name([entity]), add_to_output=True)
        return messages
