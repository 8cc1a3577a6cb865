"""Rasa's responses, with the danger texts filled and held.

Runs inside the Rasa server (``nlg`` in endpoints.yml), so the safety texts come whole with the action
server down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Restarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from channels.safety_texts import OTHER_LANGUAGE, PREFIX, other_language_message, safety_message
from channels.settings import the_topic
from knowledge.model import CareLevel
from knowledge.queries import Reading
from knowledge.safety import Held, held, texts_for
from knowledge.said import of_kind, reading_of

UNSURE = f"{PREFIX}unsure"
# Channels whose clients read the reply object; people on the others would see it as text.
OBJECT_CHANNELS = frozenset({"rest"})


class SafetyResponses(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's own templates; the danger texts come from safety_texts.py.

    A level once reached holds: after an emergency, a lesser physical sign gets the emergency text
    again, and a troubled mind gets the text for both (:func:`knowledge.safety.texts_for`).
    """

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        super().__init__(domain.responses)
        the_topic()  # read at the start: the first emergency must not wait for it

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """One message; for danger texts on channels for machines, with the reply object."""
        if not utter_action.startswith(PREFIX) and utter_action != OTHER_LANGUAGE:
            found: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
            return found
        if utter_action == UNSURE and _said(tracker, UNSURE):
            return {"text": ""}  # asked once; the answer follows without it
        topic, message = the_topic(), tracker.latest_message
        slots = tracker.current_slot_values()
        before = held(topic, slots)
        parsed = (message.parse_data if message else None) or {}
        reading = reading_of(topic, parsed)
        in_language, about = other_language_message(self.responses, reading.language, slots.get("country"))
        texts = [in_language]
        if utter_action != OTHER_LANGUAGE:
            text, about = self._danger(utter_action, reading, before, slots.get("country"), _of_another(parsed))
            texts = [text, in_language] if reading.language else [text]
        text = "\n\n".join(texts)
        if output_channel not in OBJECT_CHANNELS:
            return {"text": text}
        if before:
            levels = [level for _, level, _ in before] + (
                [CareLevel(about["care_level"])] if about["care_level"] else []
            )
            about["care_level"] = min(levels, key=lambda level: level.rank).value
        return {"text": text, "custom": {**reading.said, **about}}

    def _danger(
        self, utter_action: str, reading: Reading, before: list[Held], country: str | None, someone_else: bool
    ) -> tuple[str, dict[str, Any]]:
        """The fixed texts for the danger signs of a message, and what they add to the reply object."""
        topic = the_topic()
        known = topic.danger_signs if topic else {}
        signs = [(known[m.concept], m.level) for m in reading.dangers if m.concept in known and m.level]
        asked = utter_action.removeprefix(PREFIX)
        return safety_message(
            self.responses,
            # without the knowledge the rule's own text; a question stays one
            [asked] if asked == "unsure" else texts_for(signs, [(kind, level) for kind, level, _ in before]) or [asked],
            signs,
            country=country,
            someone_else=someone_else,
        )


def _of_another(message: Mapping[str, Any]) -> bool:
    """Whether the most urgent danger sign of a message is somebody else's."""
    dangers = of_kind(message.get("entities") or [], "danger")
    return bool(dangers) and dangers[0].get("about") == "someone_else"


def _said(tracker: DialogueStateTracker, response: str) -> bool:
    """Whether a response was given earlier in the conversation, since it was last started again."""
    for event in reversed(tracker.events):
        if isinstance(event, Restarted):
            return False
        if isinstance(event, BotUttered) and event.metadata.get("utter_action") == response:
            return True
    return False
