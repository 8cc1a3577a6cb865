"""Reaching a person: whom to call, and handing the summary over to the operator after the person's explicit yes.

Three turns lead to a message: it is offered, the person says how they may be reached, and they see all that would be
sent and say yes to just that. Anything else sends nothing. This module decides and words it; it sends nothing itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from knowledge.loading import Topic
from knowledge.model import CareLevel
from knowledge.queries import Reading
from knowledge.replies import Button, Memory, Reply, care_said, finish
from knowledge.safety import Contacts
from knowledge.story import plain_words

ASKING = "ask_human"
YES, NO = "affirm", "deny"
# Acts of a message that goes on to nothing else.
_NOTHING_ELSE = frozenset({YES, "nlu_fallback", "out_of_scope"})
# A phone number has at least seven digits (ITU-T E.164 allows fifteen), with the signs that people write between them.
_PHONE = re.compile(r"(?<![\w/])\+?\(?\d(?:(?: ?\(|\) ?|[ .\-])?\d){6,14}(?![\w/])")
_DATE = re.compile(r"\d{1,2}[.\- ]\d{1,2}[.\- ]\d{2,4}|\d{4}[.\- ]\d{1,2}[.\- ]\d{1,2}|(?:19|20)\d\d[\- ](?:19|20)\d\d")
_EMAIL = re.compile(r"[\w.+\-]{1,64}@(?:[\w\-]{1,63}\.){1,5}[a-z]{2,24}\b", re.IGNORECASE)
_BRIEF = 4  # words of a message that is about what was shown, where it names nothing else
REFERENCE = 8  # signs of the key by which people name a message


class Stage(StrEnum):
    """What the last turn asked: whether to send a message, how to reach the person, whether to send just this."""

    OFFERED = "offered"
    CONTACT = "contact"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class HandOver:
    """Where the hand-over stands; plain data that lives in one slot. ``sent``: keys of what was sent.

    ``shown``: mark of the message that was shown to be said yes to.
    """

    stage: str | None = None
    contact: str = ""
    shown: str = ""
    sent: tuple[str, ...] = ()

    @classmethod
    def from_slot(cls, value: Any) -> HandOver:
        """Read the slot; anything unreadable counts as nothing offered."""
        if not isinstance(value, dict):
            return cls()
        known: dict[str, Any] = {f.name: value[f.name] for f in fields(cls) if f.name in value}
        return cls(**{**known, "sent": tuple(known.get("sent") or ())})

    def to_slot(self) -> dict[str, Any]:
        """The value to keep in the slot."""
        return {**asdict(self), "sent": list(self.sent)}


@dataclass(frozen=True)
class Desk:
    """The operator's side: lines of contact points for the level of now, and whom a message goes to, if to anybody."""

    lines: tuple[str, ...] = ()
    to: str | None = None
    within: str = ""


@dataclass(frozen=True)
class Step:
    """What comes of a message: the reply, the state after it, and the contact where the message is to be sent now."""

    reply: Reply
    state: HandOver
    send_to: str | None = None


def really_asks(topic: Topic, reading: Reading) -> Reading:
    """The reading; where it was read as a wish for a person and no word of it speaks of one, as not understood."""
    if ASKING not in reading.acts or {*plain_words(reading.text)} & {*topic.hand_over.asks_for}:
        return reading
    further = tuple(act for act in reading.further if act != ASKING)
    act = reading.act if reading.act != ASKING else next(iter(further), "nlu_fallback")
    return replace(reading, act=act, further=tuple(a for a in further if a != act))


def contact_in(text: str) -> str | None:
    """The first email address or phone number in a text; None where there is none."""
    email = _EMAIL.search(text)
    if email:
        return email.group()
    found = [m.group() for m in _PHONE.finditer(text) if not _DATE.fullmatch(m.group())]
    dialled = [number for number in found if number[0] in "+0("]
    return next(iter([*dialled, *found]), None)


def hand_over(
    topic: Topic,
    desk: Desk,
    state: HandOver,
    reading: Reading,
    memory: Memory,
    level: CareLevel,
    summary: Sequence[str],
) -> Step | None:
    """Take the message as one about reaching a person; None where it is about something else.

    Args:
        topic: the knowledge.
        desk: the operator's contact points for ``level``.
        state: where the hand-over stands.
        reading: what was understood of the message.
        memory: what the conversation remembers.
        level: the level of care that holds.
        summary: the paragraphs that would be sent.
    """
    if not topic.hand_over.labels or reading.language:
        return None
    labels = topic.hand_over.labels
    if state.stage:
        said_yes = _plain_yes(topic, reading)
        words = " ".join(plain_words(reading.text))
        if words in topic.hand_over.decline:
            return Step(finish(topic, reading, [labels["not_sent"]], memory), closed(state))
        begun = state.stage != Stage.OFFERED or words.startswith(tuple(f"{w} " for w in topic.interview.says_yes))
        contact = contact_in(reading.text) if begun else None
        if contact:
            return _confirm(topic, desk, replace(state, contact=contact), reading, memory, level, summary)
        if reading.act == NO and not said_yes:
            more = reading.mentions or reading.dangers or any(act.startswith("ask_") for act in reading.further)
            return None if more else Step(finish(topic, reading, [labels["not_sent"]], memory), closed(state))
        if state.stage == Stage.CONFIRM and said_yes and state.shown == _mark(state.contact, level, summary):
            return Step(finish(topic, reading, [""], memory), closed(state), send_to=state.contact)
        if state.stage == Stage.OFFERED and (said_yes or reading.act == YES):
            return Step(finish(topic, reading, [labels["ask_contact"]], memory), replace(state, stage=Stage.CONTACT))
        if state.stage == Stage.CONTACT and reading.act in _NOTHING_ELSE:
            return Step(finish(topic, reading, [labels["no_contact"]], memory), state)
        brief = len(words.split()) <= _BRIEF and not reading.mentions and not reading.dangers  # "is that right?"
        if state.stage == Stage.CONFIRM and (said_yes or brief or reading.act in _NOTHING_ELSE):  # asked once more
            return _confirm(topic, desk, state, reading, memory, level, summary)
    if reading.act == ASKING or (ASKING in reading.acts and not reading.act.startswith("ask_")):
        return _whom_to_reach(topic, desk, state, reading, memory, level)
    return None


