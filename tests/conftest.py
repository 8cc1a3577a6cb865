"""Shared by all tests: the project's folder, its knowledge, and its trained model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
ROOT = Path(__file__).parents[1]
TOPIC = ROOT / "data" / "knowledge" / "muscle_twitches"
FOREIGN = ROOT / "tests" / "fixtures" / "knowledge" / "houseplants"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def topic() -> Any:
    """The real knowledge."""
    from knowledge import load_topic

    return load_topic(TOPIC)


@pytest.fixture(scope="session")
def understand() -> Callable[[str], dict[str, Any]]:
    """Parse a message with the trained model, as the running bot does."""
    from rasa.core.agent import load_agent

    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(load_agent(model_path=str(ROOT / "models" / "quiver.tar.gz")))
    assert agent.is_ready(), "no trained model: run 'make train'"

    def parse(text: str) -> dict[str, Any]:
        return loop.run_until_complete(agent.parse_message(text))

    return parse


class Answer(NamedTuple):
    """What the bot would say to a message: texts, buttons, and the reply object."""

    texts: list[str]
    buttons: list[dict[str, str]]
    object: dict[str, Any]
    slots: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


@pytest.fixture(scope="session")
def act() -> Callable[..., Answer]:
    """Run the action that the rules give for a parsed message, with real Tracker and Dispatcher."""
    import ruamel.yaml
    from rasa_sdk import Tracker
    from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

    executor = ActionExecutor()
    executor.register_package("actions")
    actions = {}
    for path in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in ruamel.yaml.YAML(typ="safe").load(path.read_text())["rules"]:
            actions[rule["steps"][0]["intent"]] = rule["steps"][-1]["action"]

    def run(
        parsed: dict[str, Any],
        slots: dict[str, Any] | None = None,
        channel: str = "rest",
        unanswered: Sequence[dict[str, Any]] = (),
    ) -> Answer:
        """``unanswered``: parsed messages just before this one that no action answered."""
        name = actions[parsed["intent"]["name"]]
        latest = {k: parsed.get(k) for k in ("text", "intent", "entities", "intent_ranking")}
        events: list[dict[str, Any]] = [{"event": "user", "text": p["text"], "parse_data": p} for p in unanswered]
        events.append({"event": "user", "input_channel": channel, "text": parsed.get("text")})
        tracker = Tracker("test", slots or {}, latest, events, False, None, {}, None)
        dispatcher = CollectingDispatcher()
        new = asyncio.run(executor.actions[name](dispatcher, tracker, {}))
        objects = [m["custom"] for m in dispatcher.messages if m.get("custom")]
        texts = [m["text"] for m in dispatcher.messages if m.get("text")]
        buttons = [b for m in dispatcher.messages for b in m.get("buttons") or []]
        kept = {e["name"]: e["value"] for e in new if e["event"] == "slot"}
        return Answer(texts, buttons, objects[0] if objects else {}, kept)

    return run


@pytest.fixture(scope="session")
def ask(understand: Callable[[str], dict[str, Any]], act: Callable[..., Answer]) -> Callable[..., Answer]:
    """Understand a message and answer it, without servers. Fixed danger texts have no action."""

    def run(text: str, slots: dict[str, Any] | None = None, channel: str = "rest") -> Answer:
        parsed = understand(text)
        fixed = parsed["intent"]["name"].startswith("report_") or parsed["intent"]["name"] == "use_other_language"
        if fixed and parsed["intent"]["name"] != "report_unsure":
            return Answer([], [], {"act": parsed["intent"]["name"], "statements": [], "claims": []}, slots or {})
        return act(parsed, slots, channel)

    return run
