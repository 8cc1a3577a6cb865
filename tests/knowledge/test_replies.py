"""Replies: nothing without its caveat, its source, who should ask first, and a reminder."""

from datetime import date
from typing import Any

import pytest

from knowledge import CareLevel, Manner, Memory, Mention, Reading, Reply, choose_entries, compose, load_topic
from knowledge.replies import danger_confirmed, more_of, sources_of, talk
from knowledge.safety import Contacts
from tests.conftest import FOREIGN, TODAY

OLD = Memory(introduced=True, turn=3)


def reply_to(topic: Any, act: str, *concepts: str, memory: Memory = OLD, **options: Any) -> Reply:
    reading = Reading(act, tuple(Mention(c, False, c.partition(".")[2]) for c in concepts))
    return compose(topic, reading, choose_entries(topic, reading), memory, TODAY, **options)


def everything_about(topic: Any, entry_id: str) -> str:
    """All that is ever shown of an entry: its reply and every "more"."""
    reply = compose(topic, Reading("ask_cause"), [topic.entry(entry_id)], OLD, TODAY)
    texts = list(reply.texts)
    while reply.memory.offer:
        reply = more_of(topic, Reading("ask_more"), reply.memory, TODAY)
        texts += reply.texts
    return "\n".join(texts)


def test_every_statement_of_every_entry_is_shown_with_caveat_and_care(topic: Any) -> None:
    for entry in topic.entries.values():
        text = everything_about(topic, entry.id)
        for statement in topic.statements_of(entry):
            assert statement.text.strip() in text, statement.id
            if statement.caveat:
                assert f"{statement.text.strip()} {statement.caveat.strip()}" in text, statement.id
            for who in statement.careful:
                assert who in text, statement.id


def test_an_attributed_statement_says_who_says_it(topic: Any) -> None:
    for statement in topic.statements.values():
        if statement.manner is Manner.ATTRIBUTED:
            start = statement.text[:90].lower()
            assert "article" in start or "page" in start, statement.id


def test_an_attributed_remedy_names_who_should_ask_first_and_whom(topic: Any) -> None:
    for entry in topic.entries.values():
        if entry.id.startswith("remedy.") and any(s.manner is Manner.ATTRIBUTED for s in entry.statements):
            text = compose(topic, Reading("ask_remedy"), [entry], OLD, TODAY).texts[-1].lower()
            assert any(w in text for w in ("pharmacist", "doctor", "gp", "midwife")), entry.id


def test_the_first_reply_introduces_the_program_once(topic: Any) -> None:
    first = reply_to(topic, "ask_cause", "cause.caffeine", memory=Memory())
    introduction = "\n".join(topic.file.framing.introduction).format(**Contacts(topic, "unknown").words())
    assert first.texts[0] == introduction
    assert len(topic.file.framing.introduction) <= 5
    second = reply_to(topic, "ask_cause", "cause.stress", memory=first.memory)
    assert introduction not in second.texts


def test_reminders_change_from_turn_to_turn(topic: Any) -> None:
    first = reply_to(topic, "ask_cause", "cause.caffeine")
    second = reply_to(topic, "ask_cause", "cause.caffeine", memory=first.memory)
    assert first.texts[-1].split("\n\n")[-1] != second.texts[-1].split("\n\n")[-1]


def test_text_from_outside_the_documents_is_labelled(topic: Any) -> None:
    reply = reply_to(topic, "ask_duration")
    assert topic.file.framing.labels["outside"] in reply.texts[-1]


def test_a_description_says_which_words_led_to_what_and_ends_with_the_safety_net(topic: Any) -> None:
    reply = reply_to(topic, "describe_symptom", "cause.caffeine", describe=True, care_level=CareLevel.ROUTINE)
    assert "“caffeine”" in reply.texts[-1]
    net = [s.id for s in topic.entry("answer.safety_net").statements]
    assert reply.object["statements"][-len(net) :] == net


def test_the_level_of_care_names_the_words_behind_it(topic: Any) -> None:
    sign = next(d for d in topic.danger_signs.values() if d.level is CareLevel.SOON)
    reading = Reading("describe_symptom", (), None, 1.0, (Mention(sign.id, False, "dropping things", CareLevel.SOON),))
    reply = compose(topic, reading, [], OLD, TODAY, describe=True, care_level=CareLevel.SOON)
    assert topic.file.framing.labels["care_soon"] in reply.texts[-1]
    assert "“dropping things”" in reply.texts[-1]
    assert reply.object["care_level"] == "soon"


def test_more_never_repeats(topic: Any) -> None:
    reply = reply_to(topic, "ask_cause", "cause.magnesium_low")
    shown = list(reply.object["statements"])
    while reply.memory.offer:
        reply = more_of(topic, Reading("ask_more"), reply.memory, TODAY)
        assert not set(shown) & set(reply.object["statements"])
        shown += reply.object["statements"]
    both = topic.entry("cause.magnesium_low"), topic.entry("remedy.magnesium_supplement")
    assert set(shown) == {s.id for entry in both for s in topic.statements_of(entry)}
    assert (
        more_of(topic, Reading("ask_more"), reply.memory, TODAY).texts[-1] == topic.file.framing.labels["nothing_more"]
    )


