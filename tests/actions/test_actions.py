"""Actions with real Tracker and Dispatcher objects."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FOREIGN, ROOT, Answer

Act = Callable[..., Answer]


def parsed(intent: str, *concepts: str, text: str = "hm", **more: Any) -> dict[str, Any]:
    entities = [{"entity": "concept", "value": c, "assertion": "affirmed", "text": c.split(".")[1]} for c in concepts]
    return {"text": text, "intent": {"name": intent}, "entities": entities, **more}


def test_a_question_is_answered_with_object_and_memory(act: Act) -> None:
    answer = act(parsed("ask_cause", "cause.caffeine"))
    assert answer.object["statements"][0] == "caffeine.what"
    assert answer.slots["conversation"]["entries"] == ["cause.caffeine", "remedy.less_caffeine"]
    assert answer.buttons


@pytest.mark.parametrize("channel", ["cmdline", "slack", "telegram", None])
def test_people_on_other_channels_see_no_object(act: Act, channel: str | None) -> None:
    answer = act(parsed("ask_cause", "cause.caffeine"), channel=channel)
    assert answer.object == {}
    assert answer.texts


def test_in_the_shell_suggestions_are_text(act: Act) -> None:
    answer = act(parsed("ask_cause", "cause.caffeine"), channel="cmdline")
    assert answer.buttons == []
    assert answer.text.rstrip().endswith("When should I see a doctor?")


def test_denied_concepts_are_left_out(act: Act) -> None:
    message = parsed("ask_cause", "cause.stress")
    message["entities"].append(
        {"entity": "concept", "value": "cause.caffeine", "assertion": "denied", "text": "coffee"}
    )
    assert act(message).object["concepts"] == ["cause.stress"]


def test_yes_goes_on_where_more_was_offered(act: Act) -> None:
    first = act(parsed("ask_cause", "cause.magnesium_low"))
    second = act(parsed("affirm"), first.slots)
    assert second.object["statements"]
    assert not set(first.object["statements"]) & set(second.object["statements"])


def test_yes_to_nothing_asks_what_to_talk_about(act: Act) -> None:
    assert act(parsed("affirm")).object["statements"] == []


def test_more_before_anything_offers_topics(act: Act) -> None:
    assert act(parsed("ask_more")).buttons


def test_says_who_names_the_document(act: Act) -> None:
    first = act(parsed("ask_cause", "cause.caffeine"))
    second = act(parsed("ask_source"), first.slots)
    assert "Superpharmacy" in second.text or "Muscle twitches" in second.text


def test_a_sign_of_concern_in_a_question_is_taken_up(act: Act, topic: Any) -> None:
    sign = next(d for d in topic.danger_signs.values() if d.rule == "T29")
    message = parsed("ask_cause", "cause.caffeine")
    message["entities"].append({"entity": "danger", "value": sign.id, "text": "dropping my mug"})
    answer = act(message)
    assert answer.object["care_level"] == "soon"
    assert "dropping my mug" in answer.text


@pytest.mark.parametrize(
    "intent", ["greet", "thank", "out_of_scope", "nlu_fallback", "ask_more", "ask_source", "affirm"]
)
def test_a_sign_of_concern_is_taken_up_whatever_the_act(act: Act, topic: Any, intent: str) -> None:
    sign = next(d for d in topic.danger_signs.values() if d.rule == "T29")
    message = parsed(intent, text="well my grip is going")
    message["entities"].append({"entity": "danger", "value": sign.id, "text": "my grip is going"})
    answer = act(message)
    assert answer.object["care_level"] == "soon"
    assert topic.file.framing.labels["care_soon"] in answer.text


def test_a_description_without_any_rule_is_routine_never_self_care(act: Act) -> None:
    assert act(parsed("describe_symptom", "body.calf")).object["care_level"] == "routine"


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope", "send_long_message", "greet", "complain"])
def test_topics_are_offered_as_buttons(act: Act, intent: str) -> None:
    answer = act(parsed(intent))
    assert len(answer.buttons) >= 3
    assert answer.object["statements"] == []
    assert all(b["payload"] == b["title"] and len(b["payload"]) <= 64 for b in answer.buttons)


def test_a_plain_subject_with_an_unsure_act_is_answered_and_said_to_be_unsure(act: Act, topic: Any) -> None:
    message = parsed("nlu_fallback", "cause.caffeine", text="caffeine hm whatever that one was")
    message["intent_ranking"] = [{"name": "nlu_fallback"}, {"name": "ask_cause", "confidence": 0.2}]
    answer = act(message)
    assert topic.file.framing.labels["unsure"] in answer.text
    assert "caffeine.what" in answer.object["statements"]


def test_bad_entities_do_no_harm(act: Act) -> None:
    message = {"text": "x", "intent": {"name": "ask_cause"}, "entities": [
        {"entity": "concept", "value": "cause.no_such_thing"}, {"entity": "question", "value": "answer.nowhere"},
        {"entity": "danger", "value": "danger.nowhere"}, {"entity": "other", "value": 3}]}  # fmt: skip
    assert act(message).texts


def test_the_server_does_not_start_on_bad_knowledge(tmp_path: Path) -> None:
    (tmp_path / "topic.yml").write_text("topic: {id: x}\ncauses: [{id: cause.a, nmae: b}]\n", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-c", "import actions"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"QUIVER_KNOWLEDGE": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert "topic.yml:1: K010" in found.stderr
    assert "nmae" in found.stderr


def test_a_foreign_topic_is_served_by_the_same_actions() -> None:
    code = (
        "import actions\nfrom actions.base import the_topic\nfrom knowledge import Memory, Mention, Reading\n"
        "from actions.questions import AnswerQuestion\nfrom datetime import date\n"
        "r = AnswerQuestion().reply(the_topic(), Reading('ask_cause', (Mention('cause.overwatering'),)), Memory(), date(2026, 2, 1))\n"
        "print(r.object['statements'], r.texts[0])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"QUIVER_KNOWLEDGE": str(FOREIGN), "PATH": ""},
    )  # fmt: skip
    assert found.stdout.startswith("['overwatering.what'] I'm Fern")
