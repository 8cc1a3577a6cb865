"""Several acts in one message, and questions that no answer was made for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge.statement_questions import read_questions
from tests.conftest import ROOT, Answer

Understand = Callable[[str], dict[str, Any]]
Ask = Callable[..., Answer]

HELD_OUT = Path(__file__).parent / "test_statements.tsv"
# Of questions that a statement answers, the share shown one that does; of others, the share shown any. Best so far.
FIRST_RIGHT, SHOWN_WITHOUT_ANSWER = 0.618, 0.19


def acts_of(parsed: dict[str, Any]) -> list[str]:
    return [parsed["intent"]["name"], *(e["value"] for e in parsed["entities"] if e["entity"] == "act")]


SEVERAL = {
    "hiya. my left eyelid has been jumping for a week": {"describe_symptom", "greet"},
    "my calf has been twitching since monday. what helps?": {"ask_help", "describe_symptom"},
    "my thumb keeps jumping. is it serious?": {"ask_seriousness", "describe_symptom"},
    "thanks for that! how long does it last?": {"ask_duration", "thank"},
    "my leg twitches when i sit down. i want to know is it als": {"ask_seriousness", "describe_symptom"},
}


@pytest.mark.parametrize(("text", "meant"), SEVERAL.items())
def test_each_act_of_a_message_is_read(understand: Understand, text: str, meant: set[str]) -> None:
    assert meant <= set(acts_of(understand(text)))


def test_a_question_comes_before_telling_and_small_talk(understand: Understand) -> None:
    assert acts_of(understand("my calf has been twitching since monday. what helps?"))[0] == "ask_help"
    assert acts_of(understand("thanks for that! how long does it last?"))[0] == "ask_duration"


@pytest.mark.parametrize("text", ["hi", "thanks", "no", "left one, bottom lid", "about three weeks", "is it als?"])
def test_a_message_of_one_clause_has_one_act(understand: Understand, text: str) -> None:
    assert len(acts_of(understand(text))) == 1


def test_the_reply_serves_each_act(ask: Ask) -> None:
    answer = ask("my calf has been twitching since monday. what helps?")
    assert answer.object["act"] == "ask_help"
    assert answer.object["care_level"] is not None  # what was told is taken up as well
    assert "When to get help" in answer.text
    assert "You're welcome." in ask("thanks for that! how long does it last?").text


def test_no_further_act_is_lost_in_the_object(ask: Ask) -> None:
    assert ask("my thumb keeps jumping. is it serious?").object["acts"] == ["ask_seriousness", "describe_symptom"]


def test_every_statement_of_the_questions_exists(topic: Any) -> None:
    files = [*(ROOT / "data" / "statements").glob("*.tsv"), HELD_OUT]
    assert len(files) == 3
    for path in files:
        assert [i for q in read_questions(path) for i in q.statements if i not in topic.statements] == [], path


def test_no_held_out_question_is_taught() -> None:
    taught = {q.text.lower() for q in read_questions(ROOT / "data" / "statements" / "training.tsv")}
    assert not taught & {q.text.lower() for q in read_questions(HELD_OUT)}
    assert not taught & {q.text.lower() for q in read_questions(ROOT / "data" / "statements" / "thresholds.tsv")}


def test_statements_held_out(understand: Understand, capsys: pytest.CaptureFixture[str]) -> None:
    questions = read_questions(HELD_OUT)
    named = [[e["value"] for e in understand(q.text)["entities"] if e["entity"] == "statement"] for q in questions]
    answered = [(q, n) for q, n in zip(questions, named, strict=True) if q.statements]
    without = [n for q, n in zip(questions, named, strict=True) if not q.statements]
    shown = sum(bool(n) for _, n in answered) / len(answered)
    right = sum(bool(set(n) & set(q.statements)) for q, n in answered) / len(answered)
    needless = sum(bool(n) for n in without) / len(without)
    with capsys.disabled():
        print(f"\nstatements: of {len(answered)} questions that one answers, {shown:.3f} shown any and {right:.3f} a right one; "
              f"of {len(without)} that none does, {needless:.3f} shown any")  # fmt: skip
    assert right >= FIRST_RIGHT
    assert needless <= SHOWN_WITHOUT_ANSWER
