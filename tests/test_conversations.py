"""Conversations by human behaviour, with the trained model: slots, level and the next question, not the wording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from knowledge import CareLevel
from tests.conftest import ROOT, Answer
from tests.talking import Conversation, Said

FILES = sorted((ROOT / "tests" / "conversations").glob("*.yml"))
CONVERSATIONS = [c for path in FILES for c in yaml.safe_load(path.read_text(encoding="utf-8"))]
KNOWN = yaml.safe_load((ROOT / "tests" / "conversations_known.yml").read_text(encoding="utf-8"))
KEYS = {
    "say",
    "asks",
    "asks_none",
    "ends",
    "told",
    "denied",
    "not_told",
    "days",
    "side",
    "level_at_least",
    "level",
    "again",
}


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(c["kind"] for c in CONVERSATIONS)
    assert sum(kinds.values()) >= 80
    assert len({c["name"] for c in CONVERSATIONS}) == len(CONVERSATIONS)
    assert set().union(*(t.keys() for c in CONVERSATIONS for t in c["turns"])) <= KEYS


def wrong_in(talk: Conversation, said: Said, turn: dict[str, Any]) -> list[str]:
    """What is not as it must be after a turn."""
    found = []
    story = talk.story

    def expect(name: str, is_right: bool, got: Any) -> None:
        if not is_right:
            found.append(f"“{turn['say']}”: {name} {turn.get(name)}, got {got}")

    if "asks" in turn:
        expect("asks", said.question == turn["asks"], said.question)
    if turn.get("again"):
        expect("again", bool((said.object.get("question") or {}).get("again")), said.question)
    if turn.get("asks_none") or turn.get("ends"):
        expect("asks_none", said.question is None, said.question)
    if turn.get("ends"):
        expect("ends", bool(story.get("ended")), story.get("ended"))
    expect("told", set(turn.get("told", [])) <= talk.told(), sorted(talk.told()))
    expect("denied", set(turn.get("denied", [])) <= talk.told(denied=True), sorted(talk.told(denied=True)))
    expect("not_told", not set(turn.get("not_told", [])) & talk.told(), sorted(talk.told()))
    if "side" in turn:
        expect("side", story.get("side") == turn["side"], story.get("side"))
    if "days" in turn:
        low, high = turn["days"] if isinstance(turn["days"], list) else (turn["days"], turn["days"])
        days = story.get("days")
        expect("days", days is not None and low - 1 <= days <= high + max(1, high / 10), days)
    level = talk.level(said)
    if "level_at_least" in turn:
        expect("level_at_least", level is not None and level.rank <= CareLevel(turn["level_at_least"]).rank, level)
    if "level" in turn:
        expect("level", level == turn["level"], level)
    return found


def test_what_is_known_to_fail_exists() -> None:
    assert set(KNOWN) <= {c["name"] for c in CONVERSATIONS}


def cases() -> list[Any]:
    return [
        pytest.param(
            c,
            id=f"{c['kind']}: {c['name']}",
            marks=[pytest.mark.xfail(strict=True, reason=KNOWN[c["name"]])] if c["name"] in KNOWN else [],
        )
        for c in CONVERSATIONS
    ]


@pytest.mark.parametrize("conversation", cases())
def test_conversation(
    conversation: dict[str, Any], understand: Callable[[str], dict[str, Any]], act: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("components.concept_extractor.today", lambda: date(2026, 11, 24))
    talk = Conversation(understand, act)
    wrong: list[str] = []
    for turn in conversation["turns"]:
        wrong += wrong_in(talk, talk.say(turn["say"]), turn)
    assert not wrong, "\n".join(wrong)
    assert len(talk.asked) <= 8
    assert len(talk.asked) == len(set(talk.asked))
