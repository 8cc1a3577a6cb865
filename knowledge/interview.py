"""The interview: which question comes next, what an answer to it says, and how it ends.

It goes on beside everything else: a question of the person's is answered first, by whoever answers such questions, and
the interview goes on below. Rules and wording: interview.yml. No question is put twice, but for one reminder after
something else came between.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from knowledge.loading import Topic
from knowledge.model import CareLevel, DangerSign, Question
from knowledge.queries import TELLING, Mention, Reading, choose_entries, choose_for_all
from knowledge.replies import Button, Memory, Reply, care_said, compose, finish
from knowledge.story import PLACE, Fact, Story, hear, plain_words

MOST_QUESTIONS = 8
YES, NO = "affirm", "deny"
# Acts that answer a question put to the person, and those after which no question is put.
_ANSWERING = frozenset({TELLING, YES, NO, "nlu_fallback", "out_of_scope", "express_worry", "complain"})
_NO_QUESTION_AFTER = frozenset({"say_goodbye", "restart", "send_long_message"})
_SMALL_TALK = frozenset({"greet", "thank", "say_goodbye", "complain"})
_SHORT = 8  # words up to which "... so naw" says no
_ALIKE = 0.85  # difflib's ratio from which on a word is a misspelling: one letter of seven left out gives 0.92
_FEW = 3  # words of an answer before a question
_LONG_CONTROL = 3  # words from which on a control also counts inside a longer message


class Control(StrEnum):
    """What works at any time, as the keys of ``controls`` in interview.yml."""

    SKIP = "skip"
    STOP = "stop"
    ENOUGH = "enough"
    WHY = "why"
    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    SUMMARY = "summary"
    CHANGE = "change"
    WHAT_IF = "what_if"
    SAID = "said"


# Those that mean something only where a question waits, and that may stand inside a longer message.
_OF_A_QUESTION = frozenset({Control.SKIP, Control.WHY, Control.NONE, Control.ONE, Control.SEVERAL})
_ANYWHERE = frozenset({Control.SUMMARY, Control.CHANGE})


@dataclass(frozen=True)
class Turn:
    """What comes of a message: the reply, and the story after it."""

    reply: Reply
    story: Story


def respond(
    topic: Topic,
    story: Story,
    reading: Reading,
    memory: Memory,
    today: date,
    answer: Callable[[Reading], Reply],
    *,
    asked_back: bool = False,
    danger_asked: bool = False,
) -> Turn:
    """Answer a message within the interview, or beside it.

    Args:
        topic: the knowledge.
        story: what was told before.
        reading: what was understood of the message.
        memory: what the conversation remembers.
        today: the day of the message.
        answer: gives the reply that the message would get without an interview.
        asked_back: "is any of these happening now?" goes out with this turn, and no other question beside it.
        danger_asked: it went out on the turn before.
    """
    if not topic.interview.questions:
        return Turn(answer(reading), story)
    control = control_of(topic, reading, story)
    pending = question_of(topic, story.pending)
    if asked_back and control is Control.WHAT_IF:
        return Turn(_what_if(topic, story, reading, memory), story)
    if asked_back:
        story = hear(topic, story, reading)[0]
        told = bool(story.of_kind(PLACE) or story.of_kind("sign."))  # then the interview begins after the answer
        return Turn(answer(reading), replace(story, active=story.active or (told and not story.ended)))
    if danger_asked and reading.act in (YES, NO) and not reading.mentions:  # says it of the danger asked about
        return _beside(topic, replace(story, reminded=False), reading, today, answer(reading))
    if control is Control.SUMMARY:
        return Turn(go_on(topic, story, reading, summary(topic, story, reading, memory, today)), story)
    if control is Control.CHANGE:
        return Turn(go_on(topic, story, reading, _what_changes(topic, reading, memory)), story)
    if control is Control.SAID and pending and story.reminded:
        story = _close(story, pending)
        return _next(topic, story, reading, memory, today, [topic.interview.labels["skipped"]])
    if control is Control.SAID:
        story = replace(story, reminded=True)
        return Turn(go_on(topic, story, reading, _what_was_told(topic, story, reading, memory, today)), story)
    if control is Control.WHAT_IF:
        return Turn(go_on(topic, story, reading, _what_if(topic, story, reading, memory)), story)
    if control is Control.ENOUGH and not story.ended and (story.facts or story.asked) and not _is_urgent(reading):
        lead = [topic.interview.labels["enough"]]
        return end(topic, replace(story, stopped=True), reading, memory, today, lead=lead)
    if control in (Control.STOP, Control.ENOUGH):
        story = replace(story, active=False, pending=None, ended=True, stopped=True)
        return Turn(finish(topic, reading, [topic.interview.labels["stopped"]], memory), story)
    if control is Control.WHY and pending and _may_ask(reading):
        return Turn(_ask(topic, story, finish(topic, reading, [pending.why], memory), pending, again=True), story)

    reading = _as_answer(topic, reading, pending, control, active=story.active)
    if not _may_ask(reading):
        story = replace(hear(topic, story, reading)[0], active=False, pending=None)
        return Turn(answer(reading), story)
    before = story
    story, new = hear(topic, story, reading, answers_since=bool(pending and pending.measure))
    if pending and control is Control.SKIP:
        story = _close(story, pending)
        return _next(topic, story, reading, memory, today, [topic.interview.labels["skipped"]])
    if _says_spread(topic, reading):
        known = (*story.closed, story.pending)
        spread = [q.id for q in topic.interview.questions if q.several and q.id not in known]
        story = replace(story, closed=(*story.closed, *spread))
    if pending and _answers(topic, before, story, reading, pending, control):
        story = _close(story, pending)
        if reading.act.startswith("ask_"):  # "since thursday. is that bad?"
            return _beside(topic, story, reading, today, answer(reading))
        return _next(topic, story, reading, memory, today, [_noted(topic, reading, new)])
    if pending and reading.act in _ANSWERING and "?" not in reading.text:
        told = bool(new) or story.days != before.days  # something else was told
        if story.reminded:
            story = _close(story, pending)
            said = _noted(topic, reading, new) if told else topic.interview.labels["skipped"]
            return _next(topic, story, reading, memory, today, [said])
        if told:
            return _next(topic, story, reading, memory, today, [_noted(topic, reading, new)])
        if _says_it_again(topic, reading):  # "as i said, 3 weeks"
            return Turn(go_on(topic, story, reading, _what_was_told(topic, story, reading, memory, today)), story)
        story = replace(story, reminded=True)
        reply = finish(topic, reading, [topic.interview.labels["not_got"]], memory)
        return Turn(_ask(topic, story, reply, pending, again=True), story)
    if story.active and TELLING in reading.acts and not reading.act.startswith("ask_"):
        return _next(topic, story, reading, memory, today, [_noted(topic, reading, new)])
    changed = bool(new) or (story.days, story.side) != (before.days, before.side)
    if story.ended and not story.stopped and changed and reading.act == TELLING:
        return end(topic, story, reading, memory, today)  # a correction changes what follows
    return _beside(topic, story, reading, today, answer(reading))


def _beside(topic: Topic, story: Story, reading: Reading, today: date, reply: Reply) -> Turn:
    """Something else was asked or told: its reply, with the interview below it, where it is due."""
    tells = TELLING in reading.acts or reading.act == "express_worry" or reading.describes
    # "my lids been jumping 4 days cant sleep", read as a call for help
    tells |= _names_place_and_time(reading) and not _is_question(topic, reading.text)
    starts = tells and not story.ended
    if reading.act == "say_goodbye":
        return Turn(reply, replace(story, active=False, pending=None))
    if not (story.active or starts) or not _may_ask(reading):
        return Turn(reply, story)
    pending = question_of(topic, story.pending)
    if pending and not is_known(topic, story, pending):
        if story.reminded:  # two other things in a row: let them talk
            return Turn(reply, replace(story, pending=None, closed=(*story.closed, pending.id)))
        return Turn(_ask(topic, story, reply, pending, again=True), replace(story, reminded=True))
    question = next_question(topic, story)
    if question is None:
        return Turn(reply, replace(story, active=False, pending=None))
    first = not story.asked
    return Turn(_ask(topic, story, reply, question, first=first), _put(story, question))


def _names_place_and_time(reading: Reading) -> bool:
    places = any(c.startswith(PLACE) for c in reading.affirmed)
    return places and any(m["kind"] == "duration" for m in reading.measures)


def _next(topic: Topic, story: Story, reading: Reading, memory: Memory, today: date, texts: Sequence[str]) -> Turn:
    """The next question after an answer; the end where there is none."""
    pending = question_of(topic, story.pending)
    question = pending if pending and not is_known(topic, story, pending) else next_question(topic, story)
    if question is None:
        return end(topic, story, reading, memory, today)
    reply = finish(topic, reading, texts, memory)
    if reply.object["care_level"] is None:  # uncertain is never self-care
        reply = replace(reply, object={**reply.object, "care_level": CareLevel.ROUTINE.value})
    again = question is pending
    story = replace(story, reminded=True) if again else _put(story, question)
    return Turn(_ask(topic, story, reply, question, again=again), story)


def go_on(topic: Topic, story: Story, reading: Reading, reply: Reply) -> Reply:
    """A reply with the question that waits below it."""
    pending = question_of(topic, story.pending)
    return _ask(topic, story, reply, pending, again=True) if pending and _may_ask(reading) else reply


def end(topic: Topic, story: Story, reading: Reading, memory: Memory, today: date, *, lead: Sequence[str] = ()) -> Turn:
    """Sum up: what was told, when to get help and why, what the documents say about each thing, what to watch."""
    story = replace(story, active=False, pending=None, ended=True)
    told = _story_reading(topic, story, reading)
    level = told.level or CareLevel.ROUTINE
    entries = choose_for_all(topic, told) or choose_entries(topic, replace(told, act="ask_causes"))
    lines = _told_lines(topic, story, today)
    said = "\n".join([*lead, *([topic.interview.labels["told"], *lines] if lines else [])])
    reply = compose(topic, told, entries, memory, today, lead=said, describe=True, care_level=level)
    texts = (*reply.texts, topic.interview.labels["end_offer"])
    return Turn(replace(reply, texts=texts, object={**reply.object, **reading.said, "question": None}), story)


def _story_reading(topic: Topic, story: Story, reading: Reading) -> Reading:
    """All that was told, as one message that says it at once."""
    answered = tuple(m for m in story.mentions if m.concept not in topic.interview.not_answered)
    dangers = tuple(Mention(a.sign, words=a.words, level=CareLevel(a.level)) for a in story.alarms)
    dangers += tuple(_following(topic, story))
    dangers = tuple(sorted(dangers, key=lambda m: m.level.rank if m.level else len(CareLevel)))
    return replace(reading, act=TELLING, further=(), mentions=answered, dangers=dangers, question=None, near=())


def _following(topic: Topic, story: Story) -> Iterator[Mention]:
    """Danger signs that follow from facts of several turns ("3 weeks", told after "my leg twitches")."""
    places = story.of_kind(PLACE)
    for rule in topic.interview.fact_signs:
        sign = topic.danger_signs.get(rule.danger)
        words = ""
        if rule.days is not None and story.days is not None and story.days >= rule.days:
            words = story.days_words
        elif rule.places is not None and (
            len(places) >= rule.places or any(f.concept in rule.concepts for f in places)
        ):
            words = ", ".join(f.words for f in places)
        if sign and words:
            yield Mention(sign.id, words=words, level=sign.level)


# -- what a message does ---------------------------------------------------------------------------


def control_of(topic: Topic, reading: Reading, story: Story) -> Control | None:
    """The control that a message is, if it is one."""
    said = plain_words(reading.text)
    bare = said[:]
    while bare and bare[0] in topic.interview.around:
        bare.pop(0)
    while bare and bare[-1] in topic.interview.around:
        bare.pop()
    whole = {" ".join(said), " ".join(bare)} - {""}
    within = f" {' '.join(said)} "
    for name, phrases in topic.interview.controls.items():
        control = Control(name)
        if control in _OF_A_QUESTION and not story.pending:
            continue
        if whole & set(phrases):
            return control
        if control in _ANYWHERE and any(len(p.split()) >= _LONG_CONTROL and f" {p} " in within for p in phrases):
            return control
        single = [p for p in phrases if " " not in p]
        if control in _ANYWHERE and len(said) <= _SHORT and any(_is_like(word, single) for word in said):
            return control
    begins = any(" ".join(bare).startswith(f"{lead} ") for lead in topic.interview.what_if)
    return Control.WHAT_IF if begins and _signs_in(topic, reading) else None


def _is_like(word: str, known: Sequence[str]) -> bool:
    """Whether a word is one of those, or a misspelling of one ("sumary")."""
    return bool(difflib.get_close_matches(word, known, n=1, cutoff=_ALIKE))


def _says_it_again(topic: Topic, reading: Reading) -> bool:
    """Whether a message begins or ends with "as i said"."""
    said = f" {' '.join(plain_words(reading.text))} "
    phrases = topic.interview.controls.get(Control.SAID, ())
    return any(said.startswith(f" {p} ") or said.endswith(f" {p} ") for p in phrases)


def _signs_in(topic: Topic, reading: Reading) -> list[str]:
    named = (m.concept for m in reading.mentions if m.concept.startswith("sign."))
    return [c for c in named if c not in topic.interview.not_shown]


def _is_question(topic: Topic, text: str) -> bool:
    """Whether a message looks like a question: by its mark, or by how it begins."""
    said = f"{' '.join(plain_words(text))} "
    return "?" in text or any(said.startswith(f"{opener} ") for opener in topic.context.frames.openers)


def _as_answer(
    topic: Topic, reading: Reading, pending: Question | None, control: Control | None, *, active: bool
) -> Reading:
    """The message as an answer to the question that waits, where it is one: what it names is told, "no" denies."""
    if control in (Control.SKIP, Control.WHY, Control.STOP):
        return reading
    other = reading.act.startswith("ask_") or reading.act in _SMALL_TALK
    if active and other and reading.mentions and not _is_question(topic, reading.text):
        reading = _as_told(reading, TELLING)  # "i take pregabalin tablets if you must know"
    if pending is None:
        return reading
    if "?" in reading.text:  # "no. and is magnesium good for it?"
        first = plain_words(re.split(r"[.!,\n]", reading.text)[0])
        return _denying(reading, pending) if _plain_no(topic, first) and len(first) <= _FEW else reading
    words = plain_words(reading.text)
    if any(" ".join(words).startswith(c) for c in topic.interview.corrections):  # "no wait, it's the hip"
        return reading
    says_yes = control is None and words[:1] != [] and words[0] in topic.interview.says_yes
    says_no = control is Control.NONE or (control is None and (reading.act == NO or _says_no(topic, words)))
    about = [m for m in reading.mentions if pending.about and m.concept.startswith(pending.about)]
    if about or says_no or says_yes or control or reading.bare or reading.act in _ANSWERING:
        act = NO if says_no else YES if says_yes or reading.act == YES else TELLING
        reading = _as_told(reading, act)
    if about or any(m.level and m.level.rank <= CareLevel.SOON.rank for m in reading.dangers):
        # what was named counts, not the "no" before it: "no strength in my hand", "no, but my grip is weak"
        return replace(reading, act=TELLING)
    if says_no and pending.if_no:
        if control is Control.NONE or not _of_signs(pending) or _plain_no(topic, words):
            return _denying(reading, pending)
        return replace(reading, act="nlu_fallback")  # "no i struggle with stairs": no denial of a sign; asked once more
    if reading.act == YES and pending.if_yes:
        reading = replace(reading, mentions=(*reading.mentions, *(Mention(c) for c in pending.if_yes)))
        sign = topic.danger_signs.get(pending.if_yes_danger or "")
        if sign:
            reading = replace(reading, dangers=(*reading.dangers, Mention(sign.id, level=sign.level)))
    return reading


def _as_told(reading: Reading, act: str) -> Reading:
    return replace(reading, act=act, mentions=tuple(replace(m, told=True) for m in reading.mentions))


def _denying(reading: Reading, question: Question) -> Reading:
    """The message with what a bare "no" to a question denies."""
    denied = (Mention(c, denied=True) for c in question.if_no or ())
    return replace(reading, mentions=(*reading.mentions, *denied))


def _of_signs(question: Question) -> bool:
    """Whether a bare "no" would deny signs: then it must be plain."""
    return any(c.startswith("sign.") for c in question.if_no or ())


def _says_no(topic: Topic, words: Sequence[str]) -> bool:
    """Whether an answer begins, or a short one ends, with a no."""
    begins = [w for w in words if w not in topic.interview.around][:2]
    ends = words[-1:] if len(words) <= _SHORT else []
    return bool({*begins, *ends} & {*topic.interview.says_no})


def _plain_no(topic: Topic, words: Sequence[str]) -> bool:
    """Whether every word of an answer is a no, a small word or one that says that all is well ("nah all fine there").

    Anything else may hold what the reading has missed, and a sign must not be denied for it.
    """
    interview = topic.interview
    plain = {*interview.says_no, *interview.around, *interview.plain, *topic.context.fine}
    return bool({*words} & {*interview.says_no}) and {*words} <= plain


def _answers(
    topic: Topic, before: Story, story: Story, reading: Reading, pending: Question, control: Control | None
) -> bool:
    """Whether the message answers the question that waits."""
    if is_known(topic, story, pending):
        return True
    if "?" in reading.text or reading.act not in _ANSWERING:
        return False
    if pending.several and (control in (Control.ONE, Control.SEVERAL) or _says_spread(topic, reading)):
        return True
    if control is Control.NONE or reading.act == NO:
        return pending.if_no is not None
    # "been gaming a lot" answers what came before, though nothing in the list is named
    others = tuple(c for q in topic.interview.questions if q is not pending for c in q.about)
    new = [f.concept for f in story.facts if f not in before.facts]
    return pending.open and any(not c.startswith(others) for c in new)


# -- questions -------------------------------------------------------------------------------------


def question_of(topic: Topic, name: str | None) -> Question | None:
    """A question by its id."""
    return next((q for q in topic.interview.questions if q.id == name), None)


def is_known(topic: Topic, story: Story, question: Question) -> bool:
    """Whether what was told answers a question."""
    if question.measure and story.days is not None:
        return True
    if question.several and len(story.of_kind(question.several)) > 1:
        return True
    return any(f.concept.startswith(question.about) for f in story.facts) if question.about else False


def next_question(topic: Topic, story: Story) -> Question | None:
    """The first question that is due; None where nothing is left to ask."""
    if len(story.asked) >= MOST_QUESTIONS:
        return None
    for question in topic.interview.questions:
        passed = question.id in story.asked or question.id in story.closed
        out = any(story.of(c) and not story.of(c).denied for c in question.unless)  # type: ignore[union-attr]
        if not passed and not out and not is_known(topic, story, question):
            return question
    return None


def _may_ask(reading: Reading) -> bool:
    """No question where help is needed today or now, in another language, or after a goodbye."""
    return not _is_urgent(reading) and not reading.language and reading.act not in _NO_QUESTION_AFTER


def _is_urgent(reading: Reading) -> bool:
    """Whether help is needed today or now, by this message or one before."""
    levels = [m.level for m in (*reading.dangers, *([reading.held] if reading.held else [])) if m.level]
    return any(level.rank <= CareLevel.URGENT.rank for level in levels)


def _put(story: Story, question: Question) -> Story:
    return replace(
        story, asked=(*story.asked, question.id), pending=question.id, reminded=False, active=True, ended=False
    )


def _says_spread(topic: Topic, reading: Reading) -> bool:
    """Whether it is told among other things that it is in one place or in several ("one spot. no meds")."""
    said = f" {' '.join(plain_words(reading.text))} "
    phrases = (p for name in (Control.ONE, Control.SEVERAL) for p in topic.interview.controls.get(name, ()))
    return any(f" {p} " in said for p in phrases if " " in p)


def _close(story: Story, question: Question) -> Story:
    return replace(story, closed=(*story.closed, question.id), pending=None, reminded=False)


def _ask(
    topic: Topic, story: Story, reply: Reply, question: Question, *, first: bool = False, again: bool = False
) -> Reply:
    """The reply with a question below it, its answers to tap, and the question in the object."""
    labels = topic.interview.labels
    text = _worded(topic, story, question)
    lead = [labels["first_question"]] if first else [labels["back_to"]] if again and reply.object["statements"] else []
    choices = [Button(c.title, c.says) for c in question.choices]
    controls = [Button(labels["skip"], labels["skip"]), Button(labels["why"], labels["why"])]
    asked = {
        "id": question.id,
        "text": text,
        "why": question.why.strip(),
        "source": question.source,
        "choices": [{"title": c.title, "says": c.says} for c in question.choices],
        "again": again,
    }
    return replace(
        reply,
        texts=(*reply.texts, "\n\n".join([*lead, text])),
        buttons=(*choices, *controls),
        object={**reply.object, "question": asked},
        choices_label=labels["you_can_answer"],
    )


def _worded(topic: Topic, story: Story, question: Question) -> str:
    """The question, about the person or about somebody else ("your daughter")."""
    if not story.about or not question.ask_other:
        return question.ask.strip()
    labels = topic.interview.labels
    words = re.sub(r"^(?:my|our) ", "", story.about.lower())
    who = labels["the_person"] if words in topic.interview.not_called else labels["your"].format(words=words)
    return question.ask_other.strip().format(who=who)


# -- words -----------------------------------------------------------------------------------------


def _noted(topic: Topic, reading: Reading, new: Sequence[Fact]) -> str:
    """What was understood, said back shortly."""
    labels = topic.interview.labels
    facts = _quoted(topic, (f for f in new if not f.denied and f.concept not in topic.interview.not_shown))
    facts += [f"“{m['text']}”" for m in reading.measures if m["kind"] == "duration" and m.get("text")]
    facts += [
        labels["fact_no"].format(name=_called(topic, f.concept))
        for f in new
        if f.denied and not f.concept.startswith((PLACE, "time."))
    ]
    return labels["noted"].format(facts=", ".join(dict.fromkeys(facts))) if facts else labels["noted_nothing"]


def _called(topic: Topic, concept: str) -> str:
    known = topic.concepts.get(concept)
    return known.called if known else concept


def _told_lines(topic: Topic, story: Story, today: date) -> list[str]:
    """What was told, a line for each kind of thing; words are the person's own."""
    labels = topic.interview.labels
    where = _quoted(topic, story.of_kind(PLACE))
    if story.side:
        where.append(labels[f"side_{story.side}"])
    lines = []

    def line(label: str, words: Sequence[str], **more: str) -> None:
        if words:
            lines.append(f"- {labels[label].format(words=', '.join(words), **more)}")

    situations, persons = story.of_kind("situation."), topic.interview.persons
    who = _quoted(topic, (f for f in situations if f.concept in persons))
    line("told_who", [*([f"“{story.about}”"] if story.about else []), *who])
    line("told_where", where)
    if story.days is not None:
        began = today - timedelta(days=round(story.days))
        line("told_since", [f"“{story.days_words}”"], date=f"{began.day} {began:%B %Y}")
    line(
        "told_signs", _quoted(topic, (f for f in story.of_kind("sign.") if f.concept not in topic.interview.not_shown))
    )
    line("told_when", _quoted(topic, (f for f in story.of_kind("time.") if f.concept not in topic.interview.not_shown)))
    others = (f for f in situations if f.concept not in persons)
    line("told_before", _quoted(topic, (*story.of_kind("cause."), *story.of_kind("remedy."), *others)))
    denied = [f for kind in ("sign.", "cause.", "remedy.", "situation.") for f in story.of_kind(kind, denied=True)]
    line("told_denied", [_called(topic, f.concept) for f in denied])
    return lines


