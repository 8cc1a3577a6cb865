"""Typed records of a topic: what the knowledge files may hold, and nothing more.

Every file under ``data/knowledge/<topic>/`` is read into these classes. A field that is not
listed here is an error. The JSON Schema for editors is written from the same classes
(``python -m knowledge schema``).
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Extra, Field, root_validator, validator


class CareLevel(StrEnum):
    """How soon a person should get help, most urgent first (clinical/triage.md, "Levels")."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"
    SELF_CARE = "self_care"

    @property
    def rank(self) -> int:
        """0 for the most urgent level, rising as it gets less urgent."""
        return list(CareLevel).index(self)


class Manner(StrEnum):
    """How a statement may be said."""

    PLAIN = "plain"
    CAVEAT = "caveat"
    ATTRIBUTED = "attributed"
    CORRECTED = "corrected"
    OUTSIDE = "outside"
    NOT_COVERED = "not_covered"


class Role(StrEnum):
    """What a statement is for, within its entry."""

    WHAT = "what"
    HELP = "help"
    CAUTION = "caution"
    SEE = "see"
    NOTE = "note"


class ContactUse(StrEnum):
    """What a phone number is for."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    CRISIS = "crisis"
    POISON = "poison"


class Kind(StrEnum):
    """The list that an entry stands in."""

    CAUSE = "cause"
    REMEDY = "remedy"
    ANSWER = "answer"


class Status(StrEnum):
    """Ids are never reused: an entry that is no longer shown stays, retired."""

    ACTIVE = "active"
    RETIRED = "retired"


def _not_empty(cls: type, value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise ValueError("the list is empty: it must hold at least one item")
    return value


class Record(BaseModel):
    """Base of all records: frozen, and unknown fields are refused."""

    class Config:
        """Pydantic's settings."""

        extra = Extra.forbid
        allow_mutation = False
        frozen = True


def _next_review_is_later(cls: type, values: dict[str, Any]) -> dict[str, Any]:
    if values["next_review"] <= values["reviewed_on"]:
        raise ValueError("next_review must be later than reviewed_on")
    return values


class Statement(Record):
    """The unit that is shown: one idea, its ground, and how it may be said."""

    id: str
    role: Role
    text: str
    claims: tuple[str, ...] = ()
    source: str
    passage: str | None = None
    manner: Manner
    caveat: str | None = None
    careful: tuple[str, ...] = ()
    reviewed_on: date
    next_review: date
    reviewer: str = "none yet"
    status: Status = Status.ACTIVE

    _dates = root_validator(allow_reuse=True, skip_on_failure=True)(_next_review_is_later)

    @root_validator(skip_on_failure=True)
    def _manner_holds(cls, values: dict[str, Any]) -> dict[str, Any]:
        manner = values["manner"]
        if manner in (Manner.CAVEAT, Manner.ATTRIBUTED) and not values["caveat"]:
            raise ValueError(f"manner '{manner.value}' needs a caveat: add 'caveat:' with the limit in plain words")
        if manner in (Manner.OUTSIDE, Manner.NOT_COVERED) and values["claims"]:
            raise ValueError(
                f"manner '{manner.value}' is for text that does not come from the documents: leave 'claims' empty"
            )
        if manner not in (Manner.OUTSIDE, Manner.NOT_COVERED) and not values["claims"]:
            raise ValueError(f"manner '{manner.value}' needs at least one claim id under 'claims'")
        return values

    def expired(self, today: date) -> bool:
        """Whether the review date has passed."""
        return today > self.next_review


class Condition(Record):
    """When an answer fits: one of the acts, and all of the concepts."""

    acts: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


class Entry(Record):
    """A cause, a remedy or an answer: statements under one id, most useful first."""

    id: str
    name: str
    statements: tuple[Statement, ...]
    group: str | None = None
    see: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    asked_as: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    lists_danger_signs: bool = False
    status: Status = Status.ACTIVE

    _statements = validator("statements", allow_reuse=True)(_not_empty)

    @property
    def kind(self) -> Kind:
        """The kind, read from the id ("cause.caffeine" is a cause)."""
        return Kind(self.id.partition(".")[0])

    @validator("id")
    def _id_names_kind(cls, value: str) -> str:
        kind, dot, rest = value.partition(".")
        if not dot or not rest or kind not in {k.value for k in Kind}:
            raise ValueError(f"id '{value}' must look like cause.name, remedy.name or answer.name")
        return value


class Concept(Record):
    """Something people talk about, and the ways they say it.

    ``name``: what it is called where there are no words of the person's to quote; else it is made from the id.
    ``denied_by``: ways to say in positive words that it is not so ("strong as ever" for weakness).
    ``fine_denies``: its phrases name something that may be well ("my speech is fine").
    ``taken``: is taken, drunk or had for long: since when says nothing of the trouble itself.
    ``after``: a concept that makes this one where "after" stands before it ("after football").
    ``hours_under``: fewer hours of it a night than these say that it is so, as many deny it (lack of sleep).
    ``ages``: youngest and oldest age in years that mean the concept ("im 71 now"). ``raises``: a
    person of whom it is true needs help one level sooner (clinical/triage.md, logic 6).
    """

    id: str
    kind: str
    name: str | None = None
    phrases: tuple[str, ...]
    not_when: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    fine_denies: bool = False
    pair: str | None = None
    hours_under: float | None = None
    after: str | None = None
    taken: bool = False
    ages: tuple[int, int] | None = None
    raises: bool = False

    _phrases = validator("phrases", allow_reuse=True)(_not_empty)

    @property
    def called(self) -> str:
        """A plain name."""
        return self.name or self.id.partition(".")[2].replace("_", " ")


