"""Composing a reply from approved statements and framing words.

Every sentence comes from the knowledge files. A statement is always followed by its caveat and
by who should ask first; there is no way to get the one without the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from knowledge.loading import Topic
from knowledge.model import CareLevel, Entry, Kind, Manner, Role, Statement
from knowledge.queries import WORRY_ACTS, Mention, Reading, fear_of
from knowledge.safety import CONFIRMED, CRISIS, Contacts

# Statements shown at first, by how many entries answer; the rest comes on "more".
ONE_ENTRY, EACH_OF_TWO, EACH_OF_MORE = 4, 2, 1
# What "yes" takes up: the rest of an answer, or the question whether danger is happening now.
MORE_OFFER, DANGER_OFFER = "more", "danger"
FEARS_KEPT = 20
SAME_AGAIN = 2  # times the same message may come again and be answered in full


@dataclass(frozen=True)
class Button:
    """A suggestion; ``payload`` is what the person would type, so it is read like any message."""

    title: str
    payload: str


@dataclass(frozen=True)
class Memory:
    """What a conversation must remember between turns. Plain data: it lives in one slot.

    ``repeated``: the held danger sign that has been repeated; ``fears``: what reassurance was
    asked about; ``heard``: mark of the last message; ``again``: how often it came again since.
    """

    introduced: bool = False
    turn: int = 0
    entries: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    offer: str | None = None
    repeated: str | None = None
    fears: tuple[str, ...] = ()
    heard: str = ""
    again: int = 0

    @classmethod
    def from_slot(cls, value: Any) -> Memory:
        """Read the slot; anything unreadable counts as a new conversation."""
        if not isinstance(value, dict):
            return cls()
        known: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in value.items() if k in cls.__annotations__
        }
        return cls(**known)

    def hears(self, text: str) -> Memory:
        """The memory with a message counted: the same again, or another. Keeps a mark, not the words."""
        mark = hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()[:8]
        return replace(self, heard=mark, again=self.again + 1 if mark == self.heard else 0)

    def to_slot(self) -> dict[str, Any]:
        """The value to keep in the slot."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Reply:
    """One turn's answer: text messages, buttons under the last, and the object for machines.

    ``confirmed``: a danger sign that the person has confirmed, to be held like those that are read;
    ``choices_label``: how the buttons are led in on channels without buttons, where they answer a question.
    """

    texts: tuple[str, ...]
    buttons: tuple[Button, ...]
    object: dict[str, Any]
    memory: Memory
    confirmed: str | None = None
    choices_label: str | None = None


@dataclass
class _Draft:
    blocks: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def add(self, *blocks: str) -> None:
        self.blocks += [b for b in blocks if b]


def compose(
    topic: Topic,
    reading: Reading,
    entries: Sequence[Entry],
    memory: Memory,
    today: date,
    *,
    lead: str = "",
    describe: bool = False,
    care_level: CareLevel | None = None,
    more: bool = False,
    brief: bool = False,
) -> Reply:
    """Write the reply for a turn that shows statements.

    Args:
        topic: the knowledge.
        reading: what was understood.
        entries: what to show, in order; :func:`knowledge.queries.choose_entries` picks them.
        memory: what the conversation remembers.
        today: for the expiry note; the library has no clock of its own.
        lead: framing sentence put first.
        describe: the person described symptoms: say which words led to what, end with the
            safety net.
        care_level: level of care that the person's own words ask for, if any.
        more: go on after what was shown.
        brief: show less of each entry, because a question follows.
    """
    labels = topic.file.framing.labels
    draft = _Draft()
    draft.add(labels["thanked"] if "thank" in reading.further else "", lead)
    seen = set(memory.shown) if more else set()
    each = {1: EACH_OF_TWO if brief else ONE_ENTRY, 2: EACH_OF_TWO}.get(len(entries), EACH_OF_MORE)
    for entry in entries:
        show = [s for s in _ordered(topic, entry, reading.act) if s.id not in seen][:each]
        if not show:
            continue
        words = _words_for(topic, entry, reading)
        if describe and words:
            draft.add(labels["you_mentioned"].format(words=words))
        elif len(entries) > 1:
            draft.add(f"{entry.name}:")
        draft.add(*_say_all(topic, show, today))
        if entry.lists_danger_signs:
            draft.add(*_danger_list(topic))
        draft.statements += show
        seen.update(s.id for s in show)
    draft.add(*_care(topic, reading, care_level, describe))
    if describe:
        net = topic.entries.get("answer.safety_net")
        if net:
            extra = [s for s in net.statements if s not in draft.statements]
            draft.add(labels["safety_net"], *(_say(s, labels, today) for s in extra))
            draft.statements += extra
            if care_level is CareLevel.SELF_CARE or reading.level is None:
                due = today + timedelta(weeks=2)
                draft.add(labels["two_weeks"].format(date=f"{due.day} {due:%B %Y}"))
    draft.add(_sources_line(topic, draft.statements))
    draft.add(_reminder(topic, draft.statements, memory))
    shown = tuple(s.id for s in draft.statements)
    memory = replace(
        memory,
        entries=memory.entries if more else tuple(dict.fromkeys((*(e.id for e in entries), *_pairs(topic, entries)))),
        shown=tuple(dict.fromkeys((*memory.shown, *shown))) if more else shown,
        last=shown,
    )
    left = bool(_not_shown(topic, memory))
    memory = replace(memory, offer=MORE_OFFER if left else None)
    buttons = _buttons(topic, reading, entries, left)
    return finish(topic, reading, ["\n\n".join(draft.blocks)], memory, draft.statements, buttons, care_level)


