"""Deciding which entries answer a message: act (what the person does) times concepts (about what).

Pure look-up in a fixed order. Nothing is scored for the person: entries come in the order in
which the message names their concepts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from knowledge.loading import Topic
from knowledge.model import CareLevel, Entry, Statement, Status
from knowledge.safety import UNKNOWN

# Acts about what can be done: a word that stands for a cause and a remedy ("magnesium") is
# read as the remedy here, and as the cause where a cause is asked about.
REMEDY_ACTS = frozenset({"ask_help", "ask_remedy", "ask_dose"})
# Acts whose own answer comes first, whatever is named beside them: no dose by any route.
FIRST_ACTS = frozenset({"ask_dose", "ask_diagnosis", "ask_medicine_change", "ask_other_health"})
# How much a concept tells about what is asked: "pregnant" more than "leg". An answer that rests
# on more of it wins; SPECIFIC is the weight from which on a rule outranks the learned question.
WEIGHTS = {"situation": 4, "topic": 4, "cause": 3, "remedy": 3, "sign": 2, "time": 1, "body": 1}
SPECIFIC = 5
# Probability from which on the learned question counts beside other readings: nine in ten are
# right there by cross-validation (docs/decisions/0003-questions.md).
SURE = 0.3
MOST_ENTRIES = 4
# Acts of somebody who asks to be reassured, and the act under which the knowledge files answer when the same
# fear comes for the third time: more of the same calms nobody (clinical/conversation.md, V22).
WORRY_ACTS = frozenset({"express_worry", "ask_seriousness", "ask_diagnosis"})
WORRY_LOOP, WORRY_ROUNDS = "worry_loop", 3
TELLING = "describe_symptom"
# Acts that somebody does who has the trouble, beside telling of it; "can coffee make my lid twitch?" may be curiosity.
_OF_ONESELF = frozenset({TELLING, "nlu_fallback", "out_of_scope", "greet", "thank", "affirm", "deny", "ask_causes",
                         "ask_diagnosis", "ask_help", "ask_seriousness", "ask_when_to_see_doctor",
                         "express_worry"})  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A concept or danger sign that the message names. ``denied`` is true for "no coffee"; ``level`` is a sign's.

    ``told``: it is told, not asked about; ``other``: of somebody else.
    """

    concept: str
    denied: bool = False
    words: str = ""
    level: CareLevel | None = None
    told: bool = True
    other: bool = False


