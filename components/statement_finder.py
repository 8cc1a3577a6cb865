"""Finds the approved statements that answer a question in other words, or that nothing answers it.

For questions that no act and concept answers. A statement is near by its own words and by the known questions
that it answers; whether any statement answers is learned from questions that one does and that none does
(data/statements/). Figures: docs/decisions/0013-nearest-statements.md.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.arrays import ArrayComponent, Vector, vector_of
from components.phrases import respell
from components.sentence_encoder import encoder
from knowledge import Topic, load_topic
from knowledge.model import Manner
from knowledge.reading import phrases_json, reader_for
from knowledge.statement_questions import Question, read_questions

ENTITY = "statement"
COVERED, NOT_COVERED = "covered", "not covered"
# A known question counts the less the farther it lies, and the more statements it has the less for each.
SHARPNESS = 10.0


def _known(topic: Topic, path: str) -> list[Question]:
    """Known questions with the statements that answer each: those kept for this, and the wordings of the entries."""
    asked = [
        Question(tuple(s.id for s in topic.statements_of(entry)), "asked_as", wording)
        for entry in topic.entries.values()
        for wording in entry.asked_as
    ]
    return [*read_questions(Path(path)), *asked]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class StatementFinder(ArrayComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds an entity ``statement`` for each of the nearest statements, the nearest first; none where none answers."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How sure and how near.

        ``least``: probability from which on some statement answers; ``nearest``: known questions that
        speak for their statements; ``most``: statements named at most; ``beside``: how far those may stand behind
        the first; ``outside``: acts whose sentences no statement answers.
        """
        return {
            "knowledge": "data/knowledge/muscle_twitches",
            "questions": "data/statements/training.tsv",
            "least": 0.5,
            "nearest": 5,
            "most": 3,
            "beside": 0.15,
            "outside": ["out_of_scope", "ask_other_health"],
            "C": 30.0,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which questions are answered, and keep the vectors of statements and known questions."""
        topic = load_topic(Path(self._config["knowledge"]))
        reader = reader_for(phrases_json(topic))
        known = _known(topic, self._config["questions"])
        vectors = [encoder().encode(respell(reader, q.text)) for q in known]
        labels = [COVERED if q.statements else NOT_COVERED for q in known]
        outside = [vector_of(e) for e in training_data.intent_examples if e.get(INTENT) in self._config["outside"]]
        far = [v for v in outside if v is not None]
        self.learn([*vectors, *far], [*labels, *[NOT_COVERED] * len(far)], C=self._config["C"], max_iter=500)
        said = [s for s in topic.statements.values() if s.manner is not Manner.NOT_COVERED]
        place = {s.id: i for i, s in enumerate(said)}
        pairs = [(i, place[s]) for i, q in enumerate(known) for s in q.statements if s in place]
        self._arrays |= {
            "ids": np.array([s.id for s in said], dtype=str),
            "statements": np.array([encoder().encode(s.text.strip().lower()) for s in said]),
            "questions": np.array(vectors),
            "pairs": np.array(pairs, dtype=np.int64).reshape(-1, 2),
        }
        return self.keep()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice changed statements and questions."""
        settings = {**cls.get_default_config(), **config}
        topic = load_topic(Path(settings["knowledge"]))
        said = [(s.id, s.text) for s in topic.statements.values()]
        known = _known(topic, settings["questions"])
        return f"{super().fingerprint_addon(config)} {hashlib.sha256(repr((said, known)).encode()).hexdigest()}"

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the nearest statements of each message to its entities."""
        for message in messages:
            vector = vector_of(message)
            if vector is None or "labels" not in self._arrays:
                continue
            label, chance = self.likeliest(vector)
            covered = chance if label == COVERED else 1 - chance
            if covered < self._config["least"]:
                continue
            entities = [
                {"entity": ENTITY, "value": i, "start": 0, "end": len(message.get(TEXT)), "confidence_entity": covered}
                for i in self.nearest(vector)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
        return messages

    def nearest(self, vector: Vector) -> list[str]:
        """Ids of the nearest statements, by their own words and by the known questions nearest to this one."""
        scores = np.asarray(self._arrays["statements"] @ vector, dtype=np.float64)
        likeness = self._arrays["questions"] @ vector
        nearest = np.argsort(-likeness, kind="stable")[: self._config["nearest"]]
        pairs = self._arrays["pairs"]
        for question in nearest:
            answers = pairs[pairs[:, 0] == question, 1]
            if len(answers):
                scores[answers] += np.exp((likeness[question] - 1) * SHARPNESS) / np.sqrt(len(answers))
        order = np.argsort(-scores, kind="stable")[: self._config["most"]]
        return [str(self._arrays["ids"][i]) for i in order if scores[i] >= scores[order[0]] - self._config["beside"]]
