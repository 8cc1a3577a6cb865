"""Entity extractor: the concepts that a message names, each affirmed or denied."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.phrases import PhraseComponent

ENTITY, COUNTRY = "concept", "country"
MODIFIER = "modifier."  # only raises the level of danger signs: nothing for an answer to be about


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ConceptExtractor(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds entities ``concept`` with a knowledge id as value and an ``assertion``, and the ``country`` said."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the concepts of each message to its entities."""
        for message in messages:
            concepts, _ = self.reader.read(message.get(TEXT) or "")
            entities = [
                {
                    "entity": ENTITY,
                    "value": found.id,
                    "start": found.start,
                    "end": found.end,
                    "text": found.text,
                    "assertion": "denied" if found.denied else "affirmed",
                }
                for found in concepts
                if not found.id.startswith(MODIFIER)
            ]
            country = self.reader.country_of(message.get(TEXT) or "")
            if country:
                entities.append({"entity": COUNTRY, "value": country, "start": 0, "end": 0})
            extracted = self.add_extractor_name(entities)
            message.set(ENTITIES, message.get(ENTITIES, []) + extracted, add_to_output=True)
        return messages
