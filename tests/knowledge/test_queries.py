"""Which entries answer: act times concepts, readable rule before learned reading."""

from dataclasses import replace
from typing import Any

import pytest

from knowledge import Mention, Reading, choose_entries, load_topic
from knowledge.queries import choose_for_all, settle
from tests.conftest import FOREIGN


def ids(topic: Any, act: str, *concepts: str, denied: tuple[str, ...] = (), **reading: Any) -> list[str]:
    mentions = tuple(Mention(c, False, c) for c in concepts) + tuple(Mention(c, True, c) for c in denied)
    return [e.id for e in choose_entries(topic, Reading(act, mentions, **reading))]


def test_a_named_cause_is_answered(topic: Any) -> None:
    assert ids(topic, "ask_cause", "cause.caffeine") == ["cause.caffeine"]


def test_two_named_things_are_both_answered_in_order(topic: Any) -> None:
    assert ids(topic, "ask_cause", "cause.stress", "cause.caffeine") == ["cause.stress", "cause.caffeine"]


def test_a_word_for_cause_and_remedy_is_read_by_the_act(topic: Any) -> None:
    assert ids(topic, "ask_cause", "cause.magnesium_low") == ["cause.magnesium_low"]
    assert ids(topic, "ask_remedy", "cause.magnesium_low") == ["remedy.magnesium_supplement"]
    assert ids(topic, "ask_cause", "remedy.sleep") == ["cause.sleep_loss"]
    assert ids(topic, "describe_symptom", "remedy.sleep") == ["remedy.sleep"]


def test_what_is_denied_is_not_answered(topic: Any) -> None:
    assert ids(topic, "ask_cause", "cause.stress", denied=("cause.caffeine",)) == ["cause.stress"]


@pytest.mark.parametrize(
    ("act", "entry"),
    [
        ("ask_definition", "answer.what_is_twitch"),
        ("ask_causes", "answer.causes_overview"),
        ("ask_help", "answer.what_helps"),
        ("ask_seriousness", "answer.is_it_serious"),
        ("ask_duration", "answer.how_long"),
        ("ask_when_to_see_doctor", "answer.when_to_see_doctor"),
        ("ask_tests", "answer.emg"),
        ("express_worry", "answer.checking_loop"),
        ("ask_dose", "answer.no_dose"),
        ("ask_diagnosis", "answer.no_diagnosis"),
        ("ask_medicine_change", "answer.stop_tablets"),
        ("ask_other_health", "answer.other_health"),
    ],
)
def test_an_act_alone_has_its_own_answer(topic: Any, act: str, entry: str) -> None:
    assert ids(topic, act) == [entry]


@pytest.mark.parametrize(
    ("text", "bare"), [("magnesium?", True), ("coffee or stress", True), ("does magnesium help", False)]
)
def test_a_bare_subject_is_a_question_about_a_cause(text: str, bare: bool) -> None:
    words = [w for w in ("magnesium", "coffee", "stress") if w in text]
    reading = Reading("ask_dose", tuple(Mention(f"cause.{w}", False, w) for w in words), text=text)
    assert (settle(reading).act == "ask_cause") is bare


def test_no_dose_comes_before_what_is_named(topic: Any) -> None:
    found = ids(topic, "ask_dose", "remedy.magnesium_supplement")
    assert found[0] == "answer.no_dose"
    assert "remedy.magnesium_supplement" in found


def test_the_answer_that_rests_on_more_wins(topic: Any) -> None:
    assert ids(topic, "ask_seriousness", "cause.mnd", "body.leg")[0] == "answer.is_it_mnd"
    assert ids(topic, "ask_seriousness", "cause.mnd", "situation.under_40")[0] == "answer.under_40"


def test_a_sure_learned_question_beats_a_general_answer(topic: Any) -> None:
    assert ids(topic, "ask_seriousness", question="answer.get_worse", sure=0.6) == ["answer.get_worse"]


def test_an_unsure_learned_question_does_not(topic: Any) -> None:
    assert ids(topic, "ask_seriousness", question="answer.get_worse", sure=0.2) == ["answer.is_it_serious"]


def test_a_learned_question_must_fit_the_act(topic: Any) -> None:
    assert ids(topic, "ask_seriousness", question="answer.what_is_twitch", sure=0.9) == ["answer.is_it_serious"]


def test_a_named_cause_beats_a_learned_question_about_something_else(topic: Any) -> None:
    assert ids(topic, "ask_cause", "cause.calcium", question="answer.eyelid_vitamin", sure=0.9) == ["cause.calcium"]


def test_thanks_beside_a_question_add_no_answer(topic: Any) -> None:
    question = Reading("ask_remedy", (Mention("remedy.magnesium_supplement", False, "magnesium"),))
    for act in ("thank", "greet", "describe_symptom"):
        assert choose_for_all(topic, replace(question, further=(act,))) == choose_entries(topic, question), act


def test_a_further_question_adds_its_answer(topic: Any) -> None:
    question = Reading("ask_remedy", (Mention("remedy.magnesium_supplement", False, "magnesium"),))
    both = choose_for_all(topic, replace(question, further=("ask_seriousness",)))
    assert both[:-1] == choose_entries(topic, question)
    assert len(both) == len(choose_entries(topic, question)) + 1


def test_a_foreign_topic_is_chosen_from_alike() -> None:
    plants = load_topic(FOREIGN)
    assert ids(plants, "ask_causes") == ["answer.yellow"]
    assert ids(plants, "ask_cause", "cause.overwatering") == ["cause.overwatering"]
    assert ids(plants, "ask_remedy", "situation.cactus") == ["answer.cactus"]
    assert ids(plants, "greet") == []
