"""What a message says, from the entities that the pipeline found: for the actions and for the reply object.

Entities are plain data here, as Rasa hands them over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Entity = Mapping[str, Any]
# Entities that measure something, and what of them is shown.
MEASURES = frozenset({"duration", "frequency", "amount", "side"})
_MEASURED = ("value", "unit", "per", "of", "text")


def of_kind(entities: Sequence[Entity], kind: str) -> list[Entity]:
    """The entities of one name, in order."""
    return [e for e in entities if e.get("entity") == kind]


def further_acts(entities: Sequence[Entity], act: str | None) -> tuple[str, ...]:
    """What the message does beside its main act, in order."""
    return tuple(dict.fromkeys(e["value"] for e in of_kind(entities, "act") if e["value"] != act))


def measures_in(entities: Sequence[Entity]) -> tuple[dict[str, Any], ...]:
    """Since when, how often, how much, on which side."""
    return tuple(
        {"kind": e["entity"], **{k: e[k] for k in _MEASURED if k in e}} for e in entities if e.get("entity") in MEASURES
    )


def language_of(entities: Sequence[Entity]) -> str | None:
    """Code of the language, where it is not English."""
    return next((e["value"] for e in of_kind(entities, "language")), None)


def said(entities: Sequence[Entity], act: str | None) -> dict[str, Any]:
    """What the reply object shows of a message: acts, concepts, what is denied, measures, language."""
    concepts = of_kind(entities, "concept")
    affirmed = dict.fromkeys(e["value"] for e in concepts if e.get("assertion") != "denied")
    denied = dict.fromkeys(
        e["value"] for e in concepts if e.get("assertion") == "denied" and e["value"] not in affirmed
    )
    return {
        "acts": [*([act] if act else []), *further_acts(entities, act)],
        "concepts": list(affirmed),
        "denied": list(denied),
        "measures": list(measures_in(entities)),
        "language": language_of(entities),
    }
