"""What the components that read phrases share: one reader, carried inside the trained model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge import load_topic
from knowledge.reading import Reader, phrases_json, reader_for

PHRASES_FILE = "phrases.json"


def respell(reader: Reader, text: str) -> str:
    """A message with its words' corrected spelling and its own spacing, as the pipeline reads it."""
    parts, end = [], 0
    for word in reader.words(text):
        parts.append(" " if word.start > end else "")
        parts.append(word.text)
        end = word.end
    return "".join(parts).strip()


class PhraseComponent(GraphComponent):
    """Base of components that read by phrases.

    Training reads them from the knowledge folder and stores them with the model, so a running
    model never depends on files that may have changed since it was trained.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``knowledge``: the topic's folder, read at training time only."""
        return {"knowledge": "data/knowledge/muscle_twitches"}

    def __init__(self, config: dict[str, Any], phrases: str, model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._phrases = phrases
        self._model_storage = model_storage
        self._resource = resource
        self.reader = reader_for(phrases)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PhraseComponent:
        """Make the component for training, from the knowledge folder."""
        return cls(config, phrases_json(load_topic(Path(config["knowledge"]))), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learned: keep the phrases with the model."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / PHRASES_FILE).write_text(self._phrases, encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PhraseComponent:
        """Load the phrases that the model was trained with."""
        with model_storage.read_from(resource) as folder:
            phrases = (folder / PHRASES_FILE).read_text(encoding="utf-8")
        return cls(config, phrases, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice changed phrases: they are no training data of its own."""
        folder = {**cls.get_default_config(), **config}["knowledge"]
        return hashlib.sha256(phrases_json(load_topic(Path(folder))).encode()).hexdigest()
