"""Entity extractor: the concepts that a message names, each affirmed or denied, and what it measures."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from components.phrases import PhraseComponent
from knowledge.measures import Measure, examples_of, read_measures
from knowledge.reading import Found, Reader
from knowledge.since_when import Example, Weights, is_near, read_examples

WEIGHTS_FILE = "since_when.json"
LIBRARY = Path(__file__).parents[1] / "knowledge"
FEWEST = 2  # spans that must have a clue for it to be weighed
ENTITY, COUNTRY = "concept", "country"
MODIFIER = "modifier."  # only raises the level of danger signs: nothing for an answer to be about


def today() -> date:
    """The day from which "since thursday" is counted."""
    return date.today()


def learned_weights(reader: Reader, examples: list[Example], written_on: date, strength: float) -> Weights:
    """What makes a span of time tell since when: the weight of each clue, by logistic regression.

    ``strength``: how closely it follows the examples (scikit-learn's C).
    """
    spans = [(e, days, found) for e in examples for days, found in examples_of(reader, e.text, written_on)]
    seen = Counter(clue for _, _, found in spans for clue in set(found))
    known = [dict.fromkeys(sorted(c for c in set(found) if seen[c] >= FEWEST), 1) for _, _, found in spans]
    meant = [e.days is not None and is_near(days, e.days) for e, days, _ in spans]
    columns = DictVectorizer()
    learner = LogisticRegression(C=strength, fit_intercept=False, max_iter=3000)
    learner.fit(columns.fit_transform(known), meant)
    return {name: round(float(w), 4) for name, w in zip(columns.feature_names_, learner.coef_[0], strict=True)}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ConceptExtractor(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds entities ``concept`` with a knowledge id as value and an ``assertion``; measures; the ``country`` said.

    Measures are ``duration``, ``frequency``, ``amount`` and ``side`` (:class:`knowledge.measures.Measure`).
    """

    weights: Weights

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``since_when``: messages with their days, written on ``written_on``; ``C``: how closely to follow."""
        return {
            **PhraseComponent.get_default_config(),
            "since_when": "data/measures/since_when.tsv",
            "written_on": "2026-11-24",
            "C": 1.0,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which span of time tells since when; keep that and the phrases with the model."""
        examples = read_examples(Path(self._config["since_when"]))
        written_on = date.fromisoformat(self._config["written_on"])
        self.weights = learned_weights(self.reader, examples, written_on, self._config["C"])
        with self._model_storage.write_to(self._resource) as folder:
            (folder / WEIGHTS_FILE).write_text(json.dumps(self.weights), encoding="utf-8")
        return super().train(training_data)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ConceptExtractor:
        """Load the phrases and what was learned."""
        component = super().load(config, model_storage, resource, execution_context, **kwargs)
        with model_storage.read_from(resource) as folder:
            component.weights = json.loads((folder / WEIGHTS_FILE).read_text(encoding="utf-8"))
        return component

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice changed phrases, changed messages, and how spans of time are found in them."""
        read = [Path({**cls.get_default_config(), **config}["since_when"]), *sorted(LIBRARY.glob("*.py"))]
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*read, *sorted(LIBRARY.glob("*.yml"))]))
        return f"{super().fingerprint_addon(config)} {digest.hexdigest()}"

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the concepts and measures of each message to its entities."""
        for message in messages:
            text = message.get(TEXT) or ""
            concepts, measures = read_measures(self.reader, text, today(), self.weights)
            entities = [self._concept(text, c) for c in concepts if not c.id.startswith(MODIFIER)]
            entities += [_measure(m) for m in measures]
            country = self.reader.country_of(text)
            if country:
                entities.append({"entity": COUNTRY, "value": country, "start": 0, "end": 0})
            extracted = self.add_extractor_name(entities)
            message.set(ENTITIES, message.get(ENTITIES, []) + extracted, add_to_output=True)
        return messages

    def _concept(self, text: str, found: Found) -> dict[str, Any]:
        entity = {
            "entity": ENTITY,
            "value": found.id,
            "start": found.start,
            "end": found.end,
            "text": found.text,
            "assertion": "denied" if found.denied else "affirmed",
        }
        if self.reader.about_someone_else(text, found.start, found.end):
            entity["about"] = "someone_else"
        return entity


def _measure(found: Measure) -> dict[str, Any]:
    optional = {"unit": found.unit, "per": found.per, "of": found.of}
    return {
        "entity": found.kind,
        "value": found.value,
        "start": found.start,
        "end": found.end,
        "text": found.text,
        **{name: value for name, value in optional.items() if value is not None},
    }