def finish(
    topic: Topic,
    reading: Reading,
    texts: Iterable[str],
    memory: Memory,
    statements: Sequence[Statement] = (),
    buttons: Sequence[Button] = (),
    care_level: CareLevel | None = None,
) -> Reply:
    """Put the introduction before the first reply, count the turn, and make the object.

    Every reply ends here, so that a sign that a GP should see soon is taken up whatever the
    message was read as: "hello, my grip is getting weaker" is more than a greeting.
    """
    texts = [t for t in texts if t]
    level = reading.level
    if care_level is None and level is not None and level.rank <= CareLevel.SOON.rank:
        care_level = level
        texts += _care(topic, reading, level, describe=True)
    if not memory.introduced:
        texts = [_introduction(topic, reading), *texts]
    held = reading.held
    if held and held.level:
        reminder = _reminder_of(topic, reading, held, memory)
        if reminder and (care_level is None or held.level.rank <= care_level.rank):
            # once, before anything else; and alone, unless the person turns back to the subject (V33)
            texts = [reminder, *texts] if statements else [reminder]
            buttons = buttons if statements else ()
            memory = replace(memory, repeated=held.concept)
        care_level = min(care_level or held.level, held.level, key=lambda x: x.rank)
    fear = fear_of(reading)
    fears = memory.fears if fear is None else (*memory.fears, fear)[-FEARS_KEPT:]
    memory = replace(memory, introduced=True, turn=memory.turn + 1, fears=fears)
    return Reply(tuple(texts), tuple(buttons), reply_object(topic, reading, statements, care_level), memory)


def _reminder_of(topic: Topic, reading: Reading, held: Mention, memory: Memory) -> str:
    """The line that takes up a danger sign of an earlier turn; empty if it was said, or is for less than today."""
    if held.level is None or held.level.rank > CareLevel.URGENT.rank or memory.repeated == held.concept:
        return ""
    sign = topic.danger_signs.get(held.concept)
    label = "held_crisis" if sign and sign.kind == CRISIS else f"held_{held.level.value}"
    return _fill(topic, reading, topic.file.framing.labels[label])


def _introduction(topic: Topic, reading: Reading) -> str:
    return _fill(topic, reading, "\n".join(topic.file.framing.introduction))


def _fill(topic: Topic, reading: Reading, text: str, **others: str) -> str:
    """A framing text with the phone numbers of the person's country in it."""
    return text.format(**Contacts(topic, reading.country).words(), **others)


