"""The one validator of knowledge files: ``python -m knowledge check`` (part of ``make check``).

:func:`check_topic` finds everything that is wrong at once. Codes:

====  ==========================================================================
K0xx  form: YAML, unknown or missing fields, ids that stand twice (loading.py)
K1xx  links: a source, statement, concept or rule that does not exist
K2xx  claims: one that no statement carries, or one that may never be said
K3xx  words: reading grade, banned phrases, phone numbers
K4xx  dates: reviews that are due
====  ==========================================================================
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.loading import Place, Problem, Topic, place_of, read_topic
from knowledge.model import Manner, Statement, Status

# Grade targets: docs/decisions/0004-reading-grade.md, from conversation.md V13 and V14.
MEDIAN_GRADE, HIGHEST_GRADE = 6.0, 9.0
_NUMBER = re.compile(r"(?<![\w.])(?:\+?\d[\d ]{4,}\d|\b(?:999|911|112|000|111|988|101)\b)(?![\w.])")


@dataclass(frozen=True)
class Claim:
    """A claim of the two documents: its id and how it may be said ("", C, A, F or X)."""

    id: str
    flag: str


_MANNER_OF_FLAG = {
    "": {Manner.PLAIN, Manner.CAVEAT},
    "C": {Manner.CAVEAT},
    "A": {Manner.ATTRIBUTED},
    "F": {Manner.CORRECTED},
}


def load_claims(path: Path) -> list[Claim]:
    """Read the claims register (a JSON list of records with ``id`` and ``flag``)."""
    return [Claim(c["id"], c.get("flag", "")) for c in json.loads(path.read_text(encoding="utf-8"))]


def check_topic(
    folder: Path,
    today: date,
    grade: Callable[[str], float] | None = None,
) -> list[Problem]:
    """Every problem of a topic folder, sorted by file and line.

    Args:
        folder: the topic's folder. A ``claims.json`` in it turns the claim checks on.
        today: the day to hold review dates against.
        grade: Flesch-Kincaid grade of a text; None leaves the reading grades out.
    """
    topic, problems = read_topic(folder)
    if topic is not None:
        problems += _links(topic)
        claims = folder / "claims.json"
        if claims.exists():
            problems += _claims(topic, load_claims(claims), str(claims))
        problems += _words(topic)
        problems += _dates(topic, today)
        if grade is not None:
            problems += _grades(topic, grade)
    return sorted(problems)


def _at(topic: Topic, record_id: str, code: str, message: str, mend: str, *, warning: bool = False) -> Problem:
    place = topic.places.get(record_id, Place("?", 1))
    return Problem(place.path, place.line, code, f"{record_id}: {message}", mend, warning)


def _links(topic: Topic) -> Iterator[Problem]:
    rules = {d.rule for d in topic.danger_signs.values()}
    for entry in topic.entries.values():
        for statement in entry.statements:
            if statement.source not in topic.sources:
                yield _at(
                    topic,
                    statement.id,
                    "K101",
                    f"source '{statement.source}' does not exist",
                    "add it to sources.yml or correct the id",
                )
        for included in entry.include:
            if included not in topic.statements:
                yield _at(topic, entry.id, "K102", f"includes '{included}', which is no statement", "correct the id")
        for condition in entry.when:
            for asked in condition.concepts:
                if asked not in topic.concepts:
                    yield _at(
                        topic,
                        entry.id,
                        "K103",
                        f"asks for concept '{asked}', which does not exist",
                        "add it to concepts.yml or correct the id",
                    )
        for rule in entry.see:
            if rules and rule not in rules:
                yield _at(
                    topic,
                    entry.id,
                    "K104",
                    f"names rule '{rule}', which no danger sign has",
                    "correct the rule",
                )
        if entry.kind.value in ("cause", "remedy") and entry.id not in topic.concepts:
            yield _at(
                topic,
                entry.id,
                "K105",
                "has no concept, so nobody can ask about it",
                f"add '{entry.id}' with its phrases to concepts.yml",
            )
    owners: dict[tuple[str, str], str] = {}
    for concept in topic.concepts.values():
        if concept.pair and concept.pair not in topic.entries:
            yield _at(topic, place_of(concept), "K106", f"pair '{concept.pair}' does not exist", "correct the id")
        if concept.kind in ("cause", "remedy") and concept.id not in topic.entries:
            yield _at(
                topic,
                place_of(concept),
                "K107",
                "has phrases but no entry",
                "add the entry or take the concept out",
            )
        for phrase in concept.phrases:
            # what is asked for ("topic.") is read beside what is named
            layer = "topic" if concept.id.startswith("topic.") else "named"
            other = owners.setdefault((layer, phrase.lower()), concept.id)
            if other != concept.id:
                yield _at(
                    topic,
                    place_of(concept),
                    "K108",
                    f"phrase '{phrase}' stands under {other} too",
                    "keep it in one place",
                )
    yield from _interview_links(topic)
    for sign in topic.danger_signs.values():
        for source in sign.sources:
            if source not in topic.sources:
                yield _at(topic, sign.id, "K101", f"source '{source}' does not exist", "add it or correct the id")
        if not sign.phrases and not sign.combinations:
            yield _at(topic, sign.id, "K109", "has neither phrases nor combinations", "add some, or it never fires")


def _interview_links(topic: Topic) -> Iterator[Problem]:
    """What the interview names must exist, and its health facts must have a source."""
    interview = topic.interview
    concepts = [c for q in interview.questions for c in (*q.about, *q.if_yes, *(q.if_no or ()), *q.unless)]
    concepts += [*interview.what_if_signs, *interview.persons, *interview.fears]
    concepts += [c for rule in interview.fact_signs for c in rule.concepts]
    for concept in dict.fromkeys(concepts):
        if concept not in topic.concepts and not (
            concept.endswith(".") and any(c.startswith(concept) for c in topic.concepts)
        ):
            yield _at(topic, "interview", "K110", f"names concept '{concept}', which does not exist", "correct the id")
    signs = [*interview.what_if_signs.values(), *(r.danger for r in interview.fact_signs)]
    for sign in [*signs, *(q.if_yes_danger for q in interview.questions if q.if_yes_danger)]:
        if sign not in topic.danger_signs:
            yield _at(topic, "interview", "K111", f"names danger sign '{sign}', which does not exist", "correct the id")
    for question in interview.questions:
        if question.source and question.source not in topic.sources:
            yield _at(
                topic, "interview", "K101", f"source '{question.source}' does not exist", "add it or correct the id"
            )


def _claims(topic: Topic, claims: list[Claim], path: str) -> Iterator[Problem]:
    flags = {c.id: c.flag for c in claims}
    carried: dict[str, list[Statement]] = {}
    for statement in topic.statements.values():
        for claim_id in statement.claims:
            carried.setdefault(claim_id, []).append(statement)
            if claim_id not in flags:
                yield _at(topic, statement.id, "K201", f"claim '{claim_id}' is not in the register", "correct the id")
            elif flags[claim_id] == "X":
                yield _at(topic, statement.id, "K202", f"claim '{claim_id}' may not be said", "take it out")
    for claim in claims:
        if claim.flag == "X":
            continue
        if claim.id not in carried:
            yield Problem(path, 1, "K203", f"no statement carries claim {claim.id}", "write one")
            continue
        for statement in carried[claim.id]:
            if statement.manner not in _MANNER_OF_FLAG[claim.flag] and not _stricter(statement, flags):
                allowed = " or ".join(sorted(m.value for m in _MANNER_OF_FLAG[claim.flag]))
                yield _at(
                    topic,
                    statement.id,
                    "K204",
                    f"claim {claim.id} may only be said as {allowed}, not as {statement.manner.value}",
                    "change the manner and the text to fit",
                )


def _stricter(statement: Statement, flags: dict[str, str]) -> bool:
    """A statement that carries several claims takes the strictest manner among them."""
    order = ["", "C", "A", "F"]
    strictest = max((flags.get(c, "") for c in statement.claims if flags.get(c, "") in order), key=order.index)
    return statement.manner in _MANNER_OF_FLAG[strictest]


def _words(topic: Topic) -> Iterator[Problem]:
    known = {n.number for c in topic.countries.values() for n in c.numbers}
    for statement in topic.statements.values():
        text = f"{statement.text} {statement.caveat or ''}"
        for pattern in topic.file.banned:
            found = re.search(pattern, text, re.I)
            if found:
                yield _at(
                    topic,
                    statement.id,
                    "K302",
                    f"says “{found.group()}”, which is banned",
                    "say it another way",
                )
        for number in _NUMBER.findall(text):
            if number.strip() not in known:
                yield _at(
                    topic,
                    statement.id,
                    "K303",
                    f"phone number {number.strip()} is not in contacts.yml",
                    "add it there with its owner",
                )
    framing = topic.file.framing
    lists = (framing.introduction, *framing.reminders.values(), *framing.talk.values())
    asked = [t for q in topic.interview.questions for t in (q.ask, q.ask_other or "", q.why)]
    for text in (
        *(t for texts in lists for t in texts),
        *framing.labels.values(),
        *topic.interview.labels.values(),
        *topic.hand_over.labels.values(),
        *asked,
    ):
        for pattern in topic.file.banned:
            found = re.search(pattern, text, re.I)
            if found:
                yield _at(topic, "topic", "K302", f"says “{found.group()}”, which is banned", "say it another way")
    for country in topic.countries.values():
        unchecked = [f"{n.service} {n.number}" for n in country.numbers if n.verified_on is None]
        if unchecked:
            yield _at(
                topic,
                country.id,
                "K304",
                f"never checked with their owners: {', '.join(unchecked)}",
                "read the owner's page or ring before a release, then set verified_on",
                warning=True,
            )


def _dates(topic: Topic, today: date) -> Iterator[Problem]:
    for statement in topic.statements.values():
        if statement.expired(today):
            yield _at(
                topic,
                statement.id,
                "K401",
                f"was due for review on {statement.next_review}",
                "review it and set both dates; people are told meanwhile",
                warning=True,
            )


def _grades(topic: Topic, grade: Callable[[str], float]) -> Iterator[Problem]:
    grades = []
    texts = [(s.id, text) for s in topic.statements.values() for text in (s.text, s.caveat) if text]
    texts += [("interview", text) for q in topic.interview.questions for text in (q.ask, q.why)]
    for place, text in texts:
        value = grade(text)
        grades.append(value)
        if value > HIGHEST_GRADE:
            yield _at(
                topic,
                place,
                "K301",
                f"reads at grade {value:.1f}, over {HIGHEST_GRADE:.0f}",
                "use shorter sentences and shorter words",
            )
    if grades and statistics.median(grades) > MEDIAN_GRADE:
        file = topic.places["topic"]
        yield Problem(
            file.path,
            file.line,
            "K301",
            f"half of all texts read above grade {statistics.median(grades):.1f}, meant is {MEDIAN_GRADE:.0f}",
            "simplify the hardest ones",
        )


def summary(topic: Topic, grade: Callable[[str], float] | None) -> str:
    """One line about a topic that passed."""
    texts = [t for s in topic.statements.values() for t in (s.text, s.caveat) if t]
    active = [e for e in topic.entries.values() if e.status is Status.ACTIVE]
    counts = f"{len(active)} entries, {len(topic.statements)} statements"
    if grade is None or not texts:
        return f"{topic.file.id} {topic.version}: {counts}"
    grades = sorted(grade(t) for t in texts)
    return (
        f"{topic.file.id} {topic.version}: {counts}, reading grade median {statistics.median(grades):.1f}, "
        f"highest {grades[-1]:.1f}"
    )
