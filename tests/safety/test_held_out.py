"""No danger sign is missed: the figures on sentences by other hands, and what is known to be missed.

The bars: emergency, urgent and crisis 98 %, soon 95 %, at most 8 % of controls raised. The first two are reached and
held. The third is not: its floor is the best figure so far, and may only fall.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from knowledge.danger_sentences import read_sentences
from tests.conftest import ROOT
from tests.safety.measure import HELD_OUT, Result, at_least, at_most, known_failures, measure, share_caught

NOW, SOON, RAISED = 0.98, 0.95, 0.103


@pytest.fixture(scope="session")
def results(understand: Callable[[str], dict[str, Any]], topic: Any) -> list[Result]:
    return measure(understand, {s.id: s.rule for s in topic.danger_signs.values()})


def test_emergency_urgent_and_crisis_are_caught(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    right, of = share_caught(results, "emergency", "urgent", "crisis")
    with capsys.disabled():
        print(
            f"\nemergency, urgent, crisis: {right} of {of} caught ({right / of:.3f}, at least {at_least(right, of):.3f})"
        )
    assert right / of >= NOW


def test_soon_is_caught(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    right, of = share_caught(results, "soon")
    with capsys.disabled():
        print(f"\nsoon: {right} of {of} caught ({right / of:.3f}, at least {at_least(right, of):.3f})")
    assert right / of >= SOON


def test_few_controls_are_raised(results: list[Result], capsys: pytest.CaptureFixture[str]) -> None:
    right, of = share_caught(results, "control")
    raised = of - right
    with capsys.disabled():
        print(f"\ncontrols: {raised} of {of} raised ({raised / of:.3f}, at most {at_most(raised, of):.3f})")
    assert raised / of <= RAISED


def test_every_miss_is_known_and_every_known_one_still_misses(results: list[Result]) -> None:
    missed = {r.sentence.text for r in results if r.sentence.is_danger and not r.caught}
    assert missed == set(known_failures()), "list new misses with their reason, take mended ones out"


def test_the_held_out_part_is_large_enough() -> None:
    sentences = read_sentences(HELD_OUT)
    of_rule = Counter(s.rule for s in sentences if s.is_danger)
    assert len(of_rule) == 49
    assert min(of_rule.values()) >= 12
    assert sum(not s.is_danger for s in sentences) >= 400
    assert len({s.hand for s in sentences}) >= 2


def runs_of_four(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    return {tuple(words[i : i + 4]) for i in range(len(words) - 3)}


def test_nothing_was_trained_on_it() -> None:
    taught, held_out = read_sentences(ROOT / "data" / "danger"), read_sentences(HELD_OUT)
    runs = {run for s in taught for run in runs_of_four(s.text)}
    assert [s.text for s in held_out if runs_of_four(s.text) & runs] == []
    assert not {s.hand for s in taught} & {s.hand for s in held_out}


def test_there_is_enough_to_learn_from() -> None:
    taught = read_sentences(ROOT / "data" / "danger")
    assert sum(s.is_danger for s in taught) >= 5_000
    assert sum(not s.is_danger for s in taught) >= 4_000


def test_the_encoder_was_trained_on_these_sentences() -> None:
    from components.sentence_encoder import encoder
    from training.examples import data_hash

    assert encoder().card["danger_data_sha256"] == data_hash(), "the sentences changed: run 'make train-encoder'"
