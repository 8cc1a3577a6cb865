"""Whom to reach in which country, and the level of care that a conversation holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.loading import Topic
from knowledge.model import CareLevel, ContactUse, Country, DangerSign

UNKNOWN = "unknown"
# Slots that keep the last danger sign of each level and kind. The pipeline fills them from the roles of the
# entities, the channels' texts and the actions read them.
PHYSICAL, CRISIS, ABUSE = "physical", "crisis", "abuse"
SLOTS = {
    "emergency": "danger_emergency",
    "urgent": "danger_urgent",
    "soon": "danger_soon",
    CRISIS: "danger_crisis",
    ABUSE: "danger_abuse",
}
# What the person has confirmed when asked whether it is happening now; no rule's own sign.
CONFIRMED = "danger.confirmed"
# What is offered beside each fixed text: uses of the numbers, most needed first.
_USES = {
    "emergency": (ContactUse.EMERGENCY,),
    "poison": (ContactUse.EMERGENCY, ContactUse.POISON),
    "urgent": (ContactUse.URGENT, ContactUse.EMERGENCY),
    "crisis": (ContactUse.CRISIS, ContactUse.EMERGENCY),
    "distress": (ContactUse.CRISIS, ContactUse.EMERGENCY),
    "both": (ContactUse.EMERGENCY, ContactUse.CRISIS),
    "abuse": (ContactUse.EMERGENCY,),
    "unsure": (ContactUse.EMERGENCY,),
}
# Where no knowledge can be read: the words of contacts.yml, country.unknown (a test holds them together).
WITHOUT_KNOWLEDGE = {
    "emergency": "999, 911, 112 or 000",
    "urgent": "NHS 111, your GP or a doctor's advice line",
    "crisis": (
        "UK: call 111 and choose the mental health option, Samaritans on 116 123, or text SHOUT to 85258. US: call or "
        "text 988. Australia: Lifeline, 13 11 14."
    ),
    "poison": "your poison line (NHS 111 in the UK, 1-800-222-1222 in the US, 13 11 26 in Australia)",
}
# The fixed texts, by what comes after "utter_danger_" in data/responses/danger.yml, and what each says of the level.
LEVEL_OF_TEXT = {
    "emergency": CareLevel.EMERGENCY,
    "poison": CareLevel.EMERGENCY,
    "crisis": CareLevel.EMERGENCY,
    "both": CareLevel.EMERGENCY,
    "abuse": CareLevel.EMERGENCY,
    "urgent": CareLevel.URGENT,
    "distress": CareLevel.URGENT,
}
Found = tuple[DangerSign, CareLevel]
Held = tuple[str, CareLevel, str]  # kind, level and id of a sign found before


def texts_for(now: Sequence[Found], held: Sequence[tuple[str, CareLevel]] = ()) -> list[str]:
    """The fixed texts due for a message, in the order in which they are said; none if it needs none.

    A body in danger comes first, with the mind beside it if that is in danger too, then abuse.

    Args:
        now: danger signs of the message with the level of each here, most urgent first.
        held: kind and level of what was found earlier in the conversation (:func:`held`).
    """
    fixed = [(sign, level) for sign, level in now if level.rank <= CareLevel.URGENT.rank]
    body = min((level for sign, level in fixed if sign.kind == PHYSICAL), key=_rank, default=None)
    mind = min((level for sign, level in fixed if sign.kind == CRISIS), key=_rank, default=None)
    abuse = any(sign.kind == ABUSE for sign, _ in fixed)
    if not fixed:
        return []
    if (PHYSICAL, CareLevel.EMERGENCY) in held:
        body = CareLevel.EMERGENCY
    if body and any(kind == CRISIS for kind, _ in held):
        mind = mind or CareLevel.URGENT
    texts = []
    if body and mind:
        texts.append("both")
    elif body:
        own = {sign.response for sign, level in fixed if sign.kind == PHYSICAL and level is body}
        only_poison = own == {"utter_danger_poison"} and body is CareLevel.EMERGENCY
        texts.append("poison" if only_poison else body.value)
    elif mind:
        texts.append("crisis" if mind is CareLevel.EMERGENCY else "distress")
    return [*texts, "abuse"] if abuse else texts


def held(topic: Topic | None, slots: Mapping[str, Any]) -> list[Held]:
    """Kind, level and id of the danger signs found since the conversation began or was restarted, most urgent first."""
    signs = topic.danger_signs if topic else {}
    found = []
    for name, slot in SLOTS.items():
        sign_id = slots.get(slot)
        if not sign_id:
            continue
        if name in (CRISIS, ABUSE):
            level = signs[sign_id].level if sign_id in signs else CareLevel.EMERGENCY
            found.append((name, level, str(sign_id)))
        else:
            found.append((PHYSICAL, CareLevel(name), str(sign_id)))
    return sorted(found, key=lambda f: f[1].rank)


def _rank(level: CareLevel) -> int:
    return level.rank


class Contacts:
    """The phone numbers of one country and the words for them.

    Args:
        topic: the knowledge, or None where it can't be read.
        country: "gb" or "country.gb"; an unknown one counts as not known.
    """

    def __init__(self, topic: Topic | None, country: str) -> None:
        countries = topic.countries if topic else {}
        name = country if country.startswith("country.") else f"country.{country.lower()}"
        self._country: Country | None = countries.get(name) or countries.get(f"country.{UNKNOWN}")

    def words(self) -> dict[str, str]:
        """What stands for ``{emergency}``, ``{urgent}``, ``{crisis}`` and ``{poison}`` in the fixed texts."""
        said = {use.value: text for use, text in self._country.say.items()} if self._country else {}
        return {**WITHOUT_KNOWLEDGE, **said}

    def emergency_numbers(self) -> str:
        """The numbers alone, for texts in other languages: "999 / 911"."""
        numbers = [n["number"] for n in self.for_reply("unsure")]
        return " / ".join(dict.fromkeys(numbers)) or " / ".join(re.findall(r"\d+", WITHOUT_KNOWLEDGE["emergency"]))

    def for_reply(self, kind: str) -> list[dict[str, str]]:
        """Numbers for the reply object, each with a ``tel:`` or ``sms:`` link."""
        numbers = self._country.numbers if self._country else ()
        return [
            {
                "service": n.service,
                "number": n.number,
                "link": f"{'sms' if n.by == 'text' else 'tel'}:{re.sub(r'[^0-9+]', '', n.number)}",
            }
            for use in _USES.get(kind, ())
            for n in numbers
            if n.use is use
        ]
