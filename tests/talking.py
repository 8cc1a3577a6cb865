"""Conversations without servers: the trained model, the rules, the real actions, and the slots between turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from knowledge import CareLevel
from tests.conftest import Answer

FIXED = ("report_", "use_other_language")


@dataclass
class Said:
    """One turn: what the person typed and what came back. Fixed texts come from the domain, without an answer here."""

    text: str
    parsed: dict[str, Any]
    answer: Answer | None

    @property
    def object(self) -> dict[str, Any]:
        return self.answer.object if self.answer else {}

    @property
    def question(self) -> str | None:
        asked = self.object.get("question")
        return asked["id"].removeprefix("question.") if asked else None


@dataclass
class Conversation:
    """Keeps the slots as Rasa does: danger slots from the entities, the others from the actions."""

    understand: Callable[[str], dict[str, Any]]
    act: Callable[..., Answer]
    slots: dict[str, Any] = field(default_factory=dict)
    turns: list[Said] = field(default_factory=list)
    unanswered: list[dict[str, Any]] = field(default_factory=list)  # since the last action ran

    def say(self, text: str) -> Said:
        parsed = self.understand(text)
        for entity in parsed["entities"]:
            if entity["entity"] == "danger" and entity.get("role"):
                self.slots[f"danger_{entity['role']}"] = entity["value"]
        intent = parsed["intent"]["name"]
        if intent == "restart":
            self.slots.clear()
            self.unanswered.clear()
            said = Said(text, parsed, None)
        elif intent.startswith(FIXED) and intent != "report_unsure":
            self.unanswered.append(parsed)
            said = Said(text, parsed, None)
        else:
            said = Said(text, parsed, self.act(parsed, self.slots, unanswered=self.unanswered))
            self.unanswered.clear()
            self.slots |= said.answer.slots if said.answer else {}
        self.turns.append(said)
        return said

    @property
    def story(self) -> dict[str, Any]:
        return self.slots.get("story") or {}

    def level(self, said: Said) -> CareLevel | None:
        """The level of a turn: that of the reply, and what the pipeline holds."""
        levels = [CareLevel(name) for name in ("emergency", "urgent", "soon") if self.slots.get(f"danger_{name}")]
        levels += [CareLevel.EMERGENCY for name in ("crisis", "abuse") if self.slots.get(f"danger_{name}")]
        if said.object.get("care_level"):
            levels.append(CareLevel(said.object["care_level"]))
        return min(levels, key=lambda level: level.rank, default=None)

    @property
    def asked(self) -> list[str]:
        return [q.removeprefix("question.") for q in self.story.get("asked", [])]

    def told(self, *, denied: bool = False) -> set[str]:
        return {f["concept"] for f in self.story.get("facts", []) if f["denied"] is denied}
