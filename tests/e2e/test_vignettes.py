"""Thirty people, from the first message to the end, with real servers: the level, and what is and is not said."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from knowledge import CareLevel, Topic
from tests.conftest import ROOT
from tests.e2e.bot import Bot

VIGNETTES = yaml.safe_load((ROOT / "tests" / "e2e" / "vignettes.yml").read_text(encoding="utf-8"))
KNOWN = yaml.safe_load((ROOT / "tests" / "e2e" / "vignettes_known.yml").read_text(encoding="utf-8")) or {}
CALM = {CareLevel.ROUTINE, CareLevel.SELF_CARE}


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    running = Bot()
    yield running
    running.stop()


def test_there_are_thirty() -> None:
    assert len({v["name"] for v in VIGNETTES}) == len(VIGNETTES) >= 30
    assert set(KNOWN) <= {v["name"] for v in VIGNETTES}


def wrong_in(topic: Topic, vignette: dict[str, Any], said: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What is not as it must be."""
    text = "\n".join(t for t, _ in said).lower()
    levels = [CareLevel(found["care_level"]) for _, found in said if found["care_level"]]
    level = min(levels, key=lambda x: x.rank, default=CareLevel.ROUTINE)
    wanted = CareLevel(vignette["level"])
    found = [] if level == wanted or {level, wanted} <= CALM else [f"level {wanted}, got {level}"]
    shown = {statement for _, o in said for statement in o["statements"]}
    for entry in vignette.get("mentions", []):
        if not shown & {s.id for s in topic.statements_of(topic.entry(entry))}:
            found.append(f"nothing of {entry} was shown")
    found += [f"“{piece}” is not said" for piece in vignette.get("says", []) if piece.lower() not in text]
    found += [f"“{piece}” is said" for piece in vignette.get("says_not", []) if piece.lower() in text]
    return found


@pytest.mark.parametrize(
    "vignette",
    [
        pytest.param(v, id=v["name"], marks=[pytest.mark.xfail(reason=KNOWN[v["name"]], strict=True)] if v["name"] in KNOWN else [])
        for v in VIGNETTES
    ],
)  # fmt: skip
def test_a_vignette(bot: Bot, topic: Topic, vignette: dict[str, Any]) -> None:
    sender = uuid.uuid4().hex
    said = [bot.say(turn, sender) for turn in vignette["turns"]]
    assert wrong_in(topic, vignette, said) == []
