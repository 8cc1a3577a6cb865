"""What a person has told in a conversation: concepts affirmed or denied, since when, on which side, and their words.

Plain data that lives in one slot. What is told last holds: a correction changes what was said, whenever it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from knowledge.loading import Topic
from knowledge.queries import WORRY_ACTS, Mention, Reading

# Kinds of concepts that belong to a story; of a question ("does coffee help?") only those about the person do.
TOLD_KINDS = frozenset({"body", "sign", "cause", "remedy", "situation", "time"})
OF_QUESTIONS = frozenset({"body"})
OF_DESCRIPTIONS = frozenset({"body", "sign", "situation", "time"})  # "my calf twitches since may, what is it?"
PLACE = "body."


@dataclass(frozen=True)
class Fact:
    """A concept that the person told of, affirmed or denied, in their own words."""

    concept: str
    denied: bool
    words: str


@dataclass(frozen=True)
class Alarm:
    """A danger sign that was read, its level and the words that led to it."""

    sign: str
    level: str
    words: str


@dataclass(frozen=True)
class Story:
    """All that was told, and where the interview stands.

    ``days``: since when; ``about``: the words for somebody else ("my daughter"); ``worry``: for what they fear.
    ``asked``: questions put; ``pending``: the one that waits for an answer; ``reminded``: whether that was put again
    after something else came; ``closed``: questions that were answered or passed over; ``active``: the interview
    goes on; ``ended``: it was summed up, and starts anew only when something new is told; ``stopped``: the person
    wants no more questions.
    """

    facts: tuple[Fact, ...] = ()
    days: float | None = None
    days_words: str = ""
    side: str | None = None
    about: str = ""
    worry: str = ""
    alarms: tuple[Alarm, ...] = ()
    asked: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    pending: str | None = None
    reminded: bool = False
    active: bool = False
    ended: bool = False
    stopped: bool = False

    @classmethod
    def from_slot(cls, value: Any) -> Story:
        """Read the slot; anything unreadable counts as nothing told."""
        if not isinstance(value, dict):
            return cls()
        known: dict[str, Any] = {f.name: value[f.name] for f in fields(cls) if f.name in value}
        try:
            known["facts"] = tuple(Fact(**f) for f in known.get("facts") or ())
            known["alarms"] = tuple(Alarm(**a) for a in known.get("alarms") or ())
        except TypeError:
            return cls()
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in known.items()}
        return cls(**plain)

    def to_slot(self) -> dict[str, Any]:
        """The value to keep in the slot."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def of(self, concept: str) -> Fact | None:
        """What was told of a concept."""
        return next((f for f in self.facts if f.concept == concept), None)

    def of_kind(self, start: str, *, denied: bool = False) -> tuple[Fact, ...]:
        """The facts whose concept begins so, affirmed or denied."""
        return tuple(f for f in self.facts if f.concept.startswith(start) and f.denied is denied)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All facts, as one message that says them all would name them."""
        return tuple(Mention(f.concept, f.denied, f.words) for f in self.facts)


def tell(story: Story, facts: Iterable[Fact]) -> Story:
    """The story with facts added; what was said of the same concept before gives way."""
    told = {f.concept: f for f in story.facts}
    told |= {f.concept: f for f in facts}
    return replace(story, facts=tuple(told.values()))


def hear(
    topic: Topic, story: Story, reading: Reading, *, answers_since: bool = False
) -> tuple[Story, tuple[Fact, ...]]:
    """The story after a message, and what was new in it; ``answers_since``: it was asked since when."""
    if reading.language:
        return story, ()
    if _is_of_another(story, reading):  # "my dad's face has dropped", in the story of one's own calf
        own = tuple(m for m in reading.mentions if not m.other)
        dangers = tuple(m for m in reading.dangers if not m.other)
        reading = replace(reading, mentions=own, dangers=dangers, measures=())
    facts = _facts_of(reading)
    correcting = corrects(topic, reading.text)
    if correcting and any(f.concept.startswith(PLACE) and not f.denied for f in facts):
        story = replace(story, facts=tuple(f for f in story.facts if not f.concept.startswith(PLACE)))
    new = tuple(f for f in facts if (old := story.of(f.concept)) is None or old.denied is not f.denied)
    story = tell(story, facts)
    # "sertraline, started last month" says nothing of the twitch
    of_trouble = any(f.concept.startswith((PLACE, "sign.")) and not f.denied for f in facts)
    of_nothing_else = all(f.concept.startswith("time.") for f in facts)
    restated = correcting or answers_since or of_trouble or of_nothing_else
    for measure in reading.measures:
        if measure["kind"] == "duration" and (story.days is None or restated):
            story = replace(story, days=float(measure["value"]), days_words=str(measure.get("text") or ""))
        elif measure["kind"] == "side":
            story = replace(story, side=str(measure["value"]))
    if not story.about:
        story = replace(story, about=_other_person(topic, reading))
    if WORRY_ACTS.intersection(reading.acts):
        feared = [m.words for m in reading.mentions if m.concept in topic.interview.fears and not m.denied and m.words]
        story = replace(story, worry=feared[0] if feared else story.worry)
    alarms = {a.sign: a for a in story.alarms}
    alarms |= {m.concept: Alarm(m.concept, m.level.value, m.words) for m in reading.dangers if m.level}
    return replace(story, alarms=tuple(alarms.values())), new


def _is_of_another(story: Story, reading: Reading) -> bool:
    """Whether a message tells a trouble of somebody else, beside what the person has told of their own."""
    troubles = [m.concept for m in reading.mentions if m.other and m.concept.startswith((PLACE, "sign."))]
    places = [c for c in troubles if c.startswith(PLACE)] or troubles
    told = story.of_kind(PLACE) or story.of_kind("sign.")
    return bool(troubles and told) and not story.about and not any(story.of(c) for c in places)


def _facts_of(reading: Reading) -> tuple[Fact, ...]:
    told = [
        Fact(m.concept, m.denied, m.words)
        for m in reading.mentions
        if (kind := m.concept.partition(".")[0]) in TOLD_KINDS
        and (m.told or kind in (OF_DESCRIPTIONS if reading.describes else OF_QUESTIONS))
    ]
    affirmed = {f.concept for f in told if not f.denied}
    return tuple({f.concept: f for f in told if not f.denied or f.concept not in affirmed}.values())


def corrects(topic: Topic, text: str) -> bool:
    """Whether a message takes back what was said before."""
    said = " ".join(plain_words(text))
    return any(f" {words} " in f" {said} " for words in topic.interview.corrections)


def plain_words(text: str) -> list[str]:
    """The words of a message in small letters, without punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def _other_person(topic: Topic, reading: Reading) -> str:
    """The person's words for somebody else whom the message is about; empty where it is about themselves."""
    if not any(m.other and m.concept.startswith((PLACE, "sign.")) for m in reading.mentions):
        return ""
    for words in sorted(topic.context.others, key=len, reverse=True):
        found = re.search(rf"\b(?:(?:my|our) )?{re.escape(words)}(?=s?\b)", reading.text, re.IGNORECASE)
        if found:
            return found.group()
    return ""