@dataclass(frozen=True)
class Reading:
    """What was understood of one message.

    ``question`` is the answer that the message asks for in other words, as the learned reading
    has it with probability ``sure``; ``dangers`` are danger-sign ids, most urgent first; ``nearest_act`` is the
    likeliest act where none was sure (``act`` is then ``nlu_fallback``). ``further``: what else the message does,
    in order; ``near``: statements that may answer it, the nearest first;
    ``measures``: since when, how often, how much, on which side, as plain data. ``held``: the most urgent sign of the
    turns before, whose level holds; ``country``: whose phone numbers are told; ``country_said``: in this message.
    ``language``: code of the language, where it is not English.
    """

    act: str
    mentions: tuple[Mention, ...] = ()
    question: str | None = None
    sure: float = 1.0
    dangers: tuple[Mention, ...] = ()
    nearest_act: str | None = None
    text: str = ""
    held: Mention | None = None
    country: str = UNKNOWN
    country_said: bool = False
    further: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    measures: tuple[Mapping[str, Any], ...] = ()
    language: str | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What the reply object shows of the message (docs/architecture.md, "Reply object")."""
        return {
            "act": self.act,
            "acts": list(self.acts),
            "concepts": list(self.affirmed),
            "denied": list(self.denied),
            "measures": [dict(m) for m in self.measures],
            "language": self.language,
        }

    @property
    def acts(self) -> tuple[str, ...]:
        """Everything that the message does, the main thing first."""
        return (self.act, *self.further)

    @property
    def denied(self) -> tuple[str, ...]:
        """Ids of the concepts that the message denies and nowhere affirms, each once, in order."""
        return tuple(dict.fromkeys(m.concept for m in self.mentions if m.denied and m.concept not in self.affirmed))

    @property
    def level(self) -> CareLevel | None:
        """The most urgent level among the danger signs, or None if there are none."""
        return min((m.level for m in self.dangers if m.level), key=lambda level: level.rank, default=None)

    @property
    def affirmed(self) -> tuple[str, ...]:
        """Ids of the concepts that the message affirms, each once, in order."""
        return tuple(dict.fromkeys(m.concept for m in self.mentions if not m.denied))

    @property
    def named(self) -> tuple[str, ...]:
        """Affirmed causes and remedies."""
        return tuple(c for c in self.affirmed if c.startswith(("cause.", "remedy.")))

    @property
    def telling(self) -> bool:
        """Whether anything is named that tells what the message is about; a body part alone does not."""
        return any(WEIGHTS.get(c.partition(".")[0], 1) >= WEIGHTS["cause"] for c in self.affirmed)

    @property
    def describes(self) -> bool:
        """Whether a sign and a place or a span of time are told or asked about by somebody who has them."""
        kinds = {c.partition(".")[0] for c in self.affirmed}
        of_somebody = bool(re.search(r"\b(?:i|i'm|im|ive|i've|my|me|he|she|his|her)\b", self.text.lower()))
        lasts = any(m["kind"] == "duration" for m in self.measures)
        return of_somebody and "sign" in kinds and ("body" in kinds or lasts) and self.act in _OF_ONESELF

    @property
    def bare(self) -> bool:
        """Whether the message is nothing but a cause or remedy ("magnesium?")."""
        text = re.sub(r"\b(?:or|and|maybe)\b|[^\w']+", "", self.text)
        if any(m.concept.startswith(("body.", "sign.")) for m in self.mentions):
            return False
        words = {m.words.lower() for m in self.mentions}  # one phrase may name two concepts
        said = sum(len(re.sub(r"[^\w']+", "", w)) for w in words)
        return bool(self.named) and 0 < len(text) <= said

    def words_for(self, concept: str) -> str:
        """The person's own words for a concept."""
        return next((m.words for m in self.mentions if m.concept == concept and not m.denied), "")


def settle(reading: Reading) -> Reading:
    """No act can be read from a bare subject ("magnesium?"): take it as a question about a cause."""
    return replace(reading, act="ask_cause", question=None) if reading.bare else reading


def choose_entries(topic: Topic, reading: Reading) -> list[Entry]:
    """The entries that answer a message, at most :data:`MOST_ENTRIES`; empty if none does."""
    general = _act_alone(topic, reading.act)
    question = topic.entries.get(reading.question or "")
    if question and _about_something_else(question, reading):
        question = None
    guess, question = question, question if reading.sure >= SURE else None
    if general and reading.act in FIRST_ACTS:
        chosen = [general, *([question] if question and question is not general else [])]
        used: set[str] = set()
    else:
        answer, used, weight = _best_answer(topic, reading)
        if question and weight < SPECIFIC and _fits(question, reading):
            answer, used = question, _used_by(question, reading)
        chosen = [answer] if answer else []
    chosen += [e for e in _named(topic, reading, used) if e not in chosen]
    if not chosen:
        # nothing certain: the act's own answer, or else what the learned reading thinks of
        chosen = [e for e in (general, guess if reading.near else None) if e][:1]
    return chosen[:MOST_ENTRIES]


def choose_for_all(topic: Topic, reading: Reading) -> list[Entry]:
    """The entries for everything that a message does: those of the main act, and the first new one of each further act.

    What somebody tells gives no entry beside a question: the question is what they want answered. An act that no
    entry is for ("thanks") gives none either.
    """
    chosen = choose_entries(topic, reading)
    answered = {act for e in topic.entries.values() for c in e.when for act in c.acts} - {TELLING}
    for act in reading.further:
        if act not in answered:
            continue
        alone = replace(reading, act=act, question=None)
        # "does magnesium help, and how long does it last": the second asks of the twitching, not of magnesium
        other = [*choose_entries(topic, alone), *choose_entries(topic, replace(alone, mentions=()))]
        new = next((e for e in other if e not in chosen), None)
        # a question comes before what the documents say about the things told
        chosen = [new, *chosen] if new and reading.act == TELLING else [*chosen, *([new] if new else [])]
    return chosen[:MOST_ENTRIES]