def _quoted(topic: Topic, facts: Iterable[Fact]) -> list[str]:
    """Facts in the person's words; by name where they said no more than "yes"."""
    return list(dict.fromkeys(f"“{f.words}”" if f.words else _called(topic, f.concept) for f in facts))


# -- asked of the interview itself -----------------------------------------------------------------


def _most_urgent(level: CareLevel | None, held: Mention | None) -> CareLevel | None:
    """The more urgent of what was told and what is held from turns before."""
    levels = [x for x in (level, held.level if held else None) if x]
    return min(levels, key=lambda x: x.rank, default=None)


def summary_of(topic: Topic, story: Story, reading: Reading, today: date) -> tuple[list[str], CareLevel]:
    """One page for a doctor, and its level of care: what, where, since when, signs told and denied, what came before.

    The paragraphs are in order; none where nothing was told.
    """
    labels = topic.interview.labels
    lines = _told_lines(topic, story, today)
    told = _story_reading(topic, story, reading)
    level = _most_urgent(told.level, reading.held) or CareLevel.ROUTINE
    if not lines:
        return [], level
    unknown = [q for q in topic.interview.questions if not is_known(topic, story, q)]
    said = care_said(topic, reading, level)
    if story.worry:
        lines.append(f"- {labels['summary_worry'].format(words=f'“{story.worry}”')}")
    blocks = [
        labels["summary_title"],
        labels["summary_date"].format(date=f"{today.day} {today:%B %Y}"),
        "\n".join([f"- {labels['summary_what']}", *lines]),
        labels["summary_level"].format(level=said),
    ]
    if unknown:
        blocks.append(labels["summary_not_asked"].format(words=", ".join(q.short for q in unknown)))
    return blocks, level