def reply_object(
    topic: Topic, reading: Reading, statements: Sequence[Statement], care_level: CareLevel | None
) -> dict[str, Any]:
    """The machine-readable object of a turn (docs/architecture.md, "Reply object")."""
    sources: dict[tuple[str, str | None], dict[str, Any]] = {}
    for statement in statements:
        source = topic.sources.get(statement.source)
        if source and source.kind != "none":
            sources[source.id, statement.passage] = {
                "id": source.id,
                "title": source.title,
                "url": source.url,
                "section": statement.passage,
            }
    return {
        **reading.said,
        "care_level": care_level.value if care_level else None,
        "danger": [m.concept for m in reading.dangers],
        "question": None,
        "statements": [s.id for s in statements],
        "claims": sorted({c for s in statements for c in s.claims}),
        "sources": list(sources.values()),
        "knowledge_version": topic.version,
        "model": None,
    }


def _ordered(topic: Topic, entry: Entry, act: str) -> list[Statement]:
    """An entry's statements; for questions about help, its help comes first."""
    statements = topic.statements_of(entry)
    if act == "ask_help" and entry.kind is not Kind.ANSWER:
        return sorted(statements, key=lambda s: s.role is not Role.HELP)
    return statements


def _say_all(topic: Topic, statements: Sequence[Statement], today: date) -> list[str]:
    """Statements as they are shown, with a label wherever the text leaves the documents or comes back (V47)."""
    labels = topic.file.framing.labels
    blocks: list[str] = []
    outside = False
    for i, statement in enumerate(statements):
        # one list of who should ask first, after the last of several statements that share it
        shared = i + 1 < len(statements) and statements[i + 1].careful == statement.careful
        block = _say(statement, labels, today, careful=not shared)
        if statement.manner is Manner.OUTSIDE and not outside:
            block = f"{labels['outside']}\n{block}"
        elif outside and statement.manner not in (Manner.OUTSIDE, Manner.NOT_COVERED):
            source = topic.sources.get(statement.source)
            block = f"{labels['inside'].format(source=source.short if source else '')}\n{block}"
        outside = statement.manner is Manner.OUTSIDE
        blocks.append(block)
    return blocks


def _danger_list(topic: Topic) -> list[str]:
    """The danger signs that are looked for, in plain words, by how soon help is needed; each rule once."""
    labels = topic.file.framing.labels
    titles = {CareLevel.EMERGENCY: "danger_list", CareLevel.URGENT: "danger_today", CareLevel.SOON: "danger_soon"}
    blocks, listed = [], set[str]()
    for level, title in titles.items():
        signs = [d for d in topic.danger_signs.values() if d.level is level and d.rule not in listed]
        lines = list(dict.fromkeys(d.shown.strip() for d in {d.rule: d for d in reversed(signs)}.values()))[::-1]
        listed |= {d.rule for d in signs}
        if lines:
            blocks.append("\n".join([labels[title], *(f"- {line}" for line in lines)]))
    return blocks


def _words_for(topic: Topic, entry: Entry, reading: Reading) -> str:
    """The person's own words that led to an entry."""
    ids = [
        entry.id,
        topic.pairs.get(entry.id, ""),
        *(c for condition in entry.when for c in condition.concepts),
    ]
    found = (reading.words_for(i) for i in ids)
    return next((words for words in found if words), "")


def _say(statement: Statement, labels: dict[str, str], today: date, *, careful: bool = True) -> str:
    """A statement as it is shown: never without its caveat and who should ask first."""
    parts = [statement.text.strip()]
    if statement.caveat:
        parts.append(statement.caveat.strip())
    if statement.careful and careful:
        parts.append(labels["careful"].format(who=_join(statement.careful)))
    if statement.expired(today):
        parts.append(labels["expired"].format(date=statement.next_review.isoformat()))
    return " ".join(parts)


def _part(passage: str) -> str:
    """A passage as a person looks for it: by heading, not by the line of our copy."""
    return re.sub(r",? line \d+.*$", "", passage)


def _join(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} or {items[-1]}"


def _sources_line(topic: Topic, statements: Sequence[Statement]) -> str:
    names: dict[str, None] = {}
    for statement in statements:
        source = topic.sources.get(statement.source)
        if source and source.kind != "none":
            names[source.short] = None
    if not names:
        return ""
    label = topic.file.framing.labels["sources"]
    return label.format(sources="; ".join(names))


