"""The last word of the pipeline: a danger sign or an unreadable message outranks any intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.phrases import PhraseComponent

ENTITY = "danger"
MOST_URGENT = "most_urgent"
# Intents that only this component gives. Rules answer them with domain responses, so they
# need neither a classifier nor the action server.
INTENT_OF_RESPONSE = {
    "utter_danger_emergency": "report_emergency",
    "utter_danger_urgent": "report_urgent",
    "utter_danger_crisis": "report_crisis",
    "utter_danger_distress": "report_distress",
    "utter_danger_abuse": "report_abuse",
}
TOO_LONG = "send_long_message"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DangerGate(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds entities ``danger`` and sets the intent where a fixed reply must be given.

    Stands last in the pipeline: whatever the classifiers thought, a danger sign with a fixed
    response wins. It only ever raises; it changes nothing where no rule fires.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``longest``: characters from which on a message counts as too long to answer."""
        return {**PhraseComponent.get_default_config(), "longest": 2000}

    def process(self, messages: list[Message]) -> list[Message]:
        """Read the danger signs of each message."""
        responses = {sign.id: sign.response for sign in self.reader.danger_signs}
        for message in messages:
            text = message.get(TEXT) or ""
            _, dangers = self.reader.read(text)
            entities = [
                {"entity": ENTITY, "value": d.id, "start": d.start, "end": d.end, "text": d.text} for d in dangers
            ]
            if entities:
                entities[0]["role"] = MOST_URGENT  # the slot is filled from this one alone
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
            response = next((responses[d.id] for d in dangers if responses[d.id]), None)
            if response:
                self._set_intent(message, INTENT_OF_RESPONSE[response])
            elif not any(c.isalnum() for c in text):
                self._set_intent(message, DEFAULT_NLU_FALLBACK_INTENT_NAME)
            elif len(text) > self._config["longest"]:
                self._set_intent(message, TOO_LONG)
        return messages

    @staticmethod
    def _set_intent(message: Message, name: str) -> None:
        message.set(INTENT, {"name": name, "confidence": 1.0}, add_to_output=True)