def summary(topic: Topic, story: Story, reading: Reading, memory: Memory, today: date) -> Reply:
    """The reply that holds the summary, or says that nothing was told."""
    blocks, level = summary_of(topic, story, reading, today)
    if not blocks:
        return finish(topic, reading, [topic.interview.labels["told_nothing"]], memory)
    reply = finish(topic, reading, ["\n\n".join(blocks)], memory)
    return replace(reply, object={**reply.object, "summary": blocks, "care_level": level.value})


def _what_was_told(topic: Topic, story: Story, reading: Reading, memory: Memory, today: date) -> Reply:
    """What is known so far: somebody says that they said it before."""
    labels = topic.interview.labels
    lines = _told_lines(topic, story, today)
    text = "\n".join([labels["told"], *lines]) if lines else labels["told_nothing"]
    return finish(topic, reading, [text], memory)


def _what_changes(topic: Topic, reading: Reading, memory: Memory) -> Reply:
    """The signs that would change when to get help, with the level of each, from the danger signs themselves."""
    labels = topic.interview.labels
    signs = [topic.danger_signs[i] for i in dict.fromkeys(topic.interview.what_if_signs.values())]
    lines = [
        f"- {labels['what_changes_line'].format(shown=s.shown.strip(), level=care_said(topic, reading, s.level))}"
        for s in sorted(signs, key=lambda s: s.level.rank)
    ]
    return finish(topic, reading, ["\n".join([labels["what_changes"], *lines]), labels["what_changes_more"]], memory)


def _what_if(topic: Topic, story: Story, reading: Reading, memory: Memory) -> Reply:
    """The level that a sign would give, and the rule behind it; the level of now is not touched."""
    labels = topic.interview.labels
    signs = [s for s in (_sign_for(topic, c) for c in _signs_in(topic, reading)) if s]
    if not signs:
        return finish(topic, reading, [labels["what_if_same"]], memory)
    sign = min(signs, key=lambda s: s.level.rank)
    now = _most_urgent(_story_reading(topic, story, reading).level, reading.held)
    if now and now.rank <= sign.level.rank:
        text = labels["what_if_no_change"].format(level=care_said(topic, reading, now))
    else:
        level = care_said(topic, reading, sign.level)
        text = labels["what_if"].format(level=level, name=sign.name, shown=sign.shown.strip())
    reply = finish(topic, reading, [text], memory)
    return replace(reply, object={**reply.object, "what_if": {"danger": sign.id, "care_level": sign.level.value}})


def _sign_for(topic: Topic, concept: str) -> DangerSign | None:
    """The danger sign that the interview's files name for a concept."""
    return topic.danger_signs.get(topic.interview.what_if_signs.get(concept, ""))