def _pairs(topic: Topic, entries: Sequence[Entry]) -> list[str]:
    """The causes of the remedies shown, and the other way round: what "more" goes on to."""
    pairs = (topic.pairs.get(e.id, "") for e in entries)
    return [p for p in pairs if p in topic.entries]


def _not_shown(topic: Topic, memory: Memory) -> list[Entry]:
    """Entries of the last answer of which something has not been shown."""
    entries = (topic.entries.get(i) for i in memory.entries)
    return [e for e in entries if e and any(s.id not in memory.shown for s in topic.statements_of(e))]


def _reminder(topic: Topic, statements: Sequence[Statement], memory: Memory) -> str:
    """A short reminder tied to where the content comes from, another one each turn (V06, V10)."""
    if not statements:
        return ""
    lists = topic.file.framing.reminders
    lines = next((lists[s.source] for s in statements if s.source in lists), lists["other"])
    return lines[memory.turn % len(lines)]


def _care(topic: Topic, reading: Reading, level: CareLevel | None, describe: bool) -> list[str]:
    """What level of care the person's words ask for, and which words those were."""
    labels = topic.file.framing.labels
    if level is None:
        return []
    sign = next((m for m in reading.dangers if m.level is level), None)
    if sign is None:
        return [labels["care_uncertain"]] if describe else []
    if level in (CareLevel.ROUTINE, CareLevel.SELF_CARE) and not describe:
        return []  # the question is answered; no urgency needs to be added
    because = labels["because"].format(words=sign.words) if sign.words else ""
    said = care_said(topic, reading, level)
    watch = _fill(topic, reading, labels["watch_soon"]) if level is CareLevel.SOON else ""
    return [" ".join(t for t in (said, because, watch) if t)]


def care_said(topic: Topic, reading: Reading, level: CareLevel) -> str:
    """What to do at a level of care, in one sentence."""
    return _fill(topic, reading, topic.file.framing.labels[f"care_{level.value}"])


def _buttons(topic: Topic, reading: Reading, entries: Sequence[Entry], left: bool) -> list[Button]:
    """At most three next steps, none of which asks what was just answered."""
    offers = topic.file.framing.offers
    kinds = {e.kind for e in entries}
    ids = {e.id for e in entries}
    names = []
    if left:
        names.append("more")
    if Kind.CAUSE in kinds or reading.act in ("ask_causes", "ask_definition"):
        names.append("what_helps")
    if "answer.when_to_see_doctor" not in ids:
        names.append("when_doctor")
    names += ["source", "causes"]
    return [Button(offers[n], offers[n]) for n in names if n in offers][:3]


def menu(topic: Topic) -> list[Button]:
    """The topics offered when a message was not understood."""
    return [Button(t, t) for t in topic.file.framing.menu]


# Acts answered with the topic's own words: act to the list under ``talk`` in topic.yml.
_TALK_OF = {"nlu_fallback": "fallback", "send_long_message": "too_long"}
_WITH_MENU = frozenset(
    {"greet", "ask_capabilities", "complain", "affirm", "out_of_scope", "nlu_fallback", "send_long_message"}
)


def talk(topic: Topic, reading: Reading, memory: Memory, name: str | None = None) -> Reply:
    """Say the program's own words for an act, or those of another name; unknown ones get the fallback."""
    framing = topic.file.framing
    lines = framing.talk.get(name or _TALK_OF.get(reading.act, reading.act), framing.talk["fallback"])
    text = _fill(topic, reading, lines[memory.turn % len(lines)], reviewer=topic.file.reviewer).strip()
    texts = [text]
    if reading.act == "ask_capabilities" and memory.introduced:
        texts = [_introduction(topic, reading), text]
    buttons = menu(topic) if reading.act in _WITH_MENU or reading.act not in framing.talk else []
    return finish(topic, reading, texts, memory, buttons=buttons)


def danger_confirmed(topic: Topic, reading: Reading, memory: Memory) -> Reply:
    """A danger sign is happening now, the person says: what to do, and nothing else."""
    text = _fill(topic, reading, topic.file.framing.labels["care_confirmed"])
    memory = replace(memory, offer=None, introduced=True, repeated=CONFIRMED)
    reply = finish(topic, replace(reading, held=None), [text], memory, care_level=CareLevel.EMERGENCY)
    reply.object["contacts"] = Contacts(topic, reading.country).for_reply("emergency")
    return replace(reply, confirmed=CONFIRMED)


