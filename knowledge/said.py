"""What a message says, from the entities that the pipeline found: for the actions and for the fixed texts.

Entities are plain data here, as Rasa hands them over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.loading import Topic
from knowledge.model import CareLevel
from knowledge.queries import Mention, Reading

Entity = Mapping[str, Any]
# Entities that measure something, and what of them is shown.
MEASURES = frozenset({"duration", "frequency", "amount", "side"})
_MEASURED = ("value", "unit", "per", "of", "text")


def of_kind(entities: Sequence[Entity], kind: str) -> list[Entity]:
    """The entities of one name, in order."""
    return [e for e in entities if e.get("entity") == kind]


def reading_of(topic: Topic | None, message: Mapping[str, Any]) -> Reading:
    """What the pipeline understood of a message, given as Rasa's parse of it; without the conversation around it.

    ``topic`` gives a danger sign the level of its rule where the pipeline gave none.
    """
    entities = message.get("entities") or []
    act = (message.get("intent") or {}).get("name") or "nlu_fallback"
    ranking = [i.get("name") for i in message.get("intent_ranking") or []]
    question: Entity = next(iter(of_kind(entities, "question")), {})
    return Reading(
        act=act,
        nearest_act=next((name for name in ranking if name and name != "nlu_fallback"), None),
        text=str(message.get("text") or ""),
        further=tuple(dict.fromkeys(e["value"] for e in of_kind(entities, "act") if e["value"] != act)),
        mentions=tuple(
            Mention(
                e["value"],
                e.get("assertion") == "denied",
                _words(e),
                told=_is_told(e, act, of_kind(entities, "act")),
                other=e.get("about") == "someone_else",
            )
            for e in of_kind(entities, "concept")
        ),
        measures=tuple(
            {"kind": e["entity"], **{k: _words(e) if k == "text" else e[k] for k in _MEASURED if k in e}}
            for e in entities
            if e.get("entity") in MEASURES
        ),
        question=question.get("value"),
        sure=float(question.get("confidence_entity") or 0.0),
        near=tuple(e["value"] for e in of_kind(entities, "statement")),
        dangers=tuple(
            Mention(e["value"], False, _words(e), _level(topic, e), other=e.get("about") == "someone_else")
            for e in of_kind(entities, "danger")
        ),
        language=next((e["value"] for e in of_kind(entities, "language")), None),
        country_said=bool(of_kind(entities, "country")),
    )


def _words(entity: Entity) -> str:
    """The person's words in one line."""
    return " ".join(str(entity.get("text") or "").split())


def _level(topic: Topic | None, entity: Entity) -> CareLevel | None:
    """The level that the gate gave a danger sign; the sign's own where it gave none."""
    if entity.get("level") in set(CareLevel):
        return CareLevel(entity["level"])
    sign = topic.danger_signs.get(str(entity.get("value"))) if topic else None
    return sign.level if sign else None


def _is_told(concept: Entity, act: str, clauses: list[Entity]) -> bool:
    """Whether a concept is told, by the act of its clause, or of the whole message where it stands in none."""
    at = concept.get("start", 0)
    inside = next((c["value"] for c in clauses if c.get("start", 0) <= at < c.get("end", 0)), act)
    return not inside.startswith("ask_")
