"""The last word of the pipeline: a danger sign or an unreadable message outranks any intent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as NOT_UNDERSTOOD
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.danger_reading import Heard, clauses_of, danger_head
from components.phrases import PhraseComponent
from components.sentence_encoder import corrected_text
from knowledge.model import CareLevel, DangerSign
from knowledge.safety import PHYSICAL, SLOTS, texts_for

ENTITY = "danger"
# Intents that only this component gives, one for each fixed text. Rules answer them with domain
# responses, so they need neither a classifier nor the action server.
REPORT = "report_"
UNSURE, TOO_LONG = "report_unsure", "send_long_message"
BY_RULES, BY_LEARNING = "rules", "learned"
LONGEST_QUOTE = 120  # characters of the person's own words that are said back


@dataclass(frozen=True)
class Sign:
    """A danger sign in a message: which, how urgent here, where it stands, and who found it."""

    sign: DangerSign
    level: CareLevel
    start: int
    end: int
    words: str
    read_by: str


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DangerGate(PhraseComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds entities ``danger`` and sets the intent where a fixed reply must be given.

    Two readings are joined: the readable rules, and the learned head over the message and its
    clauses. What either finds counts; neither takes anything from the other. Stands last in the
    pipeline: whatever the classifiers thought, a danger sign with a fixed response wins, and
    nothing changes where none is found.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Thresholds of the learned reading, set in config.yml (docs/decisions/0009-learned-danger.md), from 0 to 1.

        ``longest``: characters from which on a message counts as too long to answer.
        ``urgent``: probability of emergency and urgent together from which on they count;
        ``emergency``: share of it from which on it is an emergency; ``soon``: probability of any of the
        three; ``clause``: weight of a clause against the whole message; ``unsure``: probability from
        which on the person is asked, where the act is one of ``unsure_over``. Where the act is one of
        ``asking`` with a confidence of ``sure_act``, ``urgent_asking`` stands for ``urgent``: those ask, and
        hardly anybody in danger is read so.
        """
        return {
            **PhraseComponent.get_default_config(),
            "longest": 2000,
            "urgent": 0.5,
            "emergency": 0.35,
            "soon": 0.5,
            "clause": 0.8,
            "unsure": 0.3,
            "unsure_over": [],
            "asking": [],
            "sure_act": 0.9,
            "urgent_asking": 0.8,
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Read the danger signs of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            signs, unsure = self.signs_of(message)
            self._add_entities(message, signs)
            fixed = texts_for([(s.sign, s.level) for s in signs])
            intent = f"{REPORT}{fixed[0]}" if fixed else None
            if intent is None and unsure and (message.get(INTENT) or {}).get("name") in self._config["unsure_over"]:
                intent = UNSURE
            if intent is None and not any(c.isalnum() for c in text):
                intent = NOT_UNDERSTOOD
            if intent is None and len(text) > self._config["longest"]:
                intent = TOO_LONG
            if intent:
                message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
        return messages

    def signs_of(self, message: Message) -> tuple[list[Sign], bool]:
        """The danger signs of a message, most urgent first, each once; and whether one was nearly heard."""
        text = message.get(TEXT) or ""
        by_id = {s.id: s for s in self.reader.danger_signs}
        found = [
            Sign(by_id[d.id], d.level or by_id[d.id].level, d.start, d.end, d.text, BY_RULES)
            for d in self.reader.read(text)[1]
        ]
        unsure = False
        if any(c.isalpha() for c in text):
            learned, unsure = self._learned(message, text)
            found += learned
        found.sort(key=lambda s: (s.level.rank, s.read_by != BY_RULES, s.start))
        once = {s.sign.rule: s for s in reversed(found)}
        signs = sorted(once.values(), key=found.index)
        return signs, unsure and (not signs or signs[0].level.rank > CareLevel.URGENT.rank)

    def _learned(self, message: Message, text: str) -> tuple[list[Sign], bool]:
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        head = danger_head()
        threshold = self._config["urgent_asking" if self._is_asking(message) else "urgent"]
        found, nearly = [], 0.0
        for start, end in [(0, len(text)), *clauses_of(text)]:
            inside = [t for t in tokens if start <= t.start and t.end <= end]
            if not inside:
                continue
            heard = head.hear(corrected_text(text, inside))
            weight = 1.0 if end - start == len(text) else self._config["clause"]
            level, nearness = self._level(heard, weight, threshold)
            nearly = max(nearly, nearness)
            if level is None:
                continue
            for rule, own in heard.signs[level]:
                sign = self._sign_for(rule, own)
                if sign and own.rank >= level.rank:  # no more urgent than the thresholds allow
                    found.append(Sign(sign, own, start, end, _quote(text[start:end]), BY_LEARNING))
        return found, nearly >= self._config["unsure"]

    def _is_asking(self, message: Message) -> bool:
        """Whether the message is surely one of the acts that ask, by the classifier's ranking."""
        best = next((i for i in message.get(INTENT_RANKING_KEY) or [] if i["name"] != NOT_UNDERSTOOD), None)
        if best is None:
            return False
        return best["name"] in self._config["asking"] and best["confidence"] >= self._config["sure_act"]

    def _level(self, heard: Heard, weight: float, threshold: float) -> tuple[CareLevel | None, float]:
        """The level that counts as heard, and how near emergency and urgent together came."""
        emergency, urgent, soon = (
            heard.share[level] * weight for level in (CareLevel.EMERGENCY, CareLevel.URGENT, CareLevel.SOON)
        )
        now = emergency + urgent
        if now >= threshold:
            is_emergency = emergency >= self._config["emergency"] * now
            return (CareLevel.EMERGENCY if is_emergency else CareLevel.URGENT), now
        return (CareLevel.SOON if now + soon >= self._config["soon"] else None), now

    def _sign_for(self, rule: str, level: CareLevel) -> DangerSign | None:
        """The sign of a rule whose level is nearest to the one heard, the more urgent one of two."""
        signs = [s for s in self.reader.danger_signs if s.rule == rule]
        return min(signs, key=lambda s: (abs(s.level.rank - level.rank), s.level.rank), default=None)

    def _add_entities(self, message: Message, signs: list[Sign]) -> None:
        text = message.get(TEXT) or ""
        entities = []
        roles = set[str]()
        for sign in signs:
            level = sign.level.value
            entity = {
                "entity": ENTITY,
                "value": sign.sign.id,
                "start": sign.start,
                "end": sign.end,
                "text": sign.words,
                "level": level,
                "read_by": sign.read_by,
            }
            role = level if sign.sign.kind == PHYSICAL else sign.sign.kind
            if role in SLOTS and role not in roles:  # each slot is filled from the first alone
                entity["role"] = role
                roles.add(role)
            if self.reader.about_someone_else(text, sign.start, sign.end):
                entity["about"] = "someone_else"
            entities.append(entity)
        message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)


def _quote(words: str) -> str:
    """The person's own words, cut at a space where they are many."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rpartition(' ')[0]} …"