def nearest_statements(topic: Topic, reading: Reading) -> list[Statement]:
    """Statements that lie near enough to a question to be shown as what the documents say; usually none."""
    found = (topic.statements.get(i) for i in reading.near)
    return [s for s in found if s and s.status is Status.ACTIVE]


def fear_of(reading: Reading) -> str | None:
    """What a message wants to be reassured about: a cause by its id, "" for no certain one; None for other acts."""
    if reading.act not in WORRY_ACTS:
        return None
    # "are you sure it isn't als": what is denied in a question is feared all the same
    return next((m.concept for m in reading.mentions if m.concept.startswith("cause.")), "")


def answer_to_loop(topic: Topic, reading: Reading, fears: tuple[str, ...]) -> Entry | None:
    """The entry that names the loop kindly, where the same fear comes for the third time without a new sign.

    ``fears`` are those that the conversation asked to be reassured about before.
    """
    new_sign = reading.level is not None and reading.level.rank <= CareLevel.SOON.rank
    fear = fear_of(reading)
    if fear is None or new_sign or fears.count(fear) + 1 < WORRY_ROUNDS:
        return None
    return _act_alone(topic, WORRY_LOOP)


def _fits(question: Entry, reading: Reading) -> bool:
    """Whether a learned question can be meant with this act: one of its conditions names the act, or any act."""
    return not question.when or any(not c.acts or reading.act in c.acts for c in question.when)


def _about_something_else(question: Entry, reading: Reading) -> bool:
    """Whether the message names causes or remedies and the learned question is not about those.

    A named thing is certain, the learned reading is not: "could it be low calcium" is about
    calcium, however much it sounds like a question about eyelids and vitamins. Of what the
    question is about, only its topic ("first sign") may be said in words that no phrase holds.
    """
    affirmed = set(reading.affirmed)
    remedies_count = reading.act in (*REMEDY_ACTS, "ask_cause")
    named = {c for c in reading.named if remedies_count or c.startswith("cause.")}
    if not named or question.id in named:
        return False
    return not any(
        named & set(c.concepts) and all(m.startswith("topic.") for m in set(c.concepts) - affirmed)
        for c in question.when
    )


def _used_by(question: Entry, reading: Reading) -> set[str]:
    """Concepts that the learned question speaks for: those of its condition that fits best."""
    affirmed = set(reading.affirmed)
    return max((affirmed & set(c.concepts) for c in question.when), key=len, default=set())


def _act_alone(topic: Topic, act: str) -> Entry | None:
    for entry in topic.entries.values():
        if entry.status is Status.ACTIVE and any(act in c.acts and not c.concepts for c in entry.when):
            return entry
    return None


def _best_answer(topic: Topic, reading: Reading) -> tuple[Entry | None, set[str], int]:
    """The entry whose condition rests on most, the concepts it used, and their weight."""
    affirmed = set(reading.affirmed)
    best: tuple[int, int, int] = (0, 0, 0)
    answer, used = None, set[str]()
    for entry in topic.entries.values():
        if entry.status is not Status.ACTIVE:
            continue
        for condition in entry.when:
            if not condition.concepts or not affirmed.issuperset(condition.concepts):
                continue
            if condition.acts and reading.act not in condition.acts:
                continue
            weight = sum(WEIGHTS.get(c.partition(".")[0], 1) for c in condition.concepts)
            fit = (weight, len(condition.concepts), 1 if condition.acts else 0)
            if fit > best:
                best, answer, used = fit, entry, set(condition.concepts)
    return answer, used, best[0]


def _named(topic: Topic, reading: Reading, used: set[str]) -> list[Entry]:
    """Causes and remedies that the message names, as the act reads them."""
    entries: list[Entry] = []
    for concept in reading.affirmed:
        entry_id = _read_as(topic, concept, reading.act)
        if concept in used or entry_id in used:
            continue
        entry = topic.entries.get(entry_id)
        if entry and entry.status is Status.ACTIVE and entry not in entries:
            entries.append(entry)
    return entries


def _read_as(topic: Topic, concept: str, act: str) -> str:
    """The entry meant by a concept whose word stands for a cause and a remedy ("sleep", "magnesium")."""
    meant = "remedy." if act in REMEDY_ACTS else "cause." if act == "ask_cause" else ""
    return concept if concept.startswith(meant) else topic.pairs.get(concept, concept)