class DangerSign(Record):
    """A red-flag rule: words that ask for a level of care.

    ``response``: the fixed text that is sent; ``advice``: the one sentence in it that fits this sign,
    in place of the general one; ``counts``: concepts that would raise the level, and that the rule
    has in it already.
    """

    id: str
    rule: str
    level: CareLevel
    kind: str = "physical"
    name: str
    shown: str
    phrases: tuple[str, ...] = ()
    combinations: tuple[tuple[tuple[str, ...], ...], ...] = ()
    not_when: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    note: str | None = None
    response: str | None = None
    advice: str | None = None
    advice_source: str | None = None

    @root_validator(skip_on_failure=True)
    def _advice_has_a_source(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["advice"] and not values["advice_source"]:
            raise ValueError("'advice' needs 'advice_source': the id of the source that says so")
        return values


class Source(Record):
    """Where a statement comes from."""

    id: str
    title: str
    publisher: str | None = None
    url: str | None = None
    date: str | None = None
    short: str
    kind: str
    read: str | None = None
    note: str | None = None


class PhoneNumber(Record):
    """One number that people can ring or, with ``by`` "text", write to."""

    id: str
    service: str
    number: str
    use: ContactUse
    by: str = "call"
    owner: str
    verified_on: date | None = None
    note: str | None = None


class Country(Record):
    """The phone numbers of one country, and how the fixed safety texts say them.

    ``names``: what people call the country ("im in the uk"). ``say``: the words that stand for
    ``{emergency}``, ``{urgent}`` and ``{crisis}`` in data/responses/danger.yml.
    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    say: dict[ContactUse, str] = {}
    numbers: tuple[PhoneNumber, ...]

    _numbers = validator("numbers", allow_reuse=True)(_not_empty)


class Frames(Record):
    """Words by which a sentence is no report of now.

    ``openers`` begin a question, ``lead_ins`` may stand before them, ``persons`` make a question a
    report ("is it normal that my ..."); ``now`` cancels ``past`` and ``family``.
    """

    openers: tuple[str, ...] = ()
    not_openers: tuple[str, ...] = ()
    lead_ins: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    hypothetical: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


class Context(Record):
    """Words that change what a phrase means: negation cues and where their reach ends.

    ``said_of_place`` stand before the name of the country a person is in ("i live in"); ``others`` name
    somebody else ("my dad"), ``selves`` the person who writes; ``fine`` say that something is well.
    """

    negations: tuple[str, ...]
    not_negations: tuple[str, ...] = ()
    negations_after: tuple[str, ...] = ()
    asking_at_start: tuple[str, ...] = ()
    exact_words: tuple[str, ...] = ()
    short_forms: dict[str, str] = {}
    terminators: tuple[str, ...]
    small_words: tuple[str, ...] = ()
    reach: int = Field(8, gt=0)
    frames: Frames = Frames()
    said_of_place: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    selves: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()


class Framing(Record):
    """The program's own sentences around the facts: introduction, reminders, labels, offers."""

    name: str
    purpose: str
    introduction: tuple[str, ...]
    reminders: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    talk: dict[str, tuple[str, ...]]
    offers: dict[str, str]
    menu: tuple[str, ...]


class Choice(Record):
    """An answer that can be tapped; ``says`` is what the person would type."""

    title: str
    says: str


class Question(Record):
    """One question of the interview (interview.yml says what each field is)."""

    id: str
    short: str
    ask: str
    ask_other: str | None = None
    why: str
    source: str | None = None
    about: tuple[str, ...]
    several: str | None = None
    open: bool = False
    measure: str | None = None
    if_yes: tuple[str, ...] = ()
    if_yes_danger: str | None = None
    if_no: tuple[str, ...] | None = None
    unless: tuple[str, ...] = ()
    choices: tuple[Choice, ...]
    reviewed_on: date
    next_review: date

    _choices = validator("choices", allow_reuse=True)(_not_empty)
    _dates = root_validator(allow_reuse=True, skip_on_failure=True)(_next_review_is_later)


class FactSign(Record):
    """A danger sign that follows from what was told over several turns.

    ``days``: it has gone on for as long or longer; ``places``: in as many places or more, or in one of ``concepts``.
    """

    danger: str
    days: float | None = None
    places: int | None = None
    concepts: tuple[str, ...] = ()


class Interview(Record):
    """interview.yml: the questions, what works at any time, and the words around them; a topic may have none."""

    questions: tuple[Question, ...] = ()
    controls: dict[str, tuple[str, ...]] = {}
    what_if: tuple[str, ...] = ()
    what_if_signs: dict[str, str] = {}
    fact_signs: tuple[FactSign, ...] = ()
    around: tuple[str, ...] = ()
    says_yes: tuple[str, ...] = ()
    says_no: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()
    not_answered: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    not_called: tuple[str, ...] = ()
    fears: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    labels: dict[str, str] = {}


class HandOverWords(Record):
    """hand_over.yml: the words for reaching a person; a topic may have none."""

    labels: dict[str, str] = {}
    asks_for: tuple[str, ...] = ()
    agree: tuple[str, ...] = ()
    courtesies: tuple[str, ...] = ()
    decline: tuple[str, ...] = ()


class TopicFile(Record):
    """topic.yml: the topic's id, version and framing words."""

    id: str
    version: str
    reviewer: str
    framing: Framing
    banned: tuple[str, ...] = ()

    @validator("banned", each_item=True)
    def _is_a_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"'{value}' must be a regular expression: {error}") from None
        return value
