"""Entity extractor: the concepts that a message names, each affirmed or denied, and what it measures."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.phrases import PhraseComponent
from knowledge.measures import Measure, read_measures
from knowledge.reading import Found

ENTITY, COUNTRY = "concept", "country"
MODIFIER = "modifier."  # only raises the level of danger signs: nothing for an answer to be about


def today() -> date:
    """The day from which "since thursday" is counted."""
    return date.today()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ConceptExtractor(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds entities ``concept`` with a knowledge id as value and an ``assertion``; measures; the ``country`` said.

    Measures are ``duration``, ``frequency``, ``amount`` and ``side`` (:class:`knowledge.measures.Measure`).
    """

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the concepts and measures of each message to its entities."""
        for message in messages:
            text = message.get(TEXT) or ""
            concepts, measures = read_measures(self.reader, text, today())
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