def _plain_yes(topic: Topic, reading: Reading) -> bool:
    """Whether a whole message says yes and nothing else: "yes please, send it", not "is that right?" or "ok 👎"."""
    if re.search(r"[^\sA-Za-z'’.,!]", reading.text):
        return False
    said = f" {' '.join(plain_words(reading.text))} "
    for courtesy in topic.hand_over.courtesies:
        said = said.replace(f" {courtesy} ", " ")
    return said.strip() in topic.hand_over.agree


def _mark(contact: str, level: CareLevel, summary: Sequence[str]) -> str:
    """A mark of all that a message would hold."""
    return hashlib.sha256("\n".join([contact, level.value, *summary]).encode()).hexdigest()


def lapsed(topic: Topic, state: HandOver, reply: Reply) -> tuple[HandOver, Reply]:
    """State and reply after a message about something else: what was offered is no longer open, and that is said."""
    if state.stage in (Stage.CONTACT, Stage.CONFIRM):
        reply = replace(reply, texts=(topic.hand_over.labels["not_sent_so_far"], *reply.texts))
    return closed(state), reply


def outcome(topic: Topic, desk: Desk, step: Step, reading: Reading, memory: Memory, key: str, *, arrived: bool) -> Step:
    """The step after sending the message with ``key``: what to tell, and what was sent is kept in mind."""
    labels = topic.hand_over.labels
    if not arrived:
        text = "\n".join([labels["failed"], *_people(topic, desk, reading)])
        return replace(step, reply=finish(topic, reading, [text], memory))
    answers = labels["answers"].format(within=desk.within) if desk.within else ""
    words = Contacts(topic, reading.country).words()
    name = "sent_already" if key in step.state.sent else "sent"
    text = labels[name].format(to=desk.to, reference=key[:REFERENCE].upper(), answers=answers, **words)
    sent = tuple(dict.fromkeys((*step.state.sent, key)))
    reply = finish(topic, reading, [text.replace("  ", " ")], memory)
    return replace(step, reply=reply, state=replace(step.state, sent=sent))


def closed(state: HandOver) -> HandOver:
    """The state with nothing offered."""
    return replace(state, stage=None, contact="", shown="")


def _whom_to_reach(
    topic: Topic, desk: Desk, state: HandOver, reading: Reading, memory: Memory, level: CareLevel
) -> Step:
    """The people to reach at this level, and the offer to send them a message where that is not too slow."""
    labels = topic.hand_over.labels
    words = Contacts(topic, reading.country).words()
    blocks = ["\n".join([labels["none_here"], *_people(topic, desk, reading)])]
    if level.rank <= CareLevel.SOON.rank:
        blocks.append(labels["for_now"].format(level=care_said(topic, reading, level)))
    blocks.append(labels["emergency_first"].format(**words))
    if level.rank <= CareLevel.URGENT.rank:
        blocks.reverse()  # the number first; a message would be too slow
    offers = bool(desk.to) and level.rank > CareLevel.URGENT.rank
    buttons: list[Button] = []
    if offers:
        blocks.append(labels["offer"].format(to=desk.to))
        buttons = [Button(labels["offer_yes"], labels["offer_yes"]), Button(labels["offer_no"], labels["offer_no"])]
    reply = finish(topic, reading, ["\n\n".join(blocks)], memory, buttons=buttons, care_level=reading.level)
    reply.object["contacts"] = Contacts(topic, reading.country).for_reply("urgent")
    return Step(reply, replace(state, stage=Stage.OFFERED if offers else None))


def _people(topic: Topic, desk: Desk, reading: Reading) -> list[str]:
    """A line for each of the operator's contact points; without any, the general line of the country."""
    labels = topic.hand_over.labels
    words = Contacts(topic, reading.country).words()
    return list(desk.lines) or [labels["general"].format(**words)]


def _confirm(
    topic: Topic,
    desk: Desk,
    state: HandOver,
    reading: Reading,
    memory: Memory,
    level: CareLevel,
    summary: Sequence[str],
) -> Step:
    """All that would be sent, word by word, and the question whether to send it."""
    labels = topic.hand_over.labels
    blocks = [
        labels["confirm"].format(to=desk.to),
        *(summary or [labels["nothing_told"]]),
        labels["confirm_contact"].format(contact=state.contact),
    ]
    buttons = [Button(labels["send"], labels["send"]), Button(labels["offer_no"], labels["offer_no"])]
    reply = finish(topic, reading, ["\n\n".join(blocks), labels["confirm_ask"]], memory, buttons=buttons)
    shown = _mark(state.contact, level, summary)
    return Step(reply, replace(state, stage=Stage.CONFIRM, shown=shown))
