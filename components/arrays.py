"""What the components share that learn from sentence vectors: arrays kept with the model, and a linear reading."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression

from components.sentence_encoder import SentenceEncoder

FILE = "arrays.npz"
Vector = npt.NDArray[np.float32]


class ArrayComponent(GraphComponent):
    """Base of components that learn arrays in training and read them, without pickles, when loaded."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The sentence vectors must be there."""
        return [SentenceEncoder]

    def __init__(
        self, config: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], storage: ModelStorage, resource: Resource
    ) -> None:
        self._config, self._arrays = config, arrays
        self._storage, self._resource = storage, resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Make the component for training."""
        return cls(config, {}, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Load what was learned."""
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as stored:
            return cls(config, {name: stored[name] for name in stored.files}, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache looks at the source of a component's own class; this base must be noticed too."""
        return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()

    def keep(self) -> Resource:
        """Store the arrays with the model."""
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **self._arrays)
        return self._resource

    def learn(self, vectors: list[Vector], labels: list[str], **options: Any) -> None:
        """Fit a logistic regression; with fewer than two labels nothing is learned."""
        if len(set(labels)) > 1:
            learner = LogisticRegression(class_weight="balanced", **options)
            learner.fit(np.array(vectors), np.array(labels))
            weights, offsets = learner.coef_, learner.intercept_
            if len(weights) == 1:  # two labels share one row, which speaks for the second
                weights, offsets = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, offsets[0]])
            self._arrays = {
                "labels": learner.classes_.astype(str),
                "weights": weights.astype(np.float32),
                "offsets": offsets.astype(np.float32),
            }

    def likeliest(self, vector: Vector) -> tuple[str, float]:
        """The likeliest label of a unit vector, and its probability; nothing learned: ("", 0)."""
        if not self._arrays:
            return "", 0.0
        scores = self._arrays["weights"] @ vector + self._arrays["offsets"]
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = int(chances.argmax())
        return str(self._arrays["labels"][best]), float(chances[best])


def vector_of(message: Message) -> Vector | None:
    """The message's sentence vector, length 1; None where it has none."""
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None or not (message.get(TEXT) or "").strip():
        return None
    vector = np.asarray(sentence.features[0])
    return vector / np.linalg.norm(vector)  # type: ignore[no-any-return]
