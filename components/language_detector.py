"""Notices a message in another language: it is answered in that language, with the emergency number."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.languages import languages
from components.phrases import PhraseComponent

ENTITY = "language"
INTENT_OF_OTHERS = "use_other_language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageDetector(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds an entity ``language`` and sets the intent, where a message is not in English.

    Stands before the danger gate, so danger signs that are found all the same keep the last word.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``other``: how far from English a message must be, 0 to about 2 (:class:`components.languages.Languages`)."""
        return {**PhraseComponent.get_default_config(), "other": 0.45}

    def process(self, messages: list[Message]) -> list[Message]:
        """Read the language of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            language, distance = languages().read(text, self.reader.english_share(text))
            if distance < self._config["other"]:
                continue
            entity = {
                "entity": ENTITY,
                "value": language,
                "start": 0,
                "end": len(text),
                "confidence_entity": min(1.0, distance),
            }
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name([entity]), add_to_output=True)
            message.set(
                INTENT,
                {INTENT_NAME_KEY: INTENT_OF_OTHERS, PREDICTED_CONFIDENCE_KEY: min(1.0, distance)},
                add_to_output=True,
            )
        return messages