def test_sources_tell_document_section_date_and_reviewer(topic: Any) -> None:
    reply = reply_to(topic, "ask_cause", "cause.caffeine")
    text = sources_of(topic, Reading("ask_source"), reply.memory).texts[-1]
    assert topic.sources["source.pharmacy_article"].title in text
    assert "Caffeine" in text
    assert "2026-11-22" in text
    assert "none yet" in text


def test_sources_before_any_answer_are_honest(topic: Any) -> None:
    assert sources_of(topic, Reading("ask_source"), OLD).texts[-1] == topic.file.framing.labels["source_none"]


def test_expired_text_says_so(topic: Any) -> None:
    reading = Reading("ask_cause", (Mention("cause.caffeine"),))
    late = compose(topic, reading, choose_entries(topic, reading), OLD, date(2030, 1, 1))
    assert "due for review on 2027-11-22" in late.texts[-1]


def test_memory_survives_the_slot(topic: Any) -> None:
    memory = reply_to(topic, "ask_cause", "cause.caffeine").memory
    assert Memory.from_slot(memory.to_slot()) == memory


@pytest.mark.parametrize("value", [None, 3, "x", [], {"what": 1}])
def test_an_unreadable_slot_is_a_new_conversation(value: Any) -> None:
    assert Memory.from_slot(value) == Memory()


def test_talk_names_the_reviewer_honestly(topic: Any) -> None:
    assert "none yet" in talk(topic, Reading("ask_identity"), OLD).texts[-1]


def test_the_reply_object_has_its_fields(topic: Any) -> None:
    found = reply_to(topic, "ask_cause", "cause.caffeine").object
    assert set(found) == {
        "act", "acts", "care_level", "concepts", "denied", "measures", "language", "danger", "question", "statements", "claims",
        "sources", "knowledge_version", "model",
    }  # fmt: skip
    assert found["care_level"] is None
    assert found["claims"] == ["C059", "C060"]
    assert all(set(s) == {"id", "title", "url", "section"} for s in found["sources"])


def test_a_foreign_topic_answers_alike() -> None:
    plants = load_topic(FOREIGN)
    reply = reply_to(plants, "ask_remedy", "remedy.coffee_grounds", memory=Memory())
    assert reply.texts[0] == "I'm Fern, an automated program."
    assert "Nobody has shown that it works. Ask first in case of: cats or seedlings." in reply.texts[1]
    assert reply.object["claims"] == ["P002"]


def test_the_danger_signs_can_be_read(topic: Any) -> None:
    text = compose(topic, Reading("ask_when_to_see_doctor"), [topic.entry("answer.danger_signs")], OLD, TODAY).texts[-1]
    for sign in topic.danger_signs.values():
        if sign.level.value == "emergency" and sign.kind == "physical":
            twins = [d.shown.strip() for d in topic.danger_signs.values() if d.rule == sign.rule]
            assert any(shown in text for shown in twins), sign.id


def test_the_same_turn_gets_the_same_reply(topic: Any) -> None:
    assert reply_to(topic, "ask_causes") == reply_to(topic, "ask_causes")


HELD = Mention("danger.stroke", False, "", CareLevel.EMERGENCY)


def test_a_held_level_is_repeated_once_and_stays(topic: Any) -> None:
    reading = Reading("ask_cause", (Mention("cause.caffeine"),), held=HELD)
    first = compose(topic, reading, choose_entries(topic, reading), OLD, TODAY)
    assert first.texts[0].startswith("If you have not got help yet")
    assert len(first.texts) == 2
    second = compose(topic, reading, choose_entries(topic, reading), first.memory, TODAY)
    assert len(second.texts) == 1
    assert first.object["care_level"] == second.object["care_level"] == "emergency"


def test_small_talk_after_an_emergency_is_the_reminder_alone(topic: Any) -> None:
    reply = talk(topic, Reading("deny", held=HELD), OLD)
    assert len(reply.texts) == 1
    assert "999, 911, 112 or 000" in reply.texts[0]
    assert reply.buttons == ()


def test_a_held_crisis_is_repeated_with_its_own_words(topic: Any) -> None:
    held = Mention("danger.crisis", False, "", CareLevel.EMERGENCY)
    assert "Samaritans" in talk(topic, Reading("thank", held=held, country="gb"), OLD).texts[0]


def test_yes_to_whether_it_is_now_is_an_emergency(topic: Any) -> None:
    reply = danger_confirmed(topic, Reading("affirm", country="us"), OLD)
    assert reply.texts[-1].startswith("Call 911 now")
    assert reply.object["care_level"] == "emergency"


def test_a_country_has_its_own_numbers(topic: Any) -> None:
    assert Contacts(topic, "au").words()["emergency"] == "000"
    assert Contacts(topic, "nowhere").words()["emergency"] == "999, 911, 112 or 000"
    assert Contacts(None, "au").words()["emergency"] == "999, 911, 112 or 000"
    links = [n["link"] for n in Contacts(topic, "gb").for_reply("crisis")]
    assert links == ["tel:111", "tel:116123", "sms:85258", "tel:999"]