def or_same_again(topic: Topic, reading: Reading, memory: Memory, reply: Reply) -> Reply:
    """The reply; or, where the same message would get the same paragraphs for the third time, a word about that."""
    lines = topic.file.framing.talk.get("same_again")
    same = memory.again >= SAME_AGAIN and memory.last and tuple(reply.object["statements"]) == memory.last
    if not same or not lines or reading.act in WORRY_ACTS:
        return reply
    return finish(topic, reading, lines[:1], memory, buttons=menu(topic))


def ask_back(topic: Topic, reading: Reading, memory: Memory) -> Reply | None:
    """Ask what a person wants to know about the first subject they named; None if they named none."""
    framing = topic.file.framing
    if reading.act not in ("nlu_fallback", "out_of_scope"):
        return None
    for concept in reading.affirmed:
        words = reading.words_for(concept)
        entries = [topic.entries.get(i) for i in (concept, topic.pairs.get(concept, ""))]
        offers = [framing.offers[f"about_{e.kind.value}"] for e in entries if e]
        if words and offers:
            buttons = [Button(t, t) for t in (o.format(words=words.lower()) for o in offers)]
            return finish(topic, reading, [framing.labels["ask_subject"].format(words=words)], memory, buttons=buttons)
    return None


def say_nearest(topic: Topic, reading: Reading, statements: Sequence[Statement], memory: Memory, today: date) -> Reply:
    """Show the statements that lie nearest to a question, and say that no answer was made for it."""
    labels = topic.file.framing.labels
    blocks = [
        labels["nearest"],
        *_say_all(topic, statements, today),
        labels["nearest_end"],
        _sources_line(topic, statements),
    ]
    shown = tuple(s.id for s in statements)
    memory = replace(memory, entries=(), shown=shown, last=shown, offer=None)
    text = "\n\n".join(b for b in (*blocks, _reminder(topic, statements, memory)) if b)
    return finish(topic, reading, [text], memory, statements, menu(topic)[-2:], reading.level)


def more_of(topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
    """Go on with the last answer, or say that the documents hold no more."""
    framing = topic.file.framing
    if not memory.entries:
        return finish(topic, reading, framing.talk["nothing_offered"], memory, buttons=menu(topic))
    fresh = _not_shown(topic, memory)[:3]
    if not fresh:
        memory = replace(memory, offer=None)
        return finish(topic, reading, [framing.labels["nothing_more"]], memory, buttons=menu(topic)[-2:])
    return compose(topic, reading, fresh, memory, today, more=True)


def sources_of(topic: Topic, reading: Reading, memory: Memory) -> Reply:
    """Where each statement of the last answer comes from: document, section, dates, reviewer."""
    labels = topic.file.framing.labels
    statements = [topic.statements[i] for i in memory.last if i in topic.statements]
    blocks: dict[str, list[str]] = {}
    for statement in statements:
        source = topic.sources.get(statement.source)
        if not source or source.kind == "none":
            continue
        lines = [
            labels["source_from"].format(
                title=source.title,
                publisher=f", {source.publisher}" if source.publisher else "",
                section=f", part “{_part(statement.passage)}”" if statement.passage else "",
                date=f" ({source.date})" if source.date else "",
            )
        ]
        if source.url:
            lines.append(labels["source_url"].format(url=source.url))
        lines.append(
            labels["source_review"].format(reviewed_on=statement.reviewed_on.isoformat(), reviewer=statement.reviewer)
        )
        quoted = " ".join(t.strip() for t in (statement.text, statement.caveat) if t)
        blocks.setdefault("\n".join(lines), []).append(quoted)
    if not blocks:
        return finish(topic, reading, [labels["source_none"]], memory, buttons=menu(topic))
    texts = [
        "\n".join([*(labels["source_line"].format(text=t) for t in quoted), where]) for where, quoted in blocks.items()
    ]
    return finish(topic, reading, ["\n\n".join(texts)], memory, statements=statements)
