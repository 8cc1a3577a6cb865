"""Finds the answer that a message asks for, learned from the wordings of the knowledge files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from components.sentence_encoder import SentenceEncoder, encoder
from knowledge import load_topic

ENTITY = "question"
FILE = "questions.npz"


def _questions(folder: str) -> list[tuple[str, str]]:
    """Answer id and wording, for every wording that the knowledge files give."""
    topic = load_topic(Path(folder))
    return [(entry.id, wording) for entry in topic.entries.values() for wording in entry.asked_as]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class QuestionMatcher(EntityExtractorMixin, GraphComponent):  # type: ignore[misc]
    """Adds an entity ``question`` with the id of the answer that a message asks for, if it is sure enough.

    A logistic regression over sentence vectors, learned from the ``asked_as`` lists of the
    knowledge files. Figures against nearest-neighbour search: docs/decisions/0003-questions.md.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """The sentence vectors must be there."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``least``: probability under which nothing is said; ``C``: inverse regularisation."""
        return {"knowledge": "data/knowledge/muscle_twitches", "least": 0.15, "C": 30.0}

    def __init__(
        self,
        config: dict[str, Any],
        learned: dict[str, npt.NDArray[Any]] | None,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        self._config = config
        self._learned = learned
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionMatcher:
        """Make the component for training."""
        return cls(config, None, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the wordings, and keep what was learned with the model."""
        questions = _questions(self._config["knowledge"])
        answers = np.array([answer for answer, _ in questions])
        if len(set(answers)) > 1:
            vectors = np.array([encoder().encode(wording.lower()) for _, wording in questions])
            learner = LogisticRegression(C=self._config["C"], max_iter=500, class_weight="balanced")
            learner.fit(vectors, answers)
            self._learned = {
                "answers": learner.classes_.astype(str),
                "weights": learner.coef_.astype(np.float32),
                "offsets": learner.intercept_.astype(np.float32),
            }
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **(self._learned or {}))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionMatcher:
        """Load what was learned."""
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / FILE, allow_pickle=False) as stored,
        ):
            learned = {name: stored[name] for name in stored.files}
        return cls(config, learned or None, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice changed wordings."""
        return json.dumps(_questions({**cls.get_default_config(), **config}["knowledge"]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the answer that each message asks for to its entities."""
        for message in messages:
            text = message.get(TEXT) or ""
            _, sentence = message.get_dense_features(TEXT)
            if sentence is None or not text.strip() or self._learned is None:
                continue
            vector = sentence.features[0] / np.linalg.norm(sentence.features[0])
            scores = self._learned["weights"] @ vector + self._learned["offsets"]
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            best = int(chances.argmax())
            if chances[best] < self._config["least"]:
                continue
            entity = {
                "entity": ENTITY,
                "value": str(self._learned["answers"][best]),
                "start": 0,
                "end": len(text),
                "confidence_entity": float(chances[best]),
            }
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name([entity]), add_to_output=True)
        return messages
