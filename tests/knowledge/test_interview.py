"""The interview, without a model: what it asks, what an answer says, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import CareLevel, Memory, Mention, Reading, Reply, Topic, load_topic
from knowledge.interview import MOST_QUESTIONS, is_known, next_question, respond
from knowledge.replies import finish
from knowledge.story import Story, hear
from tests.conftest import FOREIGN, TOPIC

TODAY = date(2026, 11, 24)
THE_TOPIC = load_topic(TOPIC)
SOON = "danger.progressive_weakness"


@dataclass
class Talk:
    """A conversation by hand-made readings; what is asked beside the interview is answered with "answered"."""

    topic: Topic = THE_TOPIC
    story: Story = field(default_factory=Story)
    memory: Memory = field(default_factory=Memory)
    held: Mention | None = None
    reply: Reply | None = None
    danger: dict[str, bool] = field(default_factory=dict)

    def hear(self, text: str, act: str, *mentions: str, days: float | None = None, **more: Any) -> Reply:
        """``mentions``: concept ids, denied ones with a minus before."""
        named = tuple(Mention(m.lstrip("-"), m.startswith("-"), m.lstrip("-").split(".")[1]) for m in mentions)
        measures = ({"kind": "duration", "value": days, "text": f"{days:g} days"},) if days is not None else ()
        reading = Reading(act, named, text=text, measures=measures, held=self.held, **more)
        for danger in reading.dangers:
            if danger.level and (self.held is None or danger.level.rank < self.held.level.rank):  # type: ignore[union-attr]
                self.held = danger
        reading = replace(reading, held=self.held)
        memory = self.memory

        def answer(reading: Reading) -> Reply:
            return finish(self.topic, reading, ["answered"], memory)

        turn = respond(self.topic, self.story, reading, memory, TODAY, answer, **self.danger)
        self.reply, self.story, self.memory = turn.reply, turn.story, turn.reply.memory
        soon = [a for a in self.story.alarms if a.level == CareLevel.SOON]
        if soon and self.held is None:
            self.held = Mention(soon[-1].sign, level=CareLevel.SOON)
        return turn.reply

    @property
    def question(self) -> str | None:
        asked = self.reply.object.get("question") if self.reply else None
        return asked["id"].removeprefix("question.") if asked else None

    @property
    def text(self) -> str:
        return "\n".join(self.reply.texts) if self.reply else ""


@pytest.fixture
def talk() -> Talk:
    begun = Talk()
    begun.hear("my leg keeps twitching", "describe_symptom", "body.leg", "sign.twitch")
    return begun


def test_danger_is_asked_first(talk: Talk) -> None:
    assert talk.question == "function"
    assert "answered" in talk.text
    assert {"title": "Skip", "says": "Skip"} not in talk.reply.object["question"]["choices"]  # type: ignore[union-attr]
    assert [b.title for b in talk.reply.buttons][-2:] == ["Skip", "Why do you ask?"]  # type: ignore[union-attr]


def test_what_is_known_is_not_asked() -> None:
    talk = Talk()
    talk.hear("left calf, no weakness, 3 weeks", "describe_symptom", "body.calf", "-sign.weakness", days=21)
    assert talk.question == "other_signs"
    talk.hear("nothing else", "nlu_fallback")
    assert talk.question == "spread"


def test_a_bare_no_denies_what_was_asked(talk: Talk) -> None:
    talk.hear("no", "deny")
    assert talk.story.of("sign.weakness").denied  # type: ignore[union-attr]
    assert talk.question == "other_signs"


def test_a_bare_yes_to_weakness_asks_for_a_doctor_soon(talk: Talk) -> None:
    reply = talk.hear("yes", "affirm")
    assert reply.object["care_level"] == "soon"
    assert "within days" in talk.text
    assert talk.question == "other_signs"
    assert talk.hear("no", "deny").object["care_level"] == "soon"


@pytest.mark.parametrize(
    "text", ["no", "Nope.", "nah all fine there", "No, everything still works", "none, thank god", "nothing at all"]
)
def test_a_plain_no_denies(talk: Talk, text: str) -> None:
    talk.hear(text, "deny")
    assert talk.story.of("sign.weakness").denied  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["no strength left", "not as strong as i was", "no i struggle with the stairs", "never used to drop cups", "nope well sometimes",
     "no just the odd stumble", "not really, it takes me longer", "idk no", "maybe", "nah but my hand gets tired"],
)  # fmt: skip
@pytest.mark.parametrize("act", ["deny", "describe_symptom", "nlu_fallback"])
def test_a_no_with_more_in_it_denies_no_sign(talk: Talk, text: str, act: str) -> None:
    talk.hear(text, act)
    assert talk.story.of("sign.weakness") is None
    assert talk.question == "function"


def test_what_is_named_counts_not_the_no_before_it(talk: Talk) -> None:
    talk.hear("no strength in my hand", "deny", "sign.weakness")
    assert not talk.story.of("sign.weakness").denied  # type: ignore[union-attr]


def test_what_is_only_supposed_takes_no_alarm_away() -> None:
    talk = Talk()
    talk.hear(
        "what if my grip is weak",
        "ask_seriousness",
        "sign.weakness",
        dangers=(Mention(SOON, words="grip is weak", level=CareLevel.SOON),),
    )
    assert talk.reply.object["care_level"] == "soon"  # type: ignore[union-attr]
    assert "within days" in talk.text


def test_several_answers_fill_several(talk: Talk) -> None:
    talk.hear("nope, nothing, 2 weeks, stress", "deny", "-sign.weakness", "-sign.numbness", "cause.stress", days=14)
    assert talk.question == "spread"
    assert talk.story.days == 14


@pytest.mark.parametrize("text", ["skip", "not sure", "I'd rather not say", "ok, next please", "dunno"])
def test_every_question_can_be_skipped(talk: Talk, text: str) -> None:
    asked = []
    while talk.question:
        asked.append(talk.question)
        talk.hear(text, "deny")
    assert len(asked) == len(set(asked)) <= MOST_QUESTIONS
    assert talk.story.ended
    assert {f.concept for f in talk.story.facts} == {"body.leg", "sign.twitch"}


def test_why_gives_the_reason_and_asks_on(talk: Talk) -> None:
    talk.hear("why do you ask?", "ask_source")
    assert "ask that first" in talk.text
    assert talk.question == "function"
    assert talk.story.asked == ("question.function",)


def test_a_question_in_between_is_answered_and_the_interview_goes_on(talk: Talk) -> None:
    talk.hear("does magnesium help?", "ask_remedy", "remedy.magnesium_supplement")
    assert "answered" in talk.text
    assert talk.question == "function"
    assert talk.reply.object["question"]["again"]  # type: ignore[union-attr]
    talk.hear("and is it serious?", "ask_seriousness")
    assert talk.question is None
    talk.hear("since monday by the way", "describe_symptom", days=1)
    assert talk.question == "other_signs"


@pytest.mark.parametrize("text", ["stop", "never mind", "ok stop asking please", "no more questions"])
def test_stop_ends_it(talk: Talk, text: str) -> None:
    talk.hear(text, "deny")
    assert talk.question is None
    assert not talk.story.active
    talk.hear("ok", "affirm")
    assert talk.question is None


def test_what_was_not_understood_is_asked_once_more_and_then_left(talk: Talk) -> None:
    talk.hear("asdf", "out_of_scope")
    assert talk.question == "function"
    talk.hear("asdf", "out_of_scope")
    assert talk.question == "other_signs"


def test_a_correction_replaces_the_place(talk: Talk) -> None:
    talk.hear("actually its my arm", "describe_symptom", "body.arm")
    assert {f.concept for f in talk.story.of_kind("body.")} == {"body.arm"}
    talk.hear("and the eyelid", "describe_symptom", "body.eyelid")
    assert {f.concept for f in talk.story.of_kind("body.")} == {"body.arm", "body.eyelid"}


def test_when_a_tablet_began_says_nothing_of_the_twitch(talk: Talk) -> None:
    talk.hear("3 weeks", "describe_symptom", "sign.twitch", days=21)
    talk.hear("sertraline, for a year", "describe_symptom", "situation.antidepressant", days=365)
    assert talk.story.days == 21
    talk.hear("scrap that, since march", "describe_symptom", days=250)
    assert talk.story.days == 250


def finish_talk(talk: Talk) -> Reply:
    reply = talk.reply
    while talk.question:
        reply = talk.hear("skip", "deny")
    assert reply is not None
    return reply


def test_the_end_sums_up_with_level_and_words(talk: Talk) -> None:
    talk.hear("coffee. 5 weeks, no weakness", "describe_symptom", "cause.caffeine", "-sign.weakness", days=35)
    reply = finish_talk(talk)
    assert "“leg”" in talk.text
    assert "“35 days” (since about 20 October 2026)" in talk.text
    assert "weakness" in talk.text
    assert reply.object["care_level"] == "routine"
    assert "because you wrote “35 days”" in talk.text
    assert any(s.startswith("caffeine.") for s in reply.object["statements"])
    assert "safety_net.now" in reply.object["statements"]


def test_a_correction_after_the_end_sums_up_anew(talk: Talk) -> None:
    finish_talk(talk)
    talk.hear("actually its my right arm", "describe_symptom", "body.arm")
    assert "“arm”" in talk.text
    assert "“leg”" not in talk.text


def test_what_if_touches_nothing(talk: Talk) -> None:
    before = talk.story
    reply = talk.hear("what if it was also weak?", "ask_seriousness", "sign.weakness")
    assert reply.object["what_if"] == {"danger": SOON, "care_level": "soon"}
    assert reply.object["care_level"] is None
    assert talk.story == before


def test_what_would_change_the_advice_names_rules(talk: Talk) -> None:
    talk.hear("What would change this advice?", "ask_help")
    assert THE_TOPIC.danger_signs[SOON].shown.strip() in talk.text


def test_a_summary_quotes_and_dates(talk: Talk) -> None:
    talk.hear("im scared its als", "express_worry", "cause.mnd")
    reply = talk.hear("can you give me a summary for my doctor", "ask_diagnosis")
    assert "24 November 2026" in talk.text
    assert "not a diagnosis" in talk.text
    assert "“leg”" in talk.text
    assert "“mnd”" in talk.text
    assert reply.object["summary"]


def test_a_summary_of_nothing_says_so() -> None:
    talk = Talk()
    talk.hear("summary", "out_of_scope")
    assert "not told me anything" in talk.text


def test_after_the_question_about_danger_the_interview_begins() -> None:
    talk = Talk(danger={"asked_back": True})
    talk.hear("my eyelid goes mental", "report_unsure", "body.eyelid")
    assert talk.question is None
    talk.danger = {"danger_asked": True}
    talk.hear("no", "deny")
    assert talk.story.of("sign.weakness") is None
    assert talk.question == "function"


@pytest.mark.parametrize("level", [CareLevel.EMERGENCY, CareLevel.URGENT])
def test_no_question_where_help_is_needed_now(level: CareLevel) -> None:
    talk = Talk(held=Mention("danger.stroke", level=level))
    talk.hear("my leg twitches", "describe_symptom", "body.leg")
    assert talk.question is None


def test_no_interview_in_another_language() -> None:
    talk = Talk()
    talk.hear("mi pierna", "describe_symptom", "body.leg", language="es")
    assert talk.question is None
    assert talk.story == Story()


def test_a_topic_without_questions_has_no_interview() -> None:
    foreign = load_topic(FOREIGN)
    talk = Talk(topic=foreign)
    talk.hear("skip", "describe_symptom")
    assert talk.text.endswith("answered")
    assert talk.question is None


def test_somebody_else_is_named() -> None:
    reading = Reading("describe_symptom", (Mention("body.calf", words="calf", other=True),), text="my daughter's calf")
    assert hear(THE_TOPIC, Story(), reading)[0].about == "my daughter"


@pytest.mark.parametrize("value", [None, 3, {"facts": [1]}, {"facts": [{"x": 1}]}, {"unknown": 1}])
def test_an_unreadable_slot_is_a_new_story(value: Any) -> None:
    assert Story.from_slot(value) == Story()


def test_a_story_comes_back_from_its_slot(talk: Talk) -> None:
    talk.hear("yes", "affirm")
    assert Story.from_slot(talk.story.to_slot()) == talk.story


# -- whatever the order ----------------------------------------------------------------------------

CONCEPTS = ["sign.weakness", "sign.numbness", "sign.pain", "cause.caffeine", "cause.stress", "cause.sleep_loss", "cause.medicine",
            "situation.pregnancy", "body.calf", "body.eyelid"]  # fmt: skip
OTHER_THINGS = [("does magnesium help?", "ask_remedy"), ("skip", "deny"), ("why do you ask?", "ask_source"), ("asdf", "out_of_scope"),
                ("thanks", "thank"), ("what if it was numb?", "ask_seriousness"), ("summary", "out_of_scope")]  # fmt: skip


@st.composite
def conversations(draw: st.DrawFn) -> tuple[dict[str, bool], float | None, list[Any]]:
    """Final facts, days, and messages that tell them in some order, with wrong ones before and other things between."""
    final = draw(st.dictionaries(st.sampled_from(CONCEPTS), st.booleans(), min_size=1, max_size=8))
    days = draw(st.none() | st.sampled_from([2.0, 14.0, 60.0]))
    messages: list[Any] = [("fact", c, not denied) for c, denied in final.items() if draw(st.booleans())]
    if days is not None and draw(st.booleans()):
        messages.append(("days", days + 5))
    messages = draw(st.permutations(messages))
    last: list[Any] = [("fact", c, denied) for c, denied in final.items()]
    if days is not None:
        last.append(("days", days))
    last = draw(st.permutations(last))
    between = draw(st.lists(st.sampled_from(OTHER_THINGS), max_size=5))
    told = [*messages, *last]
    for other in between:
        told.insert(draw(st.integers(0, len(told))), ("other", *other))
    return final, days, told


@settings(max_examples=150, deadline=None, derandomize=True)
@given(conversations())
def test_whatever_the_order_the_end_is_the_same(found: tuple[dict[str, bool], float | None, list[Any]]) -> None:
    final, days, messages = found
    talk = Talk()
    talk.hear("my leg twitches", "describe_symptom", "sign.twitch")
    put = list(talk.story.asked)
    for kind, *what in messages:
        if kind == "fact":
            talk.hear("told", "describe_symptom", f"{'-' if what[1] else ''}{what[0]}", "sign.twitch")
        elif kind == "days":
            talk.hear("told", "describe_symptom", "sign.twitch", days=what[0])
        else:
            talk.hear(what[0], what[1], *(["sign.numbness"] if "numb" in what[0] else []))
        assert talk.reply is not None
        asked = talk.reply.object.get("question")
        if asked and not asked["again"]:
            put.append(asked["id"])
    at_once = Talk()
    everything = [f"{'-' if denied else ''}{c}" for c, denied in final.items()]
    at_once.hear("told", "describe_symptom", "sign.twitch", *everything, days=days)
    assert {(f.concept, f.denied) for f in talk.story.facts} == {(f.concept, f.denied) for f in at_once.story.facts}
    assert talk.story.days == at_once.story.days
    assert len(put) == len(set(put)) <= MOST_QUESTIONS
    assert list(talk.story.asked) == put
    waiting = next_question(THE_TOPIC, talk.story)
    assert waiting is None or not is_known(THE_TOPIC, talk.story, waiting)


LEVELS = list(CareLevel)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(LEVELS) | st.none(), min_size=1, max_size=8), st.data())
def test_the_level_never_falls(levels: list[CareLevel | None], data: st.DataObject) -> None:
    talk = Talk()
    talk.hear("my leg twitches", "describe_symptom", "body.leg")
    most = len(LEVELS)
    for level in levels:
        dangers = (Mention("danger.stroke", words="x", level=level),) if level else ()
        if level in (CareLevel.EMERGENCY, CareLevel.URGENT):  # a fixed text: no action runs, the slot is filled
            talk.held = min([m for m in (talk.held, *dangers) if m], key=lambda m: m.level.rank)  # type: ignore[union-attr]
        else:
            act, text = data.draw(
                st.sampled_from([("describe_symptom", "it hurts"), ("deny", "no"), ("ask_help", "what helps?")])
            )
            talk.hear(text, act, dangers=dangers)
            said = talk.reply.object["care_level"]  # type: ignore[union-attr]
            if talk.held and talk.held.level and talk.held.level.rank <= CareLevel.SOON.rank:
                assert said is not None
                assert CareLevel(said).rank <= talk.held.level.rank
        if level and level.rank <= CareLevel.SOON.rank:
            most = min(most, level.rank)
            assert talk.held is not None
            assert talk.held.level is not None
            assert talk.held.level.rank <= most


def test_a_trouble_of_somebody_else_is_not_mixed_into_ones_own_story() -> None:
    own = hear(
        THE_TOPIC, Story(), Reading("describe_symptom", (Mention("body.calf", words="calf"),), text="my calf twitches")
    )[0]
    dads = (Mention("body.face", words="face", other=True), Mention("situation.over_50", words="70"))
    told = Reading("describe_symptom", dads, text="my dad is 70 and his face twitches")
    after, _ = hear(THE_TOPIC, own, told)
    assert [f.concept for f in after.facts] == ["body.calf", "situation.over_50"]
    assert after.about == ""
    # but who it is about may be said later
    late = Reading(
        "describe_symptom", (Mention("body.calf", words="calf", other=True),), text="it's my daughter's calf"
    )
    assert hear(THE_TOPIC, own, late)[0].about == "my daughter"


def test_a_telling_that_was_read_as_something_else_begins_the_interview() -> None:
    talk = Talk()
    talk.hear("my lids been jumping 4 days cant sleep", "ask_help", "body.eyelid", "sign.twitch", days=4)
    assert talk.question == "function"
    asking = Talk()
    asking.hear("what helps an eyelid that jumps for 4 days?", "ask_help", "body.eyelid", days=4)
    assert asking.question is None


@pytest.mark.parametrize("text", ["gve me a sumary for the doc", "sumarise it pls", "can i hav a summry"])
def test_a_misspelt_summary_is_one(talk: Talk, text: str) -> None:
    talk.hear(text, "out_of_scope")
    assert talk.reply
    assert "leg" in "\n".join(talk.reply.object["summary"])
