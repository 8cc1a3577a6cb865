"""The fixed safety texts, filled: numbers of the country, the sentence that fits the sign.

Words stand in data/responses/danger.yml, numbers in contacts.yml, advice in danger_signs.yml; nothing is
worded here. Two ways lead here: the rules of the running model (responses.py), and the guard when
there is no model to ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from channels.settings import default_country, the_topic
from knowledge.model import CareLevel, DangerSign
from knowledge.reading import phrases_json, reader_for
from knowledge.safety import LEVEL_OF_TEXT, Contacts, texts_for

PREFIX = "utter_danger_"
OTHER_LANGUAGE = "utter_other_language"
RESPONSES = Path(__file__).parents[1] / "data" / "responses" / "danger.yml"


def safety_message(
    responses: Mapping[str, Sequence[Mapping[str, Any]]],
    kinds: Sequence[str],
    signs: Sequence[tuple[DangerSign, CareLevel]],
    *,
    country: str | None = None,
    someone_else: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The fixed texts of a message, and what they add to the reply object.

    Args:
        responses: those of data/responses/danger.yml.
        kinds: which texts, for example "emergency", in order.
        signs: the danger signs of the message with their levels, most urgent first.
        country: the one that the person named; else the operator's.
        someone_else: whether the message is about somebody else than the one who writes.
    """
    contacts = contacts_of(country)
    said = []
    for kind in kinds:
        advice = next((s.advice for s, level in signs if s.advice and _has_text(s, level, kind)), None)
        wanted = [f"{kind}_advice"] if advice else [f"{kind}_other"] if someone_else else []
        found = next(r for name in (*wanted, kind) if (r := responses.get(f"{PREFIX}{name}")))
        said.append(str(found[0]["text"]).format(advice=advice, **contacts.words()).strip())
    levels = [level for kind in kinds if (level := LEVEL_OF_TEXT.get(kind))]
    level = min(levels, key=lambda x: x.rank, default=None)
    numbers = [n for kind in kinds for n in contacts.for_reply(kind)]
    return "\n\n".join(said), {
        "care_level": level.value if level else None,
        "danger": [s.id for s, _ in signs],
        "contacts": [n for i, n in enumerate(numbers) if n not in numbers[:i]],
    }


def contacts_of(country: str | None) -> Contacts:
    """The numbers of the country that the person named; else the operator's."""
    return Contacts(the_topic(), country or default_country())


def other_language_message(
    responses: Mapping[str, Sequence[Mapping[str, Any]]], language: str | None, country: str | None
) -> tuple[str, dict[str, Any]]:
    """The text for a message in another language, the English one below it, and what they add to the reply object."""
    contacts = contacts_of(country)
    names = [*([f"{OTHER_LANGUAGE}_{language}"] if language else []), OTHER_LANGUAGE]
    said = [
        str(found[0]["text"]).format(numbers=contacts.emergency_numbers()) for n in names if (found := responses.get(n))
    ]
    return "\n\n".join(said), {"care_level": None, "danger": [], "contacts": contacts.for_reply("emergency")}


def _has_text(sign: DangerSign, level: CareLevel, kind: str) -> bool:
    """Whether a text is the sign's own, at its own level: only then its advice fits."""
    return sign.level is level and sign.response == f"{PREFIX}{kind}"


def without_model(message: str) -> tuple[str, dict[str, Any]] | None:
    """What the readable rules alone say to a message; None where they find no danger, or can't be read.

    For the time when no model answers.
    """
    topic = the_topic()
    if topic is None:
        return None
    reader = reader_for(phrases_json(topic))  # the model's own, where one is loaded that fits the files
    found = reader.read(message)[1]
    signs = [(topic.danger_signs[f.id], f.level or topic.danger_signs[f.id].level) for f in found]
    kinds = texts_for(signs)
    if not kinds:
        return None
    responses = yaml.safe_load(RESPONSES.read_text(encoding="utf-8"))["responses"]
    about_other = reader.about_someone_else(message, found[0].start, found[0].end)
    return safety_message(responses, kinds, signs, country=reader.country_of(message), someone_else=about_other)
